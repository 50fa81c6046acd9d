"""Which tokens do not hold, and for which reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.kit.problems import Unauthenticated
from app.security import tokens
from app.security.tokens import Verifier
from tests.security.conftest import KEYS, refused
from tests.security.forge import (
    AUDIENCE,
    BASE64URL,
    EC,
    EC384,
    ISSUER,
    NOW,
    OTHER_EC,
    OTHER_ISSUER,
    OTHER_RSA,
    PEM,
    RSA,
    SECONDS,
    b64,
    claims,
    ec_token,
    header,
    hmac_signer,
    jwk,
    segment,
    signer,
    token,
)

DER = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
HEAD, BODY, SIGNATURE = token().split(".")
EC_HEAD, EC_BODY, EC_SIGNATURE = ec_token().split(".")
HS = header(alg="HS256")


def members(**raw: str) -> str:
    """The good payload as JSON text, with members written as given."""
    return json.dumps(claims(*raw))[:-1] + "".join(f', "{name}": {text}' for name, text in raw.items()) + "}"


def with_loose_bits(part: str) -> str:
    """The same bytes in another text: the last character of these parts carries bits that a lax reader drops."""
    assert len(part) % 4 in (2, 3)
    return part[:-1] + BASE64URL[BASE64URL.index(part[-1]) + 1]


BAD: dict[str, tuple[str, str]] = {
    # algorithm
    "none, unsigned": (token(None, header(alg="none"), lambda _: b""), "algorithm"),
    "None, unsigned": (token(None, header(alg="None"), lambda _: b""), "algorithm"),
    "none, with a good signature": (token(None, header(alg="none")), "algorithm"),
    "HS256 with the public key as PEM": (token(None, HS, hmac_signer(PEM)), "algorithm"),
    "HS256 with the public key as PEM without its last newline": (
        token(None, HS, hmac_signer(PEM.strip())),
        "algorithm",
    ),
    "HS256 with the public key as DER": (token(None, HS, hmac_signer(DER)), "algorithm"),
    "HS256 with the key set": (token(None, HS, hmac_signer(json.dumps(KEYS[0]).encode())), "algorithm"),
    "HS256 with nothing": (token(None, HS, hmac_signer(b"")), "algorithm"),
    "RS512, not in the issuer's list": (token(None, header(alg="RS512"), signer(RSA, "512")), "algorithm"),
    "PS256": (token(None, header(alg="PS256")), "algorithm"),
    "algorithm in small letters": (token(None, header(alg="rs256")), "algorithm"),
    "no algorithm": (token(None, header("alg")), "algorithm"),
    "algorithm a list": (token(None, header(alg=["RS256"])), "algorithm"),
    "algorithm null": (token(None, header(alg=None)), "algorithm"),
    "RS256 for an EC key": (token(None, header(kid="ec")), "algorithm_of_key"),
    "ES256 for an RSA key": (token(None, header(alg="ES256"), signer(EC)), "algorithm_of_key"),
    "ES256 for a P-384 key": (token(None, header(alg="ES256", kid="ec384"), signer(EC384)), "algorithm_of_key"),
    "ES384 for a P-256 key": (token(None, header(alg="ES384", kid="ec"), signer(EC, "384")), "algorithm_of_key"),
    # header
    "crit": (token(None, header(crit=["exp"])), "header_refused"),
    "crit, empty": (token(None, header(crit=[])), "header_refused"),
    "b64 false": (token(None, header(b64=False)), "header_refused"),
    "a key of its own": (token(None, header(jwk=jwk("rsa", OTHER_RSA)), signer(OTHER_RSA)), "header_refused"),
    "jku": (token(None, header(jku="https://evil.example/jwks")), "header_refused"),
    "x5u": (token(None, header(x5u="https://evil.example/cert")), "header_refused"),
    "x5c": (token(None, header(x5c=["MIIB"])), "header_refused"),
    "zip": (token(None, header(zip="DEF")), "header_refused"),
    "type of a logout token": (token(None, header(typ="logout+jwt")), "type"),
    "type JWE": (token(None, header(typ="JWE")), "type"),
    "type a number": (token(None, header(typ=1)), "type"),
    "type null": (token(None, header(typ=None)), "type"),
    "no kid": (token(None, header("kid")), "key_id"),
    "kid a number": (token(None, header(kid=1)), "key_id"),
    "kid null": (token(None, header(kid=None)), "key_id"),
    "kid empty": (token(None, header(kid="")), "key_id"),
    "kid too long": (token(None, header(kid="k" * 256)), "key_id"),
    "kid with a newline": (token(None, header(kid="rsa\n")), "key_id"),
    "kid unknown": (token(None, header(kid="gone")), "key_unknown"),
    "kid a path": (token(None, header(kid="../../dev/null")), "key_unknown"),
    "header a list": (token(None, ["RS256"]), "header"),
    "header a string": (token(None, b'"RS256"'), "header"),
    "header empty": (token(None, ""), "header"),
    "header not JSON": (token(None, b"{alg: RS256}"), "header"),
    "header with a duplicate": (token(None, '{"alg":"none","alg":"RS256","kid":"rsa"}'), "header"),
    "header not UTF-8": (token(None, b'{"alg":"RS256","kid":"\xff"}'), "header"),
    "header in UTF-16": (token(None, json.dumps(header()).encode("utf-16")), "header"),
    "header with a byte order mark": (token(None, b"\xef\xbb\xbf" + json.dumps(header()).encode()), "header"),
    "header too deep": (token(None, '{"a":' + "[" * 3000 + "]" * 3000 + "}"), "too_long"),
    "header deep": (token(None, '{"a":' + "[" * 2000 + "]" * 2000 + "}"), "header"),
    # shape
    "empty": ("", "parts"),
    "one part": (HEAD, "parts"),
    "two parts": (f"{HEAD}.{BODY}", "parts"),
    "four parts": (f"{token()}.{SIGNATURE}", "parts"),
    "five parts, as an encrypted token": (f"{HEAD}.{BODY}.{BODY}.{BODY}.{SIGNATURE}", "parts"),
    "three empty parts": ("..", "header"),
    "JSON serialization": (
        json.dumps({"payload": BODY, "signatures": [{"protected": HEAD, "signature": SIGNATURE}]}),
        "parts",
    ),
    "flattened JSON serialization": (json.dumps({"payload": BODY, "protected": HEAD, "signature": SIGNATURE}), "parts"),
    "a token in the payload": (token(token(), header(cty="JWT")), "payload"),
    "huge": (token(claims(pad="x" * 9000)), "too_long"),
    "one byte too long": (token() + "A" * (8193 - len(token())), "too_long"),
    "a megabyte of dots": ("." * 1_000_000, "too_long"),
    "padding kept": (f"{HEAD}.{BODY}.{SIGNATURE}==", "signature"),
    "space in front": (f" {token()}", "header"),
    "newline at the end": (f"{token()}\n", "signature"),
    "newline inside": (f"{HEAD}.{BODY[:20]}\n{BODY[20:]}.{SIGNATURE}", "payload"),
    "NUL at the end": (f"{token()}\0", "signature"),
    "not ASCII": (f"{HEAD}.{BODY}.ä", "unreadable_UnicodeEncodeError"),
    "a lone surrogate": (f"{HEAD}.{BODY}.\ud800", "unreadable_UnicodeEncodeError"),
    # signature
    "no signature": (f"{HEAD}.{BODY}.", "signature"),
    "signature cut": (f"{HEAD}.{BODY}.{SIGNATURE[:-4]}", "signature"),
    "signature of one character": (f"{HEAD}.{BODY}.A", "signature"),
    "signature of another token": (f"{HEAD}.{BODY}.{token(claims(sub='b')).split('.')[2]}", "signature"),
    "signature of another algorithm": (f"{HEAD}.{BODY}.{EC_SIGNATURE}", "signature"),
    "signature of zeros": (f"{HEAD}.{BODY}.{b64(bytes(256))}", "signature"),
    "ES256 signature of zeros": (token(None, header(alg="ES256", kid="ec"), lambda _: bytes(64)), "signature"),
    "ES256 signature in DER": (
        token(None, header(alg="ES256", kid="ec"), lambda data: EC.sign(data, ECDSA(SHA256()))),
        "signature",
    ),
    "signature in the other base64": (token().replace("-", "+").replace("_", "/"), "signature"),
    "signature with loose bits": (f"{HEAD}.{BODY}.{with_loose_bits(SIGNATURE)}", "signature"),
    "ES256 signature with loose bits": (
        f"{EC_HEAD}.{EC_BODY}.{with_loose_bits(EC_SIGNATURE)}",
        "signature",
    ),
    "signed by another key": (token(None, None, signer(OTHER_RSA)), "signature"),
    "signed by another EC key": (token(None, header(alg="ES256", kid="ec"), signer(OTHER_EC)), "signature"),
    "signed by another issuer's key of the same kid": (token(claims(iss=ISSUER), None, signer(OTHER_RSA)), "signature"),
    "signed by us in another issuer's name": (token(claims(iss=OTHER_ISSUER)), "signature"),
    "signed over other claims": (f"{HEAD}.{segment(claims(sub='admin'))}.{SIGNATURE}", "signature"),
    "signed with another hash": (token(None, None, signer(RSA, "512")), "signature"),
    # issuer
    "no issuer": (token(claims("iss")), "issuer"),
    "issuer a list": (token(claims(iss=[ISSUER])), "issuer"),
    "issuer unknown": (token(claims(iss="https://evil.example")), "issuer_unknown"),
    "issuer with a slash more": (token(claims(iss=ISSUER + "/")), "issuer_unknown"),
    "issuer in capitals": (token(claims(iss=ISSUER.upper())), "issuer_unknown"),
    "the development issuer": (token(claims(iss="http://127.0.0.1/development")), "issuer_unknown"),
    # audience
    "no audience": (token(claims("aud")), "audience"),
    "audience null": (token(claims(aud=None)), "audience"),
    "audience a number": (token(claims(aud=7)), "audience"),
    "audience an object": (token(claims(aud={AUDIENCE: True})), "audience"),
    "audience mixed": (token(claims(aud=[AUDIENCE, 1])), "audience"),
    "audience empty": (token(claims(aud="")), "audience_other"),
    "no audiences": (token(claims(aud=[])), "audience_other"),
    "another audience": (token(claims(aud="account")), "audience_other"),
    "other audiences": (token(claims(aud=["account", AUDIENCE + "2"])), "audience_other"),
    "a longer audience": (token(claims(aud=f"x {AUDIENCE}")), "audience_other"),
    # times
    "no expiry": (token(claims("exp")), "expiry"),
    "expiry null": (token(claims(exp=None)), "expiry"),
    "expiry a string": (token(claims(exp=str(SECONDS + 3600))), "expiry"),
    "expiry true": (token(claims(exp=True)), "expiry"),
    "expiry a list": (token(claims(exp=[SECONDS + 3600])), "expiry"),
    "expiry NaN": (token(members(exp="NaN")), "payload"),
    "expiry Infinity": (token(members(exp="Infinity")), "payload"),
    "expiry 1e999": (token(members(exp="1e999")), "expiry"),
    "expiry of 400 digits": (token(members(exp="9" * 400)), "expiry"),
    "expiry of 5000 digits": (token(members(exp="9" * 5000)), "payload"),
    "expiry negative": (token(claims(exp=-1)), "expiry"),
    "expiry after the year 9999": (token(claims(exp=253_402_300_800)), "expiry"),
    "expired": (token(claims(iat=SECONDS - 7200, exp=SECONDS - 3600)), "expired"),
    "expired by the leeway": (token(claims(iat=SECONDS - 7200, exp=SECONDS - 60)), "expired"),
    "no issue time": (token(claims("iat")), "issued"),
    "issue time a string": (token(claims(iat=str(SECONDS))), "issued"),
    "issue time false": (token(claims(iat=False)), "issued"),
    "issued in the future": (token(claims(iat=SECONDS + 61)), "issued_ahead"),
    "issued after its expiry": (token(claims(iat=SECONDS + 30, exp=SECONDS + 20)), "lifetime"),
    "not yet": (token(claims(nbf=SECONDS + 61)), "not_yet"),
    "not before a string": (token(claims(nbf=str(SECONDS))), "not_before"),
    "not before null": (token(claims(nbf=None)), "not_before"),
    "lifetime too long": (token(claims(exp=SECONDS + 24 * 3600 + 1)), "lifetime"),
    "issued at the epoch, to be good for ever": (token(claims(iat=0)), "lifetime"),
    # subject and the rest
    "no subject": (token(claims("sub")), "subject"),
    "subject a number": (token(claims(sub=42)), "subject"),
    "subject null": (token(claims(sub=None)), "subject"),
    "subject empty": (token(claims(sub="")), "subject"),
    "subject too long": (token(claims(sub="a" * 256)), "subject"),
    "subject with NUL": (token(claims(sub="a\0b")), "subject"),
    "subject with a newline": (token(claims(sub="a\nb")), "subject"),
    "subject with a lone surrogate": (token(claims(sub="a\ud800")), "subject"),
    "subject written from right to left": (token(claims(sub="a\u202eb")), "subject"),
    "token id a number": (token(claims(jti=1)), "token_id"),
    "token id null": (token(claims(jti=None)), "token_id"),
    "scope a number": (token(claims(scope=1)), "scope"),
    "scope null": (token(claims(scope=None)), "scope"),
    "scopes mixed": (token(claims("scope", scp=["a", 1])), "scope"),
    "payload a list": (token([claims()]), "payload"),
    "payload null": (token(b"null"), "payload"),
    "payload empty": (token(b""), "payload"),
    "payload not UTF-8": (token(json.dumps(claims(sub="X")).encode().replace(b"X", b"\xe4")), "payload"),
    "duplicate subject": (token(json.dumps(claims())[:-1] + ', "sub": "admin"}'), "payload"),
    "duplicate inside a claim": (token(members(extra='{"a": 1, "a": 2}')), "payload"),
    "two payloads": (token(json.dumps(claims()) * 2), "payload"),
}


@pytest.mark.parametrize(("sent", "reason"), BAD.values(), ids=BAD)
async def test_a_bad_token_is_refused(verifier: Verifier, sent: str, reason: str) -> None:
    assert await refused(verifier, sent) == reason
    assert await refused(verifier, sent) == reason, "and nothing of it was remembered"


@pytest.mark.parametrize("sent", [None, b"a.b.c", 7, ["a"]])
async def test_what_is_no_text_is_refused(verifier: Verifier, sent: Any) -> None:
    assert (await refused(verifier, sent)).startswith("unreadable_")


async def test_a_failure_of_the_library_is_a_refusal_and_tells_nothing(
    verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("secret")

    monkeypatch.setattr(tokens, "prepared", broken)
    with pytest.raises(Unauthenticated) as refusal:
        await verifier.verify(token(), NOW)
    assert refusal.value.reason == "unreadable_OSError"
    assert refusal.value.__suppress_context__
    assert "secret" not in str(refusal.value)
