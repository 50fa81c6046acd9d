"""Signatures, pauses and the addresses nothing is sent to: pure rules."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery import rules

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

TRICKS = [
    "http://hooks.example.fi/x", "ftp://hooks.example.fi/x", "https://", "https:///x", "hooks.example.fi",
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/",
    "https://017700000001/", "https://0177.0.0.1/", "https://127.0.0.1.", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1%25eth0]/",
    "https://localhost/", "https://localhost:8443/", "https://metadata/", "https://hooks/", "https://8.8.8.8/",
    "https://169.254.169.254/latest/meta-data", "https://user@hooks.example.fi/", "https://user:pass@hooks.example.fi/",
    "https://hooks.example.fi@127.0.0.1/", "https://127.0.0.1@hooks.example.fi/", "https://hooks.example.fi#@127.0.0.1/",
    "https://hooks.example.fi/#frag", "https://hooks.example.fi/x#", "https://hooks.example.fi:22/",
    "https://hooks.example.fi:80/", "https://hooks.example.fi:0/", "https://hooks.example.fi:65536/",
    "https://hooks.example.fi:443:80/", "https://hooks.example.fi:x/", "https://hooks.example.fi\\@127.0.0.1/",
    "https://hooks.example.fi\\.evil.example/", "https://hooks.example.fi /", " https://hooks.example.fi/",
    "https://hooks.example.fi/\r\nHost: x", "https://hooks.example.fi/\x00", "https://hooks.example.fi\t/",
    "https://hööks.example.fi/", "https://ⓛocalhost.fi/", "https://127。0。0。1/", "https://hooks.example.fi./",
    "https://-hooks.example.fi/", "https://hooks..example.fi/", "https://.example.fi/", "https://1.2.3/",
    "https://hooks.example.0x7f/", "https://" + "a" * 64 + ".example.fi/", "https://hooks.example.fi/" + "a" * 500,
    "https:hooks.example.fi", "https:/hooks.example.fi/", "HTTPS//hooks.example.fi", "javascript:alert(1)",
    "file:///etc/passwd", "gopher://hooks.example.fi/", "//hooks.example.fi/", "https://%6c%6fcalhost.fi%2f/",
]  # fmt: skip


@pytest.mark.parametrize("url", TRICKS)
def test_no_trick_is_an_address(url: str) -> None:
    assert rules.endpoint(url, loopback=False) is None


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("https://hooks.example.fi/heinola?x=1", 443),
        ("https://hooks.example.fi", 443),
        ("https://Hooks.Example.fi:8443/a/b", 8443),
        ("https://xn--hks-rla.example.xn--fiqs8s/", 443),
        ("https://a.b-c.d1.example/%20x?mail=a@b.fi", 443),
    ],
)
def test_an_address_of_the_internet_is_one(url: str, port: int) -> None:
    found = rules.endpoint(url, loopback=False)
    assert found is not None
    assert (found[0], found[2]) == ("https", port)
    assert found[1] == found[1].lower()


def test_this_machine_only_by_the_setting() -> None:
    for url in ("http://127.0.0.1:8123/x", "http://localhost/x", "https://localhost:9443/"):
        assert rules.endpoint(url, loopback=False) is None
        assert rules.endpoint(url, loopback=True) is not None
    for url in ("http://127.0.0.2/", "http://hooks.example.fi/", "http://u@127.0.0.1/", "http://[::1]/", "http://0/"):
        assert rules.endpoint(url, loopback=True) is None


@given(st.text(max_size=60))
def test_whatever_is_an_address_is_https_to_a_plain_name(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/", f"https://hooks.example.fi{text}"):
        found = rules.endpoint(url, loopback=False)
        if found is not None:
            scheme, host, port = found
            assert scheme == "https"
            assert port in (443, 8443)
            assert rules.HOST.fullmatch(host)
            assert url.split("://", 1)[1].lower().startswith(host)


CLOSED = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "192.0.0.8",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::", "::1",
    "::ffff:8.8.8.8", "::ffff:10.0.0.1", "::8.8.8.8", "64:ff9b::808:808",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "4000::1", "", "localhost", "1.2.3", "0x7f000001",
]  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_not_on_the_internet_is_refused(address: str) -> None:
    assert rules.public(address) is False


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "193.166.3.2", "2a00:1450:400f::1", "2606:4700::1111"])
def test_what_is_on_the_internet_is_not(address: str) -> None:
    assert rules.public(address) is True


@given(st.integers(0, 2**32 - 1))
def test_no_private_address_passes_in_any_form(number: int) -> None:
    ip = IPv4Address(number)
    if ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip in ip_network("100.64.0.0/10"):
        assert not rules.public(str(ip))
    # IPv6 forms that lead to an IPv4 address pass for none, not even for a public one.
    for carrier in (0xFFFF << 32, 0, (0x64FF9B << 96), 0x2002 << 112):
        carried = carrier | (number << 80 if carrier >> 112 == 0x2002 else number)
        assert not rules.public(str(IPv6Address(carried)))


@given(st.ip_addresses())
def test_what_passes_is_global_unicast(ip: IPv4Address | IPv6Address) -> None:
    if rules.public(str(ip)):
        assert ip_address(str(ip)).is_global
        assert not ip.is_multicast


def test_the_signature_is_of_the_specification() -> None:
    """The example of the specification's own libraries: the same key, id, time and body give the same signature."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = rules.signature([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    two = rules.signature([key, b"x" * 32], "id", 7, b"{}").split()
    assert two[0] == "v1," + base64.b64encode(hmac.new(key, b"id.7.{}", hashlib.sha256).digest()).decode()
    assert len(two) == 2
    assert two[0] != two[1]
    assert base64.b64decode(rules.secret_text(key).removeprefix("whsec_")) == key


@given(st.integers(1, 500), st.floats(0, 1), st.one_of(st.none(), st.timedeltas()))
def test_pauses_grow_to_a_limit(failures: int, jitter: float, wish: timedelta | None) -> None:
    pause = rules.pause(failures, jitter, wish)
    assert timedelta(seconds=10) <= pause <= timedelta(hours=24)
    assert pause >= min(wish or timedelta(0), timedelta(hours=24))
    assert rules.pause(failures + 1, jitter) >= rules.pause(failures, jitter)


def test_three_days_take_a_bearable_number_of_tries() -> None:
    spent, tries = timedelta(0), 1
    while spent < rules.DEAD_AFTER:
        spent += rules.pause(tries, 0)
        tries += 1
    assert 15 <= tries <= 30


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120), (" 0 ", 0), ("Mon, 23 Nov 2026 10:01:00 GMT", 60), ("Mon, 23 Nov 2026 09:00:00 GMT", 0),
        (None, None), ("", None), ("-5", None), ("soon", None), ("1e9", None), ("9" * 40, None), ("1.5", None),
    ],
)  # fmt: skip
def test_retry_after(header: str | None, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert rules.retry_after(header, AT) == expected


def test_a_retry_after_beyond_all_calendars_is_nonsense() -> None:
    for said in ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2026 99:00:00 GMT", "-1", "x"):
        assert rules.retry_after(said, datetime(2026, 11, 23, tzinfo=UTC)) is None, said
