"""Plans kept elsewhere, as references."""

from __future__ import annotations

from migrations.policies import in_register, of_team, protect, signed
from migrations.sql import run

revision = "0047_plan_references"
down_revision = "0046_networks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0047_plan_references.sql")
    changes = ("review_due_on", "state", "ended_on", "end_reason", "error_reason", "version")
    protect("plan_references", in_register("plan_references"), changes=changes)
    of_team("plan_references")
    signed("plan_references", "author_id")


def downgrade() -> None:
    run("0047_plan_references.down.sql")
