"""Migrations, run from Python on a given address: one at a time, under an advisory lock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic itself is imported where it is used: a server on an up-to-date database starts a quarter of a second sooner.
FOLDER = Path(__file__).parent.parent / "migrations"
LOCK = 7_307_026  # any number, the same everywhere


def alembic_config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest migration that this code knows."""
    return (FOLDER / "HEAD").read_text().strip()


def knows(revision: str) -> bool:
    """Whether this code has a migration of that name."""
    return any(path.stem == revision for path in (FOLDER / "versions").glob("[0-9]*.py"))


def heads() -> list[str]:
    """The heads Alembic finds; more than one means two branches were merged without deciding."""
    from alembic.script import ScriptDirectory

    return list(ScriptDirectory.from_config(alembic_config()).get_heads())


async def migrate(dsn: str, *, to: str = "head", down: bool = False) -> None:
    """Bring a database to a revision, in one transaction. Waits while another process migrates."""
    from alembic import command

    engine = create_async_engine(dsn, hide_parameters=True)

    def run(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        (command.downgrade if down else command.upgrade)(alembic_config(connection), to)

    try:
        async with engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()
