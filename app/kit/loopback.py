"""In demo mode the API signs anybody in, so it answers to the names of this machine only.

A page anywhere can point a name of its own at 127.0.0.1 and then read the answers as its own (DNS rebinding); the Host
header still tells that name.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from app.kit.answers import problem_response
from app.kit.i18n import Text
from app.kit.problems import Problem

HERE = re.compile(rb"(?:127(?:\.[0-9]{1,3}){3}|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)


class UnknownHost(Problem):
    status, code = 400, "unknown_host"
    title = Text("Tuntematon palvelin", "Okänd värd", "Unknown host")
    detail = Text(
        "Demotilassa palvelu vastaa vain osoitteissa 127.0.0.1, localhost ja [::1].",
        "I demoläge svarar tjänsten bara på 127.0.0.1, localhost och [::1].",
        "In demo mode the service answers at 127.0.0.1, localhost and [::1] only.",
    )


class Loopback:
    """Refuses every request that does not name this machine once as its host."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            hosts = [value for name, value in scope["headers"] if name == b"host"]
            if len(hosts) != 1 or not HERE.fullmatch(hosts[0]):
                await problem_response(UnknownHost(), scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)
