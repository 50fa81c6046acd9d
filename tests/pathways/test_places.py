"""One open case takes one place: being responsible for a path stands on a seat and counts there (C-23)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, action, code, get, ok
from tests.pathways.places import COORDINATORS, NURSES, limited, place, responsible, seated, sql
from tests.world import World

FULL = (409, "seat_full")


async def test_accepting_ones_own_referral_takes_no_more_than_it_frees(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """One place, and the referral is on it: the path stands there afterwards, and nothing else fits beside it."""
    await limited(connection, world, NURSES, 1)
    sent = await f.a_referral(who, world)
    assert await place(connection, world, sent["id"], "referral_triage") == ("nurse", NURSES, True)
    assert action(await get(who("nurse"), f"/v1/referrals/{sent['id']}"), "accept")["allowed"]
    _, path = await f.accepted(who, world, sent)
    assert await place(connection, world, sent["id"], "referral_triage") == ("nurse", NURSES, False)
    assert await place(connection, world, path["id"]) == ("nurse", NURSES, True)

    urgent = await f.a_referral(who, world, urgency="urgent")
    at = f"/v1/referrals/{urgent['id']}"
    seen = await get(who("nurse"), at)
    assert (seen["status"], seen["owner"]["personId"], seen["owner"]["alarm"]) == ("received", None, True)
    told = action(seen, "accept")
    assert (told["allowed"], told["because"]) == (False, "seat_full")
    assert code(await act(who("nurse"), f"{at}/accept", {}, seen)) == FULL
    assert await get(who("nurse"), at) == seen, "nothing is half accepted"
    assert action(await get(who("coordinator"), at), "accept")["allowed"], "somebody else of the team has room"

    other = {"responsiblePersonId": str(world.persons["coordinator"])}
    taken = ok(await act(who("nurse"), f"{at}/accept", other, seen))
    assert await place(connection, world, taken["id"]) == ("coordinator", COORDINATORS, True)


async def test_whoever_is_full_takes_no_colleagues_referral(who: As, world: World, connection: AsyncConnection) -> None:
    """The referral stands with somebody else: taking it over needs a place of one's own."""
    sent = await f.a_referral(who, world)
    await limited(connection, world, COORDINATORS, 0)
    seen = await get(who("coordinator"), f"/v1/referrals/{sent['id']}")
    assert action(seen, "accept")["because"] == "seat_full"
    assert code(await act(who("coordinator"), f"/v1/referrals/{sent['id']}/accept", {}, seen)) == FULL
    # The deputy of the nurse counts by their own open work, not by the nurse's.
    await limited(connection, world, NURSES, 1)
    _, path = await f.accepted(who, world, sent, by="nurse_deputy")
    assert await place(connection, world, path["id"]) == ("nurse_deputy", NURSES, True)


async def test_the_seat_that_the_referral_came_to_is_preferred(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """Who is on two seats: the one of the routing, else the first in order."""
    await seated(who, world, "nurse", COORDINATORS)
    first, second = [await f.a_referral(who, world) for _ in range(2)]
    moved = "UPDATE work_items SET seat_id = :seat WHERE subject_id = :id"
    await sql(connection, moved, seat=world.seats[COORDINATORS], id=UUID(first["id"]))
    _, there = await f.accepted(who, world, first)
    _, here = await f.accepted(who, world, second)
    assert await place(connection, world, there["id"]) == ("nurse", COORDINATORS, True)
    assert await place(connection, world, here["id"]) == ("nurse", NURSES, True)
    # The same rule when the responsible worker changes, and changes back.
    for path, seat in ((there, COORDINATORS), (here, NURSES)):
        ok(await responsible(who, world, path, "social"))
        assert await place(connection, world, path["id"]) == ("social", "social_counsellor", True)
        ok(await responsible(who, world, path, "nurse"))
        assert await place(connection, world, path["id"]) == ("nurse", seat, True)


async def test_another_responsible_worker_takes_a_place_of_their_own(
    who: As, world: World, connection: AsyncConnection
) -> None:
    await limited(connection, world, NURSES, 1)
    _, path = await f.accepted(who, world)
    await limited(connection, world, COORDINATORS, 0)
    before = await f.reread(who("nurse"), path)
    assert code(await responsible(who, world, path, "coordinator")) == FULL
    assert await f.reread(who("nurse"), path) == before
    assert await place(connection, world, path["id"]) == ("nurse", NURSES, True)
    ok(await responsible(who, world, path, "nurse"))  # the same again asks for no place
    await limited(connection, world, COORDINATORS, 1)
    ok(await responsible(who, world, path, "coordinator"))
    assert await place(connection, world, path["id"]) == ("coordinator", COORDINATORS, True)
    # The nurse's place is free: the next referral comes to her.
    assert await place(connection, world, (await f.a_referral(who, world))["id"], "referral_triage") == (
        "nurse", NURSES, True,
    )  # fmt: skip
    assert code(await responsible(who, world, path, "nurse")) == FULL


async def test_who_has_handed_the_seat_over_gets_no_path(who: As, world: World, connection: AsyncConnection) -> None:
    _, path = await f.accepted(who, world)
    handed = "UPDATE holders SET handed_over_at = :at WHERE person_id = :id"
    await sql(connection, handed, at=NOON, id=world.persons["coordinator"])
    assert code(await responsible(who, world, path, "coordinator")) == (409, "not_in_seat")
    sent = await f.a_referral(who, world)
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    other = {"responsiblePersonId": str(world.persons["coordinator"])}
    assert code(await act(who("nurse"), f"/v1/referrals/{sent['id']}/accept", other, seen)) == (409, "not_in_seat")
    # Another seat of theirs comes before the one handed over.
    await seated(who, world, "coordinator", "social_counsellor")
    ok(await responsible(who, world, path, "coordinator"))
    assert await place(connection, world, path["id"]) == ("coordinator", "social_counsellor", True)


async def test_joining_a_running_path_takes_no_place(who: As, world: World, connection: AsyncConnection) -> None:
    person = f.person()
    _, path = await f.accepted(who, world, client=person)
    second = await f.a_referral(who, world, "kela", client=person, permission=f.permission(world, "area", "kela"))
    await limited(connection, world, NURSES, 0)
    seen = await get(who("nurse"), f"/v1/referrals/{second['id']}")
    ok(await act(who("nurse"), f"/v1/referrals/{second['id']}/accept", {"joinPathwayId": path["id"]}, seen))
    assert await place(connection, world, second["id"], "referral_triage") == ("nurse", NURSES, False)


async def test_a_path_counts_as_load_and_not_as_an_assignment(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """A nurse with one client day a week for two clients: two referrals fill the week, and the paths add nothing."""
    day = "UPDATE seats SET clients_per_day = 2 WHERE id = :id"
    await sql(connection, day, id=world.seats[NURSES])
    days = "UPDATE holders SET client_days_per_week = 1 WHERE seat_id = :id"
    await sql(connection, days, id=world.seats[NURSES])
    first = await f.a_referral(who, world)
    _, path = await f.accepted(who, world, first)
    second = await f.a_referral(who, world)
    assert await place(connection, world, second["id"], "referral_triage") == ("nurse", NURSES, True)
    _, other = await f.accepted(who, world, second)
    third = await f.a_referral(who, world)
    why = (await get(who("nurse"), "/v1/routing-decisions", subjectId=third["id"]))["items"][0]
    assert [(r["reason"], r["recent"]) for r in why["rejected"] if r["personId"] == str(world.persons["nurse"])] == [
        ("week_full", 2)
    ]
    assert {await place(connection, world, p["id"]) for p in (path, other)} == {("nurse", NURSES, True)}


async def test_recording_an_outcome_is_never_refused_for_capacity(
    who: As, world: World, connection: AsyncConnection
) -> None:
    seen, path = await f.accepted(who, world)
    await limited(connection, world, NURSES, 0)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"}, path))
    assert await place(connection, world, seen["id"], "feedback") == ("nurse", None, True)
    await limited(connection, world, NURSES, 1)
    assert (await f.a_referral(who, world))["status"] == "waitlisted", "the path is one, and takes the one place"
    await limited(connection, world, NURSES, 2)
    sent = await f.a_referral(who, world)
    assert sent["status"] == "received", "the feedback owed takes none"


@pytest.mark.parametrize(("on", "knows"), [("2027-11-23", True), ("2027-11-24", False)])
async def test_the_earlier_responsible_worker_comes_first(
    who: As, world: World, connection: AsyncConnection, clock: Clock, on: str, knows: bool
) -> None:
    """For twelve calendar months after the path was closed, though the other coordinator has less to do."""
    person = f.person()
    seen, path = await f.accepted(
        who, world, client=person, given={"responsiblePersonId": str(world.persons["coordinator_two"])}
    )
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"}, path))
    ok(await f.told(who, seen))
    path = await f.reread(who("nurse"), path)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
    assert await place(connection, world, path["id"]) == ("coordinator_two", COORDINATORS, False)
    for _ in range(3):
        await f.accepted(who, world, given={"responsiblePersonId": str(world.persons["coordinator_two"])})
    days = (int(on[:4]) - 2026) * 365 + int(on[-2:]) - 23
    clock.at = NOON + timedelta(days=days)
    again, running = await f.accepted(who, world, client=person)
    assert again["clientId"] == seen["clientId"]
    asked = await f.an_assessment(who, running, "coordination")
    assert asked["owner"]["personId"] == str(world.persons["coordinator_two" if knows else "coordinator"])
    why = await get(who("nurse"), f"/v1/routing-decisions/{asked['decisionId']}")
    assert ("continuity" in why["because"]) is knows


async def test_a_lead_who_accepts_leaves_it_with_whom_it_came_to(who: As, world: World) -> None:
    """Who leads and does no client work would be responsible for what they may not touch."""
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("lead"), path)
    herself = {"template": "heinola", "responsiblePersonId": str(world.persons["lead"])}
    assert code(await act(who("lead"), f"{path}/accept", herself, seen)) == (422, "not_in_team")
    made = ok(await act(who("lead"), f"{path}/accept", {"template": "heinola"}, seen))
    assert made["responsiblePersonId"] == str(world.persons["nurse"])
