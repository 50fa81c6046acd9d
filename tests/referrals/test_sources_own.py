"""A client refers themself, by their own login or on the phone: nothing typed twice, plain feedback (C-08)."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, MALFORMED, NOBODY, TOO_LATE, act, code, get, ok
from tests.world import World

OWN = "/v1/referrals/own"
REASON = "I have been without work since January, and my back hurts."


def mine(**over: Any) -> f.Json:
    return {"reason": REASON, "hopedFor": "Work that my back can take.", "unemploymentDays": 300, **over}


async def sent(who: As, **over: Any) -> f.Json:
    return ok(await act(who("client"), OWN, mine(**over)))


async def test_who_may(who: As, world: World) -> None:
    for path in (OWN, f"{OWN}/preflight"):
        assert code(await act(who(""), path, mine())) == NOBODY
        for persona in ("nurse", "employment", "ngo"):
            assert code(await act(who(persona), path, mine())) == (403, "not_a_client"), persona
        assert code(await act(who("admin"), path, mine())) == f.LACKS


async def test_it_lands_with_the_nurse_and_nothing_was_typed_twice(who: As, world: World) -> None:
    told = ok(await act(who("client"), f"{OWN}/preflight", mine()))
    assert (told["complete"], told["gaps"], told["taker"]["person"]) == (True, [], "Hanna Harju")
    referral = await sent(who, reachWhen="after noon")
    assert (referral["view"], referral["status"], referral["source"]) == ("client", "received", "self")
    assert (referral["senderOrganisationId"], referral["senderPersonId"]) == (None, None)
    assert referral["person"]["identityCodeMasked"] == "010100A****"
    assert (referral["person"]["givenName"], referral["person"]["phone"]) == ("Aino", "+358 50 000 0001")
    seen = await get(who("nurse"), f"/v1/referrals/{referral['id']}")
    assert (seen["clientId"], seen["owner"]["name"]) == (str(world.clients["aino"]), "Hanna Harju")
    assert (seen["hopedFor"], seen["reachWhen"]) == ("Work that my back can take.", "after noon")
    assert (seen["late"], seen["unemploymentDays"]) == (False, 300)
    assert [row["id"] for row in (await get(who("client"), "/v1/referrals"))["items"]] == [referral["id"]]
    for other in ("hollola_nurse", "employment", "ngo"):
        assert code(await who(other).get(f"/v1/referrals/{referral['id']}")) == ABSENT


async def test_what_would_help_is_told_in_words_for_a_client(who: As, world: World) -> None:
    told = ok(await act(who("client"), f"{OWN}/preflight", {"reason": REASON}))
    assert [(g["code"], g["pointer"], g["required"]) for g in told["gaps"]] == [
        ("unemployment_days_missing", "/body/unemploymentDays", False)
    ]
    client = await get(who("nurse"), f"/v1/clients/{world.clients['aino']}")
    gone = {"phone": None, "email": None, "municipality": None}
    headers = {"If-Match": f'"{client["version"]}"'}
    ok(await who("nurse").patch(f"/v1/clients/{client['id']}", json=gone, headers=headers))
    told = ok(await act(who("client"), f"{OWN}/preflight", mine()))
    assert [(g["code"], g["pointer"]) for g in told["gaps"]] == [
        ("contact_missing", "/body/phone"), ("municipality_missing", "/body/municipality"),
    ]  # fmt: skip
    referral = await sent(who, phone="+358 40 1234567", municipality="781")
    assert (referral["person"]["phone"], referral["person"]["municipality"]) == ("+358 40 1234567", "781")


async def test_once_and_again(who: As, world: World) -> None:
    first = await sent(who)
    again = await act(who("client"), OWN, mine())
    assert (code(again), again.json()["referralId"]) == ((409, "already_referred"), first["id"])
    told = ok(await act(who("client"), f"{OWN}/preflight", mine()))
    assert [row["referralId"] for row in told["duplicates"]] == [first["id"]]
    # The nurse who takes the same client's call is told of it, and not of what somebody else sent.
    call = f.referral(
        world, source="self", channel="phone", permission=None, client=None, clientId=str(world.clients["aino"])
    )
    repeated = await act(who("nurse"), "/v1/referrals", call)
    assert (code(repeated), repeated.json()["referralId"]) == ((409, "already_referred"), first["id"])
    assert (await sent(who, allowDuplicate=True))["id"] != first["id"]
    ok(await act(who("client"), f"/v1/referrals/{first['id']}/cancel", {}, first))


async def test_drafted_mended_sent_returned_mended_sent(who: As, world: World) -> None:
    draft = await sent(who, draft=True, reason="Later.")
    path = f"/v1/referrals/{draft['id']}"
    assert {a["action"]: a["allowed"] for a in draft["allowedActions"]} == {
        "submit": True, "cancel": True, "acknowledge_feedback": False, "withdraw": False,
        "mark_entered_in_error": True,
    }  # fmt: skip
    for other in ("nurse", "hollola_nurse"):
        assert code(await who(other).get(path)) == ABSENT, "a draft is its writer's"
    assert (await get(who("client"), "/v1/referrals", status="draft"))["items"][0]["id"] == draft["id"]
    assert (await get(who("nurse"), "/v1/referrals", clientId=str(world.clients["aino"])))["items"] == []

    async def mend(row: f.Json, **body: Any) -> Any:
        return await who("client").patch(path, json=body, headers={"If-Match": f'"{row["version"]}"'})

    refused = await mend(draft, client=f.person())
    assert (code(refused), f.pointer(refused)) == ((422, "person_is_known"), "/body/client")
    assert code(await mend(draft, hopedFor=f"as {f.AINO} says")) == CODE_WITHIN
    row = ok(await mend(draft, reason=REASON, hopedFor="Half days.", reachWhen=None))
    row = ok(await act(who("client"), f"{path}/submit", None, row))
    assert (row["status"], row["hopedFor"]) == ("received", "Half days.")
    seen = await get(who("nurse"), path)
    advice = {"reason": "unclear_reason", "advice": "What have you tried?"}
    ok(await act(who("nurse"), f"{path}/return", advice, seen))
    row = await get(who("client"), path)
    assert (row["status"], row["decisionAdvice"]) == ("returned_for_info", "What have you tried?")
    row = ok(await mend(row, reason="Two work trials."))
    row = ok(await act(who("client"), f"{path}/submit", None, row))
    assert f.action(row, "submit")["because"] == "illegal_move"
    assert (await get(who("nurse"), path))["reason"] == "Two work trials."


async def test_withdrawn_or_cancelled(who: As, world: World) -> None:
    for verb, status in (("withdraw", "withdrawn"), ("cancel", "cancelled")):
        referral = await sent(who)
        path = f"/v1/referrals/{referral['id']}"
        row = ok(await act(who("client"), f"{path}/{verb}", {"reason": "I found work."}, referral))
        assert row["status"] == status
        assert code(await act(who("client"), f"{path}/submit", None, row)) == TOO_LATE


async def with_outcome(who: As, world: World, referral: f.Json) -> f.Json:
    _, path = await f.accepted(who, world, referral)
    return ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"}, path))


@pytest.mark.parametrize("way", ["login", "phone"])
async def test_the_client_hears_what_came_of_it_in_plain_words(who: As, world: World, way: str) -> None:
    """No permission is asked: it is their own (C-12)."""
    referral = await (sent(who) if way == "login" else called(who, world))
    path = f"/v1/referrals/{referral['id']}"
    opened = await with_outcome(who, world, referral)
    assert opened["referrals"] == [
        {"referralId": referral["id"], "source": "self", "feedback": "owed", "originPathwayId": None}
    ]
    row = await get(who("client"), path)
    assert f.action(row, "acknowledge_feedback")["because"] == "nothing_to_acknowledge"
    told = ok(await f.told(who, referral, body="You can work half days. The work trial begins in May."))
    assert (told["outcomes"], told["disclosureId"] is None) == (["work_trial"], False)
    heard = (await get(who("client"), f"{path}/feedback"))["items"]
    assert [one["body"] for one in heard] == ["You can work half days. The work trial begins in May."]
    row = await get(who("client"), path)
    assert row["feedback"]["state"] == "given"
    row = ok(await act(who("client"), f"{path}/acknowledge-feedback", {}, row))
    assert row["feedback"]["acknowledgedAt"] is not None


@pytest.mark.parametrize("way", ["login", "phone"])
async def test_only_who_referred_themself_declines_the_feedback(who: As, world: World, way: str) -> None:
    referral = await (sent(who) if way == "login" else called(who, world))
    path = f"/v1/referrals/{referral['id']}"
    await with_outcome(who, world, referral)
    seen = await get(who("nurse"), path)
    for reason in ("client_forbade", "party_unknown"):
        refused = await act(who("nurse"), f"{path}/waive-feedback", {"reason": reason}, seen)
        assert code(refused) == (409, "waiver_not_allowed"), reason
    done = ok(await act(who("nurse"), f"{path}/waive-feedback", {"reason": "self_referral_declined"}, seen))
    assert done["feedback"]["state"] == "waived"
    assert code(await f.told(who, referral)) == (409, "feedback_given")


async def test_an_organisations_feedback_is_not_declined_so(who: As, world: World) -> None:
    seen, _ = await f.with_outcome(who, world)
    path = f"/v1/referrals/{seen['id']}"
    seen = await get(who("nurse"), path)
    for reason in ("self_referral_declined", "party_unknown"):
        refused = await act(who("nurse"), f"{path}/waive-feedback", {"reason": reason}, seen)
        assert code(refused) == (409, "waiver_not_allowed")


async def called(who: As, world: World, **over: Any) -> f.Json:
    """Aino's call, as the nurse notes it: her details are not asked again."""
    over = {"client": None, "clientId": str(world.clients["aino"]), **over}
    return await f.a_referral(who, world, "nurse", source="self", channel="phone", permission=None, **over)


async def test_a_call_of_a_known_client(who: As, world: World) -> None:
    referral = await called(who, world)
    assert (referral["source"], referral["channel"], referral["clientId"]) == (
        "self", "phone", str(world.clients["aino"]),
    )  # fmt: skip
    assert (referral["person"]["givenName"], referral["person"]["identityCodeMasked"]) == ("Aino", "010100A****")
    row = await get(who("client"), f"/v1/referrals/{referral['id']}")
    assert {a["action"] for a in row["allowedActions"]} >= {"withdraw", "cancel", "acknowledge_feedback"}


async def test_a_known_client_is_of_the_callers_team(who: As, world: World) -> None:
    aino = str(world.clients["aino"])

    async def refused(persona: str, **over: Any) -> tuple[int, str]:
        answer = await act(who(persona), "/v1/referrals", f.referral(world, **over))
        told = await act(who(persona), "/v1/referrals/preflight", f.referral(world, **over))
        assert code(told) == code(answer)
        return code(answer)

    for persona in ("hollola_nurse", "employment", "ngo"):
        assert await refused(persona, client=None, clientId=aino) == ABSENT, persona
    assert await refused("nurse", clientId=aino) == (422, "person_given_twice")
    assert await refused("nurse", client=None) == (422, "person_missing")
    assert await refused("employment", client=None) == (422, "person_missing")
    assert await refused("nurse", client=None, clientId="aino") == MALFORMED
    told = ok(
        await act(
            who("nurse"),
            "/v1/referrals/preflight",
            f.referral(world, client=None, clientId=str(world.clients["veikko"])),
        )
    )
    assert [(g["code"], g["pointer"]) for g in told["gaps"]] == [
        ("contact_missing", "/body/clientId"), ("criteria_unanswered", "/body/criteria/answers"),
    ]  # fmt: skip


async def test_a_call_half_written_down_is_the_nurses_alone(who: As, world: World) -> None:
    draft = await called(who, world, draft=True)
    path = f"/v1/referrals/{draft['id']}"
    for other in ("client", "coordinator", "nurse_deputy"):
        assert code(await who(other).get(path)) == ABSENT, other
        assert (await get(who(other), "/v1/referrals"))["items"] == []
        assert (await get(who(other), "/v1/worklist", list="referred"))["items"] == []
    assert (await get(who("client"), "/v1/worklist/counts"))["referred"] == 0
    ok(await act(who("nurse"), f"{path}/submit", None, draft))
    assert [row["id"] for row in (await get(who("client"), "/v1/referrals"))["items"]] == [draft["id"]]
    assert (await get(who("client"), "/v1/worklist/counts"))["referred"] == 1
