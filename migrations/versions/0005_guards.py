"""What the database itself refuses: closing while feedback is owed, a full seat, a changed log."""

from __future__ import annotations

from migrations.sql import run

revision = "0005_guards"
down_revision = "0004_row_security"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0005_guards.sql")


def downgrade() -> None:
    run("0005_guards.down.sql")
