"""A team that has a care relationship, or had the referral before, reads the path and does not work on it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, act, action, code, get, ok
from tests.world import World


async def test_the_team_it_was_redirected_from_reads_only(who: As, world: World) -> None:
    """It has a path of its own with the client; without one it would see nothing of the other team's."""
    hollola = (await get(who("hollola_nurse"), "/v1/me"))["seats"][0]["teamId"]
    await f.accepted(who, world, await f.a_referral(who, world, client=f.person(identityCode=f.AINO)))
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO), allowDuplicate=True)
    path = f"/v1/referrals/{sent['id']}"
    moved = ok(
        await act(
            who("nurse"),
            f"{path}/redirect",
            {"teamId": hollola, "reason": "other_competence"},
            await get(who("nurse"), path),
        )
    )
    assert moved["allowedActions"] == []
    pathway = ok(await act(who("hollola_nurse"), f"{path}/accept", {}, await get(who("hollola_nurse"), path)))
    place = f"/v1/pathways/{pathway['id']}"
    seen = await get(who("nurse"), place)
    assert seen["allowedActions"] == []
    assert all(step["allowedActions"] == [] for step in seen["steps"])
    writes: dict[str, Any] = {
        "record-outcome": {"code": "studies"}, "agree-plan": f.plan(), "close": {"reason": "plan_completed"},
    }  # fmt: skip
    for verb, body in writes.items():
        assert code(await act(who("nurse"), f"{place}/{verb}", body, seen)) == ABSENT, verb
    for name, body in (("assessments", {"kind": "health_check"}), ("problem-areas", {"areas": [], "demanding": False})):
        assert code(await act(who("nurse"), f"{place}/{name}", body)) == ABSENT, name
    step = seen["steps"][0]
    assert code(await act(who("nurse"), f"/v1/pathway-steps/{step['id']}/complete", {}, step)) == ABSENT
    assert (await get(who("hollola_nurse"), place))["version"] == pathway["version"]


async def test_no_feedback_before_there_is_a_team(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality="049"))
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("nurse"), path)
    assert (seen["teamId"], seen["owner"]["alarm"]) == (None, True)
    for verb, name, body in (
        ("accept", "accept", {}), ("give_feedback", "feedback", {"level": "closure_notice"}),
    ):  # fmt: skip
        assert (action(seen, verb)["allowed"], action(seen, verb)["because"]) == (False, "no_team_yet")
        assert code(await act(who("nurse"), f"{path}/{name}", body, seen)) == (409, "no_team_yet")


async def test_a_referral_that_was_returned_can_still_be_ended(who: As, world: World) -> None:
    for name, body, status in (
        ("reject", {"reason": "other"}, "rejected"),
        ("feedback", {"level": "closure_notice"}, "ended"),
    ):
        sent = await f.a_referral(who, world)
        path = f"/v1/referrals/{sent['id']}"
        seen = ok(await act(who("nurse"), f"{path}/return", {"reason": "other"}, await get(who("nurse"), path)))
        ok(await act(who("nurse"), f"{path}/{name}", body, seen))
        assert (await get(who("employment"), path))["status"] == status
        mine = await get(who("nurse"), "/v1/worklist", list="mine", limit="200")
        assert sent["id"] not in [work["subjectId"] for work in mine["items"]]


async def test_a_referral_that_joins_after_the_outcome_is_owed_feedback_at_once(who: As, world: World) -> None:
    _, path = await f.accepted(who, world, await f.a_referral(who, world, client=f.person(identityCode=f.AINO)))
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "studies"}, path))
    late = await f.a_referral(who, world, "workshop", client=f.person(identityCode=f.AINO))
    seen = await get(who("nurse"), f"/v1/referrals/{late['id']}")
    body = {"joinPathwayId": path["id"]}
    ok(await act(who("nurse"), f"/v1/referrals/{late['id']}/accept", body, seen))
    owed = await get(who("nurse"), "/v1/worklist", list="feedback", limit="200")
    assert late["id"] in [work["subjectId"] for work in owed["items"]]


async def test_the_step_shows_the_seat_that_routing_chose(who: As, world: World) -> None:
    _, path = await f.accepted(who, world, await f.a_referral(who, world))
    await f.problems(who, path, "musculoskeletal", demanding=True)
    await f.an_assessment(who, path, "physician_assessment")
    steps = (await get(who("nurse"), f"/v1/pathways/{path['id']}"))["steps"]
    assert [s["ownerRole"] for s in steps if s["kind"] == "physician_visit"] == ["physician_msk_somatic"]


async def test_what_came_to_the_nurse_first_is_not_completed_by_the_nurse(who: As, world: World) -> None:
    """A physician's assessment that nobody may be given yet waits; the nurse decides, and does not write it (C-16)."""
    _, path = await f.accepted(who, world, await f.a_referral(who, world))
    asked = await f.an_assessment(who, path, "physician_assessment")
    findings = {"conclusion": "remaining_work_ability_stated", "physician": {"findings": "x"}}
    done = await act(who("nurse"), f"/v1/assessments/{asked['id']}/complete", findings, asked)
    assert code(done) == (403, "not_your_work")
    assert action(asked, "complete")["allowed"] is False


async def test_a_team_without_municipalities_takes_a_referral_without_one(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """Work that a team has stays with its named people, and the decision invents no municipality (C-37)."""
    made = {"code": "travelling", "name": "Liikkuva tiimi", "template": "coordinator_only", "municipalities": []}
    team = ok(await act(who("lead"), "/v1/teams", made))
    sent = await f.a_referral(who, world, client={k: v for k, v in f.person().items() if k != "municipality"})
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("nurse"), path)
    moved = ok(await act(who("nurse"), f"{path}/redirect", {"teamId": team["id"], "reason": "no_team_yet"}, seen))
    assert moved["teamId"] == team["id"]
    # Nobody of Heinola sees the other team's decision: it is read below the API.
    await connection.execute(text("SET LOCAL ROLE NONE"))
    newest = "SELECT facts ->> 'municipality', alarm FROM routing_decisions WHERE subject_id = :id AND team_id = :team"
    rows = (await connection.execute(text(newest), {"id": sent["id"], "team": team["id"]})).all()
    assert [tuple(row) for row in rows] == [(None, True)]
