"""A path that ends before it is done: coded, with its outcome, and to the sender an end like any other."""

from __future__ import annotations

from typing import Any

from tests import factories as f
from tests.conftest import As
from tests.factories import act, code, get, ok, pointer
from tests.world import World


async def ended(who: As, world: World, verb: str, body: f.Json, outcome: str) -> tuple[f.Json, f.Json]:
    """The path, and the referral as its sender reads it, after an outcome, a notice without content and the end."""
    seen, path = await f.accepted(who, world)
    at = f"/v1/pathways/{path['id']}"
    assert code(await act(who("nurse"), f"{at}/{verb}", body, path))[0] == 409
    assert (await f.reread(who("nurse"), path))["outcomes"] == [], "nothing half-done"
    ok(await act(who("nurse"), f"{at}/record-outcome", {"code": outcome}, path))
    now = await get(who("nurse"), f"/v1/referrals/{seen['id']}")
    assert (await f.told(who, now, "closure_notice")).is_success
    done = ok(await act(who("nurse"), f"{at}/{verb}", body, await f.reread(who("nurse"), path)))
    return done, await get(who("employment"), f"/v1/referrals/{seen['id']}")


def like(row: f.Json) -> Any:
    """What a sender reads, without what names one referral."""
    own = ("id", "person", "feedback")
    feedback = {name: value for name, value in row["feedback"].items() if name != "feedbackId"}
    return {name: value for name, value in row.items() if name not in own} | {"feedback": feedback}


async def test_to_the_sender_it_is_an_end_like_any_other(who: As, world: World) -> None:
    path, seen = await ended(who, world, "discontinue", {"reason": "not_reached"}, "not_reached")
    assert (path["state"], path["closingReason"]) == ("closed", "not_reached")
    _, other = await ended(who, world, "close", {"reason": "plan_completed"}, "studies")
    assert like(seen) == like(other)
    assert "not_reached" not in str(seen)


async def withdrawn(who: As, world: World) -> f.Json:
    """A path whose client has taken the referral back, and whose sender has its notice: nothing is owed."""
    seen, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    at = f"/v1/referrals/{seen['id']}"
    ok(await act(who("client"), f"{at}/withdraw", {"reason": "No more."}, await get(who("client"), at)))
    assert (await f.told(who, await get(who("nurse"), at), "closure_notice")).is_success
    return await f.reread(who("nurse"), path)


async def test_the_outcome_comes_with_the_reason(who: As, world: World) -> None:
    path = await withdrawn(who, world)
    assert (f.action(path, "close")["because"], f.action(path, "discontinue")["allowed"]) == ("outcome_missing", True)
    at = f"/v1/pathways/{path['id']}/discontinue"
    no_end = await act(who("nurse"), at, {"reason": "plan_completed"}, path)
    assert (code(no_end), pointer(no_end)) == ((422, "not_a_discontinuation"), "/body/reason")
    assert code(await act(who("nurse"), at, {"reason": "moved_away"}, path)) == (409, "outcome_missing")
    done = ok(await act(who("nurse"), at, {"reason": "client_withdrew"}, path))
    assert (done["state"], [o["code"] for o in done["outcomes"]]) == ("closed", ["client_withdrew"])


async def test_a_reason_that_says_no_outcome_takes_one(who: As, world: World) -> None:
    path = await withdrawn(who, world)
    given = {"reason": "moved_away", "outcome": "continues_as_jobseeker"}
    done = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/discontinue", given, path))
    assert [o["code"] for o in done["outcomes"]] == ["continues_as_jobseeker"]
