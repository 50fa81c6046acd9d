"""Routing in the database: one owner or one queue, capacity kept by the seat's row, continuity, redirection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, NOBODY, UNTAGGED, act, code, get, ok
from tests.world import World


async def limited(connection: AsyncConnection, world: World, seat: str, most: int) -> None:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE seats SET max_open = :most WHERE id = :id"), {"most": most, "id": world.seats[seat]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_everything_open_has_one_holder_or_one_queue(who: As, world: World, connection: AsyncConnection) -> None:
    await f.a_referral(who, world, client=f.person(municipality=None))
    _, path = await f.with_outcome(who, world)
    for kind in ("health_check", "physician_assessment", "functional_test", "coordination"):
        await f.an_assessment(who, path, kind)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = (await connection.execute(text("SELECT holder_id, queue FROM work_items WHERE closed_at IS NULL"))).all()
    assert len(rows) == 7
    assert all((holder is None) is not (queue is None) for holder, queue in rows)
    orphans = (
        "SELECT count(*) FROM referrals r WHERE state <> 'draft' "
        "AND NOT EXISTS (SELECT FROM work_items w WHERE w.subject_id = r.id)"
    )
    assert await connection.scalar(text(orphans)) == 0
    for both in ("holder_id = NULL, queue = NULL", "queue = 'x'"):
        with pytest.raises(DBAPIError, match="one_owner"):
            async with connection.begin_nested():
                await connection.execute(text(f"UPDATE work_items SET {both} WHERE holder_id IS NOT NULL"))


async def test_a_full_nurse_lets_referrals_wait_and_loses_none(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """C-23: over the limit a referral waits in the team's queue; the deputy is as full as the seat says."""
    await limited(connection, world, "unemployed_health_nurse", 2)
    sent = [await f.a_referral(who, world) for _ in range(6)]
    owners = [(await get(who("nurse"), f"/v1/referrals/{row['id']}"))["owner"] for row in sent]
    holders = [owner["name"] for owner in owners]
    assert holders[:2] == ["Hanna Harju", "Hanna Harju"]
    assert all(holders.count(name) <= 2 for name in holders if name)
    waiting = [owner for owner in owners if owner["personId"] is None]
    assert waiting
    assert all(owner["queue"] for owner in waiting)
    assert [row["status"] for row in sent] == ["received" if owner["personId"] else "waitlisted" for owner in owners]
    with pytest.raises(DBAPIError, match="the seat is full"):
        async with connection.begin_nested():
            await connection.execute(
                text("UPDATE work_items SET holder_id = :nurse, seat_id = :seat, queue = NULL WHERE queue IS NOT NULL"),
                {"nurse": world.persons["nurse"], "seat": world.seats["unemployed_health_nurse"]},
            )


async def test_the_loads_of_the_decision_are_counted_by_person(who: As, world: World) -> None:
    """The less loaded coordinator gets the next one; two in a row go to two people."""
    seen, path = await f.accepted(who, world)
    _, other = await f.accepted(who, world)
    first = await f.an_assessment(who, path, "coordination")
    second = await f.an_assessment(who, other, "coordination")
    assert first["owner"]["personId"] != second["owner"]["personId"]
    why = await get(who("nurse"), f"/v1/routing-decisions/{second['decisionId']}")
    assert [(r["reason"], r["personId"]) for r in why["rejected"]] == [("more_loaded", first["owner"]["personId"])]
    assert seen["status"] == "in_progress"


async def test_the_one_who_knew_the_client_gets_the_next(who: As, world: World, clock: Clock) -> None:
    """Continuity goes before load."""
    _, path = await f.accepted(who, world)
    row = await f.an_assessment(who, path, "coordination")
    holder = row["owner"]["personId"]
    persona = next(p for p in ("coordinator", "coordinator_two") if str(world.persons[p]) == holder)
    done = {"coordinator": {"findings": "Met twice."}}
    ok(await act(who(persona), f"/v1/assessments/{row['id']}/complete", done, row))
    clock.at = NOON + timedelta(days=3)
    _, other = await f.accepted(who, world)
    busy = [await f.an_assessment(who, other, "coordination") for _ in range(3)]
    assert {b["owner"]["personId"] for b in busy} == {str(world.persons[p]) for p in ("coordinator", "coordinator_two")}
    again = await f.an_assessment(who, path, "coordination")
    assert again["owner"]["personId"] == holder


async def test_whoever_has_a_conflict_of_interest_is_not_chosen(who: As, world: World) -> None:
    seen, path = await f.accepted(who, world)
    body = {"conflictPersonIds": [str(world.persons["coordinator"])]}
    ok(await who("nurse").patch(f"/v1/clients/{seen['clientId']}", json=body, headers={"If-Match": "*"}))
    for _ in range(2):
        row = await f.an_assessment(who, path, "coordination")
        assert row["owner"]["name"] == "Kaarlo Kivi"
    why = await get(who("nurse"), f"/v1/routing-decisions/{row['decisionId']}")
    assert [(r["name"], r["reason"]) for r in why["rejected"]] == [("Kirsi Koskela", "conflict_of_interest")]


async def test_redirected_to_another_team(who: As, world: World) -> None:
    hollola = (await get(who("hollola_nurse"), "/v1/me"))["seats"][0]["teamId"]
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("nurse"), path)
    to = {"teamId": hollola, "reason": "earlier_place"}
    for persona, refusal in (
        ("", NOBODY), ("employment", LACKS), ("hollola_nurse", ABSENT),
    ):  # fmt: skip
        assert code(await act(who(persona), f"{path}/redirect", to, seen)) == refusal
    assert code(await act(who("nurse"), f"{path}/redirect", {"teamId": str(world.team), "reason": "other"}, seen)) == (
        422,
        "unknown_team",
    )
    assert code(await act(who("nurse"), f"{path}/redirect", to)) == UNTAGGED
    moved = ok(await act(who("nurse"), f"{path}/redirect", to, seen))
    assert moved["teamId"] == hollola
    theirs = await get(who("hollola_nurse"), path)
    assert (theirs["view"], theirs["owner"]["name"], theirs["status"]) == ("team", "Helmi Hollo", "received")
    items: dict[str, Any] = await get(who("nurse"), "/v1/worklist", list="team")
    assert sent["id"] not in [w["subjectId"] for w in items["items"]]
    mine = await get(who("employment"), path)
    moved_on = ("teamId", "version")  # whom it went to is the sender's to know, so it is a new version
    assert {k: v for k, v in mine.items() if k not in moved_on} == {k: v for k, v in sent.items() if k not in moved_on}
    decisions = (await get(who("hollola_nurse"), "/v1/routing-decisions", subjectId=sent["id"]))["items"]
    assert decisions[0]["replacesId"] is not None
    _, pathway = await f.accepted(who, world, sent, by="hollola_nurse")
    assert pathway["teamId"] == hollola
