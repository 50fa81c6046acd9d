"""What is shared with a party, and the link of a recipient without an account."""

from __future__ import annotations

from alembic import op

from migrations.policies import in_register, protect, sees
from migrations.roles import APP, DEFINER, JOB
from migrations.sql import run

revision = "0029_sharing"
down_revision = "0028_withdrawal"
branch_labels = None
depends_on = None

# `created_at` is what a new version is written by when only a child changed (`kit.db.Root.touch`).
COURSE = (
    "state", "acknowledged_at", "answered_at", "reply_read_at", "ended_at", "ended_because", "version", "created_at",
)  # fmt: skip
# What the functions look at besides the shares: column by column, so that taking it back takes nothing of others.
ASKED = {"consents": "id", "attachments": "id, state"}
MINE = "recipient_organisation_id = ANY ((SELECT ctx_organisations())::uuid[])"
TO_ME = f"EXISTS (SELECT FROM shares s WHERE s.id = {{table}}.share_id AND s.{MINE})"
BY_LINK = "client_id = (SELECT ctx_share_client())"
OF_LINK = f"share_id = (SELECT ctx_share()) AND {BY_LINK}"
REPLIED = "{of} AND by = '{by}' AND register = (SELECT s.register FROM shares s WHERE s.id = share_replies.share_id)"
# What a recipient may do with one share, table by table: (whose policy, command, which rows).
RECIPIENTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "shares": tuple(
        (who, command, f"{rows} AND share_permitted(id)")
        for who, rows in (
            ("by_recipient", f"{MINE} AND NOT share_in_conflict(id)"),
            ("by_share_link", f"id = (SELECT ctx_share()) AND {BY_LINK}"),
        )
        for command in ("SELECT", "UPDATE")
    ),
    "share_items": (
        ("by_recipient", "SELECT", TO_ME.format(table="share_items")),
        ("by_share_link", "SELECT", OF_LINK),
    ),
    "share_replies": (
        ("by_recipient", "SELECT", TO_ME.format(table="share_replies")),
        (
            "by_recipient",
            "INSERT",
            REPLIED.format(of=TO_ME.format(table="share_replies"), by="account")
            + " AND person_id = (SELECT ctx_person()) AND link_id IS NULL",
        ),
        ("by_share_link", "SELECT", OF_LINK),
        (
            "by_share_link",
            "INSERT",
            REPLIED.format(of=OF_LINK, by="link") + " AND person_id IS NULL AND link_id = (SELECT ctx_share_link())",
        ),
    ),
    # A line of the log names the link where a login would stand: nobody is signed in.
    "use_log": (
        (
            "by_share_link",
            "INSERT",
            f"login_id = (SELECT ctx_share_link()) AND {BY_LINK} AND person_id IS NULL AND organisation_id IS NULL "
            "AND role = 'share_link' AND resource_type IN ('shares', 'share_items', 'share_replies', 'notes')",
        ),
    ),
    "outbox_events": (
        (
            "by_share_link",
            "INSERT",
            f"subject_id = (SELECT ctx_share()) AND {BY_LINK} AND kind IN ('share.acknowledged', 'share.answered')",
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
    run("0029_sharing.sql")
    protect("shares", in_register("shares"), changes=COURSE, definer=True)
    protect("share_items", in_register("share_items"), changes=(), definer=True)
    of_share = (
        "EXISTS (SELECT FROM shares s WHERE s.id = share_links.share_id "
        "AND s.team_id = ANY ((SELECT ctx_teams())::uuid[]))"
    )
    # Made by the share's team. Whoever ends the permission ends the link: the client, or the receiver for them.
    received = f"(SELECT ctx_intake_area()) IS NOT NULL AND {sees('share_links')}"
    ended = f"(share_links.client_id = (SELECT ctx_client()) OR ({received}))"
    protect("share_links", f"({of_share} OR {ended})", changes=("ended_at", "ended_because"), definer=True)
    op.execute(f"CREATE POLICY made ON share_links AS RESTRICTIVE FOR INSERT TO {APP} WITH CHECK ({of_share})")
    op.execute(f"CREATE POLICY definer_counts ON share_links FOR UPDATE TO {DEFINER} USING (true)")
    op.execute(f"GRANT UPDATE (opens, failures, opened_at) ON share_links TO {DEFINER}")
    # A job ends what rests on a permission that ended by its date.
    op.execute(f"GRANT UPDATE (state, ended_at, ended_because, version) ON shares TO {JOB}")
    op.execute(f"GRANT UPDATE (ended_at, ended_because) ON share_links TO {JOB}")
    protect("share_replies", in_register("share_replies"), changes=())
    for table, columns in ASKED.items():
        op.execute(f"CREATE POLICY definer_share ON {table} FOR SELECT TO {DEFINER} USING (true)")
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO {DEFINER}")
    run("0029_share_stands.sql")
    for table, allowed in RECIPIENTS.items():
        for who, command, rows in allowed:
            op.execute(
                f"CREATE POLICY {who}_{command.lower()} ON {table} FOR {command} TO {APP} {clauses(command, rows)}"
            )


def downgrade() -> None:
    for table, allowed in RECIPIENTS.items():
        for who, command, _ in allowed:
            op.execute(f"DROP POLICY {who}_{command.lower()} ON {table}")
    run("0029_share_stands.down.sql")
    for table, columns in ASKED.items():
        op.execute(f"REVOKE SELECT ({columns}) ON {table} FROM {DEFINER}")  # noqa: S608
        op.execute(f"DROP POLICY definer_share ON {table}")
    run("0029_sharing.down.sql")
