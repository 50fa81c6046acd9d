"""Care relationships that end, and people a client is kept from: who sees a row, in time.

What was looser in the database than in Python is as narrow here: a sender who changed employer, guests of meetings,
waivers, drafts, and what was entered in error.
"""

from __future__ import annotations

from alembic import op

from migrations.policies import in_register, keep_from, kept_from_tables, sees
from migrations.roles import APP
from migrations.sql import run

revision = "0025_relationships"
down_revision = "0024_rule_set_writers"
branch_labels = None
depends_on = None

SENT = "sender_organisation_id = ANY ((SELECT ctx_organisations())::uuid[])"
IN_PERSON = "sender_person_id = (SELECT ctx_person())"
# In person, for an organisation one works in today.
STILL_THERE = (
    f"({IN_PERSON} AND (sender_organisation_id = ANY ((SELECT ctx_workplaces())::uuid[])"
    " OR (sender_organisation_id IS NULL AND area_id = ANY ((SELECT ctx_workplaces())::uuid[]))))"
)
BY_CLIENT = "(source = 'self' AND sender_person_id IS NULL AND client_id = (SELECT ctx_client()))"
QUEUED = "state <> 'draft' AND (referrals.team_id IS NULL AND referrals.area_id = ANY ((SELECT ctx_areas())::uuid[]))"
GUEST = "ANY ((SELECT ctx_guest_meetings())::uuid[])"
SHOWN_TO_GUESTS = """meeting_participants.organisation_id = ANY ((SELECT ctx_workplaces())::uuid[]) OR EXISTS (
  SELECT FROM meetings m WHERE m.id = meeting_participants.meeting_id
     AND m.convener_id = meeting_participants.person_id)"""
# A sender sees what senders added to its own referral, and nothing that the team or the client did.
OF_SENDER = """(attachments.side = 'sender' AND EXISTS (
  SELECT FROM referrals r WHERE r.id = attachments.referral_id
     AND (r.sender_organisation_id = ANY ((SELECT ctx_organisations())::uuid[])
          OR r.sender_person_id = (SELECT ctx_person()){today})))"""
TODAY = """ AND (r.sender_organisation_id = ANY ((SELECT ctx_workplaces())::uuid[])
               OR (r.sender_organisation_id IS NULL AND r.area_id = ANY ((SELECT ctx_workplaces())::uuid[])))"""
IN_QUEUE = """((attachments.register = 'operational' OR attachments.register = ANY ((SELECT ctx_registers())::text[]))
  AND EXISTS (SELECT FROM referrals r WHERE r.id = attachments.referral_id AND r.state <> 'draft'
     AND r.team_id IS NULL AND r.area_id = ANY ((SELECT ctx_areas())::uuid[])))"""

# table -> (who saw a row, who sees it, who writes it where that is not the same).
CHANGED: dict[str, tuple[str, str, str | None]] = {
    "referrals": (
        f"({sees('referrals')} OR {SENT} OR {IN_PERSON} OR ({QUEUED}))",
        f"((state <> 'draft' AND {sees('referrals')}) OR {SENT} OR {STILL_THERE} OR {BY_CLIENT} OR ({QUEUED}))",
        None,
    ),
    # Who gives it sees a waiver; the sender sees what was sent.
    "feedbacks": (
        "EXISTS (SELECT FROM referrals r WHERE r.id = feedbacks.referral_id)",
        f"({sees('feedbacks')} OR (level IS NOT NULL AND EXISTS ("
        "SELECT FROM referrals r WHERE r.id = feedbacks.referral_id)))",
        None,
    ),
    "attachments": (
        f"({in_register('attachments')} OR {OF_SENDER.format(today='')} OR {IN_QUEUE})",
        f"({in_register('attachments')} OR {OF_SENDER.format(today=TODAY)} OR {IN_QUEUE})",
        None,
    ),
    "meetings": (
        f"({sees('meetings')} OR EXISTS (SELECT FROM meeting_participants p "
        "WHERE p.meeting_id = meetings.id AND p.person_id = (SELECT ctx_person())))",
        f"({sees('meetings')} OR meetings.id = {GUEST})",
        sees("meetings"),
    ),
    # A guest sees who convenes it, and who comes of the guest's own organisations.
    "meeting_participants": (
        f"({sees('meeting_participants')} OR meeting_participants.person_id = (SELECT ctx_person()) "
        "OR ctx_invited(meeting_participants.meeting_id))",
        f"({sees('meeting_participants')} OR (meeting_participants.meeting_id = {GUEST} AND ({SHOWN_TO_GUESTS})))",
        sees("meeting_participants"),
    ),
}
# What a client does not read of their own case: written in error, it may be about somebody else (app/*/queries.py).
MEANT = {
    "notes": "((SELECT ctx_client()) IS NULL OR state = 'recorded')",
    "attachments": "((SELECT ctx_client()) IS NULL OR side = 'client' OR state <> 'entered_in_error')",
}
# And adds nothing to it but documents of their own.
ADDED = {
    "notes": "(SELECT ctx_client()) IS NULL",
    "attachments": "((SELECT ctx_client()) IS NULL OR side = 'client')",
}


def say(table: str, seen: str, writes: str | None) -> None:
    op.execute(f"ALTER POLICY app ON {table} USING ({seen}) WITH CHECK ({writes or seen})")


def upgrade() -> None:
    run("0025_relationships.sql")
    for table, (_, seen, writes) in CHANGED.items():
        say(table, seen, writes)
    # Every policy asks this table who has a care relationship, as the caller: what is hidden here ends all of it.
    op.execute(
        f"CREATE POLICY in_force ON involvements AS RESTRICTIVE TO {APP} USING (ended_at IS NULL)"
        " WITH CHECK (ended_at IS NULL)"
    )
    for table, meant in MEANT.items():
        op.execute(f"CREATE POLICY meant ON {table} AS RESTRICTIVE FOR SELECT TO {APP} USING ({meant})")
    for table, added in ADDED.items():
        op.execute(f"CREATE POLICY own_side ON {table} AS RESTRICTIVE FOR INSERT TO {APP} WITH CHECK ({added})")
    for table in kept_from_tables():
        keep_from(table)
    run("0025_enter.sql")


def downgrade() -> None:
    for table in kept_from_tables():
        op.execute(f"DROP POLICY kept_from ON {table}")
    for table in MEANT:
        op.execute(f"DROP POLICY meant ON {table}")
        op.execute(f"DROP POLICY own_side ON {table}")
    op.execute("DROP POLICY in_force ON involvements")
    run("0025_enter.down.sql")
    for table, (before, _, writes) in CHANGED.items():
        say(table, before, writes)
    run("0025_relationships.down.sql")
    run("0004_enter.sql")
