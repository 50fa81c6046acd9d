"""Care relationships that end, and people a client is kept from: who sees a row, in time."""

from __future__ import annotations

revision = "0025_relationships"
down_revision = "0024_rule_set_writers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
