"""Receptions that come again, over HTTP (C-19, C-30)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import service
from tests.calendars.conftest import SECOND, TUESDAY, Take, a_room, a_series
from tests.conftest import As
from tests.factories import code, get, ok, pointer
from tests.world import World

ANY = {"If-Match": "*"}


async def the_series(who: As, world: World, **over: Any) -> dict[str, Any]:
    path = f"/v1/seats/{world.seats['kela_work_ability_adviser']}/series"
    return ok(await who("lead").post(path, json=a_series(**over)))


async def days(who: As, series: dict[str, Any], last: str = "2027-02-28") -> list[dict[str, Any]]:
    path = f"/v1/series/{series['id']}/occurrences"
    return list((await get(who("nurse"), path, **{"from": "2026-11-23", "to": last}))["items"])


async def test_a_reception_comes_each_first_tuesday(who: As, world: World, take: Take, session: AsyncSession) -> None:
    room = ok(await who("lead").post("/v1/rooms", json=a_room()))["id"]
    series = await the_series(who, world, roomId=room)
    await take("kela", TUESDAY, "09:45", 45)
    await take("", TUESDAY, "11:30", 15, room=room)
    found = await days(who, series)
    assert [day["on"] for day in found] == [TUESDAY, SECOND, "2027-02-02"]
    assert {day["personId"] for day in found} == {str(world.persons["kela"])}
    assert [(slot["startsAt"][11:16], slot["free"]) for slot in found[0]["slots"]] == [
        ("07:00", True), ("07:45", False), ("08:30", True), ("09:15", False),
    ]  # fmt: skip
    kela = str(world.persons["kela"])
    times = await get(
        who("nurse"), "/v1/free-times", personId=kela, **{"from": "2026-11-23", "to": "2026-12-31"}, minutes=45
    )
    assert [one["startsAt"] for one in times["items"]] == [
        f"{TUESDAY}T{at}:00Z" for at in ("07:00", "08:30", "08:45", "09:00", "09:15")
    ], "on the visiting day, at the reception"
    mine = await get(who("kela"), "/v1/me/calendar", **{"from": "2026-11-23", "to": "2026-12-31"})
    assert [(day["on"], day["kind"], len(day["slots"])) for day in mine["receptions"]] == [
        (TUESDAY, "kela_reception", 4)
    ]
    coming = await service.next_occurrence(session, UUID(series["id"]), date(2026, 12, 2))
    assert coming is not None
    assert (coming.on.isoformat(), coming.person_id, len(coming.times)) == (SECOND, world.persons["kela"], 4)
    assert await service.next_occurrence(session, world.team, date(2026, 12, 2)) is None


async def test_one_of_a_kind_for_a_seat_unless_another_is_meant(who: As, world: World) -> None:
    series = await the_series(who, world)
    path = f"/v1/seats/{world.seats['kela_work_ability_adviser']}/series"
    lead = who("lead")
    assert code(await lead.post(path, json=a_series(firstOn="2027-06-01"))) == (409, "series_exists")
    assert (await lead.post(path, json=a_series(kind="other"))).status_code == 201
    assert (await lead.post(path, json=a_series(beside=True))).status_code == 201
    assert len((await get(who("nurse"), "/v1/series", seatId=series["seatId"]))["items"]) == 3
    assert code(await who("coordinator").post(path, json=a_series())) == (403, "missing_permission")
    for over, refused in (
        ({"rule": "FREQ=DAILY"}, ("bad_visiting_days", "/body/rule")),
        ({"rule": "FREQ=MONTHLY;BYDAY=2TU"}, ("series_off_visiting_days", "/body/rule")),
        ({"starts": "22:00"}, ("reception_too_long", "/body/slots")),
        ({"firstOn": "2026-11-22"}, ("starts_in_the_past", "/body/firstOn")),
        ({"lastOn": "2026-11-22"}, ("ends_before_start", "/body/lastOn")),
        ({"roomId": str(world.team)}, ("unknown_room", "/body/roomId")),
    ):
        answer = await lead.post(path, json=a_series(kind="consultation_hour", **over))
        assert (*code(answer), pointer(answer)) == (422, *refused)


async def test_who_is_away_holds_no_reception_and_a_deputy_does(who: As, world: World) -> None:
    lead, series = who("lead"), await the_series(who, world)
    away = {"personId": str(world.persons["kela"]), "firstOn": TUESDAY, "lastOn": TUESDAY}
    ok(await lead.post("/v1/absences", json=away))
    first, second, _ = await days(who, series)
    assert (first["skipped"], first["nextOn"], first["slots"]) == ("nobody_there", SECOND, [])
    assert second["skipped"] is None
    deputy = {"personId": str(world.persons["ngo"]), "standing": "deputy", "validFrom": "2026-11-23"}
    ok(await lead.post(f"/v1/seats/{series['seatId']}/holders", json=deputy))
    first, *_ = await days(who, series)
    assert (first["skipped"], first["personId"]) == (None, str(world.persons["ngo"]))


async def test_a_change_from_a_day_leaves_no_gap_and_lists_what_is_booked(who: As, world: World, take: Take) -> None:
    lead, series = who("lead"), await the_series(who, world)
    kept, lost = await take("kela", TUESDAY, "09:00", 45), await take("kela", SECOND, "09:00", 45)
    fits = await take("kela", SECOND, "10:30", 45)
    path = f"/v1/series/{series['id']}"
    given = {"validFrom": "2027-01-01", "starts": "10:00"}
    assert code(await lead.post(f"{path}/change", json=given)) == (428, "precondition_required")
    early = await lead.post(f"{path}/change", json={**given, "validFrom": "2026-11-23"}, headers=ANY)
    assert code(early) == (422, "ends_before_start")
    after = ok(await lead.post(f"{path}/change", json=given, headers={"If-Match": '"1"'}))
    assert (after["continuesId"], after["firstOn"], after["starts"]) == (series["id"], "2027-01-01", "10:00")
    assert {row["subjectId"] for row in after["booked"]} == {str(lost)}
    both = [*(await days(who, series)), *(await days(who, after))]
    assert [(day["on"], day["slots"][0]["startsAt"][11:16]) for day in both] == [
        (TUESDAY, "07:00"), (SECOND, "08:00"), ("2027-02-02", "08:00"),
    ]  # fmt: skip
    assert code(await lead.post(f"{path}/change", json=given, headers=ANY)) == (409, "already_ended")
    ended = ok(await lead.post(f"/v1/series/{after['id']}/end", json={"validTo": "2027-01-01"}, headers=ANY))
    assert {row["subjectId"] for row in ended["booked"]} == {str(fits)}, "the other one is of no slot any more"
    assert await days(who, after) == []
    again = await the_series(who, world, firstOn="2027-01-02")
    assert again["lastOn"] is None
    assert kept


async def test_holidays_are_skipped_in_sight(who: As, world: World) -> None:
    seat = world.seats["unemployed_health_nurse"]
    given = a_series(kind="consultation_hour", rule="FREQ=MONTHLY;BYMONTHDAY=6", minutes=30, slots=1)
    series = ok(await who("lead").post(f"/v1/seats/{seat}/series", json=given))
    found = await days(who, series)
    assert [(day["on"], day["skipped"], day["nextOn"]) for day in found] == [
        ("2026-12-06", "not_a_working_day", "2027-04-06"),
        ("2027-01-06", "not_a_working_day", "2027-04-06"),
        ("2027-02-06", "not_a_working_day", "2027-04-06"),
    ]
