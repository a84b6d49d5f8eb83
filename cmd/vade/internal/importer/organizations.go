package importer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"vademecum/cmd/vade/internal/states"
)

func isLetter(r rune) bool { return unicode.IsLetter(r) }

// ministries are the parts of a government that a participants' list names,
// each with its names in English, Spanish and French. The ids are those that
// pages use in their field of the same name.
var ministries = Vocabulary{
	{ID: "foreign-affairs", Labels: []string{"Foreign Affairs", "External Affairs", "External Relations", "Foreign Ministry", "MFA", "Relaciones Exteriores", "Asuntos Exteriores", "Cancillería", "Affaires étrangères"}},
	{ID: "interior", Labels: []string{"Interior", "Home Affairs", "Internal Affairs", "Gobernación", "Ministerio de Gobierno", "Intérieur"}},
	{ID: "public-security", Labels: []string{"Public Security", "Public Safety", "Seguridad Pública", "Sécurité publique"}},
	{ID: "national-security", Labels: []string{"National Security", "Seguridad Nacional", "Sécurité nationale"}},
	{ID: "trade-and-industry", Labels: []string{"Trade and Industry", "Commerce and Industry", "Trade", "Commerce", "Industry", "Comercio e Industrias", "Comercio e Industria", "Comercio", "Industria", "Commerce et Industrie", "Industrie"}},
	{ID: "defence", Labels: []string{"Defence", "Defense", "Armed Forces", "Defensa", "Fuerzas Armadas", "Défense", "Forces armées"}},
	{ID: "health", Labels: []string{"Health", "Public Health", "Salud", "Salud Pública", "Santé", "Santé publique"}},
	{ID: "customs", Labels: []string{"Customs", "Customs Authority", "National Customs Authority", "Aduanas", "Aduana", "Autoridad Nacional de Aduanas", "Douanes", "Douane"}},
	{ID: "public-prosecutor", Labels: []string{"Public Prosecutor", "Public Prosecutors", "Public Prosecutors Office", "Public Prosecutor's Office", "Prosecutor General", "Attorney General", "Ministerio Público", "Procuraduría", "Fiscalía", "Parquet", "Ministère public"}},
	{ID: "banking-supervision", Labels: []string{"Banking Supervisors", "Banking Supervision", "Banking Supervisor", "Superintendency of Banks", "Superintendencia de Bancos", "Supervision bancaire"}},
	{ID: "financial-intelligence-unit", Labels: []string{"Financial Intelligence Unit", "Financial Intelligence", "FIU", "Unidad de Inteligencia Financiera", "Unidad de Análisis Financiero", "UIF", "Cellule de renseignement financier", "CRF"}},
	{ID: "justice", Labels: []string{"Justice", "Justicia"}},
	{ID: "finance", Labels: []string{"Finance", "Economy and Finance", "Treasury", "Hacienda", "Finanzas", "Economía y Finanzas", "Finances"}},
	{ID: "agriculture", Labels: []string{"Agriculture", "Agricultura"}},
	{ID: "environment", Labels: []string{"Environment", "Medio Ambiente", "Ambiente", "Environnement"}},
	{ID: "transport", Labels: []string{"Transport", "Transportation", "Transporte", "Transportes", "Transports"}},
	{ID: "energy", Labels: []string{"Energy", "Energía", "Énergie"}},
	{ID: "science-and-technology", Labels: []string{"Science and Technology", "Ciencia y Tecnología", "Sciences et Technologies", "Recherche scientifique"}},
	{ID: "police", Labels: []string{"Police", "National Police", "Policía", "Policía Nacional", "Police nationale"}},
	{ID: "maritime-authority", Labels: []string{"Maritime Authority", "Autoridad Marítima", "Autorité maritime"}},
	{ID: "border-service", Labels: []string{"Border Service", "Border Guard", "Border Police", "Servicio Nacional de Fronteras", "Police aux frontières"}},
	{ID: "migration", Labels: []string{"Migration", "Immigration", "Migración"}},
	{ID: "parliament", Labels: []string{"Parliament", "National Assembly", "Parlamento", "Asamblea Nacional", "Parlement", "Assemblée nationale"}},
	{ID: "nuclear-regulator", Labels: []string{"Nuclear Regulatory Authority", "Radiation Protection Authority", "Autoridad Regulatoria Nuclear", "Autorité de sûreté nucléaire"}},
}

// beside are words that may stand in capitals beside the name of a ministry or
// a country without making a longer name of it.
var beside = set("the and of for from ministry ministries minister department departments authority authorities office offices officials official",
	"administration agency agencies commission committee board bureau unit force forces corps college service services national general directorate government governments republic representatives delegation delegations deputy vice host state states",
	"el la los las de del ministerio ministerios departamento autoridad dirección direccion servicio nacional gobierno gobiernos república representantes",
	"le la les du des l d ministère ministere ministères departement direction autorité autorite service nationale gouvernement gouvernements republique représentants representants")

// generic are words that name nobody: what is left of a list when they are
// taken away is a name.
var generic = set("representative representatives government governments ministry ministries department departments official officials expert experts delegate delegates delegation delegations",
	"participant participants state states member members country countries agency agencies institution institutions organization organizations organisation organisations observer observers speaker speakers",
	"national international regional ngo ngos civil society academia industry private sector united nations security council committee total other others group support cooperation collaboration secretariat host",
	"representante representantes gobierno gobiernos ministerio ministerios departamento departamentos funcionario funcionarios experto expertos delegado delegados delegacion participante participantes estado estados miembro miembros pais paises ong sociedad organizacion organizaciones",
	"representant representants gouvernement gouvernements ministere ministeres departement departements fonctionnaire fonctionnaires delegue delegues delegation etat etats membre membres pays societe organisation organisations",
	"the a an and of for from in with by to el la los las de del y e con por en le les l d du des et avec par un une")

// bounded reports whether hit h stands by itself between its neighbours, and
// is no part of a longer name: "Guinea" in "New Guinea" or "Guinea-Bissau".
func bounded(text string, h hit, before, after []hit) bool {
	from, to := 0, len(text)
	if len(before) > 0 {
		from = before[len(before)-1].end
	}
	if len(after) > 0 {
		to = after[0].start
	}
	return !longerName(text[from:h.start], true) && !longerName(text[h.end:to], false)
}

// longerName reports whether the word next to a name belongs to it: it begins
// with a capital, and only a space or a hyphen parts it from the name.
func longerName(side string, before bool) bool {
	ws := words(side[:min(len(side), 60)])
	if before {
		ws = words(side[max(0, len(side)-60):])
		side = side[max(0, len(side)-60):]
	}
	if len(ws) == 0 {
		return false
	}
	w, between := ws[0], side[:ws[0].start]
	if before {
		w = ws[len(ws)-1]
		between = side[w.end:]
	}
	return between != "" && strings.Trim(between, " -") == "" && capitalised(side, w.start) && !beside[w.fold]
}

// found are the ids that a list of names gives, and what it could not give.
type found struct {
	countries     []match
	organizations []match
	parents       []match // named as the body that another one belongs to
	ministries    []match
	ambiguous     []string // a name that several terms share
	doubtful      []string // a name inside what looks like a longer one
	unknown       []string // a name that the vocabulary does not have
	ngos          []string // names that the text itself calls an NGO
}

// A match is an id with the words it was found by.
type match struct{ id, text string }

// findBodies looks for countries, organizations and ministries in a list of
// names.
func findBodies(text string, v Vocabulary) found {
	var f found
	taken := make([]bool, len(text))
	f.organizations, f.parents = f.findOrganizations(text, newLexicon(v, "organization"), taken)
	f.ministries = f.findNames(text, newLexicon(ministries, ""), taken, newLexicon(v, country).find(text))
	f.countries = f.findNames(text, newLexicon(v, country), taken, nil)
	f.unknown = leftNames(text, taken)
	f.ngos = calledNGO(text)
	return f
}

// reParent is what stands between a body and the one that it belongs to.
var reParent = regexp.MustCompile(`(?:\)|(?:^|[\s(.'’-])\p{Lu}[\p{L}.]*)\s+(?:of the|of|de la|de l['’]|del|du|des|de)\s*$`)

// reActsFor is what stands before a body that itself is meant, not one that
// belongs to it: "the Secretariat of the".
var reActsFor = regexp.MustCompile(`(?i)\b(?:secretariat|secretar[ií]a|secr[ée]tariat|presidency|presidencia|pr[ée]sidence|chair|secretary[- ]general|secretari[oa] general|secr[ée]taire g[ée]n[ée]ral|representatives?|representantes?|repr[ée]sentants?|experts?|experto?s?|members?|miembros|membres|office|support|apoyo|appui|cooperation|cooperaci[óo]n|coop[ée]ration|[ée]quipe|team|equipo)\s+(?:of the|of|de la|de l['’]|del|du|des|de)\s*$`)

func (f *found) findOrganizations(text string, l *lexicon, taken []bool) (bodies, parents []match) {
	for _, h := range l.find(text) {
		mark(taken, h)
		m := match{h.ids[0], text[h.start:h.end]}
		if len(h.ids) > 1 {
			f.ambiguous = append(f.ambiguous, m.text+": "+strings.Join(h.ids, ", "))
			continue
		}
		before := text[max(0, h.start-80):h.start]
		switch {
		case hasMatch(bodies, m.id) || hasMatch(parents, m.id):
		case reParent.MatchString(before) && !reActsFor.MatchString(before):
			parents = append(parents, m)
		default:
			bodies = append(bodies, m)
		}
	}
	return bodies, parents
}

// findNames finds names that stand in capitals and by themselves, where
// nothing else was found before. A name of the owners may stand before one:
// "Jordan Customs".
func (f *found) findNames(text string, l *lexicon, taken []bool, owners []hit) []match {
	var out []match
	hits := l.find(text)
	for i, h := range hits {
		if taken[h.start] || !capitalised(text, h.start) && !(l.facet == "" && ofMinistries(text[max(0, h.start-200):h.start], l)) {
			continue
		}
		m := match{h.ids[0], text[h.start:h.end]}
		if len(h.ids) > 1 {
			h.ids = notNamed(h.ids, hits)
			m.id = h.ids[0]
		}
		switch {
		case len(h.ids) > 1:
			f.ambiguous = append(f.ambiguous, m.text+": "+strings.Join(h.ids, ", "))
		case m.id == elsewhere && l.facet == country:
		case !bounded(text, h, hits[:i], hits[i+1:]) && !(l.facet == "" && ofCountry(text, h)) && !owned(text, h, owners) && !owner(text, h, taken):
			f.doubtful = append(f.doubtful, m.text+": "+passage(text, h.start, h.end))
			continue
		case !hasMatch(out, m.id):
			out = append(out, m)
		}
		mark(taken, h)
	}
	return out
}

var reMinistry = regexp.MustCompile(`(?i)\b(?:ministr(?:y|ies)|minist[eè]re?s?|ministerios?)\b`)

// ofMinistries reports whether a name that goes on behind text is that of a
// ministry, whatever its first letter: "the ministries of health and defence". Only
// names of others and what joins them stands between.
func ofMinistries(text string, l *lexicon) bool {
	all := reMinistry.FindAllStringIndex(text, -1)
	if all == nil {
		return false
	}
	between := text[all[len(all)-1][1]:]
	at := 0
	for _, h := range append(l.find(between), hit{start: len(between)}) {
		if strings.ContainsAny(between[at:h.start], ".;:\n") {
			return false
		}
		for _, w := range words(between[at:h.start]) {
			if !joiners[w.fold] && !listWords[w.fold] && w.fold != "a" && w.fold != "an" {
				return false
			}
		}
		at = h.end
	}
	return true
}

// notNamed leaves out those that another name of the text is sure of: in "Guinea,
// Equatorial Guinea" the first is not the second. It gives all if that leaves none.
func notNamed(ids []string, hits []hit) []string {
	left := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return slices.ContainsFunc(hits, func(h hit) bool { return len(h.ids) == 1 && h.ids[0] == id })
	})
	if len(left) == 0 {
		return ids
	}
	return left
}

// ofCountry reports whether the words in capitals beside the name of a ministry only
// say whose it is: "Ethiopian Customs", "Policía Boliviana".
func ofCountry(text string, h hit) bool {
	for _, side := range []string{text[max(0, h.start-60):h.start], text[h.end:min(len(text), h.end+60)]} {
		before := side == text[max(0, h.start-60):h.start]
		if !longerName(side, before) {
			continue
		}
		ws := words(side)
		w := ws[0]
		if before {
			w = ws[len(ws)-1]
		}
		if !demonym(w.fold) {
			return false
		}
	}
	return true
}

// demonym reports whether a folded word is made of the name of a State: but for its
// ending, it begins as one does.
func demonym(w string) bool {
	for n := len(w) - 1; n >= max(4, len(w)-5); n-- {
		if stateStems[w[:n]] {
			return true
		}
	}
	return false
}

// stateStems are the names of States of one word, whole and without their last one or
// two letters.
var stateStems = func() map[string]bool {
	out := map[string]bool{}
	for _, t := range states.Terms(func(string) bool { return false }) {
		for _, n := range slices.Concat(t.Labels, t.Synonyms) {
			w := foldText(n)
			for cut := 0; cut <= 2 && len(w)-cut >= 4 && !strings.Contains(w, " "); cut++ {
				out[w[:len(w)-cut]] = true
			}
		}
	}
	return out
}()

// owned reports whether one of the owners stands right before hit h, and nothing
// that belongs to a longer name behind it.
func owned(text string, h hit, owners []hit) bool {
	return !longerName(text[h.end:], false) && slices.ContainsFunc(owners, func(o hit) bool { return o.end < h.start && strings.TrimSpace(text[o.end:h.start]) == "" })
}

// owner reports whether a name that was taken before stands right behind hit h, and
// nothing that belongs to a longer name before it.
func owner(text string, h hit, taken []bool) bool {
	next := h.end + len(text[h.end:]) - len(strings.TrimLeft(text[h.end:], " "))
	return next < len(text) && taken[next] && !longerName(text[:h.start], true)
}

func mark(taken []bool, h hit) {
	for i := h.start; i < h.end; i++ {
		taken[i] = true
	}
}

func hasMatch(list []match, id string) bool {
	for _, m := range list {
		if m.id == id {
			return true
		}
	}
	return false
}

func ids(list []match) []string {
	out := []string{}
	for _, m := range list {
		out = append(out, m.id)
	}
	return out
}

// joiners stand in small letters inside a name.
var joiners = set("of the for against on de del la las los para contra des du le les l d pour contre")

// leftNames gives the names in capitals that nothing was found for.
func leftNames(text string, taken []bool) []string {
	var out []string
	seen := map[string]bool{"": true}
	ws := words(text)
	for i := 0; i < len(ws); {
		if taken[ws[i].start] || !capitalised(text, ws[i].start) {
			i++
			continue
		}
		end := nameEnd(text, ws, taken, i)
		if name := ownWords(text, ws[i:end]); !seen[name] && !plainStart(text, ws, i, end) {
			seen[name] = true
			out = append(out, name)
		}
		i = end
	}
	return out
}

// nameEnd is the first word after the name that begins with word i: a name is
// made of words in capitals, and of joiners between them.
func nameEnd(text string, ws []word, taken []bool, i int) int {
	end := i + 1
	for j := i + 1; j < len(ws); j++ {
		between := text[ws[j-1].end:ws[j].start]
		if taken[ws[j].start] || strings.Trim(between, " \n'’-") != "" {
			break
		}
		switch {
		case capitalised(text, ws[j].start):
			end = j + 1
		case !joiners[ws[j].fold]:
			return end
		}
	}
	return end
}

// ownWords is a name without the generic words at its ends.
func ownWords(text string, ws []word) string {
	for len(ws) > 0 && generic[ws[0].fold] {
		ws = ws[1:]
	}
	for len(ws) > 0 && generic[ws[len(ws)-1].fold] {
		ws = ws[:len(ws)-1]
	}
	if len(ws) == 0 {
		return ""
	}
	return strings.Join(strings.Fields(text[ws[0].start:ws[len(ws)-1].end]), " ")
}

// plainStart reports whether a single word in capitals only begins a sentence:
// "About 62 people".
func plainStart(text string, ws []word, i, end int) bool {
	if end != i+1 || end >= len(ws) || capitals(text[ws[i].start:ws[i].end]) {
		return false
	}
	before := strings.TrimRight(text[:ws[i].start], " \n")
	starts := before == "" || strings.HasSuffix(before, ".") || strings.HasSuffix(before, ":")
	between := text[ws[i].end:ws[end].start]
	return starts && strings.TrimSpace(between) == "" && !capitalised(text, ws[end].start)
}

var reNGO = regexp.MustCompile(`(\p{Lu}[\p{L}\d'’.& -]*?)\s*\((?i:an |a |una |une |)(?:NGO|ONG|(?i:non-governmental|no gubernamental|non gouvernementale)[^)]*)\)`)

// calledNGO gives the names that a bracket after them calls an NGO.
func calledNGO(text string) []string {
	var out []string
	for _, m := range reNGO.FindAllStringSubmatch(text, -1) {
		ws := words(m[1])
		if n := ownWords(m[1], ws); n != "" {
			out = append(out, lastName(n))
		}
	}
	return out
}

// lastName is the name at the end of a phrase: "from the Testing Centre" gives
// "Testing Centre".
func lastName(s string) string {
	ws := words(s)
	from := len(ws)
	for from > 0 && capitalised(s, ws[from-1].start) {
		from--
	}
	for from < len(ws) && generic[ws[from].fold] {
		from++
	}
	if from == len(ws) {
		return s
	}
	return s[ws[from].start:]
}

// wordStart and wordEnd move a byte outwards to the border of a word.
func wordStart(text string, at int) int {
	if at <= 0 {
		return 0
	}
	i := strings.LastIndexAny(text[:min(at+1, len(text))], " \n")
	return i + 1
}

func wordEnd(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	if i := strings.IndexAny(text[at:], " \n"); i >= 0 {
		return at + i
	}
	return len(text)
}
