"""Minutes spent, taken back, confirmed for a meeting; the cost of a path; which step is suggested to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, NOBODY, Json, act, code, get, ok, pointer
from tests.plans.cases import a_path, put
from tests.world import World


async def test_own_minutes_and_their_cost(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    at, step = f"/v1/pathways/{path['id']}", path["steps"][0]
    here = f"{at}/time-entries"
    spent = {"subjectType": "step", "subjectId": step["id"], "minutes": 45, "spentOn": "2026-11-20"}
    other = (await f.accepted(who, world))[1]
    for body, refusal, field in (
        (spent | {"minutes": 0}, (422, "invalid_request"), "/body/minutes"),
        (spent | {"minutes": 1441}, (422, "invalid_request"), "/body/minutes"),
        (spent | {"spentOn": "2026-11-24"}, (422, "spent_in_the_future"), "/body/spentOn"),
        (spent | {"role": "social_worker"}, (422, "role_not_yours"), "/body/role"),
        (spent | {"subjectId": other["steps"][0]["id"]}, (422, "unknown_subject"), "/body/subjectId"),
        ({"subjectType": "meeting", "minutes": 5}, (422, "unknown_subject"), "/body/subjectId"),
        (spent | {"subjectType": "other"}, (422, "unknown_subject"), "/body/subjectId"),
    ):
        refused = await act(who("nurse"), here, body)
        assert (code(refused), pointer(refused)) == (refusal, field)
    for persona, refusal in (
        ("", NOBODY),
        ("client", LACKS),
        ("lead", LACKS),
        ("kela", LACKS),
        ("hollola_nurse", ABSENT),
    ):
        assert code(await act(who(persona), here, spent)) == refusal
    (mine,) = ok(await act(who("nurse"), here, spent))["items"]
    assert (mine["role"], mine["minutes"], mine["counts"]) == ("unemployed_health_nurse", 45, True)
    (wrong,) = ok(await act(who("coordinator"), here, {"subjectType": "consultation", "minutes": 600}))["items"]
    back = f"/v1/time-entries/{wrong['id']}/reverse"
    assert code(await act(who("nurse"), back, {"reason": "wrong_code"})) == (403, "time_not_yours")
    taken = ok(await act(who("coordinator"), back, {"reason": "wrong_code"}))
    assert (taken["reversesId"], taken["minutes"], taken["counts"]) == (wrong["id"], 600, False)
    for id in (wrong["id"], taken["id"]):
        again = await act(who("coordinator"), f"/v1/time-entries/{id}/reverse", {"reason": "wrong_code"})
        assert code(again) == (409, "time_reversed")
    ok(await act(who("coordinator"), here, {"subjectType": "consultation", "minutes": 60}))
    done = ok(await act(who("nurse"), f"/v1/pathway-steps/{step['id']}/complete", {"minutes": 30}, step))
    assert done["steps"][0]["state"] == "done"
    cost = await get(who("nurse"), f"{at}/cost")
    assert cost["spent"] == 135
    assert {one["role"]: one["minutes"] for one in cost["byRole"]} == {
        "unemployed_health_nurse": 75, "work_ability_coordinator": 60,
    }  # fmt: skip
    assert {one["subjectType"]: one["minutes"] for one in cost["byKind"]} == {"step": 75, "consultation": 60}
    assert cost["byStep"][0]["spent"] == 75
    known = [one["expected"] or 0 for one in cost["byStep"]]
    assert (cost["expected"], cost["expectedSoFar"]) == (sum(known), known[0])
    listed = {persona: (await get(who(persona), here))["items"] for persona in ("nurse", "lead", "client")}
    assert [len(rows) for rows in listed.values()] == [5, 5, 5]
    assert {row["personId"] for persona in ("lead", "client") for row in listed[persona]} == {None}
    assert None not in {row["personId"] for row in listed["nurse"]}
    assert str(world.persons["nurse"]) not in (await who("lead").get(f"{at}/cost")).text
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    nested = await connection.begin_nested()
    with pytest.raises(DBAPIError, match="permission denied"):
        await connection.execute(text("UPDATE time_entries SET minutes = 1"))
    await nested.rollback()


async def test_a_meeting_for_everybody_is_the_conveners_to_confirm(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    at = f"/v1/pathways/{path['id']}"
    people = [str(world.persons[name]) for name in ("coordinator", "social")]
    plan = {"startsAt": f.at(days=1), "minutes": 60, "place": "Room 2", "participantIds": people, "reserve": False}
    meeting = ok(await act(who("nurse"), f"{at}/meetings", plan))
    everybody = {"subjectType": "meeting", "subjectId": meeting["id"], "minutes": 60, "forEverybody": True}
    assert code(await act(who("nurse"), f"{at}/time-entries", everybody)) == (403, "not_of_meeting")
    clock.at = NOON + timedelta(days=2)
    ok(await act(who("nurse"), f"/v1/meetings/{meeting['id']}/hold", {"clientParticipation": "present"}, meeting))
    (waits,) = (await get(who("nurse"), f"{at}/cost"))["toConfirm"]
    assert (waits["minutes"], waits["personMinutes"], len(waits["roles"])) == (60, 180, 3)
    assert (await get(who("lead"), f"{at}/cost"))["toConfirm"] == []
    assert code(await act(who("coordinator"), f"{at}/time-entries", everybody)) == (403, "not_of_meeting")
    own = everybody | {"forEverybody": False, "minutes": 40}
    ok(await act(who("social"), f"{at}/time-entries", own))
    rows = ok(await act(who("nurse"), f"{at}/time-entries", everybody))["items"]
    assert sorted(row["personId"] for row in rows) == sorted(
        str(world.persons[name]) for name in ("nurse", "coordinator")
    )
    cost = await get(who("nurse"), f"{at}/cost")
    assert (cost["spent"], cost["toConfirm"]) == (160, [])
    assert ok(await act(who("nurse"), f"{at}/time-entries", everybody))["items"] == []


async def test_the_cost_takes_as_many_statements_for_four_meetings_as_for_one(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    at = f"/v1/pathways/{path['id']}"
    plan = {"startsAt": f.at(days=1), "minutes": 60, "place": "Room 2", "participantIds": [], "reserve": False}
    planned = [ok(await act(who("nurse"), f"{at}/meetings", plan)) for _ in range(4)]
    clock.at = NOON + timedelta(days=2)
    sent: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        sent.append(statement)

    taken = []
    event.listen(connection.sync_connection, "before_cursor_execute", note)
    for meeting in planned:
        ok(await act(who("nurse"), f"/v1/meetings/{meeting['id']}/hold", {"clientParticipation": "present"}, meeting))
        sent.clear()
        waits = (await get(who("nurse"), f"{at}/cost"))["toConfirm"]
        taken.append((len(waits), len(sent)))
    event.remove(connection.sync_connection, "before_cursor_execute", note)
    assert [number for number, _ in taken] == [1, 2, 3, 4]
    assert len({statements for _, statements in taken}) == 1


def steps(found: Json) -> list[tuple[str, bool, bool]]:
    return [(one["step"], one["suggested"], one["enough"]) for one in found["steps"]]


async def test_the_lightest_sufficient_step_by_what_the_reader_may_know(who: As, world: World) -> None:
    named = ["barrier_health", "barrier_skills"]
    told = (await f.accepted(who, world, barriers=named))[1]
    first = await get(who("coordinator"), f"/v1/pathways/{told['id']}/suggestions")
    assert steps(first)[:2] == [("health_check", True, False), ("network_meeting", True, False)], "as the sender told"
    path = (await f.accepted(who, world, client=f.person(identityCode=f.AINO)))[1]
    here = f"/v1/pathways/{path['id']}/suggestions"
    bare = await get(who("nurse"), here)
    assert steps(bare)[0] == ("consultation", True, True)
    assert bare["steps"][1]["neededIf"] == ["health_unclear"]
    ladder = ["consultation", "health_check", "physician_visit", "network_meeting"]
    assert [name for name, *_ in steps(bare)] == ladder, "the lightest first, as the path goes (C-34)"
    assert all(one["personMinutes"] > 0 for one in bare["steps"])
    await f.problems(who, path, "musculoskeletal", demanding=True)
    both = [("health_check", True, False), ("physician_visit", True, False)]
    assert steps(await get(who("nurse"), here))[:2] == both
    finnish = await who("nurse").get(here, headers={"Accept-Language": "fi"})
    assert finnish.json()["steps"][1]["why"] == (
        "Tarvitaan, koska tilanne on vaativa. Ei yksin riitä siihen, mitä nyt tiedetään."
    )
    # That it is demanding is of the health register: others are told what they may know.
    for persona in ("coordinator", "social", "lead"):
        assert steps(await get(who(persona), here))[0] == ("consultation", True, True), persona
    assert steps(await get(who("client"), here))[:2] == both
    # A check that was done elsewhere and only marked on the path answers its question.
    check = next(step for step in path["steps"] if step["kind"] == "health_check")
    ok(await act(who("nurse"), f"/v1/pathway-steps/{check['id']}/complete", {"reason": "earlier_not_available"}, check))
    assert steps(await get(who("nurse"), here))[0] == ("physician_visit", True, True)
    for barrier in ("barrier_skills", "barrier_motivation"):
        await put(who, path, "barriers", barrier=barrier, agreedWithClient=True)
    assert steps(await get(who("coordinator"), here)) == [
        ("network_meeting", True, True), ("consultation", False, False), ("health_check", False, False),
        ("physician_visit", False, False),
    ]  # fmt: skip
    await put(who, path, "barriers", barrier="barrier_skills", standing="gone", agreedWithClient=True)
    assert steps(await get(who("coordinator"), here))[0][0] == "consultation"
    assert code(await who("kela").get(here)) == LACKS
    assert code(await who("hollola_nurse").get(here)) == ABSENT
    # It blocks nothing: a meeting can be planned though a consultation would be enough.
    plan = {"startsAt": f.at(days=1), "place": "Room 2", "participantIds": [], "reserve": False}
    ok(await act(who("coordinator"), f"/v1/pathways/{path['id']}/meetings", plan))
