package states

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

func TestMembersAndObservers(t *testing.T) {
	members, observers := 0, []string{}
	for _, s := range All() {
		if s.Observer {
			observers = append(observers, s.ID)
		} else {
			members++
		}
	}
	if members != 193 || !slices.Equal(observers, []string{"holy-see", "palestine"}) {
		t.Errorf("%d Members and the observers %q, want 193 and two", members, observers)
	}
}

func TestIDsAndCodesAreUnique(t *testing.T) {
	seen := map[string]string{}
	previous := ""
	for _, s := range All() {
		if s.ID <= previous {
			t.Errorf("%s stands behind %s; keep states.yaml in the order of ids", s.ID, previous)
		}
		previous = s.ID
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(s.ID) {
			t.Errorf("%q is no id for an address", s.ID)
		}
		for _, code := range []string{s.ISO2, s.ISO3} {
			if other, ok := seen[code]; ok {
				t.Errorf("%s and %s share the code %s", other, s.ID, code)
			}
			seen[code] = s.ID
		}
		if region, err := language.ParseRegion(s.ISO2); err != nil || region.ISO3() != s.ISO3 || region.String() != s.ISO2 {
			t.Errorf("%s: %s and %s are not the two codes of one State", s.ID, s.ISO2, s.ISO3)
		}
	}
}

// m49 is the narrowest area of the UN standard that each of our regions is.
var m49 = map[string][]string{
	"africa":                          {"002"},
	"asia-and-the-pacific":            {"009", "030", "034", "035"},
	"central-asia":                    {"143"},
	"europe":                          {"150"},
	"latin-america-and-the-caribbean": {"419"},
	"north-america":                   {"021"},
	"western-asia":                    {"145"},
}

func TestRegionsFollowM49(t *testing.T) {
	for _, s := range All() {
		in := func(area string) bool {
			return language.MustParseRegion(area).Contains(language.MustParseRegion(s.ISO2))
		}
		if !slices.ContainsFunc(m49[s.Region], in) {
			t.Errorf("%s does not lie in %q", s.ID, s.Region)
		}
	}
}

func TestGroups(t *testing.T) {
	known := []string{"African Group", "Asia-Pacific Group", "Eastern European Group", "Latin American and Caribbean Group", "Western European and other States Group", ""}
	for _, s := range All() {
		if !slices.Contains(known, s.Group) {
			t.Errorf("%s is in the unknown group %q", s.ID, s.Group)
		}
		if (s.Region == "africa") != (s.Group == "African Group") {
			t.Errorf("%s: region %q, group %q", s.ID, s.Region, s.Group)
		}
	}
}

// TestPagesHaveTheirState keeps the ids those of the site: a page that has no
// State here would be a second country beside it. What a page calls its State
// must be known here too.
func TestPagesHaveTheirState(t *testing.T) {
	pages, err := filepath.Glob("../../../../content/countries/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages in content/countries: %v", err)
	}
	for _, page := range pages {
		id, _, _ := strings.Cut(filepath.Base(page), ".")
		if id == "_index" {
			continue
		}
		s, ok := ByID(id)
		if !ok {
			t.Errorf("%s has no State in states.yaml; give one of them the id %s", page, id)
			continue
		}
		front := frontMatter(t, page)
		if front.ISO2 != "" && front.ISO2 != s.ISO2 {
			t.Errorf("%s says %s, states.yaml %s", page, front.ISO2, s.ISO2)
		}
		for lang, label := range front.Labels {
			if !slices.ContainsFunc(Called(label), func(c State) bool { return c.ID == id }) {
				t.Errorf("%s: %q (%s) is no name of %s in states.yaml", page, label, lang, id)
			}
		}
	}
}

type country struct {
	ISO2   string
	Labels map[string]string
}

func frontMatter(t *testing.T, page string) (front country) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(string(text), "---\n", 3)
	if len(parts) < 3 {
		t.Fatalf("%s has no front matter", page)
	}
	if err := yaml.Unmarshal([]byte(parts[1]), &front); err != nil {
		t.Fatalf("%s: %v", page, err)
	}
	return front
}

func TestNamesAreClean(t *testing.T) {
	script := map[string]*unicode.RangeTable{
		"en": unicode.Latin, "es": unicode.Latin, "fr": unicode.Latin, "ru": unicode.Cyrillic, "ar": unicode.Arabic, "zh": unicode.Han,
	}
	for _, s := range All() {
		for _, lang := range Languages {
			seen := map[string]bool{}
			for _, n := range s.Names(lang) {
				clean(t, n.Text)
				if seen[key(n.Text)] {
					t.Errorf("%s, %s: %q is there twice", s.ID, lang, n.Text)
				}
				seen[key(n.Text)] = true
				// Words of small letters alone would be found all over a text.
				if strings.ToUpper(n.Text) != n.Text && strings.ToLower(n.Text) == n.Text {
					t.Errorf("%s, %s: %q has no capital", s.ID, lang, n.Text)
				}
				for _, r := range n.Text {
					if unicode.IsLetter(r) && !unicode.Is(script[lang], r) {
						t.Errorf("%s, %s: %q holds %q (%U) of another script", s.ID, lang, n.Text, r, r)
					}
				}
			}
		}
	}
	for _, name := range Elsewhere() {
		clean(t, name)
	}
}

// clean refuses marks that cannot be seen, bidi controls among them.
func clean(t *testing.T, name string) {
	t.Helper()
	if key(name) == "" || name != strings.Join(strings.Fields(name), " ") || !norm.NFC.IsNormalString(name) {
		t.Errorf("%q is empty, has spaces too many or is not in normal form C", name)
	}
	for _, r := range name {
		if unicode.In(r, unicode.C, unicode.Mn) || unicode.IsSpace(r) && r != ' ' || strings.ContainsRune(",;:?؟،", r) {
			t.Errorf("%q holds %U", name, r)
		}
	}
}

// neverSure are the States that a language has no sure name for: the grenade and
// the city are called the same.
var neverSure = []string{"grenada es", "grenada fr"}

func TestOneNameOneState(t *testing.T) {
	for _, s := range All() {
		for _, lang := range Languages {
			for _, n := range s.Names(lang) {
				called := Called(n.Text)
				if len(called) > 1 && !n.Ambiguous {
					t.Errorf("%s: %q is also a name of another State; mark it with ?", s.ID, n.Text)
				}
				if got, ok := ByName(n.Text); ok && got.ID != s.ID {
					t.Errorf("ByName(%q) = %s, want %s", n.Text, got.ID, s.ID)
				}
			}
		}
		for _, lang := range Languages {
			sure := slices.ContainsFunc(s.Names(lang), func(n Name) bool { _, ok := ByName(n.Text); return ok })
			if !sure && !slices.Contains(neverSure, s.ID+" "+lang) {
				t.Errorf("%s, %s: no name is sure; add a longer one", s.ID, lang)
			}
		}
	}
}

// TestElsewhereHoldsAState keeps the list to names that are needed, and none of
// them the name of a State itself.
func TestElsewhereHoldsAState(t *testing.T) {
	for _, name := range Elsewhere() {
		if len(Called(name)) > 0 {
			t.Errorf("%q is the name of a State", name)
		}
		holds := false
		for _, s := range All() {
			for _, lang := range Languages {
				for _, n := range s.Names(lang) {
					holds = holds || strings.Contains(key(name), key(n.Text))
				}
			}
		}
		if !holds {
			t.Errorf("%q holds no name of a State", name)
		}
	}
}

func TestByName(t *testing.T) {
	for name, want := range map[string]string{
		"Ecuador": "ecuador", "benin": "benin", "SÉNÉGAL": "senegal", "Cote d’Ivoire": "cote-divoire", "Ivory Coast": "cote-divoire",
		"Turkey": "turkiye", "Vietnam": "viet-nam", "Viet-Nam": "viet-nam", "Russia": "russian-federation", "U.S.": "united-states",
		"Great Britain": "united-kingdom", "Laos": "lao-peoples-democratic-republic", "Swaziland": "eswatini", "Czech Republic": "czechia",
		"North Korea": "democratic-peoples-republic-of-korea", "Guinea": "guinea", "Equatorial Guinea": "equatorial-guinea",
		"Guinée-Bissau": "guinea-bissau", "Niger": "niger", "Nigeria": "nigeria", "Dominica": "dominica", "Dominican Republic": "dominican-republic",
		"Oman": "oman", "سلطنة عُمان": "oman", "Объединённая Республика Танзания": "united-republic-of-tanzania", "ОАЭ": "united-arab-emirates",
		"英国": "united-kingdom", "Republic of Georgia": "georgia", "Democratic Republic of the Congo": "democratic-republic-of-the-congo",
		"Bolivia": "bolivia", "Bolivia, Plurinational State of": "bolivia", "Vatican": "holy-see", "Palestina": "palestine",
		// ambiguous
		"Congo": "", "Korea": "", "Georgia": "", "Jordan": "", "Chad": "", "того": "", "مالي": "", "عُمان": "", "Grenade": "", "la grenade": "", "Maurice": "",
		// none
		"": "", "?": "", "Taipei": "", "Gulf of Guinea": "", "New Mexico": "",
	} {
		if got, ok := ByName(name); got.ID != want || ok != (want != "") {
			t.Errorf("ByName(%q) = %q, %t, want %q", name, got.ID, ok, want)
		}
	}
}

func TestCalled(t *testing.T) {
	for name, want := range map[string]string{
		"Congo": "congo democratic-republic-of-the-congo", "Corée": "democratic-peoples-republic-of-korea republic-of-korea",
		"Georgia": "georgia", "Jordan": "jordan", "Того": "togo", "Benin": "benin", "Atlantis": "",
	} {
		var got []string
		for _, s := range Called(name) {
			got = append(got, s.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("Called(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestName(t *testing.T) {
	s, _ := ByID("turkiye")
	for lang, want := range map[string]string{"en": "Türkiye", "ru": "Турция", "de": "Türkiye"} {
		if got := s.Name(lang); got != want {
			t.Errorf("Name(%q) = %q, want %q", lang, got, want)
		}
	}
}

func TestTerms(t *testing.T) {
	terms := Terms(func(id string) bool { return id == "panama" })
	if len(terms) != 194 {
		t.Errorf("%d terms, want all States but the one that the site has", len(terms))
	}
	for _, term := range terms {
		names := append(slices.Clone(term.Labels), term.Synonyms...)
		if term.Facet != "country" || term.ID == "panama" || len(term.Labels) == 0 {
			t.Errorf("not a term: %+v", term)
		}
		slices.Sort(names)
		if len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Errorf("%s has a name twice: %q", term.ID, names)
		}
		for _, name := range term.Ambiguous {
			if _, ok := ByName(name); ok || !slices.Contains(names, name) {
				t.Errorf("%s: %q stands among the ambiguous names", term.ID, name)
			}
		}
	}
}

func TestReadNamesWhatIsMissing(t *testing.T) {
	_, err := read([]byte("- {id: utopia, iso: [UT, UTO], en: [Utopia]}"), nil)
	if err == nil || !strings.Contains(err.Error(), "utopia has no name in") {
		t.Errorf("a State with English names only: %v", err)
	}
	if _, err := read([]byte("- {id: utopia, capital: Amaurot}"), nil); err == nil {
		t.Error("an unknown field is read in silence")
	}
}

// otherInCLDR are the names in CLDR that we leave out on purpose, by State.
var otherInCLDR = map[string]string{
	"myanmar":   "one name in brackets behind the other; both are ours",
	"palestine": "a name of the territory, not of the observer State",
}

// TestNamesAgreeWithCLDR holds our names against other people's work. Where a new
// CLDR differs, look which name is right: add the other, or say why not.
func TestNamesAgreeWithCLDR(t *testing.T) {
	for _, lang := range Languages {
		namer := display.Regions(language.MustParse(lang))
		for _, s := range All() {
			name := namer.Name(language.MustParseRegion(s.ISO2))
			ours := slices.ContainsFunc(s.Names(lang), func(n Name) bool { return key(n.Text) == key(name) })
			if _, reviewed := otherInCLDR[s.ID]; !ours && !reviewed {
				t.Errorf("%s, %s: CLDR says %q, which is not among %v", s.ID, lang, name, s.Names(lang))
			}
		}
	}
}
