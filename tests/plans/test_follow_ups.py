"""The follow-up plan: agreed case by case, kept or not, coming again, and seen only by those who see the path."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import (
    ABSENT,
    CODE_WITHIN,
    FOREIGN_CURSOR,
    LACKS,
    NOBODY,
    STALE,
    TOO_LATE,
    UNTAGGED,
    act,
    code,
    get,
    ok,
    pointer,
)
from tests.plans.cases import a_follow_up, a_path, follow_up
from tests.world import World


async def test_who_may(who: As, world: World) -> None:
    path = await a_path(who, world)
    agreed = await a_follow_up(who, path, personId=str(world.persons["kela"]))
    here, add = f"/v1/follow-ups/{agreed['id']}", f"/v1/pathways/{path['id']}/follow-ups"
    for persona, refusal in (("", NOBODY), ("lead", LACKS), ("client", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await act(who(persona), add, follow_up())) == refusal, persona
        assert code(await act(who(persona), f"{here}/complete", {}, agreed)) == refusal, persona
    # The partner named in it sees nothing by that.
    assert code(await who("kela").get(here)) == LACKS
    assert code(await who("kela").get("/v1/follow-ups")) == LACKS
    assert code(await who("hollola_nurse").get(here)) == ABSENT
    assert (await get(who("hollola_nurse"), "/v1/follow-ups", pathwayId=path["id"]))["items"] == []
    for persona in ("nurse", "coordinator", "lead", "client"):
        assert (await get(who(persona), here))["person"] == "Kaisa Karppinen", persona
    own = await get(who("client"), here)
    assert own["allowedActions"] == []


@pytest.mark.parametrize(
    ("over", "refusal", "at"),
    [
        ({"dueOn": "2026-11-22"}, (422, "due_in_the_past"), "/body/dueOn"),
        ({"everyWeeks": 2}, (422, "bad_repeat"), "/body/untilOn"),
        ({"untilOn": "2027-01-01"}, (422, "bad_repeat"), "/body/untilOn"),
        ({"everyWeeks": 2, "untilOn": "2026-11-30"}, (422, "bad_repeat"), "/body/untilOn"),
        ({"agreedOn": "2026-11-24"}, (422, "not_yet"), "/body/agreedOn"),
        ({"personId": str(uuid4())}, (422, "unknown_party"), "/body/personId"),
        ({"organisationId": str(uuid4())}, (422, "unknown_party"), "/body/organisationId"),
        ({"what": "Calls 010190-900P."}, CODE_WITHIN, "/body/what"),
        ({"party": "mother"}, (422, "invalid_request"), "/body/party"),
    ],
)
async def test_what_is_not_agreed(
    who: As, world: World, over: dict[str, Any], refusal: tuple[int, str], at: str
) -> None:
    path = await a_path(who, world)
    answer = await act(who("nurse"), f"/v1/pathways/{path['id']}/follow-ups", follow_up(**over))
    assert (code(answer), pointer(answer)) == (refusal, at)
    assert (await get(who("nurse"), "/v1/follow-ups"))["items"] == []


async def test_a_repeated_one_comes_again_until_its_last_day(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    first = await a_follow_up(who, path, everyWeeks=2, untilOn="2026-12-31")
    clock.at = NOON + timedelta(days=10)  # the third of December: two days late
    here = f"/v1/follow-ups/{first['id']}"
    assert (await get(who("nurse"), here))["overdue"]
    assert code(await act(who("nurse"), f"{here}/complete", {})) == UNTAGGED
    assert code(await act(who("nurse"), f"{here}/complete", {}, {"version": 9})) == STALE
    late = {"endedOn": "2026-12-04"}
    assert code(await act(who("nurse"), f"{here}/complete", late, first)) == (422, "not_yet")
    done = ok(await act(who("nurse"), f"{here}/complete", {"endedOn": "2026-12-02", "result": "Goes well."}, first))
    assert (done["state"], done["endedOn"], done["result"], done["overdue"]) == (
        "done",
        "2026-12-02",
        "Goes well.",
        False,
    )
    assert code(await act(who("nurse"), f"{here}/miss", {"reason": "other"}, done)) == TOO_LATE
    second = await get(who("nurse"), f"/v1/follow-ups/{done['nextId']}")
    assert (second["dueOn"], second["previousId"], second["what"]) == ("2026-12-15", first["id"], first["what"])
    missed = ok(await act(who("nurse"), f"/v1/follow-ups/{second['id']}/miss", {"reason": "not_reached"}, second))
    assert (missed["state"], missed["reason"]) == ("missed", "not_reached")
    third = await get(who("nurse"), f"/v1/follow-ups/{missed['nextId']}")
    assert third["dueOn"] == "2026-12-29"
    last = ok(await act(who("nurse"), f"/v1/follow-ups/{third['id']}/complete", {}, third))
    assert last["nextId"] is None


async def test_a_cancelled_one_ends_the_series_and_a_closed_path_starts_no_next(who: As, world: World) -> None:
    seen, path = await f.with_outcome(who, world)
    repeated: dict[str, Any] = {"everyWeeks": 1, "untilOn": "2027-06-01"}
    one, other = [await a_follow_up(who, path, **repeated) for _ in range(2)]
    gone = ok(await act(who("nurse"), f"/v1/follow-ups/{one['id']}/cancel", {"reason": "not_needed"}, one))
    assert (gone["state"], gone["nextId"]) == ("cancelled", None)
    ok(await f.told(who, seen))
    path = await f.reread(who("nurse"), path)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
    # What was agreed outlives the path (C-46) until it is done, missed or cancelled.
    assert [r["id"] for r in (await get(who("nurse"), "/v1/follow-ups", state="planned"))["items"]] == [other["id"]]
    done = ok(await act(who("nurse"), f"/v1/follow-ups/{other['id']}/complete", {}, other))
    assert done["nextId"] is None
    assert code(await act(who("nurse"), f"/v1/pathways/{path['id']}/follow-ups", follow_up())) == TOO_LATE


async def test_the_result_is_in_the_register_of_the_party(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await a_follow_up(who, path, by="coordinator", party="psychiatric_nurse")
    here = f"/v1/follow-ups/{row['id']}"
    words = {"result": "Sleeps better."}
    assert code(await act(who("coordinator"), f"{here}/complete", words, row)) == (403, "other_register")
    ok(await act(who("psychiatric_nurse"), f"{here}/complete", words, row))
    read = {p: (await get(who(p), here))["result"] for p in ("nurse", "coordinator", "social", "lead", "client")}
    assert read == {
        "nurse": "Sleeps better.", "coordinator": None, "social": None, "lead": None, "client": "Sleeps better.",
    }  # fmt: skip
    listed = (await get(who("coordinator"), "/v1/follow-ups"))["items"]
    assert [r["result"] for r in listed] == [None]
    plan = await get(who("coordinator"), f"/v1/pathways/{path['id']}/plan")
    assert "Sleeps better." not in str(plan)


async def test_agreed_anew(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await a_follow_up(who, path)
    here, tag = f"/v1/follow-ups/{row['id']}", {"If-Match": f'"{row["version"]}"'}

    async def patch(**body: Any) -> Any:
        return await who("nurse").patch(here, json=body, headers=tag)

    assert code(await who("nurse").patch(here, json={})) == UNTAGGED
    assert code(await patch(dueOn="2026-11-01")) == (422, "due_in_the_past")
    assert code(await patch(everyWeeks=3)) == (422, "bad_repeat")
    assert code(await patch(personId=str(uuid4()))) == (422, "unknown_party")
    changed = ok(await patch(dueOn="2026-12-08", everyWeeks=3, untilOn="2027-01-01", channel="phone"))
    assert (changed["dueOn"], changed["everyWeeks"], changed["what"]) == ("2026-12-08", 3, row["what"])
    assert code(await patch(place="Room 2")) == STALE
    gone = ok(await act(who("nurse"), f"{here}/cancel", {"reason": "not_needed"}, changed))
    tag = {"If-Match": f'"{gone["version"]}"'}
    assert code(await patch(place="Room 2")) == TOO_LATE


async def test_the_list(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    other = (await f.accepted(who, world))[1]
    early = await a_follow_up(who, path, dueOn="2026-11-24", party="employment")
    late = await a_follow_up(who, other, dueOn="2026-12-24")
    middle = await a_follow_up(who, path, dueOn="2026-12-01")

    async def ids(persona: str = "nurse", **query: Any) -> list[str]:
        return [row["id"] for row in (await get(who(persona), "/v1/follow-ups", **query))["items"]]

    assert await ids() == [early["id"], middle["id"], late["id"]]
    assert await ids(pathwayId=path["id"]) == [early["id"], middle["id"]]
    assert await ids("client") == [early["id"], middle["id"]]
    assert await ids("hollola_nurse") == []
    assert await ids(party="employment") == [early["id"]]
    assert await ids(overdue=True) == []
    clock.at = NOON + timedelta(days=8)
    assert await ids(overdue=True) == [early["id"]]
    nurse = who("nurse")
    page = await get(nurse, "/v1/follow-ups", limit=2)
    rest = await get(nurse, "/v1/follow-ups", limit=2, cursor=page["nextCursor"])
    assert [row["id"] for row in rest["items"]] == [late["id"]]
    assert code(await who("coordinator").get("/v1/follow-ups", params={"cursor": page["nextCursor"]})) == FOREIGN_CURSOR
    assert code(await nurse.get("/v1/follow-ups", params={"party": "mother"})) == (422, "invalid_request")
