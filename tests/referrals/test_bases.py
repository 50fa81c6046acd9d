"""On what a referral is sent: the client's permission, a statute named instead, or the client's own wish (C-33)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit import codesets
from app.referrals.bases import check_basis
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, code, get, ok, pointer
from tests.world import World

CHECKED = "health_check_1326_2010_13"
RETURNED = next(iter(codesets.codeset("return_reason"))).code


async def received(who: As, sent: f.Json) -> list[f.Json]:
    """What the log says of the sending, as the nurse reads it."""
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    log = await get(who("nurse"), f"/v1/clients/{seen['clientId']}/disclosures", purpose="work_ability_assessment")
    return list(log["items"])


async def test_without_permission_it_is_refused_with_what_helps(who: As, world: World) -> None:
    given = f.referral(world, permission=None)
    refused = await act(who("employment"), "/v1/referrals", given)
    assert (code(refused), refused.json()["missing"]) == ((409, "referral_incomplete"), ["permission_missing"])
    assert "statutoryBasis" in refused.json()["errors"][0]["detail"]
    ahead = ok(await act(who("employment"), "/v1/referrals/preflight", given))
    assert [gap["code"] for gap in ahead["gaps"] if gap["required"]] == ["permission_missing"]


async def test_a_statute_that_is_named_stands_in_its_place(who: As, world: World) -> None:
    given = f.referral(world, permission=None, statutoryBasis=CHECKED)
    ahead = ok(await act(who("employment"), "/v1/referrals/preflight", given))
    assert ahead["complete"] is True
    assert ("permission_missing", False) in [(gap["code"], gap["required"]) for gap in ahead["gaps"]]
    sent = ok(await act(who("employment"), "/v1/referrals", given))
    assert (sent["status"], sent["statutoryBasis"], sent["permission"]) == ("received", CHECKED, None)
    (row,) = await received(who, sent)
    assert (row["basis"], row["statute"], row["consentId"], row["dataClasses"]) == (
        "statute", CHECKED, None, ["referral_reason"],
    )  # fmt: skip
    assert "Health Care Act 1326/2010 section 13" in row["said"]
    # It says nothing of what comes back: that is the client's to permit.
    seen, _ = await f.accepted(who, world, sent)
    assert code(await f.told(who, seen, interim=True)) == (409, "consent_missing")


async def test_a_permission_goes_before_the_statute(who: As, world: World) -> None:
    sent = ok(await act(who("employment"), "/v1/referrals", f.referral(world, statutoryBasis=CHECKED)))
    (row,) = await received(who, sent)
    assert (row["basis"], row["statute"]) == ("consent", None)
    # One that does not cover the receiving stands beside it.
    beside = f.referral(world, statutoryBasis=CHECKED, permission=f.permission(world, "employment"))
    (row,) = await received(who, ok(await act(who("employment"), "/v1/referrals", beside)))
    assert (row["basis"], row["statute"]) == ("statute", CHECKED)


@pytest.mark.parametrize(
    ("sender", "basis", "refusal"),
    [
        ("workshop", CHECKED, "statutory_basis_unfit"),
        ("ngo", "multi_sector_381_2023", "statutory_basis_unfit"),
        ("employment", "statutory_right_to_information", "statutory_basis_unfit"),
        ("employment", "activation_plan_189_2001", "code_not_in_force"),
        ("employment", "because", "invalid_request"),
    ],
)
async def test_a_statute_that_does_not_carry_it(who: As, world: World, sender: str, basis: str, refusal: str) -> None:
    given = f.referral(world, permission=None, statutoryBasis=basis)
    for path in ("/v1/referrals", "/v1/referrals/preflight"):
        answer = await act(who(sender), path, given)
        assert (code(answer), pointer(answer)) == ((422, refusal), "/body/statutoryBasis")


async def test_a_draft_is_sent_on_the_law_of_the_day_it_is_sent(
    who: As, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = f.referral(world, permission=None, draft=True)
    draft = ok(await act(who("employment"), "/v1/referrals", given))
    path = f"/v1/referrals/{draft['id']}"
    assert f.action(draft, "submit")["because"] == "referral_incomplete"
    tag = {"If-Match": f'"{draft["version"]}"'}
    wrong = await who("employment").patch(path, json={"statutoryBasis": "activation_plan_189_2001"}, headers=tag)
    assert code(wrong) == (422, "code_not_in_force")
    mended = ok(await who("employment").patch(path, json={"statutoryBasis": CHECKED}, headers=tag))
    assert f.action(mended, "submit")["allowed"] is True
    found = codesets.codeset("statutory_basis")[CHECKED]
    ended = type(found)(**{n: getattr(found, n) for n in ("code", "label", "sure", "valid_from", "facts")},
                        valid_to=(NOON - timedelta(days=1)).date())  # fmt: skip
    kept = dict(codesets.codeset("statutory_basis").codes) | {CHECKED: ended}
    changed = codesets.CodeSet("statutory_basis", kept)
    real = codesets.codeset
    monkeypatch.setattr(codesets, "codeset", lambda name: changed if name == "statutory_basis" else real(name))
    late = await act(who("employment"), f"{path}/submit", {}, mended)
    assert code(late) == (422, "code_not_in_force")
    monkeypatch.undo()
    assert ok(await act(who("employment"), f"{path}/submit", {}, mended))["status"] == "received"


async def test_a_refusing_client_still_comes_of_their_own_accord(who: As, world: World) -> None:
    """C-33: no refusal and no prohibition bars the way to the health check."""
    mine = f"/v1/clients/{world.clients['aino']}/consents"
    for kind in ("refusal", "prohibition"):
        ok(await act(who("client"), mine, f.consent(world, kind=kind, recipientIds=[], informationGivenAt=None)))
    sent = ok(await act(who("client"), "/v1/referrals/own", {"reason": "I want the health check."}))
    assert sent["status"] == "received"
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    path = ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/accept", {}, seen))
    asked = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/assessments", {"kind": "health_check"}))
    done = await act(who("nurse"), f"/v1/assessments/{asked['id']}/complete", f.health_check(), asked)
    assert done.is_success, done.text


async def test_by_phone_the_team_notes_it_without_a_permission(who: As, world: World) -> None:
    call = f.referral(world, source="self", permission=None)
    sent = ok(await act(who("nurse"), "/v1/referrals", call))
    assert await received(who, sent) == []


async def test_sent_again_after_a_withdrawal_it_is_on_the_senders_own_responsibility(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    sent = await f.a_referral(who, world)
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    back = ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/return", {"reason": RETURNED}, seen))
    row = (await get(who("nurse"), f"/v1/clients/{seen['clientId']}/consents"))["items"][0]
    clock.at = NOON + timedelta(hours=1)
    ok(await act(who("nurse"), f"/v1/consents/{row['id']}/withdraw", {}, row))
    clock.at = NOON + timedelta(hours=2)
    mine = await get(who("employment"), f"/v1/referrals/{sent['id']}")
    again = ok(await act(who("employment"), f"/v1/referrals/{sent['id']}/submit", {}, mine))
    assert again["status"] == "received"
    assert back["status"] == "returned_for_info"
    newest, first = await received(who, sent)
    assert (first["basis"], first["consentId"]) == ("consent", row["id"])
    assert (newest["basis"], newest["consentId"], newest["statute"]) == ("sender_statement", None, None)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    late = await connection.scalar(
        text("SELECT count(*) FROM disclosures d JOIN consents c ON c.id = d.consent_id WHERE d.at >= c.withdrawn_at")
    )
    assert late == 0


def test_no_statute_is_no_question() -> None:
    check_basis(None, "self", NOON)
