"""Onward to another team of the area (C-25): by a coordinator, on the client's permission, with nothing asked twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, MALFORMED, NOBODY, TOO_LATE, act, code, get, ok, pointer
from tests.world import World

REASON = "Moves to Hollola in January; the support goes on there."


async def hollola(who: As) -> str:
    teams = (await get(who("nurse"), "/v1/directory"))["teams"]
    return str(next(team["id"] for team in teams if team["code"] == "hollola"))


async def onward(who: As, path: f.Json, persona: str = "coordinator", **over: Any) -> Any:
    body = {"teamId": await hollola(who), "reason": REASON, **over}
    return await act(who(persona), f"/v1/pathways/{path['id']}/onward-referrals", body)


async def test_the_whole_way(who: As, world: World) -> None:
    criteria = {"answers": {"unemployed_or_at_risk": "yes"}}
    first, path = await f.accepted(
        who, world, client=f.person(identityCode=f.AINO), barriers=["barrier_health"], criteria=criteria
    )
    assert f.action(path, "refer_onward")["allowed"] is True
    sent = ok(await onward(who, path))
    assert (sent["source"], sent["originPathwayId"], sent["view"]) == ("coordinator", path["id"], "sender")
    assert (sent["status"], sent["senderPersonId"]) == ("received", str(world.persons["coordinator"]))
    there = f"/v1/referrals/{sent['id']}"
    seen = await get(who("hollola_nurse"), there)
    assert (seen["owner"]["name"], seen["view"], seen["clientId"]) == ("Helmi Hollo", "team", first["clientId"])
    assert (seen["unemploymentDays"], seen["barriers"], seen["criteriaAnswers"]) == (
        305, ["barrier_health"], {"unemployed_or_at_risk": "yes"},
    )  # fmt: skip
    assert seen["person"]["identityCodeMasked"] == "010100A****"
    consents = (await get(who("nurse"), f"/v1/clients/{first['clientId']}/consents"))["items"]
    assert len(consents) == 1, "it rests on the permission there was"
    # The other team decides, and its feedback comes back to the coordinator.
    _, theirs = await f.accepted(who, world, sent, by="hollola_nurse")
    assert theirs["id"] != path["id"]
    theirs = ok(
        await act(who("hollola_nurse"), f"/v1/pathways/{theirs['id']}/record-outcome", {"code": "studies"}, theirs)
    )
    [answered] = theirs["referrals"]
    assert (answered["referralId"], answered["source"], answered["feedback"]) == (sent["id"], "coordinator", "owed")
    ok(await f.told(who, sent, by="hollola_nurse", body="She begins her studies in Lahti."))
    mine = await get(who("coordinator"), there)
    assert mine["feedback"]["state"] == "given"
    heard = (await get(who("coordinator"), f"{there}/feedback"))["items"]
    assert heard[0]["body"] == "She begins her studies in Lahti."
    ok(await act(who("coordinator"), f"{there}/acknowledge-feedback", {}, mine))
    # The path here goes on.
    assert (await f.reread(who("coordinator"), path))["state"] == "active"


async def test_what_is_said_anew_goes_before_what_is_known(who: As, world: World) -> None:
    _, path = await f.accepted(who, world, hopedFor="Half days.", reachWhen="mornings")
    given: dict[str, Any] = {
        "unemploymentDays": 0, "barriers": [], "hopedFor": "Studies.",
        "criteria": {"answers": {"client_agrees": "yes"}}, "urgency": "urgent", "askedFor": "coordination",
    }  # fmt: skip
    seen = ok(await onward(who, path, **given))
    assert {name: seen[name] for name in given if name != "criteria"} == {
        k: v for k, v in given.items() if k != "criteria"
    }
    assert (seen["criteriaAnswers"], seen["reachWhen"]) == ({"client_agrees": "yes"}, "mornings")


async def test_needs_no_physician_and_no_health_register(who: As, world: World) -> None:
    """Anybody of the path's team whose role refers (C-26)."""
    _, path = await f.accepted(who, world)
    for persona, source in (
        ("nurse", "nurse"),
        ("social", "social_services_working_age"),
        ("coordinator", "coordinator"),
    ):
        assert ok(await onward(who, path, persona))["source"] == source


async def test_who_may_not(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    for persona, refusal in (
        ("", NOBODY), ("lead", LACKS), ("admin", LACKS), ("employment", ABSENT), ("client", ABSENT),
        ("hollola_nurse", ABSENT), ("ngo", ABSENT),
    ):  # fmt: skip
        assert code(await onward(who, path, persona)) == refusal, persona


async def test_where_it_cannot_go(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    for team in (str(world.team), str(world.organisations["kela"])):
        refused = await onward(who, path, teamId=team)
        assert (code(refused), pointer(refused)) == ((422, "unknown_team"), "/body/teamId")
    assert code(await onward(who, path, reason=f"as {f.AINO} asked")) == CODE_WITHIN
    assert code(await onward(who, path, client=f.person())) == MALFORMED
    sent = ok(await onward(who, path))
    again = await onward(who, path)
    assert (code(again), again.json()["referralId"]) == ((409, "already_referred"), sent["id"])
    ok(await onward(who, path, allowDuplicate=True))


@pytest.mark.parametrize("kind", ["refusal", "prohibition"])
async def test_it_rests_on_the_clients_permission(who: As, world: World, kind: str) -> None:
    seen, path = await f.accepted(who, world)
    no = f.consent(world, "area", kind=kind)
    ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", no))
    refused = await onward(who, path)
    assert code(refused) == (409, "consent_missing")
    told = refused.json()
    assert (told["recipients"], told["purpose"]) == ([str(world.organisations["area"])], "work_ability_assessment")
    assert set(told["dataClasses"]) <= {"participation", "referral_reason"}
    if kind == "refusal":
        ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", f.consent(world, "area")))
        assert ok(await onward(who, path))["status"] == "received"


async def test_from_a_closed_path_nothing_goes_on(who: As, world: World) -> None:
    _, path = await f.closed(who, world)
    assert code(await onward(who, path)) == TOO_LATE


async def test_the_other_teams_running_path_is_shown_and_joined(who: As, world: World) -> None:
    """C-36: no second path beside the one that runs there."""
    aino = f.person(identityCode=f.AINO, municipality="098")
    _, theirs = await f.accepted(who, world, client=aino, sender="kela", by="hollola_nurse")
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    sent = ok(await onward(who, path))
    assert sent["runningPathwayId"] is None
    there = f"/v1/referrals/{sent['id']}"
    seen = await get(who("hollola_nurse"), there)
    assert seen["runningPathwayId"] == theirs["id"]
    assert code(await act(who("hollola_nurse"), f"{there}/accept", {}, seen)) == (409, "path_running")
    joined = ok(await act(who("hollola_nurse"), f"{there}/accept", {"joinPathwayId": theirs["id"]}, seen))
    assert [r["source"] for r in joined["referrals"]] == ["kela", "coordinator"]
