from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import pickle
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr

from app.config import Settings
from app.kit.crypto import BadKeys, CannotOpen, Vault
from app.kit.ids import new_id

CODE = "150591-9018"
OLD, NEW, INDEX = bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))
ROW = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
PLACE: dict[str, Any] = {"table": "client_identifiers", "column": "value", "row": ROW}


def a_vault(**keys: bytes) -> Vault:
    return Vault(keys or {"old": OLD, "new": NEW}, INDEX)


def b64(key: bytes) -> str:
    return base64.b64encode(key).decode()


def demo(**given: Any) -> Settings:
    return Settings(mode="demo", **given)


def test_a_field_opens_where_it_was_sealed() -> None:
    vault = a_vault()
    sealed = vault.seal(CODE, **PLACE)
    assert vault.open(sealed, **PLACE) == CODE.encode()
    assert vault.open_text(sealed, **PLACE) == CODE
    assert CODE.encode() not in sealed
    assert vault.seal(CODE, **PLACE) != sealed


def test_the_layout_is_the_documented_one() -> None:
    sealed = a_vault().seal("é", **PLACE)
    assert sealed[:5] == b"\x01\x03new"
    place = f"client_identifiers|value|{ROW}".encode()
    assert AESGCM(NEW).decrypt(sealed[5:17], sealed[17:], place) == "é".encode()


@pytest.mark.parametrize("other", [{"table": "clients"}, {"column": "values"}, {"row": new_id()}])
def test_a_field_does_not_open_elsewhere(other: dict[str, Any]) -> None:
    sealed = a_vault().seal(CODE, **PLACE)
    with pytest.raises(CannotOpen, match="moved"):
        a_vault().open(sealed, **{**PLACE, **other})


def test_names_cannot_slide_into_each_other() -> None:
    with pytest.raises(ValueError, match=r"holds no \|"):
        a_vault().seal(CODE, table="a|b", column="c", row=ROW)


def test_every_changed_byte_is_noticed() -> None:
    vault = a_vault()
    sealed = vault.seal(CODE, **PLACE)
    for at in range(len(sealed)):
        for flip in (1, 0x80):
            changed = sealed[:at] + bytes([sealed[at] ^ flip]) + sealed[at + 1 :]
            with pytest.raises(CannotOpen):
                vault.open(changed, **PLACE)
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            vault.open(sealed[:length], **PLACE)
    with pytest.raises(CannotOpen):
        vault.open(sealed + b"\0", **PLACE)


@given(st.binary(max_size=80))
@hypothesis_settings(max_examples=200, deadline=None)
def test_rubbish_is_refused_by_name(rubbish: bytes) -> None:
    for blob in (rubbish, b"\x01" + rubbish, b"\x01\x03new" + rubbish):
        with pytest.raises(CannotOpen):
            a_vault().open(blob, **PLACE)


def test_a_failure_shows_the_place_and_not_the_content() -> None:
    sealed = a_vault(old=OLD).seal(CODE, **PLACE)
    for vault, blob in (
        (a_vault(new=NEW), sealed),
        (a_vault(old=NEW), sealed),
        (a_vault(), CODE.encode()),
        (a_vault(), b"\x01" + CODE.encode()),
    ):
        with pytest.raises(CannotOpen) as refused:
            vault.open(blob, **PLACE)
        shown = "".join(traceback.format_exception(refused.value))
        assert CODE not in shown
        assert "InvalidTag" not in shown
    with pytest.raises(CannotOpen, match="key old is not here") as refused:
        a_vault(new=NEW).open(sealed, **PLACE)
    assert f"client_identifiers.value of row {ROW}" in str(refused.value)


def test_bytes_that_are_not_text() -> None:
    sealed = a_vault().seal(b"\xff\x00", **PLACE)
    assert a_vault().open(sealed, **PLACE) == b"\xff\x00"
    with pytest.raises(CannotOpen, match="not text") as refused:
        a_vault().open_text(sealed, **PLACE)
    assert refused.value.__suppress_context__


def test_rotation() -> None:
    before, after = a_vault(old=OLD), a_vault(old=OLD, new=NEW)
    sealed = before.seal(CODE, **PLACE)
    assert after.current == "new"
    assert after.key_of(sealed) == "old"
    again = after.reseal(sealed, **PLACE)
    assert after.key_of(again) == "new"
    assert a_vault(new=NEW).open_text(again, **PLACE) == CODE
    with pytest.raises(CannotOpen):
        before.open(again, **PLACE)
    with pytest.raises(CannotOpen):
        after.reseal(sealed, **{**PLACE, "row": new_id()})


def test_the_index_is_of_the_whole_upper_cased_code() -> None:
    vault = a_vault()
    assert vault.index("010100a905m") == hmac.digest(INDEX, b"010100A905M", hashlib.sha256)
    assert vault.index(CODE) == a_vault(other=OLD).index(CODE), "rotation of the other keys leaves the index"
    assert vault.index(CODE) != vault.index("150591Y9018")
    assert vault.index(CODE) != Vault({"new": NEW}, OLD).index(CODE)
    assert vault.index(CODE) == vault.index(CODE)


def test_nothing_secret_is_shown() -> None:
    vault = a_vault()
    assert repr(vault) == "<Vault new, 2 keys>"
    assert not hasattr(vault, "__dict__")
    shown = " ".join(repr(getattr(vault, name)) for name in Vault.__slots__)
    for key in (OLD, NEW, INDEX):
        assert repr(key)[2:-1] not in shown
        assert key.hex() not in shown
    with pytest.raises(TypeError):
        pickle.dumps(vault)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Vault({}, INDEX), "at least one"),
        (lambda: Vault({"k": OLD[:16]}, INDEX), "32 bytes"),
        (lambda: Vault({"k": OLD}, INDEX + b"x"), "32 bytes"),
        (lambda: Vault({"k": OLD}, OLD), "of its own"),
        (lambda: Vault({"k": OLD, "l": OLD}, INDEX), "of its own"),
        (lambda: Vault({"": OLD}, INDEX), "key id"),
        (lambda: Vault({"ä": OLD}, INDEX), "key id"),
        (lambda: Vault({"k" * 33: OLD}, INDEX), "key id"),
    ],
)
def test_wrong_keys(make: Callable[[], Vault], why: str) -> None:
    with pytest.raises(BadKeys, match=why):
        make()


def test_keys_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEINOLA_IDENTITY_KEYS", json.dumps({"old": b64(OLD), "new": b64(NEW)}))
    monkeypatch.setenv("HEINOLA_INDEX_KEY", b64(INDEX))
    vault = Vault.from_settings(Settings(), tmp_path)
    assert vault.current == "new"
    assert a_vault().open_text(vault.seal(CODE, **PLACE), **PLACE) == CODE
    assert vault.index(CODE) == a_vault().index(CODE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("keys", "index", "named"),
    [
        ({"k": b64(OLD)[:-3]}, b64(INDEX), "HEINOLA_IDENTITY_KEYS, key k"),
        ({"k": b64(OLD[:31])}, b64(INDEX), "HEINOLA_IDENTITY_KEYS, key k"),
        ({"k": "ä" * 44}, b64(INDEX), "HEINOLA_IDENTITY_KEYS, key k"),
        ({b64(OLD): "k"}, b64(INDEX), "HEINOLA_IDENTITY_KEYS, key number 1"),
        ({"k": b64(OLD)}, "x", "HEINOLA_INDEX_KEY"),
        ({"k": b64(OLD)}, b64(OLD), "HEINOLA_IDENTITY_KEYS: .*its own"),
        ({"k": b64(OLD)}, None, "^HEINOLA_INDEX_KEY must be set"),
        ({}, b64(INDEX), "^HEINOLA_IDENTITY_KEYS must be set"),
    ],
)
def test_wrong_variables_are_named(keys: dict[str, str], index: str | None, named: str, tmp_path: Path) -> None:
    settings = demo(
        identity_keys={key_id: SecretStr(key) for key_id, key in keys.items()},
        index_key=SecretStr(index) if index else None,
    )
    with pytest.raises(BadKeys, match=named) as refused:
        Vault.from_settings(settings, tmp_path)
    shown = "".join(traceback.format_exception(refused.value))
    assert b64(OLD)[:20] not in shown
    assert list(tmp_path.iterdir()) == []


def test_demo_makes_its_keys_once(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    sealed = Vault.from_settings(demo(), folder).seal(CODE, **PLACE)
    assert Vault.from_settings(demo(), folder).open_text(sealed, **PLACE) == CODE
    assert [path.name for path in folder.iterdir()] == ["keys.json"]
    assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_share_the_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: Vault.from_settings(demo(), tmp_path), range(16)))
    assert len({vault.index(CODE) for vault in vaults}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_without_a_folder_the_keys_die_with_the_process() -> None:
    one, other = Vault.from_settings(demo(), None), Vault.from_settings(demo(), None)
    assert one.index(CODE) != other.index(CODE)
    with pytest.raises(CannotOpen):
        other.open(one.seal(CODE, **PLACE), **PLACE)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    Vault.from_settings(demo(), tmp_path)
    (tmp_path / "keys.json").chmod(mode)
    with pytest.raises(BadKeys, match="chmod 600"):
        Vault.from_settings(demo(), tmp_path)


def test_a_link_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    Vault.from_settings(demo(), tmp_path / "elsewhere")
    (tmp_path / "keys.json").symlink_to(tmp_path / "elsewhere" / "keys.json")
    with pytest.raises(BadKeys, match="cannot be read"):
        Vault.from_settings(demo(), tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"identity_keys": [], "index_key": ""}',
        '{"identity_keys": {"k": 1}, "index_key": "x"}',
        '{"identity_keys": {"k": "x"}, "index_key": "x"}',
        f'{{"identity_keys": {{}}, "index_key": "{b64(INDEX)}"}}',
    ],
)
def test_a_damaged_file_is_named_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    with pytest.raises(BadKeys, match=r"keys\.json"):
        Vault.from_settings(demo(), tmp_path)
    assert path.read_text() == text
