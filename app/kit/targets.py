"""Targets of requests, as bytes: what may stand in a path and in a query, and how long they may be."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

from starlette.types import Scope

from app.kit.i18n import Text
from app.kit.problems import Problem

MAX_PATH_BYTES = 2048
MAX_QUERY_BYTES = 4096
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
