"""Clocks of a referral, computed when it is read: what is due by when, and the rule that gave the date. Pure.

The numbers are data with a period of validity: the version in force on the day a clock started counts, so that a
change of the numbers moves no date that somebody was promised. Days are working days of Finland unless the rule says
otherwise; what arrives at the cut-off hour (Europe/Helsinki) or later counts from the next working day.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.workdays import add_working_days, counting_date, is_working_day, next_working_day

OWN = "own design"


@dataclass(frozen=True)
class Deadlines:
    """One version of the numbers."""

    version: str
    valid_from: date
    cutoff_hour: int
    answer_days: int
    urgent_answer_days: int
    first_contact_days: int
    urgent_first_contact_days: int
    urgent_recheck_days: int
    feedback_days: int


@dataclass(frozen=True)
class Clock:
    """`since` is when it began. While `met_at` is None it runs, and only a running clock is overdue."""

    clock: str
    since: datetime
    due_on: date
    met_at: datetime | None
    rule: Text
    rule_code: str
    source: str

    def overdue(self, at: datetime) -> bool:
        return self.met_at is None and self.due_on < civil_date(at)


@dataclass(frozen=True)
class Moments:
    """What has happened, as far as the clocks ask. `urgent` is the receiver's priority, said at `prioritised_at`;
    `asked_urgent` is what the sender asked for. `owed_at`: an outcome was recorded, and the feedback is owed. `void`:
    a draft, or taken back as if it had not been."""

    asked_urgent: bool
    urgent: bool
    submitted_at: datetime | None
    prioritised_at: datetime | None = None
    decided_at: datetime | None = None
    taken_on: bool = False
    in_progress: bool = False
    waiting_since: datetime | None = None
    rechecked_at: datetime | None = None
    recheck_planned_on: date | None = None
    first_contact_at: datetime | None = None
    owed_at: datetime | None = None
    final_at: datetime | None = None
    waits: bool = False
    void: bool = False

    @property
    def raised_at(self) -> datetime | None:
        """When the receiver made urgent what was sent as routine; None when it was urgent before it was sent again."""
        raised, sent = self.prioritised_at, self.submitted_at
        later = raised is not None and (sent is None or raised > sent)
        return raised if later and self.urgent and not self.asked_urgent else None


def read_deadlines(raw: dict[str, Any]) -> Deadlines:
    """Raises `KeyError` or `ValueError` for a file that is not whole."""
    return Deadlines(
        version=raw["version"],
        valid_from=date.fromisoformat(raw["validFrom"]),
        cutoff_hour=raw["cutoffHour"],
        answer_days=raw["answerDays"]["routine"],
        urgent_answer_days=raw["answerDays"]["urgent"],
        first_contact_days=raw["firstContactDays"]["routine"],
        urgent_first_contact_days=raw["firstContactDays"]["urgent"],
        urgent_recheck_days=raw["urgentRecheckDays"],
        feedback_days=raw["feedbackDays"],
    )


@lru_cache(maxsize=1)
def shipped() -> tuple[Deadlines, ...]:
    """Every version in the folder, the newest first. One that was in force is never edited."""
    files = sorted((Path(__file__).parent / "deadlines").glob("*.json"))
    found = [read_deadlines(json.loads(file.read_text("utf-8"))) for file in files]
    return tuple(sorted(found, key=lambda version: version.valid_from, reverse=True))


def in_force(on: date, versions: Sequence[Deadlines] | None = None) -> Deadlines:
    """The version of a day; before the first one, the first one."""
    known = shipped() if versions is None else sorted(versions, key=lambda v: v.valid_from, reverse=True)
    return next((version for version in known if version.valid_from <= on), known[-1])


def working_days(since: datetime, days: int, rules: Deadlines) -> date:
    return add_working_days(counting_date(since, rules.cutoff_hour), days)


def answer_due(
    submitted_at: datetime, urgent: bool, raised_at: datetime | None = None, versions: Sequence[Deadlines] | None = None
) -> date:
    """By when the receiver decides. Made urgent later, it counts from then, and never later than it was due before."""
    rules = in_force(civil_date(submitted_at), versions)
    routine = working_days(submitted_at, rules.answer_days, rules)
    if not urgent:
        return routine
    return min(routine, working_days(raised_at or submitted_at, rules.urgent_answer_days, rules))


def feedback_due(decided_at: datetime, versions: Sequence[Deadlines] | None = None) -> date:
    rules = in_force(civil_date(decided_at), versions)
    return working_days(decided_at, rules.feedback_days, rules)


def recheck_due(
    since: datetime, days: int, urgent: bool, planned: date | None, versions: Sequence[Deadlines] | None = None
) -> tuple[date, int]:
    """When the need is checked again (C-24), and after how many days: calendar days, moved to the next working day
    when nobody is at work; or the day that was agreed."""
    counted = min(days, in_force(civil_date(since), versions).urgent_recheck_days) if urgent else days
    due = planned or civil_date(since) + timedelta(days=counted)
    return due if planned or is_working_day(due) else next_working_day(due), counted


def clocks(seen: Moments, recheck_days: int, versions: Sequence[Deadlines] | None = None) -> list[Clock]:
    """Every clock that has started, in the order of the process. None of a draft, or of what was taken back."""
    if seen.submitted_at is None or seen.void:
        return []
    found = [_answer(seen, seen.submitted_at, versions)]
    if seen.waits and seen.waiting_since is not None:
        found.append(_recheck(seen, seen.waiting_since, recheck_days, versions))
    if seen.taken_on and seen.decided_at is not None:
        if seen.in_progress or seen.first_contact_at is not None:
            found.append(_first_contact(seen, seen.decided_at, versions))
        found.append(_feedback(seen, seen.decided_at, versions))
    return found


def _answer(seen: Moments, submitted_at: datetime, versions: Sequence[Deadlines] | None) -> Clock:
    """Being put on the waiting list is an answer too: the sender is told."""
    rules = in_force(civil_date(submitted_at), versions)
    raised = seen.raised_at
    days = rules.urgent_answer_days if seen.urgent else rules.answer_days
    return Clock(
        clock="answer",
        since=submitted_at,
        due_on=answer_due(submitted_at, seen.urgent, raised, versions),
        met_at=min(filter(None, (seen.decided_at, seen.waiting_since, seen.final_at)), default=None),
        rule=ANSWER[seen.urgent, raised is not None].format(days=days, hour=rules.cutoff_hour),
        rule_code=f"answer_in_working_days_{rules.version}",
        source=OWN,
    )


def _recheck(seen: Moments, began: datetime, days: int, versions: Sequence[Deadlines] | None) -> Clock:
    since = seen.rechecked_at or began
    due, counted = recheck_due(since, days, seen.urgent, seen.recheck_planned_on, versions)
    agreed = seen.recheck_planned_on is not None
    return Clock(
        clock="recheck",
        since=since,
        due_on=due,
        met_at=None,
        rule=RECHECK_AGREED if agreed else RECHECK.format(days=counted),
        rule_code="recheck_as_agreed" if agreed else "recheck_in_days",
        source="C-24",
    )


def _first_contact(seen: Moments, decided_at: datetime, versions: Sequence[Deadlines] | None) -> Clock:
    rules = in_force(civil_date(decided_at), versions)
    days = rules.urgent_first_contact_days if seen.urgent else rules.first_contact_days
    return Clock(
        clock="first_contact",
        since=decided_at,
        due_on=working_days(decided_at, days, rules),
        met_at=seen.first_contact_at,
        rule=FIRST_CONTACT.format(days=days, hour=rules.cutoff_hour),
        rule_code=f"first_contact_in_working_days_{rules.version}",
        source=OWN,
    )


def _feedback(seen: Moments, decided_at: datetime, versions: Sequence[Deadlines] | None) -> Clock:
    rules = in_force(civil_date(decided_at), versions)
    owed = seen.owed_at is not None
    return Clock(
        clock="feedback",
        since=seen.owed_at or decided_at,
        due_on=civil_date(seen.owed_at) if seen.owed_at else feedback_due(decided_at, versions),
        met_at=seen.final_at,
        rule=FEEDBACK_OWED if owed else FEEDBACK.format(days=rules.feedback_days, hour=rules.cutoff_hour),
        rule_code="feedback_with_outcome" if owed else f"feedback_in_working_days_{rules.version}",
        source="C-12" if owed else OWN,
    )


_CUTOFF = Text(
    "; kello {hour} tai sen jälkeen tullut lasketaan seuraavasta arkipäivästä",
    "; det som kommer klockan {hour} eller senare räknas från följande arbetsdag",
    "; what comes at {hour} o'clock or later counts from the next working day",
)


def _with_cutoff(fi: str, sv: str, en: str) -> Text:
    return Text(fi + _CUTOFF.fi, sv + _CUTOFF.sv, en + _CUTOFF.en)


_URGENT_ANSWER = _with_cutoff(
    "kiireellinen: vastaus {days} arkipäivässä lähettämisestä",
    "brådskande: svar inom {days} arbetsdagar från det att remissen skickades",
    "urgent: an answer within {days} working days of the sending",
)
# By (urgent, made urgent by the receiver after it was sent).
ANSWER = {
    (False, False): _with_cutoff(
        "vastaus {days} arkipäivässä lähettämisestä",
        "svar inom {days} arbetsdagar från det att remissen skickades",
        "an answer within {days} working days of the sending",
    ),
    (True, False): _URGENT_ANSWER,
    (True, True): _with_cutoff(
        "muutettu kiireelliseksi: vastaus {days} arkipäivässä siitä, ei kuitenkaan alkuperäistä myöhemmin",
        "ändrad till brådskande: svar inom {days} arbetsdagar därifrån, dock inte senare än ursprungligen",
        "made urgent later: an answer within {days} working days of that, and no later than it was due before",
    ),
}
RECHECK = Text(
    "palveluntarve tarkistetaan {days} päivän välein odotuksen aikana, tarvittaessa seuraavana arkipäivänä",
    "servicebehovet kontrolleras med {days} dagars mellanrum under väntetiden, vid behov följande arbetsdag",
    "the need is checked again every {days} days of waiting, on the next working day if need be",
)
RECHECK_AGREED = Text(
    "palveluntarve tarkistetaan sovittuna päivänä",
    "servicebehovet kontrolleras den överenskomna dagen",
    "the need is checked again on the day that was agreed",
)
FIRST_CONTACT = _with_cutoff(
    "ensimmäinen yhteydenotto asiakkaaseen {days} arkipäivässä vastaanottamisesta",
    "första kontakten med klienten inom {days} arbetsdagar från mottagandet",
    "the first contact with the client within {days} working days of the acceptance",
)
FEEDBACK = _with_cutoff(
    "palaute lähettäjälle viimeistään {days} arkipäivässä vastaanottamisesta",
    "återkoppling till remittenten senast inom {days} arbetsdagar från mottagandet",
    "feedback to the sender within {days} working days of the acceptance",
)
FEEDBACK_OWED = Text(
    "palaute lähettäjälle viimeistään, kun lopputulos on kirjattu",
    "återkoppling till remittenten senast när resultatet har antecknats",
    "feedback to the sender at the latest when the outcome is recorded",
)
