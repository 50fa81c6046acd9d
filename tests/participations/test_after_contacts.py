"""A work trial, the path closed, and how it goes three months later (C-46)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.participations import rules
from tests import factories as f
from tests.conftest import As, Clock
from tests.factories import ABSENT, LACKS, TOO_LATE, Json, act, action, code, get, ok, pointer
from tests.participations.cases import does, part, running
from tests.plans.cases import a_path
from tests.world import World


async def on_the_worklist(who: As, by: str = "nurse") -> list[Json]:
    return list((await get(who(by), "/v1/worklist", list="mine", kind="after_contact"))["items"])


async def finishes(who: As, row: Json, verb: str, body: Json, by: str = "nurse") -> Json:
    return ok(await act(who(by), f"/v1/after-contacts/{row['id']}/{verb}", body, row))


async def test_three_months_after_a_work_trial(who: As, world: World, clock: Clock) -> None:
    seen, path = await f.with_outcome(who, world, client=f.person(identityCode=f.AINO))
    trial = part(
        world, "work_trial", employer="Kahvila Torppa", place="Keittiö", weeklyHours=20, observe="Pace and pauses."
    )
    row = await running(who, path, trial)
    assert (row["employer"], row["weeklyHours"], row["observe"]) == ("Kahvila Torppa", 20, "Pace and pauses.")
    ok(await does(who, row, "end", {"reason": "completed", "afterContactMonths": 3}))
    ok(await f.told(who, seen))
    path = await f.reread(who("nurse"), path)
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
    assert path["state"] == "closed"
    (work,) = await on_the_worklist(who)
    assert (work["dueOn"], work["dueIs"], work["overdue"], work["kindLabel"]) == (
        "2027-02-23", "after_contact", False, "contact after a service",
    )  # fmt: skip
    one = f"/v1/after-contacts/{work['subjectId']}"
    clock.at = datetime(2027, 2, 24, 10, 0, tzinfo=UTC)
    (late,) = await on_the_worklist(who)
    assert (late["overdue"], late["marks"]) == (True, ["overdue"])
    assert [r["id"] for r in (await get(who("nurse"), "/v1/after-contacts", overdue=True))["items"]] == [
        work["subjectId"]
    ]
    shown = await get(who("client"), one)
    assert (shown["dueOn"], shown["countsFrom"], shown["holder"], shown["allowedActions"]) == (
        "2027-02-23", "participation_end", "Hanna Harju", [],
    )  # fmt: skip
    # The attempt is in the contact log as any, also of a closed path.
    call = {"direction": "outgoing", "channel": "phone", "result": "no_answer"}
    ok(await act(who("nurse"), f"/v1/clients/{path['clientId']}/contacts", call))
    done = await finishes(who, shown, "complete", {"result": "worse", "words": "Sits at home."})
    assert (done["state"], done["suggests"], done["holderId"]) == ("done", "new_referral", None)
    assert "new referral" in done["remedy"]
    assert await on_the_worklist(who) == []
    assert code(await act(who("nurse"), f"{one}/cancel", {"reason": "not_needed"}, done)) == TOO_LATE
    for persona, refusal in (("employment", LACKS), ("hollola_nurse", ABSENT), ("dpo", LACKS)):
        assert code(await who(persona).get(one)) == refusal
    again = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/after-contacts", {"months": 6}))
    assert (again["beginsOn"], again["dueOn"]) == ("2026-11-23", "2027-05-23")
    missed = await finishes(who, again, "miss", {"reason": "not_reached"})
    assert (missed["suggests"], missed["endedOn"]) == ("another_after_contact", "2027-02-24")
    good = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/after-contacts", {"months": 6}))
    good = await finishes(who, good, "complete", {"result": "in_work"})
    assert (good["suggests"], good["remedy"]) == (None, None)


async def test_a_service_that_nobody_ends(who: As, world: World, clock: Clock) -> None:
    """The path closes before it: the contact has its day all the same, and the service shows itself as stuck."""
    seen, path = await f.with_outcome(who, world)
    row = await running(who, path, part(world, "training", endsOn="2027-01-15"))
    given = {"months": 2, "participationId": row["id"]}
    planned = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/after-contacts", given))
    assert (planned["beginsOn"], planned["dueOn"]) == ("2027-01-15", "2027-03-15")
    ok(await f.told(who, seen))
    path = await f.reread(who("nurse"), path)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
    (work,) = await on_the_worklist(who)
    assert (work["subjectId"], work["dueOn"]) == (planned["id"], "2027-03-15")
    clock.at = datetime(2027, 1, 18, 10, 0, tzinfo=UTC)
    row = await get(who("nurse"), f"/v1/participations/{row['id']}")
    assert row["overdue"]
    (case,) = (await get(who("nurse"), "/v1/stuck-cases", code="participation_overdue"))["items"]
    assert case["caseId"] == path["id"]
    row = ok(await does(who, row, "end", {"reason": "completed", "endedOn": "2027-01-10"}))
    assert (await get(who("nurse"), f"/v1/after-contacts/{planned['id']}"))["dueOn"] == "2027-03-10"


async def test_it_is_always_somebodys(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}/after-contacts"
    assert action(path, "plan_after_contact")["allowed"]
    outside = await act(who("nurse"), here, {"months": 3, "holderId": str(world.persons["kela"])})
    assert (code(outside), pointer(outside)) == ((422, "not_in_team"), "/body/holderId")
    foreign = await act(who("nurse"), here, {"months": 3, "participationId": path["id"]})
    assert (code(foreign), pointer(foreign)) == ((422, "not_of_the_path"), "/body/participationId")
    given = {"months": 3, "holderId": str(world.persons["coordinator"])}
    row = ok(await act(who("nurse"), here, given))
    assert (row["dueOn"], row["holderId"], row["countsFrom"]) == (
        None, str(world.persons["coordinator"]), "path_closing",
    )  # fmt: skip
    (work,) = await on_the_worklist(who, "coordinator")
    assert work["dueOn"] is None
    # The database's last word: asked at once, it refuses what is not yet anybody's.
    await connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert code(await act(who("nurse"), here, given)) == (409, "after_contact_owner")
    await connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    for statement in (
        "UPDATE work_items SET closed_at = now() + interval '10 years' WHERE subject_id = :id",
        "INSERT INTO after_contacts SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid()))).*"
        " FROM after_contacts a WHERE id = :id",
    ):
        part_of = await connection.begin_nested()
        await connection.execute(text(statement), {"id": row["id"]})
        with pytest.raises(IntegrityError, match="nobody's work"):
            await connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        await part_of.rollback()
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_it_is_handed_over_with_the_rest(who: As, world: World) -> None:
    """Whoever leaves gives it on, and nobody leaves without."""
    seen, path = await f.closed(who, world, by="coordinator", given={"responsiblePersonId": None})
    row = ok(
        await act(
            who("nurse"), f"/v1/pathways/{path['id']}/after-contacts",
            {"months": 3, "holderId": str(world.persons["coordinator"])},
        )
    )  # fmt: skip
    assert seen["id"]
    (work,) = await on_the_worklist(who, "coordinator")
    move = {"workItemId": work["id"], "version": work["version"], "personId": str(world.persons["nurse"])}
    given = {"cause": "handover", "moves": [move | {"reason": "agreed_together", "words": "Leaves in March."}]}
    ok(await act(who("lead"), f"/v1/teams/{world.team}/reroutes", given))
    assert [one["subjectId"] for one in await on_the_worklist(who)] == [row["id"]]
    assert await on_the_worklist(who, "coordinator") == []


@given(on=st.dates(date(2020, 1, 1), date(2035, 12, 31)), months=st.integers(1, 36))
def test_the_day_is_so_many_months_on(on: date, months: int) -> None:
    found = rules.due(on, months)
    assert found is not None
    assert (found.year * 12 + found.month) - (on.year * 12 + on.month) == months
    assert found.day == on.day or (found.day < on.day and (date.fromordinal(found.toordinal() + 1)).day == 1)
    assert rules.due(None, months) is None


async def test_the_day_is_the_same_in_sql(connection: AsyncConnection) -> None:
    for on in (date(2026, 11, 30), date(2027, 8, 31), date(2028, 2, 29)):
        for months in (1, 3, 6, 12):
            made = await connection.execute(
                text("SELECT CAST(CAST(:on AS date) + make_interval(0, :months) AS date)"), {"on": on, "months": months}
            )
            assert made.scalar_one() == rules.due(on, months)
