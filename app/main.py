"""`create_app(settings)`: what every request goes through, and every room behind it (`addresses`)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute

import app.attachments.evidence  # documents are the evidence of consents
import app.jobs.consequences  # what follows when a consent ends or is given adds itself
import app.kit.protocol  # its refusals belong to the catalogue of problems
import app.models  # noqa: F401  every table is known before the first query
from app.addresses import ROUTERS
from app.audit.trail import AuditedSession, used
from app.config import Settings
from app.consents.service import ConsentMissing
from app.gaps.service import keep
from app.instruments.wordings import shelf
from app.kit import clock, failures
from app.kit.answers import problem_response, request_id
from app.kit.crypto import Vault
from app.kit.db import create_engine, set_context, transaction
from app.kit.edge import Edge, Rescue, log_failure
from app.kit.etags import PreconditionFailed
from app.kit.guard import Guard, Raw
from app.kit.i18n import preferred
from app.kit.limits import limits_of
from app.kit.loopback import Loopback
from app.kit.problems import NotFound, Problem
from app.people.actor import Actor
from app.security.development import DevelopmentIssuer
from app.security.issuers import Issuers
from app.security.tokens import Verifier
from app.site.router import router as site

EXPOSED = ["ETag", "Location", "Link", "X-Request-Id", "Idempotency-Replayed", "Retry-After", "Content-Language",
           "Content-Disposition"]  # fmt: skip
# The only address that takes a body other than JSON: the content of an attachment.
FILES = re.compile(rb"/v1/attachments/[0-9A-Fa-f-]{36}/content")


class MethodNotAllowed(Problem):
    status, code = 405, "method_not_allowed"
    title = NotFound.title
    detail = NotFound.detail


def create_app(
    settings: Settings,
    *,
    dsn: str | None = None,
    data_dir: Path | None = None,
    engine: AsyncEngine | None = None,
    now: Callable[[], datetime] = clock.utcnow,
) -> FastAPI:
    """The API on a database address (`dsn`, or the one of the settings). `data_dir` keeps keys in demo mode."""
    address = dsn or (settings.database_url.get_secret_value() if settings.database_url else "")

    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        yield
        await api.state.engine.dispose()
        await api.state.issuers.aclose()

    api = FastAPI(
        title="Heinola",
        version="1",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"logs": False},
    )
    state = api.state
    state.settings, state.clock = settings, now
    state.vault = Vault.from_settings(settings, data_dir)
    state.instruments = shelf(settings.instrument_texts)
    state.engine = engine or create_engine(settings, address)
    state.sessions = async_sessionmaker(state.engine, sync_session_class=AuditedSession, expire_on_commit=False)
    state.limits = limits_of(settings)
    state.gate = asyncio.Semaphore(settings.pool_size)
    development = settings.mode == "demo"
    state.development = (
        DevelopmentIssuer(settings.host, mode=settings.mode, key_file=data_dir / "issuer.pem" if data_dir else None)
        if development
        else None
    )
    state.issuers = Issuers(settings.issuers, development=state.development)
    state.verifier = Verifier(state.issuers)

    api.router.routes.extend(routes())
    answer_failures(api)

    # The outermost is added last: Edge sees everything, CORS dresses even a 500, Guard lets nothing malformed in.
    api.add_middleware(
        Guard,
        max_body_bytes=settings.max_body_bytes,
        body_seconds=settings.body_seconds,
        raw=Raw("PUT", FILES, settings.max_attachment_bytes),
    )
    if development:
        api.add_middleware(Loopback)
    api.add_middleware(Rescue)
    api.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.cors_origins),
        allow_methods=["GET", "POST", "PATCH", "PUT"],
        allow_headers=[
            "Authorization",
            "Content-Type",
            "If-Match",
            "Idempotency-Key",
            "If-None-Match",
            "Form-Token",
            "Share-Token",
            "Share-Code",
            "X-Request-Id",
            "Accept-Language",
        ],
        expose_headers=EXPOSED,
        allow_credentials=False,
    )
    api.add_middleware(Edge)
    return api


@cache
def routes() -> tuple[BaseRoute, ...]:
    """Every route, worked out once in a process however many APIs it makes: for the first request that takes a second.

    Each room stands by itself, not in a router of all rooms: that would look for the route of every request twice.
    """
    every = APIRouter()
    for router in ROUTERS:
        every.include_router(router, prefix="/v1")
    every.include_router(site)
    return tuple(every.routes)


async def afterwards(request: Request, work: Callable[[AsyncSession, Actor], Awaitable[None]]) -> bool:
    """Do something for the caller in a transaction of its own, committed before the answer: the refused one took its
    work along. Whether it was done; a failure of it is logged and does not change the refusal."""
    actor = request.scope.get("state", {}).get("actor")
    if actor is None:
        return False
    try:
        async with asynccontextmanager(transaction)(request) as session:
            session.info.update(actor=actor, caller_id=actor.login_id, at=actor.at)
            await set_context(session, actor.context)
            await work(session, actor)
    except Exception as failure:
        log_failure(request_id(request.scope), failure)
        return False
    return True


async def logged(request: Request, refusal: PreconditionFailed) -> bool:
    """Whether it is in the use log that the caller is shown these rows; when it fails nothing is shown."""

    async def write(session: AsyncSession, _: Actor) -> None:
        for kind, id, client in refusal.reads:
            await used(session, kind, [(id, client)])

    return await afterwards(request, write)


async def gap_kept(request: Request, refusal: ConsentMissing) -> None:
    """What the client would have to permit stays as work, and the answer leads there."""
    kept: dict[str, Any] = {}

    async def write(session: AsyncSession, actor: Actor) -> None:
        assert refusal.lacking is not None
        language = preferred(request.headers.get("accept-language"))
        kept.update(await keep(session, actor, refusal.lacking, actor.at, language))

    if refusal.lacking is not None and await afterwards(request, write):
        refusal.extra.update(kept)


def answer_failures(api: FastAPI) -> None:
    """Whatever is raised becomes a problem document, in one place."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        if isinstance(error, PreconditionFailed) and error.reads and not await logged(request, error):
            error.extra.pop("current", None)
        if isinstance(error, ConsentMissing):
            await gap_kept(request, error)
        return problem_response(error, request.scope)

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(failures.of_validation(error), request.scope)

    async def on_http(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 404)
        return problem_response(MethodNotAllowed() if status == 405 else NotFound(), request.scope)

    async def on_database(request: Request, error: Exception) -> Response:
        problem = failures.of_database(error)
        if problem is None:
            raise error
        return problem_response(problem, request.scope)

    handlers: dict[Any, Any] = {
        Problem: on_problem,
        RequestValidationError: on_validation,
        HTTPException: on_http,
        **dict.fromkeys(failures.HANDLED, on_database),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
