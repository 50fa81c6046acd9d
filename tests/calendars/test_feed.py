"""The calendar that a calendar program reads by a secret address."""

from __future__ import annotations

from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.calendars import service
from app.people.actor import enter
from app.security.development import DEVELOPMENT_ISSUER
from tests.calendars.conftest import Take, a_room, local
from tests.conftest import NOON, As, Clock
from tests.factories import code, ok
from tests.world import World

DAY = "2026-11-24"
ANY = {"If-Match": "*"}


async def test_busy_times_with_kind_and_place_and_nothing_else(
    who: As, world: World, take: Take, session: AsyncSession, connection: AsyncConnection
) -> None:
    name = "Terveysasema; huone 2, " + "ä" * 60
    room = ok(await who("lead").post("/v1/rooms", json=a_room(name=name, address="Torikatu 13")))["id"]
    visit = await take("nurse", DAY, "09:00", room=room)
    gone = await take("nurse", DAY, "11:00", place="phone")
    await take("nurse", DAY, "12:00", kind="meeting")
    await service.release(session, "appointments", gone, NOON)
    made = ok(await who("nurse").post("/v1/me/calendar-feed"))
    answer = await who("").get(f"{made['path']}&lang=sv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n")), "folded by octets"
    assert b"huone 2\\," in answer.content
    events = Calendar.from_ical(answer.content).events
    assert [(str(e["SUMMARY"]), str(e.get("LOCATION", "")), str(e["STATUS"])) for e in events] == [
        ("besök", f"{name}, Torikatu 13", "CONFIRMED"),
        ("besök", "telefon", "CANCELLED"),
        ("möte", "", "CONFIRMED"),
    ]
    assert events[0].start == local(DAY, "09:00")
    allowed = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", "SEQUENCE", "TRANSP", "CLASS"}
    assert {name for event in events for name in event} == allowed
    assert str(visit) not in answer.text, "not even what it is for"
    assert not [id for id in world.clients.values() if str(id) in answer.text]
    same = await who("").get(f"{made['path']}&lang=sv", headers={"If-None-Match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    finnish = await who("").get(f"{made['path']}&lang=fi", headers={"If-None-Match": answer.headers["etag"]})
    assert "käynti" in finnish.text, "another language is another representation"
    uids = {str(event["UID"]) for event in events}
    await take("nurse", DAY, "14:00")
    later = Calendar.from_ical((await who("").get(made["path"])).content)
    assert uids < {str(event["UID"]) for event in later.events}


async def test_what_was_cancelled_is_forgotten_after_a_month(
    who: As, world: World, take: Take, session: AsyncSession, clock: Clock
) -> None:
    gone = await take("nurse", "2026-12-30", "11:00")
    await service.release(session, "appointments", gone, NOON)
    path = ok(await who("nurse").post("/v1/me/calendar-feed"))["path"]
    assert b"CANCELLED" in (await who("").get(path)).content
    clock.at = local("2026-12-25", "12:00")
    assert b"VEVENT" not in (await who("").get(path)).content


async def test_an_address_is_told_once_replaced_and_ended(who: As, world: World, connection: AsyncConnection) -> None:
    nurse, nobody = who("nurse"), who("")
    assert code(await nurse.get("/v1/me/calendar-feed")) == (404, "not_found")
    first = ok(await nurse.post("/v1/me/calendar-feed"))
    second = ok(await nurse.post("/v1/me/calendar-feed"))
    assert code(await nobody.get(first["path"])) == (404, "calendar_unknown")
    assert (await nobody.get(second["path"])).status_code == 200
    shown = await nurse.get("/v1/me/calendar-feed")
    assert (shown.json()["id"], "path" in shown.json()) == (second["id"], False)
    token = second["path"].partition("=")[2]
    await connection.execute(text("SET LOCAL ROLE NONE"))
    kept = await connection.execute(text("SELECT row_to_json(f)::text FROM calendar_feeds f"))
    assert token not in " ".join(row[0] for row in kept), "a keyed hash only"
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    assert code(await who("coordinator").get("/v1/me/calendar-feed")) == (404, "not_found")
    assert ok(await nurse.post("/v1/me/calendar-feed/end", headers=ANY))["endedAt"] is not None
    assert code(await nurse.post("/v1/me/calendar-feed/end", headers=ANY)) == (409, "feed_ended")
    here = "/v1/calendar-feed"
    for path in (second["path"], here, f"{here}?token=", f"{here}?token={'a' * 43}", f"{second['path']}&token=x"):
        assert code(await nobody.get(path)) == (404, "calendar_unknown"), path
    third = ok(await nurse.post("/v1/me/calendar-feed"))["path"]
    capitals = f"{here}?token={third.partition('=')[2].swapcase()}"
    assert code(await nobody.get(capitals)) == (404, "calendar_unknown")
    # Whoever works here no longer is not followed by it.
    assert (await nobody.get(third)).status_code == 200
    await connection.execute(text("SET LOCAL ROLE NONE"))
    ended = "UPDATE memberships SET valid_from = '2020-01-01', valid_to = '2020-01-02' WHERE person_id = :who"
    await connection.execute(text(ended), {"who": world.persons["nurse"]})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    assert code(await nobody.get(third)) == (404, "calendar_unknown")


async def test_nobody_reads_anothers_feed_rows(session: AsyncSession, who: As, world: World, take: Take) -> None:
    """The table shows its rows to whose they are; the function tells whose a hash is, and nothing else."""
    ok(await who("coordinator").post("/v1/me/calendar-feed"))
    rows = text("SELECT count(*) FROM calendar_feeds")
    assert (await session.execute(rows)).scalar() == 1
    await enter(session, DEVELOPMENT_ISSUER, "nurse", NOON)
    assert (await session.execute(rows)).scalar() == 0
    assert (await session.execute(text("SELECT calendar_of('\\x00'::bytea)"))).scalar() is None
