package council

// verbs are the opening verbs of one language, as regular expressions without
// anchors; longer forms stand before the shorter ones that they contain.
type verbs struct {
	lang string
	list []string
}

var operativeVerbs = []verbs{
	{"en", []string{
		`calls (?:up)?on`, `calls again (?:up)?on`, `calls for`,
		`condemns`, `decides`, `declares`, `demands`, `directs`, `emphasi[sz]es`,
		`encourages`, `endorses`,
		`expresses its (?:intention|readiness|determination|appreciation|support)`,
		`invites`, `notes`, `reaffirms`, `recogni[sz]es`, `recommends`, `reiterates`,
		`remains (?:actively )?seized`, `requests`, `stresses`, `supports`,
		`underlines`, `urges`,
		`approves`, `authori[sz]es`, `welcomes`, `expresses`,
		`accepts`, `acknowledges`, `adopts`, `affirms`, `agrees`, `appeals`, `appoints`,
		`asks`, `censures`, `commends`, `concludes`, `confirms`, `congratulates`,
		`considers`, `deplores`, `designates`, `determines`, `draws (?:the )?attention`,
		`establishes`, `expects`, `extends`, `finds`, `hails`, `insists`, `instructs`,
		`intends`, `looks forward`, `orders`, `pays tribute`, `proposes`, `recalls`,
		`refers`, `regrets`, `rejects`, `reminds`, `renews`, `resolves`, `suggests`,
		`takes note`, `terminates`, `transmits`, `underscores`, `warns`,
	}},
	{"es", []string{
		`alienta`, `apoya`, `condena`, `decide`, `declara`, `destaca`, `exhorta`,
		`exige`, `expresa su (?:intención|determinación|disposición|reconocimiento|apoyo)`,
		`hace suy[oa]s?`, `hace un llamamiento`, `insta`, `invita`, `observa`,
		`pide`, `pone de relieve`, `reafirma`, `recomienda`, `reconoce`, `reitera`,
		`acepta`, `acoge`, `afirma`, `aprueba`, `autoriza`, `confirma`, `considera`, `deplora`,
		`determina`, `encomia`, `establece`, `expresa`, `felicita`, `hace (?:un )?llamamiento`,
		`lamenta`, `nombra`, `prorroga`, `rechaza`, `renueva`, `rinde homenaje`, `señala`,
		`seguirá ocupándose`, `sigue ocupándose`, `solicita`, `subraya`, `toma nota`,
	}},
	{"fr", []string{
		`appuie`, `condamne`, `décide`, `déclare`, `demande(?: instamment)?`,
		`demeure saisi`, `encourage`, `engage(?: instamment)?`, `entend`, `exhorte`,
		`exige`, `exprime (?:son intention|sa détermination|sa volonté)`,
		`fait sien(?:ne)?s?`, `invite`, `note`, `prend note`, `prie(?: instamment)?`,
		`accueille`, `adopte`, `adresse`, `affirme`, `approuve`, `autorise`, `confirme`,
		`considère`, `constate`, `crée`, `déplore`, `enjoint`, `exprime`, `félicite`,
		`fait appel`, `lance un appel`, `proroge`, `rappelle`, `regrette`, `rejette`,
		`remercie`, `rend hommage`, `salue`, `se déclare`, `se félicite`,
		`réaffirme`, `recommande`, `reconnaît`, `réitère`, `reste saisi`, `souligne`,
	}},
	{"ru", []string{
		`заявляет о (?:своем |своём )?намерении`, `настоятельно призывает`,
		`осуждает`, `отмечает`, `побуждает`, `подчеркивает`, `подчёркивает`,
		`поддерживает`, `поощряет`, `постановляет`, `предлагает`, `признает`,
		`признаёт`, `призывает`, `продолжает заниматься`, `просит`, `рекомендует`,
		`требует`, `выражает (?:свое |своё )?намерение`,
	}},
	{"ar", []string{
		`يعرب عن اعتزامه`, `يبقي المسألة قيد نظره`, `يهيب`, `يقرر`, `يطالب`,
		`يطلب`, `يحث`, `يشجع`, `يدعو`, `يسلم`, `يعترف`, `يوصي`, `يدين`, `يشدد`,
		`يؤيد`, `يلاحظ`,
	}},
	{"zh", []string{
		`决定`, `要求`, `呼吁`, `促请`, `敦促`, `鼓励`, `邀请`, `确认`, `承认`, `表示打算`,
		`继续处理`, `强调`, `支持`, `赞同`, `注意到`, `请`,
	}},
}

var preambularVerbs = []verbs{
	{"en", []string{
		`act(?:s|ing) under`, `affirm(?:s|ing)`, `(?:bears|bearing) in mind`, `commend(?:s|ing)`,
		`consider(?:s|ing)`, `convinced`, `is convinced`,
		`(?:is )?(?:gravely|deeply|seriously) concerned`, `(?:is )?concerned`,
		`(?:is )?determined`, `(?:is )?mindful`, `emphasi[sz]ing`, `encouraging`,
		`endorsing`, `expressing (?:its |grave |deep )*(?:concern|support|appreciation)?`,
		`expresses (?:grave |deep )*concern`, `noting`, `reaffirming`,
		`recall(?:s|ing)`, `recogni[sz]ing`, `reiterating`, `stressing`,
		`supporting`, `taking note`, `takes note`, `underlining`, `welcom(?:es|ing)`,
		`having (?:considered|examined|in mind)`,
	}},
	{"es", []string{
		`actuando en virtud`, `actúa en virtud`, `acoge con (?:beneplácito|satisfacción)`,
		`acogiendo con (?:beneplácito|satisfacción)`, `afirma(?:ndo)?`, `alentando`,
		`apoyando`, `considera(?:ndo)?`, `consciente`, `convencido`, `destacando`,
		`(?:expresa(?:ndo)? (?:su )?)?(?:grave|profunda) preocupación`,
		`(?:gravemente|profundamente|se muestra (?:gravemente |profundamente )?)\s?preocupado`,
		`haciendo suyo`, `observando`, `poniendo de relieve`, `reafirmando`,
		`reconociendo`, `recorda(?:ndo)`, `recuerda`, `reiterando`, `resuelto`,
		`está resuelto`, `subrayando`, `teniendo (?:presente|en cuenta)`,
		`tiene (?:presente|en cuenta)`, `tomando nota`,
	}},
	{"fr", []string{
		`affirm(?:e|ant)`, `agissant`, `agit en vertu`, `appuyant`,
		`ayant (?:à l['’]esprit|examiné)`, `conscient`, `considér(?:e|ant)`,
		`convaincu`, `encourageant`, `est résolu`, `exprimant`, `faisant sien`,
		`(?:se dit )?(?:gravement|profondément|vivement) (?:préoccupé|inquiet)`,
		`notant`, `préoccupé`, `prenant note`, `rappel(?:le|ant)`, `réaffirmant`,
		`reconnaissant`, `réitérant`, `résolu`, `s['’]inquiète`,
		`saluant`, `salue`, `se félicit(?:e|ant)`, `soulignant`,
	}},
	{"ru", []string{
		`будучи`, `вновь подтвержд(?:ает|ая)`, `выражая`, `действует`, `действуя`,
		`напомина(?:ет|я)`, `отмечая`, `подтвержд(?:ает|ая)`, `поддерживая`,
		`подчеркивая`, `преисполнен(?: решимости)?`, `приветству(?:ет|я)`,
		`признавая`, `принима(?:ет|я) во внимание`, `рассмотрев`, `сознавая`,
		`ссылаясь`, `учитыва(?:ет|я)`, `(?:будучи )?(?:глубоко |серьезно )?озабочен`,
	}},
	{"ar", []string{
		`يعيد (?:التأكيد|تأكيد)`, `وإذ \p{L}+`, `إذ \p{L}+`, `يؤكد`, `يشير`,
		`يرحب`, `يساوره(?: بالغ)? القلق`, `يتصرف`, `عازم`,
	}},
	{"zh", []string{
		`申明`, `重申`, `回顾`, `欢迎`, `深切关注`, `严重关切`, `表示关切`, `关切`, `决心`,
		`铭记`, `认识到`, `考虑到`, `采取行动`,
	}},
}

// OperativeVerbs are regular expressions of the verbs that open operative
// paragraphs, in all languages.
func OperativeVerbs() []string { return all(operativeVerbs) }

// PreambularVerbs are those of preambular paragraphs. Some verbs open both.
func PreambularVerbs() []string { return all(preambularVerbs) }

func all(by []verbs) (out []string) {
	for _, v := range by {
		out = append(out, v.list...)
	}
	return out
}

// Adverbs match what may stand before a verb: "Also decides", "Decide también" needs none.
const Adverbs = `(?:(?:also|further|again|strongly|deeply|fully|firmly|urgently|solemnly|once again|además|asimismo|également|en outre|также|далее|又|还|进一步)\s*)?`
