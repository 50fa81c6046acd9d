"""Decisions and rules over HTTP: who reads why, and that nothing of health shows to those outside it."""

from __future__ import annotations

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, LACKS, NOBODY, act, code, get, ok
from tests.world import World


async def test_who_may(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    [row] = (await get(who("nurse"), "/v1/routing-decisions", subjectId=sent["id"]))["items"]
    one = f"/v1/routing-decisions/{row['id']}"
    for path in (one, "/v1/routing-decisions"):
        assert code(await who("").get(path)) == NOBODY
        for persona in ("employment", "kela", "workshop", "ngo", "client", "dpo"):
            assert code(await who(persona).get(path)) == LACKS, persona
    for persona in ("hollola_nurse", "admin"):
        assert code(await who(persona).get(one)) == ABSENT, persona
        assert (await get(who(persona), "/v1/routing-decisions", count="true"))["count"] == 0
    for persona in ("nurse", "coordinator", "physician_msk", "lead"):
        assert await get(who(persona), one) == row, persona
    assert code(await who("").get("/v1/routing-rule-sets")) == NOBODY
    assert code(await who("client").get("/v1/routing-rule-sets")) == LACKS


async def test_a_decision_explains_itself(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    [row] = (await get(who("nurse"), "/v1/routing-decisions", subjectId=sent["id"]))["items"]
    assert (row["ruleSet"], row["ruleSetVersion"], row["rule"], row["outcome"]) == (
        "heinola",
        1,
        "referral_triage",
        "assigned",
    )
    assert (row["holderName"], row["seatRole"], row["teamId"]) == (
        "Hanna Harju", "unemployed_health_nurse", str(world.team),
    )  # fmt: skip
    assert row["facts"]["municipality"] == "111"
    assert [(r["name"], r["reason"]) for r in row["rejected"]] == [("Niina Niemi", "deputy_not_needed")]
    assert all("Hanna Harju" in said for said in row["explanation"].values())
    assert len(set(row["explanation"].values())) == 3
    rules = (await get(who("kela"), "/v1/routing-rule-sets"))["items"]
    named = next(
        r for s in rules if (s["code"], s["number"]) == ("heinola", 1) for r in s["rules"] if r["id"] == row["rule"]
    )
    assert named["because"] == row["because"]


async def test_what_was_said_of_health_stays_in_health(who: As, world: World) -> None:
    """The reason why a physician was chosen is health data; that somebody has the work is not."""
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "substance_use")
    row = await f.an_assessment(who, path, "physician_assessment")
    asked = {"subjectId": row["id"], "count": "true"}
    assert (await get(who("nurse"), "/v1/routing-decisions", **asked))["count"] == 1
    for persona in ("coordinator", "social", "lead"):
        listed = await who(persona).get("/v1/routing-decisions", params={"clientId": path["clientId"], "count": "true"})
        assert "substance_use" not in listed.text
        assert [d["rule"] for d in listed.json()["items"]] == ["referral_triage"], persona
        assert code(await who(persona).get(f"/v1/routing-decisions/{row['decisionId']}")) == ABSENT


async def test_an_absent_holder_is_named_with_the_date(who: As, world: World) -> None:
    absence = {"personId": str(world.persons["nurse"]), "firstOn": "2026-11-23", "lastOn": "2026-11-27"}
    ok(await act(who("lead"), "/v1/absences", absence))
    sent = await f.a_referral(who, world)
    [row] = (await get(who("nurse"), "/v1/routing-decisions", subjectId=sent["id"]))["items"]
    assert (row["holderName"], row["onBehalfOfId"]) == ("Niina Niemi", str(world.persons["nurse"]))
    assert [(r["name"], r["reason"], r["until"]) for r in row["rejected"]] == [("Hanna Harju", "absent", "2026-11-27")]
    told = ok(await act(who("employment"), "/v1/referrals/preflight", f.referral(world)))
    assert told["taker"]["person"] == "Niina Niemi"
