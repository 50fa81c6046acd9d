"""What holds while an issuer is away, and which of its answers are not taken."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Coroutine

import httpx
import pytest

from app.kit.problems import Unauthenticated, Unavailable
from app.security import issuers as module
from app.security.issuers import Issuers, KeySource
from tests.security.conftest import Opened, settle, unknown
from tests.security.forge import ISSUER, JWKS_URL, RSA, Answering, Dripping, Ticking, an_issuer, jwk


async def test_an_issuer_that_never_answered_is_our_trouble(
    source: KeySource, answering: Answering, ticking: Ticking
) -> None:
    keys = answering.sets.pop(JWKS_URL)
    for _ in range(10):
        with pytest.raises(Unavailable) as away:
            await source.key("one")
    assert away.value.headers["Retry-After"] == "30"
    assert len(answering.asked) == 1
    ticking.seconds += 20.5
    with pytest.raises(Unavailable) as away:
        await source.key("one")
    assert away.value.headers["Retry-After"] == "10"
    answering.sets[JWKS_URL] = keys
    ticking.seconds += 9.5
    assert await source.key("one")


async def test_keys_are_used_for_a_day_and_then_no_more(
    source: KeySource, answering: Answering, ticking: Ticking
) -> None:
    first = await source.key("one")
    before = source.generation
    keys = answering.sets.pop(JWKS_URL)
    while ticking.seconds < 1000 + 24 * 3600 - 600:
        ticking.seconds += 600
        assert await source.key("one") is first
        await settle()
        assert source.current() is (ticking.seconds < 1000 + 24 * 3600)
    ticking.seconds = 1000 + 24 * 3600 - 1
    assert await source.key("one") is first
    await settle()
    assert source.current()
    ticking.seconds += 1
    assert not source.current(), "though it was tried a second ago"
    with pytest.raises(Unavailable):
        await source.key("one")
    assert source.generation != before
    answering.sets[JWKS_URL] = keys
    ticking.seconds += 30
    assert await source.key("one") == first


async def test_requests_do_not_wait_for_an_issuer_known_to_be_away(opened: Opened, ticking: Ticking) -> None:
    asked, gate = 0, asyncio.Event()

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if asked > 2:
            await gate.wait()
        return httpx.Response(200 if asked == 1 else 500, json={"keys": [jwk("one", RSA)]})

    source = opened(httpx.MockTransport(answer))
    first = await source.key("one")
    ticking.seconds += 1200
    assert await source.key("one") is first
    ticking.seconds += 30
    assert await asyncio.wait_for(source.key("one"), 1) is first
    await settle()
    assert asked == 3
    gate.set()


async def test_a_new_key_of_an_issuer_that_is_away_is_our_trouble(
    source: KeySource, answering: Answering, ticking: Ticking
) -> None:
    await source.key("one")
    keys = answering.sets.pop(JWKS_URL)
    ticking.seconds += 30
    with pytest.raises(Unavailable):
        await source.key("three")
    assert await source.key("one")
    answering.sets[JWKS_URL] = keys
    ticking.seconds += 30
    assert await unknown(source, "three")


async def test_an_issuer_that_takes_all_keys_back_is_believed(
    source: KeySource, answering: Answering, ticking: Ticking
) -> None:
    await source.key("one")
    answering.sets[JWKS_URL] = []
    ticking.seconds += 1200
    assert await unknown(source, "one")


Answer = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


async def redirected(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/elsewhere":
        return httpx.Response(200, json={"keys": [jwk("one", RSA)]})
    return httpx.Response(302, headers={"Location": "https://login.example/elsewhere"})


async def failing(_: httpx.Request) -> httpx.Response:
    return httpx.Response(500, json={"keys": [jwk("one", RSA)]})


async def malformed(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="<html>")


async def oversize(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"keys": [jwk("one", RSA)], "pad": "x" * module.FETCH_BYTES})


async def compressed(request: httpx.Request) -> httpx.Response:
    assert request.headers["Accept-Encoding"] == "identity"
    body = gzip.compress(json.dumps({"keys": [jwk("one", RSA)]}).encode())
    return httpx.Response(200, content=body, headers={"Content-Encoding": "gzip"})


async def silent(_: httpx.Request) -> httpx.Response:
    await asyncio.sleep(60)
    raise AssertionError("nobody waits that long")


@pytest.mark.parametrize("answer", [redirected, failing, malformed, oversize, compressed, silent])
async def test_an_answer_that_is_not_taken(opened: Opened, monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    if answer is silent:
        monkeypatch.setattr(module, "FETCH_SECONDS", 0.02)
    source = opened(httpx.MockTransport(answer))
    with pytest.raises(Unavailable):
        await source.key("one")


async def test_the_same_answer_without_the_fault_is_taken(opened: Opened) -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"keys": [jwk("one", RSA)], "pad": "x" * 1000})

    assert await opened(httpx.MockTransport(answer)).key("one")


async def test_reading_stops_at_the_bound(opened: Opened) -> None:
    body = Dripping(b"x" * 65536, times=1000)

    async def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=body)

    with pytest.raises(Unavailable):
        await opened(httpx.MockTransport(answer)).key("one")
    assert body.sent == 5


async def test_closing_ends_a_fetch_under_way(ticking: Ticking) -> None:
    issuers = Issuers([an_issuer()], transport=httpx.MockTransport(silent), clock=ticking)
    source = issuers.find(ISSUER)
    assert source
    waiting = asyncio.create_task(source.key("one"))
    await settle()
    await issuers.aclose()
    with pytest.raises((Unauthenticated, Unavailable)):
        await asyncio.wait_for(waiting, 1)
