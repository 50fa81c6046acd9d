"""Instruments answered item by item, by a professional or by the client, also through a link without an account."""

from __future__ import annotations

from alembic import op

from migrations.policies import in_register, of_team, protect, sees
from migrations.roles import APP
from migrations.sql import run

revision = "0040_responses"
down_revision = "0039_assessment_kinds"
branch_labels = None
depends_on = None

PINNED = (
    "id", "client_id", "pathway_id", "team_id", "instrument", "instrument_version", "edition", "register", "language",
    "sex", "requested_at", "requested_by_id", "corrects_id", "created_at",
)  # fmt: skip
ONE = "id = (SELECT ctx_form()) AND client_id = (SELECT ctx_form_client())"
LOGGED = (
    "login_id = (SELECT ctx_form_link()) AND client_id = (SELECT ctx_form_client()) AND person_id IS NULL"
    " AND organisation_id IS NULL AND role = 'form_link' AND resource_type = 'instrument_responses'"
)
TOLD = (
    "subject_id = (SELECT ctx_form()) AND client_id = (SELECT ctx_form_client())"
    " AND kind IN ('response.completed', 'response.attention')"
)
# What a transaction that entered by a link may do, table by table: (command, which rows).
BY_LINK: tuple[tuple[str, str, str], ...] = (
    ("instrument_responses", "SELECT", f"USING ({ONE})"),
    ("instrument_responses", "UPDATE", f"USING ({ONE}) WITH CHECK ({ONE})"),
    ("use_log", "INSERT", f"WITH CHECK ({LOGGED})"),
    ("outbox_events", "INSERT", f"WITH CHECK ({TOLD})"),
)


def upgrade() -> None:
    run("0040_responses.sql")
    protect("instrument_responses", in_register("instrument_responses"), fixed=PINNED, definer=True)
    of_team("instrument_responses", changes=False)
    protect("response_links", sees("response_links"), changes=("ended_at", "ended_because"), definer=True)
    for table, command, rows in BY_LINK:
        op.execute(f"CREATE POLICY by_response_link_{command.lower()} ON {table} FOR {command} TO {APP} {rows}")
    run("0040_enter_response.sql")


def downgrade() -> None:
    run("0040_enter_response.down.sql")
    for table in ("use_log", "outbox_events"):
        op.execute(f"DROP POLICY by_response_link_insert ON {table}")
    run("0040_responses.down.sql")
