"""What makes a permission good: how it was verified, what was told first, and what it took the place of."""

from __future__ import annotations

from migrations.sql import run

revision = "0026_consents"
down_revision = "0025_relationships"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0026_consents.sql")


def downgrade() -> None:
    run("0026_consents.down.sql")
