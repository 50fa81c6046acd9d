"""To which machine a message goes: a name is looked up, and every address behind it is one on the internet.

It is asked when a subscription is made and again at each sending; the connection is then made to the very address that
was asked about, so that a name that leads elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.delivery import rules

LOOK_UP_SECONDS = 3.0
TRIED = 3
Resolve = Callable[[str, int], Awaitable[list[str]]]


class Refused(Exception):
    """The address is none that a message may go to."""


class Unresolvable(Exception):
    """The name leads nowhere just now."""


@dataclass(frozen=True)
class Target:
    """Where to connect: `addresses` were all looked at; `host` is what the certificate must say."""

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]


async def look_up(host: str, port: int) -> list[str]:
    """Every address of a name. Raises `OSError`, `TimeoutError`."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(LOOK_UP_SECONDS):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def checked(url: str, *, loopback: bool, resolve: Resolve | None = None) -> Target:
    """The addresses to connect to. Raises `Refused` when it may not be sent there (one bad address is enough), and
    `Unresolvable`."""
    parts = rules.endpoint(url, loopback=loopback)
    if parts is None:
        raise Refused
    scheme, host, port = parts
    if host in rules.LOOPBACK:
        return Target(scheme, host, port, ("127.0.0.1",))
    try:
        addresses = await (resolve or look_up)(host, port)
    except (OSError, UnicodeError, TimeoutError):
        raise Unresolvable from None
    if not addresses:
        raise Unresolvable
    if not all(rules.public(address) for address in addresses):
        raise Refused
    return Target(scheme, host, port, tuple(addresses[:TRIED]))
