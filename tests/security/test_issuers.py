"""Where keys come from, and how often they are fetched."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from app.security.issuers import Issuers, KeySource, check_address
from tests.security.conftest import Opened, settle, unknown
from tests.security.forge import (
    EC,
    ISSUER,
    JWKS_URL,
    OTHER_ISSUER,
    OTHER_RSA,
    OTHER_URL,
    RSA,
    Answering,
    Ticking,
    an_issuer,
    jwk,
)


@pytest.mark.parametrize(
    "url", ["https://a.example/k", "http://127.0.0.1:8080/k", "http://[::1]/k", "http://localhost/k"]
)
def test_addresses_that_keys_may_come_from(url: str) -> None:
    check_address(url)


@pytest.mark.parametrize(
    "url", ["http://a.example/k", "http://127.0.0.1.example/k", "http://10.0.0.1/k", "file:///k", "https://", "/k", "k"]
)
def test_addresses_that_keys_may_not_come_from(url: str) -> None:
    with pytest.raises(ValueError, match="jwks_url"):
        Issuers([an_issuer(jwks_url=url)])


def test_an_issuer_is_named_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Issuers([an_issuer(), an_issuer(jwks_url=OTHER_URL)], transport=Answering({}))


async def test_issuers_are_found_by_their_exact_name(answering: Answering) -> None:
    issuers = Issuers([an_issuer()], transport=answering)
    assert issuers.find(ISSUER)
    assert issuers.find(ISSUER + "/") is issuers.find(ISSUER.upper()) is issuers.find("") is None
    await issuers.aclose()


async def test_no_issuers_is_no_client() -> None:
    issuers = Issuers([])
    await issuers.refresh()
    assert issuers.find(ISSUER) is None
    await issuers.aclose()


async def test_keys_are_fetched_once_and_kept(source: KeySource, answering: Answering, ticking: Ticking) -> None:
    first = await source.key("one")
    ticking.seconds += 599
    assert await source.key("one") is first
    assert (await source.key("two")).algorithms == {"ES256"}
    assert answering.asked == [JWKS_URL]


async def test_at_start_all_are_fetched(answering: Answering) -> None:
    other = an_issuer(issuer=OTHER_ISSUER, jwks_url=OTHER_URL)
    issuers = Issuers([an_issuer(), other], transport=answering, clock=Ticking())
    await issuers.refresh()  # the other one is away, which is logged and no failure
    assert sorted(answering.asked) == [JWKS_URL, OTHER_URL]
    found = issuers.find(ISSUER)
    assert found
    assert found.current()
    await found.key("one")
    assert len(answering.asked) == 2
    await issuers.aclose()


async def test_a_new_key_is_found_and_the_generation_tells(
    source: KeySource, answering: Answering, ticking: Ticking
) -> None:
    await source.key("one")
    before = source.generation
    answering.sets[JWKS_URL] = [jwk("two", EC), jwk("three", OTHER_RSA)]
    ticking.seconds += 30
    assert await source.key("three")
    assert source.generation != before
    assert await unknown(source, "one")
    assert len(answering.asked) == 2


async def test_the_same_keys_are_the_same_generation(source: KeySource, answering: Answering, ticking: Ticking) -> None:
    await source.key("one")
    before = source.generation
    ticking.seconds += 1200
    await source.key("one")
    assert len(answering.asked) == 2
    assert source.generation == before


async def test_unknown_keys_make_one_fetch_in_thirty_seconds(
    source: KeySource, answering: Answering, ticking: Ticking
) -> None:
    for number in range(100):
        assert await unknown(source, f"guess-{number}")
    assert len(answering.asked) == 1
    ticking.seconds += 29.9
    assert await unknown(source, "guess")
    assert len(answering.asked) == 1
    ticking.seconds += 0.1
    assert await unknown(source, "guess")
    assert len(answering.asked) == 2
    assert await source.key("one"), "and the known ones go on"


async def test_after_ten_minutes_keys_are_fetched_beside_the_request(
    source: KeySource, answering: Answering, ticking: Ticking
) -> None:
    first = await source.key("one")
    answering.sets[JWKS_URL] = [jwk("one", OTHER_RSA)]
    ticking.seconds += 600
    assert not source.current()
    assert await source.key("one") is first
    await settle()
    assert len(answering.asked) == 2
    assert (await source.key("one")) != first
    assert source.current()


async def test_after_twenty_minutes_the_request_waits(
    source: KeySource, answering: Answering, ticking: Ticking
) -> None:
    first = await source.key("one")
    answering.sets[JWKS_URL] = [jwk("one", OTHER_RSA)]
    ticking.seconds += 1200
    assert await source.key("one") != first


async def test_who_waits_waits_for_one_fetch(opened: Opened) -> None:
    asked, gate = 0, asyncio.Event()

    async def slow(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        await gate.wait()
        return httpx.Response(200, json={"keys": [jwk("one", RSA)]})

    source = opened(httpx.MockTransport(slow))
    waiting = [asyncio.create_task(source.key("one")) for _ in range(50)]
    await settle()
    waiting[0].cancel()  # a caller that hangs up takes nothing from the others
    await settle()
    gate.set()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    assert {key.kid for key in done[1:] if not isinstance(key, BaseException)} == {"one"}
    assert not [one for one in done[1:] if isinstance(one, BaseException)]
    assert asked == 1


async def test_the_same_name_at_two_issuers_is_two_keys() -> None:
    answering = Answering({JWKS_URL: [jwk("one", RSA)], OTHER_URL: [jwk("one", OTHER_RSA), jwk("two", EC)]})
    other = an_issuer(issuer=OTHER_ISSUER, jwks_url=OTHER_URL)
    issuers = Issuers([an_issuer(), other], transport=answering, clock=Ticking())
    first, second = issuers.find(ISSUER), issuers.find(OTHER_ISSUER)
    assert first
    assert second
    assert (await first.key("one")).pem != (await second.key("one")).pem
    assert await unknown(first, "two")
    await issuers.aclose()
