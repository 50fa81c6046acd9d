"""A judge per test, and how many hostile cases a run has seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.hostile.judge import Judge, listening
from tests.hostile.stage import Stage, set_up


@pytest.fixture
def judge(app: FastAPI, connection: AsyncConnection, record_property: Callable[[str, object], None]) -> Iterator[Judge]:
    """Hears the logs while it sits; its count goes into the report, also from another process."""
    with listening() as ears:
        sitting = Judge(app, connection, ears)
        yield sitting
    record_property("hostile_cases", sitting.count)


@pytest.fixture
async def stage(app: FastAPI, world: object, judge: Judge) -> Stage:
    """Referrals, paths, assessments and meetings in every state that a verb needs."""
    return await set_up(judge, world)  # type: ignore[arg-type]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counted = {
        report.nodeid: value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "hostile_cases"
    }
    if counted:
        terminalreporter.write_line(f"hostile corpus: {sum(counted.values())} cases in {len(counted)} tests")
