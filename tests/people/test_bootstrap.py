"""The first area and administrator, made as the app role; and a client's login, which only its team can give."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.bootstrap import Bootstrapped, BootstrapRefused, add_login, bootstrap
from app.people.actor import enter
from app.people.service import enrol_client
from app.security.development import DEVELOPMENT_ISSUER
from tests.conftest import NOON, As
from tests.world import World


async def made(session: AsyncSession, **over: Any) -> Bootstrapped:
    given = {
        "area_name": "Pohjolan hyvinvointialue",
        "administrator_name": "Pertti Pohjola",
        "issuer": DEVELOPMENT_ISSUER,
        "subject": "pertti",
        "at": NOON,
    }
    async with session.begin():
        return await bootstrap(session, **{**given, **over})


async def test_the_administrator_signs_in_and_the_log_has_a_first_line(
    session: AsyncSession, who: As, connection: AsyncConnection
) -> None:
    new = await made(session)
    listed = await who("pertti").get("/v1/organisations")
    assert [(o["id"], o["areaId"], o["kind"]) for o in listed.json()["items"]] == [
        (str(new.area_id), str(new.area_id), "wellbeing_area")
    ]
    assert (await who("pertti").post("/v1/organisations", json={"name": "Kela", "kind": "kela"})).status_code == 201
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text("SELECT resource_type, person_name, role FROM use_log WHERE basis = 'bootstrap' AND login_id = :id"),
        {"id": new.login_id},
    )
    assert sorted(tuple(row) for row in rows) == [
        (kind, "Pertti Pohjola", "admin") for kind in ("logins", "memberships", "organisations", "persons")
    ]


@pytest.mark.parametrize(
    "over",
    [
        {"area_name": " PÄIJÄT-HÄMEEN hyvinvointialue"},
        {"subject": "nurse"},
        {"subject": "client"},
        {"administrator_name": " "},
        {"issuer": ""},
    ],
)
async def test_refused_and_nothing_written(
    session: AsyncSession, connection: AsyncConnection, over: dict[str, str]
) -> None:
    count = text("SELECT (SELECT count(*) FROM organisations), (SELECT count(*) FROM persons)")
    before = (await connection.execute(count)).one()
    with pytest.raises(BootstrapRefused):
        await made(session, **over)
    assert (await connection.execute(count)).one() == before


async def team_of(who: As, code: str) -> str:
    teams = (await who("hollola_nurse").get("/v1/teams")).json()["items"]
    return str(next(team["id"] for team in teams if team["code"] == code))


@pytest.mark.parametrize("persona", ["hollola_nurse", "admin", "employment", "dpo"])
async def test_a_login_of_somebody_elses_client_is_refused_by_the_database(
    session: AsyncSession, who: As, world: World, persona: str
) -> None:
    own = {"teamId": await team_of(who, "hollola"), "givenName": "Oma", "familyName": "Asiakas"}
    assert (await who("hollola_nurse").post("/v1/clients", json=own)).status_code == 201
    await enter(session, DEVELOPMENT_ISSUER, persona, NOON)
    with pytest.raises(DBAPIError, match="row-level security"):
        await enrol_client(session, world.clients["sirpa"], DEVELOPMENT_ISSUER, "sirpa")


async def test_a_login_of_our_own_client(session: AsyncSession, who: As, world: World) -> None:
    async with session.begin():
        await enter(session, DEVELOPMENT_ISSUER, "nurse", NOON)
        await enrol_client(session, world.clients["sirpa"], DEVELOPMENT_ISSUER, "sirpa")
    found = (await who("sirpa").get("/v1/clients")).json()["items"]
    assert [client["id"] for client in found] == [str(world.clients["sirpa"])]


async def added(session: AsyncSession, **over: Any) -> Bootstrapped:
    given = {
        "area_name": "pohjolan hyvinvointialue",
        "administrator_name": "Pertti Pohjola ",
        "issuer": DEVELOPMENT_ISSUER,
        "subject": "right",
        "at": NOON,
    }
    async with session.begin():
        return await add_login(session, **{**given, **over})


async def test_a_wrong_subject_is_mended_by_another_login(
    session: AsyncSession, who: As, connection: AsyncConnection
) -> None:
    first = await made(session, subject="wrong")
    assert (await who("right").get("/v1/organisations")).json()["code"] == "not_enrolled"
    second = await added(session)
    assert (second.area_id, second.person_id) == (first.area_id, first.person_id)
    assert (await who("right").post("/v1/organisations", json={"name": "Kela", "kind": "kela"})).status_code == 201
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text(
            "SELECT resource_type, resource_id, person_name FROM use_log WHERE basis = 'bootstrap' AND login_id = :id"
        ),
        {"id": second.login_id},
    )
    assert [tuple(row) for row in rows] == [("logins", second.login_id, "Pertti Pohjola")]


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"administrator_name": "Paula Pohjola"}, "nobody called Paula Pohjola"),
        ({"area_name": "Päijät-Hämeen hyvinvointialue"}, "nobody called Pertti Pohjola"),
        ({"subject": "nurse"}, "is known as nurse"),
        ({"subject": "pertti"}, "is known as pertti"),
        ({"subject": " "}, "no subject was given"),
        ({"at": NOON - timedelta(days=1)}, "nobody called"),
    ],
)
async def test_a_login_is_added_for_one_administrator_or_not_at_all(
    session: AsyncSession, connection: AsyncConnection, over: dict[str, Any], words: str
) -> None:
    await made(session)
    with pytest.raises(BootstrapRefused, match=words):
        await added(session, **over)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    assert (await connection.execute(text("SELECT count(*) FROM logins WHERE subject = 'right'"))).scalar_one() == 0


async def test_somebody_of_the_area_who_is_no_administrator_gets_no_login(session: AsyncSession, world: World) -> None:
    with pytest.raises(BootstrapRefused, match="nobody called"):
        await added(session, area_name="Päijät-Hämeen hyvinvointialue", administrator_name="Hanna Harju")
