"""Organisations, people, memberships and logins over HTTP: who may, what is refused, and what follows."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.bootstrap import bootstrap
from app.kit.ids import new_id
from app.security.development import DEVELOPMENT_ISSUER
from tests.conftest import NOON, As, Clock
from tests.world import World

TODAY, YESTERDAY, TOMORROW = "2026-11-23", "2026-11-22", "2026-11-24"


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def pointer(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["pointer"])


async def person(admin: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await admin.post("/v1/persons", json={"name": "Uusi Ihminen", **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def membership(world: World, **more: Any) -> dict[str, Any]:
    return {
        "organisationId": str(world.organisations["area"]),
        "role": "physiotherapist",
        "register": "health",
        "validFrom": TODAY,
        **more,
    }


@pytest.fixture
async def elsewhere(session: AsyncSession) -> str:
    """Another wellbeing area, and the persona who administers it."""
    async with session.begin():
        await bootstrap(
            session,
            area_name="Pohjolan hyvinvointialue",
            administrator_name="Pertti Pohjola",
            issuer=DEVELOPMENT_ISSUER,
            subject="other-admin",
            at=NOON,
        )
    return "other-admin"


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
        ({"areaId": str(uuid4())}, "/body", "extra_forbidden"),
        ({"id": str(uuid4())}, "/body/id", "unacceptable_id"),
    ],
)
async def test_an_organisation_that_does_not_fit(who: As, body: dict[str, str], where: str, why: str) -> None:
    answer = await who("admin").post("/v1/organisations", json={"name": "x", "kind": "ngo", **body})
    assert (answer.status_code, pointer(answer), answer.json()["errors"][0]["code"]) == (422, where, why)


async def test_one_call_and_the_new_person_can_sign_in(who: As, world: World) -> None:
    given = {"membership": membership(world), "login": {"issuer": DEVELOPMENT_ISSUER, "subject": "newcomer"}}
    assert code(await who("newcomer").get("/v1/directory")) == (403, "not_enrolled")
    made = await person(who("admin"), **given)
    assert (await who("newcomer").get("/v1/directory")).status_code == 200
    held = (await who("admin").get(f"/v1/persons/{made['id']}/memberships")).json()["items"]
    assert [(m["role"], m["register"], m["validFrom"], m["validTo"]) for m in held] == [
        ("physiotherapist", "health", TODAY, None)
    ]
    logins = (await who("admin").get(f"/v1/persons/{made['id']}/logins")).json()["items"]
    assert [(x["issuer"], x["subject"], x["personId"]) for x in logins] == [
        (DEVELOPMENT_ISSUER, "newcomer", made["id"])
    ]


async def test_all_of_it_or_nothing(who: As, world: World, connection: AsyncConnection) -> None:
    for login, membership_ in (("nurse", membership(world)), ("client", membership(world))):
        given = {
            "name": "Ei Ketään",
            "membership": membership_,
            "login": {"issuer": DEVELOPMENT_ISSUER, "subject": login},
        }
        assert code(await who("admin").post("/v1/persons", json=given)) == (409, "login_taken")
    assert await connection.scalar(text("SELECT count(*) FROM persons WHERE name = 'Ei Ketään'")) == 0


async def test_sent_twice_is_done_once(who: As) -> None:
    admin, key = who("admin"), {"Idempotency-Key": "person-0001"}
    first = await admin.post("/v1/persons", json={"name": "Kaksi Kertaa"}, headers=key)
    second = await admin.post("/v1/persons", json={"name": "Kaksi Kertaa"}, headers=key)
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    other = await admin.post("/v1/persons", json={"name": "Kolmas"}, headers=key)
    assert code(other) == (422, "idempotency_key_reuse")


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


async def test_a_person_changes_and_the_trail_names_the_fields(
    who: As, world: World, connection: AsyncConnection
) -> None:
    admin, path = who("admin"), f"/v1/persons/{world.persons['nurse']}"
    tag = (await admin.get(path)).headers["ETag"]
    changed = await admin.patch(path, json={"phone": "+358 40 123 4567"}, headers={"If-Match": tag})
    assert changed.json()["phone"] == "+358 40 123 4567"
    assert (await admin.patch(path, json={"phone": "call me"}, headers={"If-Match": "*"})).status_code == 422
    assert (await admin.patch(path, json={"name": None}, headers={"If-Match": "*"})).status_code == 422
    rows = await connection.execute(
        text("SELECT action, fields, person_name FROM use_log WHERE resource_id = :id AND action = 'update'"),
        {"id": world.persons["nurse"]},
    )
    assert [tuple(row) for row in rows] == [("update", ["phone"], "Anna Aho")]


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


async def test_pages_follow_one_another(who: As, world: World) -> None:
    admin, seen, path = who("admin"), [], "/v1/persons?limit=7"
    while path:
        answer = await admin.get(path)
        seen += [p["id"] for p in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert len(seen) == len(set(seen)) == len(world.persons)
    assert code(await admin.get("/v1/persons?nam=x")) == (422, "invalid_request")


async def test_an_administrators_role_of_a_partner_governs_nothing(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """No route gives it; a row that got there otherwise is worth nothing."""
    await connection.execute(
        text("UPDATE memberships SET role = 'admin' WHERE person_id = :id"), {"id": world.persons["ngo"]}
    )
    partner = who("ngo")
    assert (await partner.get("/v1/persons")).json()["items"] == []
    assert code(await partner.post("/v1/persons", json={"name": "x"})) == (403, "forbidden")
    assert code(await partner.get(f"/v1/persons/{world.persons['nurse']}/logins")) == (404, "not_found")


async def test_the_same_role_in_two_units(who: As, world: World) -> None:
    admin, area = who("admin"), world.organisations["area"]
    path = f"/v1/persons/{(await person(admin))['id']}/memberships"
    for name in ("Heinola", "Hollola"):
        unit = await admin.post(f"/v1/organisations/{area}/units", json={"name": name, "kind": "sote_centre"})
        held = membership(world, unitId=unit.json()["id"])
        assert (await admin.post(path, json=held)).status_code == 201
        assert code(await admin.post(path, json=held)) == (409, "overlapping_membership")


async def test_a_membership_of_another_area_is_not_there(who: As, world: World, elsewhere: str) -> None:
    held = (await who("admin").get(f"/v1/persons/{world.persons['nurse']}/memberships")).json()["items"][0]["id"]
    other = who(elsewhere)
    assert code(await other.get(f"/v1/memberships/{held}")) == (404, "not_found")
    end = await other.post(f"/v1/memberships/{held}/end", json={"validTo": TODAY}, headers={"If-Match": "*"})
    assert code(end) == (404, "not_found")


async def test_a_person_is_not_changed_unseen(who: As, world: World) -> None:
    admin, path = who("admin"), f"/v1/persons/{world.persons['nurse']}"
    assert code(await admin.patch(path, json={"phone": None})) == (428, "precondition_required")
    assert code(await admin.patch(path, json={"phone": None}, headers={"If-Match": '"9"'})) == (
        412, "precondition_failed",
    )  # fmt: skip


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
