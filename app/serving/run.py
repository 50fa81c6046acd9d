"""`serve()`: what starts when, and that everything ends in the opposite order.

The database starts while the API is being imported. On a first start HTTP is up before the schema and the town are:
`/health/live` answers, everything else gets 503 for a moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from app.config import Settings
from app.serving import database, home, logs, sockets
from app.serving.faults import BadSettings, Fault
from app.serving.words import Progress, Say, tell

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

Seed = Callable[["FastAPI", Say], Awaitable[None]]
Announce = Callable[["FastAPI", str], None]


def serve(settings: Settings, *, announce: Announce, seed: Seed | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises `Fault`. An external database is never migrated here.

    `seed` fills a database that is empty; `announce` is called with the API and its address when it takes requests.
    """
    with ExitStack() as held:
        held.enter_context(interrupted_by_sigterm())
        bound = held.enter_context(sockets.listen(settings))
        say = held.enter_context(Progress())
        held.callback(deaf)  # called first at the end: nothing interrupts the stopping of the database
        api, server, prepare = assemble(settings, held, say, seed)

        async def open_the_door() -> None:
            await prepare()
            say.end()
            announce(api, sockets.url(settings, bound))

        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(until_stopped(server, server.serve([bound]), open_the_door()))


def assemble(
    settings: Settings, held: ExitStack, say: Say, seed: Seed | None
) -> tuple[FastAPI, uvicorn.Server, Callable[[], Awaitable[None]]]:
    """The API on its running database, the server around it, and what is left to do once it listens."""
    ours = home.of(settings)
    kept = ours.keys if settings.mode == "demo" else None
    if kept:
        ours.prepare()
    with ThreadPoolExecutor(1) as pool:
        # The two longest things at once: PostgreSQL starts in processes of its own while we import.
        starting = pool.submit(held.enter_context, database.as_app(settings, ours, say))
        with no_collection():
            from app.kit.crypto import BadKeys
            from app.main import create_app
            from app.security.development import DEVELOPMENT_ISSUER, DevelopmentRefused
            from app.serving import schema, web
        dsn = starting.result()
    if settings.mode == "production" and any(issuer.issuer == DEVELOPMENT_ISSUER for issuer in settings.issuers):
        raise BadSettings(
            f"HEINOLA_ISSUERS: {DEVELOPMENT_ISSUER} is the development issuer, whose tokens anybody can have: "
            "name the issuer of your organisation"
        )
    try:
        api = create_app(settings, dsn=dsn, data_dir=kept)
    except (BadKeys, DevelopmentRefused, ValueError) as wrong:
        raise BadSettings(str(wrong)) from None
    opening = web.Opening(api)
    logs.configure()

    def let_in() -> None:
        opening.open = True
        logs.log_requests()

    if not settings.embedded:
        let_in()  # nothing to prepare: whoever asks hears the truth at once

    async def prepare() -> None:
        if settings.embedded:
            await schema.bring(dsn, say)
        elif advice := await schema.advise(dsn):
            tell(advice)
            if seed:
                raise Fault(f"cannot seed: {advice}")
        if seed:
            await seed(api, say)
        let_in()

    return api, web.server(opening, settings), prepare


async def until_stopped(server: uvicorn.Server, serving: Awaitable[None], opening: Awaitable[None]) -> None:
    """Serve and prepare side by side. What goes wrong in preparing stops the server and is raised."""
    preparing = asyncio.ensure_future(opening)

    def look(done: asyncio.Future[None]) -> None:
        if not done.cancelled() and done.exception():
            server.should_exit = True

    preparing.add_done_callback(look)
    try:
        await serving
    finally:
        preparing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await preparing


@contextmanager
def no_collection() -> Iterator[None]:
    """Import without garbage collection: nothing imported is garbage, and looking for it takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()


@contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """SIGTERM ends us as Ctrl-C does, also before the server has its own handlers and after it gave them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        # SIGINT too: a shell that started us in the background has made us deaf to it.
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def deaf() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
