"""Every kind of caller against every table of clients' data, by plain SQL as the app role: nothing of Python's checks
stands between. What is foreign must give no row, and no statement may change, add or delete one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from app.assessments.plain_words import CLASSES
from app.assessments.plain_words import PURPOSE as COORDINATION
from app.consents import service as consents
from app.consents.queries import standing_of
from app.consents.rules import rule
from app.dev.runs.rows_consulted import consulted_of
from app.dev.runs.rows_facts import FACTS
from app.dev.runs.rows_sides import ADDED_BY_ALL, KNOWN, SIDES, Counted, Side
from app.kit.clock import civil_date
from app.meetings.inviting import INVITATION, PURPOSE
from app.security.development import DEVELOPMENT_ISSUER

TABLES = """
SELECT c.relname,
       array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attidentity = '' AND a.attgenerated = ''),
       (SELECT min(p.column_name::text) FROM information_schema.column_privileges p WHERE p.table_name = c.relname
           AND p.grantee = 'heinola_app' AND p.privilege_type = 'UPDATE' AND p.column_name NOT IN ('id', 'client_id'))
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND EXISTS (SELECT FROM pg_attribute k WHERE k.attrelid = c.oid
                  AND (k.attname = 'client_id' OR (c.relname = 'clients' AND k.attname = 'id')))
 GROUP BY c.oid, c.relname ORDER BY 1"""
# Rows of a client only: staff have logins too, and what staff did is logged without one.
OF_CLIENTS = {"logins": "t.client_id IS NOT NULL"}
MOST = 400  # rows of a table that are asked for one by one in a list
REFUSED = ("row-level security", "permission denied")


class UnknownTable(Exception):
    """A table of clients' data of which nobody has said who sees it."""


async def tables_of(root: AsyncConnection) -> list[tuple[str, list[str], str | None]]:
    """Name, columns that can be written, and one that the API may change. Raises `UnknownTable`."""
    found = [(row[0], row[1], row[2]) for row in (await root.execute(text(TABLES))).all()]
    if {name for name, *_ in found} != KNOWN:
        raise UnknownTable(", ".join(sorted({name for name, *_ in found} ^ KNOWN)))
    return found


async def closed_to(root: AsyncEngine, subject: str, at: datetime) -> list[Any]:
    """Meetings of which this guest of a partner may not be told now, by the rule in Python."""
    invited = text(
        "SELECT p.meeting_id, p.client_id, p.organisation_id FROM meeting_participants p"
        " JOIN organisations o ON o.id = p.organisation_id JOIN logins l ON l.person_id = p.person_id"
        " WHERE l.subject = :s AND o.area_id <> o.id"
    )
    async with AsyncSession(root) as session:
        closed = []
        for meeting, client, organisation in (await session.execute(invited, {"s": subject})).all():
            terms = [consents.terms_of(consent) for consent in await standing_of(session, [client], at)]
            if not rule(terms, organisation, INVITATION, PURPOSE).permitted:
                closed.append(meeting)
        return closed


async def opened_to(root: AsyncEngine, subject: str, at: datetime) -> list[Any]:
    """Parts of meetings that this guest of a partner may be told now, by the rule in Python."""
    opened = text(
        "SELECT s.part_id, s.client_id, s.organisation_id, s.data_classes FROM meeting_openings s"
        " JOIN memberships m ON m.organisation_id = s.organisation_id JOIN logins l ON l.person_id = m.person_id"
        " WHERE l.subject = :s AND s.closed_at IS NULL"
    )
    async with AsyncSession(root) as session:
        found = []
        for part, client, organisation, classes in (await session.execute(opened, {"s": subject})).all():
            terms = [consents.terms_of(consent) for consent in await standing_of(session, [client], at)]
            if rule(terms, organisation, frozenset(classes), PURPOSE).permitted:
                found.append(part)
        return found


async def concluded_of(root: AsyncEngine, at: datetime) -> list[Any]:
    """Clients who permit their area to use what was concluded, by the rule in Python."""
    async with AsyncSession(root) as session:
        found = []
        rows = text("SELECT DISTINCT c.id, c.area_id FROM clients c JOIN conclusions k ON k.client_id = c.id")
        for client, area in (await session.execute(rows)).all():
            terms = [consents.terms_of(consent, area) for consent in await standing_of(session, [client], at)]
            if rule(terms, area, CLASSES, COORDINATION).permitted:
                found.append(client)
        return found


async def enter(connection: AsyncConnection, subject: str | None, at: datetime) -> None:
    if subject is not None:
        values = {"i": DEVELOPMENT_ISSUER, "s": subject, "on": civil_date(at), "at": at}
        entered = await connection.execute(text("SELECT enter_request(:i, :s, :on, :at)"), values)
        assert entered.scalar_one(), f"nobody is known as {subject}"


async def tried(connection: AsyncConnection, statement: str, values: dict[str, Any]) -> str | int:
    """How many rows a statement touched, or why it was refused."""
    await connection.execute(text("SAVEPOINT tried"))
    try:
        result: Any = await connection.execute(text(statement), values)
        return int(result.scalar_one() if result.returns_rows else result.rowcount)
    except DBAPIError as problem:
        said = str(problem.orig)
        return next((why for why in REFUSED if why in said), f"let through: {said[:120]}")
    finally:
        await connection.execute(text("ROLLBACK TO tried"))


async def ask(
    root: AsyncEngine,
    engine: AsyncEngine,
    side: Side,
    at: datetime,
    tables: Sequence[tuple[str, list[str], str | None]],
) -> Counted:
    """One side against every table."""
    told = Counted()
    closed = await closed_to(root, side.subject, at) if side.guest and side.subject else []
    opened = await opened_to(root, side.subject, at) if side.guest and side.subject else []
    concluded = await concluded_of(root, at)
    async with root.connect() as above, engine.connect() as below:
        facts = {
            "s": side.subject or "", "on": civil_date(at), "closed": closed, "concluded": concluded, "opened": opened,
            "consulted": await consulted_of(root, side.subject or "", at),
        }  # fmt: skip
        await above.execute(text(FACTS), facts)
        await enter(below, side.subject, at)
        for table, columns, changeable in tables:
            scope, allowed = OF_CLIENTS.get(table, "true"), side.allowed(table)
            parted = text(
                f"SELECT (array_agg(t.id) FILTER (WHERE ({allowed}) IS NOT TRUE))[1:{MOST}],"
                f" array_agg(t.id) FILTER (WHERE {allowed}) FROM {table} t WHERE {scope}"
            )
            foreign, own = (await above.execute(parted)).one()
            row = text(
                f"SELECT to_jsonb(t)::text FROM {table} t WHERE t.id = ANY (:ids) AND ({side.adds(table)}) IS NOT TRUE"
            )
            found = (await above.execute(row, {"ids": foreign or []})).scalars().first()
            example = json.loads(found) if found else None
            await foreign_rows(below, told, side, table, columns, changeable, foreign or [], example)
            if own:
                seen = await tried(below, f"SELECT count(*) FROM {table} WHERE id = ANY (:ids)", {"ids": own})
                told.own += int(seen)
                told.missed += len(own) - int(seen)
        await below.rollback()
    return told


async def foreign_rows(
    below: AsyncConnection,
    told: Counted,
    side: Side,
    table: str,
    columns: list[str],
    changeable: str | None,
    foreign: list[Any],
    example: dict[str, Any] | None,
) -> None:
    """Read, change, delete, and add a copy of one under another id."""
    if not foreign:
        return
    told.rows += len(foreign)
    column, ids = changeable or "id", {"ids": foreign}
    named = ", ".join(columns)
    statements: list[tuple[str, str, dict[str, Any]]] = [
        ("SELECT", f"SELECT count(*) FROM {table} WHERE id = ANY (:ids)", ids),
        ("UPDATE", f"UPDATE {table} SET {column} = {column} WHERE id = ANY (:ids)", ids),
        ("DELETE", f"DELETE FROM {table} WHERE id = ANY (:ids)", ids),
    ]
    if example is not None and (table not in ADDED_BY_ALL or side.subject is None):
        copy = json.dumps(example | {"id": NEW_ID})
        source = f"SELECT {named} FROM jsonb_populate_record(NULL::{table}, CAST(:copy AS jsonb))"
        statements.append(("INSERT", f"INSERT INTO {table} ({named}) {source}", {"copy": copy}))
    for command, statement, values in statements:
        told.attempts += 1
        got = await tried(below, statement, values)
        if got != 0 and got not in REFUSED:
            told.seen.append(f"{side.name}: {command} {table}: {got}")


NEW_ID = "01900000-0000-7000-8000-000000000001"


async def examine(
    root: AsyncEngine, engine: AsyncEngine, at: datetime, sides: Sequence[Side] = SIDES
) -> dict[str, Counted]:
    """Every side. Raises `UnknownTable`."""
    async with root.connect() as connection:
        tables = await tables_of(connection)
    return {side.name: await ask(root, engine, side, at, tables) for side in sides}


# As a town is after some years: a colleague of a client, a worker who left, a sender who changed employer, a protected
# client, and a permission withdrawn after the invitation.
PREPARED = (
    "UPDATE clients SET conflict_person_ids = ARRAY[(SELECT person_id FROM logins WHERE subject = 'coordinator_two')]"
    " WHERE id IN (SELECT client_id FROM pathways ORDER BY id LIMIT 2)",
    "UPDATE clients SET protected = true WHERE id = (SELECT client_id FROM pathways ORDER BY id DESC LIMIT 1)",
    "UPDATE memberships SET valid_to = :yesterday WHERE person_id IN"
    " (SELECT person_id FROM logins WHERE subject IN ('physiotherapist', 'municipal'))",
    "INSERT INTO memberships SELECT m.person_id, (SELECT organisation_id FROM memberships n JOIN logins k"
    " ON k.person_id = n.person_id WHERE k.subject = 'parish'), NULL, m.role, m.register, :today, NULL, 1, now(),"
    " gen_random_uuid() FROM memberships m JOIN logins l ON l.person_id = m.person_id WHERE l.subject = 'municipal'",
    "UPDATE consents SET state = 'withdrawn', withdrawn_at = :at WHERE state = 'recorded' AND kind = 'permission'"
    " AND client_id = (SELECT p.client_id FROM meeting_participants p JOIN logins l ON l.person_id = p.person_id"
    " WHERE l.subject = 'kela' ORDER BY p.id LIMIT 1)",
    # Events are read once they have their place.
    "UPDATE outbox_events e SET position = n.position FROM (SELECT o.id, (SELECT COALESCE(max(position), 0)"
    " FROM outbox_events) + row_number() OVER (ORDER BY o.id) AS position FROM outbox_events o"
    " WHERE o.position IS NULL) n WHERE n.id = e.id",
    # A notice of which the hour has come, and one of which it has not.
    "UPDATE cease_notices SET state = 'released', released_at = due_at WHERE id = (SELECT min(id::text)::uuid"
    " FROM cease_notices WHERE state = 'pending')",
)


async def prepare(root: AsyncEngine, at: datetime, yesterday: Any) -> None:
    async with root.begin() as connection:
        for statement in PREPARED:
            names = {"yesterday": yesterday, "today": civil_date(at), "at": at}
            await connection.execute(text(statement), {k: v for k, v in names.items() if f":{k}" in statement})
