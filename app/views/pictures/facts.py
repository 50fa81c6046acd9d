"""What a picture tells, as its reader may know it, and in which order its steps are drawn. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from app.kit.i18n import Language


class Standing(StrEnum):
    """Where a step stands, as `pathways.step_rules` says; `usual`: in a template, where nothing has happened yet."""

    DONE = "done"
    SKIPPED = "skipped"
    NOW = "now"
    NEXT = "next"
    USUAL = "usual"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFact:
    """One step in the reader's words. `when` is a whole phrase, and `late` that its day has passed."""

    key: str
    title: str
    standing: Standing
    purpose: str | None = None
    when: str | None = None
    late: bool = False
    owner: str | None = None
    person: str | None = None
    bring: str | None = None
    because: str | None = None
    optional: bool = False
    branch: str | None = None
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearer:
    """Who hears of the path, and what."""

    who: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A whole picture. `responsible`, `next_action` and its phrase of a day, and `held`, that it rests, are of an open
    path; `source` of a template."""

    language: Language
    title: str
    subtitle: str
    as_of: date | None = None
    responsible: str | None = None
    next_action: str | None = None
    next_on: str | None = None
    next_late: bool = False
    held: str | None = None
    source: str | None = None
    steps: tuple[StepFact, ...] = ()
    outcomes: tuple[str, ...] = ()
    hearers: tuple[Hearer, ...] = ()
    promises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Steps that stand together: one step, steps that go on at the same time (one in each lane), or ways of which one
    is taken (a lane each)."""

    kind: str
    lanes: tuple[tuple[StepFact, ...], ...]


def ranks(steps: Sequence[StepFact]) -> dict[str, int]:
    """How many steps stand before each at the most; by position where nothing is said of the order."""
    by_key = {step.key: step for step in steps}
    if not any(key in by_key for step in steps for key in step.before):
        return {step.key: place for place, step in enumerate(steps)}
    found: dict[str, int] = {}
    waiting = list(steps)
    while waiting:
        ready = [step for step in waiting if all(key in found or key not in by_key for key in step.before)]
        # What waits for itself in a circle is drawn all the same, as it stands.
        for step in ready or waiting[:1]:
            found[step.key] = 1 + max((found[key] for key in step.before if key in found), default=-1)
        waiting = [step for step in waiting if step.key not in found]
    return found


def blocks(steps: Sequence[StepFact]) -> list[Block]:
    """The steps in the order they are drawn, every one of them once."""
    rank = ranks(steps)
    found: list[Block] = []
    ways: list[StepFact] = []
    single: list[StepFact] = []

    def close_singles() -> None:
        for _, same in groupby(single, key=lambda step: rank[step.key]):
            lanes = tuple((step,) for step in same)
            found.append(Block("parallel" if len(lanes) > 1 else "one", lanes))
        single.clear()

    def close_ways() -> None:
        names = dict.fromkeys(step.branch for step in ways)
        lanes = tuple(tuple(step for step in ways if step.branch == name) for name in names)
        if lanes:
            found.append(Block("ways" if len(lanes) > 1 else "one_way", lanes))
        ways.clear()

    for step in sorted(steps, key=lambda step: rank[step.key]):
        if step.branch is not None:
            ways.append(step)
            continue
        if ways and comes_after(step, ways):
            close_singles()
            close_ways()
        single.append(step)
    close_singles()
    close_ways()
    return found


def comes_after(step: StepFact, others: Collection[StepFact]) -> bool:
    return any(other.key in step.before for other in others)
