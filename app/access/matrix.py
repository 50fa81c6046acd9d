"""The view matrix (domain 5.3) as data: which party reads which data, and through which door of which operation."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

# From the most that may be read to nothing: somebody of two parties reads as the one that reads more.
CELLS = ("Y", "by_part", "own", "with_permission", "M", "-")
DOORS = ("detail", "list", "filter", "count", "search", "record_text", "print", "export", "event", "error")


@cache
def matrix() -> dict[str, Any]:
    """The data file."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("matrix.json").read_text(encoding="utf-8"))
    return found


def parties_of(roles: Collection[str], registers: Collection[str]) -> list[str]:
    """The parties that somebody with these roles and registers belongs to; a party may ask for a register."""
    return [
        name
        for name, party in matrix()["parties"].items()
        if not set(party["roles"]).isdisjoint(roles) and party.get("register") in (None, *registers)
    ]


def cell(row: str, roles: Collection[str], registers: Collection[str]) -> str:
    """What somebody with these roles and registers reads of a row."""
    cells: dict[str, str] = matrix()["rows"][row]["cells"]
    return min((cells[party] for party in parties_of(roles, registers)), key=CELLS.index, default="-")


def cell_of_organisation(row: str, kind: str) -> str:
    """What a partner organisation of this kind (`org_type`) may be told of a row: of kinds that no party names, what
    the client permits."""
    found = [name for name, party in matrix()["parties"].items() if kind in party.get("organisations", ())]
    return str(matrix()["rows"][row]["cells"][found[0]]) if found else "with_permission"
