"""The worklists: dates computed when read, what stands out, orders, filters, and what a sender sees of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import httpx
import pytest

from app.handovers.reading import OWN_KINDS
from app.routing.facts import AssessmentKind
from app.views.chosen import WorkKind
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, code, get, ok
from tests.world import World

NOT_HERE = (422, "not_on_this_list")


def test_every_kind_of_work_can_be_asked_for() -> None:
    assert set(get_args(WorkKind)) == {*AssessmentKind, *OWN_KINDS} - {"referral"}, "a referral is on `referred` alone"


async def rows(http: httpx.AsyncClient, which: str, **params: Any) -> list[dict[str, Any]]:
    return list((await get(http, "/v1/worklist", list=which, **params))["items"])


async def test_what_is_due_when_and_when_it_is_overdue(who: As, world: World, clock: Clock) -> None:
    """From Monday noon: an answer in five working days, an urgent one in one; Independence Day is a Sunday in 2026."""
    nurse = who("nurse")
    slow = await f.a_referral(who, world)
    urgent = await f.a_referral(who, world, urgency="urgent")
    owed, path = await f.with_outcome(who, world)
    check = await f.an_assessment(who, path)
    due = {row["subjectId"]: (row["dueIs"], row["dueOn"], row["urgency"]) for row in await rows(nurse, "mine")}
    assert due == {
        slow["id"]: ("answer", "2026-11-30", "routine"),
        urgent["id"]: ("answer", "2026-11-24", "urgent"),
        path["id"]: ("next_action", path["nextActionOn"], None),
        owed["id"]: ("feedback", "2026-11-23", "routine"),
        check["id"]: ("step", path["steps"][0]["dueOn"], "routine"),
    }
    shown = await get(nurse, f"/v1/referrals/{slow['id']}")
    assert shown["nextOn"] == due[slow["id"]][1], "the same date wherever it is read"
    assert await rows(nurse, "overdue") == []
    for day, late in ((24, [owed["id"]]), (25, [urgent["id"], owed["id"]])):
        clock.at = datetime(2026, 11, day, 6, 0, tzinfo=UTC)
        found = await rows(who("nurse"), "overdue")
        assert sorted(row["subjectId"] for row in found) == sorted(late)
        assert all(row["overdue"] and "overdue" in row["marks"] for row in found)
        assert (await get(who("nurse"), "/v1/worklist/counts"))["overdue"] == len(late)
    at_night = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # the 25th has begun in Finland
    clock.at = at_night
    assert len(await rows(who("nurse"), "overdue")) == 2


async def test_in_order_of_the_date_and_back(who: As, world: World, clock: Clock) -> None:
    made = []
    for number, urgency in enumerate(("routine", "urgent", "routine", "urgent")):
        clock.at = NOON + timedelta(hours=20 * number)
        made.append((await f.a_referral(who, world, urgency=urgency))["id"])
    by_due = [made[1], made[3], made[0], made[2]]
    for sort, expected in (
        ("due", by_due), ("-due", by_due[::-1]), ("opened", made), ("-opened", made[::-1]),
    ):  # fmt: skip
        seen: list[str] = []
        nurse, path = who("nurse"), f"/v1/worklist?list=inbox&limit=1&sort={sort}"
        while path:
            answer = await nurse.get(path)
            seen += [row["subjectId"] for row in ok(answer)["items"]]
            path = answer.links["next"]["url"] if "next" in answer.links else ""
        assert seen == expected, sort
    assert code(await who("nurse").get("/v1/worklist?sort=age")) == f.MALFORMED


async def test_filters_narrow_every_list(who: As, world: World) -> None:
    nurse = who("nurse")
    one = await f.a_referral(who, world, urgency="urgent")
    two = await f.a_referral(who, world, sender="workshop", permission=f.permission(world, "area", "workshop"))
    _, path = await f.accepted(who, world)
    team, me = str(world.team), str(world.persons["nurse"])

    async def found(**params: Any) -> set[str]:
        return {row["subjectId"] for row in await rows(nurse, "team", **params)}

    everything = {one["id"], two["id"], path["id"]}
    assert await found() == everything
    assert await found(kind="pathway") == {path["id"]}
    assert await found(kind=["pathway", "referral_triage"]) == everything
    assert await found(urgency="urgent") == {one["id"]}
    assert await found(source="city_workshop") == {two["id"]}
    assert await found(teamId=team, holderId=me) == everything
    assert await found(teamId=str(world.persons["nurse"])) == set()
    assert await found(clientId=path["clientId"]) == {path["id"]}
    assert await found(overdue="true") == set()
    assert await found(overdue="false") == everything
    for wrong in ("kind=banana", "urgency=asap", "source=nobody", "teamId=1", "overdue=maybe", "colour=red"):
        assert code(await nurse.get(f"/v1/worklist?{wrong}")) == f.MALFORMED, wrong


async def test_what_stands_out_and_what_helps(who: As, world: World) -> None:
    nowhere = await f.a_referral(who, world, client=f.person(municipality="560"))
    owed, path = await f.with_outcome(who, world)
    nurse = who("nurse")
    marks = {row["subjectId"]: (row["marks"], row["remedy"]) for row in await rows(nurse, "team")}
    assert marks[nowhere["id"]][0] == ["alarm", "unassigned"]
    assert "Nobody takes care" in marks[nowhere["id"]][1]
    assert marks[owed["id"]][0] == ["feedback_owed"]
    assert marks[path["id"]] == ([], None)
    finnish = await nurse.get("/v1/worklist?list=unassigned", headers={"Accept-Language": "fi"})
    assert finnish.json()["items"][0]["remedy"].startswith("Tätä ei hoida kukaan")


async def test_what_i_referred_and_what_became_of_it(who: As, world: World) -> None:
    employment = who("employment")
    waiting = await f.a_referral(who, world)
    seen, _ = await f.with_outcome(who, world)
    row = {r["subjectId"]: r for r in await rows(employment, "referred")}
    assert (row[waiting["id"]]["status"], row[waiting["id"]]["dueIs"]) == ("received", "answer")
    assert (row[seen["id"]]["status"], row[seen["id"]]["feedback"]) == ("in_progress", "coming")
    for hidden in ("clientId", "holderId", "holder", "queue", "teamId"):
        assert {r[hidden] for r in row.values()} == {None}, hidden
    assert [r["subjectId"] for r in await rows(employment, "referred", sort="-opened")] == [seen["id"], waiting["id"]]
    counts = await get(employment, "/v1/worklist/counts")
    assert {name: n for name, n in counts.items() if n} == {"referred": 2}
    ok(await f.told(who, seen))
    row = {r["subjectId"]: r for r in await rows(employment, "referred")}
    assert (row[seen["id"]]["status"], row[seen["id"]]["feedback"]) == ("ended", "given")
    counts = await get(employment, "/v1/worklist/counts")
    assert {name: n for name, n in counts.items() if n} == {"referred": 1, "unacknowledged": 1}
    mine = await get(employment, f"/v1/referrals/{seen['id']}")
    ok(await act(employment, f"/v1/referrals/{seen['id']}/acknowledge-feedback", {}, mine))
    assert (await rows(employment, "referred"))[1]["feedback"] == "acknowledged"
    assert (await get(employment, "/v1/worklist/counts"))["unacknowledged"] == 0
    assert await rows(who("workshop"), "referred") == []


@pytest.mark.parametrize("ending", ["withdrawn", "running"])
async def test_a_withdrawal_shows_in_no_row_and_no_badge_of_the_sender(who: As, world: World, ending: str) -> None:
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO, givenName="Aino"))
    if ending == "withdrawn":
        own = await get(who("client"), f"/v1/referrals/{sent['id']}")
        ok(await act(who("client"), f"/v1/referrals/{sent['id']}/withdraw", {}, own))
    (row,) = await rows(who("employment"), "referred")
    assert (row["status"], row["feedback"], row["dueIs"], row["marks"]) == ("received", "coming", "answer", [])
    counts = await get(who("employment"), "/v1/worklist/counts")
    assert {name: n for name, n in counts.items() if n} == {"referred": 1}


@pytest.mark.parametrize("wrong", ["kind=pathway", "holderId=", "overdue=true", "sort=due", "source=self"])
async def test_what_means_nothing_on_ones_referrals_is_said(who: As, world: World, wrong: str) -> None:
    value = wrong + (str(world.persons["nurse"]) if wrong.endswith("=") else "")
    answer = await who("employment").get(f"/v1/worklist?list=referred&{value}")
    assert code(answer) == NOT_HERE
    assert answer.json()["names"] == [wrong if wrong.startswith("sort") else wrong.split("=")[0]]


async def test_who_is_not_reached_stands_out_on_every_list_and_has_one_of_its_own(
    who: As, world: World, clock: Clock
) -> None:
    _, path = await f.accepted(who, world)
    _, other = await f.accepted(who, world)
    log = f"/v1/clients/{path['clientId']}/contacts"
    for days in (1, 5, 9):
        clock.at = NOON + timedelta(days=days)
        ok(await act(who("nurse"), log, {"direction": "outgoing", "channel": "phone", "result": "no_answer"}))
    (row,) = await rows(who("nurse"), "silent")
    assert (row["subjectId"], row["marks"][0]) == (path["id"], "silent")
    state = await get(who("nurse"), f"/v1/clients/{path['clientId']}/contact-state")
    assert row["remedy"] == state["remedies"][0]["text"], "the way that was not tried yet"
    assert (await get(who("nurse"), "/v1/worklist/counts"))["silent"] == 1
    marked = {row["subjectId"]: "silent" in row["marks"] for row in await rows(who("nurse"), "mine")}
    assert (marked[path["id"]], marked[other["id"]]) == (True, False)
    assert await rows(who("hollola_nurse"), "silent") == []
    ok(await act(who("nurse"), log, {"direction": "incoming", "channel": "phone", "result": "reached"}))
    assert await rows(who("nurse"), "silent") == []
    assert (await get(who("nurse"), "/v1/worklist/counts"))["silent"] == 0


async def test_what_was_returned_from_the_waiting_list_waits_for_its_sender(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    for verb, body, listed in (
        ("waitlist", {"reason": "capacity_full"}, 1),
        ("return", {"reason": "unclear_reason"}, 0),
    ):
        seen = await get(who("nurse"), path)
        ok(await act(who("nurse"), f"{path}/{verb}", body, seen))
        assert len(await rows(who("nurse"), "waiting")) == listed, verb
        assert (await get(who("nurse"), "/v1/worklist/counts"))["waiting"] == listed
    assert {row["subjectId"]: row["marks"] for row in await rows(who("nurse"), "team")} == {sent["id"]: []}
