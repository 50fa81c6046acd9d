"""What is shared with a party, and the link of a recipient without an account."""

from __future__ import annotations

revision = "0029_sharing"
down_revision = "0028_withdrawal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
