"""One time asked for by many at once: exactly one has it, of a person and of a room; the database decides."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries, service
from app.dev.town import Town
from app.kit.clock import utcnow
from app.kit.failures import of_database
from app.people.actor import enter
from app.security.development import DEVELOPMENT_ISSUER
from tests.contract.conftest import Place
from tests.contract.test_places_at_once import told

AT_ONCE = 8
STARTS = datetime(2031, 1, 7, 8, 0, tzinfo=UTC)
LATER = STARTS + timedelta(days=7)


async def reserved(place: Place, person: UUID | None, room: UUID | None, starts: datetime = STARTS) -> str:
    """Takes an hour in a transaction of its own, as a request would; the code of the refusal, or `-`."""
    try:
        async with place.api.state.sessions.begin() as session:
            await taking(place, session, person, room, starts)
    except DBAPIError as error:
        problem = of_database(error)
        assert problem is not None
        return problem.code
    return "-"


async def taking(place: Place, session: AsyncSession, person: UUID | None, room: UUID | None, starts: datetime) -> None:
    session.info.update(settings=place.api.state.settings, vault=place.api.state.vault, request_id="race")
    await enter(session, DEVELOPMENT_ISSUER, "nurse", utcnow())
    await service.reserve(
        session,
        kind="appointment",
        subject_type="appointments",
        subject_id=uuid4(),
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        persons=[person] if person else (),
        room=await queries.room_by_id(session, room) if room else None,
    )


@pytest.mark.parametrize("what", ["person", "room"])
async def test_one_time_is_taken_once(busy: Place, template: Town, what: str) -> None:
    """Each asks for a time that crosses the others' by minutes: only one of them fits."""
    room = None
    if what == "room":
        given = {"name": "Huone", "inUseFrom": "2026-01-01"}
        room = UUID((await busy.who("lead").post("/v1/rooms", json=given)).json()["id"])
    persons = [template.persons["nurse"] if what == "person" else None] * AT_ONCE
    begins = STARTS + timedelta(days=["person", "room"].index(what))
    times = [begins + timedelta(minutes=n) for n in range(AT_ONCE)]
    answers = await asyncio.gather(
        *(reserved(busy, person, room, at) for person, at in zip(persons, times, strict=True))
    )
    assert Counter(answers) == {"-": 1, f"{what}_booked": AT_ONCE - 1}
    held = "SELECT count(*) FROM reservations WHERE starts_at BETWEEN :begins AND :begins + interval '1 hour'"
    assert await busy.value(held, begins=begins) == 1


async def test_a_person_and_a_room_are_taken_together_or_not_at_all(busy: Place, template: Town) -> None:
    """Two people want one room, and one of them is wanted twice: nobody is left with a half."""
    given = {"name": "Toinen", "inUseFrom": "2026-01-01"}
    room = UUID((await busy.who("lead").post("/v1/rooms", json=given)).json()["id"])
    nurse, coordinator = template.persons["nurse"], template.persons["coordinator"]
    answers = await asyncio.gather(*(reserved(busy, one, room, LATER) for one in (nurse, coordinator) * 4))
    assert Counter(answers)["-"] == 1
    rows = await busy.sql(
        "SELECT count(*) FILTER (WHERE person_id IS NOT NULL), count(*) FILTER (WHERE room_id IS NOT NULL),"
        " count(DISTINCT subject_id) FROM reservations WHERE starts_at = :at",
        at=LATER,
    )
    assert tuple(rows[0]) == (1, 1, 1)


async def test_one_reception_of_a_kind_and_one_block_at_once(busy: Place, template: Town) -> None:
    lead, nurse = busy.who("lead"), busy.who("nurse")
    given = {
        "kind": "consultation_hour", "rule": "FREQ=MONTHLY;BYDAY=1MO", "starts": "09:00", "minutes": 30, "slots": 2,
        "firstOn": "2031-01-01",
    }  # fmt: skip
    path = f"/v1/seats/{template.seats['unemployed_health_nurse']}/series"
    made = await asyncio.gather(*(lead.post(path, json=given) for _ in range(AT_ONCE)))
    assert told(made) == {(201, "-"): 1, (409, "series_exists"): AT_ONCE - 1}
    block = {"startsAt": "2031-01-08T08:00:00Z", "endsAt": "2031-01-08T09:00:00Z"}
    kept = await asyncio.gather(*(nurse.post("/v1/blocked-times", json=block) for _ in range(AT_ONCE)))
    assert told(kept) == {(201, "-"): 1, (409, "person_booked"): AT_ONCE - 1}
    feeds = await asyncio.gather(*(nurse.post("/v1/me/calendar-feed") for _ in range(AT_ONCE)))
    assert told(feeds) == {(201, "-"): AT_ONCE}
    open_feeds = "SELECT count(*) FROM calendar_feeds WHERE ended_at IS NULL"
    assert await busy.value(open_feeds) == 1
