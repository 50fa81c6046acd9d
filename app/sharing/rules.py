"""What a share tells, by the things in it: pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

# What a document tells, by the register it belongs to (domain 5.3).
OF_REGISTER: dict[str, frozenset[str]] = {
    "health": frozenset({"health"}),
    "social": frozenset({"social"}),
    "employment": frozenset({"participation"}),
    "operational": frozenset({"service_path"}),
}
# Which register a data class belongs to; the others are the team's own (operational).
REGISTER_OF: dict[str, str] = {"health": "health", "social": "social"}


def registers_told(classes: Iterable[str], of_items: Iterable[str]) -> frozenset[str]:
    """The registers whose data are told: of the classes named, and of the documents themselves."""
    return frozenset({REGISTER_OF.get(one, "operational") for one in classes} | set(of_items)) - {"operational"}


def manifest(described: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over everything that left, the same however it is laid out: the message, and each thing with its hash."""
    whole = json.dumps([dict(described), [dict(one) for one in items]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def hash_of(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
