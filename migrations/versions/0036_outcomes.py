"""Outcomes against goals, the work ability score of an episode, and the client's own summary."""

from __future__ import annotations

from alembic import op

from migrations.policies import of_team, protect, sees, signed, written_by_professionals
from migrations.roles import APP
from migrations.sql import run

revision = "0036_outcomes"
down_revision = "0035_feedback"
branch_labels = None
depends_on = None

IN_ERROR = ("entered_in_error_at", "entered_in_error_by_id", "entered_in_error_reason")
HEALTH = "'health' = ANY ((SELECT ctx_registers())::text[])"


def plain_words(table: str) -> str:
    """The client's own, or read by who reads conclusions in plain words by the care relationship (domain 5.3)."""
    return f"({sees(table)} AND ({HEALTH} OR (SELECT ctx_plain_words()) OR {table}.client_id = (SELECT ctx_client())))"


def upgrade() -> None:
    run("0036_outcomes.sql")
    op.execute(f"GRANT UPDATE ({', '.join(IN_ERROR)}) ON outcomes TO {APP}")
    protect("goal_achievements", sees("goal_achievements"), changes=())
    protect("pathway_scores", plain_words("pathway_scores"), changes=IN_ERROR, definer=True)
    written_by_professionals("pathway_scores")
    # `created_at` is what a new version is written by when only the words changed (`kit.db.Root.touch`).
    protect(
        "client_summaries",
        sees("client_summaries"),
        fixed=("id", "client_id", "pathway_id", "team_id", "language", "author_id"),
        definer=True,
    )
    protect(
        "client_summary_words",
        plain_words("client_summary_words"),
        writes=f"({sees('client_summary_words')} AND (SELECT ctx_client()) IS NULL)",
        changes=("sections",),
    )
    signed("goal_achievements", "author_id")
    signed("pathway_scores", "recorded_by_id")
    # The client writes down that they read it, or do not want it.
    of_team("client_summaries", changes=False)
    run("0036_guards.sql")


def downgrade() -> None:
    run("0036_outcomes.down.sql")
