"""Appointments of clients."""

from __future__ import annotations

from alembic import op

from migrations.policies import protect, sees
from migrations.roles import APP, JOB
from migrations.sql import run

revision = "0042_appointments"
down_revision = "0041_calendars"
branch_labels = None
depends_on = None

# A partner's person sees a time that is booked with a client who permits the partner to be told, and no more of it.
GIVEN = (
    "(appointments.person_id = (SELECT ctx_person()) AND appointments.status = 'booked'"
    " AND appointments.organisation_id = ANY ((SELECT ctx_organisations())::uuid[])"
    " AND ctx_told_here(appointments.client_id, appointments.organisation_id))"
)
# What is agreed stays as it was agreed; when it is, what came of it, and which assessment it became, is said later.
STAYS = (
    "id", "created_at", "client_id", "pathway_id", "team_id", "kind", "person_id",
    "second_person_id", "organisation_id", "minutes", "minutes_because", "recording_minutes", "place",
    "interpreter_needed", "interpreter_language", "bookable_until", "replaces_id", "room_id",
)  # fmt: skip


def upgrade() -> None:
    run("0042_appointments.sql")
    protect(
        "appointments",
        f"({sees('appointments')} OR {GIVEN})",
        writes=sees("appointments"),
        fixed=STAYS,
        definer=True,
    )
    protect("appointment_reminders", sees("appointment_reminders"), changes=())
    # The client books and cancels; what came of it the team says, and it alone offers.
    own, again = "(SELECT ctx_client()) IS NULL", "(status = 'proposed' AND replaces_id IS NOT NULL)"
    op.execute(
        f"CREATE POLICY own_add ON appointments AS RESTRICTIVE FOR INSERT TO {APP} WITH CHECK ({own} OR {again})"
    )
    op.execute(
        f"CREATE POLICY own_change ON appointments AS RESTRICTIVE FOR UPDATE TO {APP} USING ((SELECT ctx_known()))"
        f" WITH CHECK ({own} OR status IN ('booked', 'cancelled'))"
    )
    op.execute(f"REVOKE INSERT ON appointment_reminders FROM {APP}")
    op.execute(f"GRANT INSERT, UPDATE (outcome) ON appointment_reminders TO {JOB}")
    # A permission that ends by its date ends what rests on it.
    op.execute(f"GRANT UPDATE (status, cancelled_by, cancel_reason, ended_at, version) ON appointments TO {JOB}")
    op.execute(f"GRANT UPDATE (released_at) ON reservations TO {JOB}")


def downgrade() -> None:
    op.execute(f"REVOKE UPDATE (released_at) ON reservations FROM {JOB}")
    run("0042_appointments.down.sql")
