"""Who may write and look up organisations and people, and what another area sees; organisations over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.ids import new_id
from tests.conftest import As
from tests.factories import code, pointer
from tests.people.conftest import TODAY, membership, person
from tests.world import World

WRITES = [
    ("POST", "/v1/organisations", {"name": "x", "kind": "ngo"}),
    ("POST", "/v1/organisations/{organisation}/units", {"name": "x", "kind": "sote_centre"}),
    ("POST", "/v1/persons", {"name": "x"}),
    ("POST", "/v1/persons/{person}/logins", {"issuer": "x", "subject": "x"}),
    ("PATCH", "/v1/organisations/{organisation}", {"name": "x"}),
    ("PATCH", "/v1/persons/{person}", {"name": "x"}),
]
READS = ["/v1/persons/{person}/memberships", "/v1/persons/{person}/logins"]


def filled(path: str, world: World) -> str:
    return path.format(organisation=world.organisations["ngo"], person=world.persons["ngo"])


@pytest.mark.parametrize(("method", "path", "body"), [*WRITES, *[("GET", path, None) for path in READS]])
async def test_administrators_of_the_area_only(
    who: As, world: World, elsewhere: str, method: str, path: str, body: Any
) -> None:
    async def ask(persona: str) -> httpx.Response:
        return await who(persona).request(method, filled(path, world), json=body, headers={"If-Match": "*"})

    assert code(await ask("")) == (401, "unauthenticated")
    for persona in ("client", "nurse", "kela", "lead", "dpo"):
        assert code(await ask(persona)) == (403, "missing_permission"), persona
    assert (await ask("admin")).status_code in (200, 201)
    if "{" in path:
        assert code(await ask(elsewhere)) == (404, "not_found")


async def test_who_works_elsewhere_is_not_there(who: As, world: World, elsewhere: str) -> None:
    other = who(elsewhere)
    assert [p["name"] for p in (await other.get("/v1/persons")).json()["items"]] == ["Pertti Pohjola"]
    assert [o["name"] for o in (await other.get("/v1/organisations")).json()["items"]] == ["Pohjolan hyvinvointialue"]
    assert code(await other.get(f"/v1/persons/{world.persons['nurse']}")) == (404, "not_found")
    assert code(await other.get(f"/v1/organisations/{world.organisations['area']}")) == (404, "not_found")
    own = await person(other)
    answer = await other.post(f"/v1/persons/{own['id']}/memberships", json=membership(world))
    assert (code(answer), pointer(answer)) == ((422, "unknown_organisation"), "/body/organisationId")


async def test_a_lead_looks_people_up_and_a_nurse_does_not(who: As, world: World) -> None:
    assert len((await who("lead").get("/v1/persons")).json()["items"]) == len(world.persons)
    assert code(await who("nurse").get("/v1/persons")) == (403, "missing_permission")


async def test_an_organisation_and_its_unit(who: As, world: World) -> None:
    admin, id = who("admin"), str(new_id())
    given = {
        "id": id,
        "name": " Sysmän Apu ry ",
        "kind": "ngo",
        "businessId": "0737546-2",
        "referralSource": "third_sector",
    }
    made = await admin.post("/v1/organisations", json=given)
    assert made.status_code == 201
    assert made.json() == {
        **given, "name": "Sysmän Apu ry", "version": 1, "areaId": str(world.organisations["area"]),
    }  # fmt: skip
    changed = await admin.patch(
        f"/v1/organisations/{id}", json={"businessId": None}, headers={"If-Match": made.headers["ETag"]}
    )
    assert (changed.json()["businessId"], changed.json()["name"], changed.headers["ETag"]) == (
        None,
        "Sysmän Apu ry",
        '"2"',
    )
    stale = await admin.patch(f"/v1/organisations/{id}", json={"name": "x"}, headers={"If-Match": '"1"'})
    assert code(stale) == (412, "precondition_failed")
    assert stale.json()["current"]["version"] == 2
    assert code(await admin.patch(f"/v1/organisations/{id}", json={"name": "x"})) == (428, "precondition_required")
    by_itself = await admin.patch(f"/v1/organisations/{id}", json={"referralSource": "self"}, headers={"If-Match": "*"})
    assert (by_itself.status_code, pointer(by_itself)) == (422, "/body/referralSource")
    assert (
        await admin.patch(f"/v1/organisations/{id}", json={"kind": "kela"}, headers={"If-Match": "*"})
    ).status_code == 422
    unit = {"name": "Sysmän toimipiste", "kind": "ngo", "municipality": "781"}
    assert (await admin.post(f"/v1/organisations/{id}/units", json=unit)).status_code == 201
    listed = (await who("kela").get(f"/v1/organisations/{id}/units")).json()["items"]
    assert [(u["name"], u["municipality"], u["organisationId"]) for u in listed] == [("Sysmän toimipiste", "781", id)]
    again = await admin.post("/v1/organisations", json=given)
    assert code(again) == (409, "id_taken")


@pytest.mark.parametrize(
    ("body", "where", "why"),
    [
        ({"kind": "wellbeing_area"}, "/body/kind", "areas_are_bootstrapped"),
        ({"kind": "guild"}, "/body/kind", "unknown_code"),
        ({"businessId": "0737546-3"}, "/body/businessId", "malformed_business_id"),
        ({"referralSource": "rumour"}, "/body/referralSource", "unknown_code"),
        ({"referralSource": "self"}, "/body/referralSource", "source_of_nobody"),
        ({"referralSource": "joint_meeting"}, "/body/referralSource", "source_of_nobody"),
        ({"areaId": str(uuid4())}, "/body", "extra_forbidden"),
        ({"id": str(uuid4())}, "/body/id", "unacceptable_id"),
    ],
)
async def test_an_organisation_that_does_not_fit(who: As, body: dict[str, str], where: str, why: str) -> None:
    answer = await who("admin").post("/v1/organisations", json={"name": "x", "kind": "ngo", **body})
    assert (answer.status_code, pointer(answer), answer.json()["errors"][0]["code"]) == (422, where, why)


async def test_an_administrators_role_of_a_partner_governs_nothing(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """No route gives it; a row that got there otherwise is worth nothing."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE memberships SET role = 'admin' WHERE person_id = :id"), {"id": world.persons["ngo"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    partner = who("ngo")
    assert (await partner.get("/v1/persons")).json()["items"] == []
    assert code(await partner.post("/v1/persons", json={"name": "x"})) == (403, "forbidden")
    assert code(await partner.get(f"/v1/persons/{world.persons['nurse']}/logins")) == (404, "not_found")


async def test_a_membership_of_another_area_is_not_there(who: As, world: World, elsewhere: str) -> None:
    held = (await who("admin").get(f"/v1/persons/{world.persons['nurse']}/memberships")).json()["items"][0]["id"]
    other = who(elsewhere)
    assert code(await other.get(f"/v1/memberships/{held}")) == (404, "not_found")
    end = await other.post(f"/v1/memberships/{held}/end", json={"validTo": TODAY}, headers={"If-Match": "*"})
    assert code(end) == (404, "not_found")
