"""Who holds a seat and who is away, over HTTP: what is refused, and what follows."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As
from tests.factories import code
from tests.teams.conftest import ANY, TODAY, TOMORROW, YESTERDAY, give_work, holding
from tests.world import World


async def test_nobody_twice_on_a_seat_at_a_time(who: As, world: World) -> None:
    lead, path = who("lead"), f"/v1/seats/{world.seats['physiotherapist']}/holders"
    new = world.persons["coordinator"]
    assert code(await lead.post(path, json=holding(uuid4()))) == (422, "unknown_person")
    assert code(await lead.post(path, json=holding(new, validTo=YESTERDAY))) == (422, "ends_before_start")
    assert (await lead.post(path, json=holding(new, validTo="2026-12-31"))).status_code == 201
    assert code(await lead.post(path, json=holding(new, validFrom="2026-12-31"))) == (409, "overlapping_periods")
    deputy = holding(new, validFrom="2026-12-31", standing="deputy")
    assert code(await lead.post(path, json=deputy)) == (409, "deputy_of_oneself")
    assert (await lead.post(path, json={**deputy, "validFrom": "2027-01-01"})).status_code == 201
    listed = (await lead.get(path)).json()["items"]
    assert [(h["standing"], h["validFrom"]) for h in listed if h["personId"] == str(new)] == [
        ("deputy", "2027-01-01"),
        ("holder", TODAY),
    ]


async def test_a_partners_person_takes_no_seat_that_gets_clients_work(who: As, world: World) -> None:
    lead, partner = who("lead"), world.persons["ngo"]
    refused = await lead.post(f"/v1/seats/{world.seats['physiotherapist']}/holders", json=holding(partner))
    assert code(refused) == (409, "would_see_no_clients")
    path = f"/v1/seats/{world.seats['kela_work_ability_adviser']}/holders"
    assert (await lead.post(path, json=holding(partner))).status_code == 201


async def test_nobody_takes_a_seat_by_themself(who: As, world: World) -> None:
    path = f"/v1/seats/{world.seats['team_lead']}/holders"
    for persona in ("lead", "admin"):
        answer = await who(persona).post(path, json=holding(world.persons[persona], validFrom=TOMORROW))
        assert code(answer) == (403, "not_for_oneself")


async def test_a_role_that_reads_no_clients_takes_no_seat_that_gets_their_work(who: As, world: World) -> None:
    path = f"/v1/seats/{world.seats['physiotherapist']}/holders"
    assert code(await who("lead").post(path, json=holding(world.persons["dpo"]))) == (409, "would_see_no_clients")


async def test_the_database_refuses_the_overlap_whoever_asks(connection: AsyncConnection, world: World) -> None:
    copy = (
        "INSERT INTO holders SELECT seat_id, person_id, seat_no, person_no, standing, valid_from, valid_to, version, "
        "created_at, gen_random_uuid() FROM holders WHERE person_id = :id"
    )
    await connection.execute(text("SET LOCAL ROLE NONE"))
    with pytest.raises(Exception, match="ex_holders_one_at_a_time"):
        await connection.execute(text(copy), {"id": world.persons["nurse"]})


async def test_a_person_of_another_area_takes_no_seat_here(who: As, world: World, elsewhere: str) -> None:
    theirs = (await who(elsewhere).get("/v1/persons")).json()["items"][0]["id"]
    path = f"/v1/seats/{world.seats['physiotherapist']}/holders"
    assert code(await who("lead").post(path, json=holding(theirs))) == (422, "unknown_person")
    absence = {"personId": theirs, "firstOn": TODAY, "lastOn": TODAY}
    assert code(await who("lead").post("/v1/absences", json=absence)) == (422, "unknown_person")


async def test_work_is_handed_over_before_a_holder_goes(who: As, world: World, connection: AsyncConnection) -> None:
    work = await give_work(connection, world, "nurse", "unemployed_health_nurse")
    lead, path = who("lead"), f"/v1/seats/{world.seats['unemployed_health_nurse']}/holders"
    holder = next(h for h in (await lead.get(path)).json()["items"] if h["personId"] == str(world.persons["nurse"]))
    end = f"/v1/holders/{holder['id']}/end"
    refused = await lead.post(end, json={"validTo": TOMORROW}, headers=ANY)
    assert code(refused) == (409, "handover_first")
    assert "Hand it over" in refused.json()["detail"]
    assert (await lead.get(f"/v1/holders/{holder['id']}")).json()["validTo"] is None
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text("UPDATE work_items SET closed_at = opened_at WHERE id = :id"), {"id": work})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    ended = await lead.post(
        end, json={"validTo": YESTERDAY}, headers={"If-Match": '"1"', "Idempotency-Key": "end-00001"}
    )
    assert (ended.status_code, ended.json()["validTo"], ended.headers["ETag"]) == (200, YESTERDAY, '"2"')
    again = await lead.post(
        end, json={"validTo": YESTERDAY}, headers={"If-Match": '"1"', "Idempotency-Key": "end-00001"}
    )
    assert (again.status_code, again.json()) == (200, ended.json())
    assert code(await lead.post(end, json={"validTo": TODAY}, headers=ANY)) == (409, "already_ended")
    assert code(await lead.post(end, json={"validTo": TODAY})) == (428, "precondition_required")
    # Whoever left the seat sees its clients no longer.
    assert (await who("nurse").get("/v1/clients")).json()["items"] == []


async def test_an_absence(who: As, world: World, elsewhere: str) -> None:
    lead, nurse = who("lead"), str(world.persons["nurse"])
    bad = await lead.post("/v1/absences", json={"personId": nurse, "firstOn": TODAY, "lastOn": YESTERDAY})
    assert (code(bad), bad.json()["errors"][0]["pointer"]) == ((422, "ends_before_start"), "/body/lastOn")
    made = await lead.post("/v1/absences", json={"personId": nurse, "firstOn": TODAY, "lastOn": TOMORROW})
    assert made.status_code == 201
    path = f"/v1/absences/{made.json()['id']}"
    assert code(await who("nurse").get(path)) == (403, "missing_permission")
    assert code(await who(elsewhere).get(path)) == (404, "not_found")
    assert code(await who(elsewhere).patch(path, json={"lastOn": TODAY}, headers=ANY)) == (404, "not_found")
    shorter = await lead.patch(path, json={"lastOn": TODAY}, headers={"If-Match": made.headers["ETag"]})
    assert (shorter.json()["lastOn"], shorter.headers["ETag"]) == (TODAY, '"2"')
    assert code(await lead.patch(path, json={"lastOn": YESTERDAY}, headers=ANY)) == (422, "ends_before_start")
    mine = (await lead.get(f"/v1/absences?personId={nurse}")).json()["items"]
    assert [a["id"] for a in mine] == [made.json()["id"]]
    assert (await lead.get(f"/v1/absences?personId={world.persons['social']}")).json()["items"] == []


async def test_events_carry_codes_and_no_names(who: As, world: World, connection: AsyncConnection) -> None:
    lead = who("lead")
    path = f"/v1/seats/{world.seats['physiotherapist']}/holders"
    made = (await lead.post(path, json=holding(world.persons["nurse_deputy"], standing="deputy"))).json()
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text("SELECT kind, team_id, client_id, data FROM outbox_events WHERE subject_id = :id"), {"id": made["id"]}
    )
    assert [tuple(row) for row in rows] == [
        ("holder.started", world.team, None, {"role": "physiotherapist", "standing": "deputy"})
    ]


async def test_absences_of_one_person_do_not_overlap(who: As, world: World) -> None:
    lead, nurse = who("lead"), str(world.persons["nurse"])

    async def away(first: str, last: str, person: str = nurse) -> Any:
        return await lead.post("/v1/absences", json={"personId": person, "firstOn": first, "lastOn": last})

    made = await away("2026-12-01", "2026-12-04")
    assert made.status_code == 201
    for first, last in (("2026-12-01", "2026-12-04"), ("2026-11-20", "2026-12-01"), ("2026-12-04", "2026-12-09")):
        assert code(await away(first, last)) == (409, "overlapping_absences")
    assert (await away("2026-12-01", "2026-12-04", str(world.persons["social"]))).status_code == 201
    assert (await away("2026-12-05", "2026-12-06")).status_code == 201
    path = f"/v1/absences/{made.json()['id']}"
    assert code(await lead.patch(path, json={"lastOn": "2026-12-05"}, headers=ANY)) == (409, "overlapping_absences")
    assert (await lead.patch(path, json={"lastOn": "2026-12-03"}, headers=ANY)).status_code == 200
