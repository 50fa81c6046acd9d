"""A calendar that a calendar program reads by a secret address (RFC 5545): busy times, and about no client."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from icalendar import Calendar, Event
from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries
from app.calendars.faults import CalendarUnknown, FeedEnded
from app.calendars.models import CalendarFeed
from app.calendars.queries import Entry
from app.kit.codesets import label
from app.kit.i18n import Language, Text
from app.people.actor import Actor

TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
BACK, AHEAD, CANCELLED_FOR = timedelta(days=31), timedelta(days=366), timedelta(days=31)
PRODUCT = "-//Heinola//Calendar 1//FI"
NAME = Text("Työkyvyn tuki: oma kalenteri", "Stöd för arbetsförmågan: egen kalender", "Work ability: my calendar")


def hash_of(vault: Any, token: str) -> bytes:
    """A keyed hash; the token is hashed first: the index does not tell capitals apart."""
    keyed: bytes = vault.index(f"calendar-feed|{hashlib.sha256(token.encode()).hexdigest()}")
    return keyed


async def newest(session: AsyncSession, actor: Actor) -> CalendarFeed | None:
    assert actor.person_id is not None
    return await queries.newest_feed(session, actor.person_id)


async def make(session: AsyncSession, actor: Actor, at: datetime) -> tuple[str, CalendarFeed]:
    """A token of 256 bits, told this once; the address before ends."""
    assert actor.person_id is not None
    before = await newest(session, actor)
    if before is not None and before.ended_at is None:
        before.ended_at = at
        await session.flush()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed(person_id=actor.person_id, token_hash=hash_of(session.info["vault"], token), made_at=at)
    session.add(feed)
    await session.flush()
    return token, feed


async def end(session: AsyncSession, feed: CalendarFeed, at: datetime) -> None:
    """Raises `FeedEnded`."""
    if feed.ended_at is not None:
        raise FeedEnded()
    feed.ended_at = at
    await session.flush()


@dataclass(frozen=True)
class CalendarReader:
    """Whoever holds the address of somebody's calendar, and no roles of anybody."""

    person_id: UUID


async def enter(session: AsyncSession, token: str) -> CalendarReader:
    """Raises `CalendarUnknown`, whatever the reason."""
    if not TOKEN.fullmatch(token):
        raise CalendarUnknown()
    person = await queries.calendar_of(session, hash_of(session.info["vault"], token))
    if person is None:
        raise CalendarUnknown()
    return CalendarReader(person)


async def written(session: AsyncSession, person_id: UUID, language: Language, at: datetime) -> bytes:
    """From a month ago to a year ahead; what was cancelled in the last month is there as cancelled. One statement."""
    rows = await queries.entries(session, person_id, at - BACK, at + AHEAD, at - CANCELLED_FOR)
    return ics(rows, language)


def ics(entries: Iterable[Entry], language: Language) -> bytes:
    """The same entries give the same bytes: nothing in it is of the moment of reading."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", NAME.pick(language))
    for entry in entries:
        calendar.add_component(event_of(entry, language))
    return bytes(calendar.to_ical())


def event_of(entry: Entry, language: Language) -> Event:
    """Busy time: its kind, and where, if that is a room or no place at all. A reservation's own id is its UID."""
    row, room = entry
    event = Event()
    event.add("uid", f"{row.id}@heinola")
    event.add("dtstamp", row.released_at or row.created_at)
    event.add("dtstart", row.starts_at)
    event.add("dtend", row.ends_at)
    event.add("summary", label("reservation_kind", row.kind).pick(language))
    if room is not None:
        event.add("location", room.name if room.address is None else f"{room.name}, {room.address}")
    elif row.place is not None:
        event.add("location", label("reservation_place", row.place).pick(language))
    event.add("sequence", 0 if row.released_at is None else 1)
    event.add("status", "CONFIRMED" if row.released_at is None else "CANCELLED")
    event.add("transp", "OPAQUE" if row.released_at is None else "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
