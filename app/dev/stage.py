"""Whoever speaks in a story, and what a story needs of HTTP. Nothing of the application is imported."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

Say = Callable[[str], None]
CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


class StoryBroken(AssertionError):
    """The API answered otherwise than the story goes."""


def test_identity_code() -> str:
    """A made-up identity code of the artificial 900-999 range."""
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(60, 99)
    digits = f"{day:02}{month:02}{year:02}{random.randint(900, 999)}"
    return f"{digits[:6]}-{digits[6:]}{CHECK_CHARACTERS[int(digits) % 31]}"


@dataclass
class Stage:
    """Whoever speaks in the story, each with a token of the development issuer."""

    http: httpx.AsyncClient
    say: Say
    tokens: dict[str, str] = field(default_factory=dict)
    me: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def sign_in(self, persona: str) -> dict[str, Any]:
        answer = await self.http.post("/development/token", json={"subject": persona})
        if answer.status_code != 200:
            raise StoryBroken("No development tokens here: serve in demo mode with `python -m app serve`.")
        self.tokens[persona] = answer.json()["token"]
        self.me[persona] = await self.get(persona, "/v1/me")
        return self.me[persona]

    def headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[who]}", "Accept-Language": "en"}

    async def get(self, who: str, path: str, **params: str) -> dict[str, Any]:
        return self.expect(200, await self.http.get(path, headers=self.headers(who), params=params))

    async def post(
        self, who: str, path: str, body: dict[str, Any], *, version: int | None = None, status: int | None = None
    ) -> dict[str, Any]:
        """Every POST carries an Idempotency-Key: sent twice by a bad connection, it happens once."""
        headers = self.headers(who) | {"Idempotency-Key": str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = await self.http.post(path, headers=headers, json=body)
        return self.expect(status, answer)

    async def verify_stated(self, who: str, client: str) -> str:
        """The client is asked whether what senders state of their permission is so; what each of them is now."""
        stated = await self.get(who, f"/v1/clients/{client}/consents", state="to_verify")
        heard = {"how": "asked_the_client"}
        done = [
            await self.post(who, f"/v1/consents/{row['id']}/verify", heard, version=row["version"])
            for row in stated["items"]
        ]
        return ", ".join(row["verification"] for row in done)

    def expect(self, status: int | None, answer: httpx.Response) -> dict[str, Any]:
        """The body. Raises `StoryBroken` when the answer is another than the story needs."""
        good = answer.status_code == status if status else answer.is_success
        if not good:
            raise StoryBroken(
                f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}: {answer.text}"
            )
        body: dict[str, Any] = answer.json()
        return body
