"""What the end of a path does to appointments, meetings, instruments and consultations on it: nothing of them goes on,
and nothing that must not be lost is lost."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.appointments.booking import an_offer, at, booked
from tests.conftest import NOON, As, Clock
from tests.consultations import cases
from tests.factories import Json, act, action, code, get, ok
from tests.meetings.test_router import planned
from tests.responses.answering import DANGER, asked, held, linked, record
from tests.views.stuck import stuck
from tests.world import World

CLOSE = {"reason": "plan_completed"}


async def ready(who: As, world: World) -> Json:
    """A path that may be closed."""
    seen, path = await f.with_outcome(
        who, world, client=f.person(identityCode=f.AINO), permission=f.permission(world, "area", "employment")
    )
    ok(await f.told(who, seen))
    return await f.reread(who("nurse"), path)


async def closing(who: As, path: Json) -> tuple[Json, str]:
    """Why it cannot be closed, as said before and when it is tried."""
    path = await f.reread(who("coordinator"), path)
    refused = await act(who("coordinator"), f"/v1/pathways/{path['id']}/close", CLOSE, path)
    assert (code(refused)[1], refused.json()["kinds"]) == (action(path, "close")["because"], refused.json()["kinds"])
    return refused.json(), action(path, "close")["remedy"]


async def test_nothing_of_a_closed_path_goes_on(who: As, world: World, connection: AsyncConnection) -> None:
    path = await ready(who, world)
    offer = await an_offer(who, world, path)
    visit = await booked(who, world, path)
    meeting = await planned(who, world, path, "employment", startsAt=at(26, 10), reserve=True)
    request = await asked(who, path)
    link = await linked(who, request)
    seat = await cases.seat_of(connection, world, "physician_msk")
    question = ok(await cases.asked(who, path, cases.question(seat)))
    health = cases.question(seat, register="health")
    by_nurse = ok(await cases.asked(who, path, health, by="nurse"))
    path = await f.reread(who("coordinator"), path)  # who reads no health data
    ok(await act(who("coordinator"), f"/v1/pathways/{path['id']}/close", CLOSE, path))

    for one in (offer, visit):
        row = await get(who("nurse"), f"/v1/appointments/{one['id']}")
        assert (row["status"], row["cancelReason"], row["cancelledBy"]) == ("cancelled", "path_closed", "team")
        assert not any(one["allowed"] for one in row["allowedActions"])
    row = await get(who("nurse"), f"/v1/meetings/{meeting['id']}")
    assert (row["state"], row["endedReason"]) == ("cancelled", "The path ended.")
    row = await get(who("nurse"), f"/v1/responses/{request['id']}")
    assert (row["state"], row["endedReason"], row["link"]) == ("cancelled", "The path ended.", None)
    assert not action(row, "make_link")["allowed"]
    assert code(await act(who("nurse"), f"/v1/responses/{request['id']}/links", {}, row)) == (409, "illegal_move")
    assert code(await who("nobody").get("/v1/answering", headers=held(link))) == (410, "link_revoked")
    for one, by in ((question, "coordinator"), (by_nurse, "nurse")):
        row = await cases.seen(who, one, by)
        assert (row["state"], row["withdrawReason"]) == ("withdrawn", "path_closed")
        assert await cases.work_of(who, one, "physician_msk") == []
    taken = "SELECT count(*) FROM reservations WHERE released_at IS NULL AND subject_type IN ('appointment', 'meeting')"
    assert await connection.scalar(text(taken)) == 0


async def test_what_must_not_be_lost_refuses_the_closing(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    path = await ready(who, world)
    danger = ok(await record(who, path, "nurse", "phq9", answers=DANGER))
    seat = await cases.seat_of(connection, world, "physician_msk")
    question = ok(await cases.asked(who, path, cases.question(seat)))
    question = ok(await cases.does(who, question, "answer", {"answer": "Half days."}, "physician_msk"))
    meeting = await planned(who, world, path, startsAt=at(26, 10))
    clock.at = NOON + timedelta(days=4)
    refused, remedy = await closing(who, path)
    assert (refused["code"], refused["kinds"]) == ("work_open", ["consultation", "instrument_response", "meeting"])
    assert "Still open" in remedy
    ok(await act(who("nurse"), f"/v1/responses/{danger['id']}/handle-safety", {}, danger))
    question = await cases.seen(who, question, "coordinator")
    ok(await cases.does(who, question, "close"))
    assert (await closing(who, path))[0]["kinds"] == ["meeting"]
    ok(await act(who("nurse"), f"/v1/meetings/{meeting['id']}/cancel", {"reason": "Nobody came."}, meeting))
    path = await f.reread(who("coordinator"), path)
    ok(await act(who("coordinator"), f"/v1/pathways/{path['id']}/close", CLOSE, path))


async def test_what_began_before_the_end_is_noted_and_nothing_more(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    path = await ready(who, world)
    visit = await booked(who, world, path)
    made = ok(await record(who, path, "nurse", "phq9", answers=DANGER, safetyHandled={}))
    clock.at = NOON + timedelta(days=4)
    path = await f.reread(who("nurse"), path)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", CLOSE, path))
    row = await get(who("nurse"), f"/v1/appointments/{visit['id']}")
    assert (row["status"], action(row, "move")["because"]) == ("booked", "path_closed")
    move = {"startsAt": at(30, 10), "reason": "client_asked"}
    assert code(await act(who("nurse"), f"/v1/appointments/{visit['id']}/move", move, row)) == (409, "path_closed")
    ok(await act(who("nurse"), f"/v1/appointments/{visit['id']}/fulfil", {}, row))
    # What a correction tells of is an alarm on a closed path too.
    again = {"mode": "interview", "answeredOn": "2026-11-20", "answers": DANGER, "reason": "Another day."}
    new = ok(await act(who("nurse"), f"/v1/responses/{made['id']}/correct", again, made))
    (alarm,) = await stuck(who, "nurse", code="safety_unseen")
    assert (alarm["caseId"], alarm["subjectId"], alarm["severity"]) == (path["id"], new["id"], "alarm")
    ok(await act(who("nurse"), f"/v1/responses/{new['id']}/handle-safety", {}, new))
    assert await stuck(who, "nurse", code="safety_unseen") == []
