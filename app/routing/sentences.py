"""The sentences of `reasons`, in Finnish, Swedish and English: one for every code a decision can hold.

Finnish avoids inflecting names and titles by putting them after a colon.
"""

from __future__ import annotations

from app.kit.i18n import Text

LEAD: dict[str, Text] = {
    "assigned": Text(
        "Työn saa: {holder} ({seat}).",
        "Arbetet går till {holder} ({seat}).",
        "The work goes to {holder} ({seat}).",
    ),
    "assigned_deputy": Text(
        "Työn saa sijainen: {holder} ({seat}). Sijaistettava: {absent}.",
        "Arbetet går till vikarien {holder} ({seat}), som ersätter {absent}.",
        "The work goes to {holder}, standing in for {absent} ({seat}).",
    ),
    "own_care_team": Text(
        "Asia menee asiakkaan oman omahoitotiimin jonoon: {queue}.",
        "Ärendet går till kön hos klientens eget vårdteam: {queue}.",
        "It goes to the queue of the client's own care team: {queue}.",
    ),
    "waitlisted": Text(
        "Asia odottaa jonossa: {seat}.",
        "Ärendet väntar i kön: {seat}.",
        "It waits on the waiting list: {seat}.",
    ),
    "waitlisted_until": Text(
        "Asia odottaa jonossa: {seat}. Aikaisintaan {earliest}.",
        "Ärendet väntar i kön: {seat}. Tidigast {earliest}.",
        "It waits on the waiting list until {earliest} at the earliest: {seat}.",
    ),
    "manual": Text(
        "Ihminen päättää. {suggest}",
        "En människa avgör. {suggest}",
        "A person decides. {suggest}",
    ),
    "team_unassigned": Text(
        "Kukaan ei voi ottaa asiaa. Sen paikka on tiimin jakamattomien jono ({queue}), ja siitä hälytetään.",
        "Ingen kan ta ärendet. Dess plats är teamets kö för ofördelade ärenden ({queue}), med larm.",
        "Nobody can take it. Its place is the team's queue of unassigned work ({queue}), with an alarm.",
    ),
    "area_unassigned": Text(
        "Kukaan ei voi ottaa asiaa. Sen paikka on alueen jakamattomien jono ({queue}), ja siitä hälytetään.",
        "Ingen kan ta ärendet. Dess plats är områdets kö för ofördelade ärenden ({queue}), med larm.",
        "Nobody can take it. Its place is the area's queue of unassigned work ({queue}), with an alarm.",
    ),
}

SUGGESTION: dict[str, Text] = {
    "joint_consultation": Text(
        "Ehdotus: nimetyt lääkärit arvioivat asian yhteiskonsultaatiossa.",
        "Förslag: de utsedda läkarna bedömer ärendet i en gemensam konsultation.",
        "Suggestion: a joint consultation of the designated physicians.",
    ),
    "decide_demanding": Text(
        "Arvioi, onko selvittely vaativa.",
        "Bedöm om utredningen är krävande.",
        "Say whether the case is demanding.",
    ),
    "choose_test_kind": Text(
        "Valitse, onko testaus fyysinen vai koskeeko se arjen toimintaa.",
        "Välj om testningen gäller fysisk förmåga eller vardagliga sysslor.",
        "Choose whether the test is physical or about daily activities.",
    ),
    "name_own_care_team": Text(
        "Kirjaa asiakkaan omahoitotiimi.",
        "Anteckna klientens eget vårdteam.",
        "Record the client's own care team.",
    ),
    "record_problem_area": Text(
        "Kirjaa ongelma-alue.",
        "Anteckna problemområdet.",
        "Record the problem area.",
    ),
}

# Codes the decision itself adds; constraint numbers are told by the rule's own text.
BECAUSE: dict[str, Text] = {
    "continuity": Text(
        "Sama työntekijä on hoitanut asiakkaan asiaa jo aiemmin.",
        "Samma person har skött klientens ärende förut.",
        "The same person has worked with the client before.",
    ),
    "least_loaded": Text(
        "Valitulla on vähiten töitä ({load} = {open} avointa + {recent} viikossa annettua).",
        "Den valda har minst arbete ({load} = {open} öppna + {recent} givna på sju dagar).",
        "The one chosen has the least work ({load} = {open} open + {recent} given in seven days).",
    ),
    "longest_since": Text(
        "Töitä on yhtä paljon ({load} = {open} avointa + {recent} viikossa annettua), "
        "mutta valitun edellisestä uudesta työstä on kauimmin.",
        "Arbetet är lika stort ({load} = {open} öppna + {recent} givna på sju dagar), "
        "men det är längst sedan den valda senast fick nytt arbete.",
        "The load is equal ({load} = {open} open + {recent} given in seven days), "
        "and it is longest since the one chosen got anything.",
    ),
    "seat_order": Text(
        "Töitä on yhtä paljon ({load} = {open} avointa + {recent} viikossa annettua), joten paikan järjestys ratkaisi.",
        "Arbetet är lika stort ({load} = {open} öppna + {recent} givna på sju dagar), så platsens ordning avgjorde.",
        "The load is equal ({load} = {open} open + {recent} given in seven days), so the order of the seat decided.",
    ),
    "deputy": Text(
        "Kukaan varsinainen ei voi ottaa työtä, joten sijainen ottaa sen.",
        "Ingen ordinarie kan ta arbetet, så en vikarie tar det.",
        "No regular holder can take it, so a deputy does.",
    ),
    "vacancy": Text(
        "Tehtävään ei ole juuri nyt nimetty ketään.",
        "Ingen är just nu utsedd till uppgiften.",
        "Nobody is designated to this task at the moment.",
    ),
    "all_full": Text(
        "Enimmäismäärä avoimia töitä on täynnä, joten asia odottaa eikä katoa.",
        "Gränsen för öppet arbete är nådd, så ärendet väntar och försvinner inte.",
        "The limit of open work is reached; the case waits and is not lost.",
    ),
    "short_absence": Text(
        "Poissaolo on lyhyt.",
        "Frånvaron är kort.",
        "The absence is short.",
    ),
    "long_absence": Text(
        "Poissaolo on liian pitkä odotettavaksi.",
        "Frånvaron är för lång att vänta ut.",
        "The absence is too long to wait for.",
    ),
    "conflict_of_interest": Text(
        "Esteellinen työntekijä ei voi ottaa asiakasta.",
        "Den som är jävig kan inte ta klienten.",
        "Somebody with a conflict of interest cannot take the client.",
    ),
    "declined": Text(
        "Joku on jo kieltäytynyt tästä työstä, eikä sitä anneta hänelle uudelleen.",
        "Någon har redan avböjt arbetet, och det ges inte på nytt till hen.",
        "Somebody has declined this work already, and it is not given to them again.",
    ),
    "urgent": Text(
        "Asia on kiireellinen, joten se ei odota hiljaa.",
        "Ärendet är brådskande, så det väntar inte i tysthet.",
        "It is urgent, so it does not wait silently.",
    ),
    "visiting_day": Text(
        "Seuraava vastaanottopäivä on {earliest}.",
        "Nästa mottagningsdag är {earliest}.",
        "The next visiting day is {earliest}.",
    ),
    "no_visiting_day": Text(
        "Vastaanottopäivää ei ole tiedossa.",
        "Ingen mottagningsdag är känd.",
        "No visiting day is known.",
    ),
    "consulting_vacant": Text(
        "Konsultoitavaa ei ole juuri nyt nimetty.",
        "Ingen att konsultera är utsedd just nu.",
        "Nobody is designated to be consulted at the moment.",
    ),
    "no_team_covers": Text(
        "Mikään tiimi ei palvele asiakkaan kuntaa ({municipality}).",
        "Inget team betjänar klientens kommun ({municipality}).",
        "No team covers the client's municipality ({municipality}).",
    ),
    "no_rule": Text(
        "Mikään sääntö ei sopinut asiaan.",
        "Ingen regel passade ärendet.",
        "No rule fitted the case.",
    ),
    "no_care_team": Text(
        "Asiakkaan omahoitotiimiä ei tiedetä.",
        "Klientens eget vårdteam är inte känt.",
        "The client's own care team is not known.",
    ),
}

REJECTED: dict[str, Text] = {
    "not_in_force": Text("nimeäminen ei ole voimassa", "förordnandet gäller inte", "is not designated at the moment"),
    "not_in_force_until": Text(
        "nimeäminen päättyi {until}", "förordnandet upphörde {until}", "was designated until {until}"
    ),
    "conflict_of_interest": Text("esteellinen", "jävig", "has a conflict of interest"),
    "absent": Text("poissa toistaiseksi", "frånvarande tills vidare", "is away until further notice"),
    "absent_until": Text("poissa {until} asti", "frånvarande till och med {until}", "is away until {until}"),
    "at_capacity": Text(
        "avoimia töitä {open}, enintään {max_open}",
        "{open} öppna ärenden, högst {max_open}",
        "is full ({open} of {max_open} open)",
    ),
    "week_full": Text(
        "viikon asiakaspäivät täynnä ({recent}, enintään {max_week})",
        "veckans klientdagar är fulla ({recent}, högst {max_week})",
        "has a full week ({recent} of {max_week} in seven days)",
    ),
    "more_loaded": Text(
        "enemmän töitä ({load} = {open} avointa + {recent} viikossa annettua; valitulla {chosen})",
        "mer arbete ({load} = {open} öppna + {recent} givna på sju dagar; den valda har {chosen})",
        "has more work ({load} = {open} open + {recent} given in seven days; the one chosen has {chosen})",
    ),
    "assigned_later": Text("sai työn viimeksi", "fick nytt senast", "was given work more recently"),
    "assigned_later_until": Text(
        "sai työn viimeksi {until}", "fick nytt senast {until}", "was given work more recently ({until})"
    ),
    "later_in_order": Text(
        "myöhemmin paikan järjestyksessä", "senare i platsens ordning", "is later in the order of the seat"
    ),
    "handed_over": Text(
        "on lähdössä ja luovuttanut työnsä", "ska sluta och har överlåtit sitt arbete", "is leaving and has handed over"
    ),
    "declined": Text("on kieltäytynyt tästä työstä", "har avböjt arbetet", "has declined this work"),
    "not_earlier_holder": Text(
        "ei ole hoitanut asiaa aiemmin", "har inte skött ärendet förut", "has not worked with the client before"
    ),
    "deputy_not_needed": Text("sijaista ei tarvita", "vikarie behövs inte", "is a deputy and not needed"),
    "deputy_not_for_overflow": Text(
        "sijainen ei ota ruuhkaa", "vikarien tar inte emot överflöd", "is a deputy, and deputies take no overflow"
    ),
}

WHY = Text("Peruste: {why} ({rule}).", "Grund: {why} ({rule}).", "Because {why} ({rule}).")
# Which rules; the rule's own words stand before it, and its id in the decision's `rule`.
RULES = Text("{set} versio {version}", "{set} version {version}", "{set} version {version}")
WANTED = Text("Tehtävä: {seat}.", "Uppgift: {seat}.", "Wanted: {seat}.")
ALARM = Text("Asiasta hälytetään.", "Ärendet ger larm.", "It goes with an alarm.")
ASKS = Text("Kysytään: {seat}.", "Frågan går till: {seat}.", "Asked: {seat}.")
CHOICES = Text("Vaihtoehdot: {seats}.", "Alternativ: {seats}.", "To choose from: {seats}.")
RECHECK = Text(
    "Tarve tarkistetaan uudelleen {day}.", "Behovet kontrolleras på nytt {day}.", "The need is checked again on {day}."
)
CONSULTED = Text("Konsultoitavana: {seat}.", "Konsulteras: {seat}.", "Consulted: {seat}.")
NOT_CHOSEN = Text("Ei valittu: {people}.", "Inte valda: {people}.", "Not chosen: {people}.")
PERSON = Text("{name} – {reason}", "{name} – {reason}", "{name} {reason}")
HUMAN_CHOSE = Text(
    "Ihminen valitsi: {who}. Syy: {reason}.", "En människa valde: {who}. Orsak: {reason}.",
    "A human chose {who}: {reason}.",
)  # fmt: skip
BY_RULES = Text(
    "{human} Sääntöjen mukaan: {said}.", "{human} Enligt reglerna: {said}.", "{human} By the rules: {said}."
)
