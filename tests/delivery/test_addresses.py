"""A connection is made to the address that was asked about, under the name of the certificate, or not at all."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.delivery import rules
from app.delivery.addresses import Refused, Unresolvable, checked
from app.delivery.sending.post import Answer, Poster
from app.dev.receiver import Receiver, Reply

HERE = "https://hooks.example.fi/x"
AT = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)


def leads(*answers: list[str]) -> Any:
    """A resolver that says these things, one after the other."""
    left = list(answers)

    async def resolve(host: str, port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"], ["fd00::1"], ["0.0.0.0"],
        ["8.8.8.8", "10.0.0.1"], ["2a00:1450:400f::1", "127.0.0.1"], ["100.64.1.1"], ["fe80::1%2"], ["not an address"],
    ],
)  # fmt: skip
async def test_one_bad_address_is_enough(addresses: list[str]) -> None:
    with pytest.raises(Refused):
        await checked(HERE, loopback=False, resolve=leads(addresses))
    answer = await Poster(resolve=leads(addresses)).post(HERE, b"{}", {}, AT)
    assert answer.outcome == "address_refused"


async def test_a_name_that_leads_nowhere() -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(Unresolvable):
        await checked(HERE, loopback=False, resolve=nowhere)
    assert (await Poster(resolve=nowhere).post(HERE, b"{}", {}, AT)).outcome == "connection_failed"
    with pytest.raises(Unresolvable):
        await checked(HERE, loopback=False, resolve=leads([]))


async def test_a_name_that_changes_its_mind_is_connected_where_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: whatever the name says a moment later, nobody asks it again."""
    poster = Poster(resolve=leads(["93.184.216.34"], ["127.0.0.1"]))
    seen: list[tuple[str, str, str]] = []

    async def send(self: Any, request: Any, **_: Any) -> Any:
        seen.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
        raise OSError

    monkeypatch.setattr("httpx.AsyncClient.send", send)
    await poster.post(HERE, b"{}", {}, AT)
    assert seen == [("93.184.216.34", "hooks.example.fi", "hooks.example.fi")]
    assert (await poster.post(HERE, b"{}", {}, AT)).outcome == "address_refused"


async def test_proxies_of_the_environment_count_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Receiver() as proxy, Receiver() as receiver:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        answer = await Poster(loopback=True).post(receiver.url, b"{}", {}, AT)
        assert (answer.outcome, len(receiver.got), len(proxy.got)) == ("delivered", 1, 0)


async def test_a_redirect_is_not_followed() -> None:
    async with Receiver() as inside:
        async with Receiver(lambda _: Reply(307, {"Location": inside.url})) as receiver:
            assert (await Poster(loopback=True).post(receiver.url, b"{}", {}, AT)).outcome == "redirected"
        assert inside.got == []


async def test_the_limit_is_for_all_of_it() -> None:
    async with Receiver(lambda _: Reply(after=5)) as receiver:
        answer = await Poster(loopback=True).post(receiver.url, b"{}", {}, AT, 0.3)
    assert answer.outcome == "timeout"
    assert answer.status is None


async def test_nobody_there() -> None:
    async with Receiver() as receiver:
        url = receiver.url
    assert (await Poster(loopback=True).post(url, b"{}", {}, AT)).outcome == "connection_failed"


async def test_what_is_no_tls() -> None:
    async def shout(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 Hello\r\n\r\n" + b"\x00garbage" * 100)
        writer.close()

    server = await asyncio.start_server(shout, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answer = await Poster(loopback=True).post(f"https://127.0.0.1:{port}/x", b"{}", {}, AT)
    server.close()
    assert answer.outcome == "tls_failed"


def certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=400))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
async def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Receiver, Path, list[str]]]:
    """A receiver behind TLS as hooks.example.fi, its certificate, and the names it was asked for."""
    file, asked = certificate(tmp_path, "hooks.example.fi"), []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    context.sni_callback = lambda _, name, __: asked.append(name)
    receiver = Receiver()
    receiver.server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=context)
    receiver.port = int(receiver.server.sockets[0].getsockname()[1])
    monkeypatch.setattr(rules, "PORTS", (receiver.port,))
    monkeypatch.setattr(rules, "public", lambda address: address == "127.0.0.1")
    yield receiver, file, asked
    receiver.server.close()


async def sent(tls: tuple[Receiver, Path, list[str]], name: str, *, trusted: bool) -> Answer:
    receiver, file, _ = tls
    trust = ssl.create_default_context(cafile=str(file)) if trusted else None
    poster = Poster(resolve=leads(["127.0.0.1"]), trust=trust)
    return await poster.post(f"https://{name}:{receiver.port}/x", b"{}", {}, AT)


async def test_the_certificate_is_of_the_name_and_not_of_the_address(
    tls: tuple[Receiver, Path, list[str]],
) -> None:
    assert (await sent(tls, "hooks.example.fi", trusted=True)).outcome == "delivered"
    receiver, _, asked = tls
    assert asked == ["hooks.example.fi"]
    assert receiver.got[0].headers["host"] == f"hooks.example.fi:{receiver.port}"
    assert (await sent(tls, "other.example.fi", trusted=True)).outcome == "tls_failed"
    assert (await sent(tls, "hooks.example.fi", trusted=False)).outcome == "tls_failed"
    assert len(receiver.got) == 1
