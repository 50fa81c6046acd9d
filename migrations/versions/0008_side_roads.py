"""Waiting, re-checks and the chain of redirections of a referral."""

from __future__ import annotations

revision = "0008_side_roads"
down_revision = "0007_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
