"""What leaves: subscriptions, deliveries and the disclosure each message rests on."""

from __future__ import annotations

from alembic import op

from migrations.policies import sees
from migrations.roles import APP, JOB
from migrations.sql import run

revision = "0027_delivery"
down_revision = "0026_consents"
branch_labels = None
depends_on = None

# The subscriber's own, and those of an area whose administrator the caller is.
OWN = """(
  subscriptions.login_id = (SELECT ctx_login())
  OR EXISTS (SELECT FROM memberships m
             WHERE m.person_id = (SELECT ctx_person()) AND m.organisation_id = subscriptions.area_id
               AND m.role = 'admin' AND (m.valid_to IS NULL OR m.valid_to >= CURRENT_DATE - 1))
)"""
SUBSCRIBED = "EXISTS (SELECT FROM subscriptions s WHERE s.id = deliveries.subscription_id)"
# Whoever sees the disclosure stops the message: a withdrawal is done by the client or the team.
DISCLOSED = "EXISTS (SELECT FROM disclosures d WHERE d.id = deliveries.disclosure_id)"
MINE = "{table}.login_id = (SELECT ctx_login())"
# Sealed events only. A partner's are those it is told of, a team's those of its clients and its own.
EVENTS = f"""(position IS NOT NULL AND CASE
  WHEN subject_type = 'subscriptions' THEN EXISTS (SELECT FROM subscriptions s WHERE s.id = subject_id)
  WHEN client_id IS NULL THEN team_id = ANY ((SELECT ctx_teams())::uuid[])
  ELSE {sees("outbox_events")} OR organisation_id = ANY ((SELECT ctx_organisations())::uuid[]) END)"""
TABLES = {
    "subscriptions": (OWN, "name, url, kinds, team_id, organisation_id, secret, previous_secret, previous_until, state,"
                           " disabled_because, position, failing_since, created_at, version"),
    "deliveries": (f"({SUBSCRIBED} OR {DISCLOSED})",
                   "state, attempts, since, due_at, finished_at, last_outcome, last_status"),
    "delivery_attempts": ("EXISTS (SELECT FROM deliveries d WHERE d.id = delivery_attempts.delivery_id)", None),
    "notification_settings": (MINE.format(table="notification_settings"),
                              "mode, language, looked_at, created_at, version"),
    "notices": (MINE.format(table="notices"), None),
}  # fmt: skip


def upgrade() -> None:
    run("0027_delivery.sql")
    for table, (seen, changes) in TABLES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY job ON {table} TO {JOB} USING (true)")
        op.execute(f"CREATE POLICY app ON {table} TO {APP} USING ({seen}) WITH CHECK ({seen})")
        op.execute(f"GRANT SELECT ON {table} TO {JOB}")
        op.execute(f"GRANT SELECT{f', INSERT, UPDATE ({changes})' if changes else ''} ON {table} TO {APP}")
    op.execute("DROP POLICY app_read ON outbox_events")
    op.execute(f"CREATE POLICY app_read ON outbox_events FOR SELECT TO {APP} USING ({EVENTS})")


def downgrade() -> None:
    op.execute("DROP POLICY app_read ON outbox_events")
    op.execute(f"CREATE POLICY app_read ON outbox_events FOR SELECT TO {APP} USING (false)")
    run("0027_delivery.down.sql")
    op.execute("DROP TABLE subscriptions")
    op.execute("ALTER TABLE outbox_events DROP COLUMN disclosure_id")
