"""Referrals, paths, decisions, assessments and meetings."""

from __future__ import annotations

from migrations.sql import run

revision = "0003_cases"
down_revision = "0002_clients"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0003_cases.sql")


def downgrade() -> None:
    run("0003_cases.down.sql")
