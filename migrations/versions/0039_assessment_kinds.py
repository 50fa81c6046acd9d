"""Further kinds of assessments: as what each was signed, and what their documents never lack."""

from __future__ import annotations

from alembic import op

from migrations.roles import APP
from migrations.sql import run

revision = "0039_assessment_kinds"
down_revision = "0038_stuck"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0039_assessment_kinds.sql")
    op.execute(f"GRANT UPDATE (author_role) ON assessments TO {APP}")


def downgrade() -> None:
    run("0039_assessment_kinds.down.sql")
