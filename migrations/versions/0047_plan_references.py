"""Plans kept elsewhere, as references."""

from __future__ import annotations

revision = "0047_plan_references"
down_revision = "0046_networks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
