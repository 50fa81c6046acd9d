"""Barriers, small steps and the follow-up plan."""

from __future__ import annotations

from migrations.policies import in_register, protect, sees
from migrations.sql import run

revision = "0013_plans"
down_revision = "0012_health_checks"
branch_labels = None
depends_on = None

# What was said is only added to; words are read in their register.
ADDED = ("goal_marks", "barrier_records", "small_steps")


def upgrade() -> None:
    run("0013_plans.sql")
    for table in ADDED:
        protect(table, sees(table), changes=())
    protect("plan_words", in_register("plan_words"), changes=())
    protect(
        "follow_ups",
        sees("follow_ups"),
        fixed=("id", "client_id", "pathway_id", "team_id", "party", "author_id", "previous_id", "created_at"),
    )


def downgrade() -> None:
    run("0013_plans.down.sql")
