"""What stands beside a backup: what is in it, so that a restore can prove that it came back whole."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from app.kit.crypto import CannotOpen, Vault
from app.serving.faults import Fault

FORMAT = 1
CHECK = "heinola backup key check"
PLACE: dict[str, Any] = {"table": "backup", "column": "check", "row": UUID(int=0)}
SAMPLED = 100


class Feed(BaseModel):
    """`position` is the head; dense, so `sealed` is the same number."""

    position: int
    sealed: int
    events: int
    seq: int


class Keys(BaseModel):
    """Tells whether keys are those of the backup; no key can be read from it."""

    index: str
    sealed: str
    identity: list[str]


class Manifest(BaseModel):
    """`guards` is a digest of policies, rights and triggers; `counts` are rows per table."""

    model_config = ConfigDict(extra="forbid")

    format: int
    made_at: datetime
    revision: str
    server_major: int
    bytes: int
    sha256: str
    counts: dict[str, int]
    feed: Feed
    guards: str
    keys: Keys


def beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.manifest.json")


def read(file: Path) -> Manifest:
    """The manifest of a backup. Raises `Fault` when it is missing or is none of ours."""
    path = beside(file)
    try:
        given = json.loads(path.read_bytes())
        if isinstance(given, dict) and given.get("format") != FORMAT:
            raise Fault(
                f"{path} is of format {given.get('format')}, and this program reads {FORMAT}: "
                "use the program that wrote it"
            )
        return Manifest.model_validate(given)
    except OSError as error:
        raise Fault(f"{path} cannot be read ({error.strerror}): a backup is two files, keep them together") from None
    except (ValueError, ValidationError):
        raise Fault(f"{path} is damaged: it is not a manifest of ours") from None


def digest(file: Path) -> tuple[str, int]:
    """SHA-256 and size of a file. Raises `Fault`."""
    running, size = hashlib.sha256(), 0
    try:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                running.update(block)
                size += len(block)
    except OSError as error:
        raise Fault(f"{file} cannot be read: {error.strerror}") from None
    return running.hexdigest(), size


def mark(vault: Vault, identity: list[str]) -> Keys:
    """What tells these keys from others."""
    return Keys(index=vault.index(CHECK).hex(), sealed=vault.seal(CHECK, **PLACE).hex(), identity=identity)


def check_keys(vault: Vault, keys: Keys) -> None:
    """Raises `Fault` when the present keys are not those that the backup was made with."""
    if not hmac.compare_digest(vault.index(CHECK).hex(), keys.index):
        raise Fault(
            "the index key is not the one of this backup: no identity code could be found; set HEINOLA_INDEX_KEY"
        )
    try:
        fits = vault.open_text(bytes.fromhex(keys.sealed), **PLACE) == CHECK
    except (CannotOpen, ValueError):
        fits = False
    if not fits:
        raise Fault("the identity keys are not those of this backup: nothing would open; set HEINOLA_IDENTITY_KEYS")
    if missing := [one for one in keys.identity if not vault.knows(one)]:
        raise Fault(f"identity codes of this backup are sealed with keys that are not here: {', '.join(missing)}")


def check_sample(vault: Vault, rows: list[Any]) -> int:
    """Open stored identity codes and find them by their index; how many. Raises `Fault`, telling none of them."""
    for row in rows:
        try:
            code = vault.open_text(row.sealed, table="client_identifiers", column="sealed", row=row.id)
        except CannotOpen as error:
            raise Fault(f"an identity code does not open with the present keys\n{error}") from None
        if not hmac.compare_digest(vault.index(code), row.blind_index):
            raise Fault(f"an identity code is not found by its index\nclient_identifiers row {row.id}")
    return len(rows)
