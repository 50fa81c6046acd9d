"""A piece of work on its way through a simulation, the load it makes, and the line in which it waits."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.routing.decide import Outcome
from app.routing.facts import Facts
from app.simulations.world import Asking, Remembering, Work

WEEK = timedelta(days=7)
Sight = tuple[frozenset[str], frozenset[str]]  # who of the seat is in conflict with the client, who has declined
Turn = tuple[bool, datetime, int]  # the order in which work waits: urgent work, then since when


class Place(StrEnum):
    """Where a piece of work is at the end of the walk, or was when it closed. One of these, always."""

    ASSIGNED = "assigned"
    WAITING = "waiting"
    QUEUED = "queued"
    MANUAL = "manual"
    UNASSIGNED = "unassigned"


PLACES = {
    Outcome.ASSIGNED: Place.ASSIGNED,
    Outcome.WAITLISTED: Place.WAITING,
    Outcome.QUEUED: Place.QUEUED,
    Outcome.MANUAL: Place.MANUAL,
    Outcome.UNASSIGNED: Place.UNASSIGNED,
}


@dataclass(slots=True, kw_only=True)
class Case:
    """A piece of work on its way. Without `asking` it is load that nobody asked for in the window."""

    work: Work
    client: int
    asking: Asking | None = None
    facts: Facts | None = None
    rules: Remembering | None = None
    place: Place | None = None
    seat: str | None = None
    holder: str | None = None
    taken_at: datetime | None = None
    given: bool = True
    because: tuple[str, ...] = ()
    alarm: bool = False
    closed: bool = False
    waits_since: datetime | None = None
    waited: timedelta | None = None  # altogether; None: never
    turn: Turn | None = None


@dataclass(slots=True)
class Load:
    """What somebody has on one seat: open now, and every instant at which they were given something, in order."""

    open: int = 0
    given: list[datetime] = field(default_factory=list)
    before: datetime | None = None  # the last one before the window

    def recent(self, at: datetime) -> int:
        return len(self.given) - bisect_right(self.given, at - WEEK)

    def last(self) -> datetime | None:
        if not self.given:
            return self.before
        return self.given[-1] if self.before is None else max(self.given[-1], self.before)


class Lines:
    """Who waits on one seat: a line for each way of seeing its people, because who sees them alike fails alike."""

    def __init__(self) -> None:
        self.lines: dict[Sight, list[tuple[Turn, Case]]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def add(self, sight: Sight, turn: Turn, case: Case) -> None:
        case.turn = turn
        heapq.heappush(self.lines.setdefault(sight, []), (turn, case))

    def serve(self, attempt: Callable[[Case], bool]) -> None:
        """Let the first in line try, until of each line one has tried in vain."""
        tried: set[Sight] = set()
        while heads := [(line[0][0], sight) for sight in list(self.lines) if (line := self.line(sight, tried))]:
            _, sight = min(heads, key=lambda head: head[0])
            if not attempt(self.lines[sight][0][1]):
                tried.add(sight)

    def line(self, sight: Sight, tried: set[Sight]) -> list[tuple[Turn, Case]] | None:
        """Those who wait in a line that has not tried; those who have left it are taken away."""
        line = self.lines[sight]
        while line and line[0][1].turn != line[0][0]:
            heapq.heappop(line)
        if not line:
            del self.lines[sight]
        return line if line and sight not in tried else None
