"""Memberships over HTTP: which fit, how long they last, and what is told when one begins or ends."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As, Clock
from tests.factories import code, pointer
from tests.people.conftest import TODAY, TOMORROW, YESTERDAY, membership, person
from tests.world import World


@pytest.mark.parametrize(
    ("over", "field", "why"),
    [
        ({"validTo": YESTERDAY}, "validTo", "ends_before_start"),
        ({"organisation": "ngo"}, "register", "health_register_elsewhere"),
        ({"organisation": "kela", "register": "none", "role": "dpo"}, "role", "role_of_the_area"),
        ({"organisation": "kela", "register": "none", "role": "admin"}, "role", "role_of_the_area"),
        ({"role": "client"}, "role", "role_of_clients"),
        ({"organisationId": str(uuid4())}, "organisationId", "unknown_organisation"),
        ({"unitId": str(uuid4())}, "unitId", "unknown_unit"),
        ({"register": "police"}, "register", "literal_error"),
        ({"role": "wizard"}, "role", "unknown_code"),
    ],
)
async def test_a_membership_that_does_not_fit(
    who: As, world: World, over: dict[str, str], field: str, why: str
) -> None:
    over = dict(over)
    if "organisation" in over:
        over["organisationId"] = str(world.organisations[over.pop("organisation")])
    admin = who("admin")
    alone = await admin.post(f"/v1/persons/{world.persons['ngo']}/memberships", json=membership(world, **over))
    assert (alone.status_code, pointer(alone), alone.json()["errors"][0]["code"]) == (422, f"/body/{field}", why)
    within = await admin.post("/v1/persons", json={"name": "x", "membership": membership(world, **over)})
    assert (within.status_code, pointer(within)) == (422, f"/body/membership/{field}")


async def test_the_unit_of_another_organisation_is_unknown(who: As, world: World) -> None:
    admin = who("admin")
    path = f"/v1/organisations/{world.organisations['ngo']}/units"
    unit = (await admin.post(path, json={"name": "x", "kind": "ngo"})).json()["id"]
    wrong = await admin.post(f"/v1/persons/{world.persons['ngo']}/memberships", json=membership(world, unitId=unit))
    assert code(wrong) == (422, "unknown_unit")
    given = membership(
        world, unitId=unit, organisationId=str(world.organisations["ngo"]), register="none", role="peer_coach"
    )
    assert (await admin.post(f"/v1/persons/{world.persons['ngo']}/memberships", json=given)).status_code == 201


async def test_a_private_unit_handles_the_health_register(who: As, world: World) -> None:
    given = membership(world, organisationId=str(world.organisations["psychiatry"]), role="psychiatric_nurse")
    made = await who("admin").post(f"/v1/persons/{world.persons['psychiatric_nurse']}/memberships", json=given)
    assert (made.status_code, made.json()["register"]) == (201, "health")


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("2026-12-01", "2026-12-31", 409),
        ("2026-11-01", "2026-12-01", 409),
        ("2026-12-31", None, 409),
        ("2027-01-01", None, 201),
        ("2026-11-01", "2026-11-30", 201),
    ],
)
async def test_the_same_membership_does_not_overlap(
    who: As, world: World, first: str, last: str | None, status: int
) -> None:
    admin = who("admin")
    path = f"/v1/persons/{(await person(admin))['id']}/memberships"
    held = membership(world, validFrom="2026-12-01", validTo="2026-12-31")
    assert (await admin.post(path, json=held)).status_code == 201
    answer = await admin.post(path, json=membership(world, validFrom=first, validTo=last))
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "overlapping_membership"
    other = await admin.post(path, json=membership(world, validFrom=first, validTo=last, role="occupational_therapist"))
    assert other.status_code == 201


async def test_ending_a_membership_shuts_the_door(who: As, world: World, clock: Clock) -> None:
    admin = who("admin")
    held = (await admin.get(f"/v1/persons/{world.persons['workshop']}/memberships")).json()["items"][0]
    path = f"/v1/memberships/{held['id']}"

    async def end(on: str, tag: str | None = "*") -> httpx.Response:
        return await admin.post(f"{path}/end", json={"validTo": on}, headers={"If-Match": tag} if tag else {})

    assert code(await end(YESTERDAY, None)) == (428, "precondition_required")
    assert code(await end("2024-12-31")) == (422, "ends_before_start")
    assert code(await end("2026-11-21")) == (422, "ends_in_the_past")
    later = await end(TOMORROW, (await admin.get(path)).headers["ETag"])
    assert (later.status_code, later.json()["validTo"], later.headers["ETag"]) == (200, TOMORROW, '"2"')
    assert code(await end(TODAY, '"1"')) == (412, "precondition_failed")
    assert code(await end("2026-11-25")) == (409, "already_ended")
    assert (await who("workshop").get("/v1/directory")).status_code == 200
    assert (await end(YESTERDAY)).status_code == 200
    assert code(await who("workshop").get("/v1/directory")) == (403, "not_enrolled")
    assert code(await end(YESTERDAY)) == (409, "already_ended")


async def test_the_same_role_in_two_units(who: As, world: World) -> None:
    admin, area = who("admin"), world.organisations["area"]
    path = f"/v1/persons/{(await person(admin))['id']}/memberships"
    for name in ("Heinola", "Hollola"):
        unit = await admin.post(f"/v1/organisations/{area}/units", json={"name": name, "kind": "sote_centre"})
        held = membership(world, unitId=unit.json()["id"])
        assert (await admin.post(path, json=held)).status_code == 201
        assert code(await admin.post(path, json=held)) == (409, "overlapping_membership")


async def test_what_happened_to_memberships_is_told_without_names(
    who: As, world: World, connection: AsyncConnection
) -> None:
    made = await person(who("admin"), membership=membership(world, organisationId=str(world.organisations["area"])))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    row = (
        await connection.execute(
            text(
                "SELECT e.kind, e.organisation_id, e.client_id, e.data FROM outbox_events e JOIN memberships m "
                "ON m.id = e.subject_id WHERE m.person_id = :id"
            ),
            {"id": made["id"]},
        )
    ).one()
    assert tuple(row) == ("membership.started", world.organisations["area"], None, {"role": "physiotherapist"})


async def test_an_ended_membership_is_told(who: As, world: World, connection: AsyncConnection) -> None:
    admin = who("admin")
    held = (await admin.get(f"/v1/persons/{world.persons['workshop']}/memberships")).json()["items"][0]["id"]
    await admin.post(f"/v1/memberships/{held}/end", json={"validTo": TODAY}, headers={"If-Match": "*"})
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text("SELECT kind, organisation_id, data FROM outbox_events WHERE subject_id = :id ORDER BY id"), {"id": held}
    )
    assert [tuple(row) for row in rows] == [
        ("membership.started", world.organisations["workshop"], {"role": "workshop_staff"}),
        ("membership.ended", world.organisations["workshop"], {"role": "workshop_staff"}),
    ]
