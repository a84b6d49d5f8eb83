package portable

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// longestName is how many UTF-16 units a name may have, folders included: Windows
// takes 260 with the folder into which people extract.
const longestName = 200

// devices are names that Windows keeps for itself, whatever follows behind a dot.
var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³]) *(\.|$)`)

// IsDevice tells whether Windows keeps a name, which is one part of a path, for a device:
// no file there can have it.
func IsDevice(part string) bool { return devices.MatchString(part) }

// programs are what a double click runs, what starts by itself and what Office runs
// when it opens a file: none of it belongs into a knowledge base, and mail gateways
// refuse a zip for it. Scripts of pages (.js) are not among them, for pages need them.
var programs = strings.Fields(`.ade .adp .apk .app .appref-ms .appx .application .bat .bin .chm .cmd .com .command .cpl .deb .desktop
	.diagcab .dll .dmg .docm .dotm .exe .gadget .hlp .hta .img .inf .ins .iqy .iso .isp .jar .jnlp .jse .ksh .lib .library-ms .lnk .mad
	.mam .mht .mhtml .msc .msi .msix .msp .mst .one .oqy .ocx .pif .pkg .ppam .potm .pptm .prg .ps1 .ps1xml .ps2 .psc1 .psd1 .psm1 .pyc .pyw .pyz .rb .rdp .reg .rpm .rqy .run .scf
	.scr .sct .search-ms .searchconnector-ms .settingcontent-ms .sh .shb .shs .sldm .slk .sys .theme .themepack .url .vb .vbe .vbs .vhd .vhdx .webloc .website .ws
	.wsc .wsf .wsh .xbap .xlam .xll .xlsb .xlsm .xltm .xnk`)

// safeName refuses a name that leads out of the folder, that means something else
// on another system or cannot be made there, that hides what it is, or that is a
// program's.
func safeName(name string) error {
	switch {
	case !utf8.ValidString(name):
		return fmt.Errorf("%q is not UTF-8", name)
	case strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':':
		return fmt.Errorf("%q is an absolute name", name)
	case strings.ContainsAny(name, `\:`):
		return fmt.Errorf("%q holds a character that means another folder on some systems", name)
	case strings.ContainsAny(name, `<>"|?*`):
		return fmt.Errorf("%q holds a character that no name may have on Windows", name)
	case strings.ContainsFunc(name, hidden):
		return fmt.Errorf("%q holds a character that nobody sees", name)
	case !fs.ValidPath(name) || !filepath.IsLocal(name):
		return fmt.Errorf("%q leads out of the folder", name)
	case len(utf16.Encode([]rune(name))) > longestName:
		return fmt.Errorf("%.40q… has more than %d characters, too many for Windows", name, longestName)
	}
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") || strings.HasPrefix(part, " "):
			return fmt.Errorf("%q has a part that begins with a space or ends in a space or full stop, which Windows drops", name)
		case IsDevice(part):
			return fmt.Errorf("%q is a name that Windows keeps for a device", name)
		}
	}
	lower := strings.ToLower(name)
	if at := strings.LastIndex(lower, "."); at >= 0 && slices.Contains(programs, lower[at:]) || path.Base(lower) == "desktop.ini" { // which Windows obeys when it shows the folder
		return fmt.Errorf("%q is a program, or starts one", name)
	}
	return nil
}

// hidden tells control characters and those that only steer how others are shown,
// which turn a name round. Two of them join and part letters, which some languages need.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' || r == '\u2028' || r == '\u2029' || r == '\ufffd'
}

// names finds two names that mean one file somewhere: systems differ in whether case
// counts, and in how they write accents.
type namesSeen map[string]string

var caseFold = cases.Fold()

// add takes the next file.
func (seen namesSeen) add(name string) error {
	if err := safeName(name); err != nil {
		return err
	}
	key := norm.NFC.String(caseFold.String(norm.NFKC.String(name)))
	if other, ok := seen[key]; ok {
		if strings.HasSuffix(other, "/") {
			return fmt.Errorf("%q is a file, and a folder too", name)
		}
		if other == name {
			return fmt.Errorf("%q is there twice", name)
		}
		return fmt.Errorf("%q and %q are one file on some systems", other, name)
	}
	seen[key] = name
	for at, r := range key {
		if r != '/' {
			continue
		}
		folder := key[:at]
		if other, ok := seen[folder]; ok && !strings.HasSuffix(other, "/") {
			return fmt.Errorf("%q is a file, and a folder too", other)
		}
		seen[folder] = folder + "/"
	}
	return nil
}
