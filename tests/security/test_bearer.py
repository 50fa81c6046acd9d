"""The token of a request: one Authorization header, and no other place."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from app.kit.problems import Unauthenticated
from app.security.bearer import Verified
from app.security.development import DevelopmentIssuer
from app.security.issuers import Issuers
from app.security.tokens import Verifier
from tests.security.forge import NOW

DEVELOPMENT = DevelopmentIssuer("127.0.0.1", mode="demo")
GOOD = DEVELOPMENT.token("nurse", NOW)


@pytest.fixture
def app() -> FastAPI:
    made = FastAPI()
    made.state.verifier = Verifier(Issuers([], development=DEVELOPMENT))
    made.state.clock = lambda: NOW

    @made.get("/me")
    async def me(who: Verified) -> str:
        return who.subject

    async def answer(_: Request, refusal: Exception) -> JSONResponse:
        assert isinstance(refusal, Unauthenticated)
        return JSONResponse(refusal.body("en", "r"), refusal.status, refusal.headers)

    made.add_exception_handler(Unauthenticated, answer)
    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as one:
        yield one


@pytest.mark.parametrize("sent", [f"Bearer {GOOD}", f"bearer {GOOD}", f"BEARER  {GOOD}"])
async def test_a_good_token_is_let_in(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/me", headers={"Authorization": sent})
    assert (answer.status_code, answer.json()) == (200, "nurse")


REFUSED: dict[str, list[tuple[str, str]]] = {
    "missing": [],
    "empty": [("Authorization", "")],
    "no token": [("Authorization", "Bearer ")],
    "token alone": [("Authorization", GOOD)],
    "Basic": [("Authorization", f"Basic {GOOD}")],
    "DPoP": [("Authorization", f"DPoP {GOOD}")],
    "no space": [("Authorization", f"Bearer{GOOD}")],
    "a tab": [("Authorization", f"Bearer\t{GOOD}")],
    "two tokens": [("Authorization", f"Bearer {GOOD} {GOOD}")],
    "two in a list": [("Authorization", f"Bearer {GOOD}, Bearer {GOOD}")],
    "two headers": [("Authorization", f"Bearer {GOOD}"), ("Authorization", f"Bearer {GOOD}")],
    "quoted": [("Authorization", f'Bearer "{GOOD}"')],
    "a cookie": [("Cookie", f"access_token={GOOD}")],
    "a header of another name": [("X-Authorization", f"Bearer {GOOD}")],
    "changed": [("Authorization", f"Bearer {GOOD[:-3]}")],
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
async def test_anything_else_is_not(client: httpx.AsyncClient, headers: list[tuple[str, str]]) -> None:
    answer = await client.get("/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert GOOD[:20] not in answer.text


async def test_bytes_outside_ascii_are_not(client: httpx.AsyncClient) -> None:
    answer = await client.get("/me", headers=[(b"Authorization", b"Bearer \xff\xfe")])
    assert answer.status_code == 401


async def test_the_address_is_no_place_for_a_token(client: httpx.AsyncClient) -> None:
    assert (await client.get("/me", params={"access_token": GOOD})).status_code == 401


async def test_the_reason_is_logged_and_not_told(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="app.security.bearer"):
        answer = await client.get("/me", headers={"Authorization": "Bearer a.b"})
    assert [record.getMessage() for record in caplog.records if record.name == "app.security.bearer"] == [
        "token refused: parts"
    ]
    assert "parts" not in answer.text


def test_the_schema_says_how(app: FastAPI) -> None:
    schema = app.openapi()
    scheme = schema["components"]["securitySchemes"]["bearerAuth"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    assert schema["paths"]["/me"]["get"]["security"] == [{"bearerAuth": []}]
    assert "parameters" not in schema["paths"]["/me"]["get"]
