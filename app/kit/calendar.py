"""Working days inside a statement: a list can be ordered and filtered by due dates that are stored nowhere.

The same rule as `kit.workdays`; a test holds the two together.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Date, Integer, and_, bindparam, case, cast, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import CTE

from app.kit.workdays import is_working_day

# How far a calendar reaches around the day it is made for. What began earlier counts as beginning on its first day:
# that is overdue by years either way.
BEFORE, AFTER = timedelta(days=3 * 366), timedelta(days=3 * 366)


@lru_cache(maxsize=16)
def working_days(around: date) -> tuple[date, ...]:
    """Every working day from three years before to three years after, in order."""
    first, last = around - BEFORE, around + AFTER
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in every if is_working_day(day))


def calendar() -> CTE:
    """One row with the working days, to be joined once per statement, which is executed with
    `working_days=working_days(today)`."""
    days = bindparam("working_days", type_=ARRAY(Date))
    return select(cast(days, ARRAY(Date)).label("days")).cte("calendar")


def civil(at: Any) -> ColumnElement[date]:
    """The date in Finland of an instant, in SQL."""
    return cast(func.timezone("Europe/Helsinki", at), Date)


def on_or_after(days: CTE, on: Any) -> ColumnElement[date]:
    """The day itself when it is a working day, else the next one, in SQL; NULL where `on` is."""
    listed = days.c.days
    place = func.width_bucket(on, listed)
    return case((on.is_(None), cast(None, Date)), (listed[place] == on, on), else_=listed[place + 1])


def counting_place(days: CTE, at: Any, cutoff_hour: int = 15) -> ColumnElement[int]:
    """The place of `counting_date(at)` in the calendar."""
    listed = days.c.days
    on = func.greatest(civil(at), listed[1])
    place = func.width_bucket(on, listed)
    late = func.date_part("hour", func.timezone("Europe/Helsinki", at)) >= cutoff_hour
    return case((and_(listed[place] == on, ~late), place), else_=place + 1)


def due(days: CTE, at: Any, working: Any, cutoff_hour: int = 15) -> ColumnElement[date]:
    """`add_working_days(counting_date(at), working)` in SQL; NULL where `at` or `working` is."""
    place = counting_place(days, at, cutoff_hour) + working
    return case((at.is_not(None), days.c.days[cast(place, Integer)]))
