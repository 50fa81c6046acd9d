"""HTTP/1.1 on the wire: uvicorn's httptools protocol with bounds on the request head, in bytes and in time.

httptools takes in a head of any size before the app hears of it (202 MB were measured), and forgives shapes that two
servers in a row read differently. Here a head has a size, a count of headers and a deadline, and a message that could
be read in two ways is refused and the connection closed. There are no WebSockets, so an `Upgrade` is passed over.
"""

from __future__ import annotations

import asyncio
import re
import socket
from asyncio import TimerHandle
from typing import Any, ClassVar, Literal

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from app.kit.answers import dress, log_access, problem_response, request_id
from app.kit.guard import MalformedRequest, RequestTimeout
from app.kit.i18n import Text
from app.kit.problems import Problem

MAX_HEADERS = 100
MAX_PIPELINED = 100
LINGER_SECONDS = 1.0  # between our last word and the close, so that a reset does not overtake the answer
HOST = re.compile(rb"[A-Za-z0-9._:\[\]-]{1,255}")
UPGRADE_TOKENS = (b"upgrade", b"http2-settings")


class HeaderTooLarge(Problem):
    status, code = 431, "header_too_large"
    title = Text("Otsikot ovat liian suuret", "Rubrikerna är för stora", "The headers are too large")
    detail = Text(
        "Pyynnön otsikoissa saa olla enintään {max_bytes} tavua ja {max_headers} riviä.",
        "Begärans rubriker får ha högst {max_bytes} byte och {max_headers} rader.",
        "The head of a request may have {max_bytes} bytes and {max_headers} lines.",
    )


class Refused(Exception):
    """Stops the parser; `BoundedProtocol.fault` says why."""


class BoundedProtocol(HttpToolsProtocol):
    """Answers a bad message with a problem document, after the answers still owed to earlier ones, and closes."""

    max_header_bytes: ClassVar[int]
    header_seconds: ClassVar[float]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.stage: Literal["idle", "head", "body"] = "idle"
        self.head_bytes = 0  # of the head's finished parts
        self.quiet_bytes = 0  # taken in since a head, a piece of body or a message was last finished
        self.progress = False
        self.upgrading = False
        self.unanswered = 0
        self.fault: Problem | None = None
        self.refusal: Problem | None = None
        self.head_timer: TimerHandle | None = None

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        wire = transport.get_extra_info("socket")
        if wire is not None and wire.family in (socket.AF_INET, socket.AF_INET6):
            # asyncio leaves this out on a listener bound by hand, and every answer then waits 40 ms for an ACK.
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.refusal is not None:
            return
        self._unset_keepalive_if_required()
        self.progress = False
        try:
            self.feed(data)
        except httptools.HttpParserError:
            self.refuse(self.fault or MalformedRequest())
            return
        self.quiet_bytes = 0 if self.progress else self.quiet_bytes + len(data)
        if self.quiet_bytes > self.max_header_bytes:
            self.refuse(MalformedRequest() if self.stage == "body" else self.too_large())
        elif self.stage == "head" or (self.stage == "idle" and not self.progress):
            self.start_clock()

    def feed(self, data: bytes) -> None:
        """Parse. On an `Upgrade` the parser gives up the body as well, so the head is parsed again without it."""
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self.head_without_upgrade() + data[upgrade.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
                self.upgrading = False
            else:
                return

    def head_without_upgrade(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/" + version]
        for name, value in self.headers:
            if name == b"connection":
                value = b", ".join(t for t in value.split(b",") if t.strip().lower() not in UPGRADE_TOKENS)
            if name not in UPGRADE_TOKENS:
                lines.append(name + b": " + value)
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def _should_upgrade(self) -> bool:
        return False

    # The parser's callbacks

    def on_message_begin(self) -> None:
        self.stage, self.head_bytes = "head", 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self.count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.stage != "head":  # a trailer would join the headers of a request already under way
            self.stop(MalformedRequest())
        self.count(len(name) + len(value) + 4)
        if len(self.headers) >= MAX_HEADERS:
            self.stop(self.too_large())
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if not self.is_plain() or len(self.pipeline) >= MAX_PIPELINED:
            self.stop(MalformedRequest())
        if self.parser.should_upgrade():
            self.upgrading = True
            return
        super().on_headers_complete()
        self.stage, self.progress = "body", True
        self.unanswered += 1
        self.stop_clock()

    def on_body(self, body: bytes) -> None:
        self.progress = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.upgrading:
            return
        self.stage, self.progress = "idle", True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self.unanswered -= 1
        super().on_response_complete()
        if self.stage == "head":  # not idle: the head has its own clock
            self._unset_keepalive_if_required()
        if self.refusal is not None and not self.unanswered:
            self.answer(self.refusal)

    def is_plain(self) -> bool:
        """Whether the head can be read in one way only (RFC 9112, 3.2 and 6.3)."""
        version = self.parser.get_http_version()
        hosts = [value for name, value in self.headers if name == b"host"]
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        lengths = sum(name == b"content-length" for name, _ in self.headers)
        return (
            version in ("1.0", "1.1")
            and self.parser.get_method() != b"CONNECT"
            and (len(hosts) == 1 or (not hosts and version == "1.0"))
            and all(HOST.fullmatch(host) for host in hosts)
            and (not codings or (codings == [b"chunked"] and version == "1.1" and not lengths))
            and lengths <= 1
        )

    def count(self, size: int) -> None:
        self.head_bytes += size
        if self.head_bytes > self.max_header_bytes:
            self.stop(self.too_large())

    def stop(self, fault: Problem) -> None:
        self.fault = fault
        raise Refused()

    def too_large(self) -> Problem:
        return HeaderTooLarge(max_bytes=self.max_header_bytes, max_headers=MAX_HEADERS)

    # Refusing

    def refuse(self, problem: Problem) -> None:
        """Read no more; say why once every earlier request of this connection has had its answer."""
        self.refusal = problem
        self.stop_clock()
        self.flow.pause_reading()
        if self.stage == "body":
            self.unanswered -= 1
            if self.pipeline and self.pipeline[0][0] is self.cycle:
                self.pipeline.popleft()
            else:
                begun = self.cycle.response_started
                self.cycle.disconnected = True
                self.cycle.message_event.set()
                if begun:
                    self.transport.close()
                    return
        if not self.unanswered:
            self.answer(problem)

    def answer(self, problem: Problem) -> None:
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self.flow.pause_reading()
        scope: dict[str, Any] = {"type": "http", "headers": []}
        response = problem_response(problem, scope)
        id = request_id(scope)
        headers = self.server_state.default_headers + dress(response.raw_headers, id, secure=self.scheme == "https")
        lines = [name + b": " + value + b"\r\n" for name, value in [*headers, (b"connection", b"close")]]
        self.transport.write(b"".join([STATUS_LINE[problem.status], *lines, b"\r\n", bytes(response.body)]))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)
        log_access(id, None, None, problem.status, 0)

    def shutdown(self) -> None:
        if self.refusal is not None and not self.unanswered:
            self.transport.close()
        else:
            super().shutdown()

    # The clock of the head: from the connection, or from the first byte after a finished message

    def start_clock(self) -> None:
        if self.head_timer is None:
            self.head_timer = self.loop.call_later(self.header_seconds, self.head_is_late)

    def stop_clock(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def head_is_late(self) -> None:
        self.head_timer = None
        if self.flow.read_paused:  # we do not read, so the client cannot send
            self.start_clock()
        elif self.stage == "idle" and not self.quiet_bytes:
            self.transport.close()
        else:
            self.refuse(RequestTimeout())


def protocol(max_header_bytes: int, header_seconds: float) -> type[asyncio.Protocol]:
    """What to give `uvicorn.Config(http=…)`; set `ws="none"` and `access_log=False` there (its log has raw paths)."""
    bounds = {"max_header_bytes": max_header_bytes, "header_seconds": header_seconds}
    return type("Protocol", (BoundedProtocol,), bounds)
