"""A move by hand: a reason where it is otherwise than the rules, and what is told of work that no rule gives."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import CODE_WITHIN, LACKS, act, action, code, get, identity_code, ok, pointer
from tests.handovers.test_plans import LATE, TODAY, TOMORROW, a_nurse_with_work, moves, name, period
from tests.handovers.test_work import Json, as_owner, work_of
from tests.world import World

COORDINATOR = "work_ability_coordinator"
MENTAL, MSK = "physician_mental_substance_neuro", "physician_msk_somatic"


async def a_physicians_work(who: As, world: World) -> tuple[Json, str]:
    """An assessment with the physician of the mind, and the move that gives it to the other one."""
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "mental_health")
    asked = await f.an_assessment(who, path, "physician_assessment")
    item = await work_of(who, asked)
    person = str(world.persons["physician_msk"])
    return {"workItemId": item["id"], "version": item["version"], "personId": person, "seatRole": MSK}, person


async def moved(who: As, world: World, *given: Json, cause: str = "rules", by: str = "lead") -> Any:
    return await act(who(by), f"/v1/teams/{world.team}/reroutes", {"cause": cause, "moves": list(given)})


async def test_another_physician_than_the_rules_say_needs_a_reason(
    who: As, world: World, connection: AsyncConnection
) -> None:
    move, person = await a_physicians_work(who, world)
    refused = await moved(who, world, move)
    assert (code(refused), pointer(refused)) == ((422, "reason_missing"), "/body/moves/0/reason")
    assert refused.json()["workItemId"] == move["workItemId"]
    other = await moved(who, world, {**move, "reason": "other"})
    assert (code(other), pointer(other)) == ((422, "words_missing"), "/body/moves/0/words")
    named = await moved(who, world, {**move, "reason": "other", "words": f"As {identity_code()}"})
    assert (code(named), pointer(named)) == (CODE_WITHIN, "/body/moves/0/words")
    assert code(await moved(who, world, {**move, "reason": "whim"})) == (422, "invalid_request")
    done = ok(await moved(who, world, {**move, "reason": "other", "words": "Knows the back."}))["moved"][0]
    assert (done["holderId"], done["seatRole"]) == (person, MSK)
    at = f"/v1/routing-decisions/{done['decisionId']}"
    kept = await get(who("nurse"), at)
    assert (kept["cause"], kept["overrideReason"], kept["overrideWords"]) == ("rules", "other", "Knows the back.")
    assert kept["rule"] == "demanding_mental_substance_neuro", "the rule that was overridden"
    said = await get(who("nurse"), f"{at}/why-not", seatRole=MENTAL)
    assert said["because"] == "human_chose"
    told = await get(who("nurse"), f"{at}/why")
    assert (told["override"]["code"], told["candidates"][0]["reason"]) == ("other", "override")


async def test_what_the_rules_say_needs_no_reason(who: As, world: World) -> None:
    """Nor does a part of a preview, where those before it are left out."""
    _, path = await f.accepted(who, world)
    await name(who, world, COORDINATOR, "nurse_deputy")
    for _ in range(12):
        await f.an_assessment(who, path, "coordination")
    first = str(world.persons["coordinator"])
    ok(await act(who("lead"), "/v1/absences", {"personId": first, "firstOn": TODAY, "lastOn": LATE}))
    body = {"cause": "absence", "personId": first}
    plan = ok(await act(who("lead"), f"/v1/teams/{world.team}/reroute-previews", body))
    listed = moves(plan)
    assert len({m["personId"] for m in listed}) == 2, "both of the others are proposed"
    later = next(m for m in listed if m["personId"] != listed[0]["personId"])
    done = ok(await moved(who, world, {**later, "reason": "workload"}, cause="absence"))["moved"][0]
    kept = await get(who("nurse"), f"/v1/routing-decisions/{done['decisionId']}")
    assert (kept["holderId"], kept["overrideReason"]) == (later["personId"], None), "the rules said the same"
    told = await get(who("nurse"), f"/v1/routing-decisions/{done['decisionId']}/why")
    assert [c["reason"] for c in told["candidates"] if c["chosen"]] == ["human_choice"]


async def test_who_declined_is_given_it_by_a_human_and_keeps_it(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    asked = await f.an_assessment(who, path, "coordination")
    item = await work_of(who, asked)
    first = next(p for p in ("coordinator", "coordinator_two") if str(world.persons[p]) == item["holderId"])
    declined = f"/v1/work-items/{item['id']}/decline"
    for by_move in (False, True):
        holder = item["holderId"]
        item = ok(await act(who(first), declined, {"reason": "no_time"}, item))
        assert item["holderId"] != holder
        if by_move:
            move = {"workItemId": item["id"], "version": item["version"], "personId": holder, "reason": "client_wish"}
            ok(await moved(who, world, move, cause="room"))
        else:
            row = await get(who("nurse"), f"/v1/assessments/{asked['id']}")
            given = {"seatRole": COORDINATOR, "personId": holder, "reason": "client_wish"}
            ok(await act(who("nurse"), f"/v1/assessments/{asked['id']}/assign", given, row))
        item = await work_of(who, asked)
        again = f"/v1/work-items/{item['id']}/route-again"
        item = ok(await act(who("nurse"), again, {"cause": "facts"}, item))["work"]
        assert item["holderId"] == holder, f"{by_move=}: what a human chose is not undone"


async def test_work_in_a_queue_has_no_holder_to_ask(who: As, world: World, connection: AsyncConnection) -> None:
    await as_owner(
        connection, "UPDATE seats SET max_open = 0 WHERE id = :id", id=world.seats["unemployed_health_nurse"]
    )  # fmt: skip
    item = await work_of(who, await f.a_referral(who, world))
    assert item["holderId"] is None
    for verb, body in (("confirm", None), ("decline", {"reason": "no_time"})):
        refused = await act(who("nurse"), f"/v1/work-items/{item['id']}/{verb}", body, item)
        assert code(refused) == (409, "nobody_has_it")
        assert "holder" not in refused.json()["detail"]
        assert "routed again" in action(item, verb)["remedy"]


async def test_decisions_that_no_rule_made_are_told(who: As, world: World) -> None:
    """The path and the feedback owed, handed over: asked why, why not, and simulated."""
    seen, path, check = await a_nurse_with_work(who, world)
    await name(who, world, "unemployed_health_nurse", "physiotherapist")
    row = await period(who, world, "nurse", "unemployed_health_nurse")
    at, lead = f"/v1/holders/{row['id']}", who("lead")
    plan = ok(await act(lead, f"{at}/handover-preview", {"validTo": TOMORROW}))
    ok(await act(lead, f"{at}/handover", {"validTo": TOMORROW, "moves": moves(plan, note="Rings at ten.")}, row))
    for subject, kind, part in ((path, "pathway", "a human said"), (seen, "feedback", "responsible worker")):
        item = await work_of(who, subject, kind=kind)
        assert item["note"] == "Rings at ten."
        of = subject["id"] if kind == "pathway" else item["id"]
        [kept] = (await get(who("nurse"), "/v1/routing-decisions", subjectId=of))["items"]
        decision = f"/v1/routing-decisions/{kept['id']}"
        for language in ("fi", "sv", "en"):
            ok(await who("nurse").get(f"{decision}/why", headers={"Accept-Language": language}))
        told = await get(who("nurse"), f"{decision}/why")
        said = {step["code"]: step["text"] for step in told["told"]}
        assert list(said) == ["decision", "no_rule", "candidate", "cause", "author"]
        assert part in said["no_rule"]
        assert (told["rule"], told["facts"], told["earlierRules"]) == (None, [], [])
        assert (told["cause"]["text"], told["decidedBy"]) == ("the work was handed over", "Tuula Tammi")
        assert [c["name"] for c in told["candidates"]] == ["Fanni Forsman"]
        because = {
            persona: (await get(who("nurse"), f"{decision}/why-not", personId=str(world.persons[persona])))["because"]
            for persona in ("physiotherapist", "nurse_deputy", "social")
        }
        assert because == {
            "physiotherapist": "chosen", "nurse_deputy": "no_rule_gives_it", "social": "no_rule_gives_it",
        }  # fmt: skip
        answer = await get(who("nurse"), f"{decision}/why-not", seatRole=COORDINATOR)
        assert (answer["because"], answer["rules"]) == ("no_rule_gives_it", [])
        assert "No rule gives this work" in answer["text"]
    made = ok(await act(lead, f"/v1/teams/{world.team}/simulations", {}))
    rules_decided = (await get(who("nurse"), "/v1/routing-decisions", limit=200))["items"]
    assert made["before"]["cases"] == len({d["subjectId"] for d in rules_decided if d["facts"]})
    # The note of a check is of the health register: the next nurse reads it, the coordinator does not.
    item = await work_of(who, check)
    assert item["note"] == "Rings at ten."
    assert (await get(who("coordinator"), f"/v1/work-items/{item['id']}"))["note"] is None


async def test_one_plans_ones_own_absence_and_the_lead_saves_it(who: As, world: World) -> None:
    _, _, check = await a_nurse_with_work(who, world)
    body = {"personId": str(world.persons["nurse"]), "firstOn": TODAY, "lastOn": LATE}
    plans = ok(await act(who("nurse"), "/v1/absences/preview", body))["plans"]
    assert [p["teamId"] for p in plans] == [str(world.team)]
    assert check["id"] in [row["subjectId"] for row in plans[0]["items"]]
    assert code(await act(who("nurse"), "/v1/absences", body)) == LACKS
    others = {**body, "personId": str(world.persons["coordinator"])}
    assert code(await act(who("nurse"), "/v1/absences/preview", others)) == LACKS


async def test_who_handed_over_takes_nothing_new_and_is_told_so(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    row = await period(who, world, "nurse", "unemployed_health_nurse")
    at = f"/v1/holders/{row['id']}"
    plan = ok(await act(who("lead"), f"{at}/handover-preview", {"validTo": TOMORROW}))
    ok(await act(who("lead"), f"{at}/handover", {"validTo": TOMORROW, "moves": moves(plan)}, row))
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    mine = {"responsiblePersonId": str(world.persons["nurse"])}
    refused = await act(who("nurse"), f"/v1/referrals/{sent['id']}/accept", mine, seen)
    assert code(refused) == (409, "not_in_seat")
    assert "handed it over" in refused.json()["detail"]
