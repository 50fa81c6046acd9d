"""What every answer carries, what the log says of it, and what becomes of an exception."""

from __future__ import annotations

import json
import logging
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI, HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.edge import BrokenAnswer, Edge, Rescue
from app.kit.problems import NotFound

CANARY = "canary-6f1d"
CODE = "010190-900X"


def town() -> FastAPI:
    things = APIRouter(prefix="/things")

    @things.get("/{thing_id}")
    async def read_thing(thing_id: str) -> str:
        return "thing"

    app = FastAPI(openapi_url=None)
    v1 = APIRouter(prefix="/v1")
    v1.include_router(things)
    app.include_router(v1)

    @app.get("/broken")
    async def broken() -> None:
        try:
            int(CANARY)
        except ValueError as error:
            raise RuntimeError(f"about {CANARY}") from error

    @app.get("/missing")
    async def missing() -> None:
        raise HTTPException(404)

    return app


async def get(app: ASGIApp, path: str = "/", base: str = "http://t", **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(Edge(app))
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def lines(caplog: pytest.LogCaptureFixture, name: str) -> list[dict[str, Any]]:
    return [json.loads(record.getMessage()) for record in caplog.records if record.name == name]


@pytest.fixture(autouse=True)
def listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "heinola")


async def test_security_headers() -> None:
    answer = await get(Response("x"))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers
    assert "vary" not in answer.headers


async def test_strict_transport_security_only_over_tls() -> None:
    assert (await get(Response("x"), base="https://t")).headers["strict-transport-security"] == "max-age=31536000"


async def test_what_the_app_sets_stays() -> None:
    page = HTMLResponse("x", headers={"Content-Security-Policy": "default-src 'self'", "Cache-Control": "max-age=60"})
    answer = await get(page)
    assert answer.headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert answer.headers.get_list("cache-control") == ["max-age=60"]


@pytest.mark.parametrize(
    ("own", "want"),
    [
        ({}, "Accept-Language"),
        ({"vary": "Origin"}, "Origin, Accept-Language"),
        ({"vary": "accept-language"}, "accept-language"),
        ({"vary": "*"}, "*"),
    ],
)
async def test_problems_vary_by_language(own: dict[str, str], want: str) -> None:
    answer = await get(JSONResponse({}, 400, own, "application/problem+json"))
    assert answer.headers["vary"] == want


@pytest.mark.parametrize("given", ["abcd1234", "A.b_c-" * 10, "0190b0c4-6f1d-7000-8000-000000000000", "12345678"])
async def test_a_good_request_id_is_kept(given: str) -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["state"]["request_id"])
        await Response(headers={"X-Request-Id": "of-the-app"})(scope, receive, send)

    answer = await get(app, x_request_id=given)
    assert answer.headers.get_list("x-request-id") == [given] == seen


@pytest.mark.parametrize(
    "given",
    ["short", "a" * 65, "with space", "a;b:c,d/e", "ääkköset", '{"x":"y"}', CODE, f"id.{CODE}", CODE.lower(), ""],
)
async def test_a_bad_request_id_is_replaced(given: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response()(scope, receive, send)

    transport = httpx.ASGITransport(Edge(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        answer = await client.get("/", headers=[(b"X-Request-Id", given.encode())])
    assert UUID(answer.headers["x-request-id"]).version == 7


async def test_two_request_ids_are_none() -> None:
    transport = httpx.ASGITransport(Edge(Response()))
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        answer = await client.get("/", headers=[("X-Request-Id", "abcd1234"), ("X-Request-Id", "abcd1235")])
    assert UUID(answer.headers["x-request-id"]).version == 7


async def test_one_access_line_with_the_template_and_nothing_personal(caplog: pytest.LogCaptureFixture) -> None:
    answer = await get(town(), f"/v1/things/{CANARY}?q={CANARY}")
    assert answer.json() == "thing"
    (line,) = lines(caplog, "heinola.access")
    assert line.pop("ms") > 0
    assert line == {
        "request": answer.headers["x-request-id"],
        "method": "GET",
        "route": "/v1/things/{thing_id}",
        "status": 200,
        "caller": None,
    }
    assert CANARY not in "".join(r.getMessage() for r in caplog.records if r.name.startswith("heinola"))


@pytest.mark.parametrize(("path", "status", "route"), [(f"/{CANARY}", 404, None), ("/missing", 404, "/missing")])
async def test_the_line_of_what_is_not_there(
    caplog: pytest.LogCaptureFixture, path: str, status: int, route: str | None
) -> None:
    await get(town(), path)
    (line,) = lines(caplog, "heinola.access")
    assert (line["status"], line["route"]) == (status, route)


async def test_an_escaped_exception_is_a_500_and_its_message_is_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    answer = await get_past_starlette("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "sv"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["code"] == "internal_error"
    assert answer.json()["instance"] == answer.headers["x-request-id"]
    assert CANARY not in answer.text
    (failure,) = lines(caplog, "heinola.error")
    assert failure["request"] == answer.headers["x-request-id"]
    assert [cause["type"] for cause in failure["failure"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "test_edge.py" in failure["failure"][0]["at"][-1]
    assert failure["failure"][0]["at"][-1].endswith(" broken")
    assert [line["status"] for line in lines(caplog, "heinola.access")] == [500]
    assert CANARY not in caplog.text


async def get_past_starlette(path: str) -> httpx.Response:
    """With the edge inside Starlette's own error layer, as `add_middleware` puts it."""
    app = town()
    app.add_middleware(Edge)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        return await client.get(path, headers={"Accept-Language": "sv"})


async def test_an_escaped_problem_is_answered_as_itself(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise NotFound()

    assert (await get(app)).json()["code"] == "not_found"
    assert lines(caplog, "heinola.error") == []


async def test_a_failure_half_way_is_logged_and_raised_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    async def pieces() -> Any:
        yield b"half"
        raise LookupError(CANARY)

    with pytest.raises(BrokenAnswer) as caught:
        await get(StreamingResponse(pieces()))
    assert str(caught.value) == "LookupError"
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None
    assert lines(caplog, "heinola.error")[0]["failure"][0]["type"] == "builtins.LookupError"
    assert CANARY not in caplog.text


async def test_a_browser_may_read_a_500(caplog: pytest.LogCaptureFixture) -> None:
    cors = CORSMiddleware(Rescue(town().router), allow_origins=["https://spa"], expose_headers=["X-Request-Id"])
    answer = await get(cors, "/broken", origin="https://spa")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["access-control-allow-origin"] == "https://spa"
    assert UUID(answer.headers["x-request-id"])
    assert len(lines(caplog, "heinola.error")) == 1


async def test_a_failure_half_way_is_logged_once_under_two_rescues(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise LookupError(CANARY)

    with pytest.raises(BrokenAnswer):
        await get(Rescue(app))
    assert len(lines(caplog, "heinola.error")) == 1


async def drive(app: ASGIApp, scope: Scope) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await Edge(app)(scope, receive, send)
    return sent


async def test_a_client_that_left_is_499_and_gets_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        return

    scope: Scope = {"type": "http", "method": f"{CANARY}", "path": "/", "headers": []}
    assert await drive(app, scope) == []
    (line,) = lines(caplog, "heinola.access")
    assert (line["status"], line["method"]) == (499, "OTHER")


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
async def test_other_scopes_pass_untouched(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    scope: Scope = {"type": kind}
    await drive(app, scope)
    assert seen == [{"type": kind}]
    assert lines(caplog, "heinola.access") == []
