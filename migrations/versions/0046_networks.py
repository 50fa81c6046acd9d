"""Peer networks without clients."""

from __future__ import annotations

revision = "0046_networks"
down_revision = "0045_meetings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
