"""The outermost ASGI layer: request id, security headers, a line in the access log; no exception gets past it."""

from __future__ import annotations

import json
import logging
import re
from time import perf_counter
from traceback import walk_tb
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.answers import dress, log_access, problem_response, request_id
from app.kit.ids import new_id
from app.kit.meter import METER
from app.kit.problems import Problem

CLIENT_GONE = 499  # as nginx logs it: nobody was there to answer
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
IDENTITY_CODE = re.compile(rb"(?<![0-9A-Za-z])\d{6}[-A-FU-Y]\d{3}[0-9A-Z](?![0-9A-Za-z])", re.IGNORECASE)

error_log = logging.getLogger("heinola.error")


class BrokenAnswer(Exception):
    """An answer failed half-way. Stands in for the exception, whose message may hold personal data, in server logs."""


class Rescue:
    """Answers an exception as a problem document. `Edge` has one; a second one goes under `CORSMiddleware`.

    Without that a browser cannot read a 500: the exception passes the middleware that would have let it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except BrokenAnswer:
            raise
        except Exception as error:
            problem = error if isinstance(error, Problem) else Problem()
            if begun or problem.status >= 500:
                log_failure(request_id(scope), error)
            if begun:
                raise BrokenAnswer(type(error).__name__) from None
            await problem_response(problem, scope)(scope, receive, send)


class Edge:
    """Wrap everything in this. Puts the request id in `scope["state"]["request_id"]`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = Rescue(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        id = scope.setdefault("state", {})["request_id"] = accepted_id(scope) or str(new_id())
        secure = scope.get("scheme") == "https"
        status = 0
        METER.in_flight += 1

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": dress(message.get("headers", ()), id, secure=secure)}
            await send(message)

        try:
            await self.app(scope, receive, send_dressed)
        finally:
            METER.in_flight -= 1
            took, caller = perf_counter() - began, scope["state"].get("caller")
            log_access(id, scope["method"], route_of(scope), status or CLIENT_GONE, took, caller)


def accepted_id(scope: Scope) -> str | None:
    """The caller's `X-Request-Id`, when there is exactly one and it is safe to log."""
    given: list[bytes] = [value for name, value in scope["headers"] if name == b"x-request-id"]
    if len(given) != 1 or not REQUEST_ID.fullmatch(given[0]) or IDENTITY_CODE.search(given[0]):
        return None
    return given[0].decode("ascii")


def route_of(scope: Scope) -> str | None:
    """The template of the route that answered. An included route knows its whole path only in its FastAPI context."""
    route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    path: object = getattr(route, "path", None)
    return path if isinstance(path, str) else None


def log_failure(id: str, error: BaseException) -> None:
    """Type and place of an exception and its causes; never the message."""
    causes: list[dict[str, Any]] = []
    cause: BaseException | None = error
    while cause is not None and len(causes) < 8:
        places = [f"{f.f_code.co_filename}:{line} {f.f_code.co_name}" for f, line in walk_tb(cause.__traceback__)]
        name = f"{type(cause).__module__}.{type(cause).__qualname__}"
        state = getattr(cause, "sqlstate", None)  # five letters of the database: what kind of error it was
        causes.append({"type": name, "at": places[-12:], **({"sqlstate": state} if isinstance(state, str) else {})})
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    error_log.error(json.dumps({"request": id, "failure": causes}))
