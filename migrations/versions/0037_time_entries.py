"""Minutes spent for a client, by role."""

from __future__ import annotations

from alembic import op

from migrations.policies import protect, sees
from migrations.roles import APP
from migrations.sql import run

revision = "0037_time_entries"
down_revision = "0036_outcomes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0037_time_entries.sql")
    protect("time_entries", sees("time_entries"), changes=())
    # By a professional who signs for it; a client reads their own and writes none.
    op.execute(
        f"CREATE POLICY signed ON time_entries AS RESTRICTIVE FOR INSERT TO {APP}"
        " WITH CHECK (recorded_by_id = (SELECT ctx_person()))"
    )


def downgrade() -> None:
    run("0037_time_entries.down.sql")
