"""The contact log and notes."""

from __future__ import annotations

revision = "0010_contacts"
down_revision = "0009_attachments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
