"""The one place where the words of the routing cases become the product's: rosters, facts, decisions, expectations."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from app.routing.decide import Decision, QueueKind
from app.routing.facts import Facts
from app.routing.roster import Deputy, Holder, Period, Roster, Seat, Team

FILE = Path(os.environ.get("ROUTING_VIGNETTES") or Path(__file__).parent / "data" / "routing-vignettes.json")
CONTAINED = ("because", "rejected")

Json = Mapping[str, Any]


def load() -> dict[str, Any]:
    given: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return given


def facts(case: Json) -> Facts:
    return Facts.parse(case["facts"])


def roster(given: Json, case: Json) -> Roster:
    """The shared roster with the case's changes and loads applied."""
    teams: Sequence[Json] = given.get("teams", [given])
    return Roster(teams=tuple(_team(team, case) for team in teams))


def _team(given: Json, case: Json) -> Team:
    return Team(
        id=given["team"],
        municipalities=frozenset(given["covers_municipalities"]),
        seats=tuple(_seat(seat, case) for seat in given["seats"]),
    )


def _seat(given: Json, case: Json) -> Seat:
    def person(id: str) -> Holder:
        changes = [c for c in case["roster_changes"] if c["seat"] == given["seat"] and c["holder"] == id]
        periods = [c for c in changes if "valid_from" in c or "valid_to" in c]
        assigned = case.get("last_assigned", {}).get(id)
        return Holder(
            id=id,
            periods=tuple(_period(c.get("valid_from"), c.get("valid_to")) for c in periods) or (Period(),),
            absences=tuple(_period(*c["absent"]) for c in changes if "absent" in c),
            max_open=next((c["max_open"] for c in changes if "max_open" in c), given.get("max_open")),
            open_now=case.get("open_now", {}).get(id, 0),
            recent=case.get("recent", {}).get(id, 0),
            last_assigned_at=assigned and datetime.fromisoformat(assigned).replace(tzinfo=UTC),
            order=[*given["holders"], *given["deputies"]].index(id),
        )

    def deputy(id: str) -> Deputy:
        p = person(id)
        return Deputy(**{field.name: getattr(p, field.name) for field in fields(p)})

    return Seat(
        role=given["seat"],
        holders=tuple(map(person, given["holders"])),
        deputies=tuple(map(deputy, given["deputies"])),
        visiting_days=given.get("visiting_days"),
    )


def _period(start: str | None, end: str | None) -> Period:
    return Period(start and date.fromisoformat(start), end and date.fromisoformat(end))  # type: ignore[arg-type]


def said(decision: Decision, given: Json) -> dict[str, Any]:
    """The decision in the words of the cases."""
    queue = None
    if decision.queue is not None and decision.queue.kind is not QueueKind.SEAT_WAITING_LIST:
        queue = {
            QueueKind.OWN_CARE_TEAM: f"own-care-team:{decision.queue.of}",
            QueueKind.TEAM_UNASSIGNED: given["unassigned_queue"],
            QueueKind.AREA_UNASSIGNED: given["area_queue"],
        }[decision.queue.kind]
    return {
        "outcome": decision.outcome.value,
        "seat": decision.seat,
        "holder": decision.holder,
        "on_behalf_of": decision.on_behalf_of,
        "consulting_seat": decision.consulting_seat,
        "queue": queue,
        "suggest": decision.suggest,
        "candidates": list(decision.candidates),
        "alarm": decision.alarm,
        "earliest_on": decision.earliest_on and decision.earliest_on.isoformat(),
        "because": list(decision.because),
        "rejected": {person: rejection.reason for person, rejection in decision.rejected.items()},
    }


def differences(decision: Decision, case: Json, given: Json) -> dict[str, tuple[Any, Any]]:
    """What was expected and what was said, for everything that differs. `because` and `rejected` must be contained."""
    answer = said(decision, given)
    wrong = {}
    for name, expected in case["expect"].items():
        if name == "because":
            right = set(expected) <= set(answer[name])
        elif name == "rejected":
            right = expected.items() <= answer[name].items()
        else:
            right = answer[name] == expected
        if not right:
            wrong[name] = (expected, answer[name])
    return wrong


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The same JSON with people renamed, as values and as keys."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def people(given: Json) -> list[str]:
    return sorted({id for seat in given["seats"] for id in (*seat["holders"], *seat["deputies"])})


def turned(roster: Roster) -> Roster:
    """The same roster with everything listed in the opposite order."""
    return replace(
        roster,
        teams=tuple(
            replace(
                team,
                seats=tuple(
                    replace(seat, holders=seat.holders[::-1], deputies=seat.deputies[::-1]) for seat in team.seats[::-1]
                ),
            )
            for team in roster.teams[::-1]
        ),
    )
