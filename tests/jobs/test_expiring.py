"""Permissions whose time runs out are told of once each, to every team of the client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.consents.information import last_day, warned_days, warned_until
from app.jobs import service
from app.jobs.catalogue import JOBS
from app.serving.work import engine_for
from tests.contract.conftest import Place

TOLD = "SELECT subject_id, client_id, team_id FROM outbox_events WHERE kind = 'consent.expiring' ORDER BY subject_id"
ENDS = "UPDATE consents SET valid_until = CAST(:at AS timestamptz) WHERE id = :id"
PERMITTED = "SELECT id, client_id FROM consents WHERE kind = 'permission' AND state = 'recorded' ORDER BY id LIMIT 1"


@pytest.fixture
async def jobs(place: Place) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(place.api.state.settings, place.root.url.render_as_string(hide_password=False))
    yield engine
    await engine.dispose()


async def run(jobs: AsyncEngine, at: datetime) -> int:
    async with AsyncSession(jobs) as session, session.begin():
        session.info["at"] = at
        return await service.tell_expiring(session, at)


async def run_and_undo(jobs: AsyncEngine, at: datetime) -> int:
    async with AsyncSession(jobs) as session:
        session.info["at"] = at
        return await service.tell_expiring(session, at)


async def ends(place: Place, id: Any, at: datetime) -> None:
    await place.sql(ENDS, at=at, id=id)


def test_it_is_a_job() -> None:
    assert "expiring" in {job.name for job in JOBS}


def test_the_warning_is_data_with_a_day_it_counts_from() -> None:
    assert (warned_days(date(2026, 11, 23)), warned_days(date(2022, 12, 31))) == (30, 0)
    noon = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    assert warned_until(noon) == noon + timedelta(days=30)


@pytest.mark.parametrize(
    ("until", "day"),
    [("2026-12-31T22:00:00+00:00", "2026-12-31"), ("2026-12-31T22:00:01+00:00", "2027-01-01"),
     ("2026-07-01T21:00:00+00:00", "2026-07-01"), ("2026-07-01T10:00:00+00:00", "2026-07-01")],
)  # fmt: skip
def test_the_last_day_is_of_finland(until: str, day: str) -> None:
    assert last_day(datetime.fromisoformat(until)).isoformat() == day


async def test_each_is_told_once_and_only_when_it_is_near(place: Place, jobs: AsyncEngine) -> None:
    now = datetime.now(UTC)
    [(id, client)] = await place.sql(PERMITTED)
    await place.sql("UPDATE consents SET valid_until = NULL")
    assert await run(jobs, now) == 0
    await ends(place, id, now + timedelta(days=30, minutes=1))
    assert await run(jobs, now) == 0, "not near yet"
    assert await run(jobs, now + timedelta(minutes=1)) == 1
    teams = await place.sql("SELECT team_id FROM involvements WHERE client_id = :c", c=client)
    assert teams
    assert [tuple(row) for row in await place.sql(TOLD)] == [(id, client, row[0]) for row in teams]
    assert await run(jobs, now + timedelta(days=2)) == 0, "once"


async def test_what_has_ended_is_not_ending(place: Place, jobs: AsyncEngine) -> None:
    now = datetime.now(UTC)
    [(id, _)] = await place.sql(PERMITTED)
    await place.sql("UPDATE consents SET valid_until = NULL")
    await ends(place, id, now + timedelta(days=1))
    assert await run(jobs, now + timedelta(days=1)) == 0, "its time has run out"
    assert await run_and_undo(jobs, now) == 1, "until then it is ending"
    await place.sql("UPDATE consents SET state = 'withdrawn', withdrawn_at = CAST(:at AS timestamptz)", at=now)
    assert await run(jobs, now) == 0
