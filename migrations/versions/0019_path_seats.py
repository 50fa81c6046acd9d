"""Being responsible for a path takes a place on a seat; nobody's last seat ends while they owe the team anything."""

from __future__ import annotations

from migrations.sql import run

revision = "0019_path_seats"
down_revision = "0018_rule_sets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0019_path_seats.sql")


def downgrade() -> None:
    run("0019_path_seats.down.sql")
