"""uvicorn with our protocol, and what is answered before the database is prepared."""

from __future__ import annotations

from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from app.config import Settings
from app.kit.answers import problem_response
from app.kit.edge import Edge
from app.kit.problems import Unavailable
from app.kit.protocol import protocol

LIVE = "/health/live"


class Opening:
    """Until `open` is set, only the question whether the process lives gets its answer; the rest gets 503."""

    def __init__(self, api: ASGIApp) -> None:
        self.api, self.waiting, self.open = api, Edge(not_yet), False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inside = self.open or scope["type"] != "http" or scope["path"] == LIVE
        await (self.api if inside else self.waiting)(scope, receive, send)


async def not_yet(scope: Scope, receive: Receive, send: Send) -> None:
    await problem_response(Unavailable(retry_after=1), scope)(scope, receive, send)


def server(app: Any, settings: Settings) -> uvicorn.Server:
    """One process. No access log of uvicorn's own: that one has raw paths."""
    config = uvicorn.Config(
        app,
        http=protocol(settings.max_header_bytes, settings.header_seconds),
        ws="none",
        loop="auto",  # uvloop where there is one
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    return uvicorn.Server(config)
