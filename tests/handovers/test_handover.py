"""A handover applied: all of it or nothing, each target able, and what ends by its own date."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.work.queries import lapsing
from tests import factories as f
from tests.conftest import As
from tests.factories import (
    ABSENT,
    CODE_WITHIN,
    LACKS,
    STALE,
    UNTAGGED,
    act,
    code,
    get,
    identity_code,
    ok,
    pointer,
)  # fmt: skip
from tests.handovers.test_plans import ANY, TODAY, TOMORROW, a_nurse_with_work, moves, name, period
from tests.handovers.test_work import Json, as_owner, work_of
from tests.world import World


async def test_a_handover_moves_everything_and_ends_the_period(
    who: As, world: World, connection: AsyncConnection
) -> None:
    seen, path, check = await a_nurse_with_work(who, world)
    await name(who, world, "unemployed_health_nurse", "physiotherapist")
    row = await period(who, world, "nurse", "unemployed_health_nurse")
    at, lead = f"/v1/holders/{row['id']}", who("lead")
    plan = ok(await act(lead, f"{at}/handover-preview", {"validTo": TOMORROW}))
    assert {r["proposal"]["holder"] for r in plan["items"]} == {"Fanni Forsman"}
    full: Json = {"validTo": TOMORROW, "moves": moves(plan, note="Met twice; afraid of lifts.")}
    assert code(await act(who("nurse"), f"{at}/handover", full, row)) == LACKS, "a period is ended by who leads"
    assert code(await act(who("admin"), f"{at}/handover", full, row)) == LACKS
    assert code(await act(lead, f"{at}/handover", full)) == UNTAGGED
    assert code(await act(lead, f"{at}/handover", full, {"version": 9})) == STALE
    named = {**full, "moves": moves(plan, note=f"Call {identity_code()}")}
    refused = await act(lead, f"{at}/handover", named, row)
    assert (code(refused), pointer(refused)) == (CODE_WITHIN, "/body/moves/0/note")
    short = await act(lead, f"{at}/handover", {**full, "moves": full["moves"][1:]}, row)
    assert code(short) == (409, "handover_incomplete")
    assert short.json()["workItemIds"] == [full["moves"][0]["workItemId"]]
    old = [{**full["moves"][0], "version": 77}, *full["moves"][1:]]
    stale = await act(lead, f"{at}/handover", {**full, "moves": old}, row)
    assert (code(stale), stale.json()["workItemIds"]) == ((409, "plan_is_stale"), [old[0]["workItemId"]])
    assert (await work_of(who, check))["holder"] == "Hanna Harju", "all or nothing"
    answer = await act(lead, f"{at}/handover", full, row, {"Idempotency-Key": "handover-0001"})
    done = ok(answer)
    assert (done["validTo"], done["version"] > row["version"]) == (TOMORROW, True)
    assert answer.headers["ETag"] == f'"{done["version"]}"'
    assert len(done["moved"]) == 5
    assert {m["holderId"] for m in done["moved"]} == {str(world.persons["physiotherapist"])}
    again = ok(await act(lead, f"{at}/handover", full, row, {"Idempotency-Key": "handover-0001"}))
    assert again == done
    successor = str(world.persons["physiotherapist"])
    assert (await f.reread(who("nurse"), path))["responsiblePersonId"] == successor
    for subject, kind in ((path, "pathway"), (seen, "feedback"), (check, "health_check")):
        assert (await work_of(who, subject, kind=kind))["holderId"] == successor
    # Each note is for the next holder, in the health register: the coordinator does not read it.
    noted = (await get(who("nurse"), "/v1/routing-decisions", subjectId=check["id"]))["items"][0]
    assert (noted["cause"], noted["note"]) == ("handover", "Met twice; afraid of lifts.")
    assert noted["replacesId"] == check["decisionId"]
    assert (await get(who("coordinator"), "/v1/routing-decisions", subjectId=check["id"]))["items"][0]["note"] is None
    of_path = (await get(who("nurse"), "/v1/routing-decisions", subjectId=path["id"]))["items"][0]
    assert (of_path["subjectType"], of_path["holderName"], of_path["rule"]) == ("pathway", "Fanni Forsman", None)
    # From now on nothing new comes to who goes, though the last day is tomorrow.
    later = await f.a_referral(who, world)
    assert (await work_of(who, later))["holder"] == "Fanni Forsman"
    why = (await get(who("nurse"), "/v1/routing-decisions", subjectId=later["id"]))["items"][0]
    assert "handed_over" in [r["reason"] for r in why["rejected"]]
    events = await as_owner(
        connection, "SELECT kind, data FROM outbox_events WHERE kind IN ('holder.handed_over', 'holder.ended')"
        " ORDER BY id",
    )  # fmt: skip
    assert [row[0] for row in events] == ["holder.ended", "holder.handed_over"]
    assert events[1][1] == {"role": "unemployed_health_nurse", "moved": 5}


async def test_a_target_that_cannot_take_it_is_named(who: As, world: World, connection: AsyncConnection) -> None:
    _, path, check = await a_nurse_with_work(who, world)
    row = await period(who, world, "nurse", "unemployed_health_nurse")
    at, lead = f"/v1/holders/{row['id']}", who("lead")
    plan = ok(await act(lead, f"{at}/handover-preview", {"validTo": TOMORROW}))
    item = await work_of(who, check)
    deputy = str(world.persons["nurse_deputy"])

    def to(person: str, **over: Any) -> list[Json]:
        rows = moves(plan, personId=deputy)
        return [{**m, "personId": person, **over} if m["workItemId"] == item["id"] else m for m in rows]

    async def refused(person: str, **over: Any) -> tuple[Any, ...]:
        answer = await act(lead, f"{at}/handover", {"validTo": TOMORROW, "moves": to(person, **over)}, row)
        told = answer.json()
        return code(answer), told.get("workItemId"), told.get("personId"), told.get("reason")

    expected = ((409, "cannot_take"), item["id"])
    social, coordinator = str(world.persons["social"]), str(world.persons["coordinator"])
    assert await refused(social) == (*expected, social, "not_on_seat")
    assert await refused(str(world.persons["nurse"])) == (*expected, str(world.persons["nurse"]), "handed_over")
    wrong = await refused(coordinator, seatRole="work_ability_coordinator")
    assert wrong[:2] == ((409, "designated_only"), item["id"])
    body = {"conflictPersonIds": [deputy]}
    ok(await who("nurse").patch(f"/v1/clients/{path['clientId']}", json=body, headers=ANY))
    conflict = await refused(deputy)
    assert (conflict[0], conflict[2:]) == (expected[0], (deputy, "conflict_of_interest")), "her path, or her check"
    body = {"conflictPersonIds": []}
    ok(await who("nurse").patch(f"/v1/clients/{path['clientId']}", json=body, headers=ANY))
    await as_owner(
        connection, "UPDATE holders SET max_open = 0 WHERE person_id = :id", id=world.persons["nurse_deputy"]
    )
    assert (await refused(deputy))[-1] == "at_capacity"
    await as_owner(
        connection, "UPDATE holders SET max_open = NULL WHERE person_id = :id", id=world.persons["nurse_deputy"]
    )  # fmt: skip
    ok(await act(lead, "/v1/absences", {"personId": deputy, "firstOn": TODAY, "lastOn": TODAY}))
    assert (await refused(deputy))[-1] == "absent"
    # A path is never without a worker: with nobody on the seat a person has to be named.
    nulls: Json = {"validTo": TOMORROW, "moves": moves(plan, personId=None)}
    answer = await act(lead, f"{at}/handover", nulls, row)
    assert code(answer) == (409, "nobody_for_it")
    paths = [{**m, "personId": coordinator if r["kind"] in ("pathway", "feedback") else None}
             for m, r in zip(nulls["moves"], plan["items"], strict=True)]  # fmt: skip
    done = ok(await act(lead, f"{at}/handover", {"validTo": TOMORROW, "moves": paths}, row))
    assert {m["holderId"] for m in done["moved"]} == {None, coordinator}
    waiting = await work_of(who, check)
    assert (waiting["queue"], waiting["alarm"]) == (f"team_unassigned:{world.team}", True), (
        "a vacancy is not waited for"
    )
    foreign = {"cause": "room", "moves": [{**nulls["moves"][0], "workItemId": str(world.team)}]}
    assert code(await act(lead, f"/v1/teams/{world.team}/reroutes", foreign)) == ABSENT


async def as_root(connection: AsyncConnection) -> None:
    await connection.execute(text("SET LOCAL ROLE NONE"))


async def test_a_period_that_ends_by_its_own_date(
    who: As, world: World, connection: AsyncConnection, session: AsyncSession
) -> None:
    """It is handed over with that date, even after it."""
    _, path = await f.accepted(who, world)
    for _ in range(4):
        await f.an_assessment(who, path, "coordination")
    row = await period(who, world, "coordinator", "work_ability_coordinator")
    await as_owner(connection, "ALTER TABLE holders DISABLE TRIGGER USER")
    await as_owner(connection, "UPDATE holders SET valid_to = '2026-11-20' WHERE id = :id", id=row["id"])
    await as_owner(connection, "ALTER TABLE holders ENABLE TRIGGER USER")
    at, lead = f"/v1/holders/{row['id']}", who("lead")
    plan = ok(await act(lead, f"{at}/handover-preview", {"validTo": "2026-11-20"}))
    assert len(plan["items"]) == 2
    for on, within, found in (("2026-11-23", 0, [2]), ("2026-11-10", 9, []), ("2026-11-10", 10, [2])):
        await as_root(connection)
        listed = await lapsing(session, world.team, date.fromisoformat(on), within)
        assert [one.open for one in listed if one.name == "Kirsi Koskela"] == found
    await as_owner(connection, "SELECT 1")
    done = ok(await act(lead, f"{at}/handover", {"validTo": "2026-11-20", "moves": moves(plan)}, row))
    assert (done["validTo"], {m["holderId"] for m in done["moved"]}) == (
        "2026-11-20",
        {str(world.persons["coordinator_two"])},
    )


async def test_a_note_on_a_path_is_read_by_who_gets_it(who: As, world: World) -> None:
    """A coordinator has no health register, and still reads what her colleague left her."""
    _, path = await f.accepted(who, world)
    asked = await f.an_assessment(who, path, "coordination")
    persona = "coordinator" if asked["owner"]["personId"] == str(world.persons["coordinator"]) else "coordinator_two"
    other = {"coordinator": "coordinator_two", "coordinator_two": "coordinator"}[persona]
    row = await period(who, world, persona, "work_ability_coordinator")
    at = f"/v1/holders/{row['id']}"
    plan = ok(await act(who("lead"), f"{at}/handover-preview", {"validTo": TOMORROW}))
    given = {"validTo": TOMORROW, "moves": moves(plan, note="Call after noon.")}
    ok(await act(who("lead"), f"{at}/handover", given, row))
    for reader in (other, "nurse"):
        read = (await get(who(reader), "/v1/routing-decisions", subjectId=asked["id"]))["items"][0]
        assert (read["note"], read["holderId"]) == ("Call after noon.", str(world.persons[other])), reader


async def test_ones_own_work_is_given_on_by_oneself(who: As, world: World) -> None:
    """Who may route gives their own work on, and nobody else's; the period goes on."""
    _, _, check = await a_nurse_with_work(who, world)
    item = await work_of(who, check)
    row = await period(who, world, "nurse", "unemployed_health_nurse")
    own = ok(await act(who("nurse"), f"/v1/holders/{row['id']}/handover-preview", {"validTo": TOMORROW}))
    assert item["id"] in [r["workItemId"] for r in own["items"]]
    at = f"/v1/teams/{world.team}/reroutes"
    move = {"workItemId": item["id"], "version": item["version"], "personId": None, "note": "She prefers mornings."}
    body = {"cause": "handover", "moves": [move]}
    assert code(await act(who("coordinator"), at, body)) == (403, "not_your_work")
    assert code(await act(who("social"), at, body)) == LACKS
    assert code(await act(who("hollola_nurse"), at, body)) == ABSENT
    hers = {**move, "personId": str(world.persons["nurse_deputy"])}
    done = ok(await act(who("nurse"), at, {**body, "moves": [hers]}))
    assert done["moved"][0]["holderId"] == str(world.persons["nurse_deputy"])
    assert code(await act(who("nurse"), at, {**body, "moves": [hers]})) == (403, "not_your_work")
    assert (await period(who, world, "nurse", "unemployed_health_nurse"))["validTo"] is None
