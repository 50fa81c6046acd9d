"""Who asks and reads, counted without names."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As, Clock
from tests.factories import code, get
from tests.questions.cases import (
    a_forum,
    answers,
    asks,
    published,
)
from tests.world import World


async def test_reach_counts_people_and_hides_few(who: As, world: World, clock: Clock) -> None:
    made = await a_forum(who, world)
    by_role = ("nurse", "nurse_deputy", "psychiatric_nurse", "physiotherapist", "coordinator")
    rows = [await asks(who, made, by=by) for by in by_role]
    await asks(who, made, themes=["rehabilitation"])
    row = await answers(who, rows[0])
    entry = await published(who, row)
    for by in ("social", "social", "nurse"):
        await get(who(by), f"/v1/library-entries/{entry['id']}")
    path = f"/v1/forums/{made['id']}/reach"
    for month in ("2026-11-01", "2026-10-02"):
        assert code(await who("nurse").get(path, params={"month": month})) == (422, "month_not_over")
    clock.at = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)
    reach = await get(who("nurse"), path, month="2026-11-01")
    lines = {one["theme"]: one for one in reach["themes"]}
    kela, rehabilitation = lines["kela_benefits"], lines["rehabilitation"]
    assert (kela["askers"], kela["questions"], kela["askerRoles"], kela["readers"]) == (5, 5, 4, None)
    assert (rehabilitation["askers"], rehabilitation["questions"]) == (None, None), "one asker is not told"
    assert all(one["asked"] in (None, 0) for one in reach["actors"])


async def test_readers_are_told_apart_without_a_list(who: As, world: World, connection: AsyncConnection) -> None:
    made = await a_forum(who, world)
    entry = await published(who, await answers(who, await asks(who, made)))
    for by in ("social", "social", "kela"):
        await get(who(by), f"/v1/library-entries/{entry['id']}")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = (await connection.execute(text("SELECT to_jsonb(r) FROM library_reads r"))).scalars().all()
    assert len(rows) == 2
    for row in rows:
        assert not {str(id) for id in world.persons.values()} & set(map(str, row.values()))
    log = await connection.execute(text("SELECT count(*) FROM use_log WHERE resource_type = 'library_reads'"))
    assert log.scalar_one() == 0
