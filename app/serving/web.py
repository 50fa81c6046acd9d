"""uvicorn with our protocol, and what is answered before the database is prepared."""

from __future__ import annotations

from typing import Any

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.config import Settings
from app.kit.answers import problem_response
from app.kit.edge import Edge
from app.kit.problems import Unavailable
from app.kit.protocol import protocol
from app.serving.logs import log_requests
from app.site.health import Alive

LIVE = "/health/live"


class Door:
    """What uvicorn serves. Closed, it answers whether the process lives, and 503 to everything else."""

    def __init__(self) -> None:
        self.inside: ASGIApp = Edge(not_yet)

    def opens_to(self, api: ASGIApp) -> None:
        self.inside = api
        log_requests()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.inside(scope, receive, send)


async def not_yet(scope: Scope, receive: Receive, send: Send) -> None:
    alive = scope["path"] == LIVE and scope["method"] in ("GET", "HEAD")
    answer = JSONResponse(Alive(status="live").model_dump()) if alive else problem_response(Unavailable(1), scope)
    await answer(scope, receive, send)


def server(app: Any, settings: Settings) -> uvicorn.Server:
    """One process. No access log of uvicorn's own: that one has raw paths."""
    config = uvicorn.Config(
        app,
        http=protocol(settings.max_header_bytes, settings.header_seconds),
        ws="none",
        loop="auto",  # uvloop where there is one
        lifespan="off",  # the API comes later than the server: `app.serving.run` opens and closes it
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    return uvicorn.Server(config)
