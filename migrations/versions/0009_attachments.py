"""Documents of a case, and old records asked of other places."""

from __future__ import annotations

revision = "0009_attachments"
down_revision = "0008_side_roads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
