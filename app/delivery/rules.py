"""Pure rules of delivery: how a message is signed, when it is tried again, and where none may go.

Signatures are of the Standard Webhooks specification 1.0: HMAC-SHA-256 of `id.timestamp.body` in base64, one after the
other while a secret is being changed. Intervals and limits are our own design.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

SECRET = "whsec_"  # noqa: S105  the prefix that the specification gives to secrets
OVERLAP = timedelta(hours=24)
DEAD_AFTER = timedelta(days=3)
DISABLED_AFTER = timedelta(days=5)
FIRST_PAUSE, LONGEST_PAUSE, LONGEST_WISH = timedelta(seconds=10), timedelta(hours=6), timedelta(hours=24)
PORTS = (443, 8443)
LONGEST_URL = 500


def secret_text(key: bytes) -> str:
    return SECRET + base64.b64encode(key).decode()


def signature(keys: Iterable[bytes], message: str, at: int, body: bytes) -> str:
    """The `webhook-signature` header: one signature for each key that is good now."""
    signed = f"{message}.{at}.".encode() + body
    return " ".join("v1," + base64.b64encode(hmac.digest(key, signed, sha256)).decode() for key in keys)


def pause(failures: int, jitter: float, wish: timedelta | None = None) -> timedelta:
    """After this many failures in a row: three times as long each time, up to six hours, and not all at once (`jitter`
    from 0 to 1 adds a fifth). `wish` is the receiver's Retry-After, of at most a day."""
    grown: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * 3 ** min(max(failures, 1) - 1, 12))
    return max(grown * (1 + 0.2 * jitter), min(wish or timedelta(0), LONGEST_WISH))


def retry_after(header: str | None, at: datetime) -> timedelta | None:
    """What a Retry-After header asks for: seconds or a date (RFC 9110, 10.2.3). None for nonsense."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return timedelta(seconds=int(text))
    try:
        when = parsedate_to_datetime(text)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(when - at, timedelta(0))
    except (ValueError, OverflowError):
        return None


# What `is_global` lets pass, and leads back inside or to the machine's own cloud all the same.
CLOSED = tuple(
    ip_network(net)
    for net in (
        "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23",
        "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip
INTERNET6 = IPv6Network("2000::/3")
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?:{LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})", re.ASCII)
PRINTABLE = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+", re.ASCII)
LOOPBACK = ("127.0.0.1", "localhost")


def public(address: str) -> bool:
    """Whether an IP address is somebody's on the internet: not private, loopback, link-local, shared (CGNAT),
    multicast, of a cloud's metadata, nor an IPv6 form that carries an IPv4 address."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified or not ip.is_global:
        return False
    if isinstance(ip, IPv6Address) and (ip.ipv4_mapped or ip.scope_id or ip not in INTERNET6):
        return False
    return not any(ip in net for net in CLOSED if net.version == ip.version)


def endpoint(url: str, *, loopback: bool) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address that a webhook may have; None for any other.

    HTTPS to a name with a dot and the ports 443 and 8443; no user, fragment, or address in numbers. With `loopback`
    (demo mode, by a setting of its own) also this machine, on any port and without TLS.
    """
    if len(url) > LONGEST_URL or not PRINTABLE.fullmatch(url) or "@" in url.split("?")[0]:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.username is not None or parts.password is not None or parts.fragment or "#" in url:
        return None
    if loopback and host in LOOPBACK and parts.scheme in ("http", "https"):
        return parts.scheme, host, (443 if parts.scheme == "https" else 80) if port is None else port
    if (
        parts.scheme != "https"
        or not HOST.fullmatch(host)
        or len(host) > 253
        or (443 if port is None else port) not in PORTS
    ):
        return None
    return parts.scheme, host, 443 if port is None else port
