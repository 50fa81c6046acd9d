"""The run of many referrals while rules change, in short: every promise of the long one."""

from __future__ import annotations

from rich.console import Console

from app.dev.runs import routing


async def test_promises_are_kept_while_rules_change() -> None:
    told = await routing.run(90, 32, 2, Console(quiet=True))
    assert told.broken == {}
    assert sum(told.outcomes.values()) == told.answers["201"] == 90
    assert set(told.versions) >= {1, 3}, "the rules changed meanwhile"
    assert {"assigned", "waitlisted"} <= told.outcomes.keys()
