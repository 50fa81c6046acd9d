"""The team model: units, the rule set a team follows, each holder's own limits, channels and languages."""

from __future__ import annotations

from migrations.sql import run

revision = "0016_team_model"
down_revision = "0015_operating"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0016_team_model.sql")


def downgrade() -> None:
    run("0016_team_model.down.sql")
