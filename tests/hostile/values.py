"""Hostile values by the type of a field. Whether one must be refused is said where no valid reading exists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.kit.ids import new_id
from tests.conftest import NOON
from tests.hostile.judge import CANARY, CODE
from tests.hostile.wire import Raw

Named = dict[str, Any]


def deep(levels: int) -> Any:
    value: Any = CANARY
    for _ in range(levels):
        value = [value]
    return value


def ahead(hours: float) -> str:
    """A UUIDv7 made so many hours ahead of the clock of the tests."""
    return str(new_id(int((NOON + timedelta(hours=hours)).timestamp() * 1000)))


# No field takes these, whatever its type.
ALWAYS: Named = {
    "object": {"$ne": CANARY, "constructor": {"prototype": CODE}},
    "nested lists": deep(8),
    "nested 40 deep": deep(40),
    "NaN": Raw("NaN"),
    "minus infinity": Raw("-Infinity"),
    "overflowing number": Raw("1e400"),
    "number of 400 digits": Raw("9" * 400),
    "NUL": f"{CANARY}\0",
    "lone surrogate": f"{CANARY}\ud800",
    "reversed surrogates": f"{CANARY}\udc00\ud800",
}
# Refused by every string that is no free text: a date, an id, a code.
WORDS: Named = {
    "a canary": CANARY,
    "SQL": f"'; DROP TABLE clients; -- {CANARY}",
    "long": CANARY + "x" * 70_000,
}
TEXT: Named = {
    "null": None,
    "blank": " \t ",
    "empty": "",
    "SQL": "'; DROP TABLE clients; --",
    "SQL wildcards": "%_\\%",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a template": "{0} {detail} {{7*7}} ${jndi:ldap://x} %s%n%x",
    "bidi": "Ai\u202eno\u2066\u202c\u2069",
    "zero width": "Ai\u200bno\u200d\ufeff",
    "combining": "e" + "\u0301" * 60,
    "astral": "\U0001f469\u200d\U0001f4bb\U0010ffff\ufffe",
    "controls": "a\u0001\u001b[31m\u007f\u0085b",
    "header injection": "a\r\nSet-Cookie: x=1",
    "a canary": CANARY,
}
NOT_TEXT: Named = {"number": 5, "bool": True, "list": [CANARY], "list of nothing": []}
NUMBER: Named = {
    "word": CANARY, "list": [1], "empty": "", "18 digits": 10**17, "minus 18 digits": -(10**17), "bool word": "true",
    "number in quotes": "100", "number with blanks": " 100 ", "bool": True, "hex": "0x10", "with underscore": "1_0x",
}  # fmt: skip
BOOLEAN: Named = {
    "one": 1, "zero": 0, "yes": "yes", "true in quotes": "true", "one in quotes": "1",
    "two": 2, "word": CANARY, "list": [True], "empty": "", "half": 0.5,
}  # fmt: skip
DATE: Named = {
    **WORDS,
    "30 February": "2026-02-30", "year 0": "0000-01-01", "year 10000": "10000-01-01", "month 13": "2026-13-01",
    "one digit": "2026-1-1", "compact": "20261123", "week": "2026-W48-1", "ordinal": "2026-327", "empty": "",
    "wide digits": "２０２６-11-23", "with a canary": f"2026-11-23 {CODE}", "minus": "-2026-11-23",
    "1970": 0, "1970 in quotes": "0", "before 1970 in quotes": "-86400", "a day in seconds": 1700006400,
    "an hour": "2026-11-23T10:00:00Z", "list": ["2026-11-23"], "bool": True,
}  # fmt: skip
DATE_MAYBE: Named = {"year 1": "0001-01-01", "year 9999": "9999-12-31", "29 February": "2028-02-29"}
INSTANT: Named = {
    **WORDS,
    "naive": "2026-11-23T10:00:00", "a day": "2026-11-23", "30 February": "2026-02-30T10:00:00Z",
    "year 0": "0000-01-01T00:00:00Z", "year 10000": "10000-01-01T00:00:00Z", "hour 25": "2026-11-23T25:00:00Z",
    "offset of 24 h": "2026-11-23T10:00:00+24:00", "offset of 99 h": "2026-11-23T10:00:00+99:99",
    "empty": "", "wide digits": "２０２６-11-23T10:00:00Z", "with a canary": f"2026-11-23T10:00:00Z {CODE}",
    "1970": 0, "seconds": 1700000000, "seconds in quotes": "1700000000", "before 1970": "-5", "half": 1.5,
    "named zone": "2026-11-23T10:00:00[Europe/Helsinki]", "list": ["2026-11-23T10:00:00Z"], "bool": True,
}  # fmt: skip
INSTANT_MAYBE: Named = {
    "+14:00": "2026-11-23T10:00:00+14:00", "-14:00": "2026-11-23T10:00:00-14:00",
    "+23:59": "2026-11-23T10:00:00+23:59", "-23:59": "2026-11-23T10:00:00-23:59",
    "the first moment": "0001-01-01T00:00:00Z", "before the first moment": "0001-01-01T00:00:00+23:59",
    "the last moment": "9999-12-31T23:59:59Z", "after the last moment": "9999-12-31T23:59:59-23:59",
    "leap second": "2026-06-30T23:59:60Z", "nanoseconds": "2026-11-23T10:00:00.123456789Z",
}  # fmt: skip
ID: Named = {
    **WORDS,
    "empty": "", "braces with more": "{01a207d9-2100-73c6-8b0e-23bf2852f1e1}}", "too short": "01a207d9-2100-73c6",
    "wide digits": "０1a207d9-2100-73c6-8b0e-23bf2852f1e1", "number": 5, "list": [str(UUID(int=0))], "bool": False,
    "with a canary": f"01a207d9-2100-73c6-8b0e-23bf2852f1e1{CODE}",
}  # fmt: skip
ID_MAYBE: Named = {
    "nil": str(UUID(int=0)), "all ones": str(UUID(int=(1 << 128) - 1)), "upper case": ahead(-1).upper(),
    "braces": "{" + ahead(-1) + "}", "urn": f"urn:uuid:{ahead(-1)}", "no hyphens": ahead(-1).replace("-", ""),
    "another version 7": ahead(-1),
}  # fmt: skip
OWN_ID: Named = {
    "version 4": "9b2f2a3e-3f5c-4c1e-9a34-0a3b5b1d2c4d", "version 1": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "nil": str(UUID(int=0)), "all ones": str(UUID(int=(1 << 128) - 1)), "25 h ahead": ahead(25),
    "another variant": "01a207d9-2100-73c6-cb0e-23bf2852f1e1", "year 10889": "ffffffff-ffff-7fff-bfff-ffffffffffff",
}  # fmt: skip
CODED: Named = {
    **WORDS, "unknown": "no_such_code", "empty": "", "number": 5, "list": ["other"], "bool": True,
    "with a NUL escape": "other\\u0000", "null word": "null",
}  # fmt: skip
LIST: Named = {
    "word": CANARY, "number": 5, "bool": True, "list of null": [None], "object": {"0": CANARY},
    "list in a list": [[CANARY]], "10,000 members": [CANARY] * 10_000, "mixed": [1, CANARY, {}, []],
}  # fmt: skip
OBJECT: Named = {"word": CANARY, "number": 5, "bool": True, "list": [CANARY], "empty word": "", "empty list": []}
# Whole documents that are no JSON as the RFC has it, or none that could be meant.
DOCUMENTS: dict[str, bytes] = {
    "nothing": b"",
    "blank": b"  \n",
    "a word": b'"' + CANARY.encode() + b'"',
    "a number": b"5",
    "null": b"null",
    "a list": b"[]",
    "bare word": CANARY.encode(),
    "unclosed": b'{"reason": "' + CANARY.encode(),
    "trailing comma": b'{"a": 1,}',
    "two documents": b"{}{}",
    "a comment": b"{} // " + CANARY.encode(),
    "single quotes": b"{'a': 1}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": "ä"}'.encode("utf-16"),
    "Latin-1": '{"a": "ä"}'.encode("latin-1"),
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "NUL byte": b'{"a": "\x00"}',
    "control byte": b'{"a": "\x01"}',
    "1,000 deep": b"[" * 1000 + b"]" * 1000,
    "100,000 deep": b"[" * 100_000,
    "100,000 deep objects": b'{"a":' * 100_000,
    "YAML": b"a: " + CANARY.encode(),
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "a form": b"a=1&b=2",
    "hexadecimal": b'{"a": 0x10}',
    "leading zero": b'{"a": 01}',
    "plus": b'{"a": +1}',
    "unknown escape": b'{"a": "\\x41"}',
}
