package importer

import "strings"

// cityNames are cities where such events are held, each with its names in
// English, Spanish and French and older ones, where these do not begin alike (see
// alike). Small letters without accents.
const cityNames = `
addis ababa, adis abeba, addis abeba
algiers, argel, alger
ashgabat, asjabad, achgabat
astana, nur sultan
athens, atenas, athenes
basel, basilea, bale
beijing, pekin, peking
beirut, beyrouth
bishkek, biskek, bichkek
brussels, bruselas, bruxelles
cape town, ciudad del cabo, le cap
chisinau, kishinev
cologne, colonia, koln
dhaka, daca, dacca
dushanbe, dusambe, douchanbe
florence, florencia, firenze
geneva, ginebra, geneve, genf
havana, la habana, la havane
istanbul, estambul
jakarta, yakarta
khartoum, jartum
kyiv, kiev
ljubljana, liubliana
ndjamena, n djamena, yamena
muscat, mascate
naypyidaw, nay pyi taw, naipyido
nicosia, nicosie, lefkosia
nouakchott, nuakchot
ouagadougou, uagadugu
phnom penh, nom pen
port of spain, puerto espana, port d espagne
riyadh, riad, riyad
saint petersburg, st petersburg, san petersburgo, saint petersbourg
seoul, seul
stockholm, estocolmo
tashkent, taskent, tachkent
tbilisi, tiflis, tbilissi
the hague, la haya, la haye, den haag
tokyo, tokio
tunis, tunez
ulaanbaatar, ulan bator, oulan bator
vienna, viena, vienne, wien
warsaw, varsovia, varsovie
yangon, rangoon, rangun
yaounde, yaunde
yerevan, erevan, ereivan
`

// cities gives, by each name, the first of the names of that city.
var cities = func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(cityNames) {
		names := strings.Split(strings.TrimSpace(line), ", ")
		for _, name := range names {
			out[name] = names[0]
		}
	}
	return out
}()

// longestCity is how many words a name in cityNames has at most.
const longestCity = 3

// sameCity reports whether two texts name one city in two languages.
func sameCity(a, b string) bool {
	city := cityIn(a)
	return city != "" && city == cityIn(b)
}

// cityIn is the city of cityNames that a text names first; "" if it names none.
func cityIn(text string) string {
	ws := words(text)
	for i := range ws {
		name := ""
		for _, w := range ws[i:min(i+longestCity, len(ws))] {
			if name = strings.TrimSpace(name + " " + w.fold); cities[name] != "" {
				return cities[name]
			}
		}
	}
	return ""
}
