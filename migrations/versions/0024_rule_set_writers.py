"""Everybody who wrote a draft of rules, so that none of them signs it off."""

from __future__ import annotations

from migrations.sql import run

revision = "0024_rule_set_writers"
down_revision = "0023_handovers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0024_rule_set_writers.sql")


def downgrade() -> None:
    run("0024_rule_set_writers.down.sql")
