"""What happens to a meeting on its way: decisions become steps, another time, another convener, time that is taken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As, Clock
from tests.factories import CODE_WITHIN, TOO_LATE, act, code, get, ok, pointer
from tests.meetings.test_router import a_path, meeting, planned
from tests.world import World

PRESENT = {"clientParticipation": "present"}
FOLLOW_UP = {"kind": "follow_up", "purpose": {"en": "A call about the course."}}


async def test_decisions_become_steps_with_owners(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await planned(who, world, path, "employment", "coordinator", startsAt=f.at())
    at = f"/v1/meetings/{row['id']}"
    office = str(world.organisations["employment"])
    agreed: list[dict[str, Any]] = [
        {"words": "A call in two weeks.", "dueOn": "2026-12-07", "step": FOLLOW_UP,
         "owner": {"personId": str(world.persons["coordinator"])}},
        {"words": "The office looks for a course.", "owner": {"organisationId": office}},
        {"words": "Somebody asks about transport."},
    ]  # fmt: skip
    body = PRESENT | {"decisions": ["We meet again."], "agreed": agreed}
    held = ok(await act(who("nurse"), f"{at}/hold", body, row))
    assert held["decisions"] == ["We meet again.", *(one["words"] for one in agreed)]
    assert [one["ownerMissing"] for one in held["agreed"]] == [False, False, True]
    steps = {step["id"]: step for step in (await f.reread(who("nurse"), path))["steps"]}
    step = steps[held["agreed"][0]["stepId"]]
    assert (step["kind"], step["ownerRole"], step["plannedOn"]) == (
        "follow_up", "work_ability_coordinator", "2026-12-07",
    )  # fmt: skip
    changes = await get(who("nurse"), f"/v1/pathways/{path['id']}/step-changes")
    assert [one["reason"] for one in changes["items"] if one["stepId"] == step["id"]] == ["agreed_in_meeting"]
    theirs = await get(who("employment"), at)
    assert (theirs["decisions"], theirs["agreed"]) == (None, []), "the client permits it no meeting notes"
    open_one = held["agreed"][2]["id"]
    later = {"owner": {"role": "work_ability_coordinator"}, "dueOn": "2026-12-01", "step": {"kind": "follow_up"}}
    seen = ok(await act(who("nurse"), f"{at}/decisions/{open_one}/assign", later, held))
    assert (seen["agreed"][2]["ownerMissing"], seen["agreed"][2]["stepId"] is not None) == (False, True)
    again = await act(who("nurse"), f"{at}/decisions/{open_one}/assign", later, seen)
    assert code(again) == (422, "decision_has_step")


async def test_a_meeting_is_about_a_client_and_does_the_step_of_its_kind(who: As, world: World) -> None:
    path = await a_path(who, world)
    for kind in ("training_event", "kuumalinja_session", "peer_network_meeting"):
        body = meeting(world, startsAt=f.at()) | {"kind": kind}
        answer = await who("nurse").post(f"/v1/pathways/{path['id']}/meetings", json=body)
        assert (code(answer), pointer(answer)) == ((422, "meeting_kind_unfit"), "/body/kind")
    for kind, state in (("team_meeting", "planned"), ("network_meeting", "done")):
        row = await planned(who, world, path, startsAt=f.at(), kind=kind, reserve=False)
        ok(await act(who("nurse"), f"/v1/meetings/{row['id']}/hold", PRESENT, row))
        steps = (await f.reread(who("nurse"), path))["steps"]
        assert [step["state"] for step in steps if step["kind"] == "network_meeting"] == [state]


async def test_nobody_whom_the_client_is_kept_from_is_invited(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    row = await planned(who, world, path)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE clients SET conflict_person_ids = ARRAY[CAST(:p AS uuid)] WHERE id = :c"),
        {"p": world.persons["employment"], "c": path["clientId"]},
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    of = {"participantIds": [str(world.persons["employment"])]}
    invited = await act(who("nurse"), f"/v1/meetings/{row['id']}/invite", of, row)
    again = await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", meeting(world, "employment"))
    for answer in (invited, again):
        assert (code(answer), pointer(answer)[:6]) == ((422, "unknown_participant"), "/body/")


async def test_a_meeting_to_come_is_not_held(who: As, world: World, clock: Clock) -> None:
    """From the start of its day on; one that is going on can be planned, and recorded at once."""
    path = await a_path(who, world)
    row = await planned(who, world, path, startsAt="2026-11-24T10:00:00Z")
    at = f"/v1/meetings/{row['id']}"
    assert allowed(row, "hold") == (False, "meeting_not_begun")
    assert code(await act(who("nurse"), f"{at}/hold", PRESENT, row)) == (409, "meeting_not_begun")
    clock.at = datetime(2026, 11, 23, 22, tzinfo=UTC)  # midnight in Finland
    assert allowed(await get(who("nurse"), at), "hold") == (True, None)
    ok(await act(who("nurse"), f"{at}/hold", PRESENT, row))
    going_on = await planned(who, world, path, startsAt="2026-11-23T21:30:00Z", reserve=False)
    ok(await act(who("nurse"), f"/v1/meetings/{going_on['id']}/hold", PRESENT, going_on))


def allowed(row: f.Json, verb: str) -> tuple[bool, str | None]:
    one = next(one for one in row["allowedActions"] if one["action"] == verb)
    return one["allowed"], one["because"]


async def test_a_meeting_is_within_hours_unless_it_is_agreed_otherwise(who: As, world: World) -> None:
    path = await a_path(who, world)
    sunday, where = "2026-11-29T01:00:00Z", f"/v1/pathways/{path['id']}/meetings"
    refused = await act(who("nurse"), where, meeting(world, "coordinator", startsAt=sunday))
    assert code(refused) == (409, "outside_working_hours")
    assert refused.json()["persons"] == sorted(str(world.persons[name]) for name in ("nurse", "coordinator"))
    row = await planned(who, world, path, "coordinator", startsAt=sunday, outsideHours=True)
    move = {"startsAt": "2026-11-29T03:00:00Z", "reason": "x"}
    at = f"/v1/meetings/{row['id']}/move"
    assert code(await act(who("nurse"), at, move, row)) == (409, "outside_working_hours")
    ok(await act(who("nurse"), at, move | {"outsideHours": True}, row))
    second = await act(who("nurse"), where, meeting(world, startsAt="2026-11-30T10:00:30Z"))
    assert (code(second), pointer(second)) == (f.MALFORMED, "/body/startsAt")
    assert second.json()["errors"][0]["code"] == "not_a_whole_minute"


async def test_nothing_is_half_decided(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await planned(who, world, path, startsAt=f.at())
    at = f"/v1/meetings/{row['id']}"
    before = await f.reread(who("nurse"), path)
    role = {"role": "work_ability_coordinator"}
    for more, refusal, place in (
        ({"owner": {"personId": str(uuid4())}}, "decision_owner_unknown", "/body/agreed/1/owner"),
        ({"owner": {"organisationId": str(world.organisations["ngo"])}}, "decision_owner_unknown",
         "/body/agreed/1/owner"),
        ({"owner": {"seatId": str(uuid4())}}, "decision_owner_unknown", "/body/agreed/1/owner"),
        ({"owner": role, "step": FOLLOW_UP}, "decision_day_missing", "/body/agreed/1/dueOn"),
        ({"dueOn": "2026-12-07", "step": FOLLOW_UP}, "step_owner_missing", "/body/agreed/1/step/ownerRole"),
        ({"owner": {**role, "seatId": str(uuid4())}}, f.MALFORMED[1], "/body/agreed/1/owner"),
    ):  # fmt: skip
        good = {"words": "A call.", "owner": role, "dueOn": "2026-12-07", "step": FOLLOW_UP}
        body = PRESENT | {"agreed": [good, {"words": "More.", **more}]}
        refused = await act(who("nurse"), f"{at}/hold", body, row)
        assert (code(refused), pointer(refused)) == ((422, refusal), place)
    hidden = PRESENT | {"agreed": [{"words": f"Of {f.AINO}"}]}
    assert code(await act(who("nurse"), f"{at}/hold", hidden, row)) == CODE_WITHIN
    after = await f.reread(who("nurse"), path)
    assert (after["steps"], after["version"]) == (before["steps"], before["version"])
    assert (await get(who("nurse"), at))["state"] == "planned"


async def test_the_time_of_its_people_is_taken(who: As, world: World) -> None:
    path = await a_path(who, world)
    where = f"/v1/pathways/{path['id']}/meetings"
    row = await planned(who, world, path, "coordinator", "employment")
    assert row["reserves"] is True
    booked = (409, "person_booked")
    assert code(await act(who("coordinator"), where, meeting(world, startsAt=f.at(days=7, minutes=30)))) == booked
    assert len((await get(who("nurse"), "/v1/meetings"))["items"]) == 1, "nothing half-done"
    # A partner's time is the partner's own, and a meeting may be planned without taking any.
    beside = ok(await act(who("nurse"), where, meeting(world, "employment", reserve=False)))
    ok(await act(who("nurse"), f"/v1/meetings/{beside['id']}/cancel", {"reason": "x"}, beside))
    moved = ok(
        await act(who("nurse"), f"/v1/meetings/{row['id']}/move", {"startsAt": f.at(days=8), "reason": "Ill."}, row)
    )
    assert (moved["startsAt"], moved["minutes"]) == ("2026-12-01T10:00:00Z", 60)
    assert [(one["change"], one["reason"], one["toAt"]) for one in moved["changes"]] == [
        ("moved", "Ill.", "2026-12-01T10:00:00Z")
    ]
    theirs = await get(who("employment"), f"/v1/meetings/{row['id']}")
    assert (theirs["startsAt"], theirs["changes"]) == ("2026-12-01T10:00:00Z", [])
    other = ok(await act(who("coordinator"), where, meeting(world)))  # the old time is free again
    taken = {"startsAt": f.at(days=8), "reason": "x"}
    assert code(await act(who("coordinator"), f"/v1/meetings/{other['id']}/move", taken, other)) == booked
    ok(await act(who("nurse"), f"/v1/meetings/{row['id']}/cancel", {"reason": "x"}, moved))
    ok(await act(who("coordinator"), f"/v1/meetings/{other['id']}/move", taken, other))
    past = await act(who("nurse"), where, meeting(world, startsAt=f.at(days=-1)))
    assert code(past) == (422, "meeting_in_the_past")


async def test_another_takes_over_from_a_convener_who_has_left(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    coordinator = str(world.persons["coordinator"])
    row = await planned(who, world, path, "employment", convenerId=coordinator, startsAt=f.at())
    at = f"/v1/meetings/{row['id']}"

    async def stuck() -> list[str]:
        found = await get(who("nurse"), "/v1/stuck-cases", code="meeting_without_convener")
        return [one["subjectId"] for one in found["items"]]

    assert await stuck() == []
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE holders SET valid_to = '2026-11-22' WHERE person_id = :id"), {"id": world.persons["coordinator"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    assert await stuck() == [row["id"]]
    for convener, refusal in (("coordinator", "convener_already"), ("kela", "convener_unfit")):
        body = {"convenerId": str(world.persons[convener]), "reason": "She has left."}
        refused = await act(who("nurse"), f"{at}/change-convener", body, row)
        assert (code(refused), pointer(refused)) == ((422, refusal), "/body/convenerId")
    body = {"convenerId": str(world.persons["nurse"]), "reason": "She has left."}
    seen = ok(await act(who("nurse"), f"{at}/change-convener", body, row))
    assert seen["convenerId"] == str(world.persons["nurse"])
    assert [one["reason"] for one in seen["changes"]] == ["She has left."]
    assert await stuck() == []
    assert (await get(who("employment"), at))["convenerId"] == str(world.persons["nurse"])
    held = ok(await act(who("nurse"), f"{at}/hold", PRESENT, seen))
    for verb, late in (("change-convener", body), ("move", {"startsAt": f.at(days=9), "reason": "x"})):
        assert code(await act(who("nurse"), f"{at}/{verb}", late, held)) == TOO_LATE


async def test_what_changed_stays_as_it_was_written(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    row = await planned(who, world, path, agendaParts=[{"title": "Plans"}])
    ok(await act(who("nurse"), f"/v1/meetings/{row['id']}/move", {"startsAt": f.at(days=8), "reason": "x"}, row))
    for statement in (
        "UPDATE meeting_changes SET reason = 'y'", "UPDATE meeting_agenda_parts SET title = 'y'",
        "DELETE FROM meeting_openings", "UPDATE meeting_decisions SET words = 'y'",
    ):  # fmt: skip
        point = await connection.begin_nested()
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(statement))
        await point.rollback()
