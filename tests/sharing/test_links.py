"""Reading a share by a link without an account: what its holder can do, and every way in which it opens nothing."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.config import Settings
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, CODE_WITHIN, TOO_LATE, act, code, get, ok
from tests.sharing.shared import (
    SECRET,
    WORDS,
    a_document,
    a_path,
    again,
    here,
    holding,
    linked,
    permit,
    shared,
    withdraw,
)
from tests.world import World

UNKNOWN = (404, "share_link_unknown")


async def test_the_way_of_a_link(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    document = await a_document(who, path)
    items = [{"kind": "conclusion", "words": WORDS}, {"kind": "attachment", "sourceId": document["id"]}]
    row = await shared(who, world, path, *items, channel="link", recipientName="Satu Savola")
    made = await linked(who, row)
    assert (len(made["token"]), len(made["code"]), made["url"]) == (43, 7, None)
    assert made["expiresAt"] == "2026-11-26T10:00:00Z"
    nobody = who("")
    answer = await nobody.get("/v1/shared", headers=holding(made))
    seen = ok(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert (seen["clientName"], seen["items"][0]["text"], seen["fromService"]) == (
        "Veera Koe", WORDS, "Heinolan työkykytiimi",
    )  # fmt: skip
    for never in (path["clientId"], path["id"], row["recipientOrganisationId"], "clientId", "Savola"):
        assert never not in answer.text
    file = await nobody.get(f"/v1/shared/items/{seen['items'][1]['id']}/content", headers=holding(made))
    assert file.content == SECRET
    assert file.headers["cache-control"] == "no-store"
    got = ok(await nobody.post("/v1/shared/acknowledge", headers=holding(made)))
    assert got["state"] == "acknowledged"
    told = ok(await nobody.post("/v1/shared/answer", json={"body": "We have room."}, headers=holding(made)))
    assert [r["by"] for r in told["replies"]] == ["link", "link"]
    assert code(await nobody.post("/v1/shared/answer", json={"body": "x"}, headers=holding(made))) == TOO_LATE
    row = await again(who, row)
    assert (row["state"], row["replies"][1]["body"], row["replyUnread"]) == ("answered", "We have room.", True)
    assert (row["link"]["opens"], row["link"]["standing"]) == (5, "open")
    notes = (await get(who("nurse"), f"/v1/pathways/{path['id']}/notes"))["items"]
    assert [n["body"] for n in notes] == ["Heinolan työpaja Torppa: We have room."]
    await connection.execute(text("SET LOCAL ROLE NONE"))
    lines = await connection.execute(
        text(
            "SELECT person_name, role, basis, action, resource_type FROM use_log WHERE role = 'share_link'"
            " ORDER BY at, id"
        )
    )
    found = [tuple(line) for line in lines]
    name = f"Heinolan työpaja Torppa, link of share {row['id']}"
    assert {line[:3] for line in found} == {(name, "share_link", "share_link")}
    reads = [line[4] for line in found if line[3] == "read"]
    assert Counter(reads) == {"shares": 1, "share_items": 3}, "the share, both things in it, and the bytes"
    assert {line[4] for line in found if line[3] == "create"} == {"share_replies", "notes"}


Turn = Callable[[As, World, Clock, dict[str, Any], dict[str, Any]], Awaitable[Any]]


async def _nothing(*_: Any) -> None: ...


async def _expire(who: As, world: World, clock: Clock, row: Any, given: Any) -> None:
    clock.at = NOON + timedelta(hours=72)


async def _replace(who: As, world: World, clock: Clock, row: Any, given: Any) -> None:
    await linked(who, row)


async def _revoke_link(who: As, world: World, clock: Clock, row: Any, given: Any) -> None:
    ok(await act(who("nurse"), f"{here(row)}/revoke-link", {}, await again(who, row)))


async def _revoke(who: As, world: World, clock: Clock, row: Any, given: Any) -> None:
    ok(await act(who("nurse"), f"{here(row)}/revoke", {"reason": "not_needed"}, await again(who, row)))


async def _withdraw(who: As, world: World, clock: Clock, row: Any, given: Any) -> None:
    clock.at = NOON + timedelta(minutes=1)
    ok(await withdraw(who, given))


async def _error(who: As, world: World, clock: Clock, row: Any, given: Any) -> None:
    where = f"/v1/consents/{given['id']}"
    ok(await act(who("nurse"), f"{where}/mark-entered-in-error", {"reason": "x"}, await get(who("nurse"), where)))


async def _prohibit(who: As, world: World, clock: Clock, row: Any, given: Any) -> None:
    clock.at = NOON + timedelta(minutes=1)
    await permit(who, world, row, kind="prohibition")


async def _refuse(who: As, world: World, clock: Clock, row: Any, given: Any) -> None:
    clock.at = NOON + timedelta(minutes=1)
    await permit(who, world, row, kind="refusal", recipientIds=[])


ENDS = [_expire, _replace, _revoke_link, _revoke, _withdraw, _error, _prohibit, _refuse]


@pytest.mark.parametrize("turn", ENDS)
async def test_whatever_ended_it_the_answer_is_the_same(who: As, world: World, clock: Clock, turn: Turn) -> None:
    path = await a_path(who, world)
    given = await permit(who, world, path)
    row = await shared(who, world, path)
    made = await linked(who, row)
    nobody = who("")
    ok(await nobody.get("/v1/shared", headers=holding(made)))
    await turn(who, world, clock, row, given)
    never = {"Share-Token": "A" * 43, "Share-Code": "123456"}
    for method, where, sent in (
        ("GET", "/v1/shared", None),
        ("GET", "/v1/shared/items/01900000-0000-7000-8000-000000000000/content", None),
        ("POST", "/v1/shared/acknowledge", None),
        ("POST", "/v1/shared/answer", {"body": "x"}),
    ):
        absent = await nobody.request(method, where, json=sent, headers=never)
        ended = await nobody.request(method, where, json=sent, headers=holding(made))
        assert code(ended) == UNKNOWN
        assert bytes_of(ended) == bytes_of(absent)


def bytes_of(answer: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    """Everything but the id of the request."""
    body = json.dumps(answer.json() | {"instance": ""})
    kept = [(k, v) for k, v in answer.headers.items() if k not in ("x-request-id", "content-length")]
    return answer.status_code, body, sorted(kept)


@pytest.mark.parametrize(
    "sent",
    [
        [], ["x"], ["a" * 43 + "="], ["ä" * 43], ["A" * 43], ["two", "two"], [""],
    ],
)  # fmt: skip
async def test_a_token_that_opens_nothing(who: As, world: World, sent: list[str]) -> None:
    made = await linked(who, await shared(who, world))
    headers = [(b"share-token", value.encode()) for value in sent] + [(b"share-code", made["code"].encode())]
    assert code(await who("").get("/v1/shared", headers=headers)) == UNKNOWN


async def test_the_token_and_the_code_stand_in_headers_only(who: As, world: World) -> None:
    row = await shared(who, world)
    made = await linked(who, row)
    nobody = who("")
    assert code(await who("nurse").get("/v1/shared")) == UNKNOWN, "a login opens nothing here"
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert (await nobody.get(here(row), headers=bearer)).status_code == 401
    params = {"token": made["token"], "code": made["code"]}
    assert (await nobody.get("/v1/shared", params=params)).status_code in (404, 422)
    form = {"Form-Token": made["token"]}
    assert code(await nobody.get("/v1/filling", headers=form)) == (404, "link_unknown")
    swapped = {"Share-Token": made["token"].swapcase(), "Share-Code": made["code"]}
    assert code(await nobody.get("/v1/shared", headers=swapped)) == UNKNOWN
    plain = {"Share-Token": made["token"], "Share-Code": made["code"].replace(" ", "")}
    ok(await nobody.get("/v1/shared", headers=plain))


async def test_wrong_codes_end_it(who: As, world: World) -> None:
    row = await shared(who, world)
    made = await linked(who, row)
    nobody = who("")
    wrong = f"{(int(made['code'].replace(' ', '')) + 1) % 10**6:06}"
    for sent in (wrong, "", "x", wrong):
        assert code(await nobody.get("/v1/shared", headers=holding(made, **{"Share-Code": sent}))) == UNKNOWN
    assert (await again(who, row))["link"]["failures"] == 4, "a refused attempt is counted all the same"
    ok(await nobody.get("/v1/shared", headers=holding(made)))
    assert code(await nobody.get("/v1/shared", headers={"Share-Token": made["token"]})) == UNKNOWN
    assert code(await nobody.get("/v1/shared", headers=holding(made))) == UNKNOWN, "five, and the right one is late"
    state = (await again(who, row))["link"]
    assert (state["failures"], state["standing"], state["opens"]) == (5, "used_up", 1)
    ok(await nobody.get("/v1/shared", headers=holding(await linked(who, row))))


async def test_openings_are_bounded(who: As, world: World, app: FastAPI, settings: Settings) -> None:
    row = await shared(who, world)
    app.state.settings = Settings(
        mode="demo", share_url="https://jako.example.fi/s", share_link_opens=2, share_link_hours=1, _env_file=None
    )
    try:
        made = await linked(who, row)
    finally:
        app.state.settings = settings
    assert made["url"] == f"https://jako.example.fi/s#{made['token']}", "in the fragment, which no server sees"
    assert (made["expiresAt"], made["mostOpens"]) == ("2026-11-23T11:00:00Z", 2)
    nobody = who("")
    for _ in range(2):
        ok(await nobody.get("/v1/shared", headers=holding(made)))
    assert code(await nobody.get("/v1/shared", headers=holding(made))) == UNKNOWN
    assert (await again(who, row))["link"]["standing"] == "used_up"


async def test_it_never_outlives_its_share(who: As, world: World) -> None:
    row = await shared(who, world, expiresOn="2026-11-23")
    assert (await linked(who, row, hours=720))["expiresAt"] == "2026-11-23T22:00:00Z"


async def test_it_opens_one_share_and_no_other(who: As, world: World) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    document = await a_document(who, path)
    other = await shared(who, world, path, {"kind": "attachment", "sourceId": document["id"]})
    made = await linked(who, await shared(who, world, path))
    where = f"/v1/shared/items/{other['items'][0]['id']}/content"
    assert code(await who("").get(where, headers=holding(made))) == ABSENT


async def test_a_reply_is_what_was_asked_for(who: As, world: World) -> None:
    made = await linked(who, await shared(who, world, reply="acknowledge"))
    nobody = who("")
    refused = await nobody.post("/v1/shared/answer", json={"body": "x"}, headers=holding(made))
    assert code(refused) == (409, "reply_not_asked")
    ok(await nobody.post("/v1/shared/acknowledge", headers=holding(made)))
    made = await linked(who, await shared(who, world))
    refused = await nobody.post("/v1/shared/answer", json={"body": "010100A905M"}, headers=holding(made))
    assert code(refused) == CODE_WITHIN


TABLES = ("shares", "share_items", "share_links", "share_replies", "use_log", "outbox_events", "idempotency_keys")


async def test_neither_token_nor_content_is_kept_or_written_anywhere(
    who: As, world: World, connection: AsyncConnection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    row = await shared(who, world)
    made = await linked(who, row)
    nobody = who("")
    ok(await nobody.get("/v1/shared", headers=holding(made)))
    ok(await nobody.post("/v1/shared/answer", json={"body": "Canary of a reply."}, headers=holding(made)))
    assert code(await nobody.get("/v1/shared", headers=holding(made, **{"Share-Code": "000000"}))) in (UNKNOWN, ABSENT)
    bare = made["code"].replace(" ", "")
    for secret in (made["token"], made["code"], WORDS, "Canary of a reply."):
        assert secret not in caplog.text
    await connection.execute(text("SET LOCAL ROLE NONE"))
    for table in TABLES:
        kept = "\n".join((await connection.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t"))).scalars())
        assert kept or table == "idempotency_keys"
        for secret in (made["token"], made["code"], WORDS, "Canary of a reply.", "As agreed."):
            assert secret not in kept, table
        if table == "share_links":
            assert bare not in kept
