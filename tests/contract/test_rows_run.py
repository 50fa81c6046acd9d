"""The run `rows` in short: every kind of caller against every table of clients' data, by SQL as the app role."""

from __future__ import annotations

from datetime import timedelta

from app.dev.runs.rows_asked import examine, prepare
from app.dev.runs.rows_sides import SIDES

from app.kit.clock import civil_date, utcnow
from tests.contract.conftest import Settle

LONG_RUN_ONLY = {"physician", "light team", "lead of the team", "association", "workshop", "administrator"}
SHORT = [side for side in SIDES if side.name not in LONG_RUN_ONLY]


async def test_no_side_gets_a_foreign_row_of_any_table(settle: Settle) -> None:
    async with settle() as place:
        at = utcnow()
        await prepare(place.root, at, civil_date(at) - timedelta(days=1))
        told = await examine(place.root, place.engine, at, SHORT)
        assert [line for counted in told.values() for line in counted.seen] == []
        assert told.keys() == {side.name for side in SHORT}
        assert sum(counted.attempts for counted in told.values()) >= 1_000
        # Not because nobody sees anything: whoever has something to see sees all of it.
        assert {name: counted.missed for name, counted in told.items() if counted.missed} == {}
        assert {name for name, counted in told.items() if counted.own} >= {
            "nurse, health register", "coordinator, no register", "sender", "client", "data protection officer",
        }  # fmt: skip
