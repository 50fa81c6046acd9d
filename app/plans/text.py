"""The plan in plain words: what is printed, given to the client, or copied into another record (C-57)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.kit.codesets import called
from app.kit.i18n import Language, Text
from app.plan_references.schemas import PlanReferenceLine
from app.plans.schemas import FollowUpRead, PlanRead

TITLE = Text("Yhteinen suunnitelma", "Gemensam plan", "Shared plan")
HEADINGS = {
    "goals": Text("Tavoitteet", "Mål", "Goals"),
    "references": Text("Muualla pidettävät suunnitelmat", "Planer som finns annanstans", "Plans kept elsewhere"),
    "strengths": Text("Vahvuudet", "Styrkor", "Strengths"),
    "commitment": Text("Sitoutuminen", "Engagemang", "Commitment"),
    "barriers": Text("Työllistymisen esteet", "Hinder för sysselsättning", "Barriers to work"),
    "small_steps": Text("Pienet edistysaskeleet", "Små framsteg", "Small steps forward"),
    "follow_ups": Text("Seuranta", "Uppföljning", "Follow-up"),
    "next": Text("Seuraavaksi", "Härnäst", "Next"),
    "responsible": Text("Vastuutyöntekijä", "Ansvarig", "Responsible worker"),
}
STATES = {
    "open": Text("avoin", "öppet", "open"),
    "reached": Text("saavutettu", "nått", "reached"),
    "changed": Text("muuttunut", "ändrat", "changed"),
    "dropped": Text("luovuttu", "avstått", "dropped"),
    "present": Text("esteenä", "kvarstår", "in the way"),
    "eased": Text("helpottunut", "har lättat", "eased"),
    "gone": Text("poistunut", "borta", "gone"),
    "planned": Text("sovittu", "överenskommet", "agreed"),
    "done": Text("tehty", "gjort", "done"),
    "missed": Text("jäi toteutumatta", "blev inte av", "missed"),
    "cancelled": Text("peruttu", "avbokat", "cancelled"),
}
REVIEW = Text("tarkistetaan", "ses över", "reviewed")
NOT_AGREED = Text("ei sovittu asiakkaan kanssa", "inte överenskommet med klienten", "not agreed with the client")
WEEKLY = Text(
    "{n} viikon välein {until} asti", "med {n} veckors mellanrum till {until}", "every {n} weeks until {until}"
)


def day(on: date) -> str:
    return f"{on.day}.{on.month}.{on.year}"


def follow_up_line(row: FollowUpRead, language: Language) -> str:
    parts = [f"{day(row.due_on)} {row.party_label}: {row.what}", STATES[row.state.value].pick(language)]
    if row.person:
        parts.append(row.person)
    if row.channel:
        parts.append(called("contact_channel", row.channel))
    if row.place:
        parts.append(row.place)
    if row.every_weeks and row.until_on:
        parts.append(WEEKLY.format(n=row.every_weeks, until=day(row.until_on)).pick(language))
    if not row.agreed_with_client:
        parts.append(NOT_AGREED.pick(language))
    if row.result:
        parts.append(row.result)
    return "; ".join(parts)


def reference_line(row: PlanReferenceLine, language: Language) -> str:
    until = day(row.valid_to) if row.valid_to else ""
    named = f" {row.external_id}" if row.external_id else ""
    line = f"{row.plan_type_label}{named}: {day(row.valid_from)}–{until}, {row.legal_basis_label}"
    return f"{line}; {REVIEW.pick(language)} {day(row.review_due_on)}" if row.review_due_on else line


def lines(plan: PlanRead, language: Language) -> Iterator[str]:
    """Line by line; a heading without content is left out. Only what the reader of `plan` may read is in it."""

    def part(name: str, found: list[str]) -> Iterator[str]:
        if found:
            yield ""
            yield HEADINGS[name].pick(language)
            yield from (f"- {line}" for line in found)

    yield TITLE.pick(language)
    if plan.responsible_person:
        yield f"{HEADINGS['responsible'].pick(language)}: {plan.responsible_person}"
    yield f"{HEADINGS['next'].pick(language)}: {plan.next_action} ({day(plan.next_action_on)})"
    goals = []
    for goal in plan.goals:
        said = "" if goal.agreed_with_client else f", {NOT_AGREED.pick(language)}"
        marked = f" {day(goal.marked_on)}" if goal.marked_on else ""
        words = f": {goal.marked_words}" if goal.marked_words else ""
        goals.append(f"{goal.description} ({STATES[goal.state].pick(language)}{marked}{said}){words}")
    yield from part("goals", goals)
    yield from part("references", [reference_line(row, language) for row in plan.plan_references])
    yield from part("strengths", [plan.strengths] if plan.strengths else [])
    yield from part("commitment", [plan.commitment] if plan.commitment else [])
    barriers = []
    for found in plan.barriers:
        if found.now is not None:
            said = "" if found.now.agreed_with_client else f", {NOT_AGREED.pick(language)}"
            state = STATES[found.now.standing.value].pick(language)
            words = f": {found.now.words}" if found.now.words else ""
            barriers.append(f"{found.label} ({state} {day(found.now.recorded_on)}{said}){words}")
    yield from part("barriers", barriers)
    yield from part("small_steps", [f"{day(step.taken_on)} {step.words}" for step in plan.small_steps])
    yield from part("follow_ups", [follow_up_line(row, language) for row in plan.follow_ups])


def as_text(plan: PlanRead, language: Language) -> str:
    return "\n".join(lines(plan, language)) + "\n"
