"""The timeline: when the responsible worker of a path changed. And a draft that was thrown away was never sent."""

from __future__ import annotations

from alembic import op

from migrations.policies import in_register, sees
from migrations.sql import run

revision = "0038_stuck"
down_revision = "0037_time_entries"
branch_labels = None
depends_on = None

# Cancelled or entered in error, a draft is a draft no more: when something was sent says whether it was.
BEFORE, SENT = "{r}.state <> 'draft'", "{r}.submitted_at IS NOT NULL"
QUEUED = "{r}.team_id IS NULL AND {r}.area_id = ANY ((SELECT ctx_areas())::uuid[])"

# As 0025, 0008 and 0025 have them, but for what is sent.
REFERRALS = """(({sent} AND {sees})
  OR sender_organisation_id = ANY ((SELECT ctx_organisations())::uuid[])
  OR (sender_person_id = (SELECT ctx_person()) AND (sender_organisation_id = ANY ((SELECT ctx_workplaces())::uuid[])
      OR (sender_organisation_id IS NULL AND area_id = ANY ((SELECT ctx_workplaces())::uuid[]))))
  OR (source = 'self' AND sender_person_id IS NULL AND client_id = (SELECT ctx_client()))
  OR ({sent} AND ({queued})))"""
EVENTS = """({sees} OR EXISTS (
  SELECT FROM referrals r WHERE r.id = referral_events.referral_id AND {sent} AND {queued}))"""
ATTACHMENTS = """({registered} OR (attachments.side = 'sender' AND EXISTS (
  SELECT FROM referrals r WHERE r.id = attachments.referral_id
     AND (r.sender_organisation_id = ANY ((SELECT ctx_organisations())::uuid[])
          OR r.sender_person_id = (SELECT ctx_person())
         AND (r.sender_organisation_id = ANY ((SELECT ctx_workplaces())::uuid[])
              OR (r.sender_organisation_id IS NULL AND r.area_id = ANY ((SELECT ctx_workplaces())::uuid[]))))))
  OR ((attachments.register = 'operational' OR attachments.register = ANY ((SELECT ctx_registers())::text[]))
      AND EXISTS (SELECT FROM referrals r WHERE r.id = attachments.referral_id AND {sent} AND {queued})))"""
POLICIES = {"referrals": (REFERRALS, "referrals"), "referral_events": (EVENTS, "r"), "attachments": (ATTACHMENTS, "r")}


def say(sent: str) -> None:
    for table, (policy, row) in POLICIES.items():
        of = {"sees": sees(table), "registered": in_register(table), "sent": sent.format(r=row)}
        seen = policy.format(queued=QUEUED.format(r=row), **of)
        op.execute(f"ALTER POLICY app ON {table} USING ({seen}) WITH CHECK ({seen})")


def upgrade() -> None:
    run("0038_stuck.sql")
    say(SENT)


def downgrade() -> None:
    say(BEFORE)
    run("0038_stuck.down.sql")
