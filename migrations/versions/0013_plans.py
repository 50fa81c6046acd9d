"""Barriers, small steps and the follow-up plan."""

from __future__ import annotations

revision = "0013_plans"
down_revision = "0012_health_checks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
