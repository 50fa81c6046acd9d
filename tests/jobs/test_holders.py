"""Holders who lapse by their own date or touch nobody's case are told of once for each occurrence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.jobs import service
from app.jobs.catalogue import JOBS
from app.serving.work import engine_for
from tests.contract.conftest import Place

HELD = "SELECT id, seat_id, person_id FROM holders h WHERE EXISTS (SELECT FROM work_items w WHERE w.seat_id = h.seat_id AND w.holder_id = h.person_id AND w.closed_at IS NULL) ORDER BY id LIMIT 1"  # noqa: E501
TOLD = "SELECT subject_id FROM outbox_events WHERE kind = :kind"
# The period ends past the guard that a service meets: what a date does by itself.
ENDS = "UPDATE holders SET valid_to = CAST(:on AS date) WHERE id = :id"
LINE = "INSERT INTO use_log SELECT (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'at', CAST(:at AS timestamptz), 'person_id', CAST(:p AS uuid), 'action', CAST(:action AS text)))).* FROM use_log u WHERE client_id IS NOT NULL LIMIT 1"  # noqa: E501


@pytest.fixture
async def jobs(place: Place) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(place.api.state.settings, place.root.url.render_as_string(hide_password=False))
    yield engine
    await engine.dispose()


async def run(jobs: AsyncEngine, job: Any, at: datetime) -> int:
    async with AsyncSession(jobs) as session, session.begin():
        session.info["at"] = at
        return int(await job(session, at))


async def told(place: Place, kind: str) -> list[Any]:
    return [row[0] for row in await place.sql(TOLD, kind=kind)]


async def held(place: Place) -> tuple[Any, Any]:
    """Somebody's period with open work, and whose it is."""
    [row] = await place.sql(HELD)
    return row[0], row[2]


def test_both_are_jobs() -> None:
    assert {"lapsed", "silent"} <= {job.name for job in JOBS}


async def test_a_lapsed_holder_is_told_of_once_for_each_end(place: Place, jobs: AsyncEngine) -> None:
    now = datetime.now(UTC)
    assert await run(jobs, service.tell_lapsed, now) == 0
    period, _ = await held(place)
    await place.sql("ALTER TABLE holders DISABLE TRIGGER handover_first")
    await place.sql(ENDS, on=now.date() - timedelta(days=1), id=period)
    assert await run(jobs, service.tell_lapsed, now) == 1
    assert await told(place, "holder.lapsed") == [period]
    assert await run(jobs, service.tell_lapsed, now + timedelta(days=3)) == 0, "once"
    await place.sql(ENDS, on=now.date() + timedelta(days=5), id=period)
    assert await run(jobs, service.tell_lapsed, now + timedelta(days=5)) == 0, "the last day is in force"
    assert await run(jobs, service.tell_lapsed, now + timedelta(days=7)) == 1, "another end is another occurrence"
    await place.sql("UPDATE work_items SET closed_at = opened_at WHERE closed_at IS NULL")
    await place.sql(ENDS, on=now.date() + timedelta(days=9), id=period)
    assert await run(jobs, service.tell_lapsed, now + timedelta(days=20)) == 0, "nothing is open"


async def test_a_silent_holder_is_told_of_once_until_a_touch(place: Place, jobs: AsyncEngine) -> None:
    now = datetime.now(UTC)
    assert await run(jobs, service.tell_silent, now) == 0, "everybody has just been given their work"
    later = now + timedelta(days=15)
    number = await run(jobs, service.tell_silent, later)
    silent = await told(place, "holder.silent")
    period, person = await held(place)
    assert number == len(silent) == len(set(silent)) >= 1
    assert period in silent
    assert await run(jobs, service.tell_silent, later + timedelta(days=30)) == 0, "still the same silence"
    await place.sql(LINE, at=later + timedelta(days=31), p=person, action="search")
    assert await run(jobs, service.tell_silent, later + timedelta(days=60)) == 0, "a list is no touch"
    await place.sql(LINE, at=later + timedelta(days=61), p=person, action="read")
    assert await run(jobs, service.tell_silent, later + timedelta(days=70)) == 0
    again = await run(jobs, service.tell_silent, later + timedelta(days=76))
    assert again >= 1, "silent once more"
    assert (await told(place, "holder.silent")).count(period) == 2
