"""A service is a step of its path: what is recorded of the one is done on the other."""

from __future__ import annotations

from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, ok
from tests.participations.cases import TIMELY, a_part, does, part, running
from tests.world import World


async def states(who: As, path: Json) -> dict[str, str]:
    return {step["key"]: step["state"] for step in (await f.reread(who("nurse"), path))["steps"]}


async def coaching(who: As, world: World) -> Json:
    """A path of job coaching."""
    return (await f.accepted(who, world, given={"template": "job_coaching"}))[1]


async def test_a_service_does_its_steps(who: As, world: World) -> None:
    path = await coaching(who, world)
    steps = {step["key"]: step["id"] for step in path["steps"]}
    row = await a_part(who, path, part(world, "job_coaching"))
    assert row["stepId"] == steps["job_coaching"]
    # Who has the step already keeps it: a second coaching has none by itself.
    assert (await a_part(who, path, part(world, "job_coaching")))["stepId"] is None
    not_yet = {"finding": "not_timely", "grounds": ["other_support_first"]}
    row = ok(await does(who, row, "check-timeliness", not_yet))
    assert (await states(who, path))["timeliness_check"] == "planned"
    row = ok(await does(who, row, "check-timeliness", TIMELY))
    assert (await states(who, path))["timeliness_check"] == "done"
    row = ok(await does(who, row, "start"))
    assert (await states(who, path))["job_coaching"] == "done"
    review = {"side": "provider", "answers": [{"criterion": "own_goal", "answer": "met"}]}
    ok(await act(who("nurse"), f"/v1/participations/{row['id']}/quality-reviews", review))
    now = await states(who, path)
    assert (now["quality_criteria"], now["after_contact"], now["work_trial"]) == ("done", "planned", "planned")
    ok(await does(who, row, "end", {"reason": "completed", "afterContactMonths": 3}))
    assert (await states(who, path))["after_contact"] == "done"


async def test_what_never_started_does_no_step(who: As, world: World) -> None:
    path = await coaching(who, world)
    trial = part(world, "work_trial", employer="Kahvila Torppa")
    row = await a_part(who, path, trial)
    ok(await does(who, row, "end", {"reason": "never_began"}))
    assert (await states(who, path))["work_trial"] == "planned"
    again = await running(who, path, trial)
    assert (again["stepId"], (await states(who, path))["work_trial"]) == (row["stepId"], "done")
