"""The duty is spoken of before it is late: on the worklist by its date, and by the job, each step once."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.jobs.service import warn_of_feedback
from tests import factories as f
from tests.conftest import As
from tests.factories import get, ok, told
from tests.world import World


async def run(connection: AsyncConnection, at: datetime) -> list[str]:
    """The job on a day; what it told of, by kind."""
    await connection.execute(text("SET LOCAL ROLE heinola_job"))
    async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session:
        session.info["at"] = at
        await warn_of_feedback(session, at)
        await session.commit()
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text("SELECT kind FROM outbox_events WHERE kind LIKE 'feedback.%\\_%' AND at = :at ORDER BY kind"), {"at": at}
    )
    found = [row[0] for row in rows]
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return found


async def test_each_step_of_the_ladder_is_told_once(who: As, world: World, connection: AsyncConnection) -> None:
    seen, _ = await f.accepted(who, world)
    duty = await get(who("nurse"), f"/v1/referrals/{seen['id']}/feedback-duty")
    assert (duty["state"], duty["dueSoon"], duty["overdue"]) == ("coming", False, False)
    steps = {one["step"]: one["on"] for one in duty["warnings"]}
    assert steps["owner"] < steps["coordinator"] < duty["dueOn"] < steps["lead"]
    assert (duty["interim"]["suggestedOn"], duty["interim"]["suggested"]) == ("2027-01-18", False)

    def on(day: str, hour: int = 9) -> datetime:
        return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)

    assert await run(connection, datetime(2026, 12, 1, 9, tzinfo=UTC)) == []
    assert await run(connection, on(steps["owner"])) == ["feedback.due_soon"]
    assert await run(connection, on(steps["owner"], 10)) == []
    # A job that did not run for long tells of what it missed, and of nothing twice.
    assert await run(connection, on(steps["lead"])) == ["feedback.due_soon_coordinator", "feedback.late_lead"]
    assert await run(connection, on(steps["lead"], 10)) == []
    await connection.execute(text("SET LOCAL ROLE NONE"))
    lead = text("SELECT client_id, team_id FROM outbox_events WHERE kind = 'feedback.late_lead'")
    assert (await connection.execute(lead)).all() == [(None, world.team)], "a lead reads no client"
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_the_path_says_that_it_is_due_soon(who: As, world: World, connection: AsyncConnection) -> None:
    seen, path = await f.accepted(who, world)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE referrals SET decided_at = decided_at - interval '80 days' WHERE id = :id"), {"id": seen["id"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    rows = (await get(who("nurse"), "/v1/worklist", list="mine", kind="pathway"))["items"]
    (row,) = [one for one in rows if one["subjectId"] == path["id"]]
    assert "feedback_due_soon" in row["marks"]
    duty = await get(who("nurse"), f"/v1/referrals/{seen['id']}/feedback-duty")
    assert (duty["dueSoon"], duty["interim"]["suggested"]) == (True, True)
    ok(await told(who, seen, interim=True))
    after = await get(who("nurse"), f"/v1/referrals/{seen['id']}/feedback-duty")
    assert (after["state"], after["interim"]["suggested"]) == ("coming", False), "interim does not discharge it"
