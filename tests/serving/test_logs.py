"""One line per request, and nothing personal in any: canaries sent everywhere, in requests that pass and that fail."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.serving.logs import JsonLines, PlainLines, log_requests
from tests.conftest import As

CODE, NAME = "010100A905M", "Kanarialintunen"
Written = dict[str, io.StringIO]


@pytest.fixture
def written() -> Iterator[Written]:
    """Every log of the process as it is written, in both forms."""
    root = logging.getLogger()
    before, access, bearer = root.level, logging.getLogger("heinola.access"), logging.getLogger("app.security.bearer")
    levels = access.level, bearer.level
    streams: Written = {"json": io.StringIO(), "plain": io.StringIO()}
    handlers = []
    for name, form in (("json", JsonLines()), ("plain", PlainLines())):
        handler = logging.StreamHandler(streams[name])
        handler.setFormatter(form)
        handlers.append(handler)
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the client of the test, who knows what it asks for
    log_requests()
    yield streams
    for handler in handlers:
        root.removeHandler(handler)
    root.setLevel(before)
    logging.getLogger("httpx").setLevel(logging.NOTSET)
    access.setLevel(levels[0])
    bearer.setLevel(levels[1])


def lines(written: Written, log: str = "heinola.access") -> list[dict[str, Any]]:
    found = [json.loads(line) for line in written["json"].getvalue().splitlines()]
    return [line for line in found if line["log"] == log]


async def everything(client: httpx.AsyncClient) -> None:
    """Requests with a canary in path, query, header and body."""
    canary = {"identityCode": CODE, "givenName": NAME, "familyName": NAME, "x" + NAME: CODE}
    headers = {"Idempotency-Key": f"key-{NAME}", "Accept-Language": "fi", "X-Request-Id": CODE, "User-Agent": NAME}
    for method, path, body in (
        ("GET", f"/v1/clients/{CODE}", None),
        ("GET", f"/{NAME}?code={CODE}", None),
        ("GET", f"/v1/worklist?list=team&x={NAME}", None),
        ("GET", "/v1/me", None),
        ("POST", "/v1/clients/search", canary),
        ("POST", "/v1/referrals", {"client": canary, "reason": f"{NAME} {CODE}"}),
        ("POST", "/v1/clients", canary),
    ):
        await client.request(method, path, json=body, headers=headers)


async def test_nobody_is_in_the_logs(who: As, app: FastAPI, written: Written) -> None:
    for persona in ("", "nurse", "employment", "client", "stranger"):
        await everything(who(persona))
    bad = who("")
    bad.headers["Authorization"] = f"Bearer {NAME}.{CODE}.x"
    await everything(bad)
    assert len(lines(written)) == 6 * 7
    for text in written.values():
        said = text.getvalue()
        assert "/v1/referrals" in said
        assert NAME not in said
        assert CODE not in said


async def test_an_exception_is_told_by_type_and_place(
    who: As, app: FastAPI, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> None:
        raise RuntimeError(f"{NAME} {CODE}")

    nurse = who("nurse")
    monkeypatch.setitem(app.state._state, "clock", breaks)
    answer = await nurse.get("/v1/me")
    assert answer.status_code == 500
    (line,), (failure,) = lines(written), lines(written, "heinola.error")
    assert (line["status"], line["level"], line["request"]) == (500, "info", answer.headers["X-Request-Id"])
    assert failure["request"] == line["request"]
    assert (failure["level"], failure["failure"][0]["type"]) == ("error", "builtins.RuntimeError")
    assert any("test_logs.py" in place for place in failure["failure"][0]["at"])
    assert all(NAME not in text.getvalue() and CODE not in text.getvalue() for text in written.values())


@pytest.mark.parametrize(
    ("persona", "caller"), [("nurse", "staff"), ("employment", "partner"), ("client", "client"), ("", None)]
)
async def test_a_line_tells_the_kind_of_caller_and_not_who(
    who: As, written: Written, persona: str, caller: str | None
) -> None:
    answer = await who(persona).get("/v1/me")
    (line,) = lines(written)
    assert line.keys() == {"at", "log", "level", "request", "method", "route", "status", "ms", "caller"}
    assert line["caller"] == caller
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert line["route"] == "/v1/me"
    assert f"caller={caller or '-'}" in written["plain"].getvalue()
