"""Figures are of quarters that have ended: what happens in these tests is read in January."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.kit.clock import civil_date

NEW_YEAR = date(2027, 1, 4)


@pytest.fixture(autouse=True)
def in_january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The period is judged, and the right to read asked, on a day after the quarter."""

    def later(at: datetime) -> date:
        return max(civil_date(at), NEW_YEAR)

    for room in ("service", "routing"):
        monkeypatch.setattr(f"app.reports.{room}.civil_date", later)
