"""Strict JSON: every way of being loose has a reason, and all that `json.dumps` makes passes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit.strictjson import MAX_DIGITS, REASONS, MalformedJson, is_deeper, parse

DEPTH = 8

MALFORMED_JSON: dict[str, tuple[bytes, str]] = {
    "latin-1": (b'{"a":"\xe4 canary-6f1d"}', "invalid_utf8"),
    "cut sequence": (b'{"a":"\xc3', "invalid_utf8"),
    "overlong": (b'"\xc0\xaf"', "invalid_utf8"),
    "raw surrogate": (b'"\xed\xa0\x80"', "invalid_utf8"),
    "above Unicode": (b'"\xf4\x90\x80\x80"', "invalid_utf8"),
    "UTF-16": ('{"a":"canary-6f1d ä"}'.encode("utf-16"), "invalid_utf8"),
    "UTF-16 without mark": ('{"a":1}'.encode("utf-16-le"), "syntax"),
    "byte order mark": (b'\xef\xbb\xbf{"a":1}', "byte_order_mark"),
    "high surrogate": (rb'{"a":"canary-6f1d \ud800"}', "lone_surrogate"),
    "low surrogate": (rb'{"a":"\udc00"}', "lone_surrogate"),
    "reversed pair": (rb'"\udc00\ud800"', "lone_surrogate"),
    "upper case surrogate": (rb'["\uD83D"]', "lone_surrogate"),
    "high then letter": (rb'["\ud83dx"]', "lone_surrogate"),
    "surrogate in a name": (rb'{"canary-6f1d\udfff":1}', "lone_surrogate"),
    "surrogate deep inside": (rb'{"a":[{"b":["\udbff"]}]}', "lone_surrogate"),
    "NUL": (rb'{"a":"canary-6f1d\u0000"}', "nul_character"),
    "NUL in a name": (rb'{"\u0000":1}', "nul_character"),
    "NUL after a backslash": (rb'"\\\u0000"', "nul_character"),
    "raw NUL": (b'"a\0"', "syntax"),
    "raw newline": (b'"a\n"', "syntax"),
    "raw tab": (b'"a\t"', "syntax"),
    "NaN": (b'{"a":NaN,"b":"canary-6f1d"}', "not_a_number"),
    "Infinity": (b"[Infinity]", "not_a_number"),
    "minus Infinity": (b"[-Infinity]", "not_a_number"),
    "nan in small letters": (b"nan", "syntax"),
    "same name twice": (b'{"canary-6f1d":1,"canary-6f1d":2}', "duplicate_member"),
    "same name escaped": (rb'{"a":1,"\u0061":2}', "duplicate_member"),
    "same name inside": (b'{"a":[{"b":{"c":1,"c":1}}]}', "duplicate_member"),
    "deep arrays": (b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1), "too_deep"),
    "deep objects": (b'{"a":' * (DEPTH + 1) + b"1" + b"}" * (DEPTH + 1), "too_deep"),
    "deep and wide": (b"[1,[]," * (DEPTH + 1) + b"1" + b"]" * (DEPTH + 1), "too_deep"),
    "very deep": (b"[" * 1000 + b"]" * 1000, "too_deep"),
    "deep without an end": (b"[" * 2000, "too_deep"),
    "long integer": (b"1" + b"0" * MAX_DIGITS, "number_too_large"),
    "long negative integer": (b"-1" + b"0" * MAX_DIGITS, "number_too_large"),
    "integer of 1,500 digits": (b"[" + b"9" * 1500 + b"]", "number_too_large"),
    "1e400": (b"1e400", "number_too_large"),
    "1E999999999": (b'{"a":1E999999999}', "number_too_large"),
    "1e-400": (b"1e-400", "number_too_large"),
    "1e-999999999": (b"1e-999999999", "number_too_large"),
    "exponent of many zeros": (b"1e" + b"0" * 500 + b"1", "number_too_large"),
    "1.8e308": (b"1.8e308", "number_too_large"),
    "long fraction": (b"0." + b"1" * 500, "number_too_large"),
    "text": (b"canary-6f1d", "syntax"),
    "cut": (b'{"canary-6f1d":', "syntax"),
    "two values": (b'{} {"canary-6f1d":1}', "syntax"),
    "trailing comma": (b'["canary-6f1d",]', "syntax"),
    "single quotes": (b"{'canary-6f1d':1}", "syntax"),
    "comment": (b"{} // canary-6f1d", "syntax"),
    "no quotes": (b"{canary:1}", "syntax"),
    "hexadecimal": (b"0x10", "syntax"),
    "leading zero": (b"01", "syntax"),
    "leading plus": (b"+1", "syntax"),
    "bare point": (b".5", "syntax"),
    "point at the end": (b"5.", "syntax"),
    "full-width digits": ("１２".encode(), "syntax"),
    "bad escape": (rb'"\x41"', "syntax"),
    "short escape": (rb'"\u12"', "syntax"),
    "signed escape": (rb'"\u+041"', "syntax"),
    "capital True": (b"True", "syntax"),
    "form": (b"a=canary-6f1d&b=2", "syntax"),
    "XML": (b"<a>canary-6f1d</a>", "syntax"),
    "only spaces": (b"   ", "syntax"),
    "no-break space": (b"\xc2\xa0{}", "syntax"),
    "form feed": (b"\x0c{}", "syntax"),
}


@pytest.mark.parametrize(("body", "reason"), MALFORMED_JSON.values(), ids=MALFORMED_JSON)
def test_malformed(body: bytes, reason: str) -> None:
    with pytest.raises(MalformedJson) as caught:
        parse(body, DEPTH)
    assert caught.value.extra == {"reason": reason}


def test_every_reason_has_a_case() -> None:
    assert {reason for _, reason in MALFORMED_JSON.values()} == REASONS


def test_a_megabyte_of_brackets_is_too_deep_and_nothing_worse() -> None:
    for body in (b"[" * 1_000_000, b'{"a":' * 200_000):
        with pytest.raises(MalformedJson) as caught:
            parse(body, 32)
        assert caught.value.extra == {"reason": "too_deep"}


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
INTEGERS = st.integers(-(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1)
NESTED = st.recursive(
    st.text('[]{}"\\a', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\', max_size=3), inner, max_size=3),
    max_leaves=12,
)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@settings(max_examples=400, deadline=None)
@given(value=NESTED, bound=st.integers(0, 5), ascii=st.booleans())
def test_depth_is_counted_outside_strings_only(value: Any, bound: int, ascii: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii).encode()
    assert is_deeper(body, bound) is (depth_of(value) > bound)


LEAVES = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))


@settings(max_examples=300, deadline=None)
@given(value=VALUES, ascii=st.booleans(), indent=st.none() | st.just(1))
def test_whatever_json_dumps_makes_passes(value: Any, ascii: bool, indent: int | None) -> None:
    body = json.dumps(value, ensure_ascii=ascii, indent=indent).encode()
    assert json.dumps(parse(body, 100)) == json.dumps(value)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40) | st.text('[]{}",:\\u0dD8-+.eEN1 \t', max_size=40).map(str.encode))
def test_whatever_passes_is_plain_json(body: bytes) -> None:
    """Any bytes: refused by name, or readable by everybody and storable."""
    try:
        value = parse(body, 4)
    except MalformedJson as problem:
        reason = problem.extra["reason"]
    else:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        assert "\\u0000" not in text.replace("\\\\", "")
        assert json.loads(text.encode("utf-8")) == value
        reason = None
    assert reason in REASONS | {None}
