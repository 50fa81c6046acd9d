"""Databases of a server, through its own psql: the one of the service, and clones of a migrated template for tests."""

from __future__ import annotations

import re

from app.embedded.errors import EmbeddedError
from app.embedded.server import Server


def has_database(server: Server, name: str) -> bool:
    return _psql(server, f"SELECT 1 FROM pg_database WHERE datname = '{_checked(name)}'") == "1"  # noqa: S608


def create_database(server: Server, name: str, template: str | None = None) -> None:
    """Create a database owned by `postgres`: empty, UTF-8 and C.UTF-8, or a copy of `template`.

    Nobody may be connected to the template. Names are lower-case words. Raises `EmbeddedError`.
    """
    # FILE_COPY of a template copies files instead of writing every page to the log: faster, and made for this.
    of = f"{_checked(template)} STRATEGY FILE_COPY" if template else "template0 ENCODING 'UTF8'"
    _psql(server, f"CREATE DATABASE {_checked(name)} OWNER postgres TEMPLATE {of}")


def drop_database(server: Server, name: str) -> None:
    """Drop a database if it is there, and end the connections to it."""
    _psql(server, f"DROP DATABASE IF EXISTS {_checked(name)} WITH (FORCE)")


def _checked(name: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise EmbeddedError(f"{name!r} is not a database name: use lower-case letters, digits and _")
    return name


def _psql(server: Server, statement: str) -> str:
    # -X: no start-up file; notices ("does not exist, skipping") stay on the other stream.
    answer = server.client("psql", "-X", "-q", "-A", "-t", "-w", "-d", "postgres", "-c", statement)
    if answer.returncode:
        raise EmbeddedError(f"PostgreSQL refused `{statement}`\n{answer.stderr.strip()}")
    return answer.stdout.strip()
