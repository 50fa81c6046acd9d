"""Named consultations, and pair work counted by actor."""

from __future__ import annotations

revision = "0043_consultations"
down_revision = "0042_appointments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
