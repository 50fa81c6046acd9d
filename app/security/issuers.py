"""Whose tokens we accept, and where their public keys come from: JWKS over HTTP, or the development issuer.

While an issuer answers, its keys are at most twenty minutes old: from ten minutes on they are fetched beside the
requests, from twenty on the requests wait for it. While it is away, the keys we have are used for a day, then none.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import httpx

from app.config import Issuer, is_loopback
from app.kit.problems import Unauthenticated, Unavailable
from app.security.keys import PublicKey, read_jwks

FETCH_SECONDS = 3.0  # for the whole fetch, however slowly the bytes come
FETCH_BYTES = 256 * 1024
REFRESH_SECONDS = 600.0
RETRY_SECONDS = 30.0  # between two fetches of one issuer, whatever asked for them
STALE_SECONDS = 24 * 3600.0

log = logging.getLogger(__name__)


class KeySource(Protocol):
    """One issuer and its keys. `generation` changes whenever a key is gone or new."""

    @property
    def issuer(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def algorithms(self) -> frozenset[str]: ...
    @property
    def generation(self) -> int: ...

    def current(self) -> bool:
        """Whether what was verified with this generation still counts, without asking for the key again."""
        ...

    async def key(self, kid: str) -> PublicKey:
        """Raises `Unauthenticated` when the issuer has no such key, `Unavailable` when we cannot know."""
        ...


class Issuers:
    """The issuers by name. Raises `ValueError` for a name given twice or an address that is not safe to fetch from.

    `transport` is for tests. `clock` counts seconds from any start and must not go back.
    """

    def __init__(
        self,
        accepted: Sequence[Issuer],
        *,
        development: KeySource | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        for issuer in accepted:
            check_address(issuer.jwks_url)
        self._client = _client(transport) if accepted else None
        self._remote = [RemoteKeys(issuer, self._client, clock) for issuer in accepted if self._client]
        sources: list[KeySource] = [*self._remote, *([development] if development else [])]
        self._sources = {source.issuer: source for source in sources}
        if len(self._sources) != len(sources):
            raise ValueError("an issuer is named twice")

    def find(self, issuer: str) -> KeySource | None:
        """The source of an issuer by its exact name."""
        return self._sources.get(issuer)

    async def refresh(self) -> None:
        """Fetch the keys of every issuer now, or wait for the fetches under way. Never raises; failures are logged."""
        await asyncio.gather(*(source.refresh() for source in self._remote))

    async def aclose(self) -> None:
        for source in self._remote:
            await source.aclose()
        if self._client:
            await self._client.aclose()


def check_address(url: str) -> None:
    """Keys come over https; plain http is for this machine only. Raises `ValueError`."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"jwks_url {url}: {error}") from None
    if not parsed.host or not (parsed.scheme == "https" or (parsed.scheme == "http" and is_loopback(parsed.host))):
        raise ValueError(f"jwks_url {url}: only https, or http to this machine")


def _client(transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    # No compression: the size bound then counts what we hold, and a small answer cannot unfold into a large one.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(transport=transport, timeout=FETCH_SECONDS, follow_redirects=False, headers=headers)


class RemoteKeys:
    """The keys of one issuer, as last fetched. One fetch at most is under way; all who need it wait for it."""

    def __init__(self, accepted: Issuer, client: httpx.AsyncClient, clock: Callable[[], float]) -> None:
        self.issuer, self.audience = accepted.issuer, accepted.audience
        self.algorithms: frozenset[str] = frozenset(accepted.algorithms)
        self.generation = 0
        self._url, self._client, self._clock = accepted.jwks_url, client, clock
        self._keys: dict[str, PublicKey] = {}
        self._fetched_at = self._tried_at = -math.inf
        self._away = False
        self._fetch: asyncio.Task[None] | None = None

    def current(self) -> bool:
        now = self._clock()
        settled = now - self._fetched_at < REFRESH_SECONDS or now - self._tried_at < RETRY_SECONDS
        return settled and now - self._fetched_at < STALE_SECONDS

    async def key(self, kid: str) -> PublicKey:
        """The key of that name. Raises `Unauthenticated` when the issuer has none, `Unavailable` when it is away and we
        do not have it: a new key of an issuer we cannot reach is no reason to sign everybody out."""
        now = self._clock()
        age = now - self._fetched_at
        if age >= STALE_SECONDS:
            self._replace({})
        found = self._keys.get(kid)
        if found is None or age >= REFRESH_SECONDS:
            fetch = self._fetch or (self._start(now) if now - self._tried_at >= RETRY_SECONDS else None)
            if fetch and (found is None or (age >= 2 * REFRESH_SECONDS and not self._away)):
                await asyncio.wait([fetch])  # cancels nothing when this request is cancelled: others wait too
                found = self._keys.get(kid)
        if found is not None:
            return found
        if self._away:
            raise Unavailable(retry_after=math.ceil(max(1.0, self._tried_at + RETRY_SECONDS - self._clock())))
        raise Unauthenticated("key_unknown")

    async def refresh(self) -> None:
        await asyncio.wait([self._fetch or self._start(self._clock())])

    async def aclose(self) -> None:
        if self._fetch:
            self._fetch.cancel()
            await asyncio.wait([self._fetch])

    def _start(self, now: float) -> asyncio.Task[None]:
        self._tried_at = now
        self._fetch = asyncio.create_task(self._refresh(now))
        return self._fetch

    async def _refresh(self, now: float) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                keys = read_jwks(await self._document())
        except Exception as error:
            # TimeoutError, httpx errors, ValueError of a document that is no key set: the issuer is away.
            self._away = True
            log.warning("no keys from issuer %s: %s %s", self.issuer, type(error).__name__, str(error)[:200])
        else:
            self._away, self._fetched_at = False, now
            self._replace(keys)
            if not keys:
                log.warning("issuer %s has no key that we can use", self.issuer)
        finally:
            self._fetch = None

    def _replace(self, keys: dict[str, PublicKey]) -> None:
        if keys != self._keys:
            self._keys = keys
            self.generation += 1

    async def _document(self) -> bytes:
        async with self._client.stream("GET", self._url) as answer:
            if answer.status_code != 200 or answer.headers.get("content-encoding", "identity") != "identity":
                raise ValueError(f"answered {answer.status_code}")
            document = bytearray()
            async for chunk in answer.aiter_bytes():
                document += chunk
                if len(document) > FETCH_BYTES:
                    raise ValueError("too large")
        return bytes(document)
