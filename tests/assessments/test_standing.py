"""What a human may choose and what counts as done: nobody away is given work, a check only asked is no check."""

from __future__ import annotations

from tests import factories as f
from tests.conftest import NOON, As
from tests.factories import act, code, get, ok
from tests.world import World

TODAY = NOON.date().isoformat()


async def test_nobody_is_given_work_while_away(who: As, world: World) -> None:
    _, path = await f.accepted(who, world, await f.a_referral(who, world))
    await f.problems(who, path, "mental_health", demanding=True)
    asked = await f.an_assessment(who, path, "physician_assessment")
    person = str(world.persons["physician_msk"])
    given = {"seatRole": "physician_msk_somatic", "personId": person, "reason": "knows_the_case"}
    away = {"personId": given["personId"], "firstOn": TODAY, "lastOn": TODAY}
    ok(await act(who("lead"), "/v1/absences", away))
    assert code(await act(who("nurse"), f"/v1/assessments/{asked['id']}/assign", given, asked)) == (409, "not_in_seat")
    assert (await get(who("nurse"), f"/v1/assessments/{asked['id']}"))["version"] == asked["version"]


async def test_a_health_check_that_is_only_asked_is_not_done(who: As, world: World) -> None:
    _, path = await f.accepted(who, world, await f.a_referral(who, world))
    check = await f.an_assessment(who, path, "health_check")
    facts = []
    for done in (False, True):
        if done:
            ok(await act(who("nurse"), f"/v1/assessments/{check['id']}/complete", f.health_check(), check))
        asked = await f.an_assessment(who, path, "physician_assessment")
        decision = await get(who("nurse"), f"/v1/routing-decisions/{asked['decisionId']}")
        facts.append(decision["facts"]["health_check_done"])
    assert facts == [False, True]
