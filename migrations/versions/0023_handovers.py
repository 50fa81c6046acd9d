"""Work changes hands only explicitly: a version for each piece of work, and why its holder declined."""

from __future__ import annotations

from migrations.sql import run

revision = "0023_handovers"
down_revision = "0022_board"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0023_handovers.sql")


def downgrade() -> None:
    run("0023_handovers.down.sql")
