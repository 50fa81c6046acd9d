"""Positions are dense and in commit order, and a reader by position never misses a row that was committed late."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.jobs import queries
from app.kit.clock import utcnow
from app.serving.work import engine_for
from tests.contract.conftest import Place

ADD = text(
    "INSERT INTO outbox_events (at, kind, subject_type, subject_id, data, id)"
    " VALUES (now(), :kind, 'tests', gen_random_uuid(), '{}', :id)"
)


async def add(connection: AsyncConnection, kind: str) -> None:
    await connection.execute(ADD, {"kind": kind, "id": uuid4()})


async def sealed(place: Place, most: int = 10_000) -> int:
    engine = engine_for(place.api.state.settings, place.root.url.render_as_string(hide_password=False))
    try:
        async with AsyncSession(engine) as session, session.begin():
            session.info["at"] = utcnow()
            return await queries.seal(session, most)
    finally:
        await engine.dispose()


async def read(place: Place, after: int = 0) -> list[tuple[int, str]]:
    found = "SELECT position, kind FROM outbox_events WHERE position > :after ORDER BY position"
    return [(row[0], row[1]) for row in await place.sql(found, after=after)]


async def test_everything_committed_gets_a_dense_position(place: Place) -> None:
    total = await place.value("SELECT count(*) FROM outbox_events")
    assert total > 20
    first = await sealed(place, most=7)
    assert first == 7
    assert await sealed(place) == total - 7
    assert [position for position, _ in await read(place)] == list(range(1, total + 1))
    assert await sealed(place) == 0


async def test_what_is_committed_late_is_read_after_what_was_read_before(place: Place) -> None:
    await sealed(place)
    cursor = len(await read(place))
    async with place.root.connect() as slow, place.root.connect() as quick:
        await add(slow, "test.slow")  # its number is drawn first, and it commits last
        await add(quick, "test.quick")
        await quick.commit()
        assert await sealed(place) == 0, "nothing above a running transaction gets a position"
        await slow.commit()
    assert await sealed(place) == 2
    assert await read(place, cursor) == [(cursor + 1, "test.slow"), (cursor + 2, "test.quick")]


async def test_what_was_rolled_back_leaves_no_hole(place: Place) -> None:
    await sealed(place)
    cursor = len(await read(place))
    async with place.root.connect() as connection:
        await add(connection, "test.gone")
        await connection.rollback()
        await add(connection, "test.kept")
        await connection.commit()
    assert await sealed(place) == 1
    assert await read(place, cursor) == [(cursor + 1, "test.kept")]


async def test_readers_and_writers_at_once_lose_nothing(place: Place) -> None:
    """Eight writers, one sealer, one reader that only moves forward: it sees each event once."""
    await sealed(place)
    cursor = start = len(await read(place))
    seen: list[str] = []

    async def write(number: int) -> None:
        for turn in range(10):
            async with place.root.connect() as connection:
                await add(connection, f"test.{number}.{turn}")
                await asyncio.sleep(0)
                await connection.commit()

    writing = asyncio.gather(*(write(number) for number in range(8)))
    while not writing.done():
        await sealed(place, most=5)
        for position, kind in await read(place, cursor):
            assert position == cursor + 1
            cursor = position
            seen.append(kind)
        await asyncio.sleep(0)
    await writing
    await sealed(place)
    seen += [kind for _, kind in await read(place, cursor)]
    assert sorted(seen) == sorted(f"test.{n}.{t}" for n in range(8) for t in range(10))
    assert start + 80 == len(await read(place))
