"""Days of steps and of what comes next, over HTTP: neither in the past nor without end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As, Clock
from tests.factories import act, code, ok, pointer
from tests.pathways.courses import step
from tests.pathways.places import sql
from tests.world import World

FIRST = date(2026, 11, 23)
ADDED = {"kind": "follow_up", "ownerRole": "work_ability_coordinator", "reason": "client_wishes"}
TOO_SOON, TOO_FAR = (422, "day_passed"), (422, "too_far_ahead")
NOT_NEXT = (422, "next_action_day")


def day(n: int) -> str:
    return (FIRST + timedelta(days=n)).isoformat()


async def test_a_step_has_a_day_to_come_and_not_without_end(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    _, path = await f.accepted(who, world)
    at = f"/v1/pathways/{path['id']}/add-step"
    for planned, refusal in ((day(9 * 365), TOO_FAR), (day(3 * 365 + 1), TOO_FAR), (day(-1), TOO_SOON)):
        answer = await act(who("nurse"), at, ADDED | {"plannedOn": planned}, path)
        assert (code(answer), pointer(answer)) == (refusal, "/body/plannedOn")
        check = step(path, "health_check")
        answer = await act(who("nurse"), f"/v1/pathway-steps/{check['id']}/plan", {"plannedOn": planned}, check)
        assert (code(answer), pointer(answer)) == (refusal, "/body/plannedOn")
    path = ok(await act(who("nurse"), at, ADDED | {"plannedOn": day(3 * 365)}, path))
    added = step(path, "added_follow_up")
    path = ok(await act(who("nurse"), f"/v1/pathway-steps/{added['id']}/plan", {"plannedOn": None}, added))
    assert step(path, "added_follow_up")["dueOn"] == day(3 * 365)
    # Of a path that has run for years a day is agreed, and counts on no rule.
    await sql(
        connection, "UPDATE pathways SET started_at = started_at - interval '4 years' WHERE id = :id", id=path["id"]
    )
    late = await act(who("nurse"), at, ADDED | {"dueDays": 100}, path)
    assert (code(late), pointer(late), late.json()["most"]) == (TOO_FAR, "/body/dueDays", 1000)
    path = ok(await act(who("nurse"), at, ADDED | {"plannedOn": day(200)}, path))
    assert step(path, "added_follow_up_2")["dueOn"] == day(200)
    with pytest.raises(DBAPIError, match="ck_pathway_steps_due_days"):
        await sql(connection, "UPDATE pathway_steps SET due_days = 1001 WHERE pathway_id = :id", id=path["id"])


async def test_what_comes_next_has_a_day_to_come(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    offered = await f.get(who("nurse"), f"/v1/referrals/{sent['id']}")
    accept = f"/v1/referrals/{offered['id']}/accept"
    for wrong in (day(-1), day(367)):
        answer = await act(who("nurse"), accept, {"template": "heinola", "nextActionOn": wrong}, offered)
        assert (code(answer), pointer(answer)) == (NOT_NEXT, "/body/nextActionOn")
    path = ok(await act(who("nurse"), accept, {"template": "heinola", "nextActionOn": day(0)}, offered))
    check, at = step(path, "health_check"), f"/v1/pathways/{path['id']}"
    hold = {"untilOn": day(5), "reason": "client_wishes", "nextAction": "Call"}
    outcome = {"code": "work_trial"}
    for wrong in (day(-1), day(367)):
        body = {"nextActionOn": wrong}
        for answer in (
            await who("nurse").patch(at, json=body, headers={"If-Match": f'"{path["version"]}"'}),
            await act(who("nurse"), f"{at}/hold", hold | body, path),
            await act(who("nurse"), f"{at}/record-outcome", outcome | body, path),
            await act(who("nurse"), f"/v1/pathway-steps/{check['id']}/complete", body, check),
        ):
            assert (code(answer), pointer(answer)) == (NOT_NEXT, "/body/nextActionOn")
    path = ok(await act(who("nurse"), f"{at}/hold", hold | {"nextActionOn": day(366)}, path))
    answer = await act(who("nurse"), f"{at}/end-hold", {"nextActionOn": day(-1)}, path)
    assert (code(answer), pointer(answer)) == (NOT_NEXT, "/body/nextActionOn")


async def test_what_comes_next_is_agreed_along_with_what_was_done(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    check, visit, tests = (step(path, key) for key in ("health_check", "physician_visit", "functional_tests"))
    for n, (at, body, found) in enumerate(
        (
            (f"/v1/pathway-steps/{check['id']}/complete", {}, check),
            (f"/v1/pathway-steps/{visit['id']}/plan", {"plannedOn": day(9)}, visit),
            (f"/v1/pathway-steps/{tests['id']}/skip", {"reason": "not_needed"}, tests),
        )
    ):
        next_one = {"nextAction": f"Then {n}", "nextActionOn": day(n)}
        path = ok(await act(who("nurse"), at, body | next_one, found))
        assert {name: path[name] for name in next_one} == next_one
    next_one = {"nextAction": "Write a letter", "nextActionOn": day(4)}
    at = f"/v1/pathways/{path['id']}/record-outcome"
    path = ok(await act(who("nurse"), at, {"code": "work_trial"} | next_one, path))
    assert {name: path[name] for name in next_one} == next_one
    code_within = await act(who("nurse"), at, {"code": "studies", "nextAction": f"Call {f.AINO}"}, path)
    assert code(code_within) == f.CODE_WITHIN
