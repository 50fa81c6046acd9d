"""The plan of a path: barriers, goals, small steps; who reads which words, and who may add."""

from __future__ import annotations

import pytest

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, NOBODY, STALE, TOO_LATE, UNTAGGED, act, code, get, ok, pointer
from tests.plans.cases import a_follow_up, a_path, put
from tests.world import World

HEALTH_WORDS, SOCIAL_WORDS = "Back pain since spring.", "Debts with the landlord."


async def test_who_may(who: As, world: World) -> None:
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}"
    barrier = {"barrier": "barrier_skills", "agreedWithClient": True}
    for where, body in (("barriers", barrier), ("small-steps", {"words": "x"})):
        assert code(await act(who(""), f"{here}/{where}", body)) == NOBODY
        assert code(await act(who("lead"), f"{here}/{where}", body)) == LACKS
        assert code(await act(who("employment"), f"{here}/{where}", body)) == LACKS
        assert code(await act(who("hollola_nurse"), f"{here}/{where}", body)) == ABSENT
    assert code(await act(who("client"), f"{here}/barriers", barrier)) == LACKS
    for where in ("plan", "plan-text"):
        assert code(await who("").get(f"{here}/{where}")) == NOBODY
        for persona in ("employment", "kela", "admin", "dpo"):
            assert code(await who(persona).get(f"{here}/{where}")) == LACKS, persona
        assert code(await who("hollola_nurse").get(f"{here}/{where}")) == ABSENT


async def test_a_senders_barriers_are_suggestions_and_nothing_more(who: As, world: World) -> None:
    path = await a_path(who, world)
    plan = await get(who("nurse"), f"/v1/pathways/{path['id']}/plan")
    assert [b["barrier"] for b in plan["barriers"]] == [
        "barrier_health", "barrier_social", "barrier_motivation", "barrier_financial", "barrier_skills",
    ]  # fmt: skip
    assert [len(b["suggestedBy"]) for b in plan["barriers"]] == [1, 0, 0, 0, 1]
    assert plan["barriers"][0]["suggestedBy"][0]["source"] == "employment_authority"
    assert {str(b["now"]) for b in plan["barriers"]} == {"None"}


async def test_a_barrier_over_time(who: As, world: World) -> None:
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}"
    eased = {"barrier": "barrier_skills", "standing": "eased", "agreedWithClient": True}
    assert code(await act(who("nurse"), f"{here}/barriers", eased)) == (409, "barrier_not_recorded")
    first = await put(who, path, "barriers", barrier="barrier_skills", agreedWithClient=False, recordedOn="2026-11-20")
    assert (first["standing"], first["author"], first["words"]) == ("present", "Hanna Harju", None)
    await put(who, path, "barriers", "coordinator", **eased, words="Passed the hygiene test.")
    skills = (await get(who("nurse"), f"{here}/plan"))["barriers"][4]
    assert [(r["standing"], r["agreedWithClient"]) for r in skills["history"]] == [("eased", True), ("present", False)]
    assert skills["now"] == skills["history"][0]
    assert skills["now"]["words"] == "Passed the hygiene test."
    refused = await act(who("nurse"), f"{here}/barriers", eased | {"recordedOn": "2026-11-24"})
    assert (code(refused), pointer(refused)) == ((422, "not_yet"), "/body/recordedOn")
    assert code(await act(who("nurse"), f"{here}/barriers", eased | {"words": "He is 010190-900P."})) == CODE_WITHIN
    # An earlier day told later does not become how it is now.
    await put(who, path, "barriers", barrier="barrier_skills", agreedWithClient=True, recordedOn="2026-11-01")
    assert (await get(who("nurse"), f"{here}/plan"))["barriers"][4]["now"]["standing"] == "eased"


async def test_the_code_is_the_teams_and_the_words_are_the_registers(who: As, world: World) -> None:
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}"
    await put(who, path, "barriers", barrier="barrier_health", agreedWithClient=True, words=HEALTH_WORDS)
    await put(who, path, "barriers", "social", barrier="barrier_social", agreedWithClient=True, words=SOCIAL_WORDS)
    said = {
        persona: [b["now"]["words"] for b in (await get(who(persona), f"{here}/plan"))["barriers"][:2]]
        for persona in ("nurse", "social", "coordinator", "lead", "client")
    }
    assert said == {
        "nurse": [HEALTH_WORDS, None],
        "social": [None, SOCIAL_WORDS],
        "coordinator": [None, None],
        "lead": [None, None],
        "client": [HEALTH_WORDS, SOCIAL_WORDS],
    }
    text = (await get(who("coordinator"), f"{here}/plan-text"))["text"]
    assert HEALTH_WORDS not in text
    assert SOCIAL_WORDS not in text
    other = {"barrier": "barrier_health", "agreedWithClient": True, "words": "x"}
    assert code(await act(who("coordinator"), f"{here}/barriers", other)) == (403, "other_register")
    ok(await act(who("coordinator"), f"{here}/barriers", {k: v for k, v in other.items() if k != "words"}))


async def test_a_goal_ends_once(who: As, world: World) -> None:
    path = await a_path(who, world)
    goals = [{"description": text, "agreedWithClient": True} for text in ("Mornings.", "Driving licence.", "Choir.")]
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/agree-plan", {"goals": goals}, path))
    assert [g["state"] for g in path["goals"]] == ["open", "open", "open"]
    ids = {goal["description"]: goal["id"] for goal in path["goals"]}
    reached, changed, dropped = (f"/v1/goals/{ids[text]}/mark" for text in ("Mornings.", "Driving licence.", "Choir."))
    done = {"ending": "reached", "markedOn": "2026-11-20", "words": "Every morning."}
    assert code(await act(who("nurse"), reached, done)) == UNTAGGED
    assert code(await act(who("nurse"), reached, done, {"version": 1})) == STALE
    assert code(await act(who("client"), reached, done, path)) == LACKS
    assert code(await act(who("hollola_nurse"), reached, done, path)) == ABSENT
    plan = ok(await act(who("nurse"), reached, done, path))
    now = {"version": plan["pathwayVersion"]}
    assert now["version"] > path["version"]
    assert code(await act(who("nurse"), reached, done, now)) == (409, "goal_ended")
    for body in ({"ending": "changed"}, {"ending": "dropped", "newDescription": "Another."}):
        assert code(await act(who("nurse"), changed, body, now)) == (422, "new_goal_missing")
    assert code(await act(who("nurse"), dropped, done | {"markedOn": "2026-12-20"}, now)) == (422, "not_yet")
    plan = ok(await act(who("nurse"), changed, {"ending": "changed", "newDescription": "Bus alone."}, now))
    plan = ok(await act(who("nurse"), dropped, {"ending": "dropped"}, {"version": plan["pathwayVersion"]}))
    now_is = {goal["description"]: goal for goal in plan["goals"]}
    assert {text: goal["state"] for text, goal in now_is.items()} == {
        "Mornings.": "reached", "Driving licence.": "changed", "Choir.": "dropped", "Bus alone.": "open",
    }  # fmt: skip
    assert now_is["Mornings."]["markedOn"] == "2026-11-20"
    assert now_is["Mornings."]["markedWords"] == "Every morning."
    assert now_is["Driving licence."]["replacedById"] == now_is["Bus alone."]["id"]
    assert (await f.reread(who("client"), path))["goals"] == plan["goals"]


@pytest.mark.parametrize("by", ["client", "nurse", "coordinator"])
async def test_a_small_step_is_the_clients_or_the_teams(who: As, world: World, by: str) -> None:
    path = await a_path(who, world)
    step = await put(who, path, "small-steps", by, words="Went swimming.", takenOn="2026-11-22")
    assert (step["byClient"], step["authorId"] is None) == (by == "client", by == "client")
    plan = await get(who("client"), f"/v1/pathways/{path['id']}/plan")
    assert plan["smallSteps"] == [step]
    assert [a["action"] for a in plan["allowedActions"] if a["allowed"]] == ["add_small_step"]
    wrong = {"words": "x", "goalId": world.team.hex}
    here = f"/v1/pathways/{path['id']}/small-steps"
    assert code(await act(who(by), here, wrong)) == (422, "unknown_goal")
    assert code(await act(who(by), here, {"words": "x", "takenOn": "2026-11-24"})) == (422, "not_yet")
    assert code(await act(who(by), here, {"words": "x"}, headers={"If-Match": "*"})) == (201, "-")


async def test_an_ended_path_takes_no_more(who: As, world: World) -> None:
    _, path = await f.closed(who, world, client=f.person(identityCode=f.AINO))
    here = f"/v1/pathways/{path['id']}"
    barrier = {"barrier": "barrier_skills", "agreedWithClient": True}
    assert code(await act(who("nurse"), f"{here}/barriers", barrier)) == TOO_LATE
    for persona in ("nurse", "client"):
        assert code(await act(who(persona), f"{here}/small-steps", {"words": "x"})) == TOO_LATE
    plan = await get(who("nurse"), f"{here}/plan")
    assert {a["because"] for a in plan["allowedActions"]} == {"illegal_move"}


async def test_the_lead_reads_what_may_not_be_added(who: As, world: World) -> None:
    path = await a_path(who, world)
    plan = await get(who("lead"), f"/v1/pathways/{path['id']}/plan")
    assert {(a["allowed"], a["because"]) for a in plan["allowedActions"]} == {(False, "missing_permission")}


async def test_the_plan_as_words(who: As, world: World) -> None:
    path = await a_path(who, world)
    goals = {**f.plan(), "strengths": "Patient.", "commitment": "Comes twice a week."}
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/agree-plan", goals, path))
    await put(who, path, "barriers", barrier="barrier_financial", agreedWithClient=False)
    await put(who, path, "small-steps", words="Went swimming.", takenOn="2026-11-22")
    await a_follow_up(who, path, party="kela", everyWeeks=4, untilOn="2027-06-01", channel="phone")
    answer = await who("client").get(f"/v1/pathways/{path['id']}/plan-text", headers={"Accept-Language": "fi"})
    assert ok(answer)["language"] == "fi"
    for line in (
        "Yhteinen suunnitelma",
        "- Three mornings a week out of the house. (avoin)",
        "- Patient.",
        "- Comes twice a week.",
        "- taloudelliset tekijät (esteenä 23.11.2026, ei sovittu asiakkaan kanssa)",
        "- 22.11.2026 Went swimming.",
        "- 1.12.2026 Kela: Asks how it goes.; sovittu; puhelin; 4 viikon välein 1.6.2027 asti",
    ):
        assert line in answer.json()["text"].splitlines(), line
