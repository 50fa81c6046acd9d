"""The receiver's own priority and what follows from it; the clocks as they are read; known holes closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.referrals.models import Referral
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, CODE_WITHIN, LACKS, MALFORMED, TOO_LATE, act, action, code, get, ok, pointer
from tests.world import World

URGENT = {"priority": "urgent", "reason": "benefit_or_service_ends"}


async def verb(who: As, persona: str, id: str, name: str, body: Any) -> Any:
    row = await get(who(persona), f"/v1/referrals/{id}")
    return await act(who(persona), f"/v1/referrals/{id}/{name}", body, row)


def clocks(row: f.Json) -> dict[str, f.Json]:
    return {clock["clock"]: clock for clock in row["clocks"]}


async def test_deadlines_follow_the_priority_and_the_sender_notices_nothing(
    who: As, world: World, clock: Clock
) -> None:
    sent = await f.a_referral(who, world)
    id, path = sent["id"], f"/v1/referrals/{sent['id']}"
    before = await get(who("employment"), path)
    seen = await get(who("nurse"), path)
    assert (seen["priority"], seen["urgency"], clocks(seen)["answer"]["dueOn"]) == ("routine", "routine", "2026-11-30")
    assert clocks(seen)["answer"] == {
        "clock": "answer", "dueOn": "2026-11-30", "overdue": False, "metAt": None, "source": "own design",
        "rule": "an answer within 5 working days of the sending; what comes at 15 o'clock or later counts from the "
        "next working day",
        "ruleCode": "answer_in_working_days_2025", "since": seen["submittedAt"],
    }  # fmt: skip
    for persona, refusal in (("employment", LACKS), ("client", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await act(who(persona), f"{path}/prioritise", URGENT, sent)) == refusal
    assert code(await act(who("nurse"), f"{path}/prioritise", {"priority": "urgent"}, seen)) == MALFORMED
    hidden = {**URGENT, "words": f"Of {f.AINO}"}
    assert code(await act(who("nurse"), f"{path}/prioritise", hidden, seen)) == CODE_WITHIN
    clock.at = NOON + timedelta(days=1)
    raised = ok(await verb(who, "nurse", id, "prioritise", URGENT))
    assert (raised["priority"], raised["urgency"], raised["nextOn"]) == ("urgent", "routine", "2026-11-25")
    listed = await get(who("nurse"), "/v1/worklist", list="inbox", limit="200")
    work = next(w for w in listed["items"] if w["subjectId"] == id)
    assert (work["dueOn"], work["urgency"]) == ("2026-11-25", "urgent"), "the same date wherever it is read"
    clock.at = NOON + timedelta(days=3)
    late = await get(who("nurse"), path)
    assert clocks(late)["answer"]["overdue"] is True
    after = await get(who("employment"), path)
    assert after == before, "the version, the date and the urgency are as they were"
    lowered = ok(await verb(who, "nurse", id, "prioritise", {**URGENT, "priority": "routine"}))
    assert (clocks(lowered)["answer"]["dueOn"], clocks(lowered)["answer"]["overdue"]) == ("2026-11-30", False)


async def test_a_path_of_an_urgent_referral_is_quicker(who: As, world: World, clock: Clock) -> None:
    slow, path = await f.accepted(who, world)
    sent = await f.a_referral(who, world)
    ok(await verb(who, "nurse", sent["id"], "prioritise", URGENT))
    quick, urgent = await f.accepted(who, world, sent)
    steps = [(s["kind"], s["dueOn"], s["dueRule"]) for s in path["steps"]]
    sooner = [(s["kind"], s["dueOn"], s["dueRule"]) for s in urgent["steps"]]
    assert steps[0] == ("health_check", "2026-12-14", "15 working days from the start")
    assert sooner[0] == ("health_check", "2026-11-30", "urgent: 5 working days from the start")
    assert all(u[1] < s[1] for u, s in zip(sooner, steps, strict=True))
    assert (urgent["nextActionOn"], path["nextActionOn"]) == ("2026-11-30", "2026-12-14")
    contact = [clocks(await get(who("nurse"), f"/v1/referrals/{r['id']}"))["first_contact"] for r in (quick, slow)]
    assert [c["dueOn"] for c in contact] == ["2026-11-25", "2026-11-30"]
    late = await act(who("nurse"), f"/v1/referrals/{sent['id']}/prioritise", URGENT, quick)
    assert code(late) == TOO_LATE, "a path has its own dates"
    assert action(quick, "prioritise")["because"] == "illegal_move"


async def test_the_clocks_of_a_whole_way(who: As, world: World, clock: Clock) -> None:
    seen, path = await f.accepted(who, world)
    here = f"/v1/referrals/{seen['id']}"
    assert [(c["clock"], c["dueOn"], c["metAt"] is not None) for c in seen["clocks"]] == [
        ("answer", "2026-11-30", True), ("first_contact", "2026-11-30", False), ("feedback", "2027-02-19", False),
    ]  # fmt: skip
    assert seen["feedback"]["dueOn"] == clocks(seen)["feedback"]["dueOn"]
    clock.at = NOON + timedelta(days=9)
    place = f"/v1/pathways/{path['id']}"
    ok(await act(who("nurse"), f"{place}/record-outcome", {"code": "studies"}, await get(who("nurse"), place)))
    owed = clocks(await get(who("nurse"), here))["feedback"]
    assert (owed["dueOn"], owed["source"], owed["ruleCode"]) == ("2026-12-02", "C-12", "feedback_with_outcome")
    mine = await get(who("employment"), here)
    assert (mine["clocks"], mine["nextOn"], mine["feedback"]["dueOn"]) == ([], "2027-02-19", "2027-02-19")
    ok(await f.told(who, seen))
    assert clocks(await get(who("nurse"), here))["feedback"]["metAt"] is not None


async def test_the_first_contact_is_the_earliest_that_is_told(
    who: As, world: World, session: AsyncSession, connection: AsyncConnection
) -> None:
    """Another room says when the client was reached; in any order, and the sender's version does not move."""
    seen, _ = await f.accepted(who, world)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    referral = await session.get(Referral, seen["id"])
    assert referral is not None
    version = referral.version
    for hours in (5, 3, 4):
        referral.contacted(NOON + timedelta(hours=hours))
    await session.flush()
    assert (referral.first_contact_at, referral.version) == (NOON + timedelta(hours=3), version)
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    shown = await get(who("nurse"), f"/v1/referrals/{seen['id']}")
    assert clocks(shown)["first_contact"]["metAt"] == shown["firstContactAt"] == "2026-11-23T13:00:00Z"
    assert (await get(who("employment"), f"/v1/referrals/{seen['id']}"))["firstContactAt"] is None


async def test_a_priority_set_by_the_team_survives_a_return(who: As, world: World) -> None:
    """Returned and sent again with another urgency: the sender's word changes, the receiver's own stands."""
    sent = await f.a_referral(who, world, urgency="urgent")
    id = sent["id"]
    lowered = {"priority": "routine", "reason": "criteria_for_urgency_not_met"}
    ok(await verb(who, "nurse", id, "prioritise", lowered))
    ok(await verb(who, "nurse", id, "return", {"reason": "unclear_reason"}))
    ok(await verb(who, "employment", id, "submit", None))
    seen = await get(who("nurse"), f"/v1/referrals/{id}")
    assert (seen["urgency"], seen["priority"], clocks(seen)["answer"]["dueOn"]) == ("urgent", "routine", "2026-11-30")
    mine = await get(who("employment"), f"/v1/referrals/{id}")
    assert (mine["nextOn"], mine["priority"]) == ("2026-11-24", None), "what was asked for, not what became of it"


async def test_a_municipality_of_another_area_is_told_beforehand(who: As, world: World) -> None:
    for municipality, flagged in (("091", True), ("999", True), ("111", False), ("576", False)):
        body = f.referral(world, client=f.person(municipality=municipality))
        answer = ok(await act(who("employment"), "/v1/referrals/preflight", body))
        gaps = {gap["code"]: gap for gap in answer["gaps"]}
        assert ("municipality_unknown" in gaps) is flagged, municipality
        assert answer["complete"] is True
        if flagged:
            assert gaps["municipality_unknown"]["pointer"] == "/body/client/municipality"


async def test_nobody_was_informed_tomorrow(who: As, world: World) -> None:
    invalid = (422, "consent_terms_invalid")
    later = f.permission(world, informationGivenAt=f.at(hours=1))
    for path in ("/v1/referrals/preflight", "/v1/referrals"):
        refused = await act(who("employment"), path, f.referral(world, permission=later))
        assert (code(refused), pointer(refused)) == (invalid, "/body/permission/informationGivenAt")
    mine = f"/v1/clients/{world.clients['aino']}/consents"
    refused = await act(who("nurse"), mine, f.consent(world, informationGivenAt=f.at(days=1)))
    assert (code(refused), pointer(refused)) == (invalid, "/body/informationGivenAt")
    ahead = f.permission(world, informationGivenAt=f.at(minutes=4))
    assert (await f.a_referral(who, world, permission=ahead))["status"] == "received", "clocks differ a little"


async def test_made_urgent_returned_and_sent_again_it_counts_from_the_new_sending(
    who: As, world: World, clock: Clock
) -> None:
    sent = await f.a_referral(who, world)
    id = sent["id"]
    ok(await verb(who, "nurse", id, "prioritise", URGENT))
    ok(await verb(who, "nurse", id, "return", {"reason": "missing_criteria"}))
    clock.at = NOON + timedelta(days=10)
    ok(await verb(who, "employment", id, "submit", {}))
    seen = clocks(await get(who("nurse"), f"/v1/referrals/{id}"))["answer"]
    assert (seen["dueOn"], seen["overdue"], seen["rule"][:7]) == ("2026-12-04", False, "urgent:")
    listed = await get(who("nurse"), "/v1/worklist", list="mine", limit="200")
    work = next(w for w in listed["items"] if w["subjectId"] == id)
    assert (work["dueOn"], work["overdue"]) == ("2026-12-04", False), "the same date wherever it is read"


async def test_what_was_before_the_referral_or_in_error_is_no_first_contact(
    who: As, world: World, clock: Clock
) -> None:
    seen, path = await f.accepted(who, world)
    log, place = f"/v1/clients/{path['clientId']}/contacts", f"/v1/referrals/{seen['id']}"
    reached = {"direction": "outgoing", "channel": "phone", "result": "reached"}
    clock.at = NOON + timedelta(days=2)
    ok(await act(who("nurse"), log, {**reached, "at": f.at(days=-40)}))
    assert (await get(who("nurse"), place))["firstContactAt"] is None
    wrong = ok(await act(who("nurse"), log, {**reached, "at": f.at(hours=1)}))
    ok(await act(who("nurse"), log, {**reached, "at": f.at(days=1)}))
    assert (await get(who("nurse"), place))["firstContactAt"] == "2026-11-23T11:00:00Z"
    ok(await act(who("nurse"), f"/v1/contacts/{wrong['id']}/mark-entered-in-error", {"reason": "Another."}, wrong))
    assert (await get(who("nurse"), place))["firstContactAt"] == "2026-11-24T10:00:00Z"
