"""From the rows of a team to the world that is walked through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import HELSINKI, civil_date
from app.routing.facts import Facts
from app.routing.roster import Period
from app.routing.rules import RuleSet
from app.routing.selection import add_months
from app.routing.versions import rules_of, version_of
from app.simulations import queries
from app.simulations.cases import WEEK
from app.simulations.world import Asking, Chair, Held, Sitter, Span, Work, World
from app.teams.models import Absence, Holder, Seat, Standing, Team
from app.work.models import PATHWAY

MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The team's seats with everybody who was ever on them: `ids` of seats, and `names` of people by their ids."""

    chairs: Mapping[str, Chair]
    ids: Mapping[UUID, str]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A world, and whether older decisions of the months were left out. `clients` are those behind its numbers, which
    go no further than this process."""

    world: World
    truncated: bool
    clients: Mapping[UUID, int] = field(repr=False)


async def staff_of(session: AsyncSession, team: Team) -> Staff:
    seats = await queries.seats_of(session, team.id)
    seated = await queries.seated(session, [seat.id for seat in seats])
    away = await queries.absences(session, {holder.person_id for holder, _ in seated})
    return Staff(
        chairs={seat.role: chair_of(seat, [h for h, _ in seated if h.seat_id == seat.id], away) for seat in seats},
        ids={seat.id: seat.role for seat in seats},
        names={str(holder.person_id): name for holder, name in seated},
    )


def first_at(at: datetime, months: int) -> datetime:
    """The morning of the same day so many months ago."""
    return datetime.combine(add_months(civil_date(at), -months), time.min, HELSINKI)


async def past_of(session: AsyncSession, team: Team, staff: Staff, months: int, at: datetime) -> Past:
    """The last months of a team, at most the `MOST` newest decisions of them: the window begins with the oldest."""
    since = first_at(at, months)
    rows = list(await queries.askings(session, team.id, since, MOST + 1))
    truncated = len(rows) > MOST
    rows = rows[:MOST]
    if truncated:
        since = rows[-1].decided_at
    clients: dict[UUID, int] = {}
    askings = asked(rows, await rules_behind(session, team, rows, at), clients)
    held = await queries.held(session, staff.ids, since - WEEK)
    done = await queries.last_done(session, staff.ids, since)
    given = await queries.last_given(session, staff.ids, since)
    world = World(
        team=str(team.id),
        first_at=since,
        last_at=at,
        chairs=staff.chairs,
        askings=askings,
        held=tuple(held_of(held, staff, {one.work for one in askings}, since, clients)),
        earlier={
            (number(clients, client), staff.ids[seat]): (str(person), civil_date(closed))
            for client, seat, person, closed in done
        },
        last_given={(staff.ids[seat], str(person)): last for seat, person, last in given},
    )
    return Past(world=world, truncated=truncated, clients=clients)


async def rules_behind(
    session: AsyncSession, team: Team, rows: Sequence[Any], at: datetime
) -> dict[tuple[str, int], RuleSet]:
    """The rules that decided each, by the version that the decision names; the present ones where that is gone."""
    found = {}
    for code, version in {(row.rule_set, row.rule_set_version) for row in rows}:
        rules = await version_of(session, team.area_id, code, version)
        found[code, version] = rules or await rules_of(session, team.area_id, team.rule_set, civil_date(at))
    return found


def asked(
    rows: Iterable[Any], rules: Mapping[tuple[str, int], RuleSet], clients: dict[UUID, int]
) -> tuple[Asking, ...]:
    """The decisions as askings. Work that another team took over is closed here when it went."""
    return tuple(
        Asking(
            id=str(row.id),
            work=(str(row.subject_id), str(row.facts["assessment"])),
            client=number(clients, row.client_id),
            at=row.decided_at,
            facts=Facts.parse(row.facts),
            rules=rules[row.rule_set, row.rule_set_version],
            closed_at=row.left_at or row.closed_at,
        )
        for row in rows
    )


def held_of(
    rows: Iterable[Any], staff: Staff, asked_for: set[Work], since: datetime, clients: dict[UUID, int]
) -> Iterable[Held]:
    """Load that no asking makes: what was held when the window began, and paths that somebody answers for."""
    for row in rows:
        work, taken = (str(row.subject_id), str(row.kind)), row.assigned_at or row.opened_at
        if work in asked_for and taken >= since:
            continue
        yield Held(
            work=work,
            client=number(clients, row.client_id),
            seat=staff.ids[row.seat_id],
            person=str(row.holder_id),
            taken_at=taken,
            closed_at=row.closed_at,
            given=row.kind != PATHWAY,
        )


def number(clients: dict[UUID, int], client: UUID) -> int:
    return clients.setdefault(client, len(clients))


def chair_of(seat: Seat, seated: Sequence[Holder], away: Sequence[Absence]) -> Chair:
    """A seat as it is named today: what its limits were earlier is not kept, so those of today count for all of it."""

    def sitting(standing: Standing) -> tuple[Sitter, ...]:
        people: dict[UUID, list[Holder]] = {}
        for holder in seated:
            if holder.standing is standing:
                people.setdefault(holder.person_id, []).append(holder)
        return tuple(sitter_of(seat, spans, away) for spans in people.values())

    return Chair(
        role=seat.role,
        holders=sitting(Standing.HOLDER),
        deputies=sitting(Standing.DEPUTY),
        clients_per_day=seat.clients_per_day,
        visiting_days=seat.visiting_days,
    )


def sitter_of(seat: Seat, spans: Sequence[Holder], away: Sequence[Absence]) -> Sitter:
    person = spans[0].person_id
    return Sitter(
        id=str(person),
        spans=tuple(
            Span(
                start=span.valid_from,
                end=span.valid_to,
                max_open=seat.max_open if span.max_open is None else span.max_open,
                client_days=span.client_days_per_week,
                handed_over_at=span.handed_over_at,
            )
            for span in spans
        ),
        absences=tuple(Period(one.first_on, one.last_on) for one in away if one.person_id == person),
        order=min((span.valid_from.toordinal() << 32) + span.person_no for span in spans),
    )
