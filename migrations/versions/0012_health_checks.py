"""The health check, whole: drafts, what was said before an amendment, and what became of the laboratory order."""

from __future__ import annotations

from alembic import op

from migrations.policies import in_register, protect
from migrations.roles import APP
from migrations.sql import run

revision = "0012_health_checks"
down_revision = "0011_preinformation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0012_health_checks.sql")
    for table in ("assessment_versions", "laboratory_statuses"):
        protect(table, in_register(table), changes=())
    op.execute(f"GRANT UPDATE (draft, amended_at) ON assessments TO {APP}")


def downgrade() -> None:
    run("0012_health_checks.down.sql")
