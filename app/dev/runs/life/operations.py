"""Every operation of the API, from its schema; and its one request on the rows of a case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from app.dev.runs.life.asked import ASKED, Ask
from app.dev.runs.life.case import Case
from app.dev.runs.life.place import Place, filled
from app.dev.stage import StoryBroken
from app.site.examples import Examples
from app.site.schema import polish

VERBS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True)
class Operation:
    """One operation: where it is, the parameters of its path, and how it is asked."""

    id: str
    method: str
    template: str
    parameters: tuple[str, ...]
    ask: Ask

    def path(self, ids: dict[str, str]) -> str:
        """Its address on these rows."""
        path: str = filled(self.template, {**ids, **{name: ids[row] for name, row in self.ask.at.items()}})
        return path

    def headers(self, ids: dict[str, str]) -> dict[str, str]:
        told: dict[str, str] = filled(dict(self.ask.headers), ids)
        return told if self.method == "GET" else {"If-Match": "*", **told}

    def elsewhere(self) -> dict[str, str]:
        """Ids that nobody has, for its path."""
        return {name: str(uuid4()) for name in self.parameters}


@dataclass(frozen=True)
class Try:
    """A request ready to be sent by anybody."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]
    content: bytes | None

    async def by(self, place: Place, subject: str, **headers: str) -> httpx.Response:
        return await place.send(subject, self.method, self.path, self.body, self.headers | headers, self.content)


def operations(api: FastAPI) -> list[Operation]:
    """All of them, sorted by their ids. What has no entry in `asked` is sent the example of its schema."""
    whole = polish(api.openapi())
    examples = Examples(whole["components"]["schemas"])
    found = []
    for template, methods in whole["paths"].items():
        for verb in VERBS:
            if verb not in methods:
                continue
            told = methods[verb]
            ask = ASKED.get(told["operationId"], Ask())
            content = told.get("requestBody", {}).get("content", {})
            if told["operationId"] not in ASKED and "application/json" in content:
                ask = replace(ask, body=examples.make(content["application/json"]["schema"], "body"))
            names = tuple(part[1:-1] for part in template.split("/") if part.startswith("{"))
            found.append(Operation(told["operationId"], verb.upper(), template, names, ask))
    if gone := ASKED.keys() - {one.id for one in found}:
        raise StoryBroken(f"asked for, but no operation: {', '.join(sorted(gone))}")
    return sorted(found, key=lambda one: one.id)


def tries(operation: Operation, ids: dict[str, str], path: str | None = None) -> list[Try]:
    """The requests of a cell: one for each of its queries."""
    here, ask = path or operation.path(ids), operation.ask
    body, headers = filled(ask.body, ids), operation.headers(ids)
    return [Try(operation.method, here + filled(query, ids), body, headers, ask.content) for query in ask.queries]


def subject_of(persona: str, case: Case) -> str:
    return case.who.key if persona == "client" else persona


@asynccontextmanager
async def prepared(
    place: Place, operation: Operation, every: dict[str, Operation], case: Case
) -> AsyncIterator[list[str]]:
    """What has to be done before has been done, in a part of the transaction that is taken back.

    Yields what could not be: a closed case takes no outcome, and then the request meets the case as it is.
    """
    async with place.step():
        refused = []
        for name in operation.ask.before:
            name, _, moved = name.partition(":")
            first = every[name]
            if moved:
                at = dict([moved.split("=")])
                first = replace(first, ask=replace(first.ask, at={**first.ask.at, **at}))
            answer = await tries(first, case.ids)[0].by(place, subject_of(first.ask.by, case))
            if not answer.is_success:
                refused.append(f"{name}: {answer.status_code} {answer.text}")
        yield refused
