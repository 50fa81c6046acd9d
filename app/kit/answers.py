"""Answers given outside the routes: problem documents, the headers every answer carries, and its line in the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable

from pydantic_core import to_json
from starlette.responses import Response
from starlette.types import Scope

from app.kit.i18n import Language, preferred
from app.kit.ids import new_id
from app.kit.meter import METER
from app.kit.problems import MEDIA_TYPE, Problem

RawHeaders = list[tuple[bytes, bytes]]

ALWAYS: RawHeaders = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    # Does not touch CORS: a browser asks this header only for loads without CORS (<img>, <script>).
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]
"""Headers an answer gets unless it has set them itself."""

HSTS = (b"strict-transport-security", b"max-age=31536000")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})

access_log = logging.getLogger("heinola.access")


def request_id(scope: Scope) -> str:
    """The id of this request; the first call makes it where `Edge` has not."""
    found: str = scope.setdefault("state", {}).setdefault("request_id", "")
    if not found:
        found = scope["state"]["request_id"] = str(new_id())
    return found


def language_of(scope: Scope) -> Language:
    """What the caller reads, from `Accept-Language`."""
    asked = b",".join(value for name, value in scope["headers"] if name == b"accept-language")
    return preferred(asked.decode("latin-1"))


def problem_response(problem: Problem, scope: Scope, *, language: Language | None = None) -> Response:
    """The one way a problem becomes an answer. `language` overrides what the caller asked for."""
    chosen = language or language_of(scope)
    document = to_json(problem.body(chosen, request_id(scope)), inf_nan_mode="null")
    headers = {name.lower(): value for name, value in problem.headers.items()}
    headers["content-language"] = chosen
    headers["vary"] = ", ".join(filter(None, (headers.get("vary"), "Accept-Language")))
    return Response(document, problem.status, headers, MEDIA_TYPE)


def dress(headers: Iterable[tuple[bytes, bytes]], id: str, *, secure: bool) -> RawHeaders:
    """The headers of an answer with its id and the security headers that it lacks. `secure`: it travels over TLS."""
    dressed = [(name.lower(), value) for name, value in headers if name.lower() != b"x-request-id"]
    own = dict(dressed)
    dressed += [header for header in ALWAYS if header[0] not in own]
    dressed.append((b"x-request-id", id.encode("ascii")))
    if secure and HSTS[0] not in own:
        dressed.append(HSTS)
    if own.get(b"content-type", b"").startswith(MEDIA_TYPE.encode()):
        varies = b",".join(value for name, value in dressed if name == b"vary").lower()
        if b"accept-language" not in varies and b"*" not in varies:
            dressed.append((b"vary", b"Accept-Language"))
    return dressed


def log_access(
    id: str, method: str | None, route: str | None, status: int, seconds: float, caller: str | None = None
) -> None:
    """One line per request, and its part of the metrics. `route` is the template: a path or a query may hold personal
    data, so neither is logged. `caller` is the kind of caller (client, staff, partner), never who."""
    known = method if method is None or method in METHODS else "OTHER"
    METER.observe(known, route, status, seconds)
    if not access_log.isEnabledFor(logging.INFO):
        return
    line = {
        "request": id,
        "method": known,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 2),
        "caller": caller,
    }
    access_log.info(json.dumps(line))
