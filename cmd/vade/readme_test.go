package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vademecum/internal/need"
)

// What the README says to type exists, and every command stands in it.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	readme := read(t, filepath.Join("..", "..", "README.md"))
	help, _ := must(t, "--help")
	_, list, _ := strings.Cut(help, "Available Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	var commands []string
	for line := range strings.Lines(list) {
		if name := strings.Fields(line)[0]; name != "help" && name != "completion" {
			commands = append(commands, name)
			if !regexp.MustCompile("(?m)^\\| `" + name + "\\b").MatchString(readme) {
				t.Errorf("the README's table lacks %s", name)
			}
		}
	}
	typed := regexp.MustCompile("(?m)(?:go run \\./cmd/vade|^\\| `)\\s?([a-z]+)([^`\n]*)")
	found := 0
	for _, m := range typed.FindAllStringSubmatch(readme, -1) {
		if !slices.Contains(commands, m[1]) {
			continue // a folder or a query in another table
		}
		found++
		help, _ := must(t, m[1], "--help")
		for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(m[2], -1) {
			if !strings.Contains(help, flag+" ") {
				t.Errorf("the README uses vade %s %s, which is not there", m[1], flag)
			}
		}
	}
	if found < len(commands)+4 {
		t.Errorf("only %d command lines found in the README", found)
	}
	for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(readme, -1) {
		if strings.HasPrefix(link[1], "/") {
			continue // of the page that is shown
		}
		if _, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(link[1]))); err != nil {
			t.Errorf("the README links to %s: %v", link[1], err)
		}
	}
}

// The page that the README shows is complete: it builds, is found, and carries
// what its front matter says.
func TestReadmePage(t *testing.T) {
	need.Long(t)
	t.Parallel()
	readme := read(t, filepath.Join("..", "..", "README.md"))
	_, page, ok := strings.Cut(readme, "```markdown\n")
	page, _, closed := strings.Cut(page, "```")
	if !ok || !closed {
		t.Fatal("the README shows no page")
	}
	dir := copyOursInThree(t)
	write(t, filepath.Join(dir, "content", "workshops", "from-the-readme.md"), page)
	_, said := must(t, "build", "--source", dir)
	if strings.Contains(said, "WARN") || strings.Contains(said, "warning") {
		t.Error(said)
	}
	a := answer(t, "--index", filepath.Join(dir, "index"), "official sentences cited country:panama theme:national-action-plan paragraph:1540-op3-d")
	if len(a.Pages) == 0 || a.Pages[0].URL != "/workshops/from-the-readme/" || a.Pages[0].Date != "2019-12-02" {
		t.Errorf("the page is not found: %+v", a.Pages)
	}

	// Without a field that a page of its kind needs, the build names both.
	write(t, filepath.Join(dir, "content", "workshops", "from-the-readme.md"), strings.Replace(page, "city: Panama City\n", "", 1))
	_, _, err := vade("build", "--source", dir)
	says(t, err, "from-the-readme.md", "city")
}

// CONTRIBUTING names every direct dependency of go.mod, with licence, size, age and
// reason, and no other.
func TestContributingNamesDependencies(t *testing.T) {
	t.Parallel()
	_, required, _ := strings.Cut(read(t, "../../go.mod"), "require (\n")
	required, _, _ = strings.Cut(required, "\n)")
	direct := map[string]bool{}
	for line := range strings.SplitSeq(required, "\n") {
		if module := strings.Fields(line); len(module) == 2 {
			direct[module[0]] = true
		}
	}
	for _, row := range regexp.MustCompile(`(?m)^\| ((?:github\.com|golang\.org|go\.etcd\.io)/\S+) \|[^|]+\|[^|]+\| \d{4}-\d\d \|[^|]+\|$`).FindAllStringSubmatch(read(t, "../../CONTRIBUTING.md"), -1) {
		if !direct[row[1]] {
			t.Errorf("%s is named, and go.mod does not ask for it", row[1])
		}
		delete(direct, row[1])
	}
	for module := range direct {
		t.Errorf("%s is not named with licence, size, age and reason", module)
	}
}
