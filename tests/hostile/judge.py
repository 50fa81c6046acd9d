"""Sends one hostile request after the other and says of each what an answer must never do."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.db import APP_ROLE
from app.kit.problems import MEDIA_TYPE, catalogue
from tests.hostile.wire import JSON, Answer, Headers, call

# A code that holds by its check character, of the artificial range, and a word that nothing else says.
CODE = "010190-900P"
WORD = "quokkazebu"
CANARY = f"{WORD} {CODE}"
LISTENED = {
    **dict.fromkeys(("", "heinola", "app", "uvicorn", "asyncpg", "fastapi", "starlette"), logging.DEBUG),
    # At DEBUG the ORM writes its own plumbing, 50 lines a request, and the engine every row it reads.
    **dict.fromkeys(("sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool"), logging.INFO),
}


def unlogged(rows: str) -> str:
    """`rows` without the lines of the use log."""
    return re.sub(r"\(use_log\w*,[^)]*\)", "", rows)


def uncounted(rows: str) -> str:
    """`rows` without the attempts to open a share by its link: they are counted whatever becomes of the request."""
    return re.sub(r"\(share_links,[^)]*\)", "", rows)


def without_gaps(rows: str) -> str:
    """`rows` without what a missing permission leaves: the gap, its work, and what tells of it."""
    return re.sub(r"\((?:consent_gaps|work_items|outbox_events|use_log\w*),[^)]*\)", "", rows)


@dataclass(frozen=True)
class Case:
    """A request. `refuse`: only an answer of 4xx will do; otherwise the input may turn out to be harmless."""

    name: str
    method: str
    target: bytes
    body: bytes | None = None
    persona: str = "nurse"
    headers: Headers = field(default_factory=list)
    refuse: bool = True
    signed: bool = True


class Ears(logging.Handler):
    """Hears every line of every log, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record) + str(record.__dict__.get("extra", "")))


@contextmanager
def listening() -> Iterator[Ears]:
    ears = Ears()
    before = {name: logging.getLogger(name).level for name in LISTENED}
    for name, level in LISTENED.items():
        logging.getLogger(name).setLevel(level)
    logging.getLogger().addHandler(ears)
    try:
        yield ears
    finally:
        logging.getLogger().removeHandler(ears)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


class Judge:
    """`await judge.hear(case)`; `judge.verdict()` at the end names every case that went wrong."""

    def __init__(self, app: FastAPI, connection: AsyncConnection, ears: Ears) -> None:
        self.app, self.connection, self.ears = app, connection, ears
        self.codes = {problem.code for problem in catalogue()}
        self.tokens: dict[str, bytes] = {}
        self.wrong: list[str] = []
        self.statuses: dict[int, int] = {}
        self.baseline: str | None = None

    @property
    def count(self) -> int:
        return sum(self.statuses.values())

    async def rows(self) -> str:
        """How many rows every table has and which transactions wrote them, as the owner of all sees them."""
        if self.baseline is None:
            await self.connection.execute(text("SET LOCAL ROLE NONE"))
            tables = await self.connection.scalars(
                text(
                    "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                    "WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') "
                    "ORDER BY 1"
                )
            )
            one = "SELECT '{0}', count(*), coalesce(sum(xmin::text::bigint), 0) FROM {0}"
            union = " UNION ALL ".join(one.format(table) for table in tables)
            await self.connection.execute(
                text(
                    "CREATE FUNCTION public.hostile_rows() RETURNS text LANGUAGE sql SECURITY DEFINER AS "
                    f"$$ SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM ({union}) AS t $$"
                )
            )
            await self.connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        return str(await self.connection.scalar(text("SELECT public.hostile_rows()")))

    def token(self, persona: str) -> bytes:
        if persona not in self.tokens:
            made = self.app.state.development.token(persona, self.app.state.clock())
            self.tokens[persona] = f"Bearer {made}".encode()
        return self.tokens[persona]

    async def hear(self, case: Case) -> Answer:
        """Send it, look at the answer, and undo whatever a harmless one wrote."""
        if self.baseline is None:
            self.baseline = await self.rows()
        headers = list(case.headers)
        if case.signed:
            headers.append((b"authorization", self.token(case.persona)))
        if case.body is not None and not any(name == b"content-type" for name, _ in headers):
            headers.append(JSON)
        self.ears.heard.clear()
        savepoint = await self.connection.begin_nested()
        answer = await call(self.app, case.method, case.target, headers, case.body)
        heard = "\n".join(self.ears.heard)
        faults = list(self.faults(case, answer, heard))
        if answer.status >= 400:
            # A stale change is shown how the row is now, and that reading is logged.
            by_link = case.target.startswith(b"/v1/shared")
            left = answer.status == 409 and b'"gapId"' in answer.body
            shown = unlogged if answer.status == 412 else uncounted if by_link else without_gaps if left else str
            now, before = shown(await self.rows()), shown(self.baseline)
            if now != before:
                there = set(before.split(" "))
                changed = [row for row in now.split(" ") if row not in there]
                faults.append(f"it wrote something although it refused: {' '.join(changed)[:300]}")
        else:
            try:
                await self.connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            except DBAPIError as error:
                faults.append(f"a deferred rule of the database stops the commit: {type(error.orig).__name__}")
        if savepoint.is_active:
            await savepoint.rollback()
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        self.wrong += [f"{case.name}: {answer.status}: {fault}" for fault in faults]
        return answer

    def faults(self, case: Case, answer: Answer, heard: str) -> Iterator[str]:
        if answer.status >= 500 or answer.status < 200 or (300 <= answer.status < 400 and answer.status != 304):
            yield f"no such status may answer: {answer.body[:200]!r} {heard[-600:] if 'failure' in heard else ''}"
        if case.refuse and answer.status < 400:
            yield f"it was taken: {answer.body[:200]!r}"
        for canary in (WORD, CODE):
            if canary in heard:
                line = next(line for line in heard.splitlines() if canary in line)
                yield f"a log repeats {canary}: {line[:200]}"
            if answer.status >= 400 and canary.encode() in answer.body:
                yield f"the body repeats {canary}: {answer.body[:300]!r}"
            if answer.status >= 400 and any(canary in value for _, value in answer.headers):
                yield f"a header repeats {canary}"
        if not answer.header("x-request-id"):
            yield "no request id"
        if answer.status >= 400:
            yield from self.document_faults(answer)

    def document_faults(self, answer: Answer) -> Iterator[str]:
        if not answer.header("content-type").startswith(MEDIA_TYPE):
            yield f"not a problem document: {answer.header('content-type')} {answer.body[:200]!r}"
            return
        problem = json.loads(answer.body)
        if problem["code"] not in self.codes:
            yield f"unknown code {problem['code']}"
        if problem["type"] != f"/problems/{problem['code']}":
            yield f"type {problem['type']}"
        if problem["status"] != answer.status:
            yield f"status {problem['status']} in the document"
        if problem["instance"] != answer.header("x-request-id"):
            yield "instance is not the request id"

    def verdict(self, least: int) -> None:
        """Raises `AssertionError` naming each case, or when fewer than `least` were heard."""
        assert not self.wrong, f"{len(self.wrong)} of {self.count} cases:\n" + "\n".join(self.wrong[:60])
        assert self.count >= least, f"only {self.count} cases were sent"
