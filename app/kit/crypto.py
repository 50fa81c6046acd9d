"""Fields that are sealed at rest: AES-256-GCM bound to their place, and a blind index to find them by.

A sealed field is `1 | length of key id | key id | 12-byte nonce | ciphertext and tag`. Table, column and row id are
authenticated with it, so a value copied to another row does not open. One key seals at most 2^32 fields (random
nonces, NIST SP 800-38D 8.3): rotate long before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.config import Settings

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")  # shorter than a key in base64, so that a key is never taken for an id
FILE = "keys.json"


class CannotOpen(Exception):
    """A sealed field that does not open. Says where and why, never what was in it."""


class BadKeys(ValueError):
    """Keys that cannot be used. Names the variable or the file, never a key."""


class Vault:
    """Seals and opens fields. The last of `keys` seals, all of them open; `index_key` is for the blind index only."""

    __slots__ = ("_ciphers", "_index", "current")

    def __init__(self, keys: Mapping[str, bytes], index_key: bytes) -> None:
        """Raises `BadKeys` when there is no key, an id or a length is wrong, or a key serves two ends."""
        if not keys:
            raise BadKeys("at least one key is needed")
        if not all(KEY_ID.fullmatch(key_id) for key_id in keys):
            raise BadKeys("a key id has 1 to 32 letters, digits, dots, dashes or underscores")
        everything = [*keys.values(), index_key]
        if any(len(key) != KEY_BYTES for key in everything):
            raise BadKeys(f"every key has {KEY_BYTES} bytes")
        if len(set(everything)) != len(everything):
            raise BadKeys("every key id, and the index, has a key of its own")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._index = hmac.new(index_key, digestmod=hashlib.sha256)
        self.current = next(reversed(self._ciphers))

    @classmethod
    def from_settings(cls, settings: Settings, data_dir: Path | None) -> Vault:
        """The vault of this installation. Raises `BadKeys`.

        Demo mode without keys makes them once, in `data_dir/keys.json`; without `data_dir` they last as long as the
        process does.
        """
        given = {"HEINOLA_IDENTITY_KEYS": settings.identity_keys, "HEINOLA_INDEX_KEY": settings.index_key}
        missing = [name for name, value in given.items() if not value]
        if settings.identity_keys and settings.index_key:
            keys = {key_id: secret.get_secret_value() for key_id, secret in settings.identity_keys.items()}
            return _vault(keys, settings.index_key.get_secret_value(), "HEINOLA_IDENTITY_KEYS", "HEINOLA_INDEX_KEY")
        if len(missing) == 1 or settings.mode == "production":
            raise BadKeys(f"{' and '.join(missing)} must be set")
        if data_dir is None:
            return cls({"ephemeral": secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))
        return _from_file(data_dir / FILE)

    def seal(self, plain: str | bytes, *, table: str, column: str, row: UUID) -> bytes:
        """`plain` for this one place. The same text sealed twice looks different."""
        key_id, nonce = self.current.encode(), secrets.token_bytes(NONCE_BYTES)
        data = plain.encode() if isinstance(plain, str) else plain
        sealed = self._ciphers[self.current].encrypt(nonce, data, _place(table, column, row))
        return bytes((VERSION, len(key_id))) + key_id + nonce + sealed

    def open(self, sealed: bytes, *, table: str, column: str, row: UUID) -> bytes:
        """What was sealed for this place. Raises `CannotOpen`."""
        key_id, nonce, data = _parts(sealed)
        where = f"{table}.{column} of row {row}"
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise CannotOpen(f"{where}: its key {key_id} is not here")
        try:
            return cipher.decrypt(nonce, data, _place(table, column, row))
        except InvalidTag:
            raise CannotOpen(f"{where}: changed, moved from another place, or sealed with another key") from None

    def open_text(self, sealed: bytes, *, table: str, column: str, row: UUID) -> str:
        """`open`, as text. Raises `CannotOpen`, also when it is not UTF-8."""
        try:
            return self.open(sealed, table=table, column=column, row=row).decode()
        except UnicodeDecodeError:
            raise CannotOpen(f"{table}.{column} of row {row}: not text") from None

    def reseal(self, sealed: bytes, *, table: str, column: str, row: UUID) -> bytes:
        """The same content under the current key and a new nonce. Raises `CannotOpen`."""
        return self.seal(self.open(sealed, table=table, column=column, row=row), table=table, column=column, row=row)

    @staticmethod
    def key_of(sealed: bytes) -> str:
        """The id of the key a field was sealed with; rotation is due where it is not `current`. Raises `CannotOpen`."""
        return _parts(sealed)[0]

    def knows(self, key_id: str) -> bool:
        """Whether a field sealed with this key would open."""
        return key_id in self._ciphers

    def index(self, text: str) -> bytes:
        """What to look a value up by: HMAC-SHA-256 of the upper-cased whole. It cannot be read back without the key."""
        digest = self._index.copy()
        digest.update(text.upper().encode())
        return digest.digest()

    def __repr__(self) -> str:
        return f"<Vault {self.current}, {len(self._ciphers)} keys>"


def _place(table: str, column: str, row: UUID) -> bytes:
    if "|" in table or "|" in column:
        raise ValueError("a table or column name holds no |")
    return f"{table}|{column}|{row}".encode()


def _parts(sealed: bytes) -> tuple[str, bytes, bytes]:
    """Key id, nonce, ciphertext with tag."""
    if len(sealed) < 2 or sealed[0] != VERSION:
        raise CannotOpen("not a sealed field of version 1")
    start = 2 + sealed[1]
    key_id = sealed[2:start].decode("ascii", "replace")
    if not KEY_ID.fullmatch(key_id) or len(sealed) < start + NONCE_BYTES + 16:
        raise CannotOpen("a sealed field that is cut short or damaged")
    return key_id, sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]


def _vault(keys: Mapping[str, str], index_key: str, keys_name: str, index_name: str) -> Vault:
    decoded = {}
    for position, (key_id, text) in enumerate(keys.items(), start=1):
        shown = key_id if KEY_ID.fullmatch(key_id) else f"number {position}"
        decoded[key_id] = _decode(text, f"{keys_name}, key {shown}")
    index = _decode(index_key, index_name)
    try:
        return Vault(decoded, index)
    except BadKeys as wrong:
        raise BadKeys(f"{keys_name}: {wrong}") from None


def _decode(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BadKeys(f"{name}: not the base64 of {KEY_BYTES} bytes; make one with: openssl rand -base64 {KEY_BYTES}")
    return key


def _from_file(path: Path) -> Vault:
    """The keys in the file, which is made when it is not there. Of processes that start at once, one makes it."""
    if not os.path.lexists(path):
        _make(path)
    try:
        content = _read_private(path)
        keys, index_key = content["identity_keys"], content["index_key"]
        texts = [*keys, *keys.values(), index_key]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        raise BadKeys(f"{path} is damaged: restore it from a backup, without it nothing sealed opens") from None
    if not all(isinstance(text, str) for text in texts):
        raise BadKeys(f"{path} is damaged: restore it from a backup, without it nothing sealed opens")
    return _vault(keys, index_key, f"{path} identity_keys", f"{path} index_key")


def _make(path: Path) -> None:
    """Written whole under another name and then linked: a reader never sees half, and an existing file is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = [base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for _ in range(2)]
    text = json.dumps({"identity_keys": {"demo-1": new[0]}, "index_key": new[1]}, indent=1)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its keys count
    finally:
        draft.unlink()


def _read_private(path: Path) -> Any:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError as failure:
        raise BadKeys(f"{path} cannot be read: {failure.strerror}") from None
    with open(descriptor) as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or (os.name == "posix" and found.st_mode & 0o077):
            raise BadKeys(f"{path} holds keys and must be for its owner only: chmod 600 {path}")
        return json.load(file)
