"""What `backup` and `restore` read: counts, the feed, a sample of sealed fields, and who may do what."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

TABLES = text("""
SELECT relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
""")
ANYTHING = text("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
FEED = text("""
SELECT COALESCE(max(position), 0) AS position, count(position) AS sealed, count(*) AS events,
       COALESCE(max(seq), 0) AS seq FROM outbox_events
""")
KEY_IDS = text("""
SELECT DISTINCT convert_from(substr(sealed, 3, get_byte(sealed, 1)), 'UTF8') FROM client_identifiers
 WHERE length(sealed) > 2 ORDER BY 1
""")
SAMPLE = text("""
(SELECT id, sealed, blind_index FROM client_identifiers ORDER BY id LIMIT :half)
UNION (SELECT id, sealed, blind_index FROM client_identifiers ORDER BY id DESC LIMIT :half)
""")
# Sequences that would give a number a second time.
BEHIND = text("""
SELECT count(*) FROM outbox_events
 WHERE seq > (SELECT last_value FROM pg_sequences
               WHERE schemaname || '.' || sequencename = pg_get_serial_sequence('outbox_events', 'seq'))
""")
# Row security, policies, rights, owners and triggers by name: what a dump without them would be restored without.
GUARDS = text("""
SELECT 'table', relname, relrowsecurity::text, relforcerowsecurity::text, relowner::regrole::text FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
UNION ALL SELECT 'policy', tablename, policyname, cmd || permissive, array_to_string(ARRAY(
  SELECT r::text FROM unnest(roles) r ORDER BY 1), ',') FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'right', relname, a.privilege_type, a.grantee::regrole::text, '' FROM pg_class, aclexplode(relacl) a
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND a.grantee <> relowner
UNION ALL SELECT 'column right', attrelid::regclass::text, attname, a.privilege_type, a.grantee::regrole::text
  FROM pg_attribute, aclexplode(attacl) a
 WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) AND attacl IS NOT NULL
UNION ALL SELECT 'function', proname, proowner::regrole::text, prosecdef::text || array_to_string(proconfig, ','),
  md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'function right', proname, a.privilege_type, a.grantee::regrole::text, ''
  FROM pg_proc, aclexplode(proacl) a WHERE pronamespace = 'public'::regnamespace AND a.grantee <> proowner
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text, '' FROM pg_trigger WHERE NOT tgisinternal
 ORDER BY 1, 2, 3, 4, 5
""")


async def sees_everything(connection: AsyncConnection) -> bool:
    """Whether this login is under no row security: a dump by any other would lack rows."""
    asked = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    return bool(await connection.scalar(asked))


async def work_as_job(connection: AsyncConnection) -> None:
    """The role that sees every row, until the end of the transaction."""
    await connection.execute(text("SET LOCAL ROLE heinola_job"))


async def export_snapshot(connection: AsyncConnection) -> str:
    """The name by which pg_dump sees exactly what this transaction sees, while it is open."""
    return str(await connection.scalar(text("SELECT pg_export_snapshot()")))


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """Rows per table; a partitioned one counts as a whole."""
    names = list(await connection.scalars(TABLES))
    quoted = {name: '"' + name.replace('"', '""') + '"' for name in names}
    return {
        name: int(await connection.scalar(text(f"SELECT count(*) FROM {quoted[name]}")) or 0)  # noqa: S608
        for name in names
    }


async def is_empty(connection: AsyncConnection) -> bool:
    return not await connection.scalar(ANYTHING)


async def feed(connection: AsyncConnection) -> dict[str, int]:
    """The head of the positions, how many events have one, how many there are, and the last number in the order."""
    return {name: int(value) for name, value in (await connection.execute(FEED)).one()._mapping.items()}


async def rebase(connection: AsyncConnection) -> int:
    """What has no position yet was written in transactions of another cluster: it counts as written before all."""
    changed = await connection.execute(text("UPDATE outbox_events SET xid = 0 WHERE position IS NULL"))
    return changed.rowcount


async def sequences_behind(connection: AsyncConnection) -> int:
    return int(await connection.scalar(BEHIND) or 0)


async def key_ids(connection: AsyncConnection) -> list[str]:
    """Ids of the keys that identity codes are sealed with."""
    return [str(one) for one in await connection.scalars(KEY_IDS)]


async def sample(connection: AsyncConnection, size: int) -> list[Any]:
    """Identity codes as they are stored: the oldest and the newest."""
    return list(await connection.execute(SAMPLE, {"half": size // 2}))


async def guards(connection: AsyncConnection) -> str:
    """A digest of what holds the rows: equal where two databases are guarded alike."""
    rows = [list(row) for row in await connection.execute(GUARDS)]
    return hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()


async def analyse(connection: AsyncConnection) -> None:
    await connection.execute(text("SET LOCAL ROLE heinola_owner"))
    await connection.execute(text("ANALYZE"))


async def create_database(connection: AsyncConnection, name: str) -> None:
    """`name` is checked by the caller. The connection commits by itself."""
    await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))


async def exists(connection: AsyncConnection, name: str) -> bool:
    found = text("SELECT count(*) FROM pg_database WHERE datname = :name")
    return bool(await connection.scalar(found, {"name": name}))
