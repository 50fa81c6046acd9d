"""Who has fallen silent (C-54): pure, from the contact log. Own design; the limits are data (`silence_rule`).

A client is silent when something waits for them and enough attempts in a row have failed, or when they did not come
and were not reached within some working days. Being reached, or getting in touch, always ends it; nothing else does.
Silence closes nothing by itself (C-35).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.kit.workdays import add_working_days


@dataclass(frozen=True)
class Limits:
    """So many failed attempts, on so many different days, the first so many days ago; and how many working days after
    a no-show."""

    attempts: int = 3
    days: int = 2
    over_days: int = 7
    no_show_working_days: int = 5


def limits_on(on: date) -> Limits:
    """The limits of a day: the newest of the code set that is valid."""
    valid = [code for code in codeset("silence_rule") if code.is_valid(on)]
    facts = max(valid, key=lambda code: code.valid_from or date.min).facts
    return Limits(facts["attempts"], facts["days"], facts["overDays"], facts["noShowWorkingDays"])


@dataclass(frozen=True)
class Entry:
    """One entry of the log, as far as the rule looks at it."""

    at: datetime
    channel: str
    attempt: bool = False
    reached: bool = False
    no_show: bool = False
    wrong_details: bool = False
    interpreter_used: bool = False
    own_environment: bool = False


@dataclass(frozen=True)
class Silence:
    """`because` is a code of `silence_reason`, None when not silent; `since` is the first attempt that failed, or the
    no-show. What is counted is counted from the last time the client was reached, or from when something waits."""

    because: str | None
    since: datetime | None
    last_reached_at: datetime | None
    failed: tuple[Entry, ...]

    @property
    def silent(self) -> bool:
        return self.because is not None

    @property
    def attempts(self) -> dict[str, int]:
        """Failed attempts by channel."""
        tried = [one.channel for one in self.failed if one.attempt]
        return {channel: tried.count(channel) for channel in sorted(set(tried))}

    @property
    def no_shows(self) -> int:
        return sum(one.no_show for one in self.failed)

    @property
    def days_tried(self) -> int:
        return len({civil_date(one.at) for one in self.failed if one.attempt})


def silence(entries: Iterable[Entry], waiting_since: datetime | None, at: datetime, limits: Limits) -> Silence:
    """Whether the client is silent at an instant. `waiting_since`: when the oldest open path or referral began;
    None when nothing waits for the client, who then owes nobody an answer."""
    told = sorted((one for one in entries if one.at <= at), key=attrgetter("at", "channel"))
    last = max((one.at for one in told if one.reached), default=None)
    failed = tuple(
        one
        for one in told
        if not one.reached and (waiting_since is None or one.at >= waiting_since) and (last is None or one.at > last)
    )
    if waiting_since is None:
        return Silence(None, None, last, failed)
    tried = [one.at for one in failed if one.attempt]
    if (
        len(tried) >= limits.attempts
        and len(set(map(civil_date, tried))) >= limits.days
        and at - tried[0] >= timedelta(days=limits.over_days)
    ):
        return Silence("attempts_failed", tried[0], last, failed)
    for one in failed:
        waited_until = add_working_days(civil_date(one.at), limits.no_show_working_days) if one.no_show else None
        if waited_until is not None and civil_date(at) > waited_until:
            return Silence("no_show_unanswered", one.at, last, failed)
    return Silence(None, None, last, failed)


@dataclass(frozen=True)
class Ways:
    """How the client may be reached: the channels that their details and wishes allow, their preferred first."""

    channels: tuple[str, ...]
    representative: bool
    interpreter_needed: bool

    def untried(self, found: Silence) -> list[str]:
        return [channel for channel in self.channels if channel not in found.attempts]


def remedies(found: Silence, ways: Ways) -> list[str]:
    """What to do about a silence: codes of `silence_remedy`, the first thing first; nothing while not silent."""
    untried = ways.untried(found)
    advice = {
        "check_contact_details": any(one.wrong_details for one in found.failed),
        "try_with_interpreter": ways.interpreter_needed and not any(one.interpreter_used for one in found.failed),
        "try_another_channel": bool(untried),
        "write_letter": "letter" in untried,
        "ask_representative": ways.representative,
        "meet_in_own_environment": not any(one.own_environment for one in found.failed),
    }
    return [code for code, fits in advice.items() if fits] if found.silent else []
