"""Which version decides: by the day, by the area, beside what is shipped; and that a decision keeps the one it had."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.routing import versions
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, Json, act, code, get, ok
from tests.routing.rulesets_made import HERE, drafted, in_force, row, rule, signed
from tests.world import World

TODAY = date(2026, 11, 23)
TO_COORDINATOR = [rule("all", 10, {})]


async def asked(who: As, world: World, clock: Clock, **later: float) -> Json:
    """The decision about a new referral, made some days after today."""
    clock.at = NOON + timedelta(**later)
    sent = await f.a_referral(who, world)
    [decision] = (await get(who("nurse"), "/v1/routing-decisions", subjectId=sent["id"]))["items"]
    return dict(decision)


def named(decision: Json) -> tuple[str, int, str]:
    return decision["ruleSet"], decision["ruleSetVersion"], decision["seatRole"]


async def test_by_the_day(who: As, world: World, clock: Clock, session: AsyncSession) -> None:
    shipped = ("heinola", 1, "unemployed_health_nurse")
    own = ("heinola", 2, "work_ability_coordinator")
    second = await in_force(who, valid_from="2026-11-24", rules=TO_COORDINATOR)
    first = await asked(who, world, clock)
    assert named(first) == shipped
    assert named(await asked(who, world, clock, days=1)) == own
    third = await in_force(who, valid_from="2026-11-26")
    assert named(await asked(who, world, clock, days=2)) == own
    assert named(await asked(who, world, clock, days=3)) == ("heinola", 3, "unemployed_health_nurse")
    second = await get(who("nurse"), row(second))
    assert (second["state"], second["validTo"], second["inForce"]) == ("retired", "2026-11-25", False)
    # What was decided keeps its version, and the version can still be read.
    again = await get(who("nurse"), f"/v1/routing-decisions/{first['id']}")
    assert named(again) == shipped
    area = world.organisations["area"]
    for number, rules in ((1, 21), (2, 1), (3, 1)):
        found = await versions.version_of(session, area, "heinola", number)
        assert found is not None
        assert (found.version, len(found.rules)) == (number, rules)
        listed = await get(who("nurse"), HERE, code="heinola", number=number)
        assert [one["number"] for one in listed["items"]] == [number]
    assert await versions.version_of(session, area, "heinola", 4) is None
    # Retired without a successor: the shipped one decides again.
    ok(await act(who("admin"), f"{row(third)}/retire", {"validTo": "2026-11-27"}, third))
    assert named(await asked(who, world, clock, days=4)) == ("heinola", 3, "unemployed_health_nurse")
    assert named(await asked(who, world, clock, days=5)) == shipped
    days = [await versions.rules_of(session, area, "heinola", TODAY + timedelta(days=n)) for n in range(-1, 6)]
    assert [rules.version for rules in days] == [1, 1, 2, 2, 3, 3, 1]


async def test_open_work_stays_where_it_is(who: As, world: World, clock: Clock) -> None:
    sent = await f.a_referral(who, world)
    before = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    await in_force(who, rules=TO_COORDINATOR)
    assert (await get(who("nurse"), f"/v1/referrals/{sent['id']}"))["owner"] == before["owner"]
    assert named(await asked(who, world, clock)) == ("heinola", 2, "work_ability_coordinator")


async def test_two_versions_do_not_decide_on_one_day(who: As, clock: Clock) -> None:
    """Of two versions for the same day, or for an earlier one, the first put in force wins."""
    second, third = await signed(who), await signed(who)
    ok(await act(who("lead"), f"{row(second)}/put-in-force", {"validFrom": "2026-12-01"}, second))
    for first in ("2026-12-01", "2026-11-30"):
        refused = await act(who("lead"), f"{row(third)}/put-in-force", {"validFrom": first}, third)
        assert code(refused) == (409, "rule_set_overlaps")
    second = await get(who("lead"), row(second))
    ok(await act(who("lead"), f"{row(second)}/retire", {"validTo": "2026-12-10"}, second))
    refused = await act(who("lead"), f"{row(third)}/put-in-force", {"validFrom": "2026-12-10"}, third)
    assert code(refused) == (409, "rule_set_overlaps")
    third = ok(await act(who("lead"), f"{row(third)}/put-in-force", {"validFrom": "2026-12-11"}, third))
    # It has not begun: ended at once it never decides, and its day is free again.
    gone = ok(await act(who("lead"), f"{row(third)}/retire", {}, third))
    assert (gone["validFrom"], gone["validTo"]) == ("2026-12-11", "2026-12-10")
    assert (await in_force(who, valid_from="2026-12-11"))["number"] == 4


async def follow(connection: AsyncConnection, world: World, rule_set: str) -> None:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text("UPDATE teams SET rule_set = :c WHERE id = :id"), {"c": rule_set, "id": world.team})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_a_code_of_ones_own(
    who: As, world: World, clock: Clock, connection: AsyncConnection, session: AsyncSession
) -> None:
    area, other = world.organisations["area"], uuid4()
    assert await versions.exists(session, area, "light", TODAY)
    assert not await versions.exists(session, area, "light", date(2025, 12, 31))
    made = await signed(who, "ours", rules=TO_COORDINATOR)
    assert made["number"] == 1
    assert not await versions.exists(session, area, "ours", TODAY), "signed off is not in force"
    made = ok(await act(who("lead"), f"{row(made)}/put-in-force", {"validFrom": "2026-11-24"}, made))
    assert not await versions.exists(session, area, "ours", TODAY)
    assert await versions.exists(session, area, "ours", TODAY + timedelta(days=1))
    assert not await versions.exists(session, other, "ours", TODAY + timedelta(days=1))
    await follow(connection, world, "ours")
    # Before its first day work is not without rules: those of Heinola decide, and the decision says so.
    assert named(await asked(who, world, clock)) == ("heinola", 1, "unemployed_health_nurse")
    assert named(await asked(who, world, clock, days=1)) == ("ours", 1, "work_ability_coordinator")
    refused = await act(who("lead"), f"{row(made)}/retire", {}, made)
    assert (code(refused), refused.json()["teams"]) == ((409, "rule_set_followed"), ["heinola"])
    await follow(connection, world, "heinola")
    ok(await act(who("lead"), f"{row(made)}/retire", {}, made))


async def another_area(connection: AsyncConnection, made: Json) -> UUID:
    """The same version, as another area's: copied by the superuser."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    area, id = uuid4(), uuid4()
    copy = "INSERT INTO {0} SELECT (jsonb_populate_record(t, CAST(:over AS jsonb))).* FROM {0} t WHERE id = :id"
    organisation = f'{{"id": "{area}", "area_id": "{area}", "name": "Toinen alue", "business_id": null}}'
    await connection.execute(
        text(copy.format("organisations") + " LIMIT 1"), {"over": organisation, "id": made["area"]}
    )
    over = f'{{"id": "{id}", "area_id": "{area}"}}'
    await connection.execute(text(copy.format("rule_sets")), {"over": over, "id": made["id"]})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return id


async def test_an_area_has_its_own(who: As, world: World, clock: Clock, connection: AsyncConnection) -> None:
    mine = await in_force(who, rules=TO_COORDINATOR)
    id = await another_area(connection, {**mine, "area": world.organisations["area"]})
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text("DELETE FROM rule_sets WHERE id = :id"), {"id": mine["id"]})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    there = f"{HERE}/{id}"
    for persona in ("lead", "admin", "nurse", "kela"):
        assert code(await who(persona).get(there)) == ABSENT
        assert [one["number"] for one in (await get(who(persona), HERE, code="heinola"))["items"]] == [1]
    for verb in ("check", "sign-off", "reopen", "put-in-force", "retire", "discard"):
        assert code(await act(who("lead"), f"{there}/{verb}", {}, {"version": 1})) == ABSENT
    assert code(await who("lead").patch(there, json={}, headers={"If-Match": "*"})) == ABSENT
    assert code(await act(who("lead"), HERE, {"code": "x", "from": {"code": "heinola", "number": 2}})) == ABSENT
    assert named(await asked(who, world, clock)) == ("heinola", 1, "unemployed_health_nurse")
    assert (await drafted(who))["number"] == 2


@pytest.mark.parametrize(
    "change",
    [
        "content = '{}'",
        "author_id = NULL",
        "writer_ids = writer_ids || gen_random_uuid()",
        "number = 9",
        "code = 'other'",
        "state = 'draft'",
        "valid_from = '2027-01-01'",
    ],
)
async def test_the_database_keeps_what_counts(who: As, connection: AsyncConnection, change: str) -> None:
    made = await in_force(who)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    with pytest.raises(DBAPIError, match="does not change"):
        await connection.execute(text(f"UPDATE rule_sets SET {change} WHERE id = :id"), {"id": made["id"]})


async def test_the_database_knows_the_second_person_too(who: As, connection: AsyncConnection, world: World) -> None:
    made = await drafted(who)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    change = (
        "UPDATE rule_sets SET state = 'signed_off', signed_off_at = now(), signed_off_by_id = author_id WHERE id = :id"
    )
    earlier = (
        "UPDATE rule_sets SET author_id = :other, writer_ids = writer_ids || CAST(:other AS uuid),"
        " state = 'signed_off', signed_off_at = now(), signed_off_by_id = :first WHERE id = :id"
    )
    other = {"other": world.persons["admin"], "first": made["authorId"]}
    for statement, values in ((change, {}), (earlier, other)):
        with pytest.raises(DBAPIError, match="second_person"):
            async with connection.begin_nested():
                await connection.execute(text(statement), {"id": made["id"], **values})
    forgotten = "UPDATE rule_sets SET writer_ids = '{}', author_id = NULL WHERE id = :id"
    with pytest.raises(DBAPIError, match="does not change"):
        await connection.execute(text(forgotten), {"id": made["id"]})


async def test_parsed_once(who: As, world: World, session: AsyncSession, monkeypatch: Any) -> None:
    """Beside the one statement that finds the version nothing is read or parsed again, and little is remembered."""
    monkeypatch.setattr(versions, "_parsed", {})
    made = await in_force(who)
    area = world.organisations["area"]
    first = await versions.rules_of(session, area, None, TODAY)
    assert await versions.rules_of(session, area, "heinola", TODAY) is first
    monkeypatch.setattr(versions, "REMEMBERED", 1)
    other = await in_force(who, "ours")
    assert (await versions.rules_of(session, area, "ours", TODAY)).id == "ours"
    assert versions._parsed.keys() == {UUID(other["id"])} != {UUID(made["id"])}
