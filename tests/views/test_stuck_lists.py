"""The list of stuck cases as a whole: who reads it, its order and pages, its numbers, and that nothing is left out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.i18n import LANGUAGES
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import FOREIGN_CURSOR, LACKS, MALFORMED, NOBODY, code, get, ok
from tests.views.boards import a_path, sql
from tests.views.stuck import stuck
from tests.world import World

URL = "/v1/stuck-cases"
# What the database says of itself, as the superuser; the days of Finland, at noon.
OPEN_PATHS = "SELECT id::text FROM pathways WHERE state = 'active' AND team_id = :team AND next_action_on < :today"
QUEUED = """SELECT w.subject_id::text FROM work_items w WHERE w.closed_at IS NULL AND w.kind = 'referral_triage'
  AND w.queue IS NOT NULL AND w.queue NOT LIKE 'seat_waiting_list%'"""
STEPS = """SELECT DISTINCT s.pathway_id::text FROM pathway_steps s JOIN pathways p ON p.id = s.pathway_id
  WHERE p.state = 'active' AND s.state = 'planned' AND p.team_id = :team AND s.planned_on < :today"""
OWED = "SELECT subject_id::text FROM work_items WHERE kind = 'feedback' AND closed_at IS NULL AND team_id = :team"


async def test_who_reads_it(who: As, world: World) -> None:
    await f.a_referral(who, world, client=f.person(municipality="560"))
    for path in (URL, f"{URL}/counts"):
        assert code(await who("").get(path)) == NOBODY
        for persona in ("employment", "kela", "workshop", "client", "admin", "dpo"):
            assert code(await who(persona).get(path)) == LACKS, persona
    assert await stuck(who, "coordinator", code="step_overdue") == []


async def test_another_team_has_none_of_it(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    clock.at = NOON + timedelta(days=60)
    assert [row for row in await stuck(who, "hollola_nurse") if row["caseId"] == path["id"]] == []
    assert (await get(who("hollola_nurse"), f"{URL}/counts"))["cases"] == 0


async def test_kept_from_a_client_there_is_no_row(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    client = f"/v1/clients/{path['clientId']}"
    row = await get(who("nurse"), client)
    away = {"conflictPersonIds": [str(world.persons["coordinator"])]}
    ok(await who("nurse").patch(client, json=away, headers={"If-Match": f'"{row["version"]}"'}))
    clock.at = NOON + timedelta(days=60)
    assert await stuck(who, "coordinator") == []
    assert (await get(who("coordinator"), f"{URL}/counts"))["cases"] == 0
    assert await stuck(who, "nurse") != []


async def test_who_holds_a_telling_assessment_is_not_told(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    ending = (
        "UPDATE holders SET valid_to = '2026-12-10' WHERE seat_id IN (SELECT id FROM seats WHERE role LIKE 'phys%')"
    )
    await sql(connection, ending)
    path = await a_path(who, world, "mental_health")
    asked = await f.an_assessment(who, path, "physician_assessment")
    held = await sql(connection, "SELECT holder_id FROM work_items WHERE subject_id = :id", id=asked["id"])
    assert held[0][0] is not None
    clock.at = NOON + timedelta(days=18)
    [seen] = await stuck(who, "nurse", code="owner_left")
    assert (seen["holderId"], seen["action"]["operationId"]) == (str(held[0][0]), "routeWorkItemAgain")
    [outside] = await stuck(who, "coordinator", code="owner_left")
    assert (outside["caseId"], outside["holderId"], outside["holder"]) == (path["id"], None, None)
    assert "physician" not in outside["remedy"]


async def test_pages_in_order_and_numbers_of_the_same_rows(who: As, world: World, clock: Clock) -> None:
    for _ in range(2):
        await f.accepted(who, world)
        await f.with_outcome(who, world)
    await f.a_referral(who, world, client=f.person(municipality="560"))
    clock.at = NOON + timedelta(days=40)
    nurse = who("nurse")
    whole = await stuck(who, limit=200)
    seen, path = [], f"{URL}?limit=3"
    while path:
        answer = await nurse.get(path)
        seen += ok(answer)["items"]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == whole
    worst = {"alarm": 1, "late": 2, "attention": 3}
    order = [(worst[r["severity"]], r["sinceOn"], r["caseId"], r["code"]) for r in whole]
    assert order == sorted(order)
    assert len({(r["caseId"], r["code"]) for r in whole}) == len(whole)
    counts = await get(nurse, f"{URL}/counts")
    assert {c["code"]: c["count"] for c in counts["codes"] if c["count"]} == {
        name: sum(r["code"] == name for r in whole) for name in {r["code"] for r in whole}
    }
    assert counts["cases"] == len({r["caseId"] for r in whole})
    for filters in ({"code": "step_overdue"}, {"mine": "true"}, {"clientId": whole[0]["clientId"]}):
        narrowed = await stuck(who, limit=200, **filters)
        assert narrowed
        assert {(r["caseId"], r["code"]) for r in narrowed} <= {(r["caseId"], r["code"]) for r in whole}
    assert all(r["holderId"] == str(world.persons["nurse"]) for r in await stuck(who, mine="true", limit=200))
    assert await stuck(who, teamId=str(world.persons["nurse"])) == []
    first = await get(nurse, URL, limit=1)
    assert (
        code(await nurse.get(URL, params={"limit": 1, "mine": "true", "cursor": first["nextCursor"]})) == FOREIGN_CURSOR
    )
    for wrong in ("code=banana", "teamId=1", "mine=maybe", "colour=red"):
        assert code(await nurse.get(f"{URL}?{wrong}")) == MALFORMED, wrong


@pytest.mark.parametrize("days", [0, 9, 25, 100])
async def test_nothing_is_left_out(who: As, world: World, clock: Clock, connection: AsyncConnection, days: int) -> None:
    """Against the database's own words: each path past its next action once, each step, debt and queue."""
    await f.with_outcome(who, world)
    _, path = await f.accepted(who, world)
    await f.a_referral(who, world, client=f.person(municipality="560"))
    step = path["steps"][-1]
    ok(await f.act(who("nurse"), f"/v1/pathway-steps/{step['id']}/plan", {"plannedOn": "2026-11-30"}, step))
    clock.at = NOON + timedelta(days=days)
    rows = await stuck(who, limit=200)
    assert len(rows) < 200
    given = {"team": world.team, "today": clock.at.date()}

    def found(*names: str) -> list[str]:
        return sorted(r["caseId"] for r in rows if r["code"] in names)

    async def told(statement: str, **values: object) -> list[str]:
        return sorted(row[0] for row in await sql(connection, statement, **values))

    assert found("no_next_action", "next_action_overdue") == await told(OPEN_PATHS, **given)
    assert found("no_owner") == await told(QUEUED)
    assert set(await told(STEPS, **given)) <= set(found("step_overdue"))
    owed = {r["subjectId"] for r in rows if r["code"] == "feedback_owed" and r["caseType"] == "pathway"}
    assert set(await told(OWED, team=world.team)) <= owed


async def test_in_every_language(who: As, world: World, clock: Clock) -> None:
    await f.accepted(who, world)
    clock.at = NOON + timedelta(days=60)
    said = []
    for language in LANGUAGES:
        rows = ok(await who("nurse").get(URL, headers={"Accept-Language": language}))["items"]
        said.append([(row["code"], row["label"], row["remedy"]) for row in rows])
    assert len({tuple(rows) for rows in said}) == 3
    for one, two, three in zip(*said, strict=True):
        assert one[0] == two[0] == three[0]
        assert len({one[2], two[2], three[2]}) == 3
