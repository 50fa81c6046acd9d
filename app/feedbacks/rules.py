"""Pure rules of feedback: how much may be told, what a draft is made of, and when the duty is spoken of."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from app.consents.rules import Terms, reason, rule
from app.kit.i18n import Language, Text
from app.kit.workdays import add_working_days, is_working_day, next_working_day
from app.pathways.rules import FEEDBACK_PURPOSE, LEVEL_CLASSES, TOLD_WITH, outcomes_told

# From the most that may be told to the least.
LEVELS = tuple(sorted(LEVEL_CLASSES, key=lambda level: -len(LEVEL_CLASSES[level])))
NOTICE = "closure_notice"
LONGEST = 7_500  # characters that a draft composes; what people write may be 8,000


@dataclass(frozen=True)
class LevelSaid:
    """Whether feedback of a level may be given now; `because` is the code of why not, `missing` what to ask for."""

    level: str
    because: str | None
    missing: frozenset[str] = frozenset()

    @property
    def allowed(self) -> bool:
        return self.because is None


def levels(terms: Iterable[Terms], recipient: UUID | None, barred: Collection[str]) -> list[LevelSaid]:
    """Every level, the most first. Without a recipient it is the client's own (C-12). `barred`: data classes that this
    kind of party never gets, whatever is permitted (domain 5.3)."""
    said, terms = [], list(terms)
    for level in LEVELS:
        classes, because, missing = LEVEL_CLASSES[level], None, frozenset[str]()
        if recipient is not None:
            ruling = rule(terms, recipient, classes, FEEDBACK_PURPOSE)
            if ruling.prohibited:
                because = "prohibited"
            elif not classes.isdisjoint(barred):
                because = "conclusion_not_for_party"
            elif classes and not ruling.permitted:
                because, missing = reason(ruling, classes, may_know=True), ruling.missing
        said.append(LevelSaid(level, because, missing))
    return said


def best(said: Iterable[LevelSaid]) -> str | None:
    """The most that may be told; None when not even a notice may leave."""
    return next((one.level for one in said if one.allowed), None)


@dataclass(frozen=True)
class Piece:
    """Something recorded that feedback may tell, and the data classes it belongs to. `heading` says what it is."""

    heading: str
    words: str
    classes: frozenset[str]


HEADINGS: dict[str, Text] = {
    "outcome": Text("Mihin päädyttiin", "Vad det ledde till", "What it led to"),
    "conclusion": Text("Työkyky", "Arbetsförmåga", "Ability to work"),
    "goal": Text("Yhdessä sovitut tavoitteet", "Gemensamt överenskomna mål", "Goals agreed together"),
    "small_step": Text("Edistysaskeleet", "Framsteg", "Small steps forward"),
}
NOTHING_YET = {
    True: Text("Työ asiakkaan kanssa jatkuu.", "Arbetet med klienten fortsätter.", "The work with the client goes on."),
    False: Text("Työ on saatu päätökseen.", "Arbetet har slutförts.", "The work has been completed."),
}


def same(words: str) -> str:
    """Words without what makes no difference to a reader: case, spaces, the full stop."""
    return " ".join(words.split()).rstrip(".").casefold()


def compose(
    pieces: Sequence[Piece], level: str, covered: frozenset[str], *, interim: bool, language: Language
) -> str | None:
    """The words of a draft: of each heading, in order, the pieces whose every data class is covered. A notice has
    none, and no sentence is said twice. The longest that fits: what comes last is left out."""
    if not LEVEL_CLASSES[level]:
        return None
    lines: list[str] = []
    said: set[str] = set()
    for heading, title in HEADINGS.items():
        told = [piece.words.strip() for piece in pieces if piece.heading == heading and piece.classes <= covered]
        found = []
        for words in told:
            if words and same(words) not in said:
                said.add(same(words))
                found.append(words)
        if found:
            lines += [*([""] if lines else []), f"{title.pick(language)}:", *(f"- {words}" for words in found)]
    text = ""
    for line in lines:
        if len(text) + len(line) + 1 > LONGEST:
            break
        text += f"{line}\n"
    return text.strip() or NOTHING_YET[interim].pick(language)


def left_out(codes: Iterable[str], level: str, told: frozenset[str], *, own: bool) -> list[tuple[str, str]]:
    """Outcomes that words of a level, composed of these data classes, do not name, and why. `own`: they are for the
    client, who hears all of them."""
    codes = sorted(set(codes))
    if not LEVEL_CLASSES[level]:
        return [(code, "notice_tells_nothing") for code in codes]
    named = codes if own else outcomes_told(codes, level, told)
    return [(code, "classes_not_covered" if code in TOLD_WITH else "never_told") for code in codes if code not in named]


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: whom it is told to, and how many working days before the due date (after it when below
    zero)."""

    step: str
    before: int


@dataclass(frozen=True)
class Warnings:
    """One version of the numbers: in force from a day on."""

    version: str
    valid_from: date
    interim_every_weeks: int
    ladder: tuple[Rung, ...]


def read_warnings(raw: dict[str, Any]) -> Warnings:
    """Raises `KeyError` or `ValueError` for a file that is not whole."""
    return Warnings(
        version=raw["version"],
        valid_from=date.fromisoformat(raw["validFrom"]),
        interim_every_weeks=raw["interimEveryWeeks"],
        ladder=tuple(Rung(one["step"], one["workingDaysBefore"]) for one in raw["ladder"]),
    )


@lru_cache(maxsize=1)
def shipped() -> tuple[Warnings, ...]:
    """Every version in the folder, the newest first. One that was in force is never edited."""
    files = sorted((Path(__file__).parent / "warnings").glob("*.json"))
    found = [read_warnings(json.loads(file.read_text("utf-8"))) for file in files]
    return tuple(sorted(found, key=lambda version: version.valid_from, reverse=True))


def in_force(on: date, versions: Sequence[Warnings] | None = None) -> Warnings:
    """The version of a day; before the first one, the first one."""
    known = shipped() if versions is None else sorted(versions, key=lambda v: v.valid_from, reverse=True)
    return next((version for version in known if version.valid_from <= on), known[-1])


def ladder(due_on: date, since: date, versions: Sequence[Warnings] | None = None) -> list[tuple[str, date]]:
    """On which day each step is told, by the numbers in force when the duty began; never before it began."""
    rungs = in_force(since, versions).ladder
    return [(rung.step, max(since, add_working_days(due_on, -rung.before))) for rung in rungs]


def due_soon(due_on: date, since: date, today: date, versions: Sequence[Warnings] | None = None) -> bool:
    """Whether the first step of the ladder is reached and the due date is not past."""
    return min(on for _, on in ladder(due_on, since, versions)) <= today <= due_on


def interim_on(since: datetime, last: datetime | None, on: date, versions: Sequence[Warnings] | None = None) -> date:
    """When interim feedback is suggested next: weeks after the last one, or after the acceptance; on a working day."""
    weeks = in_force(on, versions).interim_every_weeks
    day = (last or since).date() + timedelta(weeks=weeks)
    return day if is_working_day(day) else next_working_day(day)
