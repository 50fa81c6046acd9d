"""The statements of the migrations, as SQL that a database administrator can read."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import op


def statements(name: str) -> list[str]:
    """The statements of one file, in order: each ends with `;` at the end of a line before an empty line."""
    source = (Path(__file__).parent / name).read_text()
    return [part.strip().removesuffix(";") for part in re.split(r";\s*\n\s*\n", source) if part.strip()]


def run(name: str) -> None:
    """Run a file on the migration's connection, statement by statement (asyncpg prepares each)."""
    for statement in statements(name):
        op.get_bind().exec_driver_sql(statement)
