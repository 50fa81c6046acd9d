"""What a withdrawal ends, and what the client must be asked."""

from __future__ import annotations

from alembic import op

from migrations.policies import protect, sees
from migrations.roles import APP, JOB
from migrations.sql import run

revision = "0028_withdrawal"
down_revision = "0027_delivery"
branch_labels = None
depends_on = None

# Whoever was told reads the notice from its hour on, and says that they read it; they never write one.
THEIRS = "(recipient_organisation_id = ANY ((SELECT ctx_organisations())::uuid[]) AND released_at IS NOT NULL)"
ACKNOWLEDGED = ("state", "acknowledged_at", "acknowledged_by_id", "version")
FOLLOWED = (
    "state", "asked_at", "asked_how", "asked_by_id", "closed_at", "closed_by_id", "closed_because", "consent_id",
    "version",
)  # fmt: skip


def upgrade() -> None:
    run("0028_withdrawal.sql")
    notices = sees("cease_notices")
    protect("cease_notices", f"({notices} OR {THEIRS})", changes=ACKNOWLEDGED)
    op.execute(f"CREATE POLICY app_give ON cease_notices AS RESTRICTIVE FOR INSERT TO {APP} WITH CHECK ({notices})")
    protect("consent_gaps", sees("consent_gaps"), changes=FOLLOWED)
    # Beside whatever else shows a meeting: a guest sees it only while the invitation is open.
    for table, meeting in (("meetings", "meetings.id"), ("meeting_participants", "meeting_participants.meeting_id")):
        op.execute(
            f"CREATE POLICY app_open ON {table} AS RESTRICTIVE FOR SELECT TO {APP}"
            f" USING ({sees(table)} OR ctx_guest({meeting}))"
        )
    # What ends by its date is followed by a job.
    op.execute(f"GRANT UPDATE (closed_at, offered_at) ON meeting_participants TO {JOB}")
    op.execute(f"GRANT INSERT, UPDATE (state, released_at, disclosure_ids, version) ON cease_notices TO {JOB}")
    op.execute(f"GRANT INSERT ON consent_gaps, work_items, referral_events TO {JOB}")
    op.execute(f"GRANT UPDATE (closed_at, version) ON work_items TO {JOB}")
    op.execute(f"GRANT UPDATE (state, ended_at, ended_reason) ON referrals TO {JOB}")
    # To take the client's row first, as whoever changes what is permitted does.
    op.execute(f"GRANT UPDATE (version) ON clients TO {JOB}")


def downgrade() -> None:
    run("0028_withdrawal.down.sql")
