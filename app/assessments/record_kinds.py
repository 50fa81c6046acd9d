"""The kinds beside the health check as record text (C-57): what stands in their content, in one order and with a
heading each. Free texts stay as they were written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from app.assessments.schemas import ContributionRead
from app.kit.codesets import label
from app.kit.i18n import Language, Text

Part = tuple[str, list[str]]
Telling = Callable[[Any, Language], list[str]]
NO_NEED = Text("Tuen tarvetta ei todettu.", "Inget behov av stöd konstaterades.", "No need of support was found.")
AGREED = Text("sovittu asiakkaan kanssa", "överenskommet med klienten", "agreed with the client")
STATEMENT = Text("Lausunto kirjoitettu.", "Utlåtande har skrivits.", "A statement was written.")
KEPT = Text("säilytetään", "förvaras", "kept")
INCAPACITY = Text("toteaa työkyvyttömyyden", "konstaterar arbetsoförmåga", "concludes work incapacity")
CARE_TEAM = {
    "answeredBy": Text("Vastaaja", "Den som svarade", "Answered by"),
    "askedOn": Text("Kysytty", "Frågat", "Asked"),
    "answeredOn": Text("Vastattu", "Svarat", "Answered"),
}


def day(on: str | date) -> str:
    given = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{given.day}.{given.month}.{given.year}"


def words(value: Any, _: Language) -> list[str]:
    return [str(value)]


def lines(value: Any, _: Language) -> list[str]:
    return [str(one) for one in value]


def days(value: Any, _: Language) -> list[str]:
    return [day(value)]


def needs(value: Any, language: Language) -> list[str]:
    found = []
    for need in value:
        name = label("barrier", need["barrier"]).pick(language)
        found.append(f"{name}: {need['words']}" if need["words"] else name)
    return found


def results(value: Any, _: Language) -> list[str]:
    found = []
    for one in value:
        measured = "" if one["result"] is None else f": {one['result']:g}".replace(".", ",")
        unit = f" {one['unit']}" if one["unit"] else ""
        note = f" ({one['note']})" if one["note"] else ""
        found.append(f"{one['test']}{measured}{unit}{note}")
    return found


def statements(value: Any, language: Language) -> list[str]:
    found = []
    for one in value:
        text = f"{label('statement_kind', one['kind']).pick(language)}, {day(one['datedOn'])}"
        text += f"; {KEPT.pick(language)}: {one['keptAt']}"
        found.append(text + (f"; {INCAPACITY.pick(language)}" if one["saysIncapacity"] else ""))
    return found


def role(value: Any, language: Language) -> list[str]:
    return [label("role", value).pick(language)]


def care_team(value: Any, language: Language) -> list[str]:
    who = label("care_team_answerer", value["answeredByRole"]).pick(language)
    shown = {"answeredBy": f"{value['answeredBy']} ({who})", "askedOn": day(value["askedOn"])}
    shown["answeredOn"] = day(value["answeredOn"])
    return [f"{text.pick(language)}: {shown[name]}" for name, text in CARE_TEAM.items()]


FIELDS: tuple[tuple[str, Text, Telling], ...] = (
    ("ownCareTeam", Text("Omahoitotiimin vastaus", "Egna vårdteamets svar", "The own care team's answer"), care_team),
    ("consultedOn", Text("Konsultaatio", "Konsultation", "Consultation"), days),
    ("askedByRole", Text("Kysyjä", "Frågeställare", "Asked by"), role),
    ("testedOn", Text("Testattu", "Testat", "Tested"), days),
    ("testedBy", Text("Testaaja", "Testledare", "Tested by"), words),
    ("place", Text("Paikka", "Plats", "Place"), words),
    ("visitedOn", Text("Käynti", "Besök", "Visit"), days),
    ("tasks", Text("Työtehtävät", "Arbetsuppgifter", "Tasks"), lines),
    ("tests", Text("Testit", "Test", "Tests"), lines),
    ("results", Text("Tulokset", "Resultat", "Results"), results),
    ("needs", Text("Tuen tarpeet", "Behov av stöd", "Needs of support"), needs),
    ("summary", Text("Kokonaisarvio", "Helhetsbedömning", "Overall statement"), words),
    ("findings", Text("Löydökset", "Fynd", "Findings"), words),
    ("advice", Text("Lääkärin neuvo", "Läkarens råd", "The physician's advice"), words),
    ("functioning", Text("Toimintakyky", "Funktionsförmåga", "Functioning"), words),
    ("strengths", Text("Vahvuudet", "Styrkor", "Strengths"), words),
    ("restrictions", Text("Rajoitukset", "Begränsningar", "Restrictions"), words),
    ("helps", Text("Mikä auttaa", "Vad hjälper", "What helps"), words),
    ("serviceNeeds", Text("Palvelutarpeet", "Servicebehov", "Service needs"), lines),
    ("services", Text("Palvelut", "Service", "Services"), lines),
    ("benefits", Text("Etuudet", "Förmåner", "Benefits"), lines),
    ("jobGoals", Text("Työllistymisen tavoitteet", "Mål för sysselsättning", "Goals of employment"), lines),
    ("adjustments", Text("Mukautukset", "Anpassningar", "Adjustments"), lines),
    ("careContact", Text("Hoitokontakti", "Vårdkontakt", "Care contact"), words),
    ("recommendation", Text("Suositus", "Rekommendation", "Recommendation"), words),
    ("nextStep", Text("Mitä seuraavaksi", "Vad härnäst", "What next"), words),
    ("statements", Text("Lausunnot", "Utlåtanden", "Statements"), statements),
)  # fmt: skip
RESTS_ON = Text("Perustuu näihin", "Bygger på dessa", "Rests on")
MEETING = Text("tapaaminen", "träff", "meeting")
IN_ERROR = Text("merkitty virheelliseksi", "markerad som felaktig", "entered in error")
ALONE = {
    "noNeedFound": ("needs", NO_NEED),
    "agreedWithClient": ("needs", AGREED),
    "statementWritten": ("findings", STATEMENT),
}


def parts_of(content: Mapping[str, Any], cited: Sequence[ContributionRead], language: Language) -> list[Part]:
    """Headed lines of the content, in one order; what a statement rests on comes last."""
    found = []
    for name, heading, tell in FIELDS:
        told = tell(content[name], language) if content.get(name) else []
        told += [text.pick(language) for flag, (under, text) in ALONE.items() if under == name and content.get(flag)]
        if told:
            found.append((heading.pick(language), told))
    if cited:
        found.append((RESTS_ON.pick(language), [citation(one, language) for one in cited]))
    return found


def citation(one: ContributionRead, language: Language) -> str:
    what = label("assessment_kind", one.assessment_kind) if one.assessment_kind else MEETING
    if one.instrument:
        what = label("instrument", one.instrument)
    text = what.pick(language) + (f", {day(one.on)}" if one.on else "")
    text += f" ({label('role', one.role).pick(language)})" if one.role and one.kind != "meeting" else ""
    return text + (f"; {IN_ERROR.pick(language)}" if one.in_error else "")
