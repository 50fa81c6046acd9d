"""Named consultations, and pair work counted by actor."""

from __future__ import annotations

from alembic import op

from migrations.policies import in_register, of_team, protect, sees, signed
from migrations.roles import APP, JOB
from migrations.sql import run

revision = "0043_consultations"
down_revision = "0042_appointments"
branch_labels = None
depends_on = None

CONSULTED = "ANY ((SELECT ctx_consulted())::uuid[])"
# Of what was written they read what is in their registers, their own, and what the client permits their seat to hear.
TOLD = """(
  consultation_texts.register = 'operational' OR consultation_texts.register = ANY ((SELECT ctx_registers())::text[])
  OR consultation_texts.author_id = (SELECT ctx_person())
  OR (consultation_texts.kind <> 'answer'
      AND consultation_texts.consultation_id = ANY ((SELECT ctx_consulted_on_permission())::uuid[])))"""
# What is asked, of whom and what is told stays as it was; only how it goes on changes.
GOES_ON = (
    "state", "disclosure_id", "asked_at", "answered_at", "answered_by_id", "answered_by_role", "answer_minutes",
    "decline_reason", "suggested_seat_id", "ended_at", "ended_by_id", "withdraw_reason", "version",
)  # fmt: skip

FOLLOWS = "holder_id, on_behalf_of_id, seat_id, assigned_at, confirmed_at, recheck_on, queue, alarm"


def upgrade() -> None:
    run("0043_consultations.sql")
    # The consulted see what they were asked, and of the client nothing else (C-37).
    protect("consultations", f"({in_register('consultations')} OR consultations.id = {CONSULTED})", changes=GOES_ON)
    text = "consultation_texts"
    protect(text, f"({in_register(text)} OR {text}.consultation_id = {CONSULTED} AND {TOLD})", changes=())
    of_team("consultations", changes=False)
    signed("consultations", "asked_by_id")
    signed("consultation_texts", "author_id")
    ours = "(pair_work.client_id IS NULL AND pair_work.team_id = ANY ((SELECT ctx_teams())::uuid[]))"
    protect("pair_work", f"({ours} OR {sees('pair_work')})", changes=("state", "error_reason", "version"))
    of_team("pair_work")
    signed("pair_work", "person_id")
    op.execute(
        f"CREATE POLICY consulted ON work_items TO {APP} USING (kind = 'consultation' AND subject_id = {CONSULTED})"
    )
    # What ends by its date is followed by a job.
    op.execute(f"GRANT UPDATE (state, version) ON consultations TO {JOB}")
    # So is who sits on a seat.
    op.execute(f"GRANT UPDATE ({FOLLOWS}) ON work_items TO {JOB}")


def downgrade() -> None:
    op.execute(f"REVOKE UPDATE ({FOLLOWS}) ON work_items FROM {JOB}")
    run("0043_consultations.down.sql")
