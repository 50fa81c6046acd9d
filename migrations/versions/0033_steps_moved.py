"""Steps that are added, moved, repeated and held."""

from __future__ import annotations

from alembic import op

from migrations.policies import columns_but, protect, sees, unwritten_by_professionals, written_by_professionals
from migrations.roles import APP
from migrations.sql import run

revision = "0033_steps_moved"
down_revision = "0032_path_templates"
branch_labels = None
depends_on = None

WRITTEN = ("pathways", "pathway_steps", "step_changes", "pathway_holds")
FIXED = ("id", "client_id", "pathway_id", "key", "added", "repeats_id")


def upgrade() -> None:
    run("0033_steps_moved.sql")
    # Why a path went another way is only added to; of a hold only its end is said later.
    protect("step_changes", sees("step_changes"), changes=())
    protect("pathway_holds", sees("pathway_holds"), changes=("ended_on", "ended_by_id", "version"))
    for table in WRITTEN:
        written_by_professionals(table)
    # Whose step it is, and which, never changes after it is written.
    op.execute(f"REVOKE UPDATE ON pathway_steps FROM {APP}")
    op.execute(f"GRANT UPDATE ({columns_but('pathway_steps', FIXED)}) ON pathway_steps TO {APP}")


def downgrade() -> None:
    op.execute(f"GRANT UPDATE ON pathway_steps TO {APP}")
    for table in ("pathways", "pathway_steps"):
        unwritten_by_professionals(table)
    run("0033_steps_moved.down.sql")
