"""Meetings: agenda parts and notes by consent, decisions with owners, changes, invitations from outside."""

from __future__ import annotations

from alembic import op

from migrations.policies import in_register, protect, sees, signed, written_by_professionals
from migrations.roles import JOB
from migrations.sql import run

revision = "0045_meetings"
down_revision = "0044_questions"
branch_labels = None
depends_on = None

PARTS = "{table}.id = ANY ((SELECT ctx_guest_parts())::uuid[])"
OWED = (
    "meeting_decisions.owner_organisation_id = ANY ((SELECT ctx_organisations())::uuid[])"
    " AND meeting_decisions.meeting_id = ANY ((SELECT ctx_guest_meetings())::uuid[])"
    " AND ctx_guest(meeting_decisions.meeting_id)"
)
# The house that invites, and the team that is invited.
INVITING = "meeting_invitations.sender_organisation_id = ANY ((SELECT ctx_organisations())::uuid[])"
INVITED = "meeting_invitations.team_id = ANY ((SELECT ctx_teams())::uuid[])"
ANSWERED = (
    "person_id", "starts_at", "state", "proposed_starts_at", "reason", "answered_at", "answered_by_id", "followed",
    "referral_id", "version",
)  # fmt: skip
ASSIGNED = ("owner_role", "owner_seat_id", "owner_person_id", "owner_organisation_id", "due_on", "step_id")


def parts_of(table: str) -> str:
    """By register to those in care, and as opened to whoever is invited."""
    return f"({in_register(table)} OR {PARTS.format(table=table)})"


def upgrade() -> None:
    run("0045_meetings.sql")
    run("0045_guards.sql")
    own = in_register("meeting_agenda_parts")
    protect("meeting_agenda_parts", parts_of("meeting_agenda_parts"), writes=own, changes=())
    written_by_professionals("meeting_agenda_parts")
    op.execute(
        f"ALTER POLICY app ON meeting_note_parts USING ({parts_of('meeting_note_parts')})"
        f" WITH CHECK ({in_register('meeting_note_parts')})"
    )
    # Not a professional's only: what a client's own permission opens, it opens in the transaction that records it.
    opened = ("data_classes", "disclosure_id", "closed_at", "offered_at")
    protect("meeting_openings", sees("meeting_openings"), changes=opened)
    op.execute(f"GRANT UPDATE (closed_at, offered_at) ON meeting_openings TO {JOB}")
    decided = sees("meeting_decisions")
    protect("meeting_decisions", f"({decided} OR ({OWED}))", writes=decided, changes=ASSIGNED)
    written_by_professionals("meeting_decisions")
    protect("meeting_changes", sees("meeting_changes"), changes=())
    signed("meeting_changes", "author_id")
    protect("meeting_invitations", f"({INVITING} OR {INVITED})", changes=ANSWERED)


def downgrade() -> None:
    op.execute(f"ALTER POLICY app ON meeting_note_parts USING ({in_register('meeting_note_parts')}) WITH CHECK "
               f"({in_register('meeting_note_parts')})")  # fmt: skip
    run("0045_meetings.down.sql")
