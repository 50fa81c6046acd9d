"""What the client is told before an expression of will (informointi, domain 5.4), and when an end comes near: as data.

Texts are versioned by the day they came into use and never edited after: a consent names the version it was given on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.kit.clock import civil_date
from app.kit.i18n import Text

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class InformationText:
    """One version of a text. `valid_to` is inclusive; None while it is in use."""

    code: str
    version: date
    valid_to: date | None
    kinds: frozenset[str]
    source: str
    text: Text

    def in_use(self, on: date) -> bool:
        return self.version <= on and (self.valid_to is None or on <= self.valid_to)


def read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text("utf-8"))
    return rows


@lru_cache(maxsize=1)
def texts() -> tuple[InformationText, ...]:
    """Every version, by code and day."""
    found = [
        InformationText(
            code=row["code"],
            version=date.fromisoformat(row["version"]),
            valid_to=date.fromisoformat(row["validTo"]) if "validTo" in row else None,
            kinds=frozenset(row["kinds"]),
            source=row["source"],
            text=Text(fi=row["fi"], sv=row["sv"], en=row["en"]),
        )
        for row in read("information.json")
    ]
    return tuple(sorted(found, key=lambda one: (one.code, one.version)))


def text_for(kind: str, on: date) -> InformationText | None:
    """The one in use on a day before this kind of consent; None for a no, which needs none, and before the first."""
    return next((one for one in texts() if kind in one.kinds and one.in_use(on)), None)


def version_of(code: str, version: date) -> InformationText | None:
    return next((one for one in texts() if (one.code, one.version) == (code, version)), None)


@lru_cache(maxsize=1)
def warnings() -> tuple[tuple[date, int], ...]:
    """From which day on how many days before its end a consent is told to be ending."""
    return tuple(sorted((date.fromisoformat(row["validFrom"]), row["days"]) for row in read("expiry.json")))


def warned_days(on: date) -> int:
    return next((days for since, days in reversed(warnings()) if since <= on), 0)


def warned_until(at: datetime) -> datetime:
    """A consent that ends before or at this instant is ending soon."""
    return at + timedelta(days=warned_days(civil_date(at)))


def last_day(valid_until: datetime) -> date:
    """The last civil day on which it holds at all: an end at midnight is the day before."""
    return civil_date(valid_until - timedelta(microseconds=1))
