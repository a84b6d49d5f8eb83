package main

import (
	"slices"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// The lexer "resolution" sets off what carries weight in a paragraph of a
// Security Council resolution: the verb that it opens with, operative or
// preambular, and the citations, paragraph labels and defined terms within.
// It serves Hugo's code fences like any other lexer, so the colours come from
// Chroma's stylesheet.
//
//	operative verb      Keyword
//	preambular verb     KeywordType
//	paragraph label     NameBuiltin
//	citation            NameVariable
//	defined term        NameClass
//
// A verb counts only where the text begins, after a paragraph label if there
// is one: "the Council decides" in the middle of a sentence is prose. Our own
// texts open in the third person (Affirms), official ones often with a
// participle (Affirming); both are known.
//
// Some verbs open paragraphs of both parts (reaffirms, recognizes); the lexer
// "preamble" is the same but takes every opening verb for a preambular one.
func init() {
	lexers.Register(chroma.MustNewLexer(
		&chroma.Config{Name: "Resolution", Aliases: []string{"resolution"}, CaseInsensitive: true},
		func() chroma.Rules { return resolutionRules(preambularVerbs, operativeVerbs) },
	))
	lexers.Register(chroma.MustNewLexer(
		&chroma.Config{Name: "Preamble", Aliases: []string{"preamble"}, CaseInsensitive: true},
		func() chroma.Rules { return resolutionRules(slices.Concat(preambularVerbs, operativeVerbs), nil) },
	))
}

// operativeVerbs and preambularVerbs are regular expressions, one verb each;
// longer forms stand before the shorter ones that they contain.
var operativeVerbs = []string{
	// English
	`calls (?:up)?on`, `calls again (?:up)?on`, `calls for`,
	`condemns`, `decides`, `declares`, `demands`, `directs`, `emphasi[sz]es`,
	`encourages`, `endorses`,
	`expresses its (?:intention|readiness|determination|appreciation|support)`,
	`invites`, `notes`, `reaffirms`, `recogni[sz]es`, `recommends`, `reiterates`,
	`remains (?:actively )?seized`, `requests`, `stresses`, `supports`,
	`underlines`, `urges`,
	// Spanish
	`alienta`, `apoya`, `condena`, `decide`, `declara`, `destaca`, `exhorta`,
	`exige`, `expresa su (?:intención|determinación|disposición|reconocimiento|apoyo)`,
	`hace suy[oa]s?`, `hace un llamamiento`, `insta`, `invita`, `observa`,
	`pide`, `pone de relieve`, `reafirma`, `recomienda`, `reconoce`, `reitera`,
	`seguirá ocupándose`, `sigue ocupándose`, `solicita`, `subraya`, `toma nota`,
	// French
	`appuie`, `condamne`, `décide`, `déclare`, `demande(?: instamment)?`,
	`demeure saisi`, `encourage`, `engage(?: instamment)?`, `entend`, `exhorte`,
	`exige`, `exprime (?:son intention|sa détermination|sa volonté)`,
	`fait sien(?:ne)?s?`, `invite`, `note`, `prend note`, `prie(?: instamment)?`,
	`réaffirme`, `recommande`, `reconnaît`, `réitère`, `reste saisi`, `souligne`,
	// Russian
	`заявляет о (?:своем |своём )?намерении`, `настоятельно призывает`,
	`осуждает`, `отмечает`, `побуждает`, `подчеркивает`, `подчёркивает`,
	`поддерживает`, `поощряет`, `постановляет`, `предлагает`, `признает`,
	`признаёт`, `призывает`, `продолжает заниматься`, `просит`, `рекомендует`,
	`требует`, `выражает (?:свое |своё )?намерение`,
	// Arabic
	`يعرب عن اعتزامه`, `يبقي المسألة قيد نظره`, `يهيب`, `يقرر`, `يطالب`,
	`يطلب`, `يحث`, `يشجع`, `يدعو`, `يسلم`, `يعترف`, `يوصي`, `يدين`, `يشدد`,
	`يؤيد`, `يلاحظ`,
	// Chinese
	`决定`, `要求`, `呼吁`, `促请`, `敦促`, `鼓励`, `邀请`, `确认`, `承认`, `表示打算`,
	`继续处理`, `强调`, `支持`, `赞同`, `注意到`, `请`,
}

var preambularVerbs = []string{
	// English
	`act(?:s|ing) under`, `affirm(?:s|ing)`, `(?:bears|bearing) in mind`, `commend(?:s|ing)`,
	`consider(?:s|ing)`, `convinced`, `is convinced`,
	`(?:is )?(?:gravely|deeply|seriously) concerned`, `(?:is )?concerned`,
	`(?:is )?determined`, `(?:is )?mindful`, `emphasi[sz]ing`, `encouraging`,
	`endorsing`, `expressing (?:its |grave |deep )*(?:concern|support|appreciation)?`,
	`expresses (?:grave |deep )*concern`, `noting`, `reaffirming`,
	`recall(?:s|ing)`, `recogni[sz]ing`, `reiterating`, `stressing`,
	`supporting`, `taking note`, `takes note`, `underlining`, `welcom(?:es|ing)`,
	`having (?:considered|examined|in mind)`,
	// Spanish
	`actuando en virtud`, `actúa en virtud`, `acoge con (?:beneplácito|satisfacción)`,
	`acogiendo con (?:beneplácito|satisfacción)`, `afirma(?:ndo)?`, `alentando`,
	`apoyando`, `considera(?:ndo)?`, `consciente`, `convencido`, `destacando`,
	`(?:expresa(?:ndo)? (?:su )?)?(?:grave|profunda) preocupación`,
	`(?:gravemente|profundamente|se muestra (?:gravemente |profundamente )?)\s?preocupado`,
	`haciendo suyo`, `observando`, `poniendo de relieve`, `reafirmando`,
	`reconociendo`, `recorda(?:ndo)`, `recuerda`, `reiterando`, `resuelto`,
	`está resuelto`, `subrayando`, `teniendo (?:presente|en cuenta)`,
	`tiene (?:presente|en cuenta)`, `tomando nota`,
	// French
	`affirm(?:e|ant)`, `agissant`, `agit en vertu`, `appuyant`,
	`ayant (?:à l['’]esprit|examiné)`, `conscient`, `considér(?:e|ant)`,
	`convaincu`, `encourageant`, `est résolu`, `exprimant`, `faisant sien`,
	`(?:se dit )?(?:gravement|profondément|vivement) (?:préoccupé|inquiet)`,
	`notant`, `préoccupé`, `prenant note`, `rappel(?:le|ant)`, `réaffirmant`,
	`reconnaissant`, `réitérant`, `résolu`, `s['’]inquiète`,
	`saluant`, `salue`, `se félicit(?:e|ant)`, `soulignant`,
	// Russian
	`будучи`, `вновь подтвержд(?:ает|ая)`, `выражая`, `действует`, `действуя`,
	`напомина(?:ет|я)`, `отмечая`, `подтвержд(?:ает|ая)`, `поддерживая`,
	`подчеркивая`, `преисполнен(?: решимости)?`, `приветству(?:ет|я)`,
	`признавая`, `принима(?:ет|я) во внимание`, `рассмотрев`, `сознавая`,
	`ссылаясь`, `учитыва(?:ет|я)`, `(?:будучи )?(?:глубоко |серьезно )?озабочен`,
	// Arabic
	`يعيد (?:التأكيد|تأكيد)`, `وإذ \p{L}+`, `إذ \p{L}+`, `يؤكد`, `يشير`,
	`يرحب`, `يساوره(?: بالغ)? القلق`, `يتصرف`, `عازم`,
	// Chinese
	`申明`, `重申`, `回顾`, `欢迎`, `深切关注`, `严重关切`, `表示关切`, `关切`, `决心`,
	`铭记`, `认识到`, `考虑到`, `采取行动`,
}

// definedTerms are the three that resolution 1540 defines.
var definedTerms = []string{
	`means of delivery`, `non-State actors?`, `related materials?`,
	`sistemas vectores`, `agentes? no estatal(?:es)?`, `materiales conexos`,
	`vecteurs?`, `acteurs? non étatiques?`, `éléments connexes`,
	`средств\p{L}* доставки`, `негосударственн\p{L}+ субъект\p{L}*`, `относящ\p{L}+ся материал\p{L}*`,
	`و?وسائل (?:الإيصال|إيصالها)`, `(?:ال)?جهات غير (?:التابعة للدول|الدول)`, `(?:جهات|جهة) من غير الدول`, `(?:ال)?مواد (?:ال)?متصلة`,
	`运载工具`, `非国家行为者`, `相关材料`,
}

// verbEnd keeps "decidest" from being "decides"; Chinese runs on without spaces.
const verbEnd = `(?![a-zà-ÿа-яё])`

// adverbs may stand before a verb: "Also decides", "Decide también" needs none.
const adverbs = `(?:(?:also|further|again|strongly|once again|además|asimismo|également|en outre|также|далее|又|还|进一步)\s*)?`

const paragraphLabel = `\b(?:OP|PP)\s?\d{1,2}(?:\s?\([a-e]\))?` +
	`|\b(?:operative )?(?:paragraphs?|paras?\.|párrafos?|párrs?\.|paragraphes?|par\.|пункт\p{L}*|подпункт\p{L}*)\s\d{1,2}(?:\s?\(?[a-eа-д]\))?` +
	`|(?:ال)?فقر(?:ة|ات)\s\d{1,2}(?:\s?\([أ-ي]\))?` +
	`|第\s?[\d一二三四五六七八九十]+\s?段`

const citation = `\b[SA]/(?:RES|PRST|PV|AC)[./]\d+(?:/\d+)*(?:\s?\(\d{4}\))?` +
	`|\b[SA]/\d{4}/\d+|\bS/\d{4,5}` +
	`|\b\d{3,4}\s?\((?:19|20)\d\d\)`

func resolutionRules(preambular, operative []string) chroma.Rules {
	start := func(words []string) string {
		return adverbs + `(?:` + strings.Join(words, "|") + `)` + verbEnd
	}
	inside := []chroma.Rule{
		{Pattern: paragraphLabel, Type: chroma.NameBuiltin},
		{Pattern: citation, Type: chroma.NameVariable},
		{Pattern: `(?:` + strings.Join(definedTerms, "|") + `)` + verbEnd, Type: chroma.NameClass},
		{Pattern: `\s+`, Type: chroma.Text},
		// One ideograph at a time, else a run of them would swallow a term.
		{Pattern: `[\x{4e00}-\x{9fff}]`, Type: chroma.Text},
		{Pattern: `[\p{L}\p{M}\p{N}]+`, Type: chroma.Text},
		{Pattern: `.`, Type: chroma.Text},
	}
	rules := chroma.Rules{
		"root": {
			{Pattern: `\s+`, Type: chroma.Text},
			{Pattern: `(?:` + paragraphLabel + `)(?=[.:)\s])`, Type: chroma.NameBuiltin},
			{Pattern: `\d{1,2}\.|\([a-e]\)`, Type: chroma.NameBuiltin},
			{Pattern: `[.:]`, Type: chroma.Text},
			// Preambular forms first: they are the longer ones where both fit (affirme, réaffirmant).
			{Pattern: start(preambular), Type: chroma.KeywordType, Mutator: chroma.Push("text")},
		},
		"text": inside,
	}
	if operative != nil {
		rules["root"] = append(rules["root"], chroma.Rule{Pattern: start(operative), Type: chroma.Keyword, Mutator: chroma.Push("text")})
	}
	rules["root"] = append(rules["root"], chroma.Default(chroma.Push("text")))
	return rules
}
