"""Outcomes against the agreed goals, what was recorded wrongly, and the score of an episode."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.codesets import Code
from app.path_templates import rules as templates
from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, STALE, UNTAGGED, Json, act, code, get, ok, pointer
from tests.plans.cases import a_path
from tests.world import World

GOALS = {"goals": [{"description": text, "agreedWithClient": True} for text in ("Mornings.", "Choir.")]}


async def with_goals(who: As, world: World) -> tuple[Json, list[str]]:
    path = await a_path(who, world)
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/agree-plan", GOALS, path))
    return path, [goal["id"] for goal in path["goals"]]


async def test_several_outcomes_and_how_far_each_goal_came(who: As, world: World) -> None:
    path, goals = await with_goals(who, world)
    record = f"/v1/pathways/{path['id']}/record-outcome"
    came = {"goalId": goals[0], "achievement": "improving", "agreedWithClient": True, "words": "Most mornings."}
    said = {
        "code": "rehabilitation", "subtype": "vocational", "startsOn": "2027-01-04", "agreedWithClient": True,
        "workAbility": "Half days.", "goals": [came],
    }  # fmt: skip
    path = ok(await act(who("nurse"), record, said, path))
    path = ok(await act(who("coordinator"), record, {"code": "studies"}, path))
    first, second = path["outcomes"]
    assert (first["subtype"], first["startsOn"], first["agreedWithClient"]) == ("vocational", "2027-01-04", True)
    assert (second["code"], second["subtype"], second["agreedWithClient"]) == ("studies", None, None)
    on = f"/v1/goals/{goals[0]}/achievements"
    newest = {"achievement": "achieved", "agreedWithClient": False}
    earlier = newest | {"achievement": "worsening", "assessedOn": "2026-11-01"}
    assert ok(await act(who("nurse"), on, newest))["label"] == "achieved"
    ok(await act(who("nurse"), on, earlier))
    shown = (await get(who("client"), f"/v1/pathways/{path['id']}"))["goals"]
    assert (shown[0]["achievement"]["achievement"], shown[0]["achievement"]["agreedWithClient"]) == ("achieved", False)
    assert shown[1]["achievement"] is None
    assert (await get(who("nurse"), f"/v1/pathways/{path['id']}/plan"))["goals"][0] == shown[0]
    assert code(await act(who("client"), on, newest)) == LACKS
    assert code(await act(who("hollola_nurse"), on, newest)) == ABSENT


async def test_what_an_outcome_cannot_be(
    who: As, world: World, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, goals = await with_goals(who, world)
    other = (await f.accepted(who, world))[1]
    record = f"/v1/pathways/{path['id']}/record-outcome"
    foreign = {"goalId": goals[0], "achievement": "achieved", "agreedWithClient": True}
    for where, tag, body, refusal, at in (
        (record, path, {"code": "moon"}, (422, "invalid_request"), "/body/code"),
        (record, path, {"code": "studies", "subtype": "social"}, (422, "subtype_not_of_code"), "/body/subtype"),
        (record, path, {"code": "studies", "workAbility": "He is 010190-900P."}, CODE_WITHIN, "/body/workAbility"),
        (record.replace(path["id"], other["id"]), other, {"code": "studies", "goals": [foreign]},
         (422, "goal_of_another_path"), "/body/goals/0/goalId"),
        (record, path, {"code": "studies", "goals": [foreign | {"assessedOn": "2027-01-01"}]},
         (422, "assessed_in_the_future"), "/body/goals/0/assessedOn"),
        (record, path, {"code": "studies", "goals": [foreign | {"words": "010190-900P"}]}, CODE_WITHIN,
         "/body/goals/0/words"),
    ):  # fmt: skip
        refused = await act(who("nurse"), where, body, tag)
        assert (code(refused), pointer(refused)) == (refusal, at)
    monkeypatch.setattr(Code, "is_valid", lambda one, on: one.code != "studies")
    assert code(await act(who("nurse"), record, {"code": "studies"}, path)) == (422, "code_not_in_force")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    for table in ("outcomes", "goal_achievements"):
        assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, "nothing half-done"
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_on_a_closed_path_nothing_is_recorded_and_mistakes_can_be_told(who: As, world: World) -> None:
    sent, path = await f.closed(who, world)
    at = f"/v1/pathways/{path['id']}"
    for where, body in (
        ("record-outcome", {"code": "studies"}),
        ("scores", {"moment": "end", "score": 5, "askedHow": "by_phone"}),
    ):
        assert code(await act(who("nurse"), f"{at}/{where}", body, path)) == (409, "path_closed")
    assert f.action(path, "record_outcome")["because"] == "path_closed"
    told = (await get(who("employment"), f"/v1/referrals/{sent['id']}/feedback"))["items"]
    mark = f"/v1/outcomes/{path['outcomes'][0]['id']}/mark-entered-in-error"
    wrong = {"reason": "wrong_client"}
    assert code(await act(who("nurse"), mark, wrong)) == UNTAGGED
    assert code(await act(who("nurse"), mark, wrong, {"version": 1})) == STALE
    assert code(await act(who("lead"), mark, wrong, path)) == LACKS
    assert code(await act(who("hollola_nurse"), mark, wrong, path)) == ABSENT
    path = ok(await act(who("nurse"), mark, wrong, path))
    assert (path["outcomes"][0]["code"], path["outcomes"][0]["enteredInErrorReason"]) != (None, None)
    assert code(await act(who("nurse"), mark, wrong, path)) == (409, "in_error_already")
    assert (await get(who("employment"), f"/v1/referrals/{sent['id']}/feedback"))["items"] == told


async def test_a_wrong_outcome_counts_no_more_and_the_duty_stays(who: As, world: World) -> None:
    """Feedback fell due with the outcome and stays due; the path does not close on a mistake."""
    path = await a_path(who, world)
    at = f"/v1/pathways/{path['id']}"
    path = ok(await act(who("nurse"), f"{at}/record-outcome", {"code": "pension"}, path))
    due = path["referrals"][0]["feedback"]
    mark = f"/v1/outcomes/{path['outcomes'][0]['id']}/mark-entered-in-error"
    path = ok(await act(who("nurse"), mark, {"reason": "wrong_code"}, path))
    assert path["referrals"][0]["feedback"] == due
    assert f.action(path, "close")["because"] == "outcome_missing"
    referral = f"/v1/referrals/{path['referrals'][0]['referralId']}"
    notice = await act(
        who("nurse"), f"{referral}/feedback", {"level": "closure_notice"}, await get(who("nurse"), referral)
    )
    assert code(notice) == (409, "feedback_too_early")
    path = ok(await act(who("nurse"), f"{at}/record-outcome", {"code": "studies"}, path))
    ok(await act(who("nurse"), f"{referral}/feedback", {"level": "closure_notice"}, await get(who("nurse"), referral)))
    assert f.action(await get(who("nurse"), at), "close")["allowed"]


@pytest.fixture
async def episode(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> Json:
    """A path that asks the score: its template says so."""
    asking = replace(templates.newest("heinola"), scores=True)  # type: ignore[type-var]
    monkeypatch.setattr(templates, "newest", lambda code: asking)
    return await a_path(who, world)


async def test_an_episode_asks_the_score_at_its_start_and_end(
    who: As, episode: Json, connection: AsyncConnection
) -> None:
    at, scores = f"/v1/pathways/{episode['id']}", f"/v1/pathways/{episode['id']}/scores"
    first = f"/v1/pathway-steps/{episode['steps'][0]['id']}/complete"
    assert code(await act(who("nurse"), first, {}, episode["steps"][0])) == (409, "start_score_missing")
    start = {"moment": "start", "score": 4, "askedHow": "in_person"}
    for body in (
        {"moment": "start"},
        {"moment": "start", "score": 4},
        start | {"missingBecause": "client_declined"},
        {"moment": "during", "missingBecause": "client_declined"},
    ):
        assert code(await act(who("coordinator"), scores, body)) == (422, "score_or_reason")
    assert code(await act(who("coordinator"), scores, start | {"score": 11})) == (422, "invalid_request")
    assert code(await act(who("social"), scores, start)) == (403, "score_not_yours")
    ok(await act(who("coordinator"), scores, start))
    done = ok(await act(who("nurse"), first, {}, episode["steps"][0]))
    assert (done["scores"]["start"], done["scores"]["end"], done["scores"]["change"]) == (4, None, None)
    path = ok(await act(who("nurse"), f"{at}/record-outcome", {"code": "studies"}, done))
    referral = f"/v1/referrals/{path['referrals'][0]['referralId']}"
    ok(await act(who("nurse"), f"{referral}/feedback", {"level": "closure_notice"}, await get(who("nurse"), referral)))
    path = await get(who("nurse"), at)
    remedy = f.action(path, "close")
    assert (remedy["because"], bool(remedy["remedy"])) == ("end_score_missing", True)
    close = {"reason": "plan_completed"}
    assert code(await act(who("nurse"), f"{at}/close", close, path)) == (409, "end_score_missing")
    async with connection.begin_nested() as nested:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        ending = "UPDATE pathways SET state = 'closed', closed_at = now(), closing_reason = 'x' WHERE id = :id"
        with pytest.raises(DBAPIError, match="the end score is missing"):
            await connection.execute(text(ending), {"id": episode["id"]})
        await nested.rollback()
    wrong = ok(await act(who("coordinator"), scores, {"moment": "end", "score": 9, "askedHow": "by_phone"}))
    mark = f"/v1/pathway-scores/{wrong['id']}/mark-entered-in-error"
    assert code(await act(who("social"), mark, {"reason": "wrong_code"})) == ABSENT
    ok(await act(who("coordinator"), mark, {"reason": "wrong_code"}))
    assert code(await act(who("coordinator"), mark, {"reason": "wrong_code"})) == (409, "in_error_already")
    assert code(await act(who("nurse"), f"{at}/close", close, path)) == (409, "end_score_missing")
    ok(await act(who("coordinator"), scores, {"moment": "end", "score": 6, "askedHow": "by_phone"}))
    listed = await get(who("client"), scores)
    assert (listed["short"]["change"], len(listed["items"])) == (2, 3)
    for persona, refusal in (("social", (403, "score_not_yours")), ("lead", (403, "score_not_yours")),
                             ("employment", LACKS), ("hollola_nurse", ABSENT)):  # fmt: skip
        assert code(await who(persona).get(scores)) == refusal
    seen = {
        persona: (await get(who(persona), at))["scores"] for persona in ("nurse", "coordinator", "client", "social")
    }
    assert [bool(shown) for shown in seen.values()] == [True, True, True, False]
    # Whoever closes may be somebody who does not read the score.
    path = await get(who("social"), at)
    assert ok(await act(who("social"), f"{at}/close", close, path))["state"] == "closed"


async def test_a_coded_reason_stands_for_a_score_and_other_paths_ask_none(
    who: As, world: World, episode: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = f"/v1/pathways/{episode['id']}/scores"
    ok(await act(who("coordinator"), scores, {"moment": "start", "missingBecause": "client_declined"}))
    step = episode["steps"][0]
    done = ok(await act(who("nurse"), f"/v1/pathway-steps/{step['id']}/complete", {}, step))
    assert (done["scores"]["start"], done["scores"]["startMissingBecause"]) == (None, "client_declined")
    monkeypatch.undo()
    other = (await f.accepted(who, world))[1]
    assert other["scores"] is None
    step = other["steps"][0]
    ok(await act(who("nurse"), f"/v1/pathway-steps/{step['id']}/complete", {}, step))
