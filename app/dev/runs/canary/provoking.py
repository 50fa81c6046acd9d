"""Every operation, in every way that it can fail, with canaries wherever a caller can put something."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import cycle
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx

from app.dev.runs.canary.birds import BIRD, CODE, TEXT, Flock, spoilt, sung, unpacked
from app.dev.runs.canary.served import Process
from app.dev.runs.life.case import Case
from app.dev.runs.life.operations import Operation, Try, subject_of, tries
from app.dev.runs.life.place import Place, parsed

BIG = 70_000  # bytes; above the limit of the served processes
STRANGER = "ngo"
OPENING = ("token", "secret")  # of an answer: what opens a form or a share, or signs what is sent
FORGED = f"Bearer {BIRD.given_name}.{CODE}.x"


@dataclass
class Heard:
    """What came back: answers by status and kind, and where a canary was heard."""

    answers: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    succeeded: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    bytes_of: Counter[str] = field(default_factory=Counter)
    hits: list[str] = field(default_factory=list)

    def look(self, flock: Flock, where: str, what: bytes | str, told: str, *, words: bool = True) -> None:
        """Search a place."""
        self.bytes_of[where] += len(what)
        if found := flock.found_in(what, words=words):
            self.hits.append(f"{where}: {', '.join(found[:3])} ({told})")


@dataclass
class Provoker:
    """Sends to the servers in turn, and listens to every answer."""

    place: Place
    case: Case
    flock: Flock
    every: dict[str, Operation]
    servers: list[httpx.AsyncClient]
    heard: Heard = field(default_factory=Heard)

    def __post_init__(self) -> None:
        self.turn = cycle(self.servers)

    async def send(
        self, kind: str, subject: str, request: Try, headers: dict[str, str] | None = None
    ) -> httpx.Response | None:
        """One request; what comes back is searched. None when the connection ended without an answer."""
        told = {} if not subject else {"Authorization": f"Bearer {self.place.token(subject)}"}
        body = request.content if request.body is None else json.dumps(request.body).encode()
        types = {} if request.body is None else {"Content-Type": "application/json"}
        try:
            answer = await next(self.turn).request(
                request.method,
                request.path,
                content=body,
                headers={**told, **types, **request.headers, **(headers or {})},
            )
        except httpx.TransportError:
            self.heard.kinds["no answer"] += 1
            return None
        self.listen(kind, answer)
        return answer

    def listen(self, kind: str, answer: httpx.Response) -> None:
        """A refusal says nothing of what was sent. A 412 shows the present row to somebody who may read it."""
        heard, status = self.heard, answer.status_code
        heard.answers[status] += 1
        heard.kinds[kind] += 1
        where = f"{answer.request.method} {kind} {status}"
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        heard.look(self.flock, "headers of answers, Location and Link", headers + unpacked(headers), where)
        if status < 400:
            return
        problem = parsed(answer)
        if isinstance(problem, dict) and "current" in problem:
            del problem["current"]
            heard.look(self.flock, "problem bodies", json.dumps(problem), where)
        else:
            heard.look(self.flock, "problem bodies", answer.content, where)

    async def operation(self, operation: Operation) -> None:
        """All of it for one operation. What has to be done before it is done once, and stays done."""
        for before in operation.ask.before:
            if ":" not in before:
                await self.good(self.every[before], "before")
        ids, who = self.case.ids, subject_of(operation.ask.by, self.case)
        self.heard.tried.add(operation.id)
        await self.good(operation, "good")
        request = replace(tries(operation, ids)[0])
        sent = replace(request, body=sung(request.body))
        bare = {name: value for name, value in sent.headers.items() if name != "If-Match"}
        unmatched = replace(sent, headers=bare)
        elsewhere = replace(sent, path=operation.path(self.absent(operation)))
        await self.send("again", who, sent)
        await self.send("no token", "", sent)
        await self.send("forged token", "", sent, {"Authorization": FORGED})
        await self.send("another role", STRANGER, sent)
        await self.send("absent row", who, elsewhere)
        await self.send(
            "unknown query", who, replace(sent, path=f"{request.path.partition('?')[0]}?{CODE}={quote(TEXT)}")
        )
        await self.send("strange Accept", who, sent, {"Accept": f"application/{CODE}"})
        await self.send("other method", who, replace(sent, method="DELETE", body={"name": TEXT}))
        await self.send("method of nobody", who, replace(sent, method="PURGE"))
        if operation.parameters:
            wrong = dict.fromkeys([*ids], CODE)
            await self.send("identity code for an id", who, replace(sent, path=quote(operation.path(wrong))))
        if operation.method != "GET":
            await self.send("no If-Match", who, unmatched)
            await self.send("stale If-Match", who, unmatched, {"If-Match": '"987654"'})
            await self.send("strange If-Match", who, unmatched, {"If-Match": CODE})
            await self.bodies(operation, who, sent)

    async def bodies(self, operation: Operation, who: str, sent: Try) -> None:
        """What can be wrong with a body."""
        json_type = {"Content-Type": "application/json"}
        for kind, content, types in (
            ("not JSON", f'{{"reason": "{TEXT} {CODE}"'.encode(), json_type),
            ("a list", json.dumps([TEXT, CODE]).encode(), json_type),
            ("other media type", f"{TEXT} {CODE}".encode(), {"Content-Type": f"text/{BIRD.given_name}"}),
            ("too large", json.dumps({"reason": TEXT * (BIG // len(TEXT))}).encode(), json_type),
        ):
            await self.send(kind, who, replace(sent, body=None, content=content), types)
        if isinstance(sent.body, dict):
            await self.send("spoilt body", who, replace(sent, body=spoilt(sent.body)))
            key = {"Idempotency-Key": f"canary-{uuid4()}"}
            await self.send("with a key", who, sent, key)
            await self.send("key used again", who, replace(sent, body={**sent.body, "reason": TEXT + CODE}), key)

    async def good(self, operation: Operation, kind: str) -> None:
        """The request that succeeds, canaries in its words, each with a key under which its answer is kept."""
        who = subject_of(operation.ask.by, self.case)
        for request in tries(operation, self.case.ids):
            sent = replace(request, body=sung(request.body))
            key = {} if request.method == "GET" else {"Idempotency-Key": f"canary-{uuid4()}"}
            answer = await self.send(kind, who, sent, key)
            if answer is not None and answer.is_success:
                self.heard.succeeded.add(operation.id)
            if answer is not None and answer.status_code == 201 and isinstance(made := parsed(answer), dict):
                self.flock.learn(tokens=[made[name] for name in OPENING if made.get(name)])
            if key and answer is not None:
                await self.send("replayed", who, sent, key)

    def absent(self, operation: Operation) -> dict[str, str]:
        rows = {operation.ask.at.get(name, name) for name in operation.parameters}
        return {**self.case.ids, **{row: str(uuid4()) for row in rows}}

    async def raw(self, kind: str, head: str, body: bytes = b"", *, patience: float = 10) -> None:
        """Bytes that no HTTP client sends; the answer is searched as it comes."""
        for server in self.servers:
            at = urlsplit(str(server.base_url))
            reader, writer = await asyncio.open_connection(at.hostname, at.port)
            writer.write(head.encode() + b"\r\n\r\n" + body)
            try:
                said = await asyncio.wait_for(reader.read(65536), patience)
            except (TimeoutError, ConnectionError):
                said = b""
            writer.close()
            if said.startswith(b"HTTP/1.1 "):
                self.heard.answers[int(said[9:12])] += 1
            self.heard.kinds[kind] += 1
            self.heard.look(self.flock, "problem bodies", said, kind)

    async def slow_and_long(self) -> None:
        """A body that does not come, and a head without end."""
        token = self.place.token("nurse")
        head = f"POST /v1/clients/search HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        half = json.dumps({"familyName": BIRD.family_name, "identityCode": CODE}).encode()
        typed = f"{head}Content-Type: application/json\r\nContent-Length: {len(half) + 50}"
        await self.raw("body that does not come", typed, half)
        await self.raw("head too long", f"{head}X-Name: {BIRD.family_name * 2000}")
        await self.raw("no HTTP", f"{BIRD.family_name} {CODE} {TEXT}")

    async def many_at_once(self) -> None:
        """More requests of one login than may be under way."""
        search = Try("POST", "/v1/clients/search", {"identityCode": CODE, "familyName": TEXT}, {}, None)
        await asyncio.gather(*(self.send("many at once", "nurse", search) for _ in range(60)))


def every_nth(every: dict[str, Operation], step: int) -> list[Operation]:
    return list(every.values())[::step]


async def clients_of(processes: list[Process]) -> list[httpx.AsyncClient]:
    return [httpx.AsyncClient(base_url=one.url, timeout=60) for one in processes]
