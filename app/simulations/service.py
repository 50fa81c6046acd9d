"""Simulating a team's last months: reads its history as the team, walks it twice beside the event loop, lets out
numbers, and of single cases what the reader may see anyway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from pydantic import MISSING
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.clients.queries import protected
from app.clients.service import hides
from app.kit.clock import civil_date
from app.kit.db import Receiving
from app.kit.problems import Unavailable
from app.kit.queries import one
from app.people.actor import Actor
from app.people.periods import EndsBeforeStart
from app.routing.rules import RuleSet
from app.routing.rulesets import checking
from app.routing.rulesets.queries import visible_sets
from app.routing.versions import shipped, shipped_id
from app.simulations import reading, telling
from app.simulations.reading import Past, Staff
from app.simulations.refusals import (
    AbsenceBeforeWindow,
    LimitMissing,
    NoClientsPerDay,
    NothingToSimulate,
    PersonNotSeated,
    RulesTwice,
    UnknownSeat,
    pointed,
)
from app.simulations.results import Comparison, Pair, compare
from app.simulations.scenarios import Away, Room, Scenario, applied, placed
from app.simulations.schemas import PlacedAbsence, SimulationCreate, SimulationRead
from app.simulations.walking import Walk
from app.teams.models import Team
from app.teams.telling import TELLING_SEATS

Told = Callable[[int, int], None]
CHUNK = 500  # events a time: in between the event loop has its turn
ONE_AT_A_TIME = asyncio.Semaphore(1)  # of one process: each keeps a core and a connection busy for seconds


async def simulate(
    session: AsyncSession, actor: Actor, team: Team, given: SimulationCreate, now: datetime
) -> SimulationRead:
    """Raises `NothingToSimulate`, what `asked_rules` and `scenario_of` raise, and `Unavailable` while one is made."""
    if ONE_AT_A_TIME.locked():
        raise Unavailable(retry_after=5)
    async with ONE_AT_A_TIME:
        staff = await reading.staff_of(session, team)
        scenario = scenario_of(staff, given, await asked_rules(session, actor, given), now)
        # A lead reads neither health data nor, perhaps, any client of the team: only sums and ids leave this block.
        async with Receiving(session, team=team.id, area=team.area_id):
            past = await reading.past_of(session, team, staff, given.months, now)
            hidden = await hidden_clients(session, actor, past)
        await used(
            session, "teams", [(team.id, None)], action="simulate", fields=["routing_decisions", "work_items"],
            basis="own_task",
        )  # fmt: skip
        made = await compared(past, scenario)

    tells = set() if actor.health_professional else telling.works_that_tell(past.world.askings)

    def lists(pair: Pair) -> bool:
        of_team = team.id in actor.teams and pair.asking.client not in hidden
        return of_team and pair.asking.work not in tells

    def hides(role: str) -> bool:
        # With rules of one's own any seat can be made to tell.
        return not actor.health_professional and (role in TELLING_SEATS or scenario.rules is not None)

    return result(team, staff, past, scenario, given.months, made, lists, hides)


async def compared(past: Past, scenario: Scenario, tell: Told = lambda done, of: None) -> Comparison:
    """Both walks, in a thread. Raises `NothingToSimulate`."""
    if not past.world.askings:
        raise NothingToSimulate()
    walks = [await asyncio.to_thread(Walk, world) for world in (past.world, applied(past.world, scenario))]
    whole = sum(len(walk.events) for walk in walks)
    for walk in walks:
        while await asyncio.to_thread(walk.advance, CHUNK):
            tell(sum(one.next for one in walks), whole)
    tell(whole, whole)
    return await asyncio.to_thread(compare, *walks)


async def hidden_clients(session: AsyncSession, actor: Actor, past: Past) -> set[int]:
    """Clients whose municipality the reader must not learn from where a rule sends them (turvakielto)."""
    if not hides(actor, True, "residence"):
        return set()
    asked = {asking.client for asking in past.world.askings}
    ids = [client for client, number in past.clients.items() if number in asked]
    return {past.clients[client] for client in await protected(session, ids)}


def result(
    team: Team,
    staff: Staff,
    past: Past,
    scenario: Scenario,
    months: int,
    made: Comparison,
    lists: telling.Lists = telling.nobodys,
    hides: telling.Hides = telling.small_shown,
) -> SimulationRead:
    """The answer; without `lists` no single case is in it."""
    world, last = past.world, civil_date(past.world.last_at)
    return SimulationRead(
        team_id=team.id,
        months=months,
        from_on=civil_date(world.first_at),
        to_on=last,
        decisions=len(world.askings),
        truncated=past.truncated,
        rule_set=scenario.rules.id if scenario.rules else None,
        rule_set_version=scenario.rules.version if scenario.rules else None,
        absences=[
            PlacedAbsence(
                person_id=UUID(planned.person),
                first_on=planned.first,
                last_on=planned.last,
                placed_first_on=moved.first,
                placed_last_on=moved.last,
            )
            for planned, moved in zip(scenario.absences, placed(scenario.absences, last), strict=True)
        ],
        before=telling.figures(made.before),
        after=telling.figures(made.after),
        seats=telling.seats(made, hides),
        people=telling.people(made, dict(staff.names), hides),
        changed_count=len(made.changed),
        changed=telling.listed(made.changed, lists),
        unassigned=telling.listed(made.nobody, lists),
        unlisted=telling.unlisted(made, lists),
    )


def scenario_of(staff: Staff, given: SimulationCreate, rules: RuleSet | None, now: datetime) -> Scenario:
    """What was asked for, as changes of this team. Raises `UnknownSeat`, `PersonNotSeated`, `EndsBeforeStart`,
    `AbsenceBeforeWindow`, `LimitMissing` and `NoClientsPerDay`."""
    for number, role in enumerate(given.vacancies):
        check_seat(staff, role, f"/body/vacancies/{number}")
    first = civil_date(reading.first_at(now, given.months))
    for number, absence in enumerate(given.absences):
        pointer = f"/body/absences/{number}"
        if absence.last_on < absence.first_on:
            raise pointed(EndsBeforeStart, f"{pointer}/lastOn")
        if absence.last_on < first:
            raise pointed(AbsenceBeforeWindow, f"{pointer}/lastOn")
        if str(absence.person_id) not in staff.names:
            raise pointed(PersonNotSeated, f"{pointer}/personId")
    return Scenario(
        rules=rules,
        vacancies=frozenset(given.vacancies),
        absences=tuple(Away(person=str(a.person_id), first=a.first_on, last=a.last_on) for a in given.absences),
        rooms=tuple(room_of(staff, given, number) for number in range(len(given.capacities))),
    )


def room_of(staff: Staff, given: SimulationCreate, number: int) -> Room:
    asked, pointer = given.capacities[number], f"/body/capacities/{number}"
    check_seat(staff, asked.seat_role, f"{pointer}/seatRole")
    chair, person = staff.chairs[asked.seat_role], str(asked.person_id) if asked.person_id else None
    if person is not None and person not in chair.people:
        raise pointed(PersonNotSeated, f"{pointer}/personId")
    room = Room(seat=chair.role, person=person, changes=frozenset())
    if asked.max_open is not MISSING:
        room = replace(room, max_open=asked.max_open, changes=room.changes | {"max_open"})
    if asked.client_days_per_week is not MISSING:
        if chair.clients_per_day is None:
            raise pointed(NoClientsPerDay, f"{pointer}/clientDaysPerWeek")
        room = replace(room, client_days=asked.client_days_per_week, changes=room.changes | {"client_days"})
    if not room.changes:
        raise pointed(LimitMissing, pointer)
    return room


def check_seat(staff: Staff, role: str, pointer: str) -> None:
    if role not in staff.chairs:
        raise pointed(UnknownSeat, pointer, seats=sorted(staff.chairs))


async def asked_rules(session: AsyncSession, actor: Actor, given: SimulationCreate) -> RuleSet | None:
    """The rules to try: the document that was sent, or a version or draft that the caller may read.

    Raises `RulesTwice`, `RuleSetMalformed`, `NotFound`.
    """
    if given.rules is not None and given.rule_set_id is not None:
        raise pointed(RulesTwice, "/body/ruleSetId")
    if given.rules is not None:
        return checking.read(given.rules.model_dump(mode="json"), at="/body/rules")
    if given.rule_set_id is None:
        return None
    for rules in shipped():
        if shipped_id(rules) == given.rule_set_id:
            return rules
    row = await one(session, visible_sets(actor), given.rule_set_id)
    return checking.read(row.content, row.code, row.number)
