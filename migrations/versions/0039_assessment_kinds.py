"""Further kinds of assessments."""

from __future__ import annotations

revision = "0039_assessment_kinds"
down_revision = "0038_stuck"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
