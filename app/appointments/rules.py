"""Pure rules of appointments: how long, how late one may cancel, when one is reminded. The numbers are data
(`appointment_rule`); own design where no source gives one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.kit.clock import HELSINKI, civil_date
from app.kit.codesets import codeset, newest

SHORTEST_CHECK, LONGEST_CHECK = 90, 120  # minutes (C-14)
# Kinds whose professional would tell of the client's health.
TELLING = tuple(code.code for code in codeset("appointment_kind") if code.facts["telling"])
# What such a kind is called to those who read no health data; nothing is booked as it.
NEUTRAL = "health_care"
MORNING, EVENING = 8, 20  # Finnish time: nobody is written to at night


@dataclass(frozen=True)
class Limits:
    """Minutes reserved for recording a health check (C-14); hours before the beginning until which the client cancels
    without calling, and from which a reminder is due; minutes before the beginning from which an arrival is noted."""

    recording_minutes: int = 30
    cancel_hours: int = 24
    remind_hours: int = 24
    arrive_minutes: int = 60


def limits_on(on: date) -> Limits:
    """The limits of a day: the newest of the code set that is valid."""
    facts = newest("appointment_rule", on).facts
    return Limits(facts["recordingMinutes"], facts["cancelHours"], facts["remindHours"], facts["arriveMinutes"])


def receives(kind: str, roles: Collection[str]) -> bool:
    """Whether somebody on such seats receives at times of this kind; a joint appointment is anybody's."""
    wanted = codeset("appointment_kind")[kind].facts["roles"]
    return not wanted or not set(wanted).isdisjoint(roles)


def length_fits(kind: str, minutes: int, because: str | None) -> bool:
    """A health check takes 90 to 120 minutes (C-14), or a coded reason; nothing else takes one."""
    usual = kind != "health_check" or SHORTEST_CHECK <= minutes <= LONGEST_CHECK
    return usual is (because is None)


def recording_fits(starts_at: datetime, ends_at: datetime, recording_at: datetime, minutes: int) -> bool:
    """The recording is of the same day in Finland, and not while the client is there."""
    recorded = recording_at + timedelta(minutes=minutes)
    apart = recording_at >= ends_at or recorded <= starts_at
    return apart and civil_date(recording_at) == civil_date(recorded) == civil_date(starts_at)


def cancel_until(starts_at: datetime, hours: int) -> datetime:
    """The last moment at which the client cancels without calling."""
    return starts_at - timedelta(hours=hours)


def noted_from(starts_at: datetime, verb: str, minutes: int) -> datetime:
    """From when something is noted of a visit: an arrival some minutes before it begins, what came of it after."""
    return starts_at - timedelta(minutes=minutes) if verb == "arrive" else starts_at


def reminder_due(starts_at: datetime, booked_at: datetime, at: datetime, hours: int) -> bool:
    """Whether it is time to remind: so many hours before, by day, and not of what was booked later than that."""
    due = starts_at - timedelta(hours=hours)
    return booked_at <= due <= at < starts_at and MORNING <= at.astimezone(HELSINKI).hour < EVENING


@dataclass(frozen=True)
class Attendance:
    """What came of a client's appointments."""

    coming: int = 0
    fulfilled: int = 0
    no_shows: int = 0
    cancelled_by_client: int = 0
    cancelled_by_team: int = 0
    last_no_show_at: datetime | None = None
