"""Feedback: drafts, questions back, warnings before it is late."""

from __future__ import annotations

revision = "0035_feedback"
down_revision = "0034_participations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
