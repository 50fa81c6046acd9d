"""The timeline: when the responsible worker of a path changed."""

from __future__ import annotations

from migrations.sql import run

revision = "0038_stuck"
down_revision = "0037_time_entries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0038_stuck.sql")


def downgrade() -> None:
    run("0038_stuck.down.sql")
