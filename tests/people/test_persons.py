"""People and their logins over HTTP: enrolled in one call or not at all, changed, told of, and listed."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.security.development import DEVELOPMENT_ISSUER
from tests.conftest import As
from tests.factories import code
from tests.people.conftest import TODAY, membership, person
from tests.world import World


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


async def test_a_person_is_not_changed_unseen(who: As, world: World) -> None:
    admin, path = who("admin"), f"/v1/persons/{world.persons['nurse']}"
    assert code(await admin.patch(path, json={"phone": None})) == (428, "precondition_required")
    assert code(await admin.patch(path, json={"phone": None}, headers={"If-Match": '"9"'})) == (
        412, "precondition_failed",
    )  # fmt: skip


async def test_pages_follow_one_another(who: As, world: World) -> None:
    admin, seen, path = who("admin"), [], "/v1/persons?limit=7"
    while path:
        answer = await admin.get(path)
        seen += [p["id"] for p in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert len(seen) == len(set(seen)) == len(world.persons)
    assert code(await admin.get("/v1/persons?nam=x")) == (422, "invalid_request")


async def test_nobody_gives_access_to_themself(who: As, world: World) -> None:
    admin, login = who("admin"), {"issuer": "https://another.example", "subject": "me-too"}
    path = f"/v1/persons/{world.persons['admin']}"
    assert code(await admin.post(f"{path}/memberships", json=membership(world))) == (403, "not_for_oneself")
    assert code(await admin.post(f"{path}/logins", json=login)) == (403, "not_for_oneself")
    colleague = await person(admin, membership=membership(world, role="admin", register="none"))
    theirs = f"/v1/persons/{colleague['id']}/logins"
    assert (await admin.post(theirs, json=login)).status_code == 201


async def test_a_person_is_known_by_one_login_of_an_issuer(who: As, world: World) -> None:
    admin, path = who("admin"), f"/v1/persons/{world.persons['nurse']}/logins"
    again = {"issuer": DEVELOPMENT_ISSUER, "subject": "another-nurse"}
    assert code(await admin.post(path, json=again)) == (409, "login_exists")
    assert code(await who("another-nurse").get("/v1/me")) == (403, "not_enrolled")
    assert (await admin.post(path, json={**again, "issuer": "https://another.example"})).status_code == 201
