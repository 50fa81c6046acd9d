"""Taking part in services, side by side."""

from __future__ import annotations

revision = "0034_participations"
down_revision = "0033_steps_moved"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
