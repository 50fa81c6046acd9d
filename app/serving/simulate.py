"""`simulate`: a team's last months with other rules, people or limits, in numbers, for who runs the service.

Works as the job role, which sees every row; no single case is shown, because nobody is signed in who may see it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.config import Settings
from app.kit.problems import Conflict, Invalid, Problem
from app.routing.rules import RuleSet
from app.routing.rulesets.parse import BODY, HEAD, parse_rule_set
from app.serving import database
from app.serving.faults import BadSettings, Fault
from app.serving.words import Say
from app.serving.work import engine_for
from app.simulations import queries, reading, service
from app.simulations.reading import Past, Staff
from app.simulations.results import Comparison
from app.simulations.scenarios import Scenario
from app.simulations.schemas import SimulationCreate, SimulationRead
from app.teams.models import Team


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of it, and what is needed to tell it."""

    team: Team
    staff: Staff
    past: Past
    scenario: Scenario
    months: int
    made: Comparison

    def read(self) -> SimulationRead:
        return service.result(self.team, self.staff, self.past, self.scenario, self.months, self.made)


async def simulate(
    settings: Settings, dsn: str, asked: argparse.Namespace, at: datetime, say: Say, tell: Callable[[int, int], None]
) -> Simulated:
    """Raises `Fault`, and `BadSettings` for what the command line has wrong."""
    rules = rules_in(asked.rules) if asked.rules else None
    engine = engine_for(settings, dsn)
    try:
        async with async_sessionmaker(engine, expire_on_commit=False)() as session:
            team = await team_called(session, asked.team)
            staff = await reading.staff_of(session, team)
            given = given_by(asked, staff)
            scenario = service.scenario_of(staff, given, rules, at)
            say(f"reading {given.months} month(s) of {team.name}")
            past = await reading.past_of(session, team, staff, given.months, at)
        made = await service.compared(past, scenario, tell)
        return Simulated(team, staff, past, scenario, given.months, made)
    except (Invalid, Conflict) as refused:
        raise (BadSettings if refused.status == 422 else Fault)(option_of(refused) + refused.explain("en")) from None
    except DBAPIError as error:
        raise database.unreachable(error, database.WORKER) from None
    finally:
        await engine.dispose()


async def team_called(session: AsyncSession, name: str) -> Team:
    """By its code, or by its id where two areas use the same code."""
    teams = await queries.all_teams(session)
    found = [team for team in teams if name in (team.code, str(team.id))]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadSettings(
            f"{len(found)} areas have a team {name}: say which by its id"
            + "".join(f"\n  {team.id}  {team.name}" for team in found)
        )
    known = ", ".join(sorted({team.code for team in teams})) or "none yet: python -m app bootstrap begins"
    raise BadSettings(f"no team is called {name}; there is: {known}")


def rules_in(file: Path) -> RuleSet:
    """A rule set from a file: as it is kept, or as it is read over the API."""
    try:
        document = json.loads(file.read_text("utf-8"))
        return parse_rule_set(as_kept(document) if isinstance(document, dict) else document)
    except OSError as error:
        raise BadSettings(f"--rules {file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise BadSettings(f"--rules {file} is no rule set: {error}") from None


KEPT = {"id": "id", "version": "version", "validFrom": "valid_from", "problemGroups": "problem_groups"}
PARTS = HEAD | BODY | {"examples"}


def as_kept(document: dict[str, Any]) -> dict[str, Any]:
    """Of what the API answers the document itself, under the names of a file; of a file everything."""
    if "problemGroups" not in document:
        return document
    named = {KEPT.get(name, name): value for name, value in document.items()}
    return {name: value for name, value in named.items() if name in PARTS} | {
        "id": document.get("code", "draft"), "version": document.get("number", 1),
        "valid_from": document.get("validFrom") or "2000-01-01",
    }  # fmt: skip


def given_by(asked: argparse.Namespace, staff: Staff) -> SimulationCreate:
    try:
        return SimulationCreate.model_validate(
            {
                "months": asked.months,
                "vacancies": asked.vacant,
                "absences": [absence(text, staff) for text in asked.away],
                "capacities": [capacity(text) for text in asked.max_open],
            }
        )
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        name, *number = first["loc"]
        which = f" (number {int(number[0]) + 1})" if number else ""
        raise BadSettings(f"{OPTIONS[str(name)]}{which}: {first['msg']}") from None


OPTIONS = {
    "months": "--months", "vacancies": "--vacant", "absences": "--away", "capacities": "--max-open",
}  # fmt: skip


def option_of(refused: Problem) -> str:
    """The option that a problem points at, as it begins a line."""
    if not refused.errors:
        return ""
    _, _, name, *number = str(refused.errors[0]["pointer"]).split("/")
    return f"{OPTIONS[name]}{f' (number {int(number[0]) + 1})' if number else ''}: "


def absence(text: str, staff: Staff) -> dict[str, str]:
    name, *days = (part.strip() for part in text.rsplit(",", 2))
    if len(days) != 2:
        raise BadSettings(f'--away {text}: write PERSON,FIRST,LAST as in "Hanna Harju,2027-07-01,2027-07-28"')
    people = {id for id, known in staff.names.items() if name.casefold() in (id, known.casefold())}
    if len(people) != 1:
        known = ", ".join(sorted(staff.names.values()))
        raise BadSettings(f"--away {text}: the team has {len(people) or 'nobody'} of that name; there is: {known}")
    return {"personId": people.pop(), "firstOn": days[0], "lastOn": days[1]}


def capacity(text: str) -> dict[str, Any]:
    role, _, most = text.partition("=")
    if not most.isdecimal():
        raise BadSettings(f"--max-open {text}: write ROLE=N as in unemployed_health_nurse=80")
    return {"seatRole": role.strip(), "maxOpen": int(most)}
