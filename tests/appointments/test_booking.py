"""Appointments over HTTP: persons, room and recording together or nothing; moved, cancelled; who may."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.appointments.booking import a_path, an_offer, at, booked, taken, verb, visit
from tests.conftest import As, Clock
from tests.factories import ABSENT, LACKS, NOBODY, act, code, get, ok, pointer
from tests.world import World


async def test_a_health_check_has_its_length_and_time_to_record_it(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}/appointments"
    check = visit(world, kind="health_check", minutes=None, startsAt=at(25, 9))
    for wrong, what in (
        ({"minutes": 60}, ("appointment_length", "/body/minutes")),
        ({"minutesBecause": "many_needs"}, ("appointment_length", "/body/minutes")),
        ({"recordingStartsAt": at(25, 10)}, ("recording_time", "/body/recordingStartsAt")),
        ({"recordingStartsAt": at(26, 8)}, ("recording_time", "/body/recordingStartsAt")),
        ({"kind": "nurse", "recordingMinutes": 30}, ("recording_time", "/body/recordingMinutes")),
    ):
        refused = await act(who("nurse"), here, check | wrong)
        assert (code(refused), pointer(refused)) == ((422, what[0]), what[1]), wrong
    late = check | {"startsAt": at(25, 14)}  # until four, when the nurse goes home: the recording is work too
    assert code(await act(who("nurse"), here, late)) == (409, "outside_working_hours")
    row = ok(await act(who("nurse"), here, check))
    assert (row["status"], row["minutes"], row["recordingMinutes"]) == ("booked", 120, 30)
    assert await taken(connection, row) == [("appointment", "25 09:00"), ("recording", "25 11:00")]
    steps = (await get(who("nurse"), f"/v1/pathways/{path['id']}"))["steps"]
    assert [one["state"] for one in steps if one["kind"] == "health_check_booked"] in (["done"], [])
    # The hour after it is the nurse's for recording: nobody else gets it, and nothing is half done.
    refused = await act(who("nurse"), here, visit(world, startsAt=at(25, 11, 15)))
    assert code(refused) == (409, "person_booked")
    moved = {"startsAt": at(26, 9), "recordingStartsAt": at(26, 14), "reason": "client_asked"}
    row = ok(await act(who("nurse"), verb(row, "move"), moved, row))
    assert (row["moves"], row["movedBecause"]) == (1, "client_asked")
    assert await taken(connection, row) == [("appointment", "26 09:00"), ("recording", "26 14:00")]
    ok(await act(who("nurse"), here, visit(world, startsAt=at(25, 9, 30))))


async def test_person_and_room_all_or_nothing(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}/appointments"
    await connection.execute(text("SET LOCAL ROLE NONE"))
    room = await connection.scalar(
        text(
            "INSERT INTO rooms (id, version, created_at, area_id, name, in_use_from)"
            " VALUES (gen_random_uuid(), 1, now(), :area, 'Room 2', '2026-01-01') RETURNING id::text"
        ),
        {"area": world.organisations["area"]},
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    pair = {"secondPersonId": str(world.persons["social"]), "roomId": room}
    first = await booked(who, world, path, **pair)
    assert await taken(connection, first) == [("appointment", "25 10:00")] * 3
    other = (await f.accepted(who, world))[1]
    there = f"/v1/pathways/{other['id']}/appointments"
    for over, refusal in (
        ({"personId": str(world.persons["coordinator"]), "roomId": room}, "room_booked"),
        ({"personId": str(world.persons["coordinator"]), **pair, "roomId": None}, "person_booked"),
    ):
        assert code(await act(who("nurse"), there, visit(world, kind="coordinator") | over)) == (409, refusal)
    # Nothing of it was kept: the coordinator is free.
    free = ok(await act(who("nurse"), there, visit(world, "coordinator", kind="coordinator")))
    assert await taken(connection, free) == [("appointment", "25 10:00")]
    # The same client twice at once, with another professional.
    refused = await act(who("nurse"), here, visit(world, "psychiatric_nurse", startsAt=at(25, 10, 30)))
    assert (code(refused), refused.json()["appointmentId"]) == ((409, "client_booked"), first["id"])
    done = ok(await act(who("nurse"), verb(first, "cancel"), {"reason": "no_room"}, first))
    assert (done["status"], done["cancelledBy"]) == ("cancelled", "team")
    assert await taken(connection, first) == []
    ok(await act(who("nurse"), here, visit(world, roomId=room)))


async def test_what_does_not_fit_is_refused_by_its_field(who: As, world: World) -> None:
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}/appointments"
    other = (await f.accepted(who, world))[1]
    assessment = await f.an_assessment(who, other)
    for over, (refusal, field) in {
        ("startsAt", at(23, 8)): ("appointment_in_the_past", "startsAt"),
        ("personId", str(world.persons["hollola_nurse"])): ("person_not_in_team", "personId"),
        ("secondPersonId", str(world.persons["nurse"])): ("person_not_in_team", "secondPersonId"),
        ("secondPersonId", str(world.persons["kela"])): ("person_not_in_team", "secondPersonId"),
        ("assessmentId", assessment["id"]): ("appointment_subject", "assessmentId"),
        ("address", "Kotikatu 1"): ("place_fields", "address"),
        ("interpreterLanguage", "sv"): ("interpreter_fields", "interpreterLanguage"),
    }.items():
        refused = await act(who("nurse"), here, visit(world) | dict([over]))
        assert (code(refused), pointer(refused)) == ((422, refusal), f"/body/{field}"), over
    refused = await act(who("nurse"), here, visit(world, kind="physician"))
    assert (code(refused), pointer(refused)) == ((422, "kind_not_of_person"), "/body/kind")
    sunday = visit(world, startsAt=at(29, 10))
    assert code(await act(who("nurse"), here, sunday)) == (409, "outside_working_hours")
    agreed = ok(await act(who("nurse"), here, sunday | {"outsideHours": True, "place": "own_environment"}))
    assert agreed["place"] == "own_environment"
    refused = await act(who("nurse"), here, visit(world, remind=True))
    assert (code(refused), refused.json()["because"]) == ((409, "reminder_not_possible"), "no_address")


async def test_who_may(who: As, world: World) -> None:
    path = await a_path(who, world, "kela")
    row = await booked(who, world, path)
    offer = await an_offer(who, world, path)
    for persona, refusal in (("", NOBODY), ("admin", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await who(persona).get(f"/v1/appointments/{row['id']}")) == refusal
        assert code(await act(who(persona), f"/v1/pathways/{path['id']}/appointments", visit(world))) == refusal
        assert code(await act(who(persona), verb(row, "cancel"), {"reason": "no_room"}, row)) == refusal
        assert code(await act(who(persona), verb(offer, "choose-time"), {"startsAt": at(27, 9)}, offer)) == refusal
    for persona in ("kela", "employment"):  # not theirs: permitted or not
        assert code(await who(persona).get(f"/v1/appointments/{row['id']}")) == ABSENT
        assert (await get(who(persona), "/v1/appointments", count="true"))["count"] == 0
        assert code(await act(who(persona), verb(row, "no-show"), {}, row)) == LACKS
    assert code(await act(who("client"), verb(row, "move"), {"startsAt": at(27, 9), "reason": "no_room"}, row)) == LACKS
    assert code(await act(who("nurse"), verb(row, "cancel-own"), {}, row)) == (403, "forbidden")
    assert [one["id"] for one in (await get(who("client"), "/v1/appointments"))["items"]] == [offer["id"], row["id"]]


async def test_interpreter_is_as_the_client_needs_it(who: As, world: World) -> None:
    path = await a_path(who, world)
    client = await get(who("nurse"), f"/v1/clients/{path['clientId']}")
    needs = {"interpreterNeeded": True, "language": "sv"}
    tag = {"If-Match": f'"{client["version"]}"'}
    ok(await who("nurse").patch(f"/v1/clients/{client['id']}", json=needs, headers=tag))
    row = await booked(who, world, path)
    assert (row["interpreterNeeded"], row["interpreterLanguage"]) == (True, "sv")
    without = await booked(who, world, path, startsAt=at(26, 10), interpreterNeeded=False)
    assert (without["interpreterNeeded"], without["interpreterLanguage"]) == (False, None)


async def test_a_health_check_is_linked_and_its_step_follows_the_booking(who: As, world: World, clock: Clock) -> None:
    """C-57: nobody types again which assessment, which day and how long."""
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}"

    async def planned() -> str | None:
        steps = (await get(who("nurse"), here))["steps"]
        [day] = [one["plannedOn"] for one in steps if one["kind"] == "health_check"]
        return str(day) if day else None

    check = await f.an_assessment(who, path)
    other = ok(await act(who("nurse"), f"{here}/assessments", {"kind": "physician_assessment", "urgency": "routine"}))
    body = visit(world, kind="health_check", minutes=None, startsAt=at(25, 9))
    refused = await act(who("nurse"), f"{here}/appointments", body | {"assessmentId": other["id"]})
    assert (code(refused), pointer(refused)) == ((422, "appointment_subject"), "/body/assessmentId")
    assert await planned() is None
    row = ok(await act(who("nurse"), f"{here}/appointments", body))
    assert (row["assessmentId"], await planned()) == (check["id"], "2026-11-25")
    row = ok(await act(who("nurse"), verb(row, "move"), {"startsAt": at(27, 9), "reason": "client_asked"}, row))
    assert await planned() == "2026-11-27"
    refused = await act(who("nurse"), f"{here}/appointments", body)
    assert (code(refused), refused.json()["appointmentId"]) == ((409, "health_check_coming"), row["id"])
    second = ok(await act(who("nurse"), f"{here}/appointments", body | {"beside": True}))
    assert await planned() == "2026-11-25"
    ok(await act(who("nurse"), verb(second, "cancel"), {"reason": "professional_away"}, second))
    assert await planned() == "2026-11-27"
    gone = ok(await act(who("nurse"), verb(row, "cancel"), {"reason": "professional_away"}, row))
    assert (gone["status"], await planned()) == ("cancelled", None)
    # The coordinator does not read which assessment it is; it is known by the path.
    for by, link in (("coordinator", None), ("nurse", check["id"])):
        row = ok(await act(who(by), f"{here}/appointments", body))
        assert row["assessmentId"] == link
        if by == "coordinator":
            ok(await act(who("nurse"), verb(row, "cancel"), {"reason": "professional_away"}, row))
    clock.at = datetime.fromisoformat(at(25, 12))
    ok(await act(who("nurse"), verb(row, "fulfil"), {"minutes": 110}, row))
    known = (await get(who("nurse"), f"/v1/assessments/{check['id']}/prefill"))["items"]
    [found] = [one for one in known if one["source"] == "appointment"]
    assert (found["field"], found["value"], found["on"]) == ("minutes", 110, "2026-11-25")
    assert found["sourceId"] == row["id"]


async def test_a_client_is_not_booked_over_a_meeting_about_them(who: As, world: World) -> None:
    path, other = await a_path(who, world), (await f.accepted(who, world))[1]
    here = f"/v1/pathways/{path['id']}"
    plan = {"startsAt": at(25, 9, 30), "minutes": 45, "place": "Room 2"}
    plan |= {"participantIds": [str(world.persons["coordinator"])]}
    meeting = ok(await act(who("nurse"), f"{here}/meetings", plan))
    body = visit(world, "social", kind="social")
    refused = await act(who("nurse"), f"{here}/appointments", body)
    assert (code(refused), refused.json()["meetingId"]) == ((409, "client_in_meeting"), meeting["id"])
    ok(await act(who("nurse"), f"/v1/pathways/{other['id']}/appointments", body | {"startsAt": at(25, 9)}))
    late = await booked(who, world, path, kind="social", personId=str(world.persons["social"]), startsAt=at(25, 10, 15))
    moved = await act(who("nurse"), verb(late, "move"), {"startsAt": at(25, 10), "reason": "client_asked"}, late)
    assert code(moved) == (409, "client_in_meeting")
    ok(await act(who("nurse"), verb(late, "cancel"), {"reason": "not_needed"}, late))
    offer = await an_offer(who, world, path, kind="functional_test", personId=str(world.persons["physiotherapist"]))
    chosen = await act(who("client"), verb(offer, "choose-time"), {"startsAt": at(25, 10)}, offer)
    assert code(chosen) == (409, "client_in_meeting")
    ok(await act(who("nurse"), f"/v1/meetings/{meeting['id']}/cancel", {"reason": "Called off."}, meeting))
    ok(await act(who("nurse"), f"{here}/appointments", body))
