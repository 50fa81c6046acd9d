"""Steps that only recording does, and what of steps is told to whom."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import act, code, get, ok
from tests.pathways.courses import MINDS, NURSES, ONE, a_step, ship, step, version
from tests.pathways.places import sql
from tests.world import World

BY_HAND = (409, "step_done_by_recording")
WHOLE = version(1, *ONE.steps[:-1], a_step("outcome", "outcome", optional=False), a_step("told", "feedback", NURSES))
SKIP = {"reason": "not_needed"}


@pytest.fixture
async def path(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> f.Json:
    ship(monkeypatch, WHOLE)
    return (await f.accepted(who, world, client=f.person(identityCode=f.AINO)))[1]


async def test_an_outcome_is_not_ticked(who: As, path: f.Json) -> None:
    for key, verbs in (("outcome", ("complete", "skip")), ("told", ("complete",))):
        found = step(path, key)
        for verb in verbs:
            answer = await act(
                who("nurse"), f"/v1/pathway-steps/{found['id']}/{verb}", SKIP if verb == "skip" else {}, found
            )
            assert (code(answer), f.action(found, verb)["because"]) == (BY_HAND, BY_HAND[1])
    # What is not required may be left out, and is done all the same once it is recorded.
    told = step(path, "told")
    path = ok(await act(who("nurse"), f"/v1/pathway-steps/{told['id']}/skip", SKIP, told))
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"}, path))
    assert step(path, "outcome")["state"] == "done"


async def test_an_outcome_that_was_left_out_is_done_when_it_is_recorded(
    who: As, path: f.Json, connection: AsyncConnection
) -> None:
    left = "UPDATE pathway_steps SET state = 'skipped', skipped_because = 'not_needed', done_at = now()"
    await sql(connection, f"{left} WHERE pathway_id = :id AND key = 'outcome'", id=path["id"])
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"}, path))
    assert step(path, "outcome")["state"] == "done"
    rows = (await get(who("nurse"), f"/v1/pathways/{path['id']}/step-changes"))["items"]
    assert [row["reasonLabel"] for row in rows if row["change"] == "reopened"] == ["done as part of other work"]


async def test_one_goal_is_assessed_once(who: As, path: f.Json) -> None:
    goal = {"description": "Two hours of work.", "agreedWithClient": True}
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/agree-plan", {"goals": [goal]}, path))
    one = {"goalId": path["goals"][0]["id"], "achievement": "achieved", "agreedWithClient": True}
    body = {"code": "work_trial", "goals": [one, one | {"achievement": "improving"}]}
    answer = await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", body, path)
    assert (code(answer), f.pointer(answer)) == ((422, "goal_twice"), "/body/goals/1/goalId")


async def test_who_did_what_on_a_telling_step_is_for_health(who: As, path: f.Json, connection: AsyncConnection) -> None:
    await sql(
        connection,
        "UPDATE pathway_steps SET owner_named = true WHERE key = 'visit' AND pathway_id = :id",
        id=path["id"],
    )
    at, visit = f"/v1/pathways/{path['id']}", step(path, "visit")
    assert visit["ownerRole"] in (MINDS, "work_ability_physician")
    minutes = {"reason": "client_wishes", "minutes": 20}
    ok(await act(who("nurse"), f"/v1/pathway-steps/{visit['id']}/complete", minutes, visit))
    for reader, told in (("nurse", True), ("coordinator", False)):
        (change,) = (await get(who(reader), f"{at}/step-changes"))["items"]
        (entry,) = (await get(who(reader), f"{at}/time-entries"))["items"]
        known = [change["authorId"], change["author"], entry["personId"]]
        assert [one is not None for one in known] == [told] * 3


async def test_a_client_knows_of_no_step_that_is_kept_from_them(
    who: As, path: f.Json, connection: AsyncConnection
) -> None:
    await sql(
        connection,
        "UPDATE pathway_steps SET client_visible = key <> 'check' WHERE pathway_id = :id AND key IN ('check', 'visit')",
        id=path["id"],
    )
    at, check = f"/v1/pathways/{path['id']}", step(await f.reread(who("nurse"), path), "check")
    spent = {"subjectType": "step", "subjectId": check["id"], "minutes": 45}
    ok(await act(who("nurse"), f"{at}/time-entries", spent))
    ok(await act(who("nurse"), f"{at}/time-entries", {"subjectType": "consultation", "minutes": 10}))
    found = {}
    for reader in ("nurse", "client"):
        seen = await f.reread(who(reader), path)
        waits = [step(seen, key)[order] for key, order in (("visit", "after"), ("tests", "requires"))]
        entries = (await get(who(reader), f"{at}/time-entries"))["items"]
        cost = await get(who(reader), f"{at}/cost")
        stand = [step(seen, key)["standing"] for key in ("visit", "tests")]
        found[reader] = (waits, sum(one["minutes"] for one in entries), cost["spent"], stand)
    assert found["nurse"] == ([["check"], ["check"]], 55, 55, ["next", "next"])
    assert found["client"] == ([[], []], 10, 10, ["next", "next"])
