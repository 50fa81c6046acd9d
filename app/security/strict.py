"""Strict readings of base64url and JSON: one text for one value, so that what was signed is what is read."""

from __future__ import annotations

import base64
import json
from typing import Any, NoReturn


def base64url(text: str) -> bytes:
    """The bytes of unpadded base64url (RFC 7515, 2) in its canonical form: no padding, no foreign characters, no loose
    bits at the end. Raises `ValueError`."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != text:
        raise ValueError("not canonical base64url")
    return data


def json_object(data: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8 without duplicate members and without NaN or Infinity.

    Raises `ValueError` for anything else, and `RecursionError` when it is nested too deep.
    """
    value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("duplicate members")
    return found


def _refuse(_: str) -> NoReturn:
    raise ValueError("not a JSON number")
