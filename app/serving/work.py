"""The job process: one per database, by an advisory lock. `python -m app work` runs it, and `serve` may run it inside.

Each job is a transaction of its own as the role `heinola_job`, which no request ever works as; what waits for others
(deliveries, e-mails) begins its own, and the other jobs do not wait for it. What fails is logged by its type, noted in
`job_runs` and tried again later; the other jobs go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

import app.models  # noqa: F401  every table is known before the first query
from app.config import Settings
from app.jobs import queries
from app.jobs.catalogue import JOBS, Job
from app.jobs.hands import Hands
from app.jobs.models import HEARTBEAT
from app.kit.clock import utcnow
from app.kit.crypto import Vault
from app.kit.db import create_engine
from app.kit.edge import log_failure
from app.serving import database
from app.serving.faults import Fault
from app.serving.words import Say

JOB_ROLE = "heinola_job"
STATEMENT_SECONDS = 60
CONNECTIONS = 8
BEAT = timedelta(seconds=10)
PATIENCE = 5.0  # seconds between two tries for the lock, or for a database that is away
AWAY = (OSError, DBAPIError, PoolTimeout)


class Worker:
    """Runs what is due. `turn()` is one round; nothing here waits or commits besides each job's own transaction."""

    def __init__(
        self, engine: AsyncEngine, jobs: Sequence[Job] = JOBS, *, say: Say = lambda _: None,
        now: Callable[[], datetime] = utcnow, settings: Settings | None = None, vault: Vault | None = None,
    ) -> None:  # fmt: skip
        self.sessions = async_sessionmaker(engine, expire_on_commit=False, info={"settings": settings})
        self.jobs, self.say, self.now = tuple(jobs), say, now
        self.due: dict[str, datetime] = {}
        self.failures: dict[str, int] = {}
        self.beside: dict[str, asyncio.Task[int | None]] = {}
        self.hands = Hands(self.transaction, now, settings, vault) if settings and vault else None

    @asynccontextmanager
    async def transaction(self, at: datetime) -> AsyncIterator[AsyncSession]:
        async with self.sessions.begin() as session:
            session.info["at"] = at
            yield session

    async def turn(self, stop: asyncio.Event | None = None) -> timedelta:
        """Run each job that is due, once; how long nothing is due after that."""
        if self.due.get(HEARTBEAT, self.now()) <= self.now():
            await self.beat()
        for job in self.jobs:
            if stop is not None and stop.is_set():
                break
            if self.due.get(job.name, self.now()) <= self.now():
                await self.start(job)
        pause = min(self.due.values(), default=self.now()) - self.now()
        return max(pause, timedelta(0))

    async def start(self, job: Job) -> None:
        """Run it, and wait for it unless it waits for others; of those one run at a time."""
        if job.alone is None:
            await self.run(job)
            return
        self.due[job.name] = self.now() + job.every
        running = self.beside.get(job.name)
        if running is None or running.done():
            self.beside[job.name] = asyncio.create_task(self.run(job))

    async def finish(self) -> None:
        """Break off what still waits for others: what was not noted is done again."""
        for task in self.beside.values():
            task.cancel()
        await asyncio.gather(*self.beside.values(), return_exceptions=True)

    async def beat(self) -> None:
        at = self.now()
        self.due[HEARTBEAT] = at + BEAT
        async with self.transaction(at) as session:
            await queries.note(session, HEARTBEAT, at)

    async def run(self, job: Job) -> int | None:
        """How many things one run did; None when it failed, which is noted and logged. Raises only when cancelled."""
        at = self.now()
        try:
            did = await job.alone(self.hands) if job.alone and self.hands else 0
            async with self.transaction(at) as session:
                did = await job.run(session, at) if job.run else did
                await queries.note(session, job.name, at, did=did)
        except Exception as error:
            failures = self.failures[job.name] = self.failures.get(job.name, 0) + 1
            self.due[job.name] = at + job.pause(failures)
            log_failure(f"job {job.name}", error)
            self.say(
                f"{job.name} failed ({type(error).__name__}); next try in {job.pause(failures).total_seconds():.0f} s"
            )
            with contextlib.suppress(*AWAY):
                async with self.transaction(at) as session:
                    await queries.note(session, job.name, at, failure=type(error).__name__)
            return None
        self.failures[job.name] = 0
        more = job.batch is not None and did >= job.batch
        self.due[job.name] = at if more else at + job.every
        if did:
            self.say(f"{job.name}: {did}")
        return did


def engine_for(settings: Settings, dsn: str) -> AsyncEngine:
    """An engine whose every connection works as the job role: the lock, the jobs, and subscriptions side by side."""
    return create_engine(settings, dsn, role=JOB_ROLE, pool_size=CONNECTIONS, statement_seconds=STATEMENT_SECONDS)


@asynccontextmanager
async def locked(engine: AsyncEngine) -> AsyncIterator[AsyncConnection | None]:
    """A connection that holds the lock, closed afterwards with the lock; None when another process has it."""
    async with engine.connect() as connection:
        got = await queries.take_lock(connection)
        await connection.rollback()  # the lock outlives the transaction, and an open one would be ended as idle
        try:
            yield connection if got else None
        finally:
            await connection.invalidate()


async def once(
    engine: AsyncEngine, jobs: Sequence[Job], say: Say, settings: Settings | None = None, vault: Vault | None = None
) -> dict[str, int]:
    """Run each job until nothing is left of its batch. Raises `Fault` when another process works, or one fails."""
    async with locked(engine) as connection:
        if connection is None:
            raise Fault("another job process works on this database; it does the same, or stop it first")
        worker = Worker(engine, jobs, say=say, settings=settings, vault=vault)
        done = {job.name: await until_done(worker, job) for job in jobs}
        await worker.beat()
    if failed := [name for name, count in worker.failures.items() if count]:
        raise Fault(f"failed: {', '.join(failed)}; the others are done. The log says where, `job_runs` since when")
    return done


async def until_done(worker: Worker, job: Job) -> int:
    """Runs of one job until one does less than its batch; how much they did together."""
    total = 0
    while (did := await worker.run(job)) is not None:
        total += did
        if job.batch is None or did < job.batch:
            break
    return total


async def forever(
    engine: AsyncEngine, jobs: Sequence[Job], say: Say, stop: asyncio.Event, settings: Settings | None = None,
    vault: Vault | None = None,
) -> None:  # fmt: skip
    """Work until `stop`. Waits for the lock while another process holds it, and for a database that is away."""
    told = ""
    while not stop.is_set():
        try:
            async with locked(engine) as connection:
                if connection is not None:
                    say(f"working: {', '.join(job.name for job in jobs)}")
                    await keep_working(connection, Worker(engine, jobs, say=say, settings=settings, vault=vault), stop)
                    return
                now = "another job process works on this database: waiting for it to end"
        except AWAY as error:
            now = f"the database is away ({type(error).__name__}): trying again"
            if now != told:
                log_failure("job process", error)
        if now != told:
            say(now)
        told = now
        await pause(stop, PATIENCE)


async def keep_working(connection: AsyncConnection, worker: Worker, stop: asyncio.Event) -> None:
    """Raises when the connection that holds the lock is lost: somebody else may have it then."""
    try:
        while not stop.is_set():
            await queries.answers(connection)
            await connection.rollback()
            await pause(stop, (await worker.turn(stop)).total_seconds())
    finally:
        await worker.finish()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def may_work(engine: AsyncEngine) -> None:
    """Raises `Unreachable` when the login may not work as the job role. A database that is away is waited for."""
    try:
        async with engine.connect():
            pass
    except AWAY as error:
        if database.not_allowed(error):
            raise database.unreachable(error, database.WORKER) from None


async def work(
    settings: Settings, dsn: str, jobs: Sequence[Job], say: Say, *, only_once: bool, vault: Vault | None = None
) -> dict[str, int]:
    """The command. SIGTERM and Ctrl-C end it after the job that is running. Raises `Fault`."""
    engine = engine_for(settings, dsn)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C interrupts
            loop.add_signal_handler(number, stop.set)
    try:
        await may_work(engine)
        if only_once:
            return await once(engine, jobs, say, settings, vault)
        await forever(engine, jobs, say, stop, settings, vault)
        return {}
    finally:
        await engine.dispose()


@asynccontextmanager
async def inside(settings: Settings, dsn: str, vault: Vault | None = None) -> AsyncIterator[None]:
    """The jobs as a task of `serve`, on connections of their own. Their failures are logged and end nothing."""
    engine = engine_for(settings, dsn)
    stop = asyncio.Event()
    task = asyncio.create_task(forever(engine, JOBS, lambda _: None, stop, settings, vault))
    try:
        yield
    finally:
        stop.set()
        try:
            await asyncio.wait_for(task, settings.shutdown_seconds)
        except TimeoutError:
            pass
        except Exception as error:
            log_failure("job process", error)
        await engine.dispose()
