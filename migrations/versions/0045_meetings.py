"""Meetings: agenda parts, invitations from outside."""

from __future__ import annotations

revision = "0045_meetings"
down_revision = "0044_questions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
