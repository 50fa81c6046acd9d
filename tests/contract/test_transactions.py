"""A commit that fails is a request that failed: no 2xx for what was not saved, and nothing half saved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.dev.town import Town
from app.kit.db import transaction
from tests.contract.conftest import Place, Settle, new_person

DEFERRED = """
CREATE FUNCTION refuse_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation', CONSTRAINT = 'at_commit'; END $$
"""
TABLES = ("clients", "referrals", "idempotency_keys", "use_log", "outbox_events", "client_identifiers")


@pytest.fixture
async def strict(settle: Settle) -> AsyncIterator[Place]:
    """A place where every change of a client or a referral is refused at the commit, and not before."""
    async with settle(pool_size=2) as place:
        await place.sql(DEFERRED)
        for table in ("clients", "referrals"):
            await place.sql(
                f"CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE ON {table}"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_at_commit()"
            )
        yield place


async def saved(place: Place) -> dict[str, int]:
    return {table: await place.value(f"SELECT count(*) FROM {table}") for table in TABLES}


def requests(template: Town) -> list[tuple[str, str, str, dict[str, Any], str]]:
    """One of each kind of write: persona, method, path, body, If-Match."""
    given = new_person(template)
    code = given["client"]["identityCode"]
    client = {"teamId": str(template.team), "identityCode": code, "givenName": "A", "familyName": "B"}
    return [
        ("nurse", "POST", "/v1/clients", client, ""),
        ("employment", "POST", "/v1/referrals", given, ""),
        ("nurse", "PATCH", f"/v1/clients/{template.clients['aino']}", {"phone": "+358 50 12345"}, "*"),
    ]


async def send(place: Place, request: tuple[str, str, str, dict[str, Any], str], key: str) -> Any:
    persona, method, path, body, expected = request
    headers = {"Idempotency-Key": key} | ({"If-Match": expected} if expected else {})
    return await place.who(persona).request(method, path, json=body, headers=headers)


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_what_is_refused_at_the_commit_is_not_answered_as_done(
    strict: Place, template: Town, number: int
) -> None:
    request, key = requests(template)[number], str(uuid4())
    before = await saved(strict)
    answer = await send(strict, request, key)
    assert (answer.status_code, answer.json().get("constraint")) == (409, "at_commit"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ETag" not in answer.headers
    assert await saved(strict) == before
    for table in ("clients", "referrals"):
        await strict.sql(f"DROP TRIGGER at_commit ON {table}")
    again = await send(strict, request, key)
    assert again.is_success, f"the failure left the key free, but: {again.text}"
    assert "Idempotency-Replayed" not in again.headers
    assert (await saved(strict))["use_log"] > before["use_log"]


async def test_a_commit_that_is_lost_is_503_and_saves_nothing(
    place: Place, template: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(self: AsyncSession, *_: object) -> None:
        await self.rollback()
        raise OperationalError("COMMIT", {}, ConnectionResetError("gone"))

    before = await saved(place)
    context = type(place.api.state.sessions.begin())
    with monkeypatch.context() as patched:
        patched.setattr(context, "__aexit__", lambda self, *error: lost_at_exit(self, *error))

        async def lost_at_exit(maker: Any, *error: object) -> None:
            await lost(maker.async_session)

        for request in requests(template):
            answer = await send(place, request, str(uuid4()))
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["Retry-After"]) > 0
    assert await saved(place) == before
    assert (await send(place, requests(template)[0], str(uuid4()))).status_code == 201


def dependants(dependant: Any) -> Iterator[Any]:
    yield dependant
    for child in dependant.dependencies:
        yield from dependants(child)


def test_the_commit_comes_before_the_answer(api: FastAPI) -> None:
    """With the default scope FastAPI would send the answer first, and commit afterwards."""
    scopes = set()
    for route in iter_route_contexts(api.routes):
        if hasattr(route, "dependant"):
            scopes |= {d.scope for d in dependants(route.dependant) if d.call is transaction}
    assert scopes == {"function"}


async def test_a_refusal_half_way_leaves_nothing(place: Place, template: Town) -> None:
    """The work is flushed, then refused by the database: the rows and the trail before it go too."""
    before = await saved(place)
    given = new_person(template)
    taken = await place.value("SELECT id FROM referrals LIMIT 1")
    answer = await place.who("employment").post("/v1/referrals", json=given | {"id": str(taken)})
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")
    assert await saved(place) == before
