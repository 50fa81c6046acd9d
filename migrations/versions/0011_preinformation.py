"""The form a client fills before the health check."""

from __future__ import annotations

revision = "0011_preinformation"
down_revision = "0010_contacts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
