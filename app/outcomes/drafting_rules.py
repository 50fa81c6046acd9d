"""The client's summary, drafted from what is recorded: short sentences in the client's language. Pure.

The words are the product's own, in the manner of selkokieli; professionals edit them before they offer the summary.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.kit.codesets import codeset
from app.kit.i18n import Language, Text

SECTIONS = ("done", "found", "decided", "next", "contact", "rights")
STARTED = Text("Polkusi alkoi {on}.", "Din stig började {on}.", "Your path began on {on}.")
DID = Text("Teimme tämän: {what} ({on}).", "Vi gjorde det här: {what} ({on}).", "We did this: {what} ({on}).")
MET = Text("Tapasimme yhdessä {on}.", "Vi träffades tillsammans {on}.", "We met together on {on}.")
NOTHING_DONE = Text("Muuta emme vielä tehneet.", "Annat gjorde vi inte ännu.", "We did nothing more yet.")
FOUND = Text("Saimme selville tämän:", "Vi fick veta det här:", "We found out this:")
NOTHING_FOUND = Text(
    "Työkyvystäsi ei ole vielä kirjattu arviota.",
    "Ingen bedömning av din arbetsförmåga har antecknats ännu.",
    "No view of your work ability has been written down yet.",
)
SCORED = Text(
    "Arvioit työkykysi itse. Alussa annoit {start}. Lopussa annoit {end}. Paras on 10.",
    "Du bedömde själv din arbetsförmåga. I början gav du {start}. I slutet gav du {end}. Bäst är 10.",
    "You rated your own work ability. At the start you gave {start}. At the end you gave {end}. The best is 10.",
)
GOAL = Text("Tavoitteesi oli: {goal}", "Ditt mål var: {goal}", "Your goal was: {goal}")
ACHIEVED = Text("Tilanne nyt: {how}.", "Läget nu: {how}.", "How it is now: {how}.")
AGREED = Text("Polku johti tähän: {what}.", "Stigen ledde till det här: {what}.", "The path led to this: {what}.")
STARTS = Text("Se alkaa {on}.", "Det börjar {on}.", "It begins on {on}.")
NOTHING_AGREED = Text(
    "Emme ole vielä sopineet jatkosta.", "Vi har inte kommit överens om fortsättningen ännu.",
    "We have not agreed yet how you go on.",
)  # fmt: skip
FOLLOWED = Text("{on}: {what}", "{on}: {what}", "{on}: {what}")
ENDS = Text(
    "Tämä polku päättyy. Voit aloittaa uuden, jos tarvitset tukea.",
    "Den här stigen tar slut. Du kan börja en ny om du behöver stöd.",
    "This path ends. You can start a new one if you need support.",
)
GOES_ON = Text("Seuraavaksi: {what} ({on}).", "Härnäst: {what} ({on}).", "Next: {what} ({on}).")
CONTACT = Text(
    "Ota yhteyttä: {person}. Tiimi on {team}.", "Kontakta: {person}. Teamet är {team}.",
    "Contact: {person}. The team is {team}.",
)  # fmt: skip
TEAM = Text("Ota yhteyttä tiimiin: {team}.", "Kontakta teamet: {team}.", "Contact the team: {team}.")
RIGHTS = Text(
    "Kerro meille, jos olet tyytymätön. Voit tehdä muistutuksen hyvinvointialueelle. Potilasasiavastaava ja "
    "sosiaaliasiavastaava neuvovat maksutta. Voit katsoa käyttölokista, kuka on lukenut tietojasi. "
    "Voit pyytää tiedoistasi kopion. Voit pyytää, että virhe korjataan.",
    "Säg till oss om du är missnöjd. Du kan göra en anmärkning till välfärdsområdet. Patientombudet och "
    "socialombudet ger råd gratis. I användningsloggen ser du vem som har läst dina uppgifter. "
    "Du kan be om en kopia av dina uppgifter. Du kan be att ett fel rättas.",
    "Tell us if you are not happy. You can make a complaint to the wellbeing area. The patient ombudsman and the "
    "social ombudsman advise you for free. The use log shows you who has read your data. "
    "You can ask for a copy of your data. You can ask us to correct a mistake.",
)


@dataclass(frozen=True)
class Facts:
    """What is recorded: codes, days, and words that were written for the client."""

    started_on: date
    closing: bool
    steps: tuple[tuple[str, date], ...] = ()
    meetings: tuple[date, ...] = ()
    conclusions: tuple[str, ...] = ()
    goals: tuple[tuple[str, str | None], ...] = ()
    outcomes: tuple[tuple[str, date | None], ...] = ()
    follow_ups: tuple[tuple[date, str], ...] = ()
    next_action: tuple[str, date] | None = None
    responsible: str | None = None
    team: str = ""
    scores: tuple[int | None, int | None] = field(default=(None, None))


def day(on: date) -> str:
    return f"{on.day}.{on.month}.{on.year}"


def ended(words: str) -> str:
    """Ends like a sentence."""
    return words if words.rstrip().endswith((".", "!", "?")) else f"{words.rstrip()}."


def named(codes: str, code: str, language: Language) -> str:
    return codeset(codes)[code].label.pick(language)


def draft(facts: Facts, language: Language) -> list[dict[str, str]]:
    """Every section, in order; none is empty."""

    def say(text: Text, **values: object) -> str:
        return text.pick(language).format(**values)

    did = [say(DID, what=named("step_kind", kind, language), on=day(on)) for kind, on in facts.steps]
    met = [say(MET, on=day(on)) for on in facts.meetings]
    found = [ended(words) for words in facts.conclusions]
    start, end = facts.scores
    scored = [say(SCORED, start=start, end=end)] if start is not None and end is not None else []
    goals = []
    for goal, how in facts.goals:
        goals.append(ended(say(GOAL, goal=goal)))
        if how is not None:
            goals.append(say(ACHIEVED, how=named("goal_achievement", how, language)))
    led = []
    for code, starts in facts.outcomes:
        led.append(say(AGREED, what=named("outcome", code, language)))
        if starts is not None:
            led.append(say(STARTS, on=day(starts)))
    coming = [ended(say(FOLLOWED, on=day(on), what=what)) for on, what in facts.follow_ups]
    if facts.closing:
        coming.append(say(ENDS))
    elif facts.next_action is not None:
        coming.append(say(GOES_ON, what=facts.next_action[0], on=day(facts.next_action[1])))
    whom = say(CONTACT, person=facts.responsible, team=facts.team) if facts.responsible else say(TEAM, team=facts.team)
    told = {
        "done": [say(STARTED, on=day(facts.started_on)), *did, *met] if did or met
        else [say(STARTED, on=day(facts.started_on)), say(NOTHING_DONE)],
        "found": [*([say(FOUND), *found] if found else [say(NOTHING_FOUND)]), *scored],
        "decided": [*goals, *led] or [say(NOTHING_AGREED)],
        "next": coming,
        "contact": [whom],
        "rights": [say(RIGHTS)],
    }  # fmt: skip
    return [{"section": name, "text": "\n".join(told[name])} for name in SECTIONS]
