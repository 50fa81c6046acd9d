"""A partner invites a seat to its own meeting: free times, answers, the time that is taken, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, CODE_WITHIN, LACKS, NOBODY, TOO_LATE, UNTAGGED, act, code, get, ok, pointer
from tests.meetings.test_router import a_path, planned
from tests.world import World

AT = "/v1/meeting-invitations"


async def seat_of(who: As, role: str = "unemployed_health_nurse") -> str:
    seats = (await get(who("nurse"), "/v1/me"))["seats"]
    return str(next(one["seatId"] for one in seats if one["role"] == role))


async def wanted(who: As, world: World, **over: Any) -> f.Json:
    return {
        "seatId": await seat_of(who), "kind": "activation_plan_meeting", "startsAt": f.at(days=7), "minutes": 60,
        "place": "The workshop", "topic": "Plans for spring", **over,
    }  # fmt: skip


def named(world: World) -> f.Json:
    person = f.person(identityCode=f.AINO, givenName="Zqaino", familyName="Zqtoinen")
    return {"client": person, "permission": f.permission(world, "area", "workshop")}


async def invited(who: As, world: World, **over: Any) -> f.Json:
    return ok(await act(who("workshop"), AT, await wanted(who, world, **over)))


async def test_a_partner_sees_when_and_nothing_else(who: As, world: World) -> None:
    path = await a_path(who, world)
    await planned(who, world, path, startsAt="2026-12-01T08:00:00Z")
    seat = await seat_of(who)
    asked = {"seatId": seat, "from": "2026-12-01", "to": "2026-12-01"}
    answer = await who("workshop").get(f"{AT}/free-times", params=asked)
    items = ok(answer)["items"]
    assert items
    assert {frozenset(one) for one in items} == {frozenset({"startsAt", "endsAt"})}
    assert not [
        one for one in items if one["startsAt"] < "2026-12-01T09:00:00Z" and one["endsAt"] > "2026-12-01T08:00:00Z"
    ]
    assert code(await who("").get(f"{AT}/free-times", params=asked)) == NOBODY
    for persona in ("nurse", "client", "admin"):
        assert code(await who(persona).get(f"{AT}/free-times", params=asked)) == LACKS, persona
    assert code(await who("workshop").get(f"{AT}/free-times", params=asked | {"seatId": str(uuid4())})) == ABSENT


async def test_an_invitation_is_taken_and_its_time_with_it(who: As, world: World, connection: AsyncConnection) -> None:
    """It makes no care relationship and tells the organiser nothing of whom the area knows."""
    await a_path(who, world)  # the person is a client of the team already
    row = await invited(who, world, **named(world))
    assert row["client"]["givenName"] == "Zqaino"
    hers = await who("nurse").get(f"{AT}/{row['id']}")
    assert (ok(hers)["client"]["familyName"], hers.json()["client"]["identityCodeMasked"]) == (
        "Zqtoinen", row["client"]["identityCodeMasked"],
    )  # fmt: skip
    colleague = await who("coordinator").get(f"{AT}/{row['id']}")
    assert (ok(colleague)["client"], "Zq" in colleague.text) == (None, False), "named to whoever is on the seat"
    assert code(await act(who("coordinator"), f"{AT}/{row['id']}/accept", None, row)) == (403, "not_your_seat")
    assert "Zq" not in (await who("nurse").get(AT)).text, "a list names nobody"
    for persona in ("employment", "kela", "hollola_nurse", "padasjoki_coordinator"):
        assert code(await who(persona).get(f"{AT}/{row['id']}")) == ABSENT, persona
        assert (await get(who(persona), AT, count="true"))["count"] == 0
    assert code(await who("client").get(f"{AT}/{row['id']}")) == ABSENT
    assert code(await act(who("workshop"), f"{AT}/{row['id']}/accept", None, row)) == LACKS
    assert code(await act(who("nurse"), f"{AT}/{row['id']}/withdraw", {"reason": "other"}, row)) == LACKS
    assert code(await act(who("nurse"), f"{AT}/{row['id']}/accept")) == UNTAGGED
    await connection.execute(text("SET LOCAL ROLE NONE"))
    count = text("SELECT (SELECT count(*) FROM involvements) + (SELECT count(*) FROM referrals)")
    before = (await connection.execute(count)).scalar_one()
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    taken = ok(await act(who("nurse"), f"{AT}/{row['id']}/accept", None, row))
    assert (taken["state"], taken["personId"]) == ("accepted", str(world.persons["nurse"]))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    assert (await connection.execute(count)).scalar_one() == before
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    second = await invited(who, world, startsAt=f.at(days=7, minutes=30))
    booked = await act(who("nurse"), f"{AT}/{second['id']}/accept", None, second)
    assert code(booked) == (409, "person_booked")
    assert (await get(who("nurse"), f"{AT}/{second['id']}"))["state"] == "invited"
    seen = await get(who("workshop"), f"{AT}/{row['id']}")
    gone = ok(await act(who("workshop"), f"{AT}/{row['id']}/withdraw", {"reason": "meeting_cancelled"}, seen))
    assert gone["state"] == "withdrawn"
    ok(await act(who("nurse"), f"{AT}/{second['id']}/accept", None, second))
    assert code(await act(who("nurse"), f"{AT}/{row['id']}/decline", {"reason": "no_time"}, gone)) == TOO_LATE


async def waiting(who: As, persona: str) -> int:
    return int((await get(who(persona), "/v1/worklist/counts"))["invitations"])


async def test_another_time_is_proposed_and_agreed_on(who: As, world: World) -> None:
    row = await invited(who, world)
    past = await act(who("nurse"), f"{AT}/{row['id']}/propose", {"startsAt": f.at(days=-1)}, row)
    assert (code(past), pointer(past)) == ((422, "meeting_in_the_past"), "/body/startsAt")
    assert code(await act(who("workshop"), f"{AT}/{row['id']}/agree", None, row)) == TOO_LATE
    assert [await waiting(who, persona) for persona in ("nurse", "coordinator", "workshop")] == [1, 0, 0]
    for persona, box, rows in (
        ("nurse", "to_my_seats", 1),
        ("coordinator", "to_my_seats", 0),
        ("workshop", "from_us", 1),
    ):
        assert len((await get(who(persona), AT, box=box, state="invited"))["items"]) == rows, persona
    proposed = ok(await act(who("nurse"), f"{AT}/{row['id']}/propose", {"startsAt": f.at(days=9)}, row))
    assert await waiting(who, "nurse") == 0, "it waits for the organiser now"
    assert (proposed["state"], proposed["proposedStartsAt"]) == ("proposed", "2026-12-02T10:00:00Z")
    agreed = ok(await act(who("workshop"), f"{AT}/{row['id']}/agree", None, proposed))
    assert (agreed["state"], agreed["startsAt"]) == ("accepted", "2026-12-02T10:00:00Z")
    other = await invited(who, world, startsAt=f.at(days=9))
    assert code(await act(who("nurse"), f"{AT}/{other['id']}/accept", None, other)) == (409, "person_booked")
    said = ok(await act(who("nurse"), f"{AT}/{other['id']}/decline", {"reason": "no_time"}, other))
    assert (said["state"], said["reason"]) == ("declined", "no_time")
    assert code(await act(who("nurse"), f"{AT}/{row['id']}/decline", {"reason": "ill"}, agreed)) == f.MALFORMED


async def test_what_came_of_it_is_for_the_team(who: As, world: World, clock: Clock) -> None:
    """A referral that says where it was agreed (C-09), or nothing; the organiser sees neither."""
    one, two = await invited(who, world, **named(world)), await invited(who, world, startsAt=f.at(days=8))
    for row in (one, two):
        ok(await act(who("nurse"), f"{AT}/{row['id']}/accept", None, row))
    said = {"reason": "Agreed together.", "unemploymentDays": 40}
    early = await act(who("nurse"), f"{AT}/{one['id']}/referrals", said)
    assert code(early) == (409, "meeting_not_held")
    clock.at = NOON + timedelta(days=8, hours=2)
    twice = await act(who("nurse"), f"{AT}/{one['id']}/referrals", {**said, "client": f.person()})
    assert code(twice) == (422, "person_given_twice"), twice.text
    assert (code(twice), pointer(twice)) == ((422, "person_given_twice"), "/body/client")
    referral = ok(await act(who("nurse"), f"{AT}/{one['id']}/referrals", said))
    assert referral["source"] == "joint_meeting"
    assert (referral["meetingHeld"]["organisationId"], referral["meetingHeld"]["heldOn"]) == (
        str(world.organisations["workshop"]), "2026-11-30",
    )  # fmt: skip
    assert (referral["status"], referral["person"]["familyName"]) == ("received", "Zqtoinen")
    seen = await get(who("nurse"), f"{AT}/{one['id']}")
    assert (seen["followed"], seen["referralId"]) == ("referral", referral["id"])
    again = await act(who("nurse"), f"{AT}/{one['id']}/referrals", said)
    assert code(again) == (409, "invitation_followed")
    bare = await act(who("nurse"), f"{AT}/{two['id']}/referrals", said)
    assert (code(bare), pointer(bare)) == ((422, "person_missing"), "/body/client")
    second = await get(who("nurse"), f"{AT}/{two['id']}")
    ok(await act(who("nurse"), f"{AT}/{two['id']}/follow", {"followed": "nothing"}, second))
    for row in (one, two):
        theirs = await get(who("workshop"), f"{AT}/{row['id']}")
        assert (theirs["followed"], theirs["referralId"], theirs["state"]) == (None, None, "accepted")
    assert (await get(who("workshop"), "/v1/referrals"))["items"] == []


async def test_an_invitation_that_does_not_fit(who: As, world: World) -> None:
    given = named(world)
    elsewhere = f.permission(world, "workshop")
    for over, refusal, place in (
        ({"startsAt": f.at(hours=-1)}, (422, "meeting_in_the_past"), "/body/startsAt"),
        ({"seatId": str(uuid4())}, (422, "seat_unknown"), "/body/seatId"),
        ({"client": given["client"]}, (422, "named_without_permission"), "/body/permission"),
        ({"permission": given["permission"]}, (422, "named_without_permission"), "/body/client"),
        ({**given, "permission": elsewhere}, (422, "named_without_permission"), "/body/permission/recipientIds"),
        ({"topic": f"Of {f.AINO}"}, CODE_WITHIN, "/body/topic"),
        ({"kind": "party"}, f.MALFORMED, "/body/kind"),
    ):
        refused = await act(who("workshop"), AT, await wanted(who, world, **over))
        assert (code(refused), pointer(refused)) == (refusal, place), over
    house = {"senderOrganisationId": str(world.organisations["kela"])}
    assert code(await act(who("workshop"), AT, await wanted(who, world, **house))) == (403, "not_your_organisation")
    for persona in ("nurse", "client", "lead"):
        assert code(await act(who(persona), AT, await wanted(who, world))) == LACKS, persona
    assert (await get(who("workshop"), AT, count="true"))["count"] == 0
