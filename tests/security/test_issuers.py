"""Where keys come from: what is taken, what is left, how often it is fetched, and what holds meanwhile."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.kit.problems import Unauthenticated, Unavailable
from app.security import issuers as module
from app.security.issuers import Issuers, KeySource, check_address
from app.security.keys import read_jwks
from tests.security.forge import (
    EC,
    EC384,
    ISSUER,
    JWKS_URL,
    OTHER_EC,
    OTHER_ISSUER,
    OTHER_RSA,
    OTHER_URL,
    RSA,
    Answering,
    Dripping,
    Ticking,
    an_issuer,
    b64,
    jwk,
)

Opened = Callable[..., KeySource]


@pytest.fixture
def answering() -> Answering:
    return Answering({JWKS_URL: [jwk("one", RSA), jwk("two", EC)]})


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
async def opened(ticking: Ticking) -> AsyncIterator[Opened]:
    """Opens issuers over a transport and gives the first one."""
    made: list[Issuers] = []

    def open_issuers(transport: httpx.AsyncBaseTransport) -> KeySource:
        made.append(Issuers([an_issuer()], transport=transport, clock=ticking))
        source = made[-1].find(ISSUER)
        assert source
        return source

    yield open_issuers
    for one in made:
        await one.aclose()


@pytest.fixture
def source(opened: Opened, answering: Answering) -> KeySource:
    return opened(answering)


async def settle() -> None:
    """Let a fetch beside the requests come to its end."""
    for _ in range(50):
        await asyncio.sleep(0)


async def unknown(source: KeySource, kid: str) -> bool:
    with pytest.raises(Unauthenticated) as refusal:
        await source.key(kid)
    return refusal.value.reason == "key_unknown"


# --- which keys of a set are taken


def taken(*keys: Any) -> dict[str, frozenset[str]]:
    return {kid: key.algorithms for kid, key in read_jwks(json.dumps({"keys": keys}).encode()).items()}


def test_keys_and_the_algorithms_that_fit_them() -> None:
    p521 = ec.generate_private_key(ec.SECP521R1())
    assert taken(jwk("a", RSA), jwk("b", EC), jwk("c", EC384), jwk("d", p521), jwk("e", OTHER_RSA, alg="RS512")) == {
        "a": {"RS256", "RS384", "RS512"},
        "b": {"ES256"},
        "c": {"ES384"},
        "d": {"ES512"},
        "e": {"RS512"},
    }


def test_a_key_that_says_nothing_of_its_use_is_taken() -> None:
    key = jwk("a", EC)
    del key["use"]
    assert taken(key, jwk("b", OTHER_EC, key_ops=["verify"])).keys() == {"a", "b"}


WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)
LEFT: dict[str, Any] = {
    "for encryption": jwk("a", RSA, use="enc"),
    "use null": jwk("a", RSA, use=None),
    "operations without verify": jwk("a", RSA, key_ops=["encrypt"]),
    "operations not a list": jwk("a", RSA, key_ops="verify"),
    "symmetric": {"kty": "oct", "kid": "a", "use": "sig", "k": b64(b"secret"), "alg": "HS256"},
    "RSA of 1024 bits": jwk("a", WEAK),
    "RSA of 65536 bits": jwk("a", RSA, n=b64(b"\xff" * 8192)),
    "RSA with an even exponent": jwk("a", RSA, e=b64(b"\x02")),
    "RSA with exponent one": jwk("a", RSA, e=b64(b"\x01")),
    "RSA with a huge exponent": jwk("a", RSA, e=b64(b"\xff" * 100)),
    "RSA without a modulus": {"kty": "RSA", "kid": "a", "use": "sig", "e": "AQAB"},
    "modulus a number": jwk("a", RSA, n=12345),
    "modulus padded": jwk("a", RSA, n=jwk("a", RSA)["n"] + "="),
    "a point off the curve": jwk("a", EC, y=b64(b"\x01" * 32)),
    "a curve under another name": jwk("a", EC, crv="P-384"),
    "an unknown curve": jwk("a", EC, crv="secp256k1"),
    "curve a list": jwk("a", EC, crv=["P-256"]),
    "an unknown type": jwk("a", EC, kty="OKP"),
    "no type": {"kid": "a", "use": "sig"},
    "a private key": jwk("a", EC, d=b64(b"\x01" * 32)),
    "no kid": jwk(None, RSA),
    "kid a number": {**jwk("a", RSA), "kid": 1},
    "kid empty": jwk("", RSA),
    "algorithm of another type": jwk("a", RSA, alg="ES256"),
    "algorithm for encryption": jwk("a", RSA, alg="RSA-OAEP"),
    "algorithm HS256": jwk("a", RSA, alg="HS256"),
    "algorithm none": jwk("a", RSA, alg="none"),
    "algorithm a list": jwk("a", RSA, alg=["RS256"]),
    "not an object": "key",
    "null": None,
}


@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT)
def test_a_key_that_does_not_fit_is_left_and_the_others_stay(left: Any) -> None:
    assert taken(left, jwk("good", EC)).keys() == {"good"}


def test_a_name_of_two_keys_is_the_name_of_none() -> None:
    assert taken(jwk("a", RSA), jwk("b", EC), jwk("a", OTHER_RSA)).keys() == {"b"}
    assert taken(jwk("a", RSA, use="enc"), jwk("a", OTHER_RSA)).keys() == {"a"}


MALFORMED = {
    "nothing": b"",
    "HTML": b"<html>",
    "a list": b"[]",
    "no keys": b"{}",
    "keys an object": b'{"keys": {}}',
    "keys twice": b'{"keys": [], "keys": []}',
    "not UTF-8": b'{"keys": [], "a": "\xff"}',
    "too deep": b'{"keys":' + b"[" * 100_000,
}


@pytest.mark.parametrize("document", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_key_set(document: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_jwks(document)


# --- addresses


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


# --- when keys are fetched


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


# --- while an issuer is away


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
