"""A decision in sentences that a nurse would say, in Finnish, Swedish and English.

The sentences name the problem behind the choice: show them only to who may read the client's health data. Finnish
avoids inflecting names and titles by putting them after a colon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from app.kit.i18n import LANGUAGES, Text
from app.routing.decide import Decision, Outcome, QueueKind
from app.routing.selection import Rejection

Label = Callable[[str, str], Text]
"""The text of a code of a set, as in `label("role", "physiotherapist")`."""

LEAD: dict[str, Text] = {
    "assigned": Text(
        "Työn saa: {holder} ({seat}).",
        "Arbetet går till {holder} ({seat}).",
        "Assigned to {holder} ({seat}).",
    ),
    "assigned_deputy": Text(
        "Työn saa sijainen: {holder} ({seat}). Sijaistettava: {absent}.",
        "Arbetet går till vikarien {holder} ({seat}), som ersätter {absent}.",
        "Assigned to {holder}, standing in for {absent} ({seat}).",
    ),
    "own_care_team": Text(
        "Asia menee asiakkaan oman omahoitotiimin jonoon: {queue}.",
        "Ärendet går till kön hos klientens eget vårdteam: {queue}.",
        "It goes to the queue of the client's own care team: {queue}.",
    ),
    "waitlisted": Text(
        "Asia odottaa jonossa: {seat}.",
        "Ärendet väntar i kön: {seat}.",
        "It is on the waiting list: {seat}.",
    ),
    "waitlisted_until": Text(
        "Asia odottaa jonossa: {seat}. Aikaisintaan {earliest}.",
        "Ärendet väntar i kön: {seat}. Tidigast {earliest}.",
        "It is on the waiting list until {earliest} at the earliest: {seat}.",
    ),
    "manual": Text(
        "Ihminen päättää. {suggest}",
        "En människa avgör. {suggest}",
        "A person decides. {suggest}",
    ),
    "team_unassigned": Text(
        "Kukaan ei saanut asiaa. Se on tiimin jakamattomien jonossa ({queue}) ja siitä on hälytetty.",
        "Ingen fick ärendet. Det står i teamets kö för ofördelade ärenden ({queue}) och larm har gått.",
        "Nobody has it yet. It stands in the team's queue of unassigned work ({queue}), and an alarm has been raised.",
    ),
    "area_unassigned": Text(
        "Kukaan ei saanut asiaa. Se on alueen jakamattomien jonossa ({queue}) ja siitä on hälytetty.",
        "Ingen fick ärendet. Det står i områdets kö för ofördelade ärenden ({queue}) och larm har gått.",
        "Nobody has it yet. It stands in the area's queue of unassigned work ({queue}), and an alarm has been raised.",
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
        "Valitulla on vähiten avoimia töitä ({load}).",
        "Den valda har minst öppet arbete ({load}).",
        "The one chosen has the least open work ({load}).",
    ),
    "fewest_recent": Text(
        "Avoimia töitä on yhtä paljon ({load}), mutta valittu on saanut viime aikoina vähiten uusia.",
        "Det öppna arbetet är lika stort ({load}), men den valda har på sistone fått minst nytt.",
        "Open work is equal ({load}), and the one chosen has been given the least lately.",
    ),
    "id_order": Text(
        "Avoimia töitä on yhtä paljon ({load}), joten vakiojärjestys ratkaisi.",
        "Det öppna arbetet är lika stort ({load}), så den fasta ordningen avgjorde.",
        "Open work is equal ({load}), so the fixed order decided.",
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
    "urgent": Text(
        "Asia on kiireellinen, joten sitä ei jätetä odottamaan.",
        "Ärendet är brådskande, så det lämnas inte att vänta.",
        "It is urgent, so it is not left to wait.",
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
    "more_loaded": Text("enemmän avoimia töitä ({open})", "mer öppet arbete ({open})", "has more open work ({open})"),
    "more_recent": Text(
        "saanut viime aikoina enemmän uusia ({recent})",
        "har på sistone fått mer nytt ({recent})",
        "has been given more lately ({recent})",
    ),
    "later_in_order": Text(
        "myöhemmin vakiojärjestyksessä", "senare i den fasta ordningen", "is later in the fixed order"
    ),
    "not_earlier_holder": Text(
        "ei ole hoitanut asiaa aiemmin", "har inte skött ärendet förut", "has not worked with the client before"
    ),
    "deputy_not_needed": Text("sijaista ei tarvita", "vikarie behövs inte", "is a deputy and not needed"),
}

WHY = Text("Peruste: {why} ({rule}).", "Grund: {why} ({rule}).", "Because {why} ({rule}).")
RULE = Text(
    "sääntö {rule}, {set} versio {version}",
    "regel {rule}, {set} version {version}",
    "rule {rule}, {set} version {version}",
)
WANTED = Text("Tehtävä: {seat}.", "Uppgift: {seat}.", "Wanted: {seat}.")
ALARM = Text("Asiasta on hälytetty.", "Larm har gått.", "An alarm has been raised.")
ASKS = Text("Kysytään: {seat}.", "Frågan går till: {seat}.", "Asked: {seat}.")
CHOICES = Text("Vaihtoehdot: {seats}.", "Alternativ: {seats}.", "To choose from: {seats}.")
CONSULTED = Text("Konsultoitavana: {seat}.", "Konsulteras: {seat}.", "Consulted: {seat}.")
NOT_CHOSEN = Text("Ei valittu: {people}.", "Inte valda: {people}.", "Not chosen: {people}.")
PERSON = Text("{name} – {reason}", "{name} – {reason}", "{name} {reason}")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


def explain(decision: Decision, names: Mapping[str, str], label: Label) -> dict[str, str]:
    """Sentences by language. `names` maps ids of people, teams and queues; an id without a name stands as it is."""
    parts = [_lead(decision, names, label)]
    if decision.outcome is Outcome.UNASSIGNED and decision.seat:
        parts.append(_fill(WANTED, seat=label("role", decision.seat)))
    parts += _why(decision, label)
    if decision.asks_seat:
        parts.append(_fill(ASKS, seat=label("role", decision.asks_seat)))
    if decision.candidates:
        parts.append(_fill(CHOICES, seats=_joined((label("role", seat) for seat in decision.candidates), "; ")))
    if decision.consulting_seat:
        parts.append(_fill(CONSULTED, seat=label("role", decision.consulting_seat)))
    parts += _because(decision)
    if decision.alarm and decision.outcome is not Outcome.UNASSIGNED:  # which tells of its alarm at once
        parts.append(ALARM)
    if decision.rejected:
        people = (
            _fill(PERSON, name=names.get(id, id), reason=_rejection(decision.rejected[id]))
            for id in sorted(decision.rejected)
        )
        parts.append(_fill(NOT_CHOSEN, people=_joined(people, "; ")))
    return _joined(parts, " ").as_dict()


def _lead(decision: Decision, names: Mapping[str, str], label: Label) -> Text:
    said: dict[str, Text | str] = {}
    key: str = decision.outcome
    if decision.seat:
        said["seat"] = label("role", decision.seat)
    if decision.queue:
        said["queue"] = names.get(decision.queue.of, decision.queue.of)
    if decision.suggest:
        said["suggest"] = SUGGESTION[decision.suggest]
    if decision.outcome is Outcome.ASSIGNED and decision.holder:
        said["holder"] = names.get(decision.holder, decision.holder)
        if decision.on_behalf_of:
            key, said["absent"] = "assigned_deputy", names.get(decision.on_behalf_of, decision.on_behalf_of)
    elif decision.outcome is Outcome.WAITLISTED and decision.earliest_on:
        key, said["earliest"] = "waitlisted_until", _day(decision.earliest_on)
    elif decision.queue and decision.queue.kind is not QueueKind.SEAT_WAITING_LIST:
        key = decision.queue.kind
    return _fill(LEAD[key], **said)


def _why(decision: Decision, label: Label) -> list[Text]:
    """The rule's own text with its number; nothing when no rule was reached."""
    if decision.rule is None:
        return []
    main = decision.facts.main_problem
    why = _fill(Text(**decision.why), main_problem=label("problem_area", main) if main else "")
    rule = _fill(RULE, rule=decision.rule, set=decision.rule_set, version=str(decision.rule_set_version))
    sources = Text(*("".join(f"; {code}" for code in decision.because if code.startswith("C-")) for _ in LANGUAGES))
    return [_fill(WHY, why=why, rule=_joined([rule, sources], ""))]


def _because(decision: Decision) -> list[Text]:
    """What the decision added to the rule; of the tie-breaks only the one that decided."""
    said: dict[str, Text | str] = {
        "load": str(decision.loads.get(decision.holder, 0)) if decision.holder else "",
        "municipality": decision.facts.municipality or "?",
        "earliest": _day(decision.earliest_on) if decision.earliest_on else "",
    }
    undecided = {"least_loaded", "fewest_recent", "id_order"} - {decision.tie_break}
    return [_fill(BECAUSE[code], **said) for code in decision.because if code in BECAUSE and code not in undecided]


def _rejection(rejection: Rejection) -> Text:
    key = rejection.reason + ("_until" if rejection.until else "")
    said: dict[str, Text | str] = {"until": _day(rejection.until)} if rejection.until else {}
    numbers = {"open": rejection.open, "max_open": rejection.max_open, "recent": rejection.recent}
    return _fill(REJECTED[key], **said, **{name: str(number) for name, number in numbers.items()})


def _day(on: date) -> Text:
    numeric = f"{on.day}.{on.month}.{on.year}"
    return Text(numeric, numeric, f"{on.day} {MONTHS.split()[on.month - 1]} {on.year}")


def _fill(text: Text, **values: Text | str) -> Text:
    """Like `Text.format`, with values that differ by language."""
    return Text(
        *(
            text.pick(language).format(
                **{name: value.pick(language) if isinstance(value, Text) else value for name, value in values.items()}
            )
            for language in LANGUAGES
        )
    )


def _joined(texts: Iterable[Text], by: str) -> Text:
    listed = list(texts)
    return Text(*(by.join(text.pick(language) for text in listed) for language in LANGUAGES))
