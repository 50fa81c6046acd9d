"""Clients, what they permit, the logs, and the work."""

from __future__ import annotations

from migrations.sql import run

revision = "0002_clients"
down_revision = "0001_people_and_teams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0002_clients.sql")


def downgrade() -> None:
    run("0002_clients.down.sql")
