"""Who has how much on the board, who lapses with it, and what small numbers would tell outside the health register."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, ok
from tests.views.boards import MENTAL, MSK, OUTSIDE, a_path, board, limited, of_person, sql
from tests.world import World


async def test_outside_health_nobody_reads_for_which_physician_it_waits(
    who: As, world: World, connection: AsyncConnection
) -> None:
    for seat in (MENTAL, MSK):
        await limited(connection, world, seat, 0)
    for area in ("mental_health", "somatic"):
        path = await a_path(who, world, area)
        await f.an_assessment(who, path, "physician_assessment")
    lines = (await board(who, world))["waiting"]
    assert {(line["role"], line["count"]) for line in lines} == {(MENTAL, 1), (MSK, 1)}
    for persona in (*OUTSIDE, "admin"):
        [line] = (await board(who, world, persona))["waiting"]
        assert (line["role"], line["seatId"], line["count"], line["free"]) == (None, None, 2, None), persona
        assert MENTAL not in str(line)


async def test_outside_health_small_loads_of_physicians_are_hidden(who: As, world: World) -> None:
    for area in ("mental_health", "somatic"):
        path = await a_path(who, world, area)
        await f.an_assessment(who, path, "physician_assessment")
        await f.an_assessment(who, path, "functional_test_physical")
    mine = (await board(who, world))["load"]
    physician = of_person(mine, "Mikael Metsälä")
    assert (physician["open"], physician["givenInSevenDays"]) == (1, 1)
    assert physician["lastAssignedAt"] is not None
    for persona in (*OUTSIDE, "admin"):
        seen = (await board(who, world, persona))["load"]
        for name in ("Mikael Metsälä", "Tapio Tuominen"):
            told = of_person(seen, name)
            assert (told["open"], told["givenInSevenDays"], told["lastAssignedAt"]) == (None, None, None), persona
            assert (told["maxOpen"], told["full"]) == (25, False)
        assert of_person(seen, "Fanni Forsman")["open"] == 2, persona


async def test_load(who: As, world: World, clock: Clock, connection: AsyncConnection) -> None:
    seat = world.seats["work_ability_coordinator"]
    await sql(connection, "UPDATE seats SET clients_per_day = 3 WHERE id = :id", id=seat)
    await sql(
        connection, "UPDATE holders SET client_days_per_week = 2, max_open = 7 WHERE person_id = :p",
        p=world.persons["coordinator"],
    )  # fmt: skip
    path = await a_path(who, world)
    for _ in range(3):
        await f.an_assessment(who, path, "coordination")
    seen = (await board(who, world))["load"]
    found = {name: of_person(seen, name) for name in ("Kirsi Koskela", "Kaarlo Kivi")}
    assert sorted(row["open"] for row in found.values()) == [1, 2]
    kirsi = found["Kirsi Koskela"]
    assert (kirsi["maxOpen"], kirsi["weekLimit"], kirsi["standing"]) == (7, 6, "holder")
    assert found["Kaarlo Kivi"]["maxOpen"] == 25
    assert kirsi["givenInSevenDays"] == kirsi["open"]
    assert kirsi["lastAssignedAt"] == "2026-11-23T10:00:00Z"
    assert [row["unconfirmed"] for row in found.values()] == [0, 0]
    # Given on Monday: two whole working days have passed on Thursday.
    for day, expected in ((2, 0), (3, 3)):
        clock.at = NOON + timedelta(days=day)
        seen = (await board(who, world))["load"]
        assert sum(of_person(seen, name)["unconfirmed"] for name in found) == expected, day
    for persona, operation in (("coordinator", "confirmWorkItem"), ("lead", None), ("nurse", None)):
        mine = of_person((await board(who, world, persona))["load"], "Kirsi Koskela")
        assert ("not confirmed" in mine["remedy"], mine["operation"]) == (True, operation), persona
    await sql(connection, "UPDATE work_items SET confirmed_at = now() WHERE kind = 'coordination'")
    seen = (await board(who, world))["load"]
    assert sum(of_person(seen, name)["unconfirmed"] for name in found) == 0
    clock.at = NOON + timedelta(days=8)
    assert of_person((await board(who, world))["load"], "Kirsi Koskela")["givenInSevenDays"] == 0


async def test_lapsed_and_lapsing(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    await f.an_assessment(who, path, "functional_test_physical")
    assert (await board(who, world))["lapsing"] == []
    await sql(connection, "ALTER TABLE holders DISABLE TRIGGER handover_first")
    ends = "UPDATE holders SET valid_to = CAST(:on AS text)::date WHERE person_id = :p"
    person = world.persons["physiotherapist"]
    for on, lapsed in (("2026-12-23", False), ("2026-11-23", False), ("2026-11-22", True)):
        await sql(connection, ends, on=on, p=person)
        assert (await board(who, world))["lapsing"][0]["operation"] is None
        [line] = (await board(who, world, "lead"))["lapsing"]
        assert (line["validTo"], line["lapsed"], line["open"], line["person"]["name"], line["operation"]) == (
            on, lapsed, 1, "Fanni Forsman", "previewHandover",
        )  # fmt: skip
    assert of_person((await board(who, world))["load"], "Fanni Forsman")["open"] == 1, "still with the one who left"
    await sql(connection, ends, on="2026-12-24", p=person)
    assert (await board(who, world))["lapsing"] == []
    await sql(connection, ends, on="2026-11-25", p=person)
    goes_on = {"personId": str(person), "validFrom": "2026-11-26"}
    ok(await act(who("lead"), f"/v1/seats/{world.seats['physiotherapist']}/holders", goes_on))
    assert (await board(who, world))["lapsing"] == []
    # Without open work there is nothing to hand over.
    await sql(connection, ends.replace("person_id", "valid_from < '2026-11-20' AND person_id"), on="2026-11-22",
              p=world.persons["occupational_therapist"])  # fmt: skip
    assert (await board(who, world))["lapsing"] == []
