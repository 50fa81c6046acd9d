"""Addresses of receptions that come again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.calendars import queries, series
from app.calendars.faults import (
    PERIOD,
    ReceptionTooLong,
    RoomNotInUse,
    SeriesExists,
    SeriesOffVisitingDays,
    UnknownRoom,
)
from app.calendars.models import Series
from app.calendars.series_schemas import (
    OccurrenceList,
    SeriesChange,
    SeriesCreate,
    SeriesEnded,
    SeriesPage,
    SeriesRead,
)
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.once import OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.kit.schemas import Day
from app.people.actor import Actor, needs
from app.people.periods import AlreadyEnded, EndsBeforeStart, EndsInThePast, StartsInThePast
from app.people.schemas import End
from app.security.permissions import Permission as P
from app.teams.models import Seat
from app.teams.queries import managed_seats
from app.teams.service import BadVisitingDays

router = room("Calendars")
Reader = Annotated[Actor, needs(P.CALENDAR_READ)]
Lead = Annotated[Actor, needs(P.TEAM_MANAGE)]
CHANGED = (MissingPermission, NotFound, PreconditionRequired, PreconditionFailed)
MADE = (
    BadVisitingDays, ReceptionTooLong, SeriesOffVisitingDays, UnknownRoom, RoomNotInUse, StartsInThePast,
    EndsBeforeStart, SeriesExists,
)  # fmt: skip


@router.get("/series", responses=problems(MissingPermission, BadCursor))
async def list_series(
    actor: Reader,
    session: Session,
    paging: Paged,
    seat_id: Annotated[UUID | None, Query(alias="seatId", description="Of one seat only.")] = None,
) -> SeriesPage:
    """Receptions that come again (C-19, C-30), those made last first; ended ones too."""
    rows = queries.series_by(queries.visible_series(actor), seat_id)
    found, after, count = await paging.run(session, rows, Series.id, caller=actor.login_id)
    return SeriesPage(items=[series.show(row) for row in found], next_cursor=after, count=count)


@router.get("/series/{series_id}", responses=problems(MissingPermission, NotFound))
async def get_series(actor: Reader, session: Session, series_id: UUID, response: Response) -> SeriesRead:
    row = await one(session, queries.visible_series(actor), series_id)
    stamp(response, row.version)
    return series.show(row)


@router.get("/series/{series_id}/occurrences", responses=problems(MissingPermission, NotFound, *PERIOD))
async def get_occurrences(
    actor: Reader,
    session: Session,
    series_id: UUID,
    first: Annotated[Day, Query(alias="from", description="The first day.")],
    last: Annotated[Day, Query(alias="to", description="The last day, within 370 days.")],
) -> OccurrenceList:
    """Its days and their slots, and which slots are free. A day that is skipped says why, and when the next one is."""
    row = await one(session, queries.visible_series(actor), series_id)
    return OccurrenceList(items=await series.held(session, row, first, last))


@router.post("/seats/{seat_id}/series", status_code=201, responses=problems(MissingPermission, NotFound, *MADE))
async def create_series(
    actor: Lead, session: Session, at: Now, seat_id: UUID, once: OnceOnly, given: SeriesCreate
) -> SeriesRead:
    """A reception of a seat that comes again. One of a kind at a time, unless a second one is meant."""

    async def work() -> SeriesRead:
        seat = await one(session, managed_seats(actor), seat_id, lock=True)
        return series.show(await series.make(session, seat, given, at))

    return await once.run(SeriesRead, work)


async def held_by(session: Session, actor: Actor, series_id: UUID) -> tuple[Seat, Series]:
    """A series to change, and its seat: locked first."""
    found = await one(session, queries.managed_series(actor), series_id)
    seat = await one(session, managed_seats(actor), found.seat_id, lock=True)
    return seat, await one(session, queries.managed_series(actor), series_id, lock=True)


@router.post("/series/{series_id}/change", status_code=201, responses=problems(*CHANGED, AlreadyEnded, *MADE))
async def change_series(
    actor: Lead,
    session: Session,
    at: Now,
    series_id: UUID,
    once: OnceOnly,
    expected: IfMatch,
    given: SeriesChange,
) -> SeriesEnded:
    """How it goes on from a day, as a series of its own; this one ends the day before. What is booked in slots that are
    no more stays, and is listed."""

    async def work() -> SeriesEnded:
        seat, row = await held_by(session, actor, series_id)

        async def read() -> SeriesRead:
            return series.show(row)

        await expected.check(row, read)
        return series.show_ended(*await series.change(session, seat, row, given, at))

    return await once.run(SeriesEnded, work)


@router.post("/series/{series_id}/end", responses=problems(*CHANGED, AlreadyEnded, EndsBeforeStart, EndsInThePast))
async def end_series(
    actor: Lead, session: Session, at: Now, series_id: UUID, once: OnceOnly, expected: IfMatch, given: End
) -> SeriesEnded:
    """The last day of it. What is booked in later slots stays, and is listed."""

    async def work() -> SeriesEnded:
        seat, row = await held_by(session, actor, series_id)

        async def read() -> SeriesRead:
            return series.show(row)

        await expected.check(row, read)
        return series.show_ended(row, await series.end(session, seat, row, given.valid_to, at))

    return await once.run(SeriesEnded, work)
