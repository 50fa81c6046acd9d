"""What a withdrawal ends, and what the client must be asked."""

from __future__ import annotations

revision = "0028_withdrawal"
down_revision = "0027_delivery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
