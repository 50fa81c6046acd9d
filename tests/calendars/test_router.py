"""Rooms, hours, free times and blocked time over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.calendars import own, service
from app.calendars.faults import (
    NotAVisitingDay,
    NotOnASeat,
    OutsideWorkingHours,
    PersonAbsent,
    PersonBooked,
    RoomBooked,
)
from app.kit.failures import of_database
from tests.calendars.conftest import TUESDAY, Take, a_room, local
from tests.conftest import NOON, As
from tests.factories import code, get, ok, pointer
from tests.world import World

TODAY, TOMORROW = "2026-11-23", "2026-11-24"
ANY = {"If-Match": "*"}


async def free(who: As, by: str = "nurse", **params: Any) -> list[str]:
    """Free times of a day or more, in Finnish time."""
    answer = await get(who(by), "/v1/free-times", **{"from": TOMORROW, "to": TOMORROW, "step": "30", **params})
    return [one["startsAt"] for one in answer["items"]]


async def test_who_reads_and_who_manages_calendars(who: As, world: World) -> None:
    period = f"from={TODAY}&to={TODAY}"
    for persona in ("kela", "employment", "client", "dpo"):
        assert code(await who(persona).get("/v1/rooms")) == (403, "missing_permission")
        assert code(await who(persona).get(f"/v1/free-times?{period}")) == (403, "missing_permission")
    for persona in ("nurse", "kela"):
        assert code(await who(persona).post("/v1/rooms", json=a_room())) == (403, "missing_permission")
        assert code(await who(persona).get(f"/v1/room-use?{period}")) == (403, "missing_permission")
        assert code(await who(persona).get(f"/v1/calendar-conflicts?{period}")) == (403, "missing_permission")
        assert (await who(persona).get(f"/v1/me/calendar?{period}")).status_code == 200
    assert code(await who("client").get(f"/v1/me/calendar?{period}")) == (403, "missing_permission")
    assert (await who("").get("/v1/rooms")).status_code == 401


async def test_a_room_from_its_first_day_to_its_last(who: As, world: World) -> None:
    lead = who("lead")
    room = ok(await lead.post("/v1/rooms", json=a_room()))
    assert (room["accessible"], room["inUseTo"], room["version"]) == (True, None, 1)
    assert code(await lead.post("/v1/rooms", json=a_room())) == (409, "room_exists")
    assert code(await lead.post("/v1/rooms", json=a_room(name="Toinen", unitId=str(uuid4())))) == (422, "unknown_unit")
    path = f"/v1/rooms/{room['id']}"
    assert code(await lead.patch(path, json={"accessible": None})) == (428, "precondition_required")
    changed = await lead.patch(path, json={"accessible": None}, headers={"If-Match": '"1"'})
    assert (changed.json()["accessible"], changed.headers["ETag"]) == (None, '"2"')
    assert code(await lead.patch(path, json={}, headers={"If-Match": '"1"'})) == (412, "precondition_failed")
    ended = ok(await lead.post(f"{path}/end", json={"validTo": "2026-12-31"}, headers=ANY))
    assert ended["inUseTo"] == "2026-12-31"
    assert code(await lead.post(f"{path}/end", json={"validTo": "2027-01-31"}, headers=ANY)) == (409, "already_ended")
    for asked, there in {
        "municipality=111": True, "municipality=781": False, "accessible=true": False, "on=2026-12-31": True,
        "on=2027-01-01": False,
    }.items():  # fmt: skip
        rows = (await who("nurse").get(f"/v1/rooms?{asked}")).json()["items"]
        assert bool(rows) is there, asked
    assert (await who("hollola_nurse").get(path)).status_code == 200, "the same area"


async def test_hours_are_said_from_a_day_and_ended(who: As, world: World) -> None:
    lead, nurse = who("lead"), str(world.persons["nurse"])
    path = f"/v1/seats/{world.seats['unemployed_health_nurse']}/working-hours"
    assert len(await free(who, personId=nurse)) == 15, "office hours"
    morning = {"weekday": 2, "opens": "09:00", "closes": "11:00"}
    given = {"personId": nurse, "validFrom": TODAY, "hours": [morning]}
    for hours in ([morning, morning], [{**morning, "opens": "11:00"}]):
        refused = await lead.post(path, json={**given, "hours": hours})
        assert (*code(refused), pointer(refused)) == (422, "hours_overlap", "/body/hours")
    assert code(await lead.post(path, json={**given, "personId": str(world.persons["kela"])})) == (
        422,
        "unknown_holder",
    )
    assert code(await lead.post(path, json={**given, "validFrom": "2026-11-22"})) == (422, "starts_in_the_past")
    first = ok(await lead.post(path, json=given))
    assert await free(who, personId=nurse) == [f"{TOMORROW}T0{h}:{m}:00Z" for h, m in ((7, "00"), (7, "30"), (8, "00"))]
    assert code(await lead.post(path, json=given)) == (409, "overlapping_hours")
    later = ok(await lead.post(path, json={**given, "validFrom": "2026-12-01", "hours": []}))
    assert await free(who, personId=nurse, **{"from": "2026-12-01", "to": "2026-12-08"}) == []
    listed = (await get(who("nurse"), path))["items"]
    assert [(row["validFrom"], row["validTo"]) for row in listed] == [("2026-12-01", None), (TODAY, "2026-11-30")]
    ended = ok(await lead.post(f"/v1/working-hours/{later['id']}/end", json={}, headers=ANY))
    assert ended["validTo"] == "2026-11-30", "it never counts"
    assert len(await free(who, personId=nurse, **{"from": "2026-12-01", "to": "2026-12-01"})) == 15
    assert (await lead.post(f"/v1/working-hours/{first['id']}/end", json={}, headers=ANY)).status_code == 200


async def test_free_times_of_people_a_seat_and_a_room(who: As, world: World, take: Take) -> None:
    nurse, coordinator = str(world.persons["nurse"]), str(world.persons["coordinator"])
    room = ok(await who("lead").post("/v1/rooms", json=a_room()))
    await take("nurse", TOMORROW, "08:00", 7 * 60)
    await take("", TOMORROW, "15:00", 30, room=room["id"])
    assert await free(who, personId=nurse) == [f"{TOMORROW}T13:00:00Z"]
    assert await free(who, personId=nurse, minutes=30, roomId=room["id"]) == [f"{TOMORROW}T13:30:00Z"]
    assert len(await free(who, personId=[nurse, coordinator])) == 15
    assert await free(who, personId=[nurse, coordinator], together=True) == [f"{TOMORROW}T13:00:00Z"]
    answer = await get(
        who("nurse"),
        "/v1/free-times",
        seatId=str(world.seats["unemployed_health_nurse"]),
        **{"from": TOMORROW, "to": TOMORROW},
    )
    assert {person for one in answer["items"] for person in one["personIds"]} >= {nurse}
    today = await free(who, personId=coordinator, **{"from": TODAY, "to": TODAY})
    assert today[0] == f"{TODAY}T11:00:00Z", "an hour from noon at the earliest"
    http = who("nurse")
    # A health check takes two hours, and half an hour to record it: the last begins at half past one in the afternoon.
    tuesday = {"from": "2026-12-01", "to": "2026-12-01", "personId": nurse}
    checks = await get(http, "/v1/free-times", kind="health_check", **tuesday)
    assert (checks["items"][-1]["startsAt"], checks["more"]) == ("2026-12-01T11:30:00Z", False)
    cut = await get(http, "/v1/free-times", kind="health_check", limit=3, **tuesday)
    assert (cut["items"], cut["more"]) == (checks["items"][:3], True)
    for query, refused in {
        f"from={TODAY}&to={TODAY}": (422, "person_not_named"),
        f"from={TODAY}&to=2027-01-24&personId={nurse}": (422, "period_too_long"),
        f"from={TODAY}&to=2026-11-22&personId={nurse}": (422, "period_backwards"),
        f"from={TODAY}&to={TODAY}&personId={uuid4()}": (404, "not_found"),
        f"from={TODAY}&to={TODAY}&personId={nurse}&roomId={uuid4()}": (404, "not_found"),
        f"from={TODAY}&to={TODAY}&personId={nurse}&step=10": (422, "invalid_request"),
        f"from={TODAY}&to={TODAY}&personId={nurse}&kind=sauna": (422, "invalid_request"),
    }.items():
        assert code(await http.get(f"/v1/free-times?{query}")) == refused, query


async def test_whether_somebody_is_there(who: As, world: World, take: Take, session: AsyncSession) -> None:
    nurse, kela = world.persons["nurse"], world.persons["kela"]

    async def check(person: Any, on: str, at: str, **more: Any) -> None:
        await service.check_free(session, person, local(on, at), local(on, at).replace(minute=30), **more)

    await check(nurse, TOMORROW, "09:00")
    with pytest.raises(OutsideWorkingHours):
        await check(nurse, TOMORROW, "17:00")
    await check(nurse, TOMORROW, "17:00", outside=True)
    await check(kela, TUESDAY, "09:00")
    with pytest.raises(NotAVisitingDay):
        await check(kela, TOMORROW, "09:00", outside=True)
    with pytest.raises(NotOnASeat):
        await check(world.persons["ngo"], TOMORROW, "09:00", outside=True)
    ok(await who("lead").post("/v1/absences", json={"personId": str(nurse), "firstOn": TOMORROW, "lastOn": TOMORROW}))
    with pytest.raises(PersonAbsent):
        await check(nurse, TOMORROW, "09:00", outside=True)


async def test_free_times_take_a_fixed_number_of_statements(
    world: World, take: Take, session: AsyncSession, connection: AsyncConnection
) -> None:
    counted: list[str] = []
    event.listen(connection.sync_connection, "before_cursor_execute", lambda *args: counted.append(args[2]))
    people = [world.persons[name] for name in ("nurse", "coordinator", "social", "kela", "physiotherapist")]
    sizes = []
    for persons, last in (([people[0]], TOMORROW), (people, "2027-01-22")):
        counted.clear()
        found = await service.free_times(
            session, persons, local(TOMORROW, "00:00").date(), local(last, "00:00").date(), 60, None, NOON
        )
        assert found
        sizes.append(len(counted))
    assert sizes == [5, 5]
    counted.clear()
    await own.calendar(session, people[3], local(TOMORROW, "00:00").date(), local("2027-01-22", "00:00").date())
    assert len(counted) == 11


async def test_one_keeps_time_for_oneself_and_gives_it_back(who: As, world: World, take: Take) -> None:
    nurse = who("nurse")
    given = {"startsAt": f"{TOMORROW}T07:00:00Z", "endsAt": f"{TOMORROW}T13:00:00Z"}
    await take("nurse", TOMORROW, "15:00")
    clash = {**given, "endsAt": f"{TOMORROW}T13:30:00Z"}
    assert code(await nurse.post("/v1/blocked-times", json=clash)) == (409, "person_booked")
    for ends, refused in {f"{TOMORROW}T07:00:00Z": "block_too_long", "2026-11-25T07:01:00Z": "block_too_long"}.items():
        assert code(await nurse.post("/v1/blocked-times", json={**given, "endsAt": ends})) == (422, refused)
    past = {"startsAt": f"{TODAY}T08:00:00Z", "endsAt": f"{TODAY}T10:00:00Z"}
    assert code(await nurse.post("/v1/blocked-times", json=past)) == (422, "time_is_past")
    row = ok(await nurse.post("/v1/blocked-times", json=given))
    person = str(world.persons["nurse"])
    assert await free(who, personId=person) == [f"{TOMORROW}T06:00:00Z"]
    path = f"/v1/blocked-times/{row['id']}"
    assert code(await who("coordinator").get(path)) == (404, "not_found")
    assert code(await who("coordinator").post(f"{path}/release", headers=ANY)) == (404, "not_found")
    assert code(await nurse.post(f"{path}/release")) == (428, "precondition_required")
    assert ok(await nurse.post(f"{path}/release", headers={"If-Match": '"1"'}))["releasedAt"] is not None
    assert code(await nurse.post(f"{path}/release", headers=ANY)) == (409, "already_released")
    assert len(await free(who, personId=person)) == 13


async def test_nobody_and_no_room_is_taken_twice(who: As, world: World, take: Take, session: AsyncSession) -> None:
    room = ok(await who("lead").post("/v1/rooms", json=a_room()))["id"]
    await take("nurse", TOMORROW, "09:00", room=room)
    await take("coordinator", TOMORROW, "10:00", room=room)
    for persona, at, refused in (("nurse", "09:59", PersonBooked), ("social", "10:30", RoomBooked)):
        with pytest.raises(Exception, match="ex_reservations") as caught:
            async with session.begin_nested():
                await take(persona, TOMORROW, at, room="" if refused is PersonBooked else room)
        assert isinstance(of_database(caught.value), refused)


async def test_what_falls_on_a_day_away_is_listed(
    who: As, world: World, take: Take, connection: AsyncConnection
) -> None:
    lead, nurse = who("lead"), str(world.persons["nurse"])
    booked = await take("nurse", TOMORROW, "09:00")
    await take("nurse", "2026-11-25", "09:00")
    off = await take("kela", TOMORROW, "09:00")
    period = {"from": TODAY, "to": "2026-11-30"}

    async def listed(**more: Any) -> dict[str, str]:
        rows = (await get(lead, "/v1/calendar-conflicts", **period, **more))["items"]
        assert all(row["remedy"] for row in rows)
        return {row["subjectId"]: row["because"] for row in rows}

    assert await listed() == {str(off): "not_a_visiting_day"}
    assert code(await lead.get(f"/v1/calendar-conflicts?from={TODAY}&to={TODAY}&asIfAway=true")) == (
        422,
        "person_not_named",
    )
    assert len(await listed(personId=nurse, asIfAway=True)) == 2, "what an absence would hit"
    assert await listed(personId=nurse) == {}
    ok(await lead.post("/v1/absences", json={"personId": nurse, "firstOn": TOMORROW, "lastOn": TOMORROW}))
    assert await listed(personId=nurse) == {str(booked): "person_absent"}
    mine = await get(who("nurse"), "/v1/me/calendar", **period)
    assert {row["subjectId"]: row["because"] for row in mine["reservations"]}[str(booked)] == "person_absent"
    assert mine["away"] == [{"firstOn": TOMORROW, "lastOn": TOMORROW}]
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE holders SET valid_to = '2026-11-24' WHERE person_id = :id"), {"id": world.persons["nurse"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    assert sorted((await listed(personId=nurse)).values()) == ["not_on_a_seat", "person_absent"]


async def test_how_much_rooms_are_used(who: As, world: World, take: Take) -> None:
    room = ok(await who("lead").post("/v1/rooms", json=a_room(inUseFrom=TOMORROW)))
    await take("nurse", TOMORROW, "09:00", 90, room=room["id"])
    rows = (await get(who("lead"), "/v1/room-use", **{"from": TODAY, "to": "2026-11-29"}))["items"]
    assert rows == [{"roomId": room["id"], "name": room["name"], "hoursOpen": 32.0, "hoursBooked": 1.5}]
    assert code(await who("lead").get("/v1/room-use?from=2026-01-01&to=2027-12-31")) == (422, "period_too_long")
