"""One stage for all, a judge per test, and how many hostile cases a run has seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tests.conftest import NOON, Clock, on
from tests.hostile.judge import Ears, Judge, listening
from tests.hostile.stage import Stage, set_up
from tests.world import World


@pytest.fixture(scope="package")
async def prepared(
    api: FastAPI, engine: AsyncEngine, world: World, clock: Clock
) -> AsyncIterator[tuple[AsyncConnection, Stage]]:
    """The stage, prepared once, and the open transaction it stands in; rolled back after the last test of these."""
    async with engine.connect() as held:
        outer = await held.begin()
        clock.at = NOON
        with on(api, held):
            stage = await set_up(Judge(api, held, Ears()), world)
        yield held, stage
        if outer.is_active:
            await outer.rollback()


@pytest.fixture
async def connection(prepared: tuple[AsyncConnection, Stage]) -> AsyncIterator[AsyncConnection]:
    """The connection of the stage; whatever a test does on it is undone, and the next begins on the same stage."""
    held, _ = prepared
    async with held.begin_nested() as inner:
        yield held
        if inner.is_active:
            await inner.rollback()


@pytest.fixture
def judge(app: FastAPI, connection: AsyncConnection, record_property: Callable[[str, object], None]) -> Iterator[Judge]:
    """Hears the logs while it sits; its count goes into the report, also from another process."""
    with listening() as ears:
        sitting = Judge(app, connection, ears)
        yield sitting
    record_property("hostile_cases", sitting.count)


@pytest.fixture
def stage(prepared: tuple[AsyncConnection, Stage]) -> Stage:
    """Referrals, paths, assessments and meetings in every state that a verb needs."""
    return replace(prepared[1], ids={**prepared[1].ids}, versions={**prepared[1].versions})


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
