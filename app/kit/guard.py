"""In front of the app: malformed targets, oversized or slow bodies and loose JSON end here, as problem documents."""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.answers import problem_response
from app.kit.i18n import Text
from app.kit.problems import Problem, Unavailable
from app.kit.strictjson import parse
from app.kit.targets import check_target

WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
MEDIA_TYPES = frozenset({b"application/json", b"application/merge-patch+json"})


class MalformedRequest(Problem):
    """The message is not HTTP as RFC 9112 has it, or could be read in two ways."""

    status, code = 400, "malformed_request"
    title = Text("Pyyntö ei ole kelvollista HTTP:tä", "Begäran är inte giltig HTTP", "The request is not valid HTTP")
    detail = Text(
        "Pyynnön otsikoita tai kehystä ei voi lukea yksiselitteisesti.",
        "Begärans rubriker eller ram kan inte läsas entydigt.",
        "The headers or the framing of the request cannot be read in one way only.",
    )


class BodyTooLarge(Problem):
    status, code = 413, "body_too_large"
    title = Text("Runko on liian suuri", "Innehållet är för stort", "The body is too large")
    detail = Text(
        "Pyynnön runko saa olla enintään {max_bytes} tavua.",
        "Begärans innehåll får vara högst {max_bytes} byte.",
        "The body of a request may have {max_bytes} bytes.",
    )


class RequestTimeout(Problem):
    status, code = 408, "request_timeout"
    title = Text("Pyyntö saapui liian hitaasti", "Begäran kom för långsamt", "The request came too slowly")
    detail = Text(
        "Pyyntö ei tullut kokonaan perille ajoissa. Lähetä se uudelleen.",
        "Hela begäran kom inte fram i tid. Skicka den igen.",
        "The whole request did not arrive in time. Send it again.",
    )


class UnexpectedBody(Problem):
    status, code = 400, "unexpected_body"
    title = Text("Pyynnössä ei saa olla runkoa", "Begäran får inte ha innehåll", "This request takes no body")
    detail = Text(
        "Runko kuuluu vain POST-, PUT- ja PATCH-pyyntöihin.",
        "Innehåll hör bara till POST-, PUT- och PATCH-begäran.",
        "Only POST, PUT and PATCH carry a body.",
    )


class UnsupportedMediaType(Problem):
    status, code = 415, "unsupported_media_type"
    title = Text("Sisältötyyppiä ei tueta", "Innehållstypen stöds inte", "The media type is not supported")
    detail = Text(
        "Lähetä application/json tai application/merge-patch+json UTF-8:na.",
        "Skicka application/json eller application/merge-patch+json i UTF-8.",
        "Send application/json or application/merge-patch+json in UTF-8.",
    )

    def __init__(self) -> None:
        super().__init__(headers={"Accept": "application/json, application/merge-patch+json"})


class UnsupportedEncoding(Problem):
    status, code = 415, "unsupported_encoding"
    title = Text("Sisällön pakkausta ei tueta", "Innehållets kodning stöds inte", "The encoding is not supported")
    detail = Text(
        "Lähetä runko pakkaamatta.",
        "Skicka innehållet okomprimerat.",
        "Send the body uncompressed.",
    )

    def __init__(self) -> None:
        super().__init__(headers={"Accept-Encoding": "identity"})


class ClientGone(Exception):
    """The client left before its body was whole; there is nobody to answer."""


class Body(NamedTuple):
    """What the request head says about the body. `length` is None when it is chunked or not told."""

    length: int | None
    announced: bool
    types: list[bytes]
    encodings: list[bytes]

    def check_plain(self) -> None:
        """Raises `UnsupportedEncoding`."""
        if any(coding.strip().lower() != b"identity" for coding in self.encodings):
            raise UnsupportedEncoding()

    def check_form(self) -> None:
        """Raises `UnsupportedEncoding` or `UnsupportedMediaType`."""
        self.check_plain()
        if len(self.types) != 1:
            raise UnsupportedMediaType()
        media, *parameters = self.types[0].lower().split(b";")
        named = (parameter.partition(b"=") for parameter in parameters)
        charsets = {value.strip(b' \t"') for name, _, value in named if name.strip() == b"charset"}
        if media.strip() not in MEDIA_TYPES or not charsets <= {b"utf-8", b"utf8"}:
            raise UnsupportedMediaType()


class Raw(NamedTuple):
    """The one kind of request whose body is a file and not JSON, and how large that may be.

    `path` is matched against the whole target as sent. At most `at_once` of them are in memory at a time.
    """

    method: str
    path: re.Pattern[bytes]
    max_bytes: int
    at_once: int = 4

    def takes(self, scope: Scope) -> bool:
        return scope["method"] == self.method and self.path.fullmatch(scope.get("raw_path") or b"") is not None


class Guard:
    """ASGI middleware. Hands the app a body already whole, checked and unchanged; refuses WebSockets.

    A refusal that leaves the body unread closes the connection: reading on would be the attack. What `raw` names may
    have another body than JSON: its size, encoding and time are checked, its content is the route's to judge.
    """

    def __init__(
        self, app: ASGIApp, max_body_bytes: int, body_seconds: float, max_depth: int = 32, raw: Raw | None = None
    ) -> None:
        self.app, self.raw = app, raw
        self.max_body_bytes, self.body_seconds, self.max_depth = max_body_bytes, body_seconds, max_depth
        self.slots = asyncio.Semaphore(raw.at_once if raw else 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        elif self.raw is not None and self.raw.takes(scope):
            await self.take_turn(scope, receive, send)
        else:
            await self.pass_on(scope, receive, send, self.max_body_bytes, raw=False)

    async def take_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Large bodies wait for each other, unread; 503 when the wait is longer than a body may take."""
        assert self.raw is not None
        try:
            async with asyncio.timeout(self.body_seconds):
                await self.slots.acquire()
        except TimeoutError:
            refusal = Unavailable()
            refusal.headers["Connection"] = "close"
            await problem_response(refusal, scope)(scope, receive, send)
            return
        try:
            await self.pass_on(scope, receive, send, self.raw.max_bytes, raw=True)
        finally:
            self.slots.release()

    async def pass_on(self, scope: Scope, receive: Receive, send: Send, most: int, *, raw: bool) -> None:
        unread = True
        try:
            check_target(scope)
            content = await self.read(announcement(scope), scope["method"], receive, most, raw=raw)
            unread = False
            if content and not raw:
                parse(content, self.max_depth)
        except Problem as problem:
            if unread and carries_body(scope):
                problem.headers["Connection"] = "close"
            await problem_response(problem, scope)(scope, receive, send)
        except ClientGone:
            return
        else:
            await self.app(scope, receive if content is None else replay(content, receive), send)

    async def read(self, body: Body, method: str, receive: Receive, most: int, *, raw: bool) -> bytes | None:
        """The whole body within size and time; None where the method has none. Raises `Problem` or `ClientGone`."""
        check = body.check_plain if raw else body.check_form
        if method not in WITH_BODY:
            if body.announced:
                raise UnexpectedBody()
            return None
        if body.announced:
            check()
        if body.length is not None and body.length > most:
            raise BodyTooLarge(max_bytes=most)
        try:
            async with asyncio.timeout(self.body_seconds):
                content = await self.collect(receive, most)
        except TimeoutError:
            raise RequestTimeout() from None
        if content and not body.announced:
            check()
        return content

    async def collect(self, receive: Receive, most: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise ClientGone()
            part: bytes = message.get("body", b"")
            size += len(part)
            if size > most:
                raise BodyTooLarge(max_bytes=most)
            parts.append(part)
            if not message.get("more_body", False):
                return parts[0] if len(parts) == 1 else b"".join(parts)


def replay(content: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once and then whatever the server has (a disconnect)."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": content, "more_body": False}

    return receive_again


def carries_body(scope: Scope) -> bool:
    """Whether bytes of a body may still be on their way."""
    told: dict[bytes, bytes] = dict(scope["headers"])
    return b"transfer-encoding" in told or told.get(b"content-length", b"0") != b"0"


def announcement(scope: Scope) -> Body:
    """What the head says about the body. Raises `MalformedRequest` on a length that is no number, or on two of them."""
    lengths: list[bytes] = []
    types: list[bytes] = []
    encodings: list[bytes] = []
    chunked = False
    for name, value in scope["headers"]:
        if name == b"content-length":
            lengths.append(value)
        elif name == b"content-type":
            types.append(value)
        elif name == b"content-encoding":
            encodings += value.split(b",")
        elif name == b"transfer-encoding":
            chunked = True
    if len(lengths) > 1 or (lengths and (chunked or not lengths[0].isdigit() or len(lengths[0]) > 18)):
        raise MalformedRequest()
    length = int(lengths[0]) if lengths else None
    return Body(length, chunked or bool(length), types, encodings)
