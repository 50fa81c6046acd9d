"""E-mails that say nothing: to whom, when, and never how it is about."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.config import Settings
from app.delivery.mail import ConsoleMailer, SmtpMailer, mailer_of
from app.delivery.models import NotificationSettings
from app.delivery.notices.service import BODY, SUBJECT, Notifier, due
from app.dev.town import Town
from app.kit.ids import new_id
from tests.contract.conftest import Place
from tests.delivery.conftest import Post, answered, sent, taken
from tests.factories import act, get, ok

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LINK = "https://heinola.example.fi/"


@dataclass
class Letterbox:
    """Keeps what would go; `broken` fails like a server that is away."""

    got: list[tuple[str, str, str]] = field(default_factory=list)
    broken: bool = False

    async def send(self, to: str, subject: str, body: str) -> None:
        if self.broken:
            raise ConnectionRefusedError
        self.got.append((to, subject, body))


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


def notifier(post: Post, box: Letterbox) -> Notifier:
    return Notifier(post.transaction, post.now, box, Settings(mode="demo", notice_url=LINK, _env_file=None))


async def asks(place: Place, persona: str, mode: str = "immediately", address: str | None = "a.b@town.example") -> None:
    ok(await place.who(persona).patch("/v1/me/notifications", json={"mode": mode}, headers={"If-Match": '"1"'}))
    who = "(SELECT person_id FROM logins WHERE subject = :s)"
    await place.sql(f"UPDATE persons SET email = :e WHERE id = {who}", e=address, s=persona)


async def test_a_nurse_is_told_of_new_work_once(fresh: Place, template: Town, post: Post, box: Letterbox) -> None:
    await asks(fresh, "nurse")
    assert await notifier(post, box).run() == 0, "what was there before is not new"
    referral = await sent(fresh, template)
    await sent(fresh, template)
    assert await notifier(post, box).run() == 1, "two pieces of work, one mail"
    [(to, subject, body)] = box.got
    assert (to, subject) == ("a.b@town.example", SUBJECT.en)
    assert body == BODY.en.format(link=LINK)
    assert referral["id"] not in body
    post.later = timedelta(minutes=1)
    await sent(fresh, template)
    assert await notifier(post, box).run() == 0, "not so soon"
    post.later = timedelta(minutes=16)
    assert await notifier(post, box).run() == 1, "and then of what came meanwhile"
    post.later = timedelta(minutes=40)
    assert await notifier(post, box).run() == 0
    assert len(await fresh.sql("SELECT 1 FROM notices WHERE outcome = 'sent'")) == 2


async def test_who_does_not_ask_or_has_no_address_gets_none(
    fresh: Place, template: Town, post: Post, box: Letterbox
) -> None:
    await asks(fresh, "nurse", address=None)
    await sent(fresh, template)
    assert await notifier(post, box).run() == 0
    await asks_off(fresh)
    await sent(fresh, template)
    assert await notifier(post, box).run() == 0
    assert box.got == []


async def asks_off(place: Place) -> None:
    await place.sql("UPDATE persons SET email = 'x@town.example'")
    seen = await place.who("nurse").get("/v1/me/notifications")
    tag = {"If-Match": seen.headers["etag"]}
    ok(await place.who("nurse").patch("/v1/me/notifications", json={"mode": "off"}, headers=tag))


async def test_a_sender_is_told_of_feedback_while_it_is_permitted(
    fresh: Place, template: Town, post: Post, box: Letterbox
) -> None:
    await asks(fresh, "employment")
    referral = await sent(fresh, template)
    path = await taken(fresh, referral)
    assert await notifier(post, box).run() == 0, "that it was accepted is no reason"
    await answered(fresh, referral, path)
    client = await fresh.value("SELECT client_id FROM referrals WHERE id = :id", id=referral["id"])
    [consent] = (await get(fresh.who("nurse"), f"/v1/clients/{client}/consents"))["items"]
    ok(await act(fresh.who("nurse"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
    assert await notifier(post, box).run() == 0, "its permission has ended"
    other = await sent(fresh, template)
    await answered(fresh, other, await taken(fresh, other))
    assert await notifier(post, box).run() == 1
    assert box.got[0][2] == BODY.en.format(link=LINK)


async def test_a_server_that_is_away_is_tried_again(fresh: Place, template: Town, post: Post, box: Letterbox) -> None:
    await asks(fresh, "nurse")
    await sent(fresh, template)
    box.broken = True
    assert await notifier(post, box).run() == 0
    box.broken = False
    assert await notifier(post, box).run() == 1
    assert [r[0] for r in await fresh.sql("SELECT outcome FROM notices ORDER BY at, id")] == ["failed", "sent"]


CLIENT = "UPDATE clients SET email = 'aino@client.example', {} WHERE id = :id"


@pytest.mark.parametrize("wish", ["protected", "leave_no_messages", "send_no_letters"])
async def test_a_client_is_told_unless_it_may_not_be(
    fresh: Place, template: Town, post: Post, box: Letterbox, wish: str
) -> None:
    aino = template.clients["aino"]
    await fresh.sql(CLIENT.format(f"{wish} = false"), id=aino)
    ok(await fresh.who("client").patch("/v1/me/notifications", json={"mode": "immediately"}, headers={"If-Match": "*"}))
    await post.seal()
    await notifier(post, box).run()
    box.got.clear()
    given = {
        "kind": "permission", "recipientIds": [str(template.organisations["kela"])], "dataClasses": ["participation"],
        "purposes": ["network_meeting"], "howGiven": "oral", "informationGivenAt": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    ok(await act(fresh.who("nurse"), f"/v1/clients/{aino}/consents", given))
    await post.seal()
    await fresh.sql(CLIENT.format(f"{wish} = true"), id=aino)
    post.later = timedelta(minutes=20)
    assert await notifier(post, box).run() == 0
    await fresh.sql(CLIENT.format(f"{wish} = false"), id=aino)
    assert await notifier(post, box).run() == 1
    assert [to for to, *_ in box.got] == ["aino@client.example"]


def settings(mode: str, looked: datetime, mailed: datetime | None = None) -> NotificationSettings:
    row = NotificationSettings(login_id=new_id(), mode=mode, looked_at=looked)
    row.mailed_at = mailed
    return row


@pytest.mark.parametrize(
    ("looked", "now", "expected"),
    [
        ("2026-11-22T10:00", "2026-11-23T05:59", False), ("2026-11-22T10:00", "2026-11-23T06:00", True),
        ("2026-11-23T06:00", "2026-11-23T20:00", False), ("2026-11-23T05:59", "2026-11-23T20:00", True),
        ("2026-03-28T10:00", "2026-03-29T04:59", False), ("2026-03-28T10:00", "2026-03-29T05:00", True),
    ],
)  # fmt: skip
def test_once_a_day_from_eight_in_the_morning(looked: str, now: str, expected: bool) -> None:
    """Finnish time, also on the night when the clocks change."""
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert due(settings("daily", datetime.fromisoformat(looked).replace(tzinfo=UTC)), at, 15) is expected


def test_at_once_is_seldom() -> None:
    assert due(settings("immediately", AT), AT, 15)
    assert not due(settings("immediately", AT, AT), AT + timedelta(minutes=14), 15)
    assert due(settings("immediately", AT, AT), AT + timedelta(minutes=15), 15)
    assert not due(settings("off", AT), AT + timedelta(days=9), 15)


def smtp(**over: Any) -> Settings:
    given = {"smtp_host": "mail.example.fi", "smtp_from": "h@town.example", "notice_url": LINK, **over}
    return Settings(mode="demo", _env_file=None, **given)


class Server:
    """What the mail server is told, in order."""

    said: list[str]

    def __init__(self, host: str, port: int, timeout: float) -> None:
        Server.said = [f"connect {host}:{port}"]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        Server.said.append("quit")

    def starttls(self, context: object) -> None:
        Server.said.append("starttls")

    def login(self, user: str, password: str) -> None:
        Server.said.append(f"login {user} {password}")

    def send_message(self, message: Any) -> None:
        Server.said.append(f"{message['From']} > {message['To']}: {message['Subject']}")


async def test_nothing_is_said_before_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtplib, "SMTP", Server)
    made = mailer_of(smtp(smtp_user="u", smtp_password="p"))
    assert isinstance(made, SmtpMailer)
    await made.send("a@b.example", "Uutta", "x")
    assert Server.said == [
        "connect mail.example.fi:587", "starttls", "login u p", "h@town.example > a@b.example: Uutta", "quit",
    ]  # fmt: skip
    await SmtpMailer(smtp(smtp_host="127.0.0.1")).send("a@b.example", "Uutta", "x")
    assert "starttls" not in Server.said
    with pytest.raises(ValueError, match="Header values"):
        await made.send("a@b.example\nBcc: everybody@b.example", "Uutta", "x")


async def test_the_console_does_not_say_the_address(caplog: pytest.LogCaptureFixture) -> None:
    made = mailer_of(Settings(mode="demo", _env_file=None))
    assert isinstance(made, ConsoleMailer)
    with caplog.at_level("INFO", "heinola.mail"):
        await made.send("aino.asiakas@client.example", "Uutta", "x")
    assert "a mail would go" in caplog.text
    assert "aino" not in caplog.text
    assert "client.example" not in caplog.text


def test_settings_that_do_not_go_together() -> None:
    for over in ({"smtp_from": None}, {"notice_url": None}, {"smtp_user": "u"}, {"smtp_password": "p"}):
        with pytest.raises(ValueError, match="HEINOLA_"):
            smtp(**over)


async def test_a_named_person_is_told_of_a_sign_of_danger(
    fresh: Place, template: Town, post: Post, box: Letterbox
) -> None:
    await asks(fresh, "nurse")
    await notifier(post, box).run()
    nurse, nobody, sent_in = fresh.who("nurse"), fresh.who(""), await sent(fresh, template)
    path = ok(await act(nurse, f"/v1/referrals/{sent_in['id']}/accept", {}, {"version": 2}))
    ask = {"instrument": "phq9", "language": "en"}
    row = ok(await act(nurse, f"/v1/pathways/{path['id']}/response-requests", ask))
    link = ok(await act(nurse, f"/v1/responses/{row['id']}/links", {}, row))
    assert await notifier(post, box).run() == 1, "the work given"
    held = {"Form-Token": link["token"], "If-Match": f'"{link["version"]}"'}
    answers = {"answers": [{"item": "phq9_9", "value": 2}]}
    ok(await nobody.post("/v1/answering/submit", json=answers, headers=held))
    post.later = timedelta(minutes=20)
    assert await notifier(post, box).run() == 1, "a sign of danger"
    assert box.got[-1][1:] == (SUBJECT.en, BODY.en.format(link=LINK)), "without content"
