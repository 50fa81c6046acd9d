"""Who reads a row of a path does not write it for that: the second line behind the API."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.dev.town import Town
from tests.contract.conftest import Place, seen_by


@pytest.mark.parametrize(
    ("table", "change"),
    [("pathways", "next_action"), ("pathway_steps", "planned_on"), ("pathway_holds", "ended_on"),
     ("pathway_scores", "entered_in_error_at"), ("step_changes", None)],
)  # fmt: skip
async def test_a_client_writes_no_path(place: Place, template: Town, table: str, change: str | None) -> None:
    """Of rows that they do read."""
    async with seen_by(place, "client") as connection:
        row = f"SELECT * FROM {table} WHERE client_id = '{template.clients['aino']}' LIMIT 1"
        assert (await connection.execute(text(row))).all()
        if change is not None:
            point = await connection.begin_nested()
            with pytest.raises(DBAPIError, match="row-level security"):
                await connection.execute(text(f"UPDATE {table} SET {change} = {change}"))
            await point.rollback()
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(text(f"INSERT INTO {table} {row}"))
