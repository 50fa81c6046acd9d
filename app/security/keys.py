"""Public keys that tokens are verified with, read from a JSON Web Key Set (RFC 7517)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.security.strict import base64url, json_object

RSA_BITS = range(2048, 8193)  # below is weak; above, one verification costs milliseconds
RSA_ALGORITHMS = frozenset({"RS256", "RS384", "RS512"})
CURVES: Mapping[str, tuple[type[ec.EllipticCurve], str]] = {
    "P-256": (ec.SECP256R1, "ES256"),
    "P-384": (ec.SECP384R1, "ES384"),
    "P-521": (ec.SECP521R1, "ES512"),
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One key of one issuer, and the algorithms that fit its type and curve."""

    kid: str
    pem: bytes
    algorithms: frozenset[str]


def public_key(kid: str, key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> PublicKey:
    """The key under its name. Raises `ValueError` for a size or a curve that we do not take."""
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size not in RSA_BITS:
            raise ValueError(f"an RSA key of {key.key_size} bits")
        algorithms = RSA_ALGORITHMS
    else:
        algorithms = frozenset(alg for curve, alg in CURVES.values() if isinstance(key.curve, curve))
        if not algorithms:
            raise ValueError(f"a key on the curve {key.curve.name}")
    return PublicKey(kid, key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), algorithms)


def read_jwks(document: bytes) -> dict[str, PublicKey]:
    """The keys of a key set that can verify a signature, by `kid`. Raises `ValueError` when it is no key set.

    Left out: keys for anything but signatures, symmetric keys, private keys, weak keys, keys without a `kid`, and every
    key whose `kid` names more than one.
    """
    try:
        listed = json_object(document).get("keys")
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(listed, list):
        raise ValueError("no list of keys")
    keys = [key for key in map(_usable, listed) if key is not None]
    named = Counter(key.kid for key in keys)
    return {key.kid: key for key in keys if named[key.kid] == 1}


def _usable(jwk: object) -> PublicKey | None:
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig" or "d" in jwk:
        return None
    if "key_ops" in jwk and (not isinstance(jwk["key_ops"], list) or "verify" not in jwk["key_ops"]):
        return None
    kid = jwk.get("kid")
    if not isinstance(kid, str) or not kid:
        return None
    try:
        key = public_key(kid, _numbers(jwk).public_key())
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        return None
    algorithms = frozenset(alg for alg in key.algorithms if jwk.get("alg", alg) == alg)
    return PublicKey(kid, key.pem, algorithms) if algorithms else None


def _numbers(jwk: Mapping[str, Any]) -> rsa.RSAPublicNumbers | ec.EllipticCurvePublicNumbers:
    """The numbers of an RSA or EC key (RFC 7518, 6); `public_key()` of the result checks them."""
    match jwk["kty"]:
        case "RSA":
            exponent = _integer(jwk["e"])
            if exponent.bit_length() > 32:
                raise ValueError("an exponent made to be slow")
            return rsa.RSAPublicNumbers(exponent, _integer(jwk["n"]))
        case "EC":
            curve, _ = CURVES[jwk["crv"]]
            return ec.EllipticCurvePublicNumbers(_integer(jwk["x"]), _integer(jwk["y"]), curve())
    raise ValueError("another type of key")


def _integer(text: str) -> int:
    return int.from_bytes(base64url(text), "big")
