"""The committed files of the contract: the schema, and the table of who may do what. Written from the code, compared
with the code; the schema with the last release too."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app.access import table
from app.access.policy import PolicyFault, policy
from app.access.routes import declared
from app.config import Settings
from app.dev.breaking import breaking_changes
from app.main import create_app
from app.site.schema import polish
from app.site.tags import AUDIENCES, slice_of

FOLDER = Path(__file__).parent.parent.parent / "openapi"
NAME = "openapi.v1.json"
TABLE = "access.csv"
COMMAND = "python -m app.dev openapi"


def application() -> FastAPI:
    """The API as it is, for looking at. No database is needed."""
    settings = Settings(mode="demo", host="127.0.0.1", _env_file=None)
    return create_app(settings, dsn="postgresql+asyncpg://127.0.0.1/none")


def made() -> dict[str, Any]:
    """The schema of the code as it is. Raises `app.site.schema.SchemaFault`."""
    return polish(application().openapi())


def access_table() -> bytes:
    """The table operation × role × relation. Raises `PolicyFault` when the policy and the routes differ."""
    policy().against(declared(application()))
    return table.written()


def written(schema: dict[str, Any]) -> bytes:
    return (json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def files(schema: dict[str, Any]) -> dict[str, bytes]:
    """Name and content of every committed file: the whole schema and a slice for each audience."""
    slices = {f"openapi.v1.{audience}.json": slice_of(schema, audience) for audience in AUDIENCES}
    return {name: written(part) for name, part in {NAME: schema, **slices}.items()}


def differing(schema: dict[str, Any], folder: Path = FOLDER) -> list[str]:
    """The names of the files that are not what the code says. Raises `PolicyFault`."""
    return [
        name
        for name, content in {**files(schema), TABLE: access_table()}.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]


def main(argv: Sequence[str] | None = None, folder: Path = FOLDER) -> int:
    """Write the files, or with --check only compare. Returns 1 when a check fails."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only: with the code, and with the last release")
    parser.add_argument("--release", action="store_true", help="keep what is written as the last released copy")
    asked = parser.parse_args(argv)
    schema = made()
    try:
        whole = {**files(schema), TABLE: access_table()}
    except PolicyFault as fault:
        print(fault)
        return 1
    if asked.check:
        stale = differing(schema, folder)
        for name in stale:
            print(f"openapi/{name} is not what the code says; run: {COMMAND}")
        return 1 if compare(schema, folder) or stale else 0
    for name, content in whole.items():
        (folder / name).write_bytes(content)
        print(f"openapi/{name}: {len(content):,} bytes")
    broken = compare(schema, folder)
    if asked.release:
        (folder / "released").mkdir(exist_ok=True)
        (folder / "released" / NAME).write_bytes(written(schema))
        print(f"openapi/released/{NAME}: kept")
    return 1 if broken else 0


def compare(schema: dict[str, Any], folder: Path) -> bool:
    """Print what would break callers of the last release; whether there is anything."""
    released = folder / "released" / NAME
    if not released.is_file():
        print(f"openapi/released/{NAME}: none yet, so there is nothing to break; keep one with {COMMAND} --release")
        return False
    changes = breaking_changes(json.loads(released.read_bytes()), schema)
    for change in changes:
        print(f"breaking: {change}")
    return bool(changes)
