"""What helps with a piece that nobody has, seats with nobody there, and the badge beside the board."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import act, get, ok
from tests.views.boards import HEALTH, OUTSIDE, a_path, away, board, limited, sql
from tests.world import World


async def test_what_waits_for_a_word_names_who_says_it(who: As, world: World) -> None:
    path = await a_path(who, world)
    await f.an_assessment(who, path, "physician_assessment")
    [row] = (await board(who, world))["unassigned"]["items"]
    assert (row["suggest"], row["operation"]) == ("decide_demanding", "recordProblemAreas")
    for persona in OUTSIDE:
        [row] = (await board(who, world, persona))["unassigned"]["items"]
        assert (row["suggest"], row["operation"]) == (None, None), persona
        assert row["remedy"].startswith("Nobody has this assessment."), persona


async def test_what_the_rules_would_give_out_now(who: As, world: World, connection: AsyncConnection) -> None:
    seat = world.seats["physiotherapist"]
    path = await a_path(who, world)
    ended = "UPDATE holders SET valid_to = CAST(:on AS text)::date WHERE seat_id = :id"
    await sql(connection, "ALTER TABLE holders DISABLE TRIGGER handover_first")
    await sql(connection, ended, on="2026-11-22", id=seat)
    row = await f.an_assessment(who, path, "functional_test_physical")

    async def told(persona: str = HEALTH) -> tuple[str | None, str]:
        part = (await board(who, world, persona))["unassigned"]
        [one] = part["items"]
        assert one["subjectId"] == row["id"]
        return one["operation"], one["remedy"]

    operation, remedy = await told("lead")
    assert (operation, remedy[:24]) == ("createHolder", "Nobody holds the seat. N")
    assert (await told())[0] is None
    await sql(connection, ended, on=None, id=seat)
    assert await told() == ("routeWorkItemAgain", "There is a place for it now. Ask the rules again.")
    await away(who, world, "physiotherapist", "2026-11-25", "2026-12-30")
    operation, remedy = await told()
    assert operation == "routeWorkItemAgain"
    assert "soon goes away: Fanni Forsman" in remedy


async def test_a_seat_whose_holder_is_away_with_nobody_there(who: As, world: World) -> None:
    await away(who, world, "physiotherapist", "2026-11-20", "2026-11-27")
    await away(who, world, "occupational_therapist", "2026-12-01", "2026-12-04")
    for persona, operation in (("lead", "createHolder"), (HEALTH, None)):
        lines = (await board(who, world, persona))["vacancies"]
        assert {v["role"]: (v["why"], v["fromOn"], v["until"], v["operation"]) for v in lines} == {
            "physiotherapist": ("uncovered", None, "2026-11-27", operation),
            "occupational_therapist": ("uncovered", "2026-12-01", "2026-12-04", operation),
        }, persona


async def test_the_badge_of_the_worklist_is_what_stands_in_any_queue(
    who: As, world: World, connection: AsyncConnection
) -> None:
    await limited(connection, world, "physiotherapist", 0)
    path = await a_path(who, world)
    for kind in ("functional_test", "functional_test_physical"):
        await f.an_assessment(who, path, kind)
    sent = f"/v1/referrals/{(await f.a_referral(who, world))['id']}"
    ok(await act(who("nurse"), f"{sent}/waitlist", {"reason": "capacity_full"}, await get(who("nurse"), sent)))
    ok(await act(who("nurse"), f"{sent}/return", {"reason": "unclear_reason"}, await get(who("nurse"), sent)))
    badge = (await get(who("physiotherapist"), "/v1/worklist/counts"))["unassigned"]
    for persona in ("physiotherapist", "lead"):
        part = (await board(who, world, persona))["unassigned"]
        assert (part["count"], part["inQueues"]) == (1, badge), persona
    assert badge == 3
