"""How refusals are documented: the Problem schema, one example per code, and the responses that operations share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from app.kit.etags import PreconditionFailed, PreconditionRequired, etag
from app.kit.failures import ConcurrentChange
from app.kit.guard import (
    BodyTooLarge,
    MalformedRequest,
    RequestTimeout,
    UnexpectedBody,
    UnsupportedEncoding,
    UnsupportedMediaType,
)  # fmt: skip
from app.kit.limits import TooManyAtOnce, TooManyRequests
from app.kit.once import KeyReused
from app.kit.pages import BadCursor
from app.kit.problems import (
    MEDIA_TYPE,
    Forbidden,
    Invalid,
    MissingPermission,
    NotFound,
    Problem,
    Unauthenticated,
    Unavailable,
    catalogue,
)
from app.kit.strictjson import MalformedJson
from app.kit.targets import MalformedPath, MalformedQuery, UriTooLong
from app.people.actor import NotEnrolled

Schema = dict[str, Any]
CODE = re.compile(r"`([a-z][a-z0-9_]*)`")
REQUEST_ID = "01a207d9-2100-7c3a-8f52-6d1e0b9a4c77"

FIELD_PROBLEM: Schema = {
    "type": "object",
    "description": "What is wrong with one field. The value itself is never repeated.",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer from `/body`, `/query`, `/path` or `/header`."},
        "code": {"type": "string", "description": "Stable; never translated."},
        "detail": {"type": "string", "description": "In the language of the answer."},
    },
    "additionalProperties": True,
    "examples": [{"pointer": "/body/familyName", "code": "missing", "detail": "This is missing."}],
}  # fmt: skip
PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457 problem details. Decide by `code`; show `title` and `detail`. Some carry more members.",
    "required": ["type", "title", "status", "code", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "A page that explains the problem."},
        "title": {"type": "string", "description": "What happened, in fi, sv or en by `Accept-Language`."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "description": "Stable; never translated."},
        "detail": {"type": "string", "description": "What to do next, in the language of the title."},
        "instance": {"type": "string", "description": "The id of the request, as in `X-Request-Id`."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldProblem"}},
    },
    "additionalProperties": True,
    "examples": [Invalid(errors=FIELD_PROBLEM["examples"]).body("en", REQUEST_ID)],
}
SCHEMAS: dict[str, Schema] = {"Problem": PROBLEM, "FieldProblem": FIELD_PROBLEM}

HEADERS: dict[str, Schema] = {
    "RequestId": {
        "description": "The id of the request: the caller's own `X-Request-Id` where it is safe to log, else ours.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$", "examples": [REQUEST_ID]},
    },
    "ETag": {
        "description": "The version of the representation; send it back in `If-Match` to change the resource.",
        "schema": {"type": "string", "examples": [etag(3)]},
    },
    "Link": {
        "description": "The next page, as `rel=\"next\"`; absent on the last.",
        "schema": {"type": "string", "examples": ['</v1/clients?cursor=AbC>; rel="next"']},
    },
    "IdempotencyReplayed": {
        "description": "`true` when this is the kept answer of an earlier request with the same key.",
        "schema": {"type": "string", "const": "true", "examples": ["true"]},
    },
    "RetryAfter": {
        "description": "Seconds to wait before trying again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$", "examples": ["2"]},
    },
    "ContentLanguage": {
        "description": "The language of the texts.",
        "schema": {"type": "string", "enum": ["fi", "sv", "en"], "examples": ["fi"]},
    },
    "WwwAuthenticate": {
        "description": "RFC 6750.",
        "schema": {"type": "string", "examples": ['Bearer error="invalid_token"']},
    },
}  # fmt: skip

# Responses that many operations share. The first of a status is what every operation with that status may say.
SHARED: tuple[tuple[int, str, tuple[type[Problem], ...]], ...] = (
    (400, "BadRequest", (MalformedPath, MalformedQuery, MalformedRequest, UnexpectedBody, MalformedJson)),
    (401, "Unauthenticated", (Unauthenticated,)),
    (403, "Forbidden", (NotEnrolled, MissingPermission, Forbidden)),
    (404, "NotFound", (NotFound,)),
    (408, "RequestTimeout", (RequestTimeout,)),
    (412, "PreconditionFailed", (PreconditionFailed,)),
    (413, "BodyTooLarge", (BodyTooLarge,)),
    (414, "UriTooLong", (UriTooLong,)),
    (415, "UnsupportedMediaType", (UnsupportedMediaType, UnsupportedEncoding)),
    (422, "InvalidRequest", (Invalid,)),
    (422, "InvalidRequestOrCursor", (Invalid, BadCursor)),
    (422, "InvalidRequestOrKey", (Invalid, KeyReused)),
    (428, "PreconditionRequired", (PreconditionRequired,)),
    (429, "TooManyRequests", (TooManyRequests, TooManyAtOnce)),
    (503, "Unavailable", (Unavailable, ConcurrentChange)),
)
FOR_ALL, FOR_SIGNED_IN, FOR_BODIES = (400, 414, 422), (401, 403, 429, 503), (408, 413, 415)
KEY_REUSED = KeyReused.code


class _Blanks(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


@lru_cache(maxsize=1)
def by_code() -> dict[str, type[Problem]]:
    """Every problem of the service by its code. A subclass that keeps its parent's code says the same thing."""
    found: dict[str, type[Problem]] = {}
    for problem in catalogue():
        if problem.__module__.startswith("app."):
            found.setdefault(problem.code, problem)
    return dict(sorted(found.items()))


def example_of(problem: type[Problem]) -> Schema:
    """A problem document in English, with dots for what only a real case can fill in."""
    value: Schema = {
        "type": f"/problems/{problem.code}",
        "title": problem.title.en,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail.en.format_map(_Blanks()),
        "instance": REQUEST_ID,
    }
    return {"summary": problem.title.en, "value": value}


def codes_in(description: str) -> set[str]:
    """The problem codes that `app.kit.routes.problems` wrote into the description of a response."""
    return set(CODE.findall(description))


def response(status: int, codes: Iterable[str]) -> Schema:
    """A response with these problems. Raises `KeyError` for a code that no problem has."""
    named = {code: by_code()[code] for code in sorted(codes)}
    headers = {"X-Request-Id": "RequestId", "Content-Language": "ContentLanguage"}
    if status == 401:
        headers["WWW-Authenticate"] = "WwwAuthenticate"
    if status in (429, 503):
        headers["Retry-After"] = "RetryAfter"
    if status == 412:
        headers["ETag"] = "ETag"
    return {
        "description": "; ".join(f"`{code}`: {problem.title.en}" for code, problem in named.items()),
        "headers": {header: {"$ref": f"#/components/headers/{name}"} for header, name in headers.items()},
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in named},
            }
        },
    }


def shared() -> dict[str, Schema]:
    return {name: response(status, (p.code for p in found)) for status, name, found in SHARED}


def refusal(status: int, codes: set[str]) -> Schema:
    """The shared response that says this; else one of its own that also says what every operation may."""
    rows = [(name, {problem.code for problem in found}) for of, name, found in SHARED if of == status]
    said = codes | (rows[0][1] if rows else set())
    for name, usual in rows:
        if said == usual:
            return {"$ref": f"#/components/responses/{name}"}
    return response(status, said)
