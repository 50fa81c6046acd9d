"""Appointments of clients."""

from __future__ import annotations

revision = "0042_appointments"
down_revision = "0041_calendars"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
