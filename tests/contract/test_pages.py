"""Keyset pages: everything once, whoever writes meanwhile; a cursor is good for its caller, list and filter only."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.conftest import As
from tests.factories import a_referral
from tests.world import World


async def register(client: httpx.AsyncClient, world: World, count: int) -> list[str]:
    made = []
    for number in range(count):
        given = {"teamId": str(world.team), "givenName": f"N{number}", "familyName": "Sivu", "municipality": "111"}
        answer = await client.post("/v1/clients", json=given)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    return made


async def page(client: httpx.AsyncClient, path: str, **params: Any) -> dict[str, Any]:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert ("Link" in answer.headers) is (body["nextCursor"] is not None)
    return body


async def walk(client: httpx.AsyncClient, path: str, **params: Any) -> list[str]:
    """The ids of all pages in order, following `nextCursor`."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(50):
        body = await page(client, path, **params, **cursor)
        assert len(body["items"]) <= params["limit"]
        found += [item["id"] for item in body["items"]]
        if body["nextCursor"] is None:
            return found
        assert len(body["items"]) == params["limit"], "only the last page is short"
        cursor = {"cursor": body["nextCursor"]}
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("limit", [1, 3, 5, 200])
async def test_pages_are_the_whole_list_in_order(who: As, world: World, limit: int) -> None:
    nurse = who("nurse")
    made = await register(nurse, world, 7)
    whole = [item["id"] for item in (await page(nurse, "/v1/clients", limit=200))["items"]]
    assert whole[:7] == made[::-1], "the newest first"
    assert await walk(nurse, "/v1/clients", limit=limit) == whole


async def test_rows_of_one_moment_are_not_lost_between_pages(who: As, world: World) -> None:
    """The worklist is ordered by a time that many rows share; the id decides, and both stand in the cursor."""
    nurse = who("nurse")
    for _ in range(5):
        await a_referral(who, world)
    whole = [item["id"] for item in (await page(nurse, "/v1/worklist", list="team", limit=200))["items"]]
    assert len(whole) >= 5
    assert await walk(nurse, "/v1/worklist", list="team", limit=2) == whole


async def test_what_is_added_meanwhile_moves_nothing(who: As, world: World) -> None:
    nurse = who("nurse")
    await register(nurse, world, 6)
    whole = [item["id"] for item in (await page(nurse, "/v1/clients", limit=200))["items"]]
    first = await page(nurse, "/v1/clients", limit=3)
    added = await register(nurse, world, 2)
    second = await page(nurse, "/v1/clients", limit=3, cursor=first["nextCursor"])
    seen = [item["id"] for item in first["items"] + second["items"]]
    assert seen == whole[:6]
    assert not set(added) & set(seen)


async def test_the_link_leads_to_the_same_page(who: As, world: World) -> None:
    nurse = who("nurse")
    await register(nurse, world, 4)
    answer = await nurse.get("/v1/clients", params={"limit": 2, "count": "true"})
    link = answer.headers["Link"]
    assert link.endswith('>; rel="next"')
    assert link.startswith("</v1/clients?")
    query = parse_qs(urlsplit(link[1 : link.index(">")]).query)
    assert query == {"limit": ["2"], "count": ["true"], "cursor": [answer.json()["nextCursor"]]}
    followed = await nurse.get(link[1 : link.index(">")])
    expected = await page(nurse, "/v1/clients", limit=2, cursor=answer.json()["nextCursor"])
    assert followed.json()["items"] == expected["items"]
    assert answer.json()["count"] == len((await page(nurse, "/v1/clients", limit=200))["items"])
    assert (await page(nurse, "/v1/clients", limit=2))["count"] is None


async def refused(client: httpx.AsyncClient, path: str, **params: Any) -> None:
    answer = await client.get(path, params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor"), answer.text
    assert len(str(params["cursor"])) < 10 or str(params["cursor"]) not in answer.text


async def test_a_cursor_is_of_its_caller_list_and_filter(who: As, world: World) -> None:
    nurse = who("nurse")
    await register(nurse, world, 4)
    cursor = (await page(nurse, "/v1/clients", limit=2))["nextCursor"]
    await refused(who("coordinator"), "/v1/clients", limit=2, cursor=cursor)
    await refused(nurse, "/v1/pathways", limit=2, cursor=cursor)
    await refused(nurse, "/v1/referrals", limit=2, cursor=cursor)
    # Another size, or a count, is the same list.
    assert (await page(nurse, "/v1/clients", limit=1, count="true", cursor=cursor))["items"]
    assert (await page(who("nurse"), "/v1/clients", limit=2, cursor=cursor))["items"], "signed in anew, the same caller"


async def test_a_cursor_does_not_fit_another_filter(who: As, world: World) -> None:
    nurse = who("nurse")
    for _ in range(3):
        await a_referral(who, world)
    cursor = (await page(nurse, "/v1/referrals", limit=1, status="received"))["nextCursor"]
    assert (await page(nurse, "/v1/referrals", limit=1, status="received", cursor=cursor))["items"]
    await refused(nurse, "/v1/referrals", limit=1, status="in_progress", cursor=cursor)
    await refused(nurse, "/v1/referrals", limit=1, cursor=cursor)


async def test_a_cursor_cannot_be_made_or_mended(who: As, world: World) -> None:
    nurse = who("nurse")
    await register(nurse, world, 4)
    cursor = str((await page(nurse, "/v1/clients", limit=2))["nextCursor"])
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for position in range(0, len(raw), 3):
        changed = bytearray(raw)
        changed[position] ^= 1
        await refused(nurse, "/v1/clients", cursor=base64.urlsafe_b64encode(changed).rstrip(b"=").decode())
    payload = raw[12:]
    for wrong in (payload, b"\0" * 12 + payload, raw[:-1], raw + b" ", raw[:12], raw[:11], b'[["uuid"],["1"]]'):
        await refused(nurse, "/v1/clients", cursor=base64.urlsafe_b64encode(wrong).rstrip(b"=").decode())
    for wrong_text in ("x", "é", "%%%", "A" * 600, "null", "0", cursor[:-4]):
        await refused(nurse, "/v1/clients", cursor=wrong_text)


@pytest.mark.parametrize(
    "params", [{"limit": 0}, {"limit": 201}, {"limit": "many"}, {"cursor": "A" * 601}, {"page": 2}, {"offset": 1}]
)
async def test_what_is_no_page_is_refused(who: As, world: World, params: dict[str, Any]) -> None:
    assert (await who("nurse").get("/v1/clients", params=params)).status_code == 422
