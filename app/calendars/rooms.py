"""What can happen to rooms, and how much they are used."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries
from app.calendars.agendas import bounds, checked_period, office_of
from app.calendars.models import Room
from app.calendars.rules import each_day, instants
from app.calendars.schemas import RoomCreate, RoomUpdate, RoomUse
from app.kit.problems import NotFound
from app.kit.queries import one
from app.kit.workdays import is_working_day
from app.people.actor import Actor
from app.people.periods import at_field, check_end
from app.people.queries import units_of
from app.people.service import UnknownUnit
from app.teams.founding import area_of

YEAR = 370


async def check_unit(session: AsyncSession, area_id: UUID, unit_id: UUID | None) -> None:
    """Raises `UnknownUnit`."""
    if unit_id is not None:
        try:
            await one(session, units_of(area_id), unit_id)
        except NotFound:
            raise at_field(UnknownUnit, "unitId") from None


async def make(session: AsyncSession, actor: Actor, given: RoomCreate) -> Room:
    """A room of the area that one manages. Raises `Forbidden`, `UnknownUnit`, `RoomExists`."""
    area = area_of(actor)
    await check_unit(session, area, given.unit_id)
    room = Room(**given.model_dump(), area_id=area)
    session.add(room)
    await session.flush()
    return room


async def update(session: AsyncSession, room: Room, given: RoomUpdate) -> None:
    """Raises `UnknownUnit`, `RoomExists`."""
    await check_unit(session, room.area_id, given.model_dump().get("unit_id"))
    given.apply_to(room)
    await session.flush()


async def end(session: AsyncSession, room: Room, last: date, at: datetime) -> None:
    """The last day of use; what is booked later stays, and is refused for new ones.

    Raises `AlreadyEnded`, `EndsBeforeStart`, `EndsInThePast`.
    """
    check_end(room.in_use_from, room.in_use_to, last, at)
    room.in_use_to = last
    await session.flush()


async def use(session: AsyncSession, actor: Actor, first: date, last: date) -> list[RoomUse]:
    """How much each room of the area is booked. One statement. Raises `PeriodBackwards`, `PeriodTooLong`."""
    checked_period(first, last, YEAR)
    opens, closes = office_of(session)

    def hours_open(room: Room) -> float:
        days = (on for on in each_day(first, last) if room.in_use_from <= on <= (room.in_use_to or date.max))
        spans = (instants(on, opens, closes) for on in days if is_working_day(on))
        return sum((span.ends_at - span.starts_at).total_seconds() for span in spans) / 3600

    return [
        RoomUse(
            room_id=room.id,
            name=room.name,
            hours_open=round(hours_open(room), 2),
            hours_booked=round(long.total_seconds() / 3600, 2),
        )
        for room, long in await queries.booked_hours(session, queries.managed_rooms(actor), bounds(first, last))
    ]
