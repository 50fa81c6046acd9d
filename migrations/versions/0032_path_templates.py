"""Path templates of an area's own."""

from __future__ import annotations

revision = "0032_path_templates"
down_revision = "0031_path_steps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
