"""The development issuer: signs tokens for the personas of a demo, on this machine only.

Its tokens hold only in a process that was given this object; anywhere else its name is an unknown issuer.

The private key is made at start. With `key_file` it is kept, so that the token in a developer's browser outlives a
restart of the server: the file is readable by its owner only, holds no key of anything real, and deleting it signs
everybody out.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from app.config import is_loopback
from app.kit.problems import Unauthenticated
from app.security.keys import PublicKey, public_key
from app.security.tokens import MAX_LIFETIME, sign

DEVELOPMENT_ISSUER: Final = "http://127.0.0.1/development"
DEVELOPMENT_AUDIENCE: Final = "heinola"
ALGORITHM: Final = "ES256"


class DevelopmentRefused(RuntimeError):
    """Development tokens must not be had here; the message says why and what to do."""


class DevelopmentIssuer:
    """Raises `DevelopmentRefused` unless the server listens on loopback, outside production, and `key_file` is ours."""

    issuer = DEVELOPMENT_ISSUER
    audience = DEVELOPMENT_AUDIENCE
    algorithms: frozenset[str] = frozenset({ALGORITHM})
    generation = 0

    def __init__(self, host: str, *, mode: str, key_file: Path | None = None) -> None:
        if mode != "demo":
            raise DevelopmentRefused(f"mode {mode} accepts tokens of OIDC issuers only")
        if not is_loopback(host):
            raise DevelopmentRefused(f"{host} is not this machine alone: listen on 127.0.0.1 for development tokens")
        self._pem = _kept(key_file) if key_file else _new()
        public = _private(self._pem).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._key = public_key("development-" + hashlib.sha256(der).hexdigest()[:16], public)

    def current(self) -> bool:
        return True

    async def key(self, kid: str) -> PublicKey:
        if kid != self._key.kid:
            raise Unauthenticated("key_unknown")
        return self._key

    def token(
        self, subject: str, at: datetime, lifetime: timedelta = timedelta(hours=12), scopes: Iterable[str] = ()
    ) -> str:
        """A token of this subject from `at` on. Raises `ValueError` for a lifetime that would not be accepted."""
        if not 1 <= lifetime.total_seconds() <= MAX_LIFETIME:
            raise ValueError(f"a lifetime from one second to {MAX_LIFETIME / 3600:.0f} hours")
        issued = int(at.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "iat": issued,
            "exp": issued + int(lifetime.total_seconds()),
            "jti": str(uuid4()),
            "scope": " ".join(scopes),
        }
        return sign(claims, self._pem, kid=self._key.kid, algorithm=ALGORITHM)


def _new() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _private(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key


def _kept(path: Path) -> bytes:
    """The key in this file, made if there is none. Two processes that start at once end up with the same one."""
    try:
        if not os.path.lexists(path):
            _keep(path, _new())
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            status, pem = os.fstat(file.fileno()), file.read(8192)
        if not stat.S_ISREG(status.st_mode):
            raise DevelopmentRefused(f"{path} is not a file: delete it")
        if os.name == "posix" and (status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077):
            raise DevelopmentRefused(f"{path} is open to others: delete it, and a new one is made")
        _private(pem)
    except (OSError, ValueError, TypeError) as error:
        raise DevelopmentRefused(f"{path} cannot hold the development key ({error}): delete it or move it") from None
    return pem


def _keep(path: Path, pem: bytes) -> None:
    """Write beside and link: the file appears whole, and never replaces one that is there."""
    beside = path.with_name(f".{path.name}.{uuid4().hex}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()
