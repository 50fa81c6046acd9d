"""One key, one deed: the first answer is kept 72 hours, for its caller only, and not to be read in the table."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As, Clock
from tests.world import World


def somebody(world: World, name: str = "Testi") -> dict[str, Any]:
    return {"teamId": str(world.team), "givenName": name, "familyName": "Kerta", "municipality": "111"}


async def post(client: httpx.AsyncClient, body: dict[str, Any], key: str | None) -> httpx.Response:
    return await client.post("/v1/clients", json=body, headers={"Idempotency-Key": key} if key else {})


async def kept(connection: AsyncConnection) -> list[Any]:
    """Kept answers, as the superuser."""
    async with connection.begin_nested():
        await connection.execute(text("SET LOCAL ROLE NONE"))
        rows = list(await connection.execute(text("SELECT key, status, headers, body, digest FROM idempotency_keys")))
        await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return rows


async def test_the_first_answer_is_given_again(who: As, world: World, connection: AsyncConnection) -> None:
    nurse, key, given = who("nurse"), str(uuid4()), somebody(world, "Salainen")
    first, again = await post(nurse, given, key), await post(nurse, given, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    rows = await kept(connection)
    assert [(row.key, row.status) for row in rows] == [(key, 201)]
    assert b"Salainen" not in rows[0].body
    assert first.json()["id"].encode() not in rows[0].body, "sealed, not only encoded"
    sent = b"POST /v1/clients?\n" + first.request.content
    assert rows[0].digest != hashlib.sha256(sent).hexdigest(), "the body can be guessed without the key"
    third = await post(nurse, given, str(uuid4()))
    assert third.json()["id"] != first.json()["id"], "another key is another deed"
    assert (await post(nurse, given, None)).json()["id"] not in (first.json()["id"], third.json()["id"])


async def test_what_changed_since_does_not_change_the_answer(who: As, world: World) -> None:
    nurse, key, given = who("nurse"), str(uuid4()), somebody(world)
    first = await post(nurse, given, key)
    path, tag = f"/v1/clients/{first.json()['id']}", {"If-Match": first.headers["ETag"]}
    changed = await nurse.patch(path, json={"familyName": "Toinen"}, headers=tag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]
    again = await post(nurse, given, key)
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("other", ["body", "spacing", "path"])
async def test_the_same_key_for_something_else_is_refused(who: As, world: World, other: str) -> None:
    nurse, key, given = who("nurse"), str(uuid4()), somebody(world)
    created = (await post(nurse, given, key)).json()["id"]
    headers = {"Idempotency-Key": key, "Content-Type": "application/json", "If-Match": "*"}
    if other == "body":
        answer = await post(nurse, given | {"givenName": "Toinen"}, key)
    elif other == "spacing":  # the bytes count: nobody has to guess which JSON means the same
        content = json.dumps(given, indent=1).encode()
        answer = await nurse.post("/v1/clients", content=content, headers=headers)
    else:
        path = f"/v1/clients/{created}/mark-entered-in-error"
        answer = await nurse.post(path, json={"reason": "wrong person"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reuse")


async def test_a_key_is_its_callers_own(who: As, world: World) -> None:
    key, given = str(uuid4()), somebody(world)
    mine = await post(who("nurse"), given, key)
    theirs = await post(who("coordinator"), given, key)
    assert theirs.status_code == 201
    assert "Idempotency-Replayed" not in theirs.headers
    assert theirs.json()["id"] != mine.json()["id"]
    assert (await post(who("coordinator"), given | {"givenName": "Muu"}, key)).status_code == 422


async def test_a_failure_leaves_the_key_free(who: As, world: World, connection: AsyncConnection) -> None:
    nurse, key = who("nurse"), str(uuid4())
    for wrong, status in (({"givenName": 5}, 422), ({"teamId": str(uuid4())}, None)):
        answer = await post(nurse, somebody(world) | wrong, key)
        assert answer.status_code == status if status else 400 <= answer.status_code < 500, answer.text
        assert await kept(connection) == []
    done = await post(nurse, somebody(world), key)
    assert done.status_code == 201
    assert "Idempotency-Replayed" not in done.headers


async def test_after_72_hours_the_key_is_new(who: As, world: World, clock: Clock, connection: AsyncConnection) -> None:
    key, given, began = str(uuid4()), somebody(world), clock.at
    first = await post(who("nurse"), given, key)
    clock.at = began + timedelta(hours=72)
    still = await post(who("nurse"), given, key)
    assert still.headers["Idempotency-Replayed"] == "true"
    assert (await post(who("nurse"), given | {"givenName": "Muu"}, key)).status_code == 422
    clock.at = began + timedelta(hours=72, microseconds=1)
    other = await post(who("nurse"), given | {"givenName": "Muu"}, key)
    assert other.status_code == 201
    assert "Idempotency-Replayed" not in other.headers
    assert other.json()["id"] != first.json()["id"]
    clock.at += timedelta(hours=71)
    again = await post(who("nurse"), given | {"givenName": "Muu"}, key)
    assert again.content == other.content, "kept another 72 hours from there"
    assert len(await kept(connection)) == 1


@pytest.mark.parametrize("key", ["short", "x" * 129, "with space in", "ääkkösiä-on", ""])
async def test_a_key_is_8_to_128_printable_characters(who: As, world: World, key: str) -> None:
    header = [(b"idempotency-key", key.encode())]
    answer = await who("nurse").post("/v1/clients", json=somebody(world), headers=header)
    assert answer.status_code == 422, key
    assert answer.json()["errors"][0]["pointer"].lower() == "/header/idempotency-key"
