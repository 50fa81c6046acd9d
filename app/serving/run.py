"""`serve()`: what starts when, and that everything ends in the opposite order.

The database starts while the API is being imported. HTTP is up as soon as that is done: until database, schema and
town are ready, `/health/live` answers and everything else gets 503.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING

from app.config import Settings
from app.kit.meter import METER
from app.serving import database, home, logs, schema, sockets
from app.serving.faults import BadSettings, Fault
from app.serving.words import Progress, Say, tell

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

Seed = Callable[["FastAPI", Say], Awaitable[None]]
Announce = Callable[["FastAPI", str], None]
STOPPING = (signal.SIGINT, signal.SIGTERM)


def serve(settings: Settings, *, announce: Announce, seed: Seed | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises `Fault`. An external database is never migrated here.

    `seed` fills a database that is empty; `announce` is called with the API and its address when it takes requests.
    """
    keys = home.keys_of(settings)
    with (
        interrupted_by_sigterm(),
        sockets.listen(settings) as bound,
        Progress() as say,
        started(settings, say) as starting,
    ):
        with importing():
            from app.main import create_app  # noqa: F401  the bulk of the time, while PostgreSQL starts
            from app.serving import web
        logs.configure(settings.log_format)
        METER.on = settings.metrics_on
        door = web.Door()

        async def open_the_door(until_closed: AsyncExitStack) -> None:
            dsn, alive = await asyncio.wrap_future(starting)
            api = assembled(settings, dsn, keys)
            await until_closed.enter_async_context(api.router.lifespan_context(api))
            if settings.embedded:
                await prepared(api, dsn, say, seed)
                door.opens_to(api)
            else:
                door.opens_to(api)  # nothing of ours to prepare: whoever asks hears the truth at once
                await checked(api, dsn, say, seed)
            if settings.jobs_inside:
                from app.serving import work

                apart = settings.jobs_url and database.address(settings.jobs_url, "HEINOLA_JOBS_URL")
                await until_closed.enter_async_context(work.inside(settings, apart or dsn, api.state.vault))
            say.end()
            announce(api, sockets.url(settings, bound))
            while alive():  # noqa: ASYNC110  a process gives no event; once a second is enough
                await asyncio.sleep(1)
            raise Fault("the embedded PostgreSQL has ended by itself; start again, nothing saved is lost")

        server = web.server(door, settings)
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(until_stopped(server, bound, open_the_door))


def assembled(settings: Settings, dsn: str, keys: Path | None) -> FastAPI:
    """The API on its database. Raises `BadSettings`."""
    from app.kit.crypto import BadKeys
    from app.main import create_app
    from app.security.development import DEVELOPMENT_ISSUER, DevelopmentRefused

    if settings.mode == "production" and any(issuer.issuer == DEVELOPMENT_ISSUER for issuer in settings.issuers):
        raise BadSettings(
            f"HEINOLA_ISSUERS: {DEVELOPMENT_ISSUER} is the development issuer, whose tokens anybody can have: "
            "name the issuer of your organisation"
        )
    try:
        return create_app(settings, dsn=dsn, data_dir=keys)
    except (BadKeys, DevelopmentRefused, ValueError) as wrong:
        raise BadSettings(str(wrong)) from None


async def prepared(api: FastAPI, dsn: str, say: Say, seed: Seed | None) -> None:
    """Our own database: brought to the schema of this program, and filled if it is empty."""
    await schema.bring(dsn, say)
    if seed:
        await seed(api, say)


async def checked(api: FastAPI, dsn: str, say: Say, seed: Seed | None) -> None:
    """Somebody else's database: told what is wrong with it; filled if that was asked for."""
    advice = await schema.advise(dsn)
    if advice and seed:
        raise Fault(f"cannot seed: {advice}")
    if advice:
        tell(advice)
    elif seed:
        await seed(api, say)


async def until_stopped(
    server: uvicorn.Server, bound: socket, opening: Callable[[AsyncExitStack], Awaitable[None]]
) -> None:
    """Listen and prepare side by side. What goes wrong in preparing stops the server and is raised."""
    async with AsyncExitStack() as until_closed:
        preparing = asyncio.ensure_future(opening(until_closed))

        def look(done: asyncio.Future[None]) -> None:
            if not done.cancelled() and done.exception():
                server.should_exit = True

        preparing.add_done_callback(look)
        ignore_signals()  # uvicorn listens to them while it serves; then it repeats them, and we are closing already
        try:
            await server.serve([bound])
        finally:
            preparing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await preparing


@contextmanager
def started(settings: Settings, say: Say) -> Iterator[Future[tuple[str, Callable[[], bool]]]]:
    """The address of the database, which is started in a thread, and stopped at the end without being disturbed."""
    with ExitStack() as held, undisturbed_afterwards(), ThreadPoolExecutor(1) as pool:
        yield pool.submit(held.enter_context, database.watched(settings, say))


@contextmanager
def importing() -> Iterator[None]:
    """Import without garbage collection, as looking for garbage takes a fifth of the time and there is none; and put
    Ctrl-C off until afterwards: in the middle of an import it ends the program with a wrong exit code."""
    arrived: list[int] = []
    before = {number: signal.signal(number, lambda found, _: arrived.append(found)) for number in STOPPING}
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()
        for number, handler in before.items():
            signal.signal(number, handler)
    if arrived:
        raise KeyboardInterrupt


@contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """SIGTERM ends us as Ctrl-C does, also before the server has its own handlers and after it gave them back."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    for number in before:
        # SIGINT too: a shell that started us in the background has made us deaf to it.
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed_afterwards() -> Iterator[None]:
    """From the end of this on no signal interrupts us: the database is being stopped."""
    try:
        yield
    finally:
        ignore_signals()


def ignore_signals() -> None:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
