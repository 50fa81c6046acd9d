"""The team's board: who touched a client's case last, and figures of routing."""

from __future__ import annotations

from migrations.sql import run

revision = "0022_board"
down_revision = "0020_seat_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0022_board.sql")


def downgrade() -> None:
    run("0022_board.down.sql")
