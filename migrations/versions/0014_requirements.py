"""What a team needs to know in a referral, how complete each was, and the figures of it."""

from __future__ import annotations

from alembic import op

from migrations.roles import APP, JOB
from migrations.sql import run

revision = "0014_requirements"
down_revision = "0013_plans"
branch_labels = None
depends_on = None

TABLE = "requirement_sets"
KNOWN = "(SELECT ctx_known())"


def upgrade() -> None:
    run("0014_requirements.sql")
    # No client stands in it: everybody known reads it, as teams and seats.
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY job ON {TABLE} TO {JOB} USING (true)")
    op.execute(f"CREATE POLICY app_read ON {TABLE} FOR SELECT TO {APP} USING (true)")
    op.execute(f"CREATE POLICY app_add ON {TABLE} FOR INSERT TO {APP} WITH CHECK ({KNOWN})")
    op.execute(f"CREATE POLICY app_change ON {TABLE} FOR UPDATE TO {APP} USING ({KNOWN}) WITH CHECK ({KNOWN})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO {APP}")
    op.execute(f"GRANT SELECT ON {TABLE} TO {JOB}")


def downgrade() -> None:
    run("0014_requirements.down.sql")
