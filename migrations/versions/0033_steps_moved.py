"""Steps that are added, moved, repeated and held."""

from __future__ import annotations

from migrations.policies import protect, sees
from migrations.sql import run

revision = "0033_steps_moved"
down_revision = "0032_path_templates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0033_steps_moved.sql")
    # Why a path went another way is only added to; of a hold only its end is said later.
    protect("step_changes", sees("step_changes"), changes=())
    protect("pathway_holds", sees("pathway_holds"), changes=("ended_on", "ended_by_id", "version"))


def downgrade() -> None:
    run("0033_steps_moved.down.sql")
