"""Outcomes against goals, and the client's own summary."""

from __future__ import annotations

revision = "0036_outcomes"
down_revision = "0035_feedback"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
