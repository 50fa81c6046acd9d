"""No change of a token is overlooked, and signed nonsense is refused or typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kit.problems import Unauthenticated
from app.security.tokens import Verifier
from tests.security.conftest import refused
from tests.security.forge import BASE64URL, ISSUER, NOW, claims, ec_token, header, token

ALLOWED = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("good", [token(), ec_token()], ids=["RS256", "ES256"])
async def test_each_character_counts(verifier: Verifier, good: str) -> None:
    await verifier.verify(good, NOW)
    for place, character in enumerate(good):
        other = "." if character != "." and place % 5 == 0 else BASE64URL[BASE64URL.find(character) ^ 1]
        await refused(verifier, good[:place] + other + good[place + 1 :])


@ALLOWED
@given(data=st.data(), good=st.sampled_from([token(), ec_token()]))
async def test_any_single_change_is_refused(verifier: Verifier, data: st.DataObject, good: str) -> None:
    place = data.draw(st.integers(0, len(good) - 1))
    characters = st.one_of(st.sampled_from(BASE64URL + ".=+/ "), st.characters(), st.just(""))
    other = data.draw(characters.filter(lambda c: c != good[place]))
    await refused(verifier, good[:place] + other + good[place + 1 :])


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["iss", "aud", "sub", "iat", "exp", "nbf", "jti", "scope", "scp", "alg", "kid", "typ", "crit"]


@ALLOWED
@given(over=st.dictionaries(st.sampled_from(NAMES), ANY_JSON, min_size=1, max_size=3))
async def test_signed_nonsense_is_refused_or_typed(verifier: Verifier, over: dict[str, Any]) -> None:
    head = header(**{name: value for name, value in over.items() if name in {"alg", "kid", "typ", "crit"}})
    body = claims(**{name: value for name, value in over.items() if name not in {"alg", "kid", "typ", "crit"}})
    try:
        got = await verifier.verify(token(body, head), NOW)
    except Unauthenticated as refusal:
        assert not refusal.reason.startswith("unreadable"), "a case that nobody thought of"  # noqa: PT017
    else:
        assert got.issuer == ISSUER
        assert got.subject == body["sub"]
        assert all(isinstance(scope, str) for scope in got.scopes)
