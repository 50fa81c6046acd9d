"""What the job process needs."""

from __future__ import annotations

revision = "0015_operating"
down_revision = "0014_requirements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
