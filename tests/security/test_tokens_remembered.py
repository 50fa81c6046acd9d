"""What is remembered of tokens, and what takes it away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.kit.problems import Unavailable
from app.security import tokens
from app.security.tokens import Verifier
from tests.security.conftest import refused
from tests.security.forge import (
    EC,
    JWKS_URL,
    NOW,
    OTHER_RSA,
    PEM,
    Answering,
    Ticking,
    claims,
    ec_token,
    header,
    jwk,
    signer,
    token,
)


def after(**passed: float) -> datetime:
    return NOW + timedelta(**passed)


def test_a_key_object_is_built_once() -> None:
    assert tokens.prepared(PEM, "RS256") is tokens.prepared(PEM, "RS256")
    assert tokens.prepared(PEM, "RS256") is not tokens.prepared(PEM, "RS512")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each signature that was checked."""
    seen: list[str] = []
    prepared = tokens.prepared

    def noted(pem: bytes, algorithm: str) -> Any:
        seen.append(algorithm)
        return prepared(pem, algorithm)

    monkeypatch.setattr(tokens, "prepared", noted)
    return seen


async def test_a_token_is_checked_once(verifier: Verifier, checked: list[str]) -> None:
    first = await verifier.verify(token(), NOW)
    assert await verifier.verify(token(), after(minutes=5)) == first
    assert checked == ["RS256"]


async def test_memory_ends_with_the_token(verifier: Verifier, checked: list[str]) -> None:
    sent = token()
    await verifier.verify(sent, NOW)
    await verifier.verify(sent, after(seconds=3599))
    assert len(checked) == 1
    await verifier.verify(sent, after(seconds=3601))  # within the leeway: checked again, each time
    await verifier.verify(sent, after(seconds=3602))
    assert len(checked) == 3
    assert await refused(verifier, sent, after(seconds=3660)) == "expired"


async def test_memory_does_not_reach_before_the_token(verifier: Verifier) -> None:
    sent = token()
    await verifier.verify(sent, NOW)
    assert await refused(verifier, sent, after(seconds=-61)) == "issued_ahead"


async def test_a_key_taken_away_takes_its_tokens(
    verifier: Verifier, both_answering: Answering, ticking: Ticking
) -> None:
    rsa, ecdsa = token(), ec_token()
    await verifier.verify(rsa, NOW)
    await verifier.verify(ecdsa, NOW)
    both_answering.sets[JWKS_URL] = [jwk("ec", EC)]
    ticking.seconds += 1200
    assert await refused(verifier, rsa) == "key_unknown"
    await verifier.verify(ecdsa, NOW)


async def test_a_key_replaced_under_its_name_takes_its_tokens(
    verifier: Verifier, both_answering: Answering, ticking: Ticking
) -> None:
    sent = token()
    await verifier.verify(sent, NOW)
    both_answering.sets[JWKS_URL] = [jwk("rsa", OTHER_RSA)]
    ticking.seconds += 1200
    assert await refused(verifier, sent) == "signature"
    await verifier.verify(token(None, None, signer(OTHER_RSA)), NOW)


async def test_a_key_missed_while_looking_for_another_takes_its_tokens(
    verifier: Verifier, both_answering: Answering, ticking: Ticking
) -> None:
    sent = token()
    await verifier.verify(sent, NOW)
    both_answering.sets[JWKS_URL] = [jwk("ec", EC)]
    ticking.seconds += 30
    assert await refused(verifier, token(None, header(kid="new"))) == "key_unknown"
    assert await refused(verifier, sent) == "key_unknown"


async def test_keys_a_day_old_take_their_tokens(
    verifier: Verifier, both_answering: Answering, ticking: Ticking
) -> None:
    sent = token()
    await verifier.verify(sent, NOW)
    both_answering.sets.clear()
    for _ in range(23):
        ticking.seconds += 3600
        await verifier.verify(sent, NOW)
    ticking.seconds += 3600
    with pytest.raises(Unavailable):
        await verifier.verify(sent, NOW)


async def test_memory_is_bounded_and_keeps_what_is_used(
    verifier: Verifier, checked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED", 3)
    first, *others = (ec_token(claims(jti=str(number))) for number in range(5))
    await verifier.verify(first, NOW)
    for other in others:
        await verifier.verify(other, NOW)
        await verifier.verify(first, NOW)
    assert len(checked) == 5
    await verifier.verify(others[0], NOW)
    assert len(checked) == 6
