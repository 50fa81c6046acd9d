"""Which keys of an issuer's set are taken, and which are left."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.security.keys import read_jwks
from tests.security.forge import EC, EC384, OTHER_EC, OTHER_RSA, RSA, b64, jwk


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
