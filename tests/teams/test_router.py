"""Teams and seats over HTTP: who may, what is refused, and what follows."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.kit.ids import new_id
from tests.conftest import NOON, As
from tests.factories import code
from tests.teams.conftest import ANY, TODAY, TOMORROW, holding, team
from tests.world import World

ROUTES = [
    ("POST", "/v1/teams", team()),
    ("PATCH", "/v1/teams/{team}", {"name": "x"}),
    ("POST", "/v1/teams/{team}/seats", {"role": "memory_nurse"}),
    ("PATCH", "/v1/seats/{seat}", {"maxOpen": 3}),
    ("POST", "/v1/seats/{seat}/holders", None),
    ("PATCH", "/v1/holders/{holder}", {"maxOpen": 3}),
    ("GET", "/v1/seats/{seat}/holders", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_leads_and_administrators_of_the_area_only(
    who: As, world: World, elsewhere: str, method: str, path: str, body: Any
) -> None:
    if method == "POST" and path.endswith("holders"):
        body = holding(world.persons["physiotherapist"])
    seat = world.seats["physician_msk_somatic"]
    holder = (await who("lead").get(f"/v1/seats/{seat}/holders")).json()["items"][0]["id"]
    path = path.format(team=world.team, seat=seat, holder=holder)

    async def ask(persona: str) -> httpx.Response:
        return await who(persona).request(method, path, json=body, headers=ANY)

    assert code(await ask("")) == (401, "unauthenticated")
    for persona in ("client", "nurse", "kela", "dpo"):
        assert code(await ask(persona)) == (403, "missing_permission"), persona
    if path != "/v1/teams":
        assert code(await ask(elsewhere)) == (404, "not_found")
    assert (await ask("lead")).status_code in (200, 201)


async def test_a_team_and_its_municipalities(who: As, world: World) -> None:
    lead, id = who("lead"), str(new_id())
    made = await lead.post("/v1/teams", json=team(id=id, municipalities=["560", "081", "560"]))
    assert (made.status_code, made.json()["municipalities"]) == (201, ["081", "560"])
    taken = await lead.post("/v1/teams", json=team(code="other", municipalities=["142", "560", "111"]))
    assert code(taken) == (409, "municipality_covered")
    assert taken.json()["municipalities"] == ["111", "560"]
    assert "111, 560" in taken.json()["detail"]
    assert code(await lead.post("/v1/teams", json=team())) == (409, "team_code_taken")
    path = f"/v1/teams/{id}"
    tag = (await who("kela").get(path)).headers["ETag"]
    # Its own municipalities are not in its way; another team's are.
    grown = await lead.patch(path, json={"municipalities": ["560", "142"]}, headers={"If-Match": tag})
    assert (grown.json()["municipalities"], grown.json()["code"], grown.headers["ETag"]) == (
        ["142", "560"], "orimattila", '"2"',
    )  # fmt: skip
    assert code(await lead.patch(path, json={"municipalities": ["098"]}, headers=ANY)) == (409, "municipality_covered")
    assert code(await lead.patch(path, json={"name": "x"}, headers={"If-Match": tag})) == (412, "precondition_failed")
    assert code(await lead.patch(path, json={"name": "x"})) == (428, "precondition_required")
    freed = await lead.post("/v1/teams", json=team(code="hartola", municipalities=["081"]))
    assert freed.status_code == 201


async def test_another_area_may_cover_the_same_number(who: As, elsewhere: str) -> None:
    assert (await who(elsewhere).post("/v1/teams", json=team(municipalities=["111"]))).status_code == 201
    assert [t["code"] for t in (await who(elsewhere).get("/v1/teams")).json()["items"]] == ["orimattila"]


async def test_two_teams_at_once_do_not_get_the_same_municipality(
    api: FastAPI, world: World, engine: AsyncEngine
) -> None:
    """Real transactions, each with its own connection; what was won is given back afterwards."""
    lead = {"Authorization": f"Bearer {api.state.development.token('lead', NOON)}"}
    api.state.clock.at = NOON
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    codes = [f"race-{new_id().hex[-12:]}" for _ in range(4)]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=lead) as client:
        answers = await asyncio.gather(
            *(client.post("/v1/teams", json=team(code=c, municipalities=["291"])) for c in codes)
        )
        try:
            assert sorted(a.status_code for a in answers) == [201, 409, 409, 409]
            assert {a.json()["code"] for a in answers if a.status_code == 409} == {"municipality_covered"}
        finally:
            async with engine.begin() as connection:
                await connection.execute(text("SET LOCAL ROLE NONE"))
                await connection.execute(text("DELETE FROM teams WHERE code = ANY(:codes)"), {"codes": codes})


async def test_a_light_team_needs_no_health_seat(who: As) -> None:
    """C-59: a small municipality starts with a coordinator alone."""
    lead = who("lead")
    made = (await lead.post("/v1/teams", json=team(municipalities=["560"]))).json()
    seat = await lead.post(f"/v1/teams/{made['id']}/seats", json={"role": "work_ability_coordinator"})
    assert (seat.status_code, seat.json()["maxOpen"]) == (201, None)
    listed = (await who("ngo").get("/v1/directory?municipality=560")).json()["teams"]
    assert [(t["code"], [(s["role"], s["vacant"]) for s in t["seats"]]) for t in listed] == [
        ("orimattila", [("work_ability_coordinator", True)])
    ]


async def test_a_seat_changes(who: As, world: World) -> None:
    lead, path = who("lead"), f"/v1/seats/{world.seats['kela_work_ability_adviser']}"
    tag = (await lead.get(path)).headers["ETag"]
    changed = await lead.patch(
        path, json={"visitingDays": "FREQ=WEEKLY;BYDAY=TH", "maxOpen": 0}, headers={"If-Match": tag}
    )
    assert (changed.json()["visitingDays"], changed.json()["maxOpen"]) == ("FREQ=WEEKLY;BYDAY=TH", 0)
    bad = await lead.patch(path, json={"visitingDays": "on Tuesdays"}, headers=ANY)
    assert (code(bad), bad.json()["errors"][0]["pointer"]) == ((422, "bad_visiting_days"), "/body/visitingDays")
    assert (await lead.patch(path, json={"maxOpen": 1001}, headers=ANY)).status_code == 422
    assert (await lead.patch(path, json={"role": "memory_nurse"}, headers=ANY)).status_code == 422
    assert (await lead.patch(path, json={"visitingDays": None}, headers=ANY)).json()["visitingDays"] is None
    twice = await lead.post(f"/v1/teams/{world.team}/seats", json={"role": "physiotherapist"})
    assert code(twice) == (409, "seat_exists")
    rule = {"role": "memory_nurse", "visitingDays": "FREQ=YEARLY;BYDAY=1TU"}
    assert code(await lead.post(f"/v1/teams/{world.team}/seats", json=rule)) == (422, "bad_visiting_days")


async def test_what_another_area_has_is_not_there(who: As, world: World, elsewhere: str) -> None:
    lead, other, seat = who("lead"), who(elsewhere), world.seats["physiotherapist"]
    holder = (await lead.get(f"/v1/seats/{seat}/holders")).json()["items"][0]["id"]
    for path in (
        f"/v1/teams/{world.team}",
        f"/v1/teams/{world.team}/seats",
        f"/v1/seats/{seat}",
        f"/v1/holders/{holder}",
    ):
        assert (await lead.get(path)).status_code == 200
        assert code(await other.get(path)) == (404, "not_found"), path
    assert code(await other.post(f"/v1/holders/{holder}/end", json={"validTo": TODAY}, headers=ANY)) == (
        404, "not_found",
    )  # fmt: skip


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"9"'}])
async def test_nothing_is_changed_unseen(who: As, world: World, headers: dict[str, str]) -> None:
    lead, status = who("lead"), 412 if headers else 428
    away = {"personId": str(world.persons["nurse"]), "firstOn": TODAY, "lastOn": TOMORROW}
    absence = (await lead.post("/v1/absences", json=away)).json()["id"]
    seat = f"/v1/seats/{world.seats['physiotherapist']}"
    for path, body in ((f"/v1/absences/{absence}", {"lastOn": TODAY}), (seat, {"maxOpen": 1})):
        answer = await lead.patch(path, json=body, headers=headers)
        assert answer.status_code == status
        if headers:
            assert answer.json()["current"] == (await lead.get(path)).json()


async def test_what_happens_to_a_team_is_told(who: As, world: World, connection: AsyncConnection) -> None:
    lead = who("lead")
    made = (await lead.post("/v1/teams", json=team(template="heinola"))).json()["id"]
    await lead.patch(f"/v1/teams/{made}", json={"name": "Orimattilan tiimi"}, headers=ANY)
    seat = (await lead.post(f"/v1/teams/{made}/seats", json={"role": "memory_nurse"})).json()["id"]
    await lead.patch(f"/v1/seats/{seat}", json={"maxOpen": 5}, headers=ANY)
    holder = (await lead.post(f"/v1/seats/{seat}/holders", json=holding(world.persons["social"]))).json()["id"]
    await lead.patch(f"/v1/holders/{holder}", json={"maxOpen": 3}, headers=ANY)
    await lead.post(f"/v1/holders/{holder}/end", json={"validTo": TODAY}, headers=ANY)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text("SELECT kind, data FROM outbox_events WHERE team_id = :id ORDER BY id"), {"id": made}
    )
    role = {"role": "memory_nurse"}
    assert sorted((kind, data) for kind, data in rows) == [
        ("holder.capacity_changed", role),
        ("holder.ended", {**role, "standing": "holder"}),
        ("holder.started", {**role, "standing": "holder"}),
        ("team.created", {}),
        ("team.seat_added", role),
        ("team.seat_changed", role),
        ("team.updated", {}),
    ]
