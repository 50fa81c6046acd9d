"""Organisations, people, teams and their named seats."""

from __future__ import annotations

from migrations.sql import run

revision = "0001_people_and_teams"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0001_people_and_teams.sql")


def downgrade() -> None:
    run("0001_people_and_teams.down.sql")
