"""What a team needs to know in a referral."""

from __future__ import annotations

revision = "0014_requirements"
down_revision = "0013_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
