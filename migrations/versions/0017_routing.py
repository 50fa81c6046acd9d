"""Routing, complete: confirmation and declining, weekly limits, why a decision was made again."""

from __future__ import annotations

from migrations.sql import run

revision = "0017_routing"
down_revision = "0016_team_model"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0017_routing.sql")


def downgrade() -> None:
    run("0017_routing.down.sql")
