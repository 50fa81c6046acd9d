"""Where a referral came from: a meeting, a path, somebody unknown, a representative."""

from __future__ import annotations

revision = "0007_sources"
down_revision = "0006_representatives"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
