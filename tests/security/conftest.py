"""Issuers that answer from memory by a clock that tests move, and how to ask them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import httpx
import pytest

from app.kit.problems import Unauthenticated
from app.security.issuers import Issuers, KeySource
from app.security.tokens import Verifier
from tests.security.forge import (
    EC,
    EC384,
    ISSUER,
    JWKS_URL,
    NOW,
    OTHER_EC,
    OTHER_ISSUER,
    OTHER_RSA,
    OTHER_URL,
    RSA,
    Answering,
    Ticking,
    an_issuer,
    jwk,
)

Opened = Callable[..., KeySource]
KEYS = [jwk("rsa", RSA), jwk("ec", EC), jwk("ec384", EC384)]
OTHER_KEYS = [jwk("rsa", OTHER_RSA), jwk("ec", OTHER_EC)]


@pytest.fixture
def answering() -> Answering:
    """One issuer, with keys of two types."""
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


@pytest.fixture
def both_answering() -> Answering:
    """Two issuers, whose keys have the same names."""
    return Answering({JWKS_URL: KEYS, OTHER_URL: OTHER_KEYS})


@pytest.fixture
async def verifier(both_answering: Answering, ticking: Ticking) -> AsyncIterator[Verifier]:
    accepted = [an_issuer(), an_issuer(issuer=OTHER_ISSUER, jwks_url=OTHER_URL)]
    issuers = Issuers(accepted, transport=both_answering, clock=ticking)
    yield Verifier(issuers)
    await issuers.aclose()


async def refused(verifier: Verifier, sent: str, at: datetime = NOW) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        await verifier.verify(sent, at)
    return refusal.value.reason
