"""What the referrer may read of the outcomes, and that the client's last word counts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import TOO_LATE, act, code, get, ok, told
from tests.world import World

OUTCOMES = ["work_trial", "client_withdrew", "pension", "treatment_first", "social_rehabilitation", "not_reached"]
CONCLUSION = "work_ability_conclusion"


async def with_outcomes(who: As, world: World, **over: Any) -> f.Json:
    seen, path = await f.with_outcome(who, world, OUTCOMES[0], **over)
    for outcome in OUTCOMES[1:]:
        path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": outcome}, path))
    return seen


@pytest.mark.parametrize(
    ("classes", "forbidden", "expected"),
    [
        ([], [], ["work_trial"]),
        (["social"], [], ["social_rehabilitation", "work_trial"]),
        (["health"], [], ["pension", "treatment_first", "work_trial"]),
        (["health", "social"], ["health"], ["social_rehabilitation", "work_trial"]),
    ],
)
async def test_the_referrer_reads_what_the_permission_covers(
    who: As, world: World, connection: AsyncConnection, classes: list[str], forbidden: list[str], expected: list[str]
) -> None:
    permission = f.permission(world, dataClasses=[CONCLUSION, "service_path", *classes])
    seen = await with_outcomes(who, world, permission=permission)
    if forbidden:
        no = f.prohibition(world, "employment", dataClasses=forbidden)
        ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", no))
    assert ok(await told(who, seen, "conclusion", interim=True))["outcomes"] == expected
    assert ok(await told(who, seen, "summary"))["outcomes"] == expected
    shown = (await get(who("employment"), f"/v1/referrals/{seen['id']}/feedback"))["items"]
    assert [row["outcomes"] for row in shown] == [expected, expected]
    # The log says of which classes it told.
    await connection.execute(text("SET LOCAL ROLE NONE"))
    logged = await connection.scalar(
        text(
            "SELECT data_classes FROM disclosures WHERE subject_id = :id AND purpose = 'referral_feedback'"
            " ORDER BY id LIMIT 1"
        ),
        {"id": seen["id"]},
    )
    assert logged == sorted({CONCLUSION, *classes} - set(forbidden))


async def test_the_client_reads_all_of_their_own(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, "nurse", source="self", permission=None, client=f.person(identityCode=f.AINO))
    seen = await with_outcomes(who, world, sent=sent)
    assert ok(await told(who, seen))["outcomes"] == sorted(OUTCOMES)


async def test_a_later_refusal_stops_the_conclusion_and_not_the_notice(who: As, world: World) -> None:
    seen, _ = await f.with_outcome(who, world)
    consents = f"/v1/clients/{seen['clientId']}/consents"
    waive = f"/v1/referrals/{seen['id']}/waive-feedback"
    ok(await act(who("nurse"), consents, refusal(world, "kela")))
    assert code(await act(who("nurse"), waive, {"reason": "client_forbade"}, seen)) == (409, "waiver_not_allowed")
    ok(await told(who, seen, interim=True))
    ok(await act(who("nurse"), consents, refusal(world)))
    assert code(await told(who, seen)) == (409, "consent_missing")
    # A permission given after it counts again, and then nothing is forbidden.
    ok(await act(who("nurse"), consents, f.consent(world)))
    ok(await told(who, seen, interim=True))
    assert code(await act(who("nurse"), waive, {"reason": "client_forbade"}, seen)) == (409, "waiver_not_allowed")
    ok(await act(who("nurse"), consents, refusal(world, "employment")))
    assert code(await told(who, seen)) == (409, "consent_missing")
    ok(await told(who, seen, "closure_notice"))


async def test_a_refusal_is_a_reason_to_send_nothing(who: As, world: World) -> None:
    seen, _ = await f.with_outcome(who, world)
    ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", refusal(world, "employment")))
    waived = await act(who("nurse"), f"/v1/referrals/{seen['id']}/waive-feedback", {"reason": "client_forbade"}, seen)
    assert ok(waived)["feedback"]["state"] == "waived"


async def test_a_prohibition_of_participation_stops_a_conclusion(who: As, world: World) -> None:
    seen, _ = await f.with_outcome(who, world)
    no = f.prohibition(world, "employment", dataClasses=["participation"])
    ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", no))
    for level in ("conclusion", "closure_notice"):
        assert code(await told(who, seen, level)) == (409, "feedback_prohibited"), level


def refusal(world: World, *recipients: str) -> f.Json:
    body = f.prohibition(world, *recipients or ("employment",), kind="refusal")
    return body if recipients else {**body, "recipientIds": []}


async def test_acknowledging_too_early_is_refused_as_the_actions_said(who: As, world: World) -> None:
    """Withdrawn or not, the sender is told the same, and what can be done instead."""
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    own = await get(who("client"), f"/v1/referrals/{sent['id']}")
    told_before = f.action(sent, "acknowledge_feedback")["because"]
    at = f"/v1/referrals/{sent['id']}/acknowledge-feedback"
    answers = [await act(who("employment"), at, {}, sent)]
    ok(await act(who("client"), f"/v1/referrals/{sent['id']}/withdraw", {}, own))
    answers.append(await act(who("employment"), at, {}, sent))
    for answer in answers:
        assert code(answer) == (409, told_before) == TOO_LATE
        assert answer.json()["allowed"] == ["cancel", "mark_entered_in_error"]


async def test_a_draft_that_was_thrown_away_is_seen_by_nobody_else(who: As, world: World) -> None:
    draft = await f.a_referral(who, world, "kela", draft=True)
    at = f"/v1/referrals/{draft['id']}"
    ok(await act(who("kela"), f"{at}/mark-entered-in-error", {"reason": "Wrong person."}, draft))
    for persona in ("nurse", "lead", "coordinator"):
        assert (await who(persona).get(at)).status_code == 404
    for verb, body in (("feedback", {"level": "closure_notice"}), ("waive-feedback", {"reason": "party_unknown"})):
        assert code(await act(who("nurse"), f"{at}/{verb}", body, draft)) == (404, "not_found")
