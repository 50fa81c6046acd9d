"""Path templates of an area's own."""

from __future__ import annotations

from alembic import op

from migrations.policies import open_to_known
from migrations.sql import run

revision = "0032_path_templates"
down_revision = "0031_path_steps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0032_path_templates.sql")
    # No client stands in it: everybody known reads it, and who works in the area writes it; the API asks for more.
    open_to_known("path_templates")
    here = "area_id = ANY ((SELECT ctx_workplaces())::uuid[])"
    op.execute(f"ALTER POLICY app_add ON path_templates WITH CHECK ({here})")
    op.execute(f"ALTER POLICY app_change ON path_templates USING ({here}) WITH CHECK ({here})")


def downgrade() -> None:
    run("0032_path_templates.down.sql")
