"""The health check, whole."""

from __future__ import annotations

revision = "0012_health_checks"
down_revision = "0011_preinformation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
