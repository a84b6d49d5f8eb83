package main

import (
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

func TestResolutionLexer(t *testing.T) {
	t.Parallel()
	names := map[chroma.TokenType]string{
		chroma.Keyword: "op", chroma.KeywordType: "pp", chroma.NameBuiltin: "label",
		chroma.NameVariable: "cite", chroma.NameClass: "term",
	}
	for _, c := range []struct{ text, want string }{
		// What opens paragraphs of both parts is told apart by the lexer's name.
		{"preamble|Reaffirms the statement.", "pp:Reaffirms"},
		{"preamble|Is gravely concerned.", "pp:Is gravely concerned"},
		{"Reaffirms the statement.", "op:Reaffirms"},
		// Operative verbs, and only where the text begins.
		{"Decides that every State decides for itself.", "op:Decides"},
		{"Calls upon all States to report.", "op:Calls upon"},
		{"Also calls on States to help.", "op:Also calls on"},
		{"Expresses its intention to watch.", "op:Expresses its intention"},
		{"Remains seized of the matter.", "op:Remains seized"},
		{"Recognizes that lists help.", "op:Recognizes"},
		{"The Council decides something.", ""},
		{"Decidesque is no verb.", ""},
		// Preambular verbs, third person and participle.
		{"Affirms that it threatens peace.", "pp:Affirms"},
		{"Affirming that it threatens peace,", "pp:Affirming"},
		{"Recalls the statement.", "pp:Recalls"},
		{"Is gravely concerned by terrorism.", "pp:Is gravely concerned"},
		{"Welcomes arrangements.", "pp:Welcomes"},
		// What may stand inside.
		{"Decides, beside OP3(d) and OP 8 (a), more.", "op:Decides label:OP3(d) label:OP 8 (a)"},
		{"Recalls S/RES/1540 (2004) and 1673 (2006), S/2004/326 and S/PV.4956.", "pp:Recalls cite:S/RES/1540 (2004) cite:1673 (2006) cite:S/2004/326 cite:S/PV.4956"},
		{"Decides on means of delivery, non-State actors and related materials.", "op:Decides term:means of delivery term:non-State actors term:related materials"},
		{"OP3(d): Decides that controls exist.", "label:OP3(d) op:Decides"},
		{"(a) Decides that controls exist.", "label:(a) op:Decides"},
		// Spanish and French.
		{"Decide que todos los Estados actúen según el párr. 3 d) contra agentes no estatales.", "op:Decide label:párr. 3 d) term:agentes no estatales"},
		{"Decide seguir ocupándose.", "op:Decide"},
		{"Exhorta a los Estados.", "op:Exhorta"},
		{"Reconoce la utilidad de las listas.", "op:Reconoce"},
		{"Expresa su intención de vigilar.", "op:Expresa su intención"},
		{"Afirma que los sistemas vectores importan.", "pp:Afirma term:sistemas vectores"},
		{"Acoge con beneplácito los acuerdos.", "pp:Acoge con beneplácito"},
		{"Décide que tous les États agissent.", "op:Décide"},
		{"Demande à tous les États de coopérer.", "op:Demande"},
		{"Prie instamment les États.", "op:Prie instamment"},
		{"Exprime son intention de suivre.", "op:Exprime son intention"},
		{"Se félicite des arrangements.", "pp:Se félicite"},
		{"Gravement préoccupé par les vecteurs,", "pp:Gravement préoccupé term:vecteurs"},
		// Russian, Arabic, Chinese.
		{"Постановляет, что государства действуют.", "op:Постановляет"},
		{"Настоятельно призывает государства.", "op:Настоятельно призывает"},
		{"Подтверждает, что средства доставки важны.", "pp:Подтверждает term:средства доставки"},
		{"يقرر أن تمتنع الدول وفق القرار 1540 (2004).", "op:يقرر cite:1540 (2004)"},
		{"يؤكد أن وسائل الإيصال خطر.", "pp:يؤكد term:وسائل الإيصال"},
		{"决定各国不支持非国家行为者。", "op:决定 term:非国家行为者"},
		{"申明运载工具的威胁。", "pp:申明 term:运载工具"},
	} {
		lexer, text, named := strings.Cut(c.text, "|")
		if !named {
			lexer, text = "resolution", c.text
		}
		tokens, err := chroma.Tokenise(chroma.Coalesce(lexers.Get(lexer)), nil, text)
		if err != nil {
			t.Fatalf("%q: %v", c.text, err)
		}
		var got, whole strings.Builder
		for _, token := range tokens {
			whole.WriteString(token.Value)
			if name := names[token.Type]; name != "" {
				got.WriteString(" " + name + ":" + token.Value)
			}
			if token.Type == chroma.Error {
				t.Errorf("%q: no rule for %q", c.text, token.Value)
			}
		}
		if g := strings.TrimSpace(got.String()); g != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, g, c.want)
		}
		if w := strings.TrimSuffix(whole.String(), "\n"); w != text {
			t.Errorf("tokens of %q spell %q", text, w)
		}
	}
}
