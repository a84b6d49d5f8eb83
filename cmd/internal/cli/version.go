package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// release is the version that .ci/release gives to the program.
var release string

func VersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Tell which version this is, and what it was made with",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			fmt.Fprintln(c.OutOrStdout(), Version(c.Root().Name()))
			return nil
		},
	}
}

// Version tells what the program was made from, as far as it knows.
func Version(program string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return program + " " + cmp.Or(release, "of unknown version")
	}
	return describe(program, info)
}

func describe(program string, info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	text := program + " " + cmp.Or(release, strings.Trim(info.Main.Version, "()"), "devel")
	if revision := settings["vcs.revision"]; revision != "" {
		text += ", revision " + revision[:min(len(revision), 12)]
		if settings["vcs.modified"] == "true" {
			text += " with changes"
		}
		if at, _, ok := strings.Cut(settings["vcs.time"], "T"); ok {
			text += " of " + at
		}
	}
	text += fmt.Sprintf("\n%s %s/%s", cmp.Or(info.GoVersion, runtime.Version()), runtime.GOOS, runtime.GOARCH)
	for _, dep := range info.Deps {
		switch dep.Path {
		case "github.com/gohugoio/hugo":
			text += ", Hugo " + dep.Version
		case "github.com/blevesearch/bleve/v2":
			text += ", bleve " + dep.Version
		}
	}
	return text
}
