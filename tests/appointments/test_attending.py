"""Kept, missed, noted wrongly: counted once, in the contact log by itself, and told to no partner."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.people.actor import enter
from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.appointments.booking import a_path, at, booked, taken, verb, visit
from tests.conftest import NOON, As, Clock
from tests.factories import act, action, code, get, ok
from tests.world import World

AFTER = datetime.fromisoformat(at(25, 12))


async def contact(who: As, path: f.Json) -> f.Json:
    return await get(who("nurse"), f"/v1/clients/{path['clientId']}/contact-state")


async def test_a_no_show_makes_the_client_silent_without_typing_it_twice(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    row = await booked(who, world, path)
    assert code(await act(who("nurse"), verb(row, "no-show"), {}, row)) == (409, "appointment_not_begun")
    assert action(row, "mark_no_show")["because"] == "appointment_not_begun"
    before = await get(who("employment"), "/v1/referrals")
    clock.at = AFTER
    missed = ok(await act(who("nurse"), verb(row, "no-show"), {"nextAttemptOn": "2026-11-27"}, row))
    assert (missed["status"], missed["noShowReason"]) == ("noshow", "unknown")
    [entry] = (await get(who("nurse"), f"/v1/clients/{path['clientId']}/contacts"))["items"]
    assert (entry["id"], entry["noShow"], entry["nextAttemptOn"]) == (missed["contactId"], True, "2026-11-27")
    clock.at = AFTER + timedelta(days=9)
    state = await contact(who, path)
    assert (state["silent"], state["because"], state["noShows"]) == (True, "no_show_unanswered", 1)
    counted = await get(who("nurse"), f"/v1/clients/{path['clientId']}/attendance")
    assert (counted["noShows"], counted["lastNoShowAt"]) == (1, row["startsAt"])
    # The sender's view is what it was, and no event tells them.
    assert await get(who("employment"), "/v1/referrals") == before
    # It was noted of the wrong client: corrected here and in the log.
    right = ok(await act(who("nurse"), verb(missed, "reopen"), {"reason": "Another client was meant."}, missed))
    assert (right["status"], right["noShowReason"], right["contactId"]) == ("booked", None, None)
    [entry] = (await get(who("nurse"), f"/v1/clients/{path['clientId']}/contacts"))["items"]
    assert entry["state"] == "entered_in_error"
    assert not (await contact(who, path))["silent"]


async def test_who_told_too_late_is_not_silent(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    row = await booked(who, world, path)
    clock.at = AFTER
    missed = ok(await act(who("nurse"), verb(row, "no-show"), {"reason": "notified_late"}, row))
    assert missed["status"] == "noshow"
    clock.at = AFTER + timedelta(days=9)
    state = await contact(who, path)
    assert (state["silent"], state["lastReachedAt"]) == (False, row["startsAt"])
    assert (await get(who("nurse"), f"/v1/clients/{path['clientId']}/attendance"))["noShows"] == 1


async def test_a_visit_that_took_place_is_a_contact(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    row = await booked(who, world, path, place="own_environment", address="Kotikatu 1")
    clock.at = datetime.fromisoformat(row["startsAt"])
    here = ok(await act(who("nurse"), verb(row, "arrive"), {}, row))
    clock.at = AFTER
    done = ok(await act(who("nurse"), verb(here, "fulfil"), {"minutes": 50, "interpreterUsed": True}, here))
    assert (here["status"], done["status"]) == ("arrived", "fulfilled")
    [entry] = (await get(who("nurse"), f"/v1/clients/{path['clientId']}/contacts"))["items"]
    told = ("result", "channel", "place", "minutes", "interpreterUsed", "at")
    assert [entry[name] for name in told] == [
        "reached", "meeting", "own_environment", 50, True, row["startsAt"],
    ]  # fmt: skip
    refused = await act(who("nurse"), verb(done, "no-show"), {}, done)
    assert code(refused) == (409, "illegal_move")


async def test_an_arrival_is_noted_on_the_day(who: As, world: World, clock: Clock) -> None:
    row = await booked(who, world, await a_path(who, world))
    refused = await act(who("nurse"), verb(row, "arrive"), {}, row)
    assert (code(refused), refused.json()["arriveMinutes"]) == ((409, "appointment_not_begun"), 60)
    assert action(row, "arrive")["because"] == "appointment_not_begun"
    clock.at = datetime.fromisoformat(row["startsAt"]) - timedelta(minutes=60)
    here = ok(await act(who("nurse"), verb(row, "arrive"), {}, row))
    assert here["status"] == "arrived"
    # What the client cannot do now names nothing that only the team may.
    refused = await act(who("client"), verb(here, "cancel-own"), {}, here)
    assert (code(refused), refused.json()["allowed"]) == ((409, "illegal_move"), [])


async def test_who_was_waited_for_in_vain_is_free_for_the_next(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    row = await booked(who, world, path, kind="health_check", minutes=90, startsAt=at(25, 9))
    next_one = {"startsAt": at(25, 10)}
    clock.at = datetime.fromisoformat(at(25, 9, 20))
    missed = ok(await act(who("nurse"), verb(row, "no-show"), {}, row))
    assert await taken(connection, row) == [], "nor is there anything to record"
    # Noted wrongly: what is left of the time it has again, here and in the calendar.
    right = ok(await act(who("nurse"), verb(missed, "reopen"), {"reason": "Was in the hall."}, missed))
    assert await taken(connection, row) == [("appointment", "25 09:20"), ("recording", "25 10:30")]
    missed = ok(await act(who("nurse"), verb(right, "no-show"), {}, right))
    other = await booked(who, world, (await f.accepted(who, world))[1], **next_one)
    # Somebody else has it by now: it stays theirs.
    ok(await act(who("nurse"), verb(missed, "reopen"), {"reason": "Was in the hall."}, missed))
    assert await taken(connection, row) == []
    # A visit that ends early frees the rest.
    clock.at = datetime.fromisoformat(at(25, 10, 15))
    ok(await act(who("nurse"), verb(other, "fulfil"), {}, other))
    await booked(who, world, path, startsAt=at(25, 10, 30))
    assert await taken(connection, other) == [("appointment", "25 10:00")]


async def test_nobody_noted_what_came_of_it(who: As, world: World, clock: Clock) -> None:
    """It is a bad state from the day after; the timeline tells what was noted."""
    path = await a_path(who, world)
    row = await booked(who, world, path)
    clock.at = AFTER
    assert not (await get(who("nurse"), "/v1/stuck-cases", code="appointment_not_noted"))["items"]
    clock.at = AFTER + timedelta(days=1)
    [stuck] = (await get(who("nurse"), "/v1/stuck-cases", code="appointment_not_noted"))["items"]
    assert (stuck["subjectId"], stuck["action"]["operationId"]) == (row["id"], "fulfilAppointment")
    ok(await act(who("nurse"), verb(row, "no-show"), {}, row))
    assert not (await get(who("nurse"), "/v1/stuck-cases", code="appointment_not_noted"))["items"]
    told = await get(who("nurse"), f"/v1/pathways/{path['id']}/timeline")
    kinds = [one["kind"] for one in told["items"] if one["kind"].startswith("appointment")]
    assert sorted(kinds) == ["appointment_booked", "appointment_missed"]
    assert "contact" not in {one["kind"] for one in told["items"]}, "the no-show is one line"
    [booking] = [one["sentence"] for one in told["items"] if one["kind"] == "appointment_booked"]
    assert booking == "An appointment was booked: nurse's appointment, 25.11.2026 10:00."


async def test_where_a_protected_client_is_visited_is_not_told(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await booked(who, world, path, place="own_environment", address="Salainen katu 1")
    client = await get(who("nurse"), f"/v1/clients/{path['clientId']}")
    tag = {"If-Match": f'"{client["version"]}"'}
    ok(await who("nurse").patch(f"/v1/clients/{client['id']}", json={"protected": True}, headers=tag))
    seen = {p: (await get(who(p), f"/v1/appointments/{row['id']}"))["address"] for p in ("nurse", "social", "client")}
    assert seen == {"nurse": "Salainen katu 1", "social": None, "client": "Salainen katu 1"}


async def test_who_receives_at_a_physicians_time_is_told_to_health_alone(who: As, world: World) -> None:
    path = await a_path(who, world)
    physician = {"kind": "physician", "personId": str(world.persons["physician_mental"])}
    row = await booked(who, world, path, **physician)
    seen = {p: (await get(who(p), f"/v1/appointments/{row['id']}"))["person"] for p in ("nurse", "social", "client")}
    assert seen["nurse"] == seen["client"] != seen["social"]
    assert seen["social"] is None
    for persona, told in (("nurse", True), ("social", False)):
        [one] = (await get(who(persona), "/v1/appointments"))["items"]
        assert {one[name] is not None for name in ("personId", "personName")} == {told}
        assert (
            (one["clientName"], one["endsAt"])
            == ("Aino Esimerkki", row["endsAt"])
            == (row["clientName"], one["endsAt"])
        )
        found = await get(who(persona), "/v1/appointments", personId=row["personId"])
        assert bool(found["items"]) is told, "nor is it found by who receives"


async def test_that_it_is_of_mental_health_is_told_to_health_alone(who: As, world: World, clock: Clock) -> None:
    """Neither its kind nor whoever received, by whatever way: the stuck case, the contact log, the timeline, who booked
    it."""
    path = await a_path(who, world)
    person = str(world.persons["physician_mental"])
    row = await booked(who, world, path, kind="mental_health", personId=person)
    clock.at = AFTER + timedelta(days=1)
    stuck = "/v1/stuck-cases"
    holders = {p: (await get(who(p), stuck, code="appointment_not_noted"))["items"] for p in ("nurse", "social")}
    assert [one["holderId"] for one in holders["nurse"]] == [person]
    assert {one["holder"] for one in holders["social"]} <= {None}
    done = ok(await act(who("nurse"), verb(row, "fulfil"), {}, row))
    assert (done["kind"], done["contactId"] is not None) == ("mental_health", True)
    of = f"/v1/clients/{path['clientId']}/contacts"
    for persona, kind, told in (("nurse", "mental_health", True), ("social", "health_care", False)):
        seen = await get(who(persona), f"/v1/appointments/{row['id']}")
        assert seen["kind"] == kind
        assert {seen[name] is not None for name in ("contactId", "bookedById", "personId")} == {told}
        assert [one["kind"] for one in (await get(who(persona), "/v1/appointments"))["items"]] == [kind]
        assert [one["recordedBy"] is not None for one in (await get(who(persona), of))["items"]] == [told]
        lines = (await get(who(persona), f"/v1/pathways/{path['id']}/timeline"))["items"]
        words = [one["sentence"].lower() for one in lines if one["kind"].startswith("appointment")]
        assert [("mental health" in line, "health care visit" in line) for line in words] == [(told, not told)] * 2
    ok(await act(who("nurse"), verb(done, "reopen"), {"reason": "Another client."}, done))
    assert [one["recordedBy"] for one in (await get(who("social"), of))["items"]] == [None]
    refused = await who("nurse").post(f"/v1/pathways/{path['id']}/appointments", json=visit(world, kind="health_care"))
    assert refused.status_code == 422, "nothing is booked as what others are told"


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ("status = 'cancelled', cancelled_by = 'client', cancel_reason = 'client_asked'", True),
        ("status = 'fulfilled'", False),
        ("status = 'noshow', no_show_reason = 'forgot'", False),
        ("minutes = 30", False),
    ],
)
async def test_a_client_writes_no_outcome_into_the_database(
    who: As, world: World, session: AsyncSession, change: str, allowed: bool
) -> None:
    """The row policies and grants hold it too: what came of it, and what was agreed, the team says."""
    await booked(who, world, await a_path(who, world))
    await session.execute(text("SET LOCAL ROLE heinola_app"))
    await enter(session, DEVELOPMENT_ISSUER, "client", NOON)
    wanted = text(f"UPDATE appointments SET {change}")
    if allowed:
        changed: Any = await session.execute(wanted)
        assert changed.rowcount == 1
    else:
        with pytest.raises(DBAPIError, match=r"policy|denied"):
            await session.execute(wanted)
