"""The development issuer: where it may not be had, and what its tokens are worth elsewhere."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.kit.problems import Unauthenticated
from app.security.development import DEVELOPMENT_ISSUER, DevelopmentIssuer, DevelopmentRefused
from app.security.issuers import Issuers
from app.security.tokens import Verifier
from tests.security.forge import JWKS_URL, NOW, RSA, Answering, an_issuer, claims, header, jwk, signer, token


def an_issuer_here(key_file: Path | None = None) -> DevelopmentIssuer:
    return DevelopmentIssuer("127.0.0.1", mode="demo", key_file=key_file)


def a_verifier(development: DevelopmentIssuer | None) -> Verifier:
    return Verifier(Issuers([], development=development))


async def refused(verifier: Verifier, sent: str) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        await verifier.verify(sent, NOW)
    return refusal.value.reason


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_it_works_on_this_machine(host: str) -> None:
    assert DevelopmentIssuer(host, mode="demo").token("nurse", NOW).count(".") == 2


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "", "10.0.0.5", "203.0.113.7", "heinola.example", "127.0.0.1.example"],
)
def test_it_is_refused_where_others_can_reach_it(host: str) -> None:
    with pytest.raises(DevelopmentRefused, match="this machine"):
        DevelopmentIssuer(host, mode="demo")


@pytest.mark.parametrize("mode", ["production", "", "Demo", "test"])
def test_it_is_refused_in_any_mode_but_demo(mode: str) -> None:
    with pytest.raises(DevelopmentRefused, match="mode"):
        DevelopmentIssuer("127.0.0.1", mode=mode)


async def test_its_token_holds_where_it_is() -> None:
    development = an_issuer_here()
    got = await a_verifier(development).verify(development.token("nurse", NOW, scopes=["a", "b"]), NOW)
    assert (got.issuer, got.subject, sorted(got.scopes)) == (DEVELOPMENT_ISSUER, "nurse", ["a", "b"])
    assert got.expires_at == NOW + timedelta(hours=12)


async def test_its_tokens_differ() -> None:
    development = an_issuer_here()
    verifier = a_verifier(development)
    ids = {(await verifier.verify(development.token("nurse", NOW), NOW)).token_id for _ in range(3)}
    assert len(ids) == 3


async def test_its_token_ends() -> None:
    development = an_issuer_here()
    sent = development.token("nurse", NOW - timedelta(hours=2), timedelta(hours=1))
    assert await refused(a_verifier(development), sent) == "expired"


@pytest.mark.parametrize("hours", [-1, 0, 24.1, 1000])
def test_a_lifetime_that_would_not_hold(hours: float) -> None:
    with pytest.raises(ValueError, match="lifetime"):
        an_issuer_here().token("nurse", NOW, timedelta(hours=hours))


async def test_its_token_is_nothing_in_a_process_without_it() -> None:
    sent = an_issuer_here().token("nurse", NOW)
    assert await refused(a_verifier(None), sent) == "issuer_unknown"
    oidc = Issuers([an_issuer()], transport=Answering({JWKS_URL: [jwk("rsa", RSA)]}))
    assert await refused(Verifier(oidc), sent) == "issuer_unknown"
    await oidc.aclose()


async def test_its_token_is_nothing_at_another_development_issuer() -> None:
    assert await refused(a_verifier(an_issuer_here()), an_issuer_here().token("nurse", NOW)) == "key_unknown"


async def test_nobody_else_signs_in_its_name() -> None:
    development = an_issuer_here()
    body = claims(iss=DEVELOPMENT_ISSUER, aud="heinola")
    kid = (await development.key(development._key.kid)).kid
    forged = token(body, header(alg="ES256", kid=kid), signer(ec.generate_private_key(ec.SECP256R1())))
    assert await refused(a_verifier(development), forged) == "signature"
    assert await refused(a_verifier(development), token(body, header(kid=kid))) == "algorithm"


async def test_it_stands_beside_other_issuers_and_its_name_is_its_own() -> None:
    development = an_issuer_here()
    issuers = Issuers([an_issuer()], development=development, transport=Answering({JWKS_URL: [jwk("rsa", RSA)]}))
    verifier = Verifier(issuers)
    assert (await verifier.verify(token(), NOW)).subject == "9f1c"
    assert (await verifier.verify(development.token("nurse", NOW), NOW)).subject == "nurse"
    await issuers.aclose()
    with pytest.raises(ValueError, match="twice"):
        Issuers([an_issuer(issuer=DEVELOPMENT_ISSUER)], development=development, transport=Answering({}))


# --- the key file


def test_the_key_file_is_for_its_owner_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "development.pem"
    an_issuer_here(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


async def test_with_a_key_file_its_tokens_outlive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "development.pem"
    sent = an_issuer_here(path).token("nurse", NOW)
    assert (await a_verifier(an_issuer_here(path)).verify(sent, NOW)).subject == "nurse"
    path.unlink()
    assert await refused(a_verifier(an_issuer_here(path)), sent) == "key_unknown"


def test_processes_that_start_at_once_keep_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "development.pem"
    with monkeypatch.context() as patched:
        patched.setattr(os.path, "lexists", lambda _: False)  # each believes that it is the first
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: an_issuer_here(path), range(8)))
    assert len({issuer._key for issuer in made}) == 1
    assert len(list(tmp_path.iterdir())) == 1


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", pem(RSA), pem(ec.generate_private_key(ec.SECP384R1())), b"\0" * 10_000],
    ids=["empty", "garbage", "RSA", "P-384", "zeros"],
)
def test_a_key_file_that_holds_something_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "development.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(DevelopmentRefused, match="delete it"):
        an_issuer_here(path)
    assert path.read_bytes() == content


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_file_that_others_can_read(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "development.pem"
    an_issuer_here(path)
    path.chmod(mode)
    with pytest.raises(DevelopmentRefused, match="open to others"):
        an_issuer_here(path)


def test_a_key_file_that_is_a_link_or_a_folder(tmp_path: Path) -> None:
    an_issuer_here(tmp_path / "real.pem")
    (tmp_path / "link.pem").symlink_to(tmp_path / "real.pem")
    for path in (tmp_path / "link.pem", tmp_path, tmp_path / "missing" / "development.pem"):
        with pytest.raises(DevelopmentRefused):
            an_issuer_here(path)
