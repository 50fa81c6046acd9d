"""In front of the app: malformed targets, oversized or slow bodies and loose JSON end here, as problem documents."""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.answers import problem_response
from app.kit.i18n import Text
from app.kit.problems import Problem
from app.kit.strictjson import parse

MAX_PATH_BYTES = 2048
MAX_QUERY_BYTES = 4096
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
MEDIA_TYPES = frozenset({b"application/json", b"application/merge-patch+json"})
# What may not stand in a target: bytes outside printable ASCII, and a percent sign without two hex digits.
MALFORMED = re.compile(rb"[^\x21-\x7e]|%(?![0-9A-Fa-f]{2})")
CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class MalformedPath(Problem):
    status, code = 400, "malformed_path"
    title = Text("Osoitteen polku on virheellinen", "Adressens sökväg är felaktig", "The path is malformed")
    detail = Text(
        "Polussa saa olla vain tulostettavia merkkejä ja UTF-8:n prosenttikoodausta.",
        "Sökvägen får bara innehålla utskrivbara tecken och procentkodad UTF-8.",
        "A path holds printable characters and percent-encoded UTF-8 only.",
    )


class MalformedQuery(Problem):
    status, code = 400, "malformed_query"
    title = Text("Kyselyosa on virheellinen", "Adressens frågedel är felaktig", "The query string is malformed")
    detail = Text(
        "Kyselyosassa saa olla vain tulostettavia merkkejä ja UTF-8:n prosenttikoodausta.",
        "Frågedelen får bara innehålla utskrivbara tecken och procentkodad UTF-8.",
        "A query string holds printable characters and percent-encoded UTF-8 only.",
    )


class UriTooLong(Problem):
    status, code = 414, "uri_too_long"
    title = Text("Osoite on liian pitkä", "Adressen är för lång", "The address is too long")
    detail = Text(
        "Polku saa olla enintään {max_path} ja kyselyosa {max_query} tavua.",
        "Sökvägen får vara högst {max_path} och frågedelen {max_query} byte.",
        "A path may have {max_path} bytes and a query string {max_query}.",
    )

    def __init__(self) -> None:
        super().__init__(max_path=MAX_PATH_BYTES, max_query=MAX_QUERY_BYTES)


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

    def check_form(self) -> None:
        """Raises `UnsupportedEncoding` or `UnsupportedMediaType`."""
        if any(coding.strip().lower() != b"identity" for coding in self.encodings):
            raise UnsupportedEncoding()
        if len(self.types) != 1:
            raise UnsupportedMediaType()
        media, *parameters = self.types[0].lower().split(b";")
        named = (parameter.partition(b"=") for parameter in parameters)
        charsets = {value.strip(b' \t"') for name, _, value in named if name.strip() == b"charset"}
        if media.strip() not in MEDIA_TYPES or not charsets <= {b"utf-8", b"utf8"}:
            raise UnsupportedMediaType()


class Guard:
    """ASGI middleware. Hands the app a body already whole, checked and unchanged; refuses WebSockets.

    A refusal that leaves the body unread closes the connection: reading on would be the attack.
    """

    def __init__(self, app: ASGIApp, max_body_bytes: int, body_seconds: float, max_depth: int = 32) -> None:
        self.app = app
        self.max_body_bytes, self.body_seconds, self.max_depth = max_body_bytes, body_seconds, max_depth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            unread = True
            try:
                check_target(scope)
                content = await self.read(announcement(scope), scope["method"], receive)
                unread = False
                if content:
                    parse(content, self.max_depth)
            except Problem as problem:
                if unread and carries_body(scope):
                    problem.headers["Connection"] = "close"
                await problem_response(problem, scope)(scope, receive, send)
            except ClientGone:
                return
            else:
                await self.app(scope, receive if content is None else replay(content, receive), send)

    async def read(self, body: Body, method: str, receive: Receive) -> bytes | None:
        """The whole body within size and time; None where the method has none. Raises `Problem` or `ClientGone`."""
        if method not in WITH_BODY:
            if body.announced:
                raise UnexpectedBody()
            return None
        if body.announced:
            body.check_form()
        if body.length is not None and body.length > self.max_body_bytes:
            raise BodyTooLarge(max_bytes=self.max_body_bytes)
        try:
            async with asyncio.timeout(self.body_seconds):
                content = await self.collect(receive)
        except TimeoutError:
            raise RequestTimeout() from None
        if content and not body.announced:
            body.check_form()
        return content

    async def collect(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise ClientGone()
            part: bytes = message.get("body", b"")
            size += len(part)
            if size > self.max_body_bytes:
                raise BodyTooLarge(max_bytes=self.max_body_bytes)
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


def check_target(scope: Scope) -> None:
    """Raises `MalformedPath`, `MalformedQuery` or `UriTooLong`. Looks at bytes: the decoded path hides bad UTF-8."""
    path: bytes = scope.get("raw_path") or quote(scope["path"], errors="surrogatepass").encode()
    query: bytes = scope.get("query_string", b"")
    if len(path) > MAX_PATH_BYTES or len(query) > MAX_QUERY_BYTES:
        raise UriTooLong()
    if not path.startswith(b"/") or MALFORMED.search(path):
        raise MalformedPath()
    if b"%" in path:
        plain = unquote_to_bytes(path)
        if CONTROL.search(plain) or not is_utf8(plain):
            raise MalformedPath()
    if query and (MALFORMED.search(query) or b"%00" in query or not is_utf8(unquote_to_bytes(query))):
        raise MalformedQuery()


def is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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
