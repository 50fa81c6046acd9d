"""The form a client fills before the health check, and the link by which it is filled without an account."""

from __future__ import annotations

from alembic import op

from migrations.policies import in_register, protect, sees
from migrations.roles import APP, DEFINER
from migrations.sql import run

revision = "0011_preinformation"
down_revision = "0010_contacts"
branch_labels = None
depends_on = None

PINNED = ("id", "client_id", "pathway_id", "team_id", "form", "form_version", "requested_at", "requested_by_id")
# What enter_form looks at besides the form and its link.
ASKED = ("pathways", "representatives")
OF_LINK = "client_id = (SELECT ctx_form_client())"
# What a transaction that entered by a link may do, table by table: (command, which rows).
BY_LINK: dict[str, tuple[tuple[str, str], ...]] = {
    "preinformation_forms": (
        ("SELECT", f"id = (SELECT ctx_form()) AND {OF_LINK}"),
        ("UPDATE", f"id = (SELECT ctx_form()) AND {OF_LINK}"),
    ),
    "preinformation_answers": (
        ("SELECT", f"form_id = (SELECT ctx_form()) AND {OF_LINK}"),
        ("INSERT", f"form_id = (SELECT ctx_form()) AND {OF_LINK}"),
        ("UPDATE", f"form_id = (SELECT ctx_form()) AND {OF_LINK}"),
    ),
    # A line of the log names the link where a login would stand: nobody is signed in.
    "use_log": (
        (
            "INSERT",
            f"login_id = (SELECT ctx_form_link()) AND {OF_LINK} AND person_id IS NULL AND organisation_id IS NULL "
            "AND role = 'form_link' AND resource_type IN ('preinformation_forms', 'preinformation_answers')",
        ),
    ),
    "outbox_events": (
        (
            "INSERT",
            f"subject_id = (SELECT ctx_form()) AND {OF_LINK} AND kind = 'preinformation.submitted'",
        ),
    ),
}


def clauses(command: str, rows: str) -> str:
    return {
        "SELECT": f"USING ({rows})",
        "INSERT": f"WITH CHECK ({rows})",
        "UPDATE": f"USING ({rows}) WITH CHECK ({rows})",
    }[command]


def upgrade() -> None:
    run("0011_preinformation.sql")
    protect("preinformation_forms", sees("preinformation_forms"), fixed=PINNED, definer=True)
    protect("preinformation_answers", in_register("preinformation_answers"), changes=("answers",))
    protect("preinformation_addenda", in_register("preinformation_addenda"), changes=())
    protect("preinformation_links", sees("preinformation_links"), changes=("ended_at", "ended_because"), definer=True)
    for table, allowed in BY_LINK.items():
        for command, rows in allowed:
            op.execute(
                f"CREATE POLICY by_link_{command.lower()} ON {table} FOR {command} TO {APP} {clauses(command, rows)}"
            )
    for table in ASKED:
        op.execute(f"CREATE POLICY definer_form ON {table} FOR SELECT TO {DEFINER} USING (true)")
        op.execute(f"GRANT SELECT ON {table} TO {DEFINER}")
    run("0011_enter_form.sql")


def downgrade() -> None:
    run("0011_enter_form.down.sql")
    for table in ASKED:
        op.execute(f"REVOKE SELECT ON {table} FROM {DEFINER}")  # noqa: S608
        op.execute(f"DROP POLICY definer_form ON {table}")
    for table in ("use_log", "outbox_events"):
        for command, _ in BY_LINK[table]:
            op.execute(f"DROP POLICY by_link_{command.lower()} ON {table}")
    run("0011_preinformation.down.sql")
