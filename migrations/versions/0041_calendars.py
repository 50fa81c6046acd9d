"""Rooms, hours, receptions and reserved time: nobody and no room twice at once; a calendar feed by a secret address."""

from __future__ import annotations

from alembic import op

from migrations.policies import open_to_known, protect
from migrations.roles import APP, DEFINER, JOB
from migrations.sql import run

revision = "0041_calendars"
down_revision = "0040_responses"
branch_labels = None
depends_on = None

# Everybody known reads them, as seats and absences: no client stands in them.
OPEN_TABLES = {"rooms": None, "reservations": "released_at"}
KNOWN = "(SELECT ctx_known())"
OWN = "person_id = (SELECT ctx_person())"


def upgrade() -> None:
    run("0041_calendars.sql")
    for table, changes in OPEN_TABLES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY job ON {table} TO {JOB} USING (true)")
        op.execute(f"CREATE POLICY app_read ON {table} FOR SELECT TO {APP} USING (true)")
        op.execute(f"CREATE POLICY app_add ON {table} FOR INSERT TO {APP} WITH CHECK ({KNOWN})")
        op.execute(f"CREATE POLICY app_change ON {table} FOR UPDATE TO {APP} USING ({KNOWN}) WITH CHECK ({KNOWN})")
        op.execute(f"CREATE POLICY definer ON {table} TO {DEFINER} USING (true)")
        op.execute(f"GRANT SELECT, INSERT, UPDATE{f' ({changes})' if changes else ''} ON {table} TO {APP}")
        op.execute(f"GRANT SELECT ON {table} TO {JOB}")
    for table in ("working_hours", "reception_series"):
        open_to_known(table)
    protect("blocked_times", OWN, changes=("released_at", "version"))
    protect("calendar_feeds", OWN, changes=("ended_at", "version"), definer=True)
    run("0041_calendar_of.sql")


def downgrade() -> None:
    run("0041_calendars.down.sql")
