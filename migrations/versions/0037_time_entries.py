"""Minutes spent for a client, by role."""

from __future__ import annotations

from migrations.policies import protect, sees, signed
from migrations.sql import run

revision = "0037_time_entries"
down_revision = "0036_outcomes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0037_time_entries.sql")
    protect("time_entries", sees("time_entries"), changes=())
    signed("time_entries", "recorded_by_id")


def downgrade() -> None:
    run("0037_time_entries.down.sql")
