"""Places where two harmless answers would together tell what a client is treated for."""

from __future__ import annotations

from typing import Any

from app.access.policy import policy
from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, ok
from tests.handovers.test_plans import LATE, TODAY, moves
from tests.handovers.test_work import work_of
from tests.world import World

PHYSICIANS = ("physician_mental", "physician_msk")


async def physicians_work(who: As, world: World) -> dict[str, Json]:
    """Open work of physicians about three clients, by its real id, as the nurse reads it."""
    found = {}
    for area in ("mental_health", "mental_health", "musculoskeletal"):
        _, path = await f.accepted(who, world)
        await f.problems(who, path, area)
        item = await work_of(who, await f.an_assessment(who, path, "physician_assessment"))
        found[item["id"]] = item
    return found


async def away(who: As, world: World, persona: str = "physician_mental") -> Json:
    """A plan of somebody's absence, as the lead sees it."""
    person = str(world.persons[persona])
    ok(await act(who("lead"), "/v1/absences", {"personId": person, "firstOn": TODAY, "lastOn": LATE}))
    return await plan(who, world, person)


async def plan(who: As, world: World, person: str, by: str = "lead") -> Json:
    at = f"/v1/teams/{world.team}/reroute-previews"
    made: Json = ok(await act(who(by), at, {"cause": "absence", "personId": person}))
    return made


async def reroute(who: As, world: World, given: list[Json], cause: str = "absence") -> Any:
    return await act(who("lead"), f"/v1/teams/{world.team}/reroutes", {"cause": cause, "moves": given})


async def test_a_plan_cannot_be_joined_with_the_worklist(who: As, world: World) -> None:
    """A lead reads whose it is on the worklist, and who has it in a plan: nothing is in both but the kind."""
    real = await physicians_work(who, world)
    listed = (await who("lead").get("/v1/worklist", params={"list": "team", "limit": 200})).json()["items"]
    named = {row["id"]: row for row in listed if row["id"] in real}
    assert len(named) == 3
    assert all(row["clientName"] and row["holder"] is None for row in named.values())
    rows = [row for row in (await away(who, world))["items"] if row["kind"] == "physician_assessment"]
    assert len(rows) == 2
    for row in rows:
        assert row["holder"] == "Mikael Metsälä"
        assert row["workItemId"] not in real
        assert (row["clientId"], row["clientName"], row["subjectId"], row["openedAt"]) == (None, None, None, None)
        assert row["version"] not in {item["version"] for item in real.values()}
    assert rows == sorted(rows, key=lambda row: row["workItemId"]), "their place tells no age"
    other = await plan(who, world, str(world.persons["physician_mental"]), by="supervisor")
    theirs = {row["workItemId"] for row in other["items"]}
    assert not theirs & {row["workItemId"] for row in rows}, "two readers cannot put theirs together"


async def test_it_is_applied_by_the_ids_of_the_plan(who: As, world: World) -> None:
    real = await physicians_work(who, world)
    made = await away(who, world)
    given = moves(made)
    done = ok(await reroute(who, world, given))["moved"]
    assert [row["workItemId"] for row in done] == [move["workItemId"] for move in given]
    after = {id: (await who("nurse").get(f"/v1/work-items/{id}")).json() for id in real}
    now = {id for id, item in after.items() if item["holder"] == "Sari Saarinen"}
    assert len(now) == 2, "the deputy has both"
    assert not [row for row in done if row["version"] in {item["version"] for item in after.values()}]
    stale = await reroute(who, world, given)
    assert (stale.status_code, stale.json()["code"]) == (409, "plan_is_stale")
    assert set(stale.json()["workItemIds"]) == {move["workItemId"] for move in given}
    assert not any(id in stale.text for id in real)
    again = [{**move, "version": row["version"], "personId": None} for move, row in zip(given, done, strict=True)]
    assert (await reroute(who, world, again, "rules")).status_code == 200, "the new versions count"


async def test_an_id_of_one_reader_is_nothing_to_another(who: As, world: World) -> None:
    await physicians_work(who, world)
    made = await away(who, world)
    at = f"/v1/teams/{world.team}/reroutes"
    strange = await act(who("supervisor"), at, {"cause": "absence", "moves": moves(made)})
    assert (strange.status_code, strange.json()["code"]) == (404, "not_found")


async def test_by_its_own_id_it_is_moved_and_nothing_is_told(who: As, world: World) -> None:
    """What the rules say of a client's work is told neither by the answer nor by whether a reason is asked for."""
    real = await physicians_work(who, world)
    ok(await act(who("lead"), "/v1/absences", {
        "personId": str(world.persons["physician_mental"]), "firstOn": TODAY, "lastOn": LATE,
    }))  # fmt: skip
    item = next(item for item in real.values() if item["holder"] == "Mikael Metsälä")
    move = {"workItemId": item["id"], "version": item["version"]}
    for persona in ("physician_deputy", "physician_msk"):
        asked = await reroute(who, world, [{**move, "personId": str(world.persons[persona])}])
        assert (asked.status_code, asked.json()["code"]) == (422, "reason_missing"), persona
    [told] = ok(await reroute(who, world, [{**move, "personId": None}]))["moved"]
    hidden = (told["holderId"], told["seatRole"], told["decisionId"], told["queue"])
    assert (told["workItemId"], hidden) == (item["id"], (None, None, None, None))
    assert (await who("nurse").get(f"/v1/work-items/{item['id']}")).json()["holder"] == "Sari Saarinen"


async def test_the_health_register_reads_it_as_it_is(who: As, world: World) -> None:
    real = await physicians_work(who, world)
    ok(await act(who("lead"), "/v1/absences", {
        "personId": str(world.persons["physician_mental"]), "firstOn": TODAY, "lastOn": LATE,
    }))  # fmt: skip
    mine = await plan(who, world, str(world.persons["physician_mental"]), by="physician_mental")
    rows = [row for row in mine["items"] if row["kind"] == "physician_assessment"]
    assert {row["workItemId"] for row in rows} <= real.keys()
    assert all(row["openedAt"] and row["clientId"] for row in rows)


def test_the_telling_places_are_stated() -> None:
    stated = {operation for place in policy().telling for operation in place.operations}
    assert {"rerouteWork", "handOver", "previewReroutes", "routeWorkItemAgain", "listWork", "getTeamBoard"} <= stated
    assert all(place.shown and place.kept for place in policy().telling)
