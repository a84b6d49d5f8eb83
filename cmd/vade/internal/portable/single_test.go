package portable

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"vademecum/internal/need"
)

func asJSON(text string) string {
	data, _ := json.Marshal(text) // of a string, which never fails
	return string(data)
}

// What a store holds, single.js finds in it again, whatever its length.
func TestStoresAreRead(t *testing.T) {
	node := need.Program(t, "node", "install Node, see nodejs.org")
	unpack := regexp.MustCompile(`(?s)\n  async function unpack.*?\n  }\n`).FindString(singleScript)
	random := rand.New(rand.NewPCG(1, 2))
	script := unpack + "(async () => {\n"
	for n := range 60 {
		text := make([]byte, n*n)
		for i := range text {
			text[i] = "abcdefghijklmnop<>&\"\\\x00"[random.IntN(22)]
		}
		var out bytes.Buffer
		if err := store(&out, "s", []stored{{"a", string(text)}}); err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(`^<script type="text/plain" data-store="s" data-bytes="(\d+)">([^<]*)</script>\n$`).FindStringSubmatch(out.String())
		if m == nil {
			t.Fatalf("a store of %d bytes is %.80q", len(text), out.String())
		}
		script += "console.log((await unpack(" + asJSON(m[2]) + ", " + m[1] + ")).a === " + asJSON(string(text)) + ");\n"
	}
	cmd := exec.Command(node)
	cmd.Stdin = strings.NewReader(script + "})()")
	out, err := cmd.CombinedOutput()
	if want := strings.Repeat("true\n", 60); err != nil || string(out) != want {
		t.Errorf("%v\n%s", err, out)
	}
}

// What a page and a passage of the web index both say stands once in the compressed file,
// so to say; a passage of which no page is known stays with the index.
func TestPassagesStandBehindTheirPages(t *testing.T) {
	pages := map[string]string{
		"a.html": "<p>Apples are kept in a dry cellar, each on its own.</p><p>Who asks for more finds it in the list.</p>",
		"b.html": "<p>Pears do not keep and are eaten first of all.</p><p>Who asks for more finds it in the list.</p>",
	}
	index := map[string]string{
		"en.js":             "Pears do not keep and are eaten first of all.",
		"en/x01234567/0.js": "[[Who asks for more finds it in the list. Pears do not keep and are eaten first of all.]]",
		"en/x01234567/1.js": "[[Plums are something else altogether, and no page says so.]]",
		"en/x01234567/2.js": "[[Fruit. Apples are kept in a dry cellar, each on its own.]]",
	}
	files, rest := passagesBehind(pages, index)
	var names []string
	for _, file := range files {
		names = append(names, file.name)
	}
	if got, want := strings.Join(names, " "), "a.html en/x01234567/2.js b.html en/x01234567/0.js"; got != want || len(rest) != 2 {
		t.Errorf("%s, and %d files beside them, want %s and 2", got, len(rest), want)
	}
}
