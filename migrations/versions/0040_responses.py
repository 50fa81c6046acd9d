"""Instruments answered item by item."""

from __future__ import annotations

revision = "0040_responses"
down_revision = "0039_assessment_kinds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
