"""What becomes of a referral short of acceptance: drafts, returns, rejections, and where it lands."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests import factories as f
from tests.conftest import As
from tests.factories import (
    ABSENT,
    CODE_WITHIN,
    FOREIGN_CURSOR,
    MALFORMED,
    STALE,
    TOO_LATE,
    UNTAGGED,
    act,
    code,
    get,
    ok,
    pointer,
)
from tests.world import World


async def patched(http: httpx.AsyncClient, row: f.Json, **changes: Any) -> httpx.Response:
    tag = {"If-Match": f'"{row["version"]}"'}
    return await http.patch(f"/v1/referrals/{row['id']}", json=changes, headers=tag)


def work(items: f.Json) -> list[str]:
    return [item["subjectId"] for item in items["items"]]


async def test_a_draft_is_the_senders_own_until_it_is_sent(who: As, world: World) -> None:
    sender = who("employment")
    draft = await f.a_referral(who, world, draft=True, permission=None, reason="First words.")
    path = f"/v1/referrals/{draft['id']}"
    assert (draft["status"], draft["submittedAt"], draft["nextOn"]) == ("draft", None, None)
    assert f.action(draft, "submit")["because"] == "referral_incomplete"
    for persona in ("nurse", "lead", "client", "kela"):
        assert code(await who(persona).get(path)) == ABSENT, persona
    assert code(await act(sender, f"{path}/submit", {}, draft)) == (409, "referral_incomplete")
    assert code(await sender.patch(path, json={"reason": "x"})) == UNTAGGED
    stale = await sender.patch(path, json={"reason": "x"}, headers={"If-Match": '"77"'})
    assert (code(stale), stale.json()["current"]) == (STALE, draft)
    assert pointer(await sender.patch(path, json={"reason": f.AINO}, headers={"If-Match": "*"})) == "/body/reason"
    person = f.person(municipality="781")
    mended = await patched(
        sender, draft, permission=f.permission(world), reason="Better words.", client=person, urgency="urgent",
        unemploymentDays=0, barriers=["barrier_skills"], criteria={"answers": {"client_agrees": "yes"}},
    )  # fmt: skip
    row = ok(mended)
    assert mended.headers["ETag"] == f'"{row["version"]}"' != f'"{draft["version"]}"'
    assert (row["reason"], row["urgency"], row["unemploymentDays"], row["barriers"], row["criteriaAnswers"]) == (
        "Better words.", "urgent", 0, ["barrier_skills"], {"client_agrees": "yes"},
    )  # fmt: skip
    assert (row["person"]["municipality"], f.action(row, "submit")["allowed"]) == ("781", True)
    sent = ok(await act(sender, f"{path}/submit", {}, row))
    assert (sent["status"], sent["nextOn"]) == ("received", "2026-11-24")
    seen = await get(who("nurse"), path)
    assert (seen["owner"]["name"], seen["reason"], seen["teamId"]) == ("Hanna Harju", "Better words.", str(world.team))
    refused = await patched(sender, sent, reason="Changed afterwards.")
    assert (code(refused), refused.json()["state"]) == (TOO_LATE, "received")
    assert code(await act(sender, f"{path}/submit", {}, sent)) == TOO_LATE


async def test_back_for_information_and_in_again(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("nurse"), path)
    assert code(await act(who("nurse"), f"{path}/return", {"reason": "because"}, seen)) == MALFORMED
    hidden = {"reason": "unclear_reason", "advice": f"Is this {f.AINO}?"}
    assert code(await act(who("nurse"), f"{path}/return", hidden, seen)) == CODE_WITHIN
    assert code(await act(who("nurse"), f"{path}/return", {"reason": "unclear_reason"})) == UNTAGGED
    asked = {"reason": "unclear_reason", "advice": "What has been tried?"}
    returned = ok(await act(who("nurse"), f"{path}/return", asked, seen))
    assert returned["status"] == "returned_for_info"
    assert code(await act(who("nurse"), f"{path}/accept", {}, returned)) == TOO_LATE
    mine = await get(who("employment"), path)
    assert (mine["status"], mine["decisionReason"], mine["decisionAdvice"]) == (
        "returned_for_info", "unclear_reason", "What has been tried?",
    )  # fmt: skip
    # The work waits with its owner.
    assert sent["id"] in work(await get(who("nurse"), "/v1/worklist"))
    row = ok(await patched(who("employment"), mine, reason="A course, in vain."))
    again = ok(await act(who("employment"), f"{path}/submit", {}, row))
    assert (again["status"], again["decisionReason"], again["decisionAdvice"]) == ("received", None, None)
    seen = await get(who("nurse"), path)
    assert (seen["reason"], seen["owner"]["name"]) == ("A course, in vain.", "Hanna Harju")
    assert work(await get(who("nurse"), "/v1/worklist")).count(sent["id"]) == 1
    _, pathway = await f.accepted(who, world, sent)
    assert pathway["state"] == "active"


async def test_rejected_with_advice(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    answer = {"reason": "belongs_to_occupational_health", "advice": "Ask the employer's occupational health."}
    seen = await get(who("nurse"), path)
    key = {"Idempotency-Key": "rejected-0001"}
    done = await act(who("nurse"), f"{path}/reject", answer, seen, headers=key)
    assert (await act(who("nurse"), f"{path}/reject", answer, seen, headers=key)).text == done.text
    mine = await get(who("employment"), path)
    assert (mine["status"], mine["decisionReason"], mine["decisionAdvice"], mine["nextOn"]) == (
        "rejected", answer["reason"], answer["advice"], None,
    )  # fmt: skip
    assert sent["id"] not in work(await get(who("nurse"), "/v1/worklist", list="team"))
    for verb, body in (
        ("accept", {}),
        ("reject", answer),
        ("return", {"reason": "other"}),
        ("redirect", {"teamId": str(world.team), "reason": "other"}),
    ):
        assert code(await act(who("nurse"), f"{path}/{verb}", body, ok(done))) == ABSENT, verb
    sends: dict[str, dict[str, str] | None] = {
        "cancel": {},
        "submit": None,
        "mark-entered-in-error": {"reason": "Wrong."},
    }
    for verb, given in sends.items():
        assert code(await act(who("employment"), f"{path}/{verb}", given, mine)) == TOO_LATE, verb
    refused = await act(who("employment"), f"{path}/acknowledge-feedback", {}, mine)
    assert code(refused) == (409, "nothing_to_acknowledge")
    # Over is over: the same person may be referred again.
    assert (await f.a_referral(who, world, client=f.person()))["status"] == "received"


@pytest.mark.parametrize(("verb", "status"), [("cancel", "cancelled"), ("mark-entered-in-error", "entered_in_error")])
async def test_the_sender_takes_it_back(who: As, world: World, verb: str, status: str) -> None:
    given = f.referral(world)
    sent = ok(await act(who("employment"), "/v1/referrals", given))
    path = f"/v1/referrals/{sent['id']}"
    gone = ok(await act(who("employment"), f"{path}/{verb}", {"reason": "Found work."}, sent))
    assert gone["status"] == status
    assert code(await who("nurse").get(path)) == ABSENT, "nothing keeps the care relationship"
    assert sent["id"] not in work(await get(who("nurse"), "/v1/worklist", list="team"))
    assert code(await act(who("nurse"), f"{path}/accept", {}, {"version": gone["version"]})) == ABSENT
    assert ok(await act(who("employment"), "/v1/referrals", given))["id"] != sent["id"]


@pytest.mark.parametrize("municipality", ["560", None])
async def test_what_no_team_covers_stands_in_the_areas_queue_with_an_alarm(
    who: As, world: World, municipality: str | None
) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality=municipality))
    path = f"/v1/referrals/{sent['id']}"
    assert (sent["status"], sent["teamId"]) == ("received", None)
    for persona in ("nurse", "nurse_deputy", "hollola_nurse", "lead"):
        seen = await get(who(persona), path)
        assert (seen["view"], seen["owner"]["personId"], seen["owner"]["alarm"]) == ("team", None, True), persona
        assert seen["owner"]["queue"]
        assert sent["id"] in [r["id"] for r in (await get(who(persona), "/v1/referrals", status="received"))["items"]]
    for persona in ("physician_msk", "coordinator", "social", "kela", "workshop", "client"):
        assert code(await who(persona).get(path)) == ABSENT, persona
    assert sent["id"] in work(await get(who("nurse"), "/v1/worklist", list="unassigned"))
    assert sent["id"] not in work(await get(who("coordinator"), "/v1/worklist", list="unassigned"))
    assert (await get(who("nurse"), "/v1/worklist/counts"))["alarms"] == 1
    seen = await get(who("nurse"), path)
    assert code(await act(who("nurse"), f"{path}/accept", {}, seen)) == (409, "no_team_yet")
    to = {"teamId": str(world.organisations["kela"]), "reason": "no_team_yet"}
    nowhere = await act(who("nurse"), f"{path}/redirect", to, seen)
    assert code(nowhere) == (422, "unknown_team")
    moved = ok(await act(who("nurse"), f"{path}/redirect", {**to, "teamId": str(world.team)}, seen))
    assert (moved["teamId"], moved["owner"]["name"], moved["owner"]["alarm"]) == (str(world.team), "Hanna Harju", False)
    assert code(await who("hollola_nurse").get(path)) == ABSENT
    assert (await f.accepted(who, world, sent))[1]["teamId"] == str(world.team)


@pytest.mark.parametrize(
    ("municipality", "team"), [("098", "hollola_nurse"), ("016", "hollola_nurse"), ("781", "nurse")]
)
async def test_it_goes_to_the_team_of_the_municipality(who: As, world: World, municipality: str, team: str) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality=municipality))
    other = {"nurse", "hollola_nurse"} - {team}
    seen = await get(who(team), f"/v1/referrals/{sent['id']}")
    assert seen["owner"]["personId"] == str(world.persons[team])
    assert code(await who(other.pop()).get(f"/v1/referrals/{sent['id']}")) == ABSENT


@pytest.mark.parametrize(("days", "late"), [(0, False), (300, False), (301, True), (None, None)])
async def test_late_is_an_indicator_for_the_team(who: As, world: World, days: int | None, late: bool | None) -> None:
    sent = await f.a_referral(who, world, unemploymentDays=days)
    assert (sent["status"], sent["late"]) == ("received", None)
    assert (await get(who("nurse"), f"/v1/referrals/{sent['id']}"))["late"] is late


async def test_the_client_calls_and_the_nurse_writes(who: As, world: World) -> None:
    """C-08: nobody but the client refers, no permission is asked, and the client reads it as their own."""
    mine = await f.a_referral(
        who, world, "nurse", source="self", channel="phone", permission=None, client=f.person(identityCode=f.AINO)
    )
    assert (mine["source"], mine["senderOrganisationId"], mine["view"]) == ("self", None, "team")
    seen = await get(who("client"), f"/v1/referrals/{mine['id']}")
    assert (seen["view"], seen["status"], seen["clientId"]) == ("client", "received", str(world.clients["aino"]))
    assert seen["late"] is None
    assert [r["id"] for r in (await get(who("client"), "/v1/referrals"))["items"]] == [mine["id"]]
    physician = await f.a_referral(
        who, world, "physician_msk", source="physician", permission=f.permission(world, "area")
    )
    assert (physician["source"], physician["owner"]["name"]) == ("physician", "Hanna Harju")
    assert physician["senderOrganisationId"] == str(world.organisations["area"])


async def test_lists_follow_the_status_and_the_client(who: As, world: World) -> None:
    one = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    two = await f.a_referral(who, world)
    seen, _ = await f.accepted(who, world, one)
    nurse = who("nurse")

    async def ids(http: httpx.AsyncClient, **params: Any) -> list[str]:
        return [r["id"] for r in (await get(http, "/v1/referrals", **params))["items"]]

    assert await ids(nurse) == [two["id"], one["id"]]
    assert await ids(nurse, status="in_progress") == [one["id"]]
    assert await ids(nurse, clientId=seen["clientId"]) == [one["id"]]
    assert await ids(who("employment"), status="in_progress") == [one["id"]]
    # A partner does not find by the client's id, even by the right one.
    assert await ids(who("employment"), clientId=seen["clientId"]) == []
    assert code(await nurse.get("/v1/referrals", params={"status": "'; DROP"})) == MALFORMED
    first = await get(nurse, "/v1/referrals", limit=1, count="true")
    second = await get(nurse, "/v1/referrals", limit=1, cursor=first["nextCursor"])
    assert (first["count"], [r["id"] for r in second["items"]], second["nextCursor"]) == (2, [one["id"]], None)
    stolen = await who("lead").get("/v1/referrals", params={"limit": 1, "cursor": first["nextCursor"]})
    assert code(stolen) == FOREIGN_CURSOR


async def test_withdrawn_before_anybody_took_it_on_is_still_answered(who: As, world: World) -> None:
    """It stays with its owner until the sender has the notice; nothing is left behind."""
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    path = f"/v1/referrals/{sent['id']}"
    ok(await act(who("client"), f"{path}/withdraw", {}, await get(who("client"), path)))
    assert sent["id"] in work(await get(who("nurse"), "/v1/worklist"))
    assert ok(await f.told(who, sent, "closure_notice"))["body"] is None
    assert sent["id"] not in work(await get(who("nurse"), "/v1/worklist", list="team"))
    mine = await get(who("employment"), path)
    assert (mine["status"], mine["feedback"]["level"]) == ("ended", "closure_notice")
    ok(await act(who("employment"), f"{path}/acknowledge-feedback", {}, mine))


async def test_a_protected_client_is_not_found_by_way_of_the_referral(who: As, world: World) -> None:
    """Turvakielto: where the client lives and how they are reached shows to those who need it, and to the sender."""
    given = f.person(identityCode=f.AINO, email="a@example.org")
    sent = await f.a_referral(who, world, client=given, reachWhen="Evenings, at my sister's.")
    client = f"/v1/clients/{world.clients['aino']}"
    ok(await who("nurse").patch(client, json={"protected": True}, headers={"If-Match": "*"}))
    for persona, shown in (("nurse", True), ("client", True), ("employment", True), ("coordinator", False)):
        referral = await get(who(persona), f"/v1/referrals/{sent['id']}")
        person = referral["person"]
        assert (referral["reachWhen"] is not None) is shown, persona
        listed = (await get(who(persona), "/v1/referrals"))["items"][0]["person"]
        for one in (person, listed):
            seen = [one[name] is not None for name in ("municipality", "phone", "email")]
            assert seen == [shown] * 3, persona
