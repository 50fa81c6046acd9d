"""Tokens and key sets made by hand with `cryptography`, so that the code under test does not judge its own work."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.config import Issuer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER, OTHER_ISSUER, AUDIENCE = "https://login.example/realms/work", "https://other.example", "heinola-api"
JWKS_URL, OTHER_URL = "https://login.example/jwks", "https://other.example/jwks"
HASHES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Sign = Callable[[bytes], bytes]

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
OTHER_EC = ec.generate_private_key(ec.SECP256R1())
EC384 = ec.generate_private_key(ec.SECP384R1())
PEM = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
BASE64URL = ascii_uppercase + ascii_lowercase + digits + "-_"  # in the order of its values


def an_issuer(**over: Any) -> Issuer:
    given = {"issuer": ISSUER, "audience": AUDIENCE, "jwks_url": JWKS_URL, "algorithms": ("RS256", "ES256", "ES384")}
    return Issuer(**{**given, **over})


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def segment(value: object) -> str:
    """JSON of anything but bytes and str, which stand for themselves."""
    if isinstance(value, str):
        value = value.encode()
    return b64(value if isinstance(value, bytes) else json.dumps(value).encode())


def signer(key: PrivateKey, bits: str = "256") -> Sign:
    def rsa_signature(data: bytes) -> bytes:
        assert isinstance(key, rsa.RSAPrivateKey)
        return key.sign(data, padding.PKCS1v15(), HASHES[bits])

    def ec_signature(data: bytes) -> bytes:
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        size = (key.curve.key_size + 7) // 8
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(HASHES[bits])))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    return rsa_signature if isinstance(key, rsa.RSAPrivateKey) else ec_signature


def hmac_signer(secret: bytes) -> Sign:
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


def claims(*without: str, **over: Any) -> dict[str, Any]:
    given = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "9f1c",
        "iat": SECONDS,
        "exp": SECONDS + 3600,
        "jti": "t-1",
        "scope": "openid work",
        **over,
    }
    return {name: value for name, value in given.items() if name not in without}


def header(*without: str, **over: Any) -> dict[str, Any]:
    given = {"alg": "RS256", "kid": "rsa", "typ": "JWT", **over}
    return {name: value for name, value in given.items() if name not in without}


def token(payload: object = None, head: object = None, sign: Sign | None = None) -> str:
    """A signed token, good when nothing is given."""
    signed = f"{segment(header() if head is None else head)}.{segment(claims() if payload is None else payload)}"
    return f"{signed}.{b64((sign or signer(RSA))(signed.encode()))}"


def ec_token(payload: object = None) -> str:
    return token(payload, header(alg="ES256", kid="ec"), signer(EC))


def jwk(kid: str | None, key: PrivateKey, **over: Any) -> dict[str, Any]:
    def number(value: int, size: int | None = None) -> str:
        return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))

    public = key.public_key().public_numbers()
    made: dict[str, Any] = {"use": "sig", **({} if kid is None else {"kid": kid})}
    if isinstance(public, rsa.RSAPublicNumbers):
        made |= {"kty": "RSA", "n": number(public.n), "e": number(public.e)}
    else:
        size = (public.curve.key_size + 7) // 8
        made |= {"kty": "EC", "crv": f"P-{public.curve.key_size}"}
        made |= {"x": number(public.x, size), "y": number(public.y, size)}
    return {**made, **over}


class Answering(httpx.AsyncBaseTransport):
    """Issuers that answer from `sets` by address; an address that is not there is away. `asked` are the fetches."""

    def __init__(self, sets: Mapping[str, list[dict[str, Any]]]) -> None:
        self.sets, self.asked = dict(sets), list[str]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if str(request.url) not in self.sets:
            raise httpx.ConnectError("away")
        return httpx.Response(200, json={"keys": self.sets[str(request.url)]})


class Ticking:
    """A clock of seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Dripping(httpx.AsyncByteStream):
    """A body that comes in pieces."""

    def __init__(self, piece: bytes, times: int) -> None:
        self.piece, self.times, self.sent = piece, times, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.times):
            self.sent += 1
            yield self.piece
