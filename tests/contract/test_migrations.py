"""Models and migrations say the same, and a database full of people's cases goes down and up again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from app import embedded
from app.embedded import create_database, drop_database
from app.migrate import FOLDER, alembic_config, head, heads, migrate
from app.models import metadata
from tests.contract.conftest import Place, Settle

NAME = "migrated"


@pytest.fixture
async def database(server: embedded.Server) -> AsyncIterator[str]:
    """An empty database; its address."""
    create_database(server, NAME)
    yield server.dsn(NAME)
    drop_database(server, NAME)


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(dsn)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def revisions() -> list[str]:
    """From the newest to the first."""
    return [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]


# Everything a migration makes, as one can read it in the catalogues.
SHAPE = """
SELECT 'column', c.relname, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::text
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
UNION ALL SELECT 'row security', relname, relrowsecurity::text, relforcerowsecurity::text, relacl::text FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'alembic_version'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '' FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND conrelid::regclass::text <> 'alembic_version'
UNION ALL SELECT 'index', tablename, indexname, indexdef, '' FROM pg_indexes
 WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL SELECT 'policy', tablename, policyname, qual, with_check FROM pg_policies
UNION ALL SELECT 'function', proname, pg_get_functiondef(oid), proowner::regrole::text, proacl::text FROM pg_proc
 WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '' FROM pg_trigger
 WHERE NOT tgisinternal
ORDER BY 1, 2, 3, 4, 5
"""


async def shape(dsn: str) -> list[Any]:
    async with connected(dsn) as connection:
        return [tuple(row) for row in await connection.execute(text(SHAPE))]


def without_years(rows: list[Any]) -> list[Any]:
    """Without the years of the log, which may hold rows and stay on the way down."""
    return [row for row in rows if "use_log_" not in f"{row[1]} {row[2]}"]


def comparable(rows: list[Any]) -> list[Any]:
    """Nor empty lists of rights, which stay as well."""
    return [row for row in without_years(rows) if row[0] != "row security"]


async def populated(dsn: str) -> dict[str, int]:
    """Rows of each table of the models that is there."""
    async with connected(dsn) as connection:
        found = {}
        for table in metadata.sorted_tables:
            if (await connection.execute(text(f"SELECT to_regclass('{table.name}')"))).scalar_one() is not None:
                rows = await connection.execute(text(f"SELECT count(*) FROM {table.name}"))
                found[table.name] = int(rows.scalar_one())
        return found


def test_there_is_one_head_and_the_file_names_it() -> None:
    assert heads() == [head()]
    assert revisions()[0] == head()
    files = {path.stem for path in (FOLDER / "versions").glob("[0-9]*.py")}
    assert files == set(revisions()), "a migration is named as its file"


def differences(connection: Connection) -> list[Any]:
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_object": lambda obj, name, kind, reflected, other: (
            not (kind == "table" and reflected and name.startswith("use_log_"))
        ),
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


# The index on names has an operator class, which Autogenerate cannot compare.
@pytest.mark.filterwarnings("ignore:Expression #. .lower.*_name. text_pattern_ops:UserWarning")
async def test_models_are_what_is_migrated(dsn: str) -> None:
    async with connected(dsn) as connection:
        assert await connection.run_sync(differences) == []


async def test_tables_made_from_the_models_are_those_migrated(dsn: str, database: str) -> None:
    """Autogenerate does not look at checks: columns, constraints and indexes are compared as PostgreSQL prints them."""

    def kept(rows: list[Any]) -> set[Any]:
        kinds = ("column", "constraint", "index")
        # A trigger that waits for the end of the transaction is a constraint to PostgreSQL, and none of a model.
        told = (row for row in rows if not str(row[3]).startswith("TRIGGER"))
        return {row for row in told if row[0] in kinds and not row[1].startswith("use_log_")}

    engine = create_async_engine(database)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
    finally:
        await engine.dispose()
    modelled, migrated = kept(await shape(database)), kept(await shape(dsn))
    assert len(modelled) > 300
    assert modelled - migrated == set()
    assert migrated - modelled == set()


async def test_down_one_by_one_and_up_again_is_the_same_database(database: str) -> None:
    await migrate(database)
    whole = await shape(database)
    assert len(whole) > 300
    steps = [whole]
    for revision in [*revisions()[1:], "base"]:
        await migrate(database, to=revision, down=True)
        now = await shape(database)
        assert now != steps[-1], f"going down to {revision} undid nothing"
        steps.append(now)
    assert steps[-1] == [], "something is left when everything is migrated down"
    for revision, expected in zip(reversed(revisions()), reversed(steps[:-1]), strict=True):
        await migrate(database, to=revision)
        now = await shape(database)
        if revision == head():
            assert now == expected
        else:
            assert comparable(now) == comparable(expected), revision


async def test_every_step_goes_down_up_and_down_in_a_full_database(settle: Settle, server: embedded.Server) -> None:
    """A step down takes its own tables and no row of another; up again the database has the same shape."""
    async with settle() as place:
        dsn = server.dsn(place.database)
        before, whole = await populated(dsn), await shape(dsn)
        assert sum(before.values()) > 200
        assert await place.sql("SELECT extend_use_log(current_date + 366 * 3)")
        newest, *older = revisions()
        above = newest
        for revision in [*older, "base"]:
            stood = await shape(dsn)
            await migrate(dsn, to=revision, down=True)
            left = await populated(dsn)
            assert left == {name: rows for name, rows in before.items() if name in left}, f"down to {revision}"
            await migrate(dsn, to=above)
            again = await populated(dsn)
            assert {name: again[name] for name in left} == left, f"up to {above}"
            assert comparable(await shape(dsn)) == comparable(stood), f"up to {above}"
            await migrate(dsn, to=revision, down=True)
            above = revision
            if revision == "0003_cases":
                await works_again(place, dsn, left)
                before = await populated(dsn)
                await migrate(dsn, to=revision, down=True)
        assert await populated(dsn) == {}
        await migrate(dsn)
        assert without_years(await shape(dsn)) == without_years(whole)


async def test_the_seats_of_paths_are_taken_off_and_found_again(settle: Settle, server: embedded.Server) -> None:
    """Also of a responsible worker who has more than may come to the seat; not of one who is on none."""
    seats = "SELECT id, seat_id FROM work_items WHERE kind = 'pathway' ORDER BY id"
    async with settle() as place:
        dsn = server.dsn(place.database)
        before = dict(await place.sql(seats))
        assert len(before) > 1
        assert None not in before.values()
        gone, *_ = before
        await place.sql("UPDATE seats SET max_open = 0")
        await migrate(dsn, to="0017_routing", down=True)
        assert dict(await place.sql(seats)) == dict.fromkeys(before)
        nobody = (
            "UPDATE work_items SET holder_id = (SELECT person_id FROM logins WHERE subject = 'admin') WHERE id = :id"
        )
        await place.sql(nobody, id=gone)
        await migrate(dsn)
        assert dict(await place.sql(seats)) == {**before, gone: None}
        assert await place.value("SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O' AND NOT tgisinternal") == 0


async def works_again(place: Place, dsn: str, kept: dict[str, int]) -> None:
    """Up to the newest: what the tables below kept is seen by whom it was, and another client's story can be told."""
    await migrate(dsn)
    now = await populated(dsn)
    assert {name: now[name] for name in kept} == kept
    answer = await place.who("nurse").get("/v1/worklist", params={"list": "team"})
    assert answer.status_code == 200
    await place.tell()


async def test_what_is_migrated_already_is_left_alone(server: embedded.Server, settle: Settle) -> None:
    async with settle() as place:
        before = await populated(server.dsn(place.database))
        await migrate(server.dsn(place.database))
        assert await populated(server.dsn(place.database)) == before
