"""A referral out of a meeting (C-09): who took part refers its client, the link is kept, and a guest learns nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.dev.personas import CLIENTS
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, CODE_WITHIN, LACKS, NOBODY, act, code, get, ok
from tests.meetings.test_router import planned
from tests.world import World

CODE = f.AINO


async def met(who: As, world: World, clock: Clock, *people: str, code: str = CODE) -> f.Json:
    """A meeting of Aino's that has been held, with these people."""
    terms = f.permission(world, "area", "employment", "kela")
    client = f.person(identityCode=code)
    path = (await f.accepted(who, world, client=client, permission=terms, sender="kela"))[1]
    row = await planned(who, world, path, *people, startsAt=f.at(hours=1), reserve=False)
    clock.at = NOON + timedelta(hours=2)
    return row


def said(world: World, **over: Any) -> f.Json:
    return {"reason": "Agreed together.", "unemploymentDays": 40, "permission": f.permission(world), **over}


async def refer(who: As, persona: str, row: f.Json, body: f.Json) -> Any:
    return await act(who(persona), f"/v1/meetings/{row['id']}/referrals", body)


@pytest.mark.parametrize("source", ["joint_meeting", "mine"])
async def test_a_guest_refers_and_the_link_is_kept(who: As, world: World, clock: Clock, source: str) -> None:
    row = await met(who, world, clock, "employment")
    sent = ok(await refer(who, "employment", row, said(world, source=source)))
    assert sent["source"] == ("joint_meeting" if source == "joint_meeting" else "employment_authority")
    assert (sent["originMeetingId"], sent["channel"], sent["view"]) == (row["id"], "meeting", "sender")
    assert sent["senderOrganisationId"] == str(world.organisations["employment"])
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    assert (seen["clientId"], seen["originMeetingId"]) == (str(world.clients["aino"]), row["id"])
    assert seen["person"]["identityCodeMasked"] == "010100A****"
    assert seen["owner"]["name"] == "Hanna Harju"
    # The client's path runs: the referral joins it (C-36).
    assert seen["runningPathwayId"] == row["pathwayId"]
    assert f.action(seen, "accept")["because"] == "path_running"
    joined = {"joinPathwayId": row["pathwayId"]}
    path = ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/accept", joined, seen))
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "studies"}, path))
    assert [r["feedback"] for r in path["referrals"]] == ["owed", "owed"]
    ok(await f.told(who, sent))
    mine = await get(who("employment"), f"/v1/referrals/{sent['id']}")
    assert mine["feedback"]["state"] == "given"
    ok(await act(who("employment"), f"/v1/referrals/{sent['id']}/acknowledge-feedback", {}, mine))


async def test_a_guest_learns_the_name_and_no_more(who: As, world: World, clock: Clock) -> None:
    """Neither what the area knows of the person, nor by trying codes whose the meeting was."""
    row = await met(who, world, clock, "employment")
    draft = ok(await refer(who, "employment", row, said(world, draft=True)))
    sent = ok(await act(who("employment"), f"/v1/referrals/{draft['id']}/submit", None, draft))
    for shown in (draft, sent, (await get(who("employment"), "/v1/referrals"))["items"][0]):
        person = dict(shown["person"])
        assert (person.pop("givenName"), person.pop("familyName")) == ("Aino", "Esimerkki")
        assert set(person.values()) == {None}
        assert not [text for text in ("+358 50", "010100A", '"111"') if text in str(shown)]
    hidden = ("clientId", "owner", "pathwayId", "runningPathwayId", "late")
    assert {sent[name] for name in hidden} == {None}
    assert sent["teamId"] == str(world.team), "the team that met, not the one of the home municipality"
    http, wanted = who("employment"), {"identityCode": CODE}
    assert ok(await act(http, "/v1/referrals/search", wanted))["items"] == []
    typed = f.referral(world, client=f.person(**wanted))
    assert ok(await act(http, "/v1/referrals/preflight", typed))["duplicates"] == []
    ok(await act(http, "/v1/referrals", typed))
    # Nor does an earlier one by code show in the meeting: only a second one out of the same meeting is refused.
    again = await refer(who, "employment", row, said(world))
    assert (code(again), again.json()["referralId"]) == ((409, "already_referred"), sent["id"])
    assert ok(await refer(who, "employment", row, said(world, allowDuplicate=True)))["id"] != sent["id"]
    mended = await http.patch(f"/v1/referrals/{sent['id']}", json={"client": f.person()}, headers={"If-Match": "*"})
    assert code(mended) == f.TOO_LATE


async def test_what_a_team_asks_for_tells_a_guest_nothing_of_the_client(who: As, world: World, clock: Clock) -> None:
    """Aino has a phone and Veikko has none: a refusal for that would say so, and a guest could not mend it."""
    items = [{"item": name, "required": True} for name in ("contact", "municipality")]
    row = ok(await act(who("lead"), f"/v1/teams/{world.team}/requirements", {"items": items}))
    ok(await act(who("lead"), f"/v1/requirements/{row['id']}/publish", {}, row))
    answers: list[Any] = []
    asking = said(world, askedFor="social_assessment")
    for name in ("aino", "veikko"):
        met_ = await met(who, world, clock, "employment", code=CLIENTS[name].identity_code)
        if name == "veikko":
            bare = dict.fromkeys(("phone", "email", "municipality"))
            client = f"/v1/clients/{world.clients[name]}"
            ok(await who("nurse").patch(client, json=bare, headers={"If-Match": "*"}))
        answers.append(code(await refer(who, "employment", met_, asking)))
        draft = ok(
            await refer(
                who, "employment", met_, said(world, askedFor="social_assessment", draft=True, allowDuplicate=True)
            )
        )
        answers.append(f.action(draft, "submit"))
        clock.at = NOON
    assert answers[:2] == answers[2:]
    assert answers[0][0] == 201


async def test_what_was_typed_by_code_before_is_not_told_in_the_meeting(who: As, world: World, clock: Clock) -> None:
    earlier = await f.a_referral(who, world, client=f.person(identityCode=CODE))
    row = await met(who, world, clock, "employment")
    assert ok(await refer(who, "employment", row, said(world)))["id"] != earlier["id"]


async def test_a_colleague_of_the_area_from_another_team_is_a_guest_too(who: As, world: World, clock: Clock) -> None:
    row = await met(who, world, clock, "hollola_nurse")
    sent = ok(await refer(who, "hollola_nurse", row, said(world, source="mine")))
    assert (sent["source"], sent["view"], sent["clientId"]) == ("nurse", "sender", None)
    assert (sent["person"]["givenName"], sent["person"]["phone"]) == ("Aino", None)


async def test_the_team_refers_out_of_its_meeting(who: As, world: World, clock: Clock) -> None:
    row = await met(who, world, clock, "coordinator")
    sent = ok(await refer(who, "coordinator", row, said(world)))
    assert (sent["source"], sent["view"]) == ("joint_meeting", "team")
    sent = ok(await refer(who, "coordinator", row, said(world, source="mine", allowDuplicate=True)))
    assert (sent["source"], sent["originMeetingId"]) == ("coordinator", row["id"])


async def test_who_may_not(who: As, world: World, clock: Clock) -> None:
    row = await met(who, world, clock, "employment")
    for persona, refusal in (
        ("", NOBODY), ("admin", LACKS), ("dpo", LACKS), ("lead", LACKS), ("client", (403, "own_referral_only")),
        ("kela", ABSENT), ("hollola_nurse", ABSENT), ("ngo", ABSENT),
        ("coordinator", (403, "not_in_meeting")), ("physician_msk", (403, "not_in_meeting")),
    ):  # fmt: skip
        assert code(await refer(who, persona, row, said(world))) == refusal, persona
    for over, refusal in (
        ({"permission": None}, (409, "referral_incomplete")),
        ({"reason": f"as {CODE} asked"}, CODE_WITHIN),
        ({"client": f.person()}, f.MALFORMED),
        ({"source": "self"}, f.MALFORMED),
    ):  # fmt: skip
        assert code(await refer(who, "employment", row, said(world, **over))) == refusal
    assert (await get(who("employment"), "/v1/referrals"))["items"] == []


async def test_a_meeting_that_was_not(who: As, world: World, clock: Clock) -> None:
    row = await met(who, world, clock, "employment")
    clock.at = NOON
    assert code(await refer(who, "nurse", row, said(world))) == (409, "meeting_not_held")
    assert code(await refer(who, "employment", row, said(world))) == (409, "meeting_not_held")
    ok(await act(who("nurse"), f"/v1/meetings/{row['id']}/cancel", {"reason": "Snow."}, row))
    clock.at = NOON + timedelta(hours=2)
    for persona in ("nurse", "employment"):
        assert code(await refer(who, persona, row, said(world))) == (409, "meeting_cancelled")


async def test_a_guest_whom_the_client_forbids_finds_no_meeting(who: As, world: World, clock: Clock) -> None:
    row = await met(who, world, clock, "employment")
    client = world.clients["aino"]
    ok(await act(who("nurse"), f"/v1/clients/{client}/consents", f.prohibition(world, "employment")))
    assert code(await refer(who, "employment", row, said(world))) == ABSENT
