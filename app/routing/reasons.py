"""A decision in sentences that a nurse would say, in Finnish, Swedish and English.

The sentences name the problem behind the choice: show them only to who may read the client's health data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from app.kit.i18n import LANGUAGES, Text
from app.routing.decide import Decision, Outcome, QueueKind
from app.routing.selection import TIE_BREAKS, Rejection
from app.routing.sentences import (
    ALARM,
    ASKS,
    BECAUSE,
    CHOICES,
    CONSULTED,
    LEAD,
    NOT_CHOSEN,
    PERSON,
    RECHECK,
    REJECTED,
    RULES,
    SUGGESTION,
    WANTED,
    WHY,
)

Label = Callable[[str, str], Text]
"""The text of a code of a set, as in `label("role", "physiotherapist")`."""

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


def explain(decision: Decision, names: Mapping[str, str], label: Label) -> dict[str, str]:
    """Sentences by language. `names` maps ids of people, teams and queues; an id without a name stands as it is."""
    parts = [_lead(decision, names, label)]
    if decision.outcome is Outcome.UNASSIGNED and decision.seat:
        parts.append(filled(WANTED, seat=label("role", decision.seat)))
    parts += _why(decision, label)
    if decision.asks_seat:
        parts.append(filled(ASKS, seat=label("role", decision.asks_seat)))
    if decision.candidates:
        parts.append(filled(CHOICES, seats=joined((label("role", seat) for seat in decision.candidates), "; ")))
    if decision.consulting_seat:
        parts.append(filled(CONSULTED, seat=label("role", decision.consulting_seat)))
    parts += _because(decision)
    if decision.recheck_on:
        parts.append(filled(RECHECK, day=day_text(decision.recheck_on)))
    if decision.alarm and decision.outcome is not Outcome.UNASSIGNED:  # which tells of its alarm at once
        parts.append(ALARM)
    if decision.rejected:
        people = (
            filled(PERSON, name=names.get(id, id), reason=rejection_text(decision.rejected[id]))
            for id in sorted(decision.rejected)
        )
        parts.append(filled(NOT_CHOSEN, people=joined(people, "; ")))
    return joined(parts, " ").as_dict()


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
        key, said["earliest"] = "waitlisted_until", day_text(decision.earliest_on)
    elif decision.queue and decision.queue.kind is not QueueKind.SEAT_WAITING_LIST:
        key = decision.queue.kind
    return filled(LEAD[key], **said)


def _why(decision: Decision, label: Label) -> list[Text]:
    """The rule's own text with its number; nothing when no rule was reached."""
    if decision.rule is None:
        return []
    main = decision.facts.main_problem
    why = filled(Text(**decision.why), main_problem=label("problem_area", main) if main else "")
    rule = filled(RULES, set=decision.rule_set, version=str(decision.rule_set_version))
    sources = Text(*("".join(f"; {code}" for code in decision.because if code.startswith("C-")) for _ in LANGUAGES))
    return [filled(WHY, why=why, rule=joined([rule, sources], ""))]


def _because(decision: Decision) -> list[Text]:
    """What the decision added to the rule; of the tie-breaks only the one that decided."""
    holder = decision.holder or ""
    open, recent = decision.loads.get(holder, 0), decision.recents.get(holder, 0)
    said: dict[str, Text | str] = {
        "load": str(open + recent),
        "open": str(open),
        "recent": str(recent),
        "municipality": decision.facts.municipality or "?",
        "earliest": day_text(decision.earliest_on) if decision.earliest_on else "",
    }
    undecided = {*TIE_BREAKS.values()} - {decision.tie_break}
    return [filled(BECAUSE[code], **said) for code in decision.because if code in BECAUSE and code not in undecided]


def rejection_text(rejection: Rejection) -> Text:
    key = rejection.reason + ("_until" if rejection.until else "")
    said: dict[str, Text | str] = {"until": day_text(rejection.until)} if rejection.until else {}
    numbers = {
        "open": rejection.open or 0,
        "max_open": rejection.max_open,
        "recent": rejection.recent or 0,
        "max_week": rejection.max_week,
        "load": (rejection.open or 0) + (rejection.recent or 0),
        "chosen": rejection.chosen,
    }
    return filled(REJECTED[key], **said, **{name: str(number) for name, number in numbers.items()})


def day_text(on: date) -> Text:
    numeric = f"{on.day}.{on.month}.{on.year}"
    return Text(numeric, numeric, f"{on.day} {MONTHS.split()[on.month - 1]} {on.year}")


def filled(text: Text, **values: Text | str) -> Text:
    """Like `Text.format`, with values that differ by language."""
    return Text(
        *(
            text.pick(language).format(
                **{name: value.pick(language) if isinstance(value, Text) else value for name, value in values.items()}
            )
            for language in LANGUAGES
        )
    )


def joined(texts: Iterable[Text], by: str) -> Text:
    listed = list(texts)
    return Text(*(by.join(text.pick(language) for text in listed) for language in LANGUAGES))
