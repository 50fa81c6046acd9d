"""The waiting list over HTTP: put there by people or by routing, checked again, left only when there is room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import (
    ABSENT,
    CODE_WITHIN,
    LACKS,
    MALFORMED,
    TOO_LATE,
    UNTAGGED,
    act,
    action,
    code,
    get,
    ok,
    pointer,
)
from tests.world import World

NOT_AHEAD = (422, "recheck_not_ahead")
NO_ROOM = (409, "no_capacity_yet")
STALE_CODE = (422, "code_not_in_force")


async def limited(connection: AsyncConnection, world: World, most: int | None) -> None:
    """How much open work a nurse for the unemployed may hold."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE seats SET max_open = :most WHERE id = :id"),
        {"most": most, "id": world.seats["unemployed_health_nurse"]},
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def verb(who: As, persona: str, id: str, name: str, body: Any) -> Any:
    row = await get(who(persona), f"/v1/referrals/{id}")
    return await act(who(persona), f"/v1/referrals/{id}/{name}", body, row)


async def test_put_on_the_list_by_the_team_and_seen_from_every_side(who: As, world: World, clock: Clock) -> None:
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    path = f"/v1/referrals/{sent['id']}"
    body = {"reason": "no_free_times"}
    for persona, refusal in (("", f.NOBODY), ("employment", LACKS), ("client", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await act(who(persona), f"{path}/waitlist", body, sent)) == refusal
    assert code(await act(who("nurse"), f"{path}/waitlist", body)) == UNTAGGED
    assert code(await act(who("nurse"), f"{path}/waitlist", {"reason": "client_did_not_come"}, sent)) == MALFORMED
    for day in ("2026-11-23", "2026-11-22", "2027-11-24"):
        refused = await verb(who, "nurse", sent["id"], "waitlist", {**body, "recheckOn": day})
        assert (code(refused), pointer(refused)) == (NOT_AHEAD, "/body/recheckOn")
    seen = ok(await verb(who, "nurse", sent["id"], "waitlist", body))
    assert (seen["status"], seen["waitingReason"], seen["waitingDays"], seen["recheckOn"], seen["recheckOverdue"]) == (
        "waitlisted", "no_free_times", 0, "2026-12-23", False,
    )  # fmt: skip
    assert (seen["owner"]["personId"], seen["owner"]["queue"], seen["owner"]["alarm"]) == (
        None, "seat_waiting_list:unemployed_health_nurse", False,
    )  # fmt: skip
    assert (seen["nextOn"], seen["nextIs"]) == ("2026-12-23", "recheck_due")
    assert [(c["clock"], c["metAt"] is not None) for c in seen["clocks"]] == [("answer", True), ("recheck", False)]
    mine = await get(who("employment"), path)
    assert (mine["status"], mine["waitingReason"], mine["nextOn"], mine["clocks"]) == (
        "waitlisted",
        "no_free_times",
        None,
        [],
    )
    for hidden in ("priority", "waitingSince", "waitingDays", "recheckOn", "recheckOverdue", "moves", "firstContactAt"):
        assert mine[hidden] is None, hidden
    assert mine["version"] == sent["version"] + 1
    own = await get(who("client"), path)
    assert (own["status"], own["waitingDays"], own["recheckOn"]) == ("waitlisted", 0, "2026-12-23")
    clock.at = NOON + timedelta(days=31)
    row = next(
        r for r in (await get(who("nurse"), "/v1/referrals", status="waitlisted"))["items"] if r["id"] == sent["id"]
    )
    assert (row["waitingDays"], row["recheckOverdue"], row["priority"]) == (31, True, "routine")
    listed = await get(who("nurse"), "/v1/worklist", list="waiting", limit="200")
    work = next(w for w in listed["items"] if w["subjectId"] == sent["id"])
    assert (work["dueOn"], work["dueIs"], work["overdue"]) == ("2026-12-23", "recheck", True)
    theirs = (await get(who("employment"), "/v1/referrals", status="waitlisted"))["items"]
    assert [(r["id"], r["waitingDays"], r["recheckOverdue"], r["nextOn"]) for r in theirs] == [
        (sent["id"], None, None, None)
    ]


async def test_the_need_is_looked_at_again_and_the_sender_notices_nothing(who: As, world: World, clock: Clock) -> None:
    sent = await f.a_referral(who, world)
    id, path = sent["id"], f"/v1/referrals/{sent['id']}"
    asked = {"result": "still_needed", "how": "phone"}
    early = await verb(who, "nurse", id, "recheck", asked)
    assert (code(early), early.json()["state"]) == (TOO_LATE, "received")
    ok(await verb(who, "nurse", id, "waitlist", {"reason": "capacity_full", "recheckOn": "2026-12-01"}))
    before = await get(who("employment"), path)
    for persona, refusal in (("employment", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await act(who(persona), f"{path}/recheck", asked, before)) == refusal
    hidden = {**asked, "note": f"Call {f.AINO}"}
    assert code(await verb(who, "nurse", id, "recheck", hidden)) == CODE_WITHIN
    assert code(await verb(who, "nurse", id, "recheck", {**asked, "recheckOn": "2026-11-23"})) == NOT_AHEAD
    clock.at = NOON + timedelta(days=10)
    assert (await get(who("nurse"), path))["recheckOverdue"] is True
    for result in ("not_reached", "not_needed"):
        left = ok(await verb(who, "nurse", id, "recheck", {**asked, "result": result}))
        assert (left["recheckOn"], left["recheckOverdue"], left["priority"]) == ("2026-12-01", True, "routine"), result
    urgent = ok(await verb(who, "nurse", id, "recheck", {**asked, "result": "more_urgent", "note": "Rent is due."}))
    assert (urgent["priority"], urgent["recheckOn"], urgent["owner"]["alarm"]) == ("urgent", "2026-12-10", True)
    eased = ok(await verb(who, "nurse", id, "recheck", {**asked, "result": "less_urgent"}))
    assert (eased["priority"], eased["recheckOn"], eased["owner"]["alarm"]) == ("routine", "2027-01-04", False)
    agreed = ok(await verb(who, "nurse", id, "recheck", {**asked, "recheckOn": "2026-12-20"}))
    assert (agreed["recheckOn"], agreed["clocks"][1]["ruleCode"]) == ("2026-12-20", "recheck_as_agreed")
    after = await get(who("employment"), path)
    assert after == before, "not even the version moves"


async def test_routing_lets_it_wait_when_everybody_is_full_and_only_room_lets_it_go(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    """C-23: a nurse with room for one; the next one waits until she is free, and her deputy takes no overflow."""
    await limited(connection, world, 1)
    first, third = [await f.a_referral(who, world) for _ in range(2)]
    assert [row["status"] for row in (first, third)] == ["received", "waitlisted"]
    assert third["version"] == first["version"]
    path = f"/v1/referrals/{third['id']}"
    seen = await get(who("nurse"), path)
    assert (seen["waitingReason"], action(seen, "accept")["because"]) == ("capacity_full", "no_capacity_yet")
    refused = await verb(who, "nurse", third["id"], "accept", {})
    assert code(refused) == NO_ROOM
    assert refused.json()["allowed"] == [
        "recheck",
        "prioritise",
        "redirect",
        "return_for_info",
        "reject",
        "give_feedback",
        "waive_feedback",
    ]
    assert "re-check the need" in refused.json()["detail"]
    lines = (await get(who("nurse"), f"{path}/history"))["items"]
    assert [(line["kind"], line["side"], line["byId"]) for line in lines][1:] == [("waitlisted", "rules", None)]
    assert lines[1]["sentence"] == "It was put on the waiting list: all places are taken."
    _, taken = await f.accepted(who, world, first)
    seen = await get(who("nurse"), path)
    assert action(seen, "accept")["because"] == "no_capacity_yet", "being responsible for the path takes the place"
    other = {"responsiblePersonId": str(world.persons["coordinator"])}
    at = f"/v1/pathways/{taken['id']}"
    ok(await who("nurse").patch(at, json=other, headers={"If-Match": f'"{taken["version"]}"'}))
    seen = await get(who("nurse"), path)
    assert action(seen, "accept")["allowed"]
    _, pathway = await f.accepted(who, world, third)
    assert pathway["state"] == "active"
    after = await get(who("nurse"), path)
    assert (after["status"], after["waitingSince"], after["recheckOn"]) == ("in_progress", None, None)


async def test_what_is_urgent_does_not_wait_silently(who: As, world: World, connection: AsyncConnection) -> None:
    await limited(connection, world, 1)
    for _ in range(2):
        await f.a_referral(who, world)
    sent = await f.a_referral(who, world, urgency="urgent")
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    assert (seen["status"], seen["owner"]["personId"], seen["owner"]["alarm"]) == ("received", None, True)
    assert ok(await verb(who, "nurse", sent["id"], "waitlist", {"reason": "staff_away"}))["owner"]["alarm"] is True


@pytest.mark.parametrize(
    ("persona", "name", "body", "status"),
    [
        ("nurse", "return", {"reason": "missing_contact"}, "returned_for_info"),
        ("nurse", "reject", {"reason": "service_not_available"}, "rejected"),
        ("employment", "cancel", {}, "cancelled"),
        ("employment", "mark-entered-in-error", {"reason": "Another person."}, "entered_in_error"),
        ("nurse", "feedback", {"level": "closure_notice"}, "ended"),
    ],
)
async def test_the_ways_out_of_the_list(who: As, world: World, persona: str, name: str, body: Any, status: str) -> None:
    sent = await f.a_referral(who, world)
    ok(await verb(who, "nurse", sent["id"], "waitlist", {"reason": "seat_vacant"}))
    assert (await verb(who, persona, sent["id"], name, body)).is_success
    assert (await get(who("employment"), f"/v1/referrals/{sent['id']}"))["status"] == status
    waiting = await get(who("nurse"), "/v1/worklist", list="waiting", limit="200")
    assert sent["id"] not in [w["subjectId"] for w in waiting["items"]], "what was returned waits for its sender"


async def test_a_withdrawal_from_the_list_goes_on_reading_waitlisted(who: As, world: World) -> None:
    """Compared with one that waits on: no verb and no view of the sender tells them apart."""
    told = []
    for identity_code, withdraws in ((f.AINO, True), (f.identity_code(), False)):
        sent = await f.a_referral(who, world, client=f.person(identityCode=identity_code))
        id, path = sent["id"], f"/v1/referrals/{sent['id']}"
        ok(await verb(who, "nurse", id, "waitlist", {"reason": "capacity_full"}))
        if withdraws:
            own = ok(await verb(who, "client", id, "withdraw", {"reason": "I moved."}))
            assert own["status"] == (await get(who("nurse"), path))["status"] == "withdrawn"
        mine = await get(who("employment"), path)
        shown = {k: v for k, v in mine.items() if k not in ("id", "person", "submittedAt")}
        tried = []
        for name, body in (("submit", None), ("acknowledge-feedback", {})):
            refused = (await act(who("employment"), f"{path}/{name}", body, mine)).json()
            tried.append({k: v for k, v in refused.items() if k not in ("instance", "current")})
        listed = [
            [r["status"] for r in (await get(who("employment"), "/v1/referrals", status=s))["items"] if r["id"] == id]
            for s in ("waitlisted", "received", "withdrawn")
        ]
        found = ok(await act(who("employment"), "/v1/referrals/search", {"identityCode": identity_code}))["items"]
        told.append((shown, tried, listed, [r["status"] for r in found]))
        ok(await f.told(who, mine, "closure_notice"))
        assert (await get(who("employment"), path))["status"] == "ended"
    assert told[0] == told[1]
    assert told[0][0]["status"] == "waitlisted"


@pytest.mark.parametrize("withdraws", [True, False])
async def test_sent_again_after_a_withdrawal_it_waits_as_any_other(
    who: As, world: World, connection: AsyncConnection, withdraws: bool
) -> None:
    """Returned, withdrawn, sent again while everybody is full: the sender reads the same as of one that runs on."""
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    id, path = sent["id"], f"/v1/referrals/{sent['id']}"
    ok(await verb(who, "nurse", id, "return", {"reason": "unclear_reason"}))
    if withdraws:
        ok(await verb(who, "client", id, "withdraw", {}))
    await limited(connection, world, 0)
    again = ok(await verb(who, "employment", id, "submit", None))
    assert (again["status"], again["waitingReason"], again["version"]) == (
        "waitlisted", "capacity_full", sent["version"] + 2,
    )  # fmt: skip
    assert (await get(who("nurse"), path))["status"] == ("withdrawn" if withdraws else "waitlisted")
    lines = (await get(who("nurse"), f"{path}/history"))["items"]
    assert [line["kind"] for line in lines] == [
        "submitted", "returned", *(["withdrawn"] if withdraws else []), "resubmitted",
        *([] if withdraws else ["waitlisted"]),
    ]  # fmt: skip


async def test_no_team_no_list(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality="560"))
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    assert action(seen, "waitlist")["because"] == "no_team_yet"
    refused = await act(who("nurse"), f"/v1/referrals/{sent['id']}/waitlist", {"reason": "capacity_full"}, seen)
    assert code(refused) == (409, "no_team_yet")
