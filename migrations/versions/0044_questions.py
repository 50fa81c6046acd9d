"""Anonymous questions, their sessions and the library of answers."""

from __future__ import annotations

revision = "0044_questions"
down_revision = "0043_consultations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
