"""One HTTP request to a receiver. What went wrong is told by a code; nothing of the answer is kept but its status."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from app.delivery import rules
from app.delivery.addresses import Refused, Resolve, Target, Unresolvable, checked

CONNECT_SECONDS, TOTAL_SECONDS = 3.0, 10.0


@dataclass(frozen=True)
class Answer:
    """How it went: a code of the code set `attempt_outcome`, the HTTP status if there was one, and how long it took."""

    outcome: str
    status: int | None = None
    took_ms: int = 0
    wish: timedelta | None = None

    @property
    def delivered(self) -> bool:
        return self.outcome == "delivered"


def judged(status: int) -> str:
    """What a status means: anything but 2xx is a failure, redirects are not followed."""
    if 200 <= status < 300:
        return "delivered"
    if 300 <= status < 400:
        return "redirected"
    return {410: "gone", 429: "rate_limited"}.get(status, "http_error")


class Poster:
    """Sends. Keeps nothing between two requests: no connection, no cookie, no proxy of the environment."""

    def __init__(
        self, *, loopback: bool = False, resolve: Resolve | None = None, trust: ssl.SSLContext | None = None
    ) -> None:
        self.loopback, self.resolve = loopback, resolve
        self.trust = trust or httpx.create_ssl_context(trust_env=False)

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], at: datetime, seconds: float = TOTAL_SECONDS
    ) -> Answer:
        """Send once, within `seconds` for all of it: the look-up, connecting, sending, and the head of the answer."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                target = await checked(url, loopback=self.loopback, resolve=self.resolve)
                response = await self.reach(url, target, body, headers, seconds)
            wish = rules.retry_after(response.headers.get("retry-after"), at)
            outcome, status = judged(response.status_code), response.status_code
        except Refused:
            outcome, status, wish = "address_refused", None, None
        except (TimeoutError, httpx.TimeoutException):
            outcome, status, wish = "timeout", None, None
        except (Unresolvable, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as failure:
            tls = (
                isinstance(failure, ssl.SSLError)
                or isinstance(failure.__cause__, ssl.SSLError)
                or "SSL" in str(failure)
            )
            outcome, status, wish = "tls_failed" if tls else "connection_failed", None, None
        return Answer(outcome, status, round((time.monotonic() - began) * 1000), wish)

    async def reach(
        self, url: str, target: Target, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> httpx.Response:
        """Connect to one of the checked addresses, under the name of the URL. The body of the answer is not read."""
        timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
        async with httpx.AsyncClient(
            verify=self.trust, timeout=timeout, follow_redirects=False, trust_env=False, http2=False
        ) as client:
            *others, last = target.addresses
            for address in others:
                try:
                    return await self.once(client, url, target, address, body, headers)
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    continue
            return await self.once(client, url, target, last, body, headers)

    async def once(
        self, client: httpx.AsyncClient, url: str, target: Target, address: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        asked = httpx.URL(url)
        plain = target.port == {"https": 443, "http": 80}[target.scheme]
        request = client.build_request(
            "POST",
            asked.copy_with(host=address, port=target.port),
            content=body,
            headers={**headers, "host": target.host if plain else f"{target.host}:{target.port}"},
            extensions={"sni_hostname": target.host},
        )
        response = await client.send(request, stream=True)
        await response.aclose()
        return response
