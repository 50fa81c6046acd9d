"""Which tokens hold, and what they say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.kit.problems import Unavailable
from app.security.tokens import Verifier
from tests.security.conftest import refused
from tests.security.forge import (
    AUDIENCE,
    EC384,
    ISSUER,
    NOW,
    SECONDS,
    Answering,
    claims,
    ec_token,
    header,
    signer,
    token,
)

GOOD = {
    "RS256": token(),
    "ES256": ec_token(),
    "ES384": token(None, header(alg="ES384", kid="ec384"), signer(EC384, "384")),
    "no type": token(None, header("typ")),
    "type at+jwt": token(None, header(typ="at+jwt")),
    "type application/at+jwt": token(None, header(typ="application/at+JWT")),
    "a header we need not understand": token(None, header(x5t="abc")),
    "several audiences": token(claims(aud=["account", AUDIENCE])),
    "fractions of a second": token(claims(exp=SECONDS + 60.5, iat=SECONDS - 0.25)),
    "not before now": token(claims(nbf=SECONDS)),
    "longest subject": token(claims(sub="a" * 255)),
    "a subject in another alphabet": token(claims(sub="Päivi Åström 山")),
    "issuer's clock ahead by less than the leeway": token(claims(iat=SECONDS + 59, nbf=SECONDS + 59)),
    "expired by less than the leeway": token(claims(iat=SECONDS - 600, exp=SECONDS - 59)),
    "longest lifetime": token(claims(exp=SECONDS + 24 * 3600)),
    "unknown claims": token(claims(realm_access={"roles": ["admin"]})),
}


@pytest.mark.parametrize("sent", GOOD.values(), ids=GOOD)
async def test_a_good_token_holds(verifier: Verifier, sent: str) -> None:
    assert (await verifier.verify(sent, NOW)).issuer == ISSUER


async def test_what_a_token_says(verifier: Verifier) -> None:
    got = await verifier.verify(token(), NOW)
    assert (got.subject, got.token_id, sorted(got.scopes)) == ("9f1c", "t-1", ["openid", "work"])
    assert got.expires_at == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_claims", "want"),
    [
        (claims("scope"), set()),
        (claims("scope", scp="a b"), {"a", "b"}),
        (claims("scope", scp=["a", "b"]), {"a", "b"}),
        (claims(scope="", scp="a"), set()),
    ],
)
async def test_scopes_as_issuers_write_them(verifier: Verifier, given_claims: Any, want: set[str]) -> None:
    assert (await verifier.verify(token(given_claims), NOW)).scopes == want


async def test_a_token_without_an_id(verifier: Verifier) -> None:
    assert (await verifier.verify(token(claims("jti")), NOW)).token_id is None


async def test_no_keys_is_our_trouble_and_not_the_callers(verifier: Verifier, both_answering: Answering) -> None:
    both_answering.sets.clear()
    with pytest.raises(Unavailable) as away:
        await verifier.verify(token(), NOW)
    assert 1 <= int(away.value.headers["Retry-After"]) <= 30
    assert await refused(verifier, token(claims(iat=SECONDS - 7200, exp=SECONDS - 60))) == "expired"
