"""Pure rules of figures: what is counted, and which cells are hidden so that nobody can be read out of them.

A cell is the numbers of one line (for instance one source): with 1 to 4 people behind any of them it is hidden (own
design), and so is the next smallest as long as the hidden ones could be computed from the total.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from app.kit.i18n import Text

K = TypeVar("K")
SMALLEST = 5
Cell = tuple[int, ...]


def tells(cell: Cell) -> bool:
    """Whether there are so few behind a number that they could be known."""
    return any(0 < number < SMALLEST for number in cell)


def added(cells: Mapping[K, Cell], keys: set[K]) -> Cell:
    return tuple(map(sum, zip(*(cells[key] for key in keys), strict=True)))


def hidden(cells: Mapping[K, Cell], shut: Collection[K] = ()) -> tuple[set[K], bool]:
    """Which lines are hidden (those in `shut` are anyway), and whether their total is too. All cells have the same
    numbers in the same order.

    A line alone is never hidden beside a total that is shown, and neither are several whose sum would tell.
    """
    if not cells:
        return set(), False
    found = {key for key, cell in cells.items() if key in shut or tells(cell)}
    rest = sorted((key for key in cells if key not in found), key=lambda key: (sum(cells[key]), str(key)))
    while found and rest and computable(cells, found):
        found.add(rest.pop(0))
    return found, computable(cells, found) or tells(added(cells, set(cells)))


def computable(cells: Mapping[K, Cell], keys: set[K]) -> bool:
    """Whether the total less what is shown would tell of the hidden ones."""
    return bool(keys) and (len(keys) == 1 or tells(added(cells, keys)))


@dataclass(frozen=True)
class Counted:
    """Sums of some referrals. `completeness` is the sum of shares over `measured`."""

    number: int = 0
    completeness: float = 0.0
    measured: int = 0
    returned: int = 0
    late: int = 0
    days_known: int = 0
    criteria_full: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(
            self.number + other.number,
            self.completeness + other.completeness,
            self.measured + other.measured,
            self.returned + other.returned,
            self.late + other.late,
            self.days_known + other.days_known,
            self.criteria_full + other.criteria_full,
        )

    def cell(self, indicator: str) -> Cell:
        """The numbers behind an indicator: those it holds for, and the others."""
        return {
            "number": (self.number,),
            "completeness": (self.measured,),
            "returned": (self.returned, self.number - self.returned),
            "late": (self.late, self.days_known - self.late),
            "criteria_full": (self.criteria_full, self.number - self.criteria_full),
        }[indicator]

    def value(self, indicator: str) -> float | None:
        """The share or mean, rounded to whole hundredths; None where nothing is behind it."""
        behind = sum(self.cell(indicator))
        if not behind:
            return None
        if indicator == "number":
            return float(self.number)
        part = self.completeness if indicator == "completeness" else float(self.cell(indicator)[0])
        return round(part / behind, 2)


class Visits(NamedTuple):
    """How many appointments there were, and what came of them."""

    number: int = 0
    fulfilled: int = 0
    no_shows: int = 0
    cancelled_by_client: int = 0

    def plus(self, other: Visits) -> Visits:
        return Visits(*(one + more for one, more in zip(self, other, strict=True)))

    @property
    def cell(self) -> Cell:
        """The numbers behind it: each part, and what is left of the whole."""
        parts = (self.fulfilled, self.no_shows, self.cancelled_by_client)
        return (*parts, self.number - sum(parts))


SHARES = ("completeness", "returned", "late", "criteria_full")


def shown(lines: Mapping[K, Counted], shut: Collection[K]) -> tuple[dict[K, dict[str, float | None]], set[str]]:
    """The shares of each line that may be shown (hidden ones None), and the indicators whose total is hidden. A line
    in `shut` shows nothing."""
    found: dict[K, dict[str, float | None]] = {key: dict.fromkeys(SHARES) for key in lines}
    totals: set[str] = set()
    for name in SHARES:
        closed, total = hidden({key: counted.cell(name) for key, counted in lines.items()}, shut)
        if total:
            totals.add(name)
        for key, counted in lines.items():
            found[key][name] = None if key in closed else counted.value(name)
    return found, totals


def is_quarter(first: date, last: date) -> bool:
    """Three months from January, April, July or October: periods that never overlap, so that none can be taken from
    another."""
    next_day = last + timedelta(days=1)
    months = (next_day.year - first.year) * 12 + next_day.month - first.month
    return first.day == next_day.day == 1 and first.month % 3 == 1 and months == 3


@dataclass(frozen=True)
class Indicator:
    """What a number is, and where it comes from: each indicator says both (domain 1.11)."""

    code: str
    name: Text
    definition: Text


SOURCE = Text(
    "Lähetteet sellaisina kuin ne ensi kertaa lähetettiin, tästä järjestelmästä, luettaessa laskettuna.",
    "Remisserna som de först sändes, ur detta system, räknade vid läsningen.",
    "The referrals as they were first sent, from this system, counted when read.",
)
INDICATORS = (
    Indicator(
        "number",
        Text("Lähetteet", "Remisser", "Referrals"),
        Text(
            "Jaksolla ensi kertaa lähetetyt; luonnoksia ja virheellisiä ei lasketa.",
            "Först sända under perioden; utkast och felaktiga räknas inte.",
            "First sent in the period; drafts and those entered in error are not counted.",
        ),
    ),
    Indicator(
        "completeness",
        Text("Täydellisyys", "Fullständighet", "Completeness"),
        Text(
            "Kuinka suuri osa vastaanottavan tiimin pyytämistä kohdista oli mukana, keskimäärin.",
            "Hur stor del av det som det mottagande teamet bad om fanns med, i medeltal.",
            "Which share of what the receiving team asked for was there, on average.",
        ),
    ),
    Indicator(
        "returned",
        Text("Palautettu täydennettäväksi", "Återsänd för komplettering", "Returned for information"),
        Text(
            "Osuus, joka palautettiin vähintään kerran täydennettäväksi.",
            "Andelen som återsändes minst en gång för komplettering.",
            "The share returned at least once for information.",
        ),
    ),
    Indicator(
        "late",
        Text("Myöhään tulleet", "Sent inkomna", "Late"),
        Text(
            "Osuus niistä, joiden työttömyyspäivät tiedetään: yli {days} päivää (C-20). Ei hylkäysperuste.",
            "Andelen av dem vars arbetslöshetsdagar är kända: över {days} dagar (C-20). Inte en grund för avslag.",
            "Of those whose days of unemployment are known: over {days} days (C-20). Never a ground for rejection.",
        ),
    ),
    Indicator(
        "criteria_full",
        Text("Kriteerit kokonaan vastattu", "Kriterierna helt besvarade", "Criteria fully answered"),
        Text(
            "Osuus, jossa yhteisen kriteeristön jokaiseen kohtaan on vastattu (C-22).",
            "Andelen där varje punkt i de gemensamma kriterierna är besvarad (C-22).",
            "The share in which every one of the common criteria is answered (C-22).",
        ),
    ),
)
