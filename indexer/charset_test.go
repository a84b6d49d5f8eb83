package indexer

import (
	"strings"
	"testing"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// Pages that say no encoding, or a wrong one, are read as they were written, in the
// encodings that were in use before UTF-8. What is told by the language that the page
// declares stands with its language; all else is told without one.
func TestUndeclaredEncodings(t *testing.T) {
	for _, c := range []struct{ lang, encodings, text string }{
		{"", "shift_jis euc-jp iso-2022-jp utf-16le utf-16be", "養蜂家は冬のあいだ、巣箱の蜂に砂糖水をあたえます。"},
		{"", "euc-kr", "양봉가는 겨울에 벌통의 벌에게 설탕물을 줍니다."},
		{"", "gb18030 gbk", "冬天养蜂人给蜂箱里的蜜蜂喂糖水，春天它们采集花蜜。"},
		{"", "big5", "冬天養蜂人給蜂箱裡的蜜蜂餵糖水，春天牠們採集花蜜。"},
		{"", "windows-1251 koi8-r iso-8859-5 ibm866", "Зимой пасечник кормит пчёл в улье сахарным сиропом."},
		{"", "windows-1256 iso-8859-6", "في الشتاء يطعم النحال النحل في الخلية شراب السكر."},
		{"", "windows-1253", "Το χειμώνα ο μελισσοκόμος ταΐζει τις μέλισσες με ζάχαρη."},
		{"", "windows-1255", "בחורף הכוורן מאכיל את הדבורים בכוורת במי סוכר."},
		{"", "windows-874", "ในฤดูหนาวคนเลี้ยงผึ้งให้น้ำตาลแก่ผึ้งในรัง"},
		{"pl", "windows-1250 iso-8859-2", "Zimą pszczelarz żywi pszczoły w ulu: łyżką, gęstą śmietanką cukru i źródlaną wodą."},
		{"cs", "windows-1250 iso-8859-2", "V zimě včelař krmí včely v úle cukrem, protože je příliš chladno a květy ještě spí."},
		{"tr", "windows-1254", "Kışın arıcı kovandaki arılara şeker verir, çiçekler uyur."},
		{"lt", "windows-1257", "Žiemą bitininkas maitina bites avilyje cukrumi, gėlės miega, šalta."},
		{"fr", "windows-1252", "L'été, où les fleurs s'ouvrent, l'apiculteur naît à la joie : « ça y est ! », dit-il à l'élève."},
		{"de", "windows-1252", "Über die Bienen: im Winter füttert der Imker sie mit süßem Wasser, täglich früh."},
		{"es", "windows-1252", "En otoño el apicultor dará azúcar a la colmena; ¿qué más? ¡Ánimo!"},
		{"", "windows-1252", "På vinteren får biene sukker i kubene sine, og så sover de."},
		{"", "windows-1252", "“Quotes” – and a dash: naïve café, 20 °C, £5."},
	} {
		for name := range strings.FieldsSeq(c.encodings) {
			html := "<!doctype html>\n<html"
			if c.lang != "" {
				html += " lang=\"" + c.lang + "\""
			}
			html += "><title>T</title>\n<main>" + c.text + "</main>"
			declarations := []string{""}
			if !strings.HasPrefix(name, "utf-16") && name != "iso-2022-jp" && name != "windows-1252" {
				declarations = append(declarations, `<meta charset="utf-8">`)
			}
			for _, declared := range declarations {
				e, _ := charset.Lookup(name)
				switch name {
				case "utf-16le":
					e = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
				case "utf-16be":
					e = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
				}
				data, err := encoding.ReplaceUnsupported(e.NewEncoder()).String(strings.Replace(html, "<title>", declared+"<title>", 1))
				if err != nil {
					t.Fatal(err)
				}
				p, err := reading{}.readPage("note.html", []byte(data))
				if err != nil {
					t.Fatal(err)
				}
				if len(p.Sections) != 1 || p.Sections[0].Text != c.text {
					t.Errorf("%s %s %s: %+v", name, c.lang, declared, p.Sections)
				}
			}
		}
	}
}
