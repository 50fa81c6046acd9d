"""The guard before it reads a body: hostile targets, and what the headers tell."""

from __future__ import annotations

import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.kit.guard import Guard
from app.kit.problems import catalogue
from tests.kit.guarded import CANARY, JSON, MAX_BODY, Client, length, part, refused

C = CANARY.encode()
MALFORMED_TARGETS = {
    "NUL": b"%00",
    "NUL after text": C + b"%00",
    "lone percent": C + b"%",
    "one digit": C + b"%4",
    "not hexadecimal": C + b"%zz",
    "percent u": C + b"%u0041",
    "lone continuation": C + b"%80",
    "cut sequence": C + b"%c3",
    "overlong slash": C + b"%c0%af",
    "overlong NUL": C + b"%c0%80",
    "surrogate": C + b"%ed%a0%80",
    "above Unicode": C + b"%f4%90%80%80",
    "latin-1": C + b"%e4",
    "raw high byte": C + b"\xc3\xa4",
    "raw NUL": C + b"\0",
    "raw newline": C + b"\r\nX: y",
    "raw space": C + b" x",
    "raw delete": C + b"\x7f",
}


@pytest.mark.parametrize("target", MALFORMED_TARGETS.values(), ids=MALFORMED_TARGETS)
async def test_malformed_path(target: bytes) -> None:
    await refused(Client(), 400, "malformed_path", path=b"/v1/" + target)


@pytest.mark.parametrize("target", [b"/v1/%0a" + C, b"/v1/%0D%0A" + C, b"/%1f", b"/%7F", b"*", b"v1/" + C], ids=repr)
async def test_control_characters_and_rootless_paths(target: bytes) -> None:
    await refused(Client(), 400, "malformed_path", path=target)


@pytest.mark.parametrize("target", MALFORMED_TARGETS.values(), ids=MALFORMED_TARGETS)
@pytest.mark.parametrize("name", [b"q=", b"", b"a=1&", b"a=1&a="], ids=repr)
async def test_malformed_query(name: bytes, target: bytes) -> None:
    await refused(Client(), 400, "malformed_query", query=name + target)


@pytest.mark.parametrize(
    "call",
    [{"path": b"/" + b"a" * 2048}, {"query": b"a" * 4097}, {"path": b"/" + b"%C3%A4" * 400}, {"query": b"a=1&" * 1100}],
    ids=["path", "query", "encoded path", "many parameters"],
)
async def test_too_long(call: dict[str, bytes]) -> None:
    document = await refused(Client(), 414, "uri_too_long", **call)
    assert (document["maxPath"], document["maxQuery"]) == (2048, 4096)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (b"/" + b"a" * 2047, b""),
        (b"/v1/%C3%A4iti", b"q=%C3%A4&q=%F0%9F%99%82&r=a+b&empty=&&="),
        (b"/v1/things/:batch;v=1", b"a=1&a=2"),
        (b"/", b"a" * 4096),
    ],
)
async def test_good_targets_pass(path: bytes, query: bytes) -> None:
    status, _, _ = await Client().call(path=path, query=query, messages=(part(b""),))
    assert status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("header", [(b"content-length", b"4"), (b"transfer-encoding", b"chunked")], ids=["CL", "TE"])
async def test_a_body_where_none_belongs(method: str, header: tuple[bytes, bytes]) -> None:
    client = Client()
    await refused(client, 400, "unexpected_body", method=method, headers=(JSON, header), messages=(part(b"null"),))
    assert client.received == 0


@pytest.mark.parametrize(
    "kind",
    [
        None,
        b"",
        b"text/plain",
        b"text/json",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=" + C,
        b"application/json-patch+json",
        b"application/jsonx",
        b"application/json; charset=latin-1",
        b"application/json; charset=utf-16",
        b"application/json; charset",
        b"application/json; charset=utf-8; charset=utf-16",
        b"application/json, text/plain",
        b"application/" + C,
    ],
    ids=repr,
)
async def test_unsupported_media_type(kind: bytes | None) -> None:
    body = json.dumps(CANARY).encode()
    headers = (length(body), *([] if kind is None else [(b"content-type", kind)]))
    client = Client()
    await refused(client, 415, "unsupported_media_type", method="POST", headers=headers, messages=(part(body),))
    assert client.received == 0


async def test_two_media_types_are_none() -> None:
    await refused(Client(), 415, "unsupported_media_type", method="PUT", headers=(JSON, JSON, length(b"1")))


async def test_an_unannounced_body_needs_its_media_type_too() -> None:
    """HTTP/2 has bodies without a length."""
    await refused(Client(), 415, "unsupported_media_type", method="POST", messages=(part(b"1"),))


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"identity, gzip", b"deflate", b"", C], ids=repr)
async def test_unsupported_encoding(coding: bytes) -> None:
    headers = (JSON, length(b"1"), (b"content-encoding", coding))
    await refused(Client(), 415, "unsupported_encoding", method="PATCH", headers=headers, messages=(part(b"1"),))


@pytest.mark.parametrize(
    "lengths", [(b"x",), (b"-1",), (b"",), (b"1", b"1"), (b"9" * 19,), ("²".encode(),), (b"1 ",)], ids=repr
)
async def test_a_length_that_is_no_number(lengths: tuple[bytes, ...]) -> None:
    headers = (JSON, *((b"content-length", value) for value in lengths))
    await refused(Client(), 400, "malformed_request", method="POST", headers=headers, messages=(part(b"1"),))


@pytest.mark.parametrize(
    "kind",
    [
        b"application/json",
        b"Application/JSON",
        b"application/json;charset=UTF-8",
        b'application/json ; charset="utf-8"',
        b"application/json; profile=x",
        b"application/merge-patch+json",
    ],
    ids=repr,
)
async def test_media_types_that_pass(kind: bytes) -> None:
    headers = ((b"content-type", kind), length(b"{}"), (b"content-encoding", b"identity"))
    assert (await Client().call("PATCH", headers=headers, messages=(part(b"{}"),)))[0] == 200


@pytest.mark.parametrize("headers", [(), ((b"content-length", b"0"),), (JSON, (b"content-length", b"0"))])
async def test_a_post_without_a_body_needs_no_media_type(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    assert await Client().call("POST", headers=headers, messages=(part(b""),)) == (200, {}, b"")


async def test_a_websocket_is_refused_and_the_lifespan_passes() -> None:
    sent: list[Message] = []
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    guard = Guard(app, MAX_BODY, 1)
    await guard({"type": "websocket"}, receive, send)
    assert (sent, seen) == ([{"type": "websocket.close", "code": 1008}], [])
    await guard({"type": "lifespan"}, receive, send)
    assert seen == ["lifespan"]


@pytest.mark.parametrize(("asked", "said"), [(b"fi", "Sisältötyyppiä ei tueta"), (b"sv", "Innehållstypen stöds inte")])
async def test_refusals_speak_the_callers_language(asked: bytes, said: str) -> None:
    _, headers, body = await Client().call("POST", headers=(length(b"1"), (b"accept-language", asked)))
    assert json.loads(body)["title"] == said
    assert headers[b"content-language"] == asked


def test_the_codes_are_different() -> None:
    codes = [problem.code for problem in catalogue() if problem.__module__.startswith("app.kit.")]
    assert len(codes) == len(set(codes))
