"""Path templates of an area's own."""

from __future__ import annotations

from migrations.policies import open_to_known
from migrations.sql import run

revision = "0032_path_templates"
down_revision = "0031_path_steps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0032_path_templates.sql")
    # No client stands in it: everybody known reads it, as rule sets; the API asks whose area it is.
    open_to_known("path_templates")


def downgrade() -> None:
    run("0032_path_templates.down.sql")
