"""JSON as RFC 8259 means it and PostgreSQL can keep it: what `json.loads` lets through and we do not."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from app.kit.i18n import Text
from app.kit.problems import Problem

MAX_DIGITS = 18  # every such integer fits a PostgreSQL bigint
MAX_NUMBER = 40  # characters; the longest a double needs is 24
MAX_EXPONENT = 324  # 5e-324 is the smallest double
ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
ESCAPE = re.compile(rb"\\.", re.DOTALL)
STRING = re.compile(rb'"[^"]*"')
BRACKETS = bytes.maketrans(b"{}", b"[]")
OTHERS = bytes(set(range(256)) - set(b'{}[]"'))
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class MalformedJson(Problem):
    """`reason` is one of REASONS; where in the body is not told, because that repeats the input."""

    status, code = 400, "malformed_json"
    title = Text("Runko ei ole kelvollista JSONia", "Innehållet är inte giltig JSON", "The body is not valid JSON")
    detail = Text(
        "Palvelu hyväksyy vain tarkan JSONin UTF-8:na. Korjaa ja lähetä uudelleen. Syy: {reason}.",
        "Tjänsten godkänner bara strikt JSON i UTF-8. Rätta och skicka igen. Orsak: {reason}.",
        "Only strict JSON in UTF-8 is accepted. Mend it and send it again. Reason: {reason}.",
    )

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


REASONS = frozenset(
    {
        "invalid_utf8",
        "byte_order_mark",
        "syntax",
        "too_deep",
        "duplicate_member",
        "not_a_number",
        "number_too_large",
        "nul_character",
        "lone_surrogate",
    }
)


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise MalformedJson("duplicate_member")
    return made


def integer(text: str) -> int:
    if len(text) > MAX_DIGITS and len(text.lstrip("-")) > MAX_DIGITS:
        raise MalformedJson("number_too_large")
    return int(text)


def double(text: str) -> float:
    exponent = text.lower().partition("e")[2]
    if len(text) > MAX_NUMBER or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise MalformedJson("number_too_large")
    value = float(text)
    if not math.isfinite(value):
        raise MalformedJson("number_too_large")
    return value


def constant(_: str) -> float:
    raise MalformedJson("not_a_number")


# A Python call per number doubles the time of a parse, so numbers are looked at one by one only where SHAPE shows
# a run of over 18 digits or a digit before an E: no other number can be out of bounds.
PLAIN = json.JSONDecoder(object_pairs_hook=members, parse_constant=constant)
CAREFUL = json.JSONDecoder(object_pairs_hook=members, parse_int=integer, parse_float=double, parse_constant=constant)
SHAPE = bytes(ord("0") if b in b"0123456789" else ord("e") if b in b"eE" else ord(" ") for b in range(256))


def parse(body: bytes, max_depth: int) -> Any:
    """The value of a JSON text. Raises `MalformedJson`. `max_depth` counts objects and arrays inside each other."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedJson("invalid_utf8") from None
    if text.startswith("\ufeff"):
        raise MalformedJson("byte_order_mark")
    shape = body.translate(SHAPE)
    decoder = CAREFUL if b"0e" in shape or b"0" * (MAX_DIGITS + 1) in shape else PLAIN
    try:
        value = decoder.decode(text)
    except json.JSONDecodeError:
        raise MalformedJson("syntax") from None
    except RecursionError:
        raise MalformedJson("too_deep") from None
    # Cheap upper bounds first: most bodies have few brackets and no such escape.
    if body.count(b"{") + body.count(b"[") > max_depth and is_deeper(body, max_depth):
        raise MalformedJson("too_deep")
    if ESCAPED.search(text):
        for piece in strings(value):
            if found := UNSTORABLE.search(piece):
                raise MalformedJson("nul_character" if found.group() == "\0" else "lone_surrogate")
    return value


def is_deeper(body: bytes, than: int) -> bool:
    """Whether containers of a valid JSON text stand inside each other more than `than` deep. A pass per level."""
    if b"\\" in body:
        body = ESCAPE.sub(b"", body)
    # Brackets and quotes only, then brackets outside quotes. A pair of quotes side by side can go: parity stays.
    bare = STRING.sub(b"", body.translate(BRACKETS, OTHERS).replace(b'""', b""))
    for _ in range(than):
        if not bare:
            break
        bare = bare.replace(b"[]", b"")
    return bool(bare)


def strings(value: Any) -> Iterator[str]:
    """Every string of a parsed value, member names included."""
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) is str:
            yield item
        elif type(item) is dict:
            stack.extend(item)
            stack.extend(item.values())
        elif type(item) is list:
            stack.extend(item)
