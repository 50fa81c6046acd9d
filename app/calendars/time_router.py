"""Addresses of people's hours, their free times, and what is booked on days when they are not there."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from app.calendars import hours, queries, service
from app.calendars.faults import PERIOD, HoursOverlap, OverlappingHours, PersonNotNamed, UnknownHolder
from app.calendars.models import WorkingHours
from app.calendars.schemas import (
    ConflictList,
    FreeTimeList,
    FreeTimeRead,
    HoursEnd,
    WorkingHoursCreate,
    WorkingHoursPage,
    WorkingHoursRead,
)
from app.kit.clock import Now
from app.kit.codesets import code_of
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired
from app.kit.once import OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.kit.schemas import Day
from app.people.actor import Actor, needs
from app.people.periods import AlreadyEnded, EndsBeforeStart, EndsInThePast, StartsInThePast
from app.security.permissions import Permission as P
from app.teams.queries import managed_seats, visible_seats

router = room("Calendars")
Reader = Annotated[Actor, needs(P.CALENDAR_READ)]
Lead = Annotated[Actor, needs(P.TEAM_MANAGE)]
First = Annotated[Day, Query(alias="from", description="The first day.")]
Last = Annotated[Day, Query(alias="to", description="The last day, within 62 days.")]


@router.get("/seats/{seat_id}/working-hours", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_working_hours(actor: Reader, session: Session, paging: Paged, seat_id: UUID) -> WorkingHoursPage:
    """What was said of the hours of people on a seat, the newest first. Where nothing is said, office hours hold."""
    seat = await one(session, visible_seats(actor), seat_id)
    rows, after, count = await paging.run(
        session, queries.hours_of(seat.id), WorkingHours.valid_from, WorkingHours.id, caller=actor.login_id
    )
    return WorkingHoursPage(items=[hours.show(row) for row in rows], next_cursor=after, count=count)


@router.post(
    "/seats/{seat_id}/working-hours",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, StartsInThePast, HoursOverlap, UnknownHolder, OverlappingHours
    ),
)  # fmt: skip
async def say_working_hours(
    actor: Lead, session: Session, at: Now, seat_id: UUID, once: OnceOnly, given: WorkingHoursCreate
) -> WorkingHoursRead:
    """When somebody is there on a seat, from a day on. What was said before ends the day before."""

    async def work() -> WorkingHoursRead:
        seat = await one(session, managed_seats(actor), seat_id, lock=True)
        return hours.show(await hours.say(session, seat, given, at))

    return await once.run(WorkingHoursRead, work)


@router.post(
    "/working-hours/{hours_id}/end",
    responses=problems(
        MissingPermission, NotFound, PreconditionRequired, PreconditionFailed, AlreadyEnded, EndsBeforeStart,
        EndsInThePast,
    ),
)  # fmt: skip
async def end_working_hours(
    actor: Lead, session: Session, at: Now, hours_id: UUID, once: OnceOnly, expected: IfMatch, given: HoursEnd
) -> WorkingHoursRead:
    """The last day of what was said; office hours hold again. Without a day it ends at once."""

    async def work() -> WorkingHoursRead:
        row = await one(session, queries.managed_hours(actor), hours_id, lock=True)

        async def read() -> WorkingHoursRead:
            return hours.show(row)

        await expected.check(row, read)
        await hours.end(session, row, given.valid_to, at)
        return await read()

    return await once.run(WorkingHoursRead, work)


@router.get("/free-times", responses=problems(MissingPermission, NotFound, PersonNotNamed, *PERIOD))
async def get_free_times(
    actor: Reader,
    session: Session,
    at: Now,
    first: First,
    last: Last,
    person_id: Annotated[
        list[UUID] | None, Query(alias="personId", max_length=10, description="Any of these people.")
    ] = None,
    seat_id: Annotated[
        UUID | None, Query(alias="seatId", description="Whoever holds or deputises on this seat.")
    ] = None,
    kind: Annotated[
        Annotated[str, code_of("appointment_kind")] | None,
        Query(description="What is to be booked, a code of `appointment_kind`.", examples=["health_check"]),
    ] = None,
    minutes: Annotated[
        int | None,
        Query(ge=5, le=480, description="How long; absent: as the kind with its recording takes, else 60."),
    ] = None,
    step: Annotated[Literal["15", "30"], Query(description="Starts are so many minutes apart.")] = "15",
    room_id: Annotated[UUID | None, Query(alias="roomId", description="This room is free as well.")] = None,
    together: Annotated[bool, Query(description="Only when all of them are free.")] = False,
    limit: Annotated[int, Query(ge=1, le=2000, description="At most so many, the soonest.")] = 200,
) -> FreeTimeList:
    """When people can be met: in their hours, on visiting days, not away, not booked. Of no client. On days of a
    reception of the seat, or of the kind, its free slots, as long as they are (C-19)."""
    found = await service.free_times(
        session,
        await service.asked_people(session, actor, person_id or (), seat_id, first, last),
        first,
        last,
        minutes,
        room_id,
        at,
        step=int(step),
        together=together,
        area_ids=actor.areas,
        seat_id=seat_id,
        kind=kind,
    )
    return FreeTimeList(
        items=[
            FreeTimeRead(starts_at=one.starts_at, ends_at=one.ends_at, person_ids=list(one.persons))
            for one in found[:limit]
        ],
        more=len(found) > limit,
    )


@router.get("/calendar-conflicts", responses=problems(MissingPermission, PersonNotNamed, *PERIOD))
async def get_calendar_conflicts(
    actor: Lead,
    session: Session,
    first: First,
    last: Last,
    person_id: Annotated[UUID | None, Query(alias="personId", description="Of one person only.")] = None,
    as_if_away: Annotated[
        bool, Query(alias="asIfAway", description="What an absence of this person for the whole period would hit.")
    ] = False,
) -> ConflictList:
    """What is booked on days when the person is away, sits on no seat, or does not visit: nobody is booked unseen."""
    if as_if_away and person_id is None:
        raise PersonNotNamed()
    return ConflictList(items=await hours.conflicts(session, actor, first, last, person_id, as_if_away))
