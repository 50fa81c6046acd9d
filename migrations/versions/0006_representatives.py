"""Who acts for a client, on which mandate; how a client wishes to be reached."""

from __future__ import annotations

from migrations.policies import protect, sees
from migrations.sql import run

revision = "0006_representatives"
down_revision = "0005_guards"
branch_labels = None
depends_on = None

# What a mandate covers stays as it was given.
CHANGES = ("state", "ended_at", "ended_reason", "error_reason", "phone", "email", "language", "version")


def upgrade() -> None:
    run("0006_representatives.sql")
    protect("representatives", sees("representatives"), changes=CHANGES)


def downgrade() -> None:
    run("0006_representatives.down.sql")
