"""Time spent on a path."""

from __future__ import annotations

revision = "0037_time_entries"
down_revision = "0036_outcomes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
