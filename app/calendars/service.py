"""Taking time of people and rooms, and giving it back. Whoever meets whom about what is the business of other rooms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries
from app.calendars.models import Reservation, Room
from app.kit.i18n import Text
from app.kit.problems import Conflict, NotFound


class PersonBooked(Conflict):
    """Nobody is in two places at once: the database refuses it, whoever asks first."""

    code = "person_booked"
    title = Text("Aika on varattu", "Tiden är bokad", "The time is taken")
    detail = Text(
        "Ammattilaisella on jo varaus tähän aikaan. Katso vapaat ajat.",
        "Yrkespersonen har redan en bokning på den här tiden. Se de lediga tiderna.",
        "The professional is booked already at this time. Look at the free times.",
    )
    constraints = ("ex_reservations_person",)


class RoomBooked(Conflict):
    code = "room_booked"
    title = Text("Huone on varattu", "Rummet är bokat", "The room is taken")
    detail = Text(
        "Huone on jo varattu tähän aikaan. Valitse toinen huone tai aika.",
        "Rummet är redan bokat på den här tiden. Välj ett annat rum eller en annan tid.",
        "The room is booked already at this time. Choose another room or another time.",
    )
    constraints = ("ex_reservations_room",)


class RoomNotInUse(Conflict):
    code = "room_not_in_use"
    detail = Text(
        "Huone ei ole käytössä tuona päivänä.", "Rummet används inte den dagen.", "The room is not in use on that day."
    )


async def reserve(
    session: AsyncSession,
    *,
    kind: str,
    subject_type: str,
    subject_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    persons: Iterable[UUID] = (),
    room: Room | None = None,
) -> None:
    """Take the time of these people and this room, all or nothing.

    Raises `PersonBooked` and `RoomBooked`, from the database at the flush at the latest: the transaction is over then.
    """
    people = sorted(set(persons))
    numbers = await queries.numbers_of(session, people)
    if missing := [person for person in people if person not in numbers]:
        raise NotFound(missing=sorted(map(str, missing)))
    whose: list[tuple[UUID | None, int | None, UUID | None, int | None]]
    whose = [(person, numbers[person], None, None) for person in people]
    if room is not None:
        whose.append((None, None, room.id, room.no))
    for person_id, person_no, room_id, room_no in whose:
        session.add(
            Reservation(
                person_id=person_id,
                person_no=person_no,
                room_id=room_id,
                room_no=room_no,
                starts_at=starts_at,
                ends_at=ends_at,
                kind=kind,
                subject_type=subject_type,
                subject_id=subject_id,
            )
        )
    await session.flush()


async def room_for(session: AsyncSession, room_id: UUID, area_id: UUID | None, on: date) -> Room:
    """A room of the area, in use on the day. Raises `NotFound`, `RoomNotInUse`."""
    found = await queries.room(session, room_id, area_id)
    if found is None:
        raise NotFound()
    if on < found.in_use_from or (found.in_use_to is not None and on > found.in_use_to):
        raise RoomNotInUse()
    return found


async def release(session: AsyncSession, subject_type: str, subject_id: UUID, at: datetime) -> None:
    """The time of this subject is free again."""
    await session.flush()
    await queries.release(session, subject_type, subject_id, at)
