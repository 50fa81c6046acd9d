"""Steps carry what their template said: a running path is pinned."""

from __future__ import annotations

from migrations.sql import run

revision = "0031_path_steps"
down_revision = "0030_plain_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0031_path_steps.sql")


def downgrade() -> None:
    run("0031_path_steps.down.sql")
