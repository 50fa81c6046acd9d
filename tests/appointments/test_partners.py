"""Kela's adviser receives whom the client lets be told of: on visiting days, and until the permission ends (C-19)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.appointments.booking import a_path, at, verb, visit
from tests.calendars.conftest import a_series
from tests.conftest import As, Clock
from tests.factories import ABSENT, act, code, get, ok
from tests.world import World

TUESDAY = at(1, 10, month=12)  # the first of December


def reception(world: World, **over: object) -> f.Json:
    return visit(world, "kela", kind="kela_reception", minutes=None, **{"startsAt": TUESDAY, **over})


async def reserved(connection: AsyncConnection, row: f.Json) -> int:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = await connection.scalar(
        text("SELECT count(*) FROM reservations WHERE subject_id = :id AND released_at IS NULL"), {"id": row["id"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return int(found or 0)


async def test_without_permission_no_name_is_told(who: As, world: World) -> None:
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}/appointments"
    refused = await act(who("nurse"), here, reception(world))
    told = refused.json()
    assert code(refused) == (409, "consent_missing")
    assert (told["recipients"], told["dataClasses"]) == ([str(world.organisations["kela"])], ["participation"])
    assert told["gapId"]
    assert [one["action"] for one in told["actions"]] == ["ask", "record_consent"]
    assert (await get(who("kela"), "/v1/appointments"))["items"] == []
    consents = f"/v1/clients/{path['clientId']}/consents"
    ok(await act(who("client"), consents, f.consent(world, "kela", dataClasses=["participation"])))
    row = ok(await act(who("nurse"), here, reception(world)))
    assert row["minutes"] == 45
    assert code(await act(who("nurse"), here, reception(world, startsAt=at(2, 10, month=12)))) == (
        409, "not_a_visiting_day",
    )  # fmt: skip


async def test_a_reception_is_booked_by_its_slots(who: As, world: World) -> None:
    """Four of half an hour from ten on the first Tuesday (C-19): the booking takes their beginning and their length."""
    seat = world.seats["kela_work_ability_adviser"]
    ok(await who("lead").post(f"/v1/seats/{seat}/series", json=a_series(starts="10:00", minutes=30)))
    path = await a_path(who, world, "kela")
    here = f"/v1/pathways/{path['id']}/appointments"
    row = ok(await act(who("nurse"), here, reception(world)))
    assert (row["minutes"], row["startsAt"]) == (30, "2026-12-01T08:00:00Z")
    between = reception(world, startsAt=at(1, 10, 40, month=12))
    refused = await act(who("nurse"), here, between)
    assert code(refused) == (409, "not_a_slot")
    nearest = [one["startsAt"][11:16] for one in refused.json()["slots"]]
    assert nearest == ["08:30", "09:00", "09:30"], "the first is taken"
    period = {"from": "2026-12-01", "to": "2026-12-01"}
    free = await get(who("nurse"), "/v1/free-times", seatId=str(seat), **period)
    assert [one["startsAt"][11:16] for one in free["items"]] == nearest
    assert {one["endsAt"][14:16] for one in free["items"]} == {"00", "30"}
    person = str(world.persons["kela"])
    longer = await get(who("nurse"), "/v1/free-times", personId=person, kind="kela_reception", minutes=45, **period)
    assert longer["items"] == []
    ok(await act(who("nurse"), here, between | {"outsideHours": True}))


async def test_the_adviser_sees_when_where_and_whom_and_nothing_else(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world, "kela")
    row = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/appointments", reception(world)))
    answer = await who("kela").get(f"/v1/appointments/{row['id']}")
    seen = ok(answer)
    shown = {name for name, value in seen.items() if value not in (None, [])}
    assert shown == {
        "id", "version", "clientName", "kind", "status", "personId", "person", "startsAt", "endsAt", "minutes", "place",
    }  # fmt: skip
    assert path["clientId"] not in answer.text
    [line] = (await get(who("kela"), "/v1/appointments"))["items"]
    assert (line["id"], line["clientId"]) == (row["id"], None)
    assert code(await who("employment").get(f"/v1/appointments/{row['id']}")) == ABSENT
    # Whatever came of it, it is gone when it is over: a no-show looks like any other.
    clock.at = datetime.fromisoformat(row["endsAt"]) + timedelta(minutes=1)
    assert code(await who("kela").get(f"/v1/appointments/{row['id']}")) == ABSENT


async def test_a_withdrawal_takes_the_time_back_from_the_partner(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    consents = f"/v1/clients/{path['clientId']}/consents"
    given = ok(await act(who("client"), consents, f.consent(world, "kela", dataClasses=["participation"])))
    row = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/appointments", reception(world)))
    assert await reserved(connection, row) == 1
    preview = ok(await act(who("client"), f"/v1/consents/{given['id']}/withdraw-preview", {}))
    assert "partner_appointment" in str(preview)
    ok(await act(who("client"), f"/v1/consents/{given['id']}/withdraw", {}, given))
    assert await reserved(connection, row) == 0
    now = await get(who("nurse"), f"/v1/appointments/{row['id']}")
    assert (now["status"], now["cancelReason"]) == ("cancelled", "permission_ended")
    assert code(await who("kela").get(f"/v1/appointments/{row['id']}")) == ABSENT
    assert code(await act(who("nurse"), verb(now, "move"), {"startsAt": TUESDAY, "reason": "no_room"}, now)) == (
        409, "illegal_move",
    )  # fmt: skip
