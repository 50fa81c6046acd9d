"""A sender cannot find out that the client has withdrawn, or why it ended: compared with a referral that runs on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, LACKS, STALE, TOO_LATE, UNTAGGED, act, code, get, ok
from tests.world import World

OWN = ("id", "person", "submittedAt", "referralId", "feedbackId", "disclosureId", "instance")


def plain(value: Any, ids: dict[str, str]) -> Any:
    """The answer without what must differ: ids by their part in the story, and the person."""
    if isinstance(value, dict):
        return {k: plain(v, ids) for k, v in value.items() if k not in OWN}
    if isinstance(value, list):
        return [plain(v, ids) for v in value]
    return ids.get(value, value) if isinstance(value, str) else value


LISTED = ("received", "returned_for_info", "in_progress", "ended", "withdrawn", "closed", "cancelled")


async def everything(
    who: As, world: World, referral: str, identity_code: str, listed: tuple[str, ...] = ("in_progress", "ended")
) -> dict[str, Any]:
    """All that the sender can ask about one referral, without changing it."""
    http, found = who("employment"), {}
    detail = await http.get(f"/v1/referrals/{referral}")
    found["detail"], found["etag"] = detail.json(), detail.headers["ETag"]
    found["feedback"] = await get(http, f"/v1/referrals/{referral}/feedback")
    for status in listed:
        rows = (await get(http, "/v1/referrals", status=status, count="true"))["items"]
        found[f"list {status}"] = [row for row in rows if row["id"] == referral]
    search = ok(await act(http, "/v1/referrals/search", {"identityCode": identity_code}))
    found["search"] = search["items"]
    given = f.referral(world, client=f.person(identityCode=identity_code))
    found["preflight"] = ok(await act(http, "/v1/referrals/preflight", given))["duplicates"]
    again = await act(http, "/v1/referrals", {**given, "draft": True})
    found["again"] = code(again)
    patch = await http.patch(f"/v1/referrals/{referral}", json={"reason": "x"}, headers={"If-Match": '"99"'})
    found["patch"] = patch.json()
    if "returned" not in found["detail"]["status"]:
        found["mended"] = (
            await http.patch(f"/v1/referrals/{referral}", json={"reason": "x"}, headers={"If-Match": "*"})
        ).json()
    found["received"] = (await act(http, f"/v1/referrals/{referral}/acknowledge-feedback", {}, {"version": 99})).json()
    return dict(plain(found, {referral: "the referral"}))


STAGES = ["received", "returned", "accepted", "outcome"]


async def brought(who: As, world: World, stage: str, identity_code: str) -> str:
    """A referral of the employment expert, as far as the stage."""
    sent = await f.a_referral(who, world, client=f.person(identityCode=identity_code))
    if stage == "returned":
        seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
        ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/return", {"reason": "unclear_reason"}, seen))
    elif stage in ("accepted", "outcome"):
        _, path = await f.accepted(who, world, sent)
        if stage == "outcome":
            ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "studies"}, path))
    return str(sent["id"])


async def withdraw(who: As, referral: str) -> f.Json:
    row = await get(who("client"), f"/v1/referrals/{referral}")
    return ok(await act(who("client"), f"/v1/referrals/{referral}/withdraw", {"reason": "I changed my mind."}, row))


@pytest.mark.parametrize("stage", STAGES)
async def test_withdrawn_looks_like_running(who: As, world: World, stage: str) -> None:
    other = f.identity_code()
    mine, control = await brought(who, world, stage, f.AINO), await brought(who, world, stage, other)
    before = await everything(who, world, mine, f.AINO, LISTED)
    assert before == await everything(who, world, control, other, LISTED)
    gone = await withdraw(who, mine)
    assert gone["status"] == "withdrawn"
    assert (await get(who("nurse"), f"/v1/referrals/{mine}"))["status"] == "withdrawn"
    after = await everything(who, world, mine, f.AINO, LISTED)
    assert after == before
    assert "withdrawn" not in str({k: v for k, v in after.items() if not k.startswith("list")})


@pytest.mark.parametrize("verb", ["cancel", "mark-entered-in-error", "submit"])
@pytest.mark.parametrize("stage", STAGES)
async def test_the_senders_verbs_answer_as_ever(who: As, world: World, stage: str, verb: str) -> None:
    """Nor by trying: each verb is refused, or done, as on the one that runs."""
    answers = []
    for identity_code, withdrawn in ((f.AINO, True), (f.identity_code(), False)):
        id = await brought(who, world, stage, identity_code)
        if withdrawn:
            await withdraw(who, id)
        row = await get(who("employment"), f"/v1/referrals/{id}")
        answer = await act(who("employment"), f"/v1/referrals/{id}/{verb}", None if verb == "submit" else {}, row)
        told = plain(answer.json(), {id: "the referral"})
        answers.append((answer.status_code, told, await everything(who, world, id, identity_code)))
    assert answers[0] == answers[1]


async def test_the_end_looks_the_same_whatever_the_reason(who: As, world: World) -> None:
    """One ends with an outcome, one because the client withdrew: both senders get the same notice and no more."""
    told: list[dict[str, Any]] = []
    for identity_code, withdrawn in ((f.AINO, True), (f.identity_code(), False)):
        id = await brought(who, world, "accepted" if withdrawn else "outcome", identity_code)
        if withdrawn:
            await withdraw(who, id)
        notice = await f.told(who, {"id": id}, "closure_notice")
        assert notice.status_code == 201
        told.append(await everything(who, world, id, identity_code))
    assert told[0] == told[1]
    feedback = told[0]["feedback"]["items"][0]
    assert (feedback["level"], feedback["body"], feedback["outcomes"]) == ("closure_notice", None, [])
    assert told[0]["detail"]["status"] == "ended"
    assert told[0]["list ended"]


async def test_the_closing_of_the_path_does_not_show_either(who: As, world: World) -> None:
    """After the notice the team closes one path and leaves the other open; and one client forbade all notices."""
    closing, other = f.identity_code(), f.identity_code()
    told = []
    for identity_code, close in ((closing, True), (other, False)):
        seen, path = await f.with_outcome(who, world, client=f.person(identityCode=identity_code))
        ok(await f.told(who, seen, "closure_notice"))
        if close:
            path = await f.reread(who("nurse"), path)
            ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "client_withdrew"}, path))
        told.append(await everything(who, world, seen["id"], identity_code))
    assert told[0] == told[1]


async def test_a_forbidden_notice_leaves_it_running_for_the_sender(who: As, world: World) -> None:
    told = []
    for forbids in (True, False):
        identity_code = f.identity_code()
        seen, path = await f.with_outcome(who, world, client=f.person(identityCode=identity_code))
        if forbids:
            no = f.prohibition(world, "employment")
            ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", no))
            seen = await get(who("nurse"), f"/v1/referrals/{seen['id']}")
            waived = {"reason": "client_forbade"}
            ok(await act(who("nurse"), f"/v1/referrals/{seen['id']}/waive-feedback", waived, seen))
            path = await f.reread(who("nurse"), path)
            path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "need_ended"}, path))
            # Nobody was told anything: the step says so, and what is made of the steps does not say that it was.
            (step,) = (one for one in path["steps"] if one["kind"] == "feedback")
            assert (step["state"], step["skippedBecause"]) == ("skipped", "not_given")
            (summary,) = (await get(who("nurse"), f"/v1/pathways/{path['id']}/client-summaries"))["items"]
            assert "palaute" not in str(summary).lower()
            assert "feedback" not in str(summary["sections"]).lower()
        told.append(await everything(who, world, seen["id"], identity_code))
    assert told[0] == told[1]
    assert told[0]["detail"]["status"] == "in_progress"


async def test_no_event_of_a_withdrawal_is_addressed_to_the_sender(
    who: As, world: World, connection: AsyncConnection
) -> None:
    id = await brought(who, world, "accepted", f.AINO)
    await withdraw(who, id)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = await connection.execute(
        text("SELECT kind, organisation_id FROM outbox_events WHERE subject_id = :id ORDER BY id"), {"id": id}
    )
    assert [tuple(row) for row in found] == [
        ("referral.received", world.organisations["employment"]),
        ("referral.accepted", world.organisations["employment"]),
        ("referral.withdrawn", None),
    ]


async def test_only_the_client_withdraws(who: As, world: World) -> None:
    id = await brought(who, world, "received", f.AINO)
    path = f"/v1/referrals/{id}/withdraw"
    for persona in ("nurse", "employment", "lead"):
        assert code(await act(who(persona), path, {}, {"version": 1})) == LACKS
    assert code(await act(who("client"), path, {})) == UNTAGGED
    stale = await act(who("client"), path, {}, {"version": 99})
    assert (code(stale), stale.json()["current"]["view"]) == (STALE, "client")
    theirs = await f.a_referral(who, world)
    assert code(await act(who("client"), f"/v1/referrals/{theirs['id']}/withdraw", {}, theirs)) == ABSENT
    gone = await withdraw(who, id)
    assert code(await act(who("client"), path, {}, gone)) == TOO_LATE
    seen = await get(who("nurse"), f"/v1/referrals/{id}")
    assert code(await act(who("nurse"), f"/v1/referrals/{id}/accept", {}, seen)) == TOO_LATE
