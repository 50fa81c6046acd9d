"""Who acts for a client, on which mandate."""

from __future__ import annotations

revision = "0006_representatives"
down_revision = "0005_guards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
