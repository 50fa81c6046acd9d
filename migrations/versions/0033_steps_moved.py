"""Steps that are added, moved, repeated and held."""

from __future__ import annotations

revision = "0033_steps_moved"
down_revision = "0032_path_templates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
