"""Bearer tokens (RFC 7519, RFC 9068): the one wrapper round python-jose.

python-jose lets pass what must not: see the refused cases in its tests. So the token is read here, strictly and once,
and the library is asked only whether the signature holds under a key and an algorithm that we chose.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from jose import jwk, jws
from jose.backends.base import Key

from app.kit.problems import Unauthenticated, Unavailable
from app.security.issuers import Issuers, KeySource
from app.security.strict import base64url, json_object

MAX_TOKEN = 8192
MAX_TEXT = 255
LEEWAY = 60.0  # seconds that the issuer's clock may differ from ours
MAX_LIFETIME = 24 * 3600.0
LAST_INSTANT = 253_402_300_799.0  # the end of year 9999: what a datetime can hold
REMEMBERED = 4096
TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
# Headers that bring a key of their own, change what is signed, or that we would have to understand (RFC 7515, 4.1.11).
REFUSED_HEADERS = frozenset({"crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc"})


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. Who may do what is not in it: that comes from our own memberships."""

    issuer: str
    subject: str
    expires_at: datetime
    scopes: frozenset[str]
    token_id: str | None


class Remembered(NamedTuple):
    claims: Claims
    source: KeySource
    generation: int
    starts: float
    ends: float


class Verifier:
    """Verifies bearer tokens of the accepted issuers, and remembers the last few thousand that held."""

    def __init__(self, issuers: Issuers) -> None:
        self._issuers = issuers
        self._remembered: OrderedDict[bytes, Remembered] = OrderedDict()

    async def verify(self, token: str, at: datetime) -> Claims:
        """The claims of a token that holds at this instant.

        Raises `Unauthenticated` for any other, and `Unavailable` when the issuer's keys cannot be had.
        """
        try:
            if len(token) > MAX_TOKEN:
                raise Unauthenticated("too_long")
            digest, instant = hashlib.sha256(token.encode("ascii")).digest(), at.timestamp()
            return self._recall(digest, instant) or await self._check(token, digest, instant)
        except (Unauthenticated, Unavailable):
            raise
        except Exception as error:
            # No failure may open a door or become a 500; the chain is cut because it can hold parts of the token.
            raise Unauthenticated(f"unreadable_{type(error).__name__}") from None

    def _recall(self, digest: bytes, instant: float) -> Claims | None:
        known = self._remembered.get(digest)
        if known is None:
            return None
        if known.starts <= instant < known.ends and known.generation == known.source.generation:
            if not known.source.current():
                return None
            self._remembered.move_to_end(digest)
            return known.claims
        del self._remembered[digest]
        return None

    async def _check(self, token: str, digest: bytes, instant: float) -> Claims:
        parts = token.split(".")
        if len(parts) != 3:
            raise Unauthenticated("parts")
        header, payload = _object(parts[0], "header"), _object(parts[1], "payload")
        algorithm, kid = _algorithm_and_kid(header)
        source = self._issuers.find(_text(payload.get("iss"), "issuer", limit=300))
        if source is None:
            raise Unauthenticated("issuer_unknown")
        if algorithm not in source.algorithms:
            raise Unauthenticated("algorithm")
        # Before the signature, so that an old token does not make us fetch keys; believed only after it.
        claims, starts, ends = _read(payload, source, instant)

        key = await source.key(kid)
        if algorithm not in key.algorithms:
            raise Unauthenticated("algorithm_of_key")
        signed = token[: token.rindex(".")].encode("ascii")
        if not prepared(key.pem, algorithm).verify(signed, _signature(parts[2])):
            raise Unauthenticated("signature")

        self._remembered[digest] = Remembered(claims, source, source.generation, starts, ends)
        self._remembered.move_to_end(digest)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return claims


@lru_cache(maxsize=256)
def prepared(pem: bytes, algorithm: str) -> Key:
    """The key object of python-jose, built once: reading the PEM costs as much as a verification."""
    return jwk.construct(pem.decode("ascii"), algorithm)


def sign(claims: Mapping[str, Any], pem: bytes, *, kid: str, algorithm: str) -> str:
    """A token under a private key. For the development issuer and nobody else."""
    return jws.sign(dict(claims), jwk.construct(pem.decode("ascii"), algorithm), {"kid": kid}, algorithm)


def _object(part: str, reason: str) -> dict[str, Any]:
    try:
        return json_object(base64url(part))
    except (ValueError, RecursionError):
        raise Unauthenticated(reason) from None


def _signature(part: str) -> bytes:
    try:
        return base64url(part)
    except ValueError:
        raise Unauthenticated("signature") from None


def _algorithm_and_kid(header: Mapping[str, Any]) -> tuple[str, str]:
    if not REFUSED_HEADERS.isdisjoint(header):
        raise Unauthenticated("header_refused")
    if "typ" in header and _text(header["typ"], "type").lower() not in TYPES:
        raise Unauthenticated("type")
    return _text(header.get("alg"), "algorithm"), _text(header.get("kid"), "key_id")


def _read(payload: Mapping[str, Any], source: KeySource, instant: float) -> tuple[Claims, float, float]:
    """The claims, and the instants between which they hold without any leeway at the end."""
    audience = payload.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or not all(isinstance(one, str) for one in audiences):
        raise Unauthenticated("audience")
    if source.audience not in audiences:
        raise Unauthenticated("audience_other")
    ends, issued = _instant(payload.get("exp"), "expiry"), _instant(payload.get("iat"), "issued")
    begins = _instant(payload["nbf"], "not_before") if "nbf" in payload else issued
    if instant >= ends + LEEWAY:
        raise Unauthenticated("expired")
    if issued > instant + LEEWAY:
        raise Unauthenticated("issued_ahead")
    if begins > instant + LEEWAY:
        raise Unauthenticated("not_yet")
    if not 0 < ends - issued <= MAX_LIFETIME:
        raise Unauthenticated("lifetime")
    claims = Claims(
        issuer=source.issuer,
        subject=_text(payload.get("sub"), "subject"),
        expires_at=datetime.fromtimestamp(ends, UTC),
        scopes=_scopes(payload),
        token_id=_text(payload["jti"], "token_id") if "jti" in payload else None,
    )
    return claims, max(issued, begins) - LEEWAY, ends


def _text(value: object, reason: str, limit: int = MAX_TEXT) -> str:
    """A string of 1 to `limit` characters, none of them a control character, a lone surrogate or invisible."""
    if not isinstance(value, str) or not 0 < len(value) <= limit or not value.isprintable():
        raise Unauthenticated(reason)
    return value


def _instant(value: object, reason: str) -> float:
    """Seconds since 1970 (RFC 7519, 2). The comparison is false for NaN and for what no calendar holds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LAST_INSTANT:
        raise Unauthenticated(reason)
    return float(value)


def _scopes(payload: Mapping[str, Any]) -> frozenset[str]:
    """`scope` (RFC 8693, 4.2), or `scp` as Entra ID (a string) and others (a list) write it."""
    given = payload.get("scope", payload.get("scp", ""))
    scopes = given.split() if isinstance(given, str) else given
    if not isinstance(scopes, list) or not all(isinstance(one, str) for one in scopes):
        raise Unauthenticated("scope")
    return frozenset(scopes)
