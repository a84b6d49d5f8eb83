package importer

import (
	"slices"
	"strings"
	"unicode"
)

// labelWords are the words that labels are made of, each with what it says:
// "Title of the meeting", "Entidades organizadoras", "Lieu et dates".
var labelWords = map[string]sense{}

// A sense is what a word of a label stands for.
type sense string

// Senses that are no field of their own.
const (
	senseTitle  sense = "title"  // with the noun of an event: "name of the workshop"
	senseNoun   sense = "noun"   // an event, which the label says something of
	senseStart  sense = "start"  // with a date: "start date"
	senseEnd    sense = "end"    // the same
	senseClock  sense = "clock"  // with a date: "date and time"
	senseFiller sense = "filler" // says nothing
)

func init() {
	for s, list := range map[sense]string{
		senseTitle: "title name subject titulo nombre denominacion asunto titre nom intitule denomination objet",
		senseNoun: `event meeting activity workshop seminar conference course training webinar visit exercise session mission consultation forum
			evento reunion actividad taller seminario conferencia curso capacitacion visita ejercicio sesion mision foro encuentro jornada
			evenement manifestation activite atelier seminaire formation cours webinaire visite exercice rencontre`,
		sense(fieldOrganizers): `organizer organizers organiser organisers organized organised organizing organising coorganizer coorganizers coorganisers host hosts hosted hosting
			sponsor sponsors sponsored sponsoring convener conveners convened
			organizador organizadores organizadora organizadoras organizado organizada organizados organizadas organiza organizan organizaron organizo coorganizador coorganizadores
			anfitrion anfitriona anfitriones patrocinador patrocinadores convocante convocantes
			organisateur organisateurs organisatrice organisatrices organise organisee organisees organises coorganisateur coorganisateurs hote hotes`,
		sense(fieldDate):    `date dates when fecha fechas cuando quand`,
		sense(fieldVenue):   `venue venues place places location locations where lugar lugares sede sedes donde lieu lieux endroit endroits`,
		sense(fieldCity):    `city town ciudad localidad ville`,
		sense(fieldCountry): `country pais pays`,
		sense(fieldMode):    `format mode modality modalities formato modalidad modalidades modalite modalites`,
		sense(fieldParticipants): `participant participants participating participation attend attended attending attendance attendee attendees
			participante participantes participacion participan participaron asistente asistentes asistieron asistencia
			participante participantes participaient`,
		sense(fieldNarrative): `objective objectives purpose aim aims background highlight highlights summary outcome outcomes results discussion discussions takeaways takeaway findings conclusions recommendations proceedings programme overview
			objetivo objetivos antecedentes destacados resumen resultado resultados conclusiones recomendaciones desarrollo programa sintesis deliberaciones
			objectif objectifs contexte saillants resume resultats conclusions recommandations synthese bilan deroulement debats`,
		sense(fieldComments): `comments contact contacts comentarios observaciones contacto contactos seguimiento commentaires suivi`,
		senseStart:           `start starting beginning opening first inicio comienzo apertura debut ouverture`,
		senseEnd:             `end ending closing last fin finalizacion termino cierre clausura cloture`,
		senseClock:           `time times hour hours hora horas heure heures day days dia dias jour jours`,
		senseFiller: `of the this a an and or by in at on for to with from was is were held main key list full jointly joint member list topics discussed represented present entity entities institution institutions body bodies agency agencies organization organizations organisation organisations countries states delegations general
			de del la el los las y e o u por en con para se que lo lista temas entidad entidades institucion instituciones organismo organismos organizacion organizaciones paises estados delegaciones conjuntamente realizacion celebracion principal principales puntos miembros representados presentes mas
			du des le les l d et ou par au aux pour a liste entite entites institution institutions organisme organismes etats membres tenue principal principaux points representes presents`,
	} {
		for _, w := range strings.Fields(list) {
			if labelWords[w] == "" || labelWords[w] == senseFiller {
				labelWords[w] = s
			}
		}
	}
}

// mostLabelWords bounds how many words a label has.
const mostLabelWords = 7

// composed understands a folded label by its words. Each must be one of
// labelWords, and what they say together must be one field.
func composed(label string) field {
	ws := strings.Fields(label)
	if len(ws) > mostLabelWords {
		return fieldNone
	}
	said := map[sense]bool{}
	for _, w := range ws {
		s := labelWords[w]
		if s == "" {
			return fieldNone
		}
		said[s] = true
	}
	has := func(f field) bool { return said[sense(f)] }
	var fields []field
	for _, f := range []field{fieldOrganizers, fieldDate, fieldVenue, fieldCity, fieldCountry, fieldMode, fieldParticipants, fieldNarrative, fieldComments} {
		if has(f) {
			fields = append(fields, f)
		}
	}
	switch {
	case len(fields) == 0 && said[senseTitle] && said[senseNoun]:
		return fieldEvent
	case said[senseTitle]:
		return fieldNone
	case only(fields, fieldDate) && said[senseStart] != said[senseEnd]:
		if said[senseStart] {
			return fieldStart
		}
		return fieldEnd
	case said[senseStart] || said[senseEnd] || said[senseClock] && !has(fieldDate):
		return fieldNone
	case has(fieldDate) && only(fields, fieldDate, fieldVenue, fieldCity, fieldCountry, fieldMode):
		if len(fields) > 1 {
			return fieldDateVenue
		}
		return fieldDate
	case only(fields, fieldOrganizers, fieldCountry), only(fields, fieldOrganizers, fieldCity): // "host country"
		return fields[len(fields)-1]
	case len(fields) > 1 && only(fields, fieldVenue, fieldCity, fieldCountry, fieldMode):
		return fieldVenue
	case only(fields, fieldParticipants, fieldCountry):
		return fieldParticipants
	case len(fields) == 1:
		return fields[0]
	}
	return fieldNone
}

// only reports whether there are fields, and none but those of the list.
func only(fields []field, list ...field) bool {
	for _, f := range fields {
		if !slices.Contains(list, f) {
			return false
		}
	}
	return len(fields) > 0
}

// startsCapital reports whether the first letter of text is a capital.
func startsCapital(text string) bool {
	i := strings.IndexFunc(text, unicode.IsLetter)
	return i >= 0 && capitalised(text, i)
}
