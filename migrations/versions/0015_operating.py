"""What the job process needs: commit order of events, a row per job, and the few functions that see more."""

from __future__ import annotations

from migrations.sql import run

revision = "0015_operating"
down_revision = "0014_requirements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0015_operating.sql")


def downgrade() -> None:
    run("0015_operating.down.sql")
