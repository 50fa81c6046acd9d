"""A path of each shipped template, from the referral through its own steps to the outcome, the feedback and the end."""

from __future__ import annotations

import pytest

from app.path_templates.rules import newest, templates
from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, code, get, ok
from tests.world import World

# Where the client lives decides the team: Heinola, Hollola (a health and social services centre) or Padasjoki, whose
# light team has no health seat.
TOWNS = {"nurse": "111", "hollola_nurse": "098", "padasjoki_coordinator": "576"}
# Who walks it, what is asked for on acceptance (None: what fits the team), what is not walked, and where it leads.
STORIES: dict[str, tuple[str, str | None, set[str], str]] = {
    "heinola": ("nurse", None, {"further_examinations"}, "rehabilitation"),
    "work_ability_client": ("hollola_nurse", None, {"functional_tests"}, "studies"),
    "work_ability_outside_work_life": (
        "hollola_nurse", "work_ability_outside_work_life", {"physician_visit", "functional_tests"},
        "social_rehabilitation",
    ),
    "job_coaching": ("nurse", "job_coaching", {"job_coaching"}, "group_employment"),
    "rehabilitative_work_activity": ("nurse", "rehabilitative_work_activity", set(), "rehabilitative_work_activity"),
    "coordinator_episode": ("padasjoki_coordinator", "coordinator_episode", {"network_meeting"}, "work_trial"),
    "small_municipality": ("nurse", "small_municipality", {"physician_visit", "work_trial"}, "continues_as_jobseeker"),
    "small_municipality_light": ("padasjoki_coordinator", None, {"fitness_test"}, "work_trial"),
}  # fmt: skip


SCORES = {"start_score": "start", "end_score": "end"}


async def begun(who: As, world: World, by: str, asked: str | None) -> tuple[Json, Json]:
    given = {"template": asked} if asked else {}
    return await f.accepted(who, world, by=by, given=given, client=f.person(municipality=TOWNS[by]))


async def walked(who: As, by: str, path: Json, left_out: set[str]) -> None:
    """Every step of one's own in its order; scores, the outcome and the feedback are recorded, not ticked."""
    for step in path["steps"]:
        if step["kind"] in SCORES:
            said = {"moment": SCORES[step["kind"]], "score": 5, "askedHow": "in_person"}
            ok(await act(who(by), f"/v1/pathways/{path['id']}/scores", said))
        elif step["kind"] not in ("outcome", "feedback"):
            verb, body = ("skip", {"reason": "not_needed"}) if step["kind"] in left_out else ("complete", {})
            ok(await act(who(by), f"/v1/pathway-steps/{step['id']}/{verb}", body, step))


async def ended(who: As, by: str, seen: Json, path: Json, outcome: str) -> Json:
    at = f"/v1/pathways/{path['id']}"
    path = await f.reread(who(by), path)
    path = ok(await act(who(by), f"{at}/record-outcome", {"code": outcome}, path))
    assert code(await act(who(by), f"{at}/close", {"reason": "plan_completed"}, path)) == (409, "feedback_owed")
    ok(await f.told(who, seen, by=by))
    return ok(await act(who(by), f"{at}/close", {"reason": "plan_completed"}, await f.reread(who(by), path)))


def test_there_is_a_story_of_each() -> None:
    assert STORIES.keys() == {name for name, _ in templates()}


@pytest.mark.parametrize("name", STORIES)
async def test_a_path_from_the_referral_to_its_end(who: As, world: World, name: str) -> None:
    by, asked, left_out, outcome = STORIES[name]
    template = newest(name)
    assert template is not None
    seen, path = await begun(who, world, by, asked)
    assert (path["template"], path["templateVersion"]) == (name, template.version)
    assert [one["kind"] for one in path["steps"]] == [one.kind for one in template.steps]
    assert all(one["purpose"] for one in path["steps"])
    assert left_out <= {one.kind for one in template.steps if one.optional}
    booked = path["nextAction"] == "Book the health check"
    assert booked is (template.steps[0].kind == "health_check")
    assert booked or path["nextAction"].endswith(path["steps"][0]["label"])
    assert path["nextActionOn"] == path["steps"][0]["dueOn"]
    await walked(who, by, path, left_out)
    closed = await ended(who, by, seen, path, outcome)
    states = {one["kind"]: one["state"] for one in closed["steps"]}
    assert {kind for kind, state in states.items() if state != "done"} == left_out
    assert (closed["state"], [one["code"] for one in closed["outcomes"]]) == ("closed", [outcome])
    told = await get(who("employment"), f"/v1/referrals/{seen['id']}")
    assert (told["status"], told["nextIs"]) != (seen["status"], "feedback_due")


async def test_a_consultation_that_happens_once_needs_no_score(who: As, world: World) -> None:
    """C-27: the scores belong to an episode; they are left out with a reason, and the path still ends."""
    by = "padasjoki_coordinator"
    seen, path = await begun(who, world, by, "coordinator_episode")
    at = f"/v1/pathways/{path['id']}"
    once = {"moment": "start", "missingBecause": "one_off_consultation"}
    wrong = ok(await act(who(by), f"{at}/scores", once))
    ok(await act(who(by), f"/v1/pathway-scores/{wrong['id']}/mark-entered-in-error", {"reason": "wrong_code"}))
    path = await f.reread(who(by), path)
    assert (path["scores"]["startMissingBecause"], path["scores"]["endMissingBecause"]) == (None, None)
    waiting = next(one for one in path["steps"] if one["kind"] == "need_assessment")
    assert f.action(waiting, "complete")["because"] == "start_score_missing"
    ok(await act(who(by), f"{at}/scores", once))
    path = await f.reread(who(by), path)
    assert {one["kind"] for one in path["steps"] if one["state"] == "skipped"} == SCORES.keys()
    left = {**path, "steps": [one for one in path["steps"] if one["state"] == "planned"]}
    await walked(who, by, left, {one["kind"] for one in left["steps"]} - {"need_assessment"})
    closed = await ended(who, by, seen, path, "return_to_referrer")
    assert [one["kind"] for one in closed["steps"] if one["state"] == "done"] == [
        "need_assessment", "outcome", "feedback",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "asked", "refusal"),
    [
        ("padasjoki_coordinator", "work_ability_client", (409, "no_health_data_here")),
        ("hollola_nurse", "heinola", (409, "template_not_for_team")),
        ("nurse", "our_own", (422, "template_not_in_force")),
    ],
)
async def test_a_template_that_the_team_does_not_take(
    who: As, world: World, by: str, asked: str, refusal: tuple[int, str]
) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality=TOWNS[by]))
    seen = await get(who(by), f"/v1/referrals/{sent['id']}")
    answer = await act(who(by), f"/v1/referrals/{sent['id']}/accept", {"template": asked}, seen)
    assert code(answer) == refusal
    assert (await get(who(by), f"/v1/referrals/{sent['id']}"))["status"] == "received"
