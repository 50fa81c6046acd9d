"""How much everybody on a seat has, as numbers, for the directory."""

from __future__ import annotations

from migrations.sql import run

revision = "0020_seat_figures"
down_revision = "0019_path_seats"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0020_seat_figures.sql")


def downgrade() -> None:
    run("0020_seat_figures.down.sql")
