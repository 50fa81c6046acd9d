"""The job process: one per database, each job by itself, failures noted and tried again later."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.attachments.store import GRACE, path_of
from app.jobs import service
from app.jobs.catalogue import JOBS, LONGEST_PAUSE, Job, named
from app.kit.ids import new_id
from app.serving.faults import Fault
from app.serving.work import Worker, engine_for, forever, once, work
from tests.contract.conftest import Place

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
async def jobs(place: Place) -> AsyncIterator[AsyncEngine]:
    """The engine of the job process on this place."""
    engine = engine_for(place.api.state.settings, place.root.url.render_as_string(hide_password=False))
    yield engine
    await engine.dispose()


async def nothing(session: AsyncSession, at: datetime) -> int:
    return 0


async def breaks(session: AsyncSession, at: datetime) -> int:
    await session.execute(text("UPDATE job_runs SET did = 999"))
    raise ValueError("Aino 010100A905M")


def a_job(name: str = "one", run: Any = nothing, **over: Any) -> Job:
    return Job(name, timedelta(minutes=1), run, "for a test", **over)


async def runs(place: Place) -> dict[str, tuple[int, int, str | None]]:
    rows = await place.sql("SELECT name, did, failures, failure FROM job_runs")
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


async def test_all_of_it_runs_once_as_the_job_role(place: Place, jobs: AsyncEngine) -> None:
    async with jobs.connect() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar_one() == "heinola_job"
        for statement in ("UPDATE clients SET phone = ''", "DELETE FROM idempotency_keys", "DELETE FROM use_log"):
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(text(statement))
            await connection.rollback()
    done = await once(jobs, JOBS, lambda _: None)
    assert done.keys() == {job.name for job in JOBS}
    assert done["seal"] == await place.value("SELECT count(position) FROM outbox_events")
    assert (await runs(place)).keys() == {"heartbeat", *done}


@pytest.mark.parametrize("only_once", [True, False])
async def test_a_login_that_may_not_work_is_told_so(place: Place, only_once: bool) -> None:
    await place.sql("CREATE ROLE no_worker LOGIN")
    dsn = place.root.url.set(username="no_worker").render_as_string(hide_password=False)
    try:
        with pytest.raises(Fault, match=r"HEINOLA_JOBS_URL .* is not a member of heinola_job: .*GRANT heinola_job TO"):
            await work(place.api.state.settings, dsn, [a_job()], lambda _: None, only_once=only_once)
    finally:
        await place.sql("DROP ROLE no_worker")


async def test_a_second_one_leaves_and_the_next_gets_the_lock(place: Place, jobs: AsyncEngine) -> None:
    stop, said = asyncio.Event(), asyncio.Queue[str]()
    working = asyncio.create_task(forever(jobs, [a_job()], said.put_nowait, stop))
    assert await asyncio.wait_for(said.get(), 10) == "working: one"
    second = engine_for(place.api.state.settings, place.root.url.render_as_string(hide_password=False))
    try:
        with pytest.raises(Fault, match="another job process works on this database"):
            await once(second, [a_job()], lambda _: None)
        halt, heard = asyncio.Event(), asyncio.Queue[str]()
        waiting = asyncio.create_task(forever(second, [a_job()], heard.put_nowait, halt))
        assert "waiting for it to end" in await asyncio.wait_for(heard.get(), 10)
        halt.set()
        await asyncio.wait_for(waiting, 10)
        stop.set()
        await asyncio.wait_for(working, 10)
        assert await once(second, [a_job()], lambda _: None) == {"one": 0}
    finally:
        await second.dispose()


async def test_one_that_fails_stops_no_other_and_is_told_without_its_words(
    place: Place, jobs: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    with caplog.at_level(logging.ERROR), pytest.raises(Fault, match="failed: bad; the others are done"):
        await once(jobs, [a_job("bad", breaks), a_job("good")], said.append)
    noted = await runs(place)
    assert noted["bad"] == (0, 1, "ValueError")
    assert noted["good"] == (0, 0, None)
    assert json.loads(caplog.messages[0])["failure"][0]["type"] == "builtins.ValueError"
    assert "010100A905M" not in caplog.text + "".join(said)
    with pytest.raises(Fault):
        await once(jobs, [a_job("bad", breaks)], said.append)
    assert (await runs(place))["bad"][1] == 2
    await once(jobs, [a_job("bad")], said.append)
    assert (await runs(place))["bad"] == (0, 0, None)


async def test_a_failing_job_is_tried_less_and_less_often(jobs: AsyncEngine) -> None:
    now = [AT]
    worker = Worker(jobs, [a_job("bad", breaks)], now=lambda: now[0])
    pauses = []
    for _ in range(7):
        await worker.turn()
        pauses.append(worker.due["bad"] - now[0])
        now[0] = worker.due["bad"]
    minutes = [pause.total_seconds() / 60 for pause in pauses]
    assert minutes == [2, 4, 8, 15, 15, 15, 15]


@given(st.integers(0, 10_000), st.integers(1, 100_000))
def test_a_pause_never_shrinks_and_never_exceeds(failures: int, seconds: int) -> None:
    job = Job("one", timedelta(seconds=seconds), nothing, "")
    assert job.every <= job.pause(failures) <= job.pause(failures + 1) <= max(job.every, LONGEST_PAUSE)


async def test_what_is_not_due_does_not_run_and_a_full_batch_runs_again_at_once(jobs: AsyncEngine) -> None:
    left, now = [5], [AT]

    async def two(session: AsyncSession, at: datetime) -> int:
        took = min(2, left[0])
        left[0] -= took
        return took

    worker = Worker(jobs, [a_job(run=two, batch=2)], now=lambda: now[0])
    for expected in (3, 1, 0):
        await worker.turn()
        assert left[0] == expected
    left[0] = 2
    assert await worker.turn() == timedelta(seconds=10), "only the heartbeat is sooner"
    assert left[0] == 2
    now[0] += timedelta(minutes=1)
    await worker.turn()
    assert left[0] == 0


def test_jobs_have_names_of_their_own() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS) >= 6
    assert named(["seal"]) == JOBS[:1]
    with pytest.raises(KeyError):
        named(["nothing"])


async def in_a_transaction(jobs: AsyncEngine, run: Any, at: datetime) -> int:
    async with AsyncSession(jobs) as session, session.begin():
        session.info["at"] = at
        return int(await run(session, at))


async def test_the_use_log_has_its_years_ahead(place: Place, jobs: AsyncEngine) -> None:
    now = datetime.now(UTC)
    later = date(now.year + 4, 6, 1)
    at = datetime(later.year, later.month, later.day, tzinfo=UTC)
    assert await in_a_transaction(jobs, service.extend_use_log, at) >= 1
    assert await in_a_transaction(jobs, service.extend_use_log, at) == 0
    years = [r[0] for r in await place.sql("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")]
    assert {f"use_log_{year}" for year in range(now.year, later.year + 2)} <= set(years)
    rights = f"has_table_privilege('heinola_app', 'use_log_{later.year}', 'SELECT, INSERT, UPDATE, DELETE')"
    assert await place.value(f"SELECT {rights}") is False
    guarded = f"SELECT count(*) FROM pg_trigger WHERE tgrelid = 'use_log_{later.year}'::regclass AND NOT tgisinternal"
    assert await place.value(guarded) == 1, "its lines cannot be changed either"
    far = datetime(now.year + 90, 1, 1, tzinfo=UTC)
    await in_a_transaction(jobs, service.extend_use_log, far)
    assert await place.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'use_log_20__' AND relkind = 'r'") <= 12


async def test_kept_answers_go_after_72_hours_and_never_sooner(place: Place, jobs: AsyncEngine) -> None:
    total = await place.value("SELECT count(*) FROM idempotency_keys")
    assert total > 3
    await place.sql("UPDATE idempotency_keys SET created_at = now()")  # by its own clock
    old = "UPDATE idempotency_keys SET created_at = now() - interval '73 hours' WHERE id IN (SELECT id FROM idempotency_keys LIMIT 2)"  # noqa: E501
    await place.sql(old)
    assert await in_a_transaction(jobs, service.forget_answers, datetime.now(UTC) + timedelta(days=30)) == 2
    assert await place.value("SELECT count(*) FROM idempotency_keys") == total - 2
    async with place.engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text("SELECT forget_answers(now(), 10)"))


async def events(place: Place, kind: str) -> list[Any]:
    return await place.sql(
        "SELECT subject_id, team_id, organisation_id FROM outbox_events WHERE kind = :kind", kind=kind
    )


async def test_what_is_late_is_told_once(place: Place, jobs: AsyncEngine) -> None:
    """Nothing is late in the told place; in a quarter of a year the referral that waits is, and feedback that is owed
    the day after the outcome, as on the worklist."""
    for kind, run in (
        ("referral.answer_overdue", service.escalate_undecided),
        ("feedback.overdue", service.escalate_feedback),
        ("work.unassigned_overdue", service.escalate_unassigned),
    ):
        await in_a_transaction(jobs, run, datetime.now(UTC))
        before = len(await events(place, kind))
        if kind == "work.unassigned_overdue":
            await place.sql(
                "UPDATE work_items SET queue = 'team_unassigned:x', alarm = true, holder_id = NULL, assigned_at = NULL"
                " WHERE id = (SELECT id FROM work_items WHERE closed_at IS NULL AND kind <> 'feedback' LIMIT 1)"
            )
        if kind == "feedback.overdue":
            await place.sql(
                "UPDATE work_items SET closed_at = NULL WHERE kind = 'feedback'"
                " AND id = (SELECT id FROM work_items WHERE kind = 'feedback' LIMIT 1)"
            )
        late = datetime.now(UTC) + timedelta(days=1 if kind == "feedback.overdue" else 120)
        assert await in_a_transaction(jobs, run, late) >= 1, kind
        told = await events(place, kind)
        assert len(told) > before == 0, kind
        assert all(row[2] is None for row in told), "for the team, and no sender"
        assert await in_a_transaction(jobs, run, late + timedelta(days=1)) == 0, "once"


async def test_files_that_no_document_has_are_swept(place: Place, jobs: AsyncEngine, tmp_path: Path) -> None:
    stray = path_of(tmp_path, new_id())
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"of an upload that broke")
    settings = place.api.state.settings.model_copy(update={"attachment_folder": tmp_path})
    chosen = named(["documents"])
    assert await once(jobs, chosen, lambda _: None, settings) == {"documents": 0}, "it may still be on its way"
    old = (datetime.now(UTC) - GRACE - timedelta(minutes=1)).timestamp()
    os.utime(stray, (old, old))
    assert await once(jobs, chosen, lambda _: None) == {"documents": 0}, "no folder, nothing to sweep"
    assert await once(jobs, chosen, lambda _: None, settings) == {"documents": 1}
    assert not stray.exists()
