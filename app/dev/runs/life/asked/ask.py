"""A request as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ask:
    """`by` is a persona of the town, or `client`: the client of the case; nobody for `""`.

    `before` are operations of this list, each done by its own persona in the same transaction; `name:parameter=row`
    does one on another row. Each of `queries` is one more try of the same cell.
    """

    by: str = "nurse"
    body: Any = None
    at: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    queries: tuple[str, ...] = ("",)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
