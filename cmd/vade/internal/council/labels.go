package council

// DefinedTerms are the three that resolution 1540 defines.
var DefinedTerms = []string{
	`means of delivery`, `non-State actors?`, `related materials?`,
	`sistemas vectores`, `agentes? no estatal(?:es)?`, `materiales conexos`,
	`vecteurs?`, `acteurs? non étatiques?`, `éléments connexes`,
	`средств\p{L}* доставки`, `негосударственн\p{L}+ субъект\p{L}*`, `относящ\p{L}+ся материал\p{L}*`,
	`و?وسائل (?:الإيصال|إيصالها)`, `(?:ال)?جه(?:ات|ة) غير (?:(?:ال)?تابعة (?:للدول|لدولة)|الدول)`, `(?:جهات|جهة) من غير الدول`, `(?:ال)?مواد (?:(?:ال)?متصلة|ذات الصلة)`,
	`运载工具`, `非国家行为者`, `相关材料`,
}

// ParagraphLabel matches the label of a paragraph: "OP 3 (d)", "párrafo 4", "第3段".
const ParagraphLabel = `\b(?:OP|PP)\s?\d{1,2}(?:\s?\([a-e]\))?` +
	`|\b(?:operative )?(?:paragraphs?|paras?\.|párrafos?|párrs?\.|paragraphes?|par\.|пункт\p{L}*|подпункт\p{L}*)\s\d{1,2}(?:\s?\(?[a-eа-д]\))?` +
	`|(?:ال)?فقر(?:ة|ات)\s\d{1,2}(?:\s?\([أ-ي]\))?` +
	`|第\s?[\d一二三四五六七八九十]+\s?段`

// Symbols match the symbol of a document of the United Nations, or the number and
// year of a resolution.
const Symbols = `\b[SA]/(?:RES|PRST|PV|AC)[./]\d+(?:/\d+)*(?:\s?\(\d{4}\))?` +
	`|\b[SA]/\d{4}/\d+|\bS/\d{4,5}` +
	`|\b\d{3,4}\s?\((?:19|20)\d\d\)`
