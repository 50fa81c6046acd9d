"""Where a referral came from: a meeting, a path, somebody unknown, a representative."""

from __future__ import annotations

from migrations.sql import run

revision = "0007_sources"
down_revision = "0006_representatives"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0007_sources.sql")


def downgrade() -> None:
    run("0007_sources.down.sql")
