"""Reminders of appointments: who asked for it, once, without a word of what it is, and not of what was cancelled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.appointments.rules import EVENING, MORNING, reminder_due
from app.config import Settings
from app.delivery.reminding.service import BODY, SUBJECT, Reminder
from app.dev.town import Town
from app.kit.clock import HELSINKI, utcnow
from tests.contract.conftest import Place
from tests.delivery.conftest import Post, sent, taken
from tests.delivery.test_notices import LINK, Letterbox
from tests.factories import Json, act, get, ok

ADDRESS = "matti@town.example"


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


def reminder(post: Post, box: Letterbox) -> Reminder:
    return Reminder(post.transaction, post.now, box, Settings(mode="demo", notice_url=LINK, _env_file=None))


async def visits(place: Place, town: Town, *hours: int) -> list[Json]:
    """Appointments, each a day long, so many hours from noon in three days, of a client who asked to be reminded."""
    path = await taken(place, await sent(place, town))
    await place.sql("UPDATE clients SET email = :e, language = 'en' WHERE id = :c", e=ADDRESS, c=path["clientId"])
    noon = (utcnow() + timedelta(days=3)).astimezone(HELSINKI).replace(hour=12, minute=0, second=0, microsecond=0)
    body = {"kind": "nurse", "personId": str(town.persons["nurse"]), "minutes": 30, "remind": True}
    rows = []
    for one in hours:
        starts = (noon + timedelta(hours=one)).astimezone(UTC).isoformat()
        there = f"/v1/pathways/{path['id']}/appointments"
        rows.append(ok(await act(place.who("nurse"), there, body | {"startsAt": starts, "outsideHours": True})))
    return rows


async def test_it_says_when_and_nothing_else_and_goes_once(
    fresh: Place, template: Town, post: Post, box: Letterbox
) -> None:
    kept, cancelled, moved = await visits(fresh, template, 0, 1, 2)
    nurse = fresh.who("nurse")
    assert await reminder(post, box).run() == 0, "not three days before"
    ok(await act(nurse, f"/v1/appointments/{cancelled['id']}/cancel", {"reason": "not_needed"}, cancelled))
    later = (datetime.fromisoformat(moved["startsAt"]) + timedelta(days=7)).isoformat()
    change = {"startsAt": later, "reason": "client_asked", "outsideHours": True}
    ok(await act(nurse, f"/v1/appointments/{moved['id']}/move", change, moved))
    post.later = datetime.fromisoformat(kept["startsAt"]) - timedelta(hours=1) - utcnow()
    assert await reminder(post, box).run() == 1
    assert await reminder(post, box).run() == 0, "no doubles"
    [(to, subject, body)] = box.got
    here = datetime.fromisoformat(kept["startsAt"]).astimezone(HELSINKI)
    day = f"{here.day}.{here.month}.{here.year}"
    assert (to, subject, body) == (ADDRESS, SUBJECT.en, BODY.en.format(day=day, time=f"{here:%H.%M}", link=LINK))
    # What came with the address is not of any service: neither a name nor a kind nor a place.
    assert not [word for word in ("Heinola", "nurse", "health", "hoita") if word.lower() in subject.lower()]
    seen = await get(nurse, f"/v1/appointments/{kept['id']}")
    assert [one["outcome"] for one in seen["reminders"]] == ["sent"]


@pytest.mark.parametrize(
    ("change", "because"),
    [("protected = true", "protected"), ("leave_no_messages = true", "no_messages"), ("email = NULL", "no_address")],
)
async def test_what_changed_since_is_asked_again(
    fresh: Place, template: Town, post: Post, box: Letterbox, change: str, because: str
) -> None:
    [row] = await visits(fresh, template, 0)
    await fresh.sql(f"UPDATE clients SET {change} WHERE id = :c", c=row["clientId"])
    post.later = datetime.fromisoformat(row["startsAt"]) - timedelta(hours=1) - utcnow()
    assert await reminder(post, box).run() == 0
    assert box.got == []
    seen = await get(fresh.who("nurse"), f"/v1/appointments/{row['id']}")
    assert [(one["outcome"], one["because"]) for one in seen["reminders"]] == [("not_sent", because)]
    told = "SELECT count(*) FROM outbox_events WHERE kind = 'appointment.not_reminded' AND subject_id = :id"
    assert await fresh.value(told, id=row["id"]) == 1


async def test_a_mail_that_breaks_is_not_sent_again(fresh: Place, template: Town, post: Post, box: Letterbox) -> None:
    [row] = await visits(fresh, template, 0)
    post.later = datetime.fromisoformat(row["startsAt"]) - timedelta(hours=1) - utcnow()
    box.broken = True
    assert await reminder(post, box).run() == 0
    box.broken = False
    assert await reminder(post, box).run() == 0
    seen = await get(fresh.who("nurse"), f"/v1/appointments/{row['id']}")
    assert [one["outcome"] for one in seen["reminders"]] == ["failed"]


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(starts=INSTANTS, booked=INSTANTS, at=INSTANTS, hours=st.integers(1, 72))
def test_never_at_night_nor_after_nor_of_what_was_booked_later(
    starts: datetime, booked: datetime, at: datetime, hours: int
) -> None:
    if reminder_due(starts, booked, at, hours):
        assert at < starts
        assert booked <= at
        assert starts - at <= timedelta(hours=hours)
        assert MORNING <= at.astimezone(HELSINKI).hour < EVENING
