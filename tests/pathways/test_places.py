"""One open case takes one place: being responsible for a path stands on a seat, and holds a period (C-23, C-43)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, action, code, get, ok
from tests.world import World

NURSES, COORDINATORS = "unemployed_health_nurse", "work_ability_coordinator"
FULL = (409, "seat_full")
HAND_OVER = (409, "handover_first")
TODAY, YESTERDAY = "2026-11-23", "2026-11-22"
Place = tuple[str, str | None, bool]


async def sql(connection: AsyncConnection, statement: str, **values: Any) -> list[Any]:
    """As the superuser, whom no policy holds; then the app role works on."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    result = await connection.execute(text(statement), values)
    rows = list(result) if result.returns_rows else []
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return rows


async def limited(connection: AsyncConnection, world: World, seat: str, most: int | None) -> None:
    await sql(connection, "UPDATE seats SET max_open = :most WHERE id = :id", most=most, id=world.seats[seat])


async def place(connection: AsyncConnection, world: World, subject: str, kind: str = "pathway") -> Place:
    """Who has a piece of work, on which seat, and whether it is open."""
    people = {id: name for name, id in world.persons.items()}
    seats = {id: role for role, id in world.seats.items()}
    statement = "SELECT holder_id, seat_id, closed_at FROM work_items WHERE subject_id = :id AND kind = :kind"
    ((holder, seat, closed),) = await sql(connection, statement, id=UUID(subject), kind=kind)
    return people[holder], seats.get(seat), closed is None


async def responsible(who: As, world: World, path: f.Json, persona: str) -> httpx.Response:
    now = await f.reread(who("nurse"), path)
    body = {"responsiblePersonId": str(world.persons[persona])}
    return await who("nurse").patch(
        f"/v1/pathways/{path['id']}", json=body, headers={"If-Match": f'"{now["version"]}"'}
    )


async def seated(who: As, world: World, persona: str, seat: str, **over: Any) -> f.Json:
    body = {"personId": str(world.persons[persona]), "validFrom": TODAY, **over}
    return ok(await act(who("lead"), f"/v1/seats/{world.seats[seat]}/holders", body))


async def ended(who: As, world: World, persona: str, seat: str, last: str = YESTERDAY) -> httpx.Response:
    listed = (await get(who("lead"), f"/v1/seats/{world.seats[seat]}/holders"))["items"]
    holder = next(h for h in listed if h["personId"] == str(world.persons[persona]))
    return await act(who("lead"), f"/v1/holders/{holder['id']}/end", {"validTo": last}, holder)


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


async def by_database(connection: AsyncConnection, world: World, persona: str, seat: str, last: str) -> str | None:
    """End a period as the app role does, with Python out of the way: the constraint that refused it, if one did."""
    enter = "SELECT enter_request(:issuer, 'lead', CAST(:on AS text)::date)"
    end = "UPDATE holders SET valid_to = CAST(:last AS text)::date WHERE person_id = :person AND seat_id = :seat"
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    try:
        async with connection.begin_nested() as undo:
            await connection.execute(text(enter), {"issuer": DEVELOPMENT_ISSUER, "on": TODAY})
            values = {"last": last, "person": world.persons[persona], "seat": world.seats[seat]}
            assert (await connection.execute(text(end), values)).rowcount == 1
            await undo.rollback()
    except DBAPIError as refused:
        return str(getattr(refused.orig.__cause__, "constraint_name", refused))
    return None


async def test_a_path_holds_the_period_of_who_answers_for_it(
    who: As, world: World, connection: AsyncConnection
) -> None:
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) is None
    _, path = await f.accepted(who, world)
    assert code(await ended(who, world, "nurse", NURSES)) == HAND_OVER
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) == "handover_first"
    # On another seat too: a seat keeps what stands on it, whatever else the person holds.
    await seated(who, world, "nurse", COORDINATORS)
    assert code(await ended(who, world, "nurse", NURSES)) == HAND_OVER
    ok(await responsible(who, world, path, "coordinator"))
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) is None
    ok(await ended(who, world, "nurse", NURSES))


async def test_feedback_owed_holds_the_last_seat_in_the_team(
    who: As, world: World, connection: AsyncConnection
) -> None:
    seen, path = await f.with_outcome(who, world)
    ok(await responsible(who, world, path, "coordinator"))
    assert await place(connection, world, seen["id"], "feedback") == ("nurse", None, True)
    assert code(await ended(who, world, "nurse", NURSES)) == HAND_OVER
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) == "handover_first"
    # Another seat in the team keeps them only if it is theirs on the very next day, and nothing is owed elsewhere.
    later = await seated(who, world, "nurse", COORDINATORS, validFrom="2026-12-01", validTo="2026-12-10")
    assert await by_database(connection, world, "nurse", NURSES, YESTERDAY) == "handover_first"
    assert await by_database(connection, world, "nurse", NURSES, "2026-11-29") == "handover_first"
    assert await by_database(connection, world, "nurse", NURSES, "2026-11-30") is None
    assert await by_database(connection, world, "nurse", NURSES, "2026-12-09") is None
    assert await by_database(connection, world, "nurse", NURSES, "2026-12-10") == "handover_first"
    await sql(connection, "UPDATE holders SET valid_from = '2026-11-01' WHERE id = :id", id=UUID(later["id"]))
    ok(await ended(who, world, "nurse", NURSES))
    assert code(await ended(who, world, "nurse", COORDINATORS, TODAY)) == HAND_OVER, "now it is the last one"
    ok(await f.told(who, seen, by="coordinator"))
    ok(await ended(who, world, "nurse", COORDINATORS, TODAY))


async def test_what_is_owed_to_one_team_holds_no_seat_in_another(
    who: As, world: World, connection: AsyncConnection
) -> None:
    seen, path = await f.with_outcome(who, world)
    ok(await responsible(who, world, path, "coordinator"))
    hollola = "SELECT s.id FROM seats s WHERE s.role = :role AND s.team_id <> :team"
    ((other,),) = await sql(connection, hollola, role=COORDINATORS, team=world.team)
    world = replace(world, seats={**world.seats, "hollola": other})
    await seated(who, world, "nurse", "hollola")
    assert code(await ended(who, world, "nurse", NURSES)) == HAND_OVER, "a seat elsewhere keeps nobody here"
    ok(await ended(who, world, "nurse", "hollola", TODAY))
    assert await place(connection, world, seen["id"], "feedback") == ("nurse", None, True)


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
