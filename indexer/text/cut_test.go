package text

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

const mostWords = 200 // of a part

// A long section is cut into parts of about the same length, and no word of it
// is lost.
func TestCut(t *testing.T) {
	words := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "w%d ", i)
		}
		return b.String()
	}
	sentences := func(n, each int) string { return strings.Repeat(words(each)+"end. ", n) }
	for _, c := range []struct {
		name, text string
		parts      int
	}{
		{"nothing", "", 1},
		{"short", "A few words.", 1},
		{"as long as may be", words(200), 1},
		{"a word longer", words(201), 2},
		{"one sentence without end", words(1000), 5},
		{"sentences", sentences(60, 15), 5},
		{"lines", strings.Repeat(words(39)+"\n", 30), 6},
		{"uneven lines", words(150) + "\n" + words(150) + "\n" + words(5), 2},
		{"Chinese", strings.Repeat("各国应对出口管制和过境建立有效的国内管制。", 50), 3},
		{"Chinese without a stop", strings.Repeat("管", 1000), 3},
		{"long words without spaces", strings.Repeat("w-", 1000), 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts := cut(c.text)
			if len(parts) != c.parts {
				t.Errorf("%d parts, want %d", len(parts), c.parts)
			}
			checkCut(t, c.text, parts)
			for _, p := range parts[:len(parts)-1] {
				if n := WordCount(Tokens(p)); n < mostWords/3 {
					t.Errorf("a part of only %d words: %.60q", n, p)
				}
			}
		})
	}
	if parts := cut(words(120) + "first. " + words(120) + "second."); len(parts) != 2 || !strings.HasSuffix(parts[0], "first.") {
		t.Errorf("two sentences are not parted between them: %.40q", parts)
	}
}

// cut gives the texts of the parts, and fails unless their tokens are those that
// they would have alone. A name of code such as ".name" may begin where a cut has
// taken away what stood before it; its words are the same.
func cut(text string) (parts []string) {
	plain := func(tokens []Token) (out []string) {
		for _, t := range tokens {
			if !strings.ContainsAny(t.Term, "-._+#") {
				out = append(out, fmt.Sprint(t.Term, " ", t.Pos))
			}
		}
		return out
	}
	for _, p := range Cut(text, Tokens(text), mostWords) {
		parts = append(parts, p.Text)
		if got, want := plain(p.Tokens), plain(Tokens(p.Text)); !slices.Equal(got, want) {
			panic(fmt.Sprintf("the tokens of a part are\n%v\nand of its text alone\n%v", got, want))
		}
	}
	return parts
}

// checkCut fails unless the parts hold the words of text, in order, and none
// is much too long. Ideographs give pairs, one of which is cut with its
func checkCut(t *testing.T, whole string, parts []string) {
	t.Helper()
	spoken := func(texts ...string) (out []string) {
		for _, s := range texts {
			for _, k := range Tokens(s) {
				if (!k.CJK || len([]rune(k.Term)) == 1) && !strings.ContainsAny(k.Term, "-._+#") {
					out = append(out, k.Term)
				}
			}
		}
		return out
	}
	if want, got := spoken(whole), spoken(parts...); !slices.Equal(want, got) {
		t.Errorf("%d words became %d in %d parts", len(want), len(got), len(parts))
	}
	for _, p := range parts {
		if n := WordCount(Tokens(p)); n > mostWords*9/8 {
			t.Errorf("a part of %d words: %.60q", n, p)
		}
	}
}

func TestCutLosesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 40))
	pieces := []string{"word", "Mr", "3(d)", "é", "管制", "القرار", ".", "。", "\n", " ", " ", " ", ". ", "; ", "-", "\u0301", "１５４０"}
	for range 200 {
		var b strings.Builder
		for range random.IntN(3000) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		checkCut(t, b.String(), cut(b.String()))
	}
}
