"""What a professional concluded, in plain words, for those who may read only that."""

from __future__ import annotations

revision = "0030_plain_words"
down_revision = "0029_sharing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
