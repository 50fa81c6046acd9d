"""The client chooses among what is offered, cancels in time, and chooses again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.appointments.booking import a_path, an_offer, at, booked, offered, verb, visit
from tests.conftest import NOON, As, Clock
from tests.factories import act, action, code, get, ok, pointer
from tests.world import World


async def times(who: As, row: f.Json, persona: str = "client", **params: str) -> list[str]:
    found = await get(who(persona), verb(row, "free-times"), **params)
    return [one["startsAt"] for one in found["items"]]


async def test_the_client_chooses_cancels_and_chooses_again(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    other = (await f.accepted(who, world))[1]
    ok(await act(who("nurse"), f"/v1/pathways/{other['id']}/appointments", visit(world)))  # on Wednesday at ten
    offer = await an_offer(who, world, path)
    assert (offer["status"], offer["startsAt"]) == ("proposed", None)
    free = await times(who, offer, **{"from": "2026-11-25"})
    wanted = [one for one in free if one.startswith("2026-11-25")]
    assert "2026-11-25T08:00:00Z" not in wanted
    assert "2026-11-25T09:00:00Z" in wanted
    assert free[-1] < "2026-12-05"
    refused = await act(who("client"), verb(offer, "choose-time"), {"startsAt": at(25, 10)}, offer)
    assert code(refused) == (409, "time_not_offered")
    row = ok(await act(who("client"), verb(offer, "choose-time"), {"startsAt": wanted[-1]}, offer))
    assert (row["status"], row["bookedBy"], row["bookedById"]) == ("booked", "client", None)
    assert action(row, "cancel_own")["allowed"]
    # Up to a day before; later the client calls.
    clock.at = datetime.fromisoformat(row["startsAt"]) - timedelta(hours=23, minutes=59)
    late = await get(who("client"), f"/v1/appointments/{row['id']}")
    assert action(late, "cancel_own")["because"] == "cancel_too_late"
    refused = await act(who("client"), verb(row, "cancel-own"), {}, row)
    assert (code(refused), refused.json()["cancelHours"]) == ((409, "cancel_too_late"), 24)
    clock.at = NOON
    gone = ok(await act(who("client"), verb(row, "cancel-own"), {}, row))
    assert (gone["status"], gone["cancelledBy"], gone["cancelReason"]) == ("cancelled", "client", "client_asked")
    [again] = (await get(who("client"), "/v1/appointments", status="proposed"))["items"]
    assert (gone["nextOfferId"], row["nextOfferId"]) == (again["id"], None)
    assert row["startsAt"] in await times(who, again), "the time is free again"
    second = ok(
        await who("client").post(verb(again, "choose-time"), json={"startsAt": free[-1]}, headers={"If-Match": "*"})
    )
    assert (second["replacesId"], second["startsAt"]) == (row["id"], free[-1])
    counted = await get(who("nurse"), f"/v1/clients/{path['clientId']}/attendance")
    assert (counted["coming"], counted["cancelledByClient"], counted["noShows"]) == (1, 1, 0)
    # The time taken names no client, and yet the data protection officer of the area finds who took it.
    await connection.execute(text("SET LOCAL ROLE NONE"))
    lines = "SELECT count(*) FILTER (WHERE client_id IS NULL AND organisation_id IS NULL), count(*) FROM use_log"
    lost, taken = (await connection.execute(text(f"{lines} WHERE resource_type = 'reservations'"))).one()
    assert (lost, taken > 0) == (0, True)
    assert counted == await get(who("client"), f"/v1/clients/{path['clientId']}/attendance")


async def test_what_is_offered_ends_and_is_no_partners(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world, "kela")
    here = f"/v1/pathways/{path['id']}/appointment-offers"
    for over, refusal, field in (
        ({"bookableUntil": "2026-11-22"}, "offer_period", "bookableUntil"),
        ({"bookableUntil": "2027-06-30"}, "offer_period", "bookableUntil"),
        ({"personId": str(world.persons["kela"]), "kind": "kela_reception"}, "partner_not_offered", "personId"),
    ):
        refused = await act(who("nurse"), here, offered(world, **over))
        assert (code(refused), pointer(refused)) == ((422, refusal), f"/body/{field}")
    offer = await an_offer(who, world, path, bookableUntil="2026-11-24")
    clock.at = NOON + timedelta(days=2)
    assert code(await who("client").get(verb(offer, "free-times"))) == (409, "offer_lapsed")
    refused = await act(who("client"), verb(offer, "choose-time"), {"startsAt": at(26, 9)}, offer)
    assert code(refused) == (409, "offer_lapsed")
    row = ok(await act(who("client"), verb(offer, "cancel-own"), {}, offer))
    assert row["status"] == "cancelled"
    assert (await get(who("client"), "/v1/appointments", status="proposed"))["items"] == []


async def test_the_team_chooses_for_a_client_who_calls_and_offers_again(who: As, world: World) -> None:
    path = await a_path(who, world)
    offer = await an_offer(who, world, path, kind="health_check", minutes=None)
    free = await times(who, offer, "nurse")
    # There is room for recording before the day ends: the last start is two and a half hours before.
    assert max(one[11:16] for one in free) == "11:30"
    row = ok(await act(who("nurse"), verb(offer, "choose-time"), {"startsAt": free[0]}, offer))
    assert (row["bookedBy"], row["recordingStartsAt"]) == ("team", row["endsAt"])
    gone = ok(
        await act(who("nurse"), verb(row, "cancel"), {"reason": "client_asked", "offerAgainUntil": "2026-12-31"}, row)
    )
    assert gone["cancelledBy"] == "client"
    [again] = (await get(who("client"), "/v1/appointments", status="proposed"))["items"]
    assert again["bookableUntil"] == "2026-12-31"
    log = await get(who("nurse"), f"/v1/clients/{path['clientId']}/contacts")
    assert [(one["result"], one["reached"]) for one in log["items"]] == [("cancelled_by_client", True)]


async def test_no_other_client_sees_or_takes_it(who: As, world: World) -> None:
    """Aino sees nothing of a time offered to somebody else."""
    await a_path(who, world)
    other = (await f.accepted(who, world))[1]
    theirs = await an_offer(who, world, other)
    held = await booked(who, world, other, startsAt=at(26, 10))
    for row in (theirs, held):
        assert code(await who("client").get(f"/v1/appointments/{row['id']}")) == f.ABSENT
    assert code(await who("client").get(verb(theirs, "free-times"))) == f.ABSENT
    assert code(await act(who("client"), verb(theirs, "choose-time"), {"startsAt": at(27, 9)}, theirs)) == f.ABSENT
    assert code(await act(who("client"), verb(held, "cancel-own"), {}, held)) == f.ABSENT
