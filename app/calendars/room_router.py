"""Addresses of rooms."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.calendars import queries, rooms
from app.calendars.faults import PERIOD, RoomExists
from app.calendars.models import Room
from app.calendars.schemas import RoomCreate, RoomPage, RoomRead, RoomUpdate, RoomUseList
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.once import OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.kit.schemas import Day, Municipality
from app.people.actor import Actor, needs
from app.people.periods import AlreadyEnded, EndsBeforeStart, EndsInThePast
from app.people.schemas import End
from app.people.service import UnknownUnit
from app.security.permissions import Permission as P

router = room("Calendars")
Reader = Annotated[Actor, needs(P.CALENDAR_READ)]
Lead = Annotated[Actor, needs(P.TEAM_MANAGE)]
CHANGED = (MissingPermission, NotFound, PreconditionRequired, PreconditionFailed)


@router.get("/rooms", responses=problems(MissingPermission, BadCursor))
async def list_rooms(
    actor: Reader,
    session: Session,
    paging: Paged,
    municipality: Annotated[Municipality | None, Query(description="Only those in it.")] = None,
    accessible: Annotated[bool | None, Query(description="Only those known to be so, or not.")] = None,
    on: Annotated[Day | None, Query(description="Only those in use on this day.")] = None,
) -> RoomPage:
    """Rooms that are booked together with a person (C-60), those made last first."""
    rows = queries.rooms_by(queries.visible_rooms(actor), municipality, accessible, on)
    found, after, count = await paging.run(session, rows, Room.id, caller=actor.login_id)
    return RoomPage(items=[RoomRead.model_validate(row) for row in found], next_cursor=after, count=count)


@router.get("/rooms/{room_id}", responses=problems(MissingPermission, NotFound))
async def get_room(actor: Reader, session: Session, room_id: UUID, response: Response) -> RoomRead:
    found = await one(session, queries.visible_rooms(actor), room_id)
    stamp(response, found.version)
    return RoomRead.model_validate(found)


@router.post("/rooms", status_code=201, responses=problems(MissingPermission, Forbidden, UnknownUnit, RoomExists))
async def create_room(actor: Lead, session: Session, once: OnceOnly, given: RoomCreate) -> RoomRead:
    """A room of the area that one manages."""

    async def work() -> RoomRead:
        return RoomRead.model_validate(await rooms.make(session, actor, given))

    return await once.run(RoomRead, work)


@router.patch("/rooms/{room_id}", responses=problems(*CHANGED, UnknownUnit, RoomExists))
async def update_room(
    actor: Lead, session: Session, room_id: UUID, expected: IfMatch, given: RoomUpdate, response: Response
) -> RoomRead:
    found = await one(session, queries.managed_rooms(actor), room_id, lock=True)

    async def read() -> RoomRead:
        return RoomRead.model_validate(found)

    await expected.check(found, read)
    await rooms.update(session, found, given)
    stamp(response, found.version)
    return await read()


@router.post("/rooms/{room_id}/end", responses=problems(*CHANGED, AlreadyEnded, EndsBeforeStart, EndsInThePast))
async def end_room(
    actor: Lead, session: Session, at: Now, room_id: UUID, once: OnceOnly, expected: IfMatch, given: End
) -> RoomRead:
    """Taken out of use after a day. What is booked for later stays until somebody moves it."""

    async def work() -> RoomRead:
        found = await one(session, queries.managed_rooms(actor), room_id, lock=True)

        async def read() -> RoomRead:
            return RoomRead.model_validate(found)

        await expected.check(found, read)
        await rooms.end(session, found, given.valid_to, at)
        return await read()

    return await once.run(RoomRead, work)


@router.get("/room-use", responses=problems(MissingPermission, *PERIOD))
async def get_room_use(
    actor: Lead,
    session: Session,
    first: Annotated[Day, Query(alias="from", description="The first day.")],
    last: Annotated[Day, Query(alias="to", description="The last day, within 370 days.")],
) -> RoomUseList:
    """How many hours each room of the area is booked, of the hours it is open. Of nobody."""
    return RoomUseList(items=await rooms.use(session, actor, first, last))
