"""Row-level security as the second line: who sees which row is said here once more, below the API.

`app.…` settings are set once per transaction (`kit.db.RowContext`); with none of them nobody sees a row of a client.
FORCE holds for the owner as well. The definer role sees only what its functions need.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from migrations.policies import READS, sees
from migrations.roles import APP, DEFINER, JOB
from migrations.sql import run

revision = "0004_row_security"
down_revision = "0003_cases"
branch_labels = None
depends_on = None

# Work and referrals that no team covers are seen by those who answer for the area's queue.
IN_AREA_QUEUE = "({table}.team_id IS NULL AND {table}.area_id = ANY ((SELECT ctx_areas())::uuid[]))"
SENT = "sender_organisation_id = ANY ((SELECT ctx_organisations())::uuid[])"

# table -> who sees (and may write) a row. A table with a client in it that is missing here fails a test.
POLICIES: dict[str, str] = {
    "clients": (
        "(clients.id = (SELECT ctx_client()) OR clients.area_id = (SELECT ctx_intake_area()) OR EXISTS ("
        "SELECT FROM involvements i WHERE i.client_id = clients.id AND i.team_id = ANY ((SELECT ctx_teams())::uuid[])))"
    ),
    "client_identifiers": sees("client_identifiers"),
    "involvements": (
        "(involvements.team_id = ANY ((SELECT ctx_teams())::uuid[]) OR involvements.client_id = (SELECT ctx_client()))"
    ),
    "consents": sees("consents"),
    "disclosures": sees("disclosures"),
    "work_items": f"({sees('work_items')} OR {IN_AREA_QUEUE.format(table='work_items')})",
    "referrals": (
        f"({sees('referrals')} OR {SENT} OR sender_person_id = (SELECT ctx_person()) "
        f"OR (state <> 'draft' AND {IN_AREA_QUEUE.format(table='referrals')}))"
    ),
    "feedbacks": "EXISTS (SELECT FROM referrals r WHERE r.id = feedbacks.referral_id)",
    "pathways": sees("pathways"),
    "pathway_steps": sees("pathway_steps"),
    "goals": sees("goals"),
    "outcomes": sees("outcomes"),
    "routing_decisions": (
        f"({READS.format(table='routing_decisions')} AND "
        f"({sees('routing_decisions')} OR {IN_AREA_QUEUE.format(table='routing_decisions')}))"
    ),
    "assessments": f"({READS.format(table='assessments')} AND {sees('assessments')})",
    "problem_records": (
        "(('health' = ANY ((SELECT ctx_registers())::text[]) OR problem_records.client_id = (SELECT ctx_client())) AND "
        f"{sees('problem_records')})"
    ),
    "meetings": (
        f"({sees('meetings')} OR EXISTS (SELECT FROM meeting_participants p "
        "WHERE p.meeting_id = meetings.id AND p.person_id = (SELECT ctx_person())))"
    ),
    "meeting_participants": (
        f"({sees('meeting_participants')} OR meeting_participants.person_id = (SELECT ctx_person()) "
        "OR ctx_invited(meeting_participants.meeting_id))"
    ),
    "idempotency_keys": "caller_id = (SELECT ctx_login())",
    "logins": "(person_id IS NOT NULL OR client_id = (SELECT ctx_client()))",
}
KNOWN = "(SELECT ctx_known())"
# A guest of a meeting reads; only the client's team writes. Logins of staff are given by somebody who is known.
WRITES = {
    **{table: sees(table) for table in ("meetings", "meeting_participants")},
    "logins": f"(person_id IS NOT NULL AND {KNOWN})",
}
# A team gives a login to a client with whom it has a care relationship; it does not get to read it.
ENROL = (
    "client_id IS NOT NULL AND EXISTS (SELECT FROM involvements i "
    "WHERE i.client_id = logins.client_id AND i.team_id = ANY ((SELECT ctx_teams())::uuid[]))"
)
# Logs: everybody known adds; who reads is another matter.
LOGS: dict[str, tuple[str, str]] = {
    "use_log": (
        "(login_id = (SELECT ctx_login()) AND person_id IS NOT DISTINCT FROM (SELECT ctx_person()))",
        "(client_id = (SELECT ctx_client()) OR login_id = (SELECT ctx_login())"
        " OR ((SELECT ctx_auditor()) <> '{}' AND ctx_audits(client_id, organisation_id)))",
    ),
    "outbox_events": ("(SELECT ctx_login()) IS NOT NULL", "false"),
}
APPEND_ONLY = (
    "use_log", "disclosures", "outcomes", "problem_records", "routing_decisions", "goals", "involvements", "logins",
)  # fmt: skip
# What was said stays as it was said: of these only the named columns may change, by grant.
CHANGES: dict[str, tuple[str, ...]] = {
    "feedbacks": ("acknowledged_at", "acknowledged_by_id", "version"),
    "consents": ("state", "withdrawn_at", "error_reason", "version"),
    "client_identifiers": ("use", "sealed", "masked"),
}
# Whose case it is, and what kind of thing, never changes after it is written: of these every other column may.
FIXED: dict[str, tuple[str, ...]] = {
    "referrals": ("id", "area_id", "sender_organisation_id", "sender_person_id", "created_at"),
    "pathways": ("id", "client_id", "team_id", "template"),
    "assessments": ("id", "client_id", "pathway_id", "kind", "created_at"),
    "meetings": ("id", "client_id", "pathway_id", "created_at"),
    "work_items": ("id", "client_id", "area_id", "subject_type", "subject_id", "kind", "created_at"),
}
# Everybody known reads these; a transaction in nobody's name writes none of them.
OPEN_TABLES = ("organisations", "units", "persons", "memberships", "teams", "seats", "holders", "absences")
DEFINER_READS = ("referrals", "feedbacks", "work_items", "logins", "clients", "meeting_participants")


def updates(table: str) -> str:
    """What the API may change of a table, as it stands in a GRANT."""
    if table in (*APPEND_ONLY, "outbox_events"):
        return ""
    columns = CHANGES.get(table, ())
    if table in FIXED:
        of_table = text(
            "SELECT attname FROM pg_attribute"
            " WHERE attrelid = to_regclass(:t) AND attnum > 0 AND NOT attisdropped ORDER BY 1"
        )
        columns = tuple(set(op.get_bind().scalars(of_table, {"t": table})) - set(FIXED[table]))
    return f", UPDATE ({', '.join(sorted(columns))})" if columns else ", UPDATE"


def upgrade() -> None:
    run("0004_context.sql")
    for table in (*POLICIES, *LOGS, *OPEN_TABLES):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY job ON {table} TO {JOB} USING (true)")
    for table, seen in POLICIES.items():
        op.execute(f"CREATE POLICY app ON {table} TO {APP} USING ({seen}) WITH CHECK ({WRITES.get(table, seen)})")
    # A sender acknowledges feedback, and never writes it.
    op.execute(
        f"CREATE POLICY app_give ON feedbacks AS RESTRICTIVE FOR INSERT TO {APP} WITH CHECK ({sees('feedbacks')})"
    )
    op.execute(f"CREATE POLICY app_enrol ON logins FOR INSERT TO {APP} WITH CHECK ({ENROL})")
    for table, (added, read) in LOGS.items():
        op.execute(f"CREATE POLICY app_add ON {table} FOR INSERT TO {APP} WITH CHECK ({added})")
        op.execute(f"CREATE POLICY app_read ON {table} FOR SELECT TO {APP} USING ({read})")
    for table in DEFINER_READS:
        op.execute(f"CREATE POLICY definer ON {table} FOR SELECT TO {DEFINER} USING (true)")
        op.execute(f"GRANT SELECT ON {table} TO {DEFINER}")
    for table in (*POLICIES, *LOGS, *OPEN_TABLES):
        op.execute(f"GRANT SELECT, INSERT{updates(table)} ON {table} TO {APP}")
        op.execute(f"GRANT SELECT ON {table} TO {JOB}")
    for table in OPEN_TABLES:
        op.execute(f"CREATE POLICY app_read ON {table} FOR SELECT TO {APP} USING (true)")
        op.execute(f"CREATE POLICY app_add ON {table} FOR INSERT TO {APP} WITH CHECK ({KNOWN})")
        op.execute(f"CREATE POLICY app_change ON {table} FOR UPDATE TO {APP} USING ({KNOWN}) WITH CHECK ({KNOWN})")
        # The row locks of its guards are changes in the eyes of a policy.
        op.execute(f"CREATE POLICY definer ON {table} TO {DEFINER} USING (true)")
        op.execute(f"GRANT SELECT ON {table} TO {DEFINER}")
    op.execute(f"GRANT UPDATE (position) ON outbox_events TO {JOB}")
    op.execute(f"GRANT SELECT ON alembic_version TO {APP}, {JOB}")
    run("0004_enter.sql")


def downgrade() -> None:
    run("0004_enter.down.sql")
    for table in DEFINER_READS:
        op.execute(f"DROP POLICY definer ON {table}")
    for table in POLICIES:
        op.execute(f"DROP POLICY app ON {table}")
    op.execute("DROP POLICY app_enrol ON logins")
    op.execute("DROP POLICY app_give ON feedbacks")
    for table in LOGS:
        op.execute(f"DROP POLICY app_add ON {table}")
        op.execute(f"DROP POLICY app_read ON {table}")
    for table in OPEN_TABLES:
        for policy in ("app_read", "app_add", "app_change", "definer"):
            op.execute(f"DROP POLICY {policy} ON {table}")
    for table in (*POLICIES, *LOGS, *OPEN_TABLES):
        op.execute(f"DROP POLICY job ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in (*POLICIES, *LOGS, *OPEN_TABLES, "alembic_version"):
        op.execute(f"REVOKE ALL ON {table} FROM {APP}, {JOB}, {DEFINER}")
    run("0004_context.down.sql")
