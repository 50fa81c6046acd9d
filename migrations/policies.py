"""What a table of clients' data needs from its migration: forced row security, policies and grants.

Later migrations call `protect` once per table, after making it; dropping the table takes all of it along.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op
from sqlalchemy import text

from migrations.roles import APP, DEFINER, JOB

# The caller's team has a care relationship with the client, or the caller is the client, or a receiver is matching a
# new referral in its own area.
SEES = """(
  {column} = (SELECT ctx_client())
  OR EXISTS (SELECT FROM involvements i
             WHERE i.client_id = {column} AND i.team_id = ANY ((SELECT ctx_teams())::uuid[]))
  OR ((SELECT ctx_intake_area()) IS NOT NULL AND EXISTS (
        SELECT FROM clients c WHERE c.id = {column} AND c.area_id = (SELECT ctx_intake_area())))
)"""


def sees(table: str, column: str = "client_id") -> str:
    """The care relationship: the first half of every policy."""
    return SEES.format(column=f"{table}.{column}")


# In the caller's registers, or the caller's own. `.format(table=…)`; the table has `register` and `client_id`.
READS = "({table}.register = 'operational' OR {table}.register = ANY ((SELECT ctx_registers())::text[]) OR {table}.client_id = (SELECT ctx_client()))"  # noqa: E501


def in_register(table: str) -> str:
    """The care relationship, and the register of the row (domain 5.3)."""
    return f"({READS.format(table=table)} AND {sees(table)})"


def columns_but(table: str, fixed: Sequence[str]) -> str:
    """Every column of a table but the ones that stay as they were written, for a GRANT UPDATE."""
    of_table = text(
        "SELECT attname FROM pg_attribute"
        " WHERE attrelid = to_regclass(:t) AND attnum > 0 AND NOT attisdropped ORDER BY 1"
    )
    return ", ".join(sorted(set(op.get_bind().scalars(of_table, {"t": table})) - set(fixed)))


# Logs that everybody known adds to: what is done about a client is logged whoever does it, and only reading is held.
ADDED_BY_ALL = ("use_log", "outbox_events")
KEPT_FROM = "({column} = ANY ((SELECT ctx_kept_from())::uuid[])) IS NOT TRUE"


def kept_from_tables() -> list[str]:
    """Tables in which a client stands."""
    with_client = text(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND (a.attname = 'client_id' OR (c.relname = 'clients' AND a.attname = 'id')) ORDER BY 1"
    )
    return list(op.get_bind().scalars(with_client))


def keep_from(table: str) -> None:
    """Whoever a client's record says must not see the client sees no row, whatever another policy says."""
    rows = KEPT_FROM.format(column=f"{table}.{'id' if table == 'clients' else 'client_id'}")
    if table == "referrals":
        # What somebody sent themself stays, as its sender sees it: that it vanishes would tell that they are named.
        rows = f"({rows} OR referrals.sender_person_id = (SELECT ctx_person()))"
    command = "FOR SELECT" if table in ADDED_BY_ALL else "FOR ALL"
    op.execute(f"CREATE POLICY kept_from ON {table} AS RESTRICTIVE {command} TO {APP} USING ({rows})")


def known_to_keep() -> bool:
    """Whether the database knows yet whom a client is kept from (0025)."""
    return op.get_bind().scalar(text("SELECT to_regprocedure('ctx_kept_from()')")) is not None


def protect(
    table: str,
    seen: str,
    *,
    writes: str | None = None,
    changes: Sequence[str] | None = None,
    fixed: Sequence[str] = (),
    definer: bool = False,
) -> None:
    """Force row security on a new table of the owner: `seen` is who sees a row, `writes` (default the same) who writes
    one. `changes` names the only columns the API may update (empty: rows are only added); without it all but `fixed`.
    Nobody deletes. `definer`: a SECURITY DEFINER function reads it."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY job ON {table} TO {JOB} USING (true)")
    op.execute(f"CREATE POLICY app ON {table} TO {APP} USING ({seen}) WITH CHECK ({writes or seen})")
    columns = columns_but(table, fixed) if changes is None else ", ".join(changes)
    update = f", UPDATE ({columns})" if columns else ""
    op.execute(f"GRANT SELECT, INSERT{update} ON {table} TO {APP}")
    op.execute(f"GRANT SELECT ON {table} TO {JOB}")
    if known_to_keep() and table in kept_from_tables():
        keep_from(table)
    if definer:
        op.execute(f"CREATE POLICY definer ON {table} FOR SELECT TO {DEFINER} USING (true)")
        op.execute(f"GRANT SELECT ON {table} TO {DEFINER}")


def written_by_professionals(table: str) -> None:
    """Beside `protect`: a client reads their own rows and writes none. Whoever sees a row may still lock it."""
    professional = "(SELECT ctx_client()) IS NULL"
    for command, rows in (("INSERT", ""), ("UPDATE", "USING ((SELECT ctx_known())) ")):
        op.execute(
            f"CREATE POLICY professional_{command.lower()} ON {table} AS RESTRICTIVE FOR {command} TO {APP}"
            f" {rows}WITH CHECK ({professional})"
        )


def unwritten_by_professionals(table: str) -> None:
    """Undoes it, for a table that stays."""
    for command in ("insert", "update"):
        op.execute(f"DROP POLICY professional_{command} ON {table}")


def signed(table: str, column: str) -> None:
    """Rows are added by a professional who signs for them; a client reads their own and writes none."""
    op.execute(
        f"CREATE POLICY signed ON {table} AS RESTRICTIVE FOR INSERT TO {APP}"
        f" WITH CHECK ({column} = (SELECT ctx_person()))"
    )


def of_team(table: str, *, changes: bool = True) -> None:
    """Rows are added, and with `changes` changed, by the team that they name, and not by the client they are of."""
    ours = "team_id = ANY ((SELECT ctx_teams())::uuid[])"
    op.execute(f"CREATE POLICY of_team_add ON {table} AS RESTRICTIVE FOR INSERT TO {APP} WITH CHECK ({ours})")
    if changes:
        op.execute(
            f"CREATE POLICY of_team_change ON {table} AS RESTRICTIVE FOR UPDATE TO {APP}"
            f" USING ({ours}) WITH CHECK ({ours})"
        )


def open_to_known(table: str) -> None:
    """Force row security on a new table in which no client stands: everybody known reads and writes it, nobody
    deletes."""
    known = "(SELECT ctx_known())"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY job ON {table} TO {JOB} USING (true)")
    op.execute(f"CREATE POLICY app_read ON {table} FOR SELECT TO {APP} USING (true)")
    op.execute(f"CREATE POLICY app_add ON {table} FOR INSERT TO {APP} WITH CHECK ({known})")
    op.execute(f"CREATE POLICY app_change ON {table} FOR UPDATE TO {APP} USING ({known}) WITH CHECK ({known})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {APP}")
    op.execute(f"GRANT SELECT ON {table} TO {JOB}")
