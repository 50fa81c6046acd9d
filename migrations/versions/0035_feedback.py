"""Feedback: drafts, copies of what went out, questions about it; referrals onward on their step."""

from __future__ import annotations

from alembic import op

from migrations.policies import protect, sees
from migrations.roles import APP
from migrations.sql import run

revision = "0035_feedback"
down_revision = "0034_participations"
branch_labels = None
depends_on = None

HEALTH = "'health' = ANY ((SELECT ctx_registers())::text[])"
PERMITTED = "ctx_permitted_here(feedback_drafts.client_id, ARRAY['work_ability_conclusion'], 'service_coordination')"
# A draft holds the conclusion, so it follows the readers of conclusions (0030); its author has written it; the client
# reads what was given.
READS = (
    f"(feedback_drafts.author_id = (SELECT ctx_person()) OR {HEALTH} OR (SELECT ctx_plain_words())"
    f" OR ('social' = ANY ((SELECT ctx_registers())::text[]) AND {PERMITTED}))"
)
DRAFTS = (
    f"({READS} AND (SELECT ctx_client()) IS NULL AND feedback_drafts.team_id = ANY ((SELECT ctx_teams())::uuid[])"
    f" AND {sees('feedback_drafts')})"
)
QUESTIONS = "EXISTS (SELECT FROM feedbacks f WHERE f.id = feedback_questions.feedback_id)"


def upgrade() -> None:
    run("0035_feedback.sql")
    protect(
        "feedback_drafts",
        DRAFTS,
        changes=(
            "level", "language", "body", "data_classes", "outcome_ids", "state", "ended_at", "feedback_id", "version",
        ),
    )  # fmt: skip
    protect(
        "feedback_questions",
        QUESTIONS,
        changes=("answer", "answer_code", "answered_at", "answered_by_id", "disclosure_id", "version"),
    )
    # Who asked does not answer: only the team that works with the client does.
    op.execute(
        f"CREATE POLICY app_answer ON feedback_questions AS RESTRICTIVE FOR UPDATE TO {APP}"
        f" USING ((SELECT ctx_client()) IS NULL AND {sees('feedback_questions')})"
    )


def downgrade() -> None:
    run("0035_feedback.down.sql")
