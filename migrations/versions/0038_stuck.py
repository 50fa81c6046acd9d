"""What stuck cases and the timeline are found by."""

from __future__ import annotations

revision = "0038_stuck"
down_revision = "0037_time_entries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
