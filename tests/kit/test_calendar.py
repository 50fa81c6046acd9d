"""Working days in a statement are those of Python."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import DateTime, Integer, cast, literal, select, values
from sqlalchemy import column as col
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.calendar import calendar, due, working_days
from app.kit.clock import HELSINKI
from app.kit.workdays import add_working_days, counting_date

TODAY = date(2026, 11, 23)
DAYS = {"working_days": list(working_days(TODAY))}


async def test_python_and_sql_count_the_same(session: AsyncSession) -> None:
    """Every fifth hour of two years (weekends, midsummer, both clock changes), and the hour around each cut-off."""
    start = datetime(2025, 6, 1, tzinfo=UTC)
    instants = [start + timedelta(hours=5 * n) for n in range(3600)]
    instants += [
        datetime(2026, month, day, 15, 0, tzinfo=HELSINKI) + timedelta(seconds=seconds)
        for month, day in ((3, 27), (6, 18), (6, 19), (10, 23), (12, 23), (12, 31))
        for seconds in (-1, 0)
    ]
    cases = [(n, at, n % 70) for n, at in enumerate(instants)]
    given = values(col("no", Integer), col("at", DateTime(timezone=True)), col("days", Integer), name="given").data(
        cases
    )
    days = calendar()
    at, working = cast(given.c.at, DateTime(timezone=True)), cast(given.c.days, Integer)
    rows = select(given.c.no, due(days, at, working)).select_from(given).join(days, literal(True))
    found = {row[0]: row[1] for row in await session.execute(rows, DAYS)}
    assert found == {no: add_working_days(counting_date(at), n) for no, at, n in cases}


async def test_what_is_not_there_has_no_due_date(session: AsyncSession) -> None:
    days = calendar()
    unknown = cast(literal(None), DateTime(timezone=True))
    long_ago = cast(literal(datetime(1999, 1, 1, tzinfo=UTC)), DateTime(timezone=True))
    row = (await session.execute(select(due(days, unknown, 5), due(days, long_ago, 5)).select_from(days), DAYS)).one()
    assert row[0] is None
    assert row[1] < TODAY - timedelta(days=1000)
    assert len(working_days(TODAY)) > 1400
