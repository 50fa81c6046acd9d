"""Steps over HTTP: their order, what blocks, and that every other way keeps its reason."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, MALFORMED, TOO_LATE, act, code, get, ok, pointer
from tests.pathways.courses import COORDINATORS, MINDS, ONE, TESTER, ship, standing, step
from tests.pathways.places import sql
from tests.world import World


@pytest.fixture
async def path(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> f.Json:
    """A running path of the tests' template."""
    ship(monkeypatch, ONE)
    return (await f.accepted(who, world, client=f.person(identityCode=f.AINO)))[1]


async def do(who: As, path: f.Json, key: str, verb: str, body: f.Json | None = None, by: str = "nurse") -> f.Json:
    now = step(await f.reread(who(by), path), key)
    return ok(await act(who(by), f"/v1/pathway-steps/{now['id']}/{verb}", body or {}, now))


async def refused(who: As, path: f.Json, key: str, verb: str, body: f.Json | None = None) -> f.Json:
    """What the verb answers, which is what `allowedActions` said before."""
    now = step(await f.reread(who("nurse"), path), key)
    answer = await act(who("nurse"), f"/v1/pathway-steps/{now['id']}/{verb}", body or {}, now)
    assert answer.status_code == 409, answer.text
    assert f.action(now, verb)["because"] == answer.json()["code"]
    return dict(answer.json())


async def changes(who: As, path: f.Json, by: str = "nurse") -> set[tuple[str, str | None, str]]:
    rows = (await get(who(by), f"/v1/pathways/{path['id']}/step-changes"))["items"]
    found = [(row["change"], row["stepKey"], row["reason"]) for row in rows]
    assert len(set(found)) == len(found)
    return set(found)


async def test_done_now_and_next(who: As, path: f.Json) -> None:
    assert standing(path) == {
        "check": "now", "visit": "next", "tests": "next", "report": "next", "alone": "next", "group": "next",
        "outcome": "next",
    }  # fmt: skip
    path = await do(who, path, "check", "complete")
    assert [standing(path)[key] for key in ("check", "visit", "tests", "report")] == ["done", "now", "next", "next"]
    # What is only done if needed is now once its day is agreed.
    path = await do(who, path, "tests", "plan", {"plannedOn": "2026-12-01"})
    assert [standing(path)[key] for key in ("check", "visit", "tests", "report")] == ["done", "next", "now", "next"]
    again = await refused(who, path, "check", "complete")
    assert (again["code"], again["doneAt"]) == ("step_already_done", "2026-11-23T10:00:00+00:00")
    # The client reads no step that is not theirs to see, and where the others stand is the same.
    seen = await f.reread(who("client"), path)
    assert standing(seen) == {k: v for k, v in standing(path).items() if k != "report"}
    assert all(s["allowedActions"] == [] for s in seen["steps"])


async def test_a_hard_rule_blocks_and_the_usual_order_takes_a_reason(who: As, path: f.Json) -> None:
    hard = await refused(who, path, "tests", "complete")
    assert (hard["code"], hard["steps"], hard["labels"]) == (
        "step_requires", ["check"], ["health check of the unemployed"],
    )  # fmt: skip
    with_reason = await refused(who, path, "tests", "complete", {"reason": "urgent_need"})
    assert with_reason["code"] == "step_requires", "a reason opens no hard rule"
    soft = await refused(who, path, "visit", "complete")
    assert (soft["code"], soft["steps"]) == ("step_out_of_order", ["check"])
    visit = step(path, "visit")
    wrong = await act(who("nurse"), f"/v1/pathway-steps/{visit['id']}/complete", {"reason": "tired"}, visit)
    assert (code(wrong), pointer(wrong)) == (MALFORMED, "/body/reason")
    path = await do(who, path, "visit", "complete", {"reason": "appointment_sooner"})
    assert step(path, "visit")["outOfOrderBecause"] == "appointment_sooner"
    # A reason that was not needed is not kept.
    path = await do(who, path, "check", "complete", {"reason": "urgent_need"})
    assert step(path, "check")["outOfOrderBecause"] is None
    assert await changes(who, path) == {("out_of_order", "visit", "appointment_sooner")}


async def test_what_is_done_elsewhere_is_done(who: As, path: f.Json) -> None:
    """An outcome is recorded before the usual order would have it: nobody is asked, and it is said."""
    now = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "studies"}, path))
    assert (step(now, "outcome")["state"], step(now, "outcome")["outOfOrderBecause"]) == ("done", "done_elsewhere")
    assert await changes(who, path) == {("out_of_order", "outcome", "done_elsewhere")}


async def test_a_required_step_is_skipped_only_along_with_what_requires_it(who: As, path: f.Json) -> None:
    blocked = await refused(who, path, "check", "skip", {"reason": "already_known"})
    assert (blocked["code"], blocked["steps"]) == ("step_is_required", ["tests", "report"])
    path = await do(who, path, "check", "skip", {"reason": "already_known", "withDependents": True})
    assert [step(path, key)["skippedBecause"] for key in ("check", "tests", "report", "visit")] == [
        "already_known", "required_step_skipped", "required_step_skipped", None,
    ]  # fmt: skip
    assert (await refused(who, path, "check", "complete"))["code"] == "step_is_over"
    assert (await refused(who, path, "tests", "reopen", {"reason": "other"}))["steps"] == ["check"]
    path = await do(who, path, "check", "reopen", {"reason": "situation_changed"})
    assert (step(path, "check")["state"], step(path, "check")["doneAt"]) == ("planned", None)
    path = await do(who, path, "tests", "reopen", {"reason": "situation_changed"})
    assert (await refused(who, path, "check", "reopen", {"reason": "other"}))["code"] == "illegal_move"
    told = {
        ("skipped", "check", "already_known"), ("skipped", "tests", "required_step_skipped"),
        ("skipped", "report", "required_step_skipped"), ("reopened", "check", "situation_changed"),
        ("reopened", "tests", "situation_changed"),
    }  # fmt: skip
    assert await changes(who, path) == told
    assert await changes(who, path, "client") == {one for one in told if one[1] != "report"}
    row = (await get(who("coordinator"), f"/v1/pathways/{path['id']}/step-changes", limit=1))["items"][0]
    assert (row["author"], row["changeLabel"], row["reasonLabel"]) == (
        "Hanna Harju", "opened again", "the situation changed",
    )  # fmt: skip
    assert code(await who("hollola_nurse").get(f"/v1/pathways/{path['id']}/step-changes")) == ABSENT


async def test_another_order(who: As, path: f.Json, connection: AsyncConnection) -> None:
    at = f"/v1/pathways/{path['id']}/reorder-steps"
    path = await do(who, path, "check", "complete")
    ids = {s["key"]: s["id"] for s in path["steps"]}
    left = ["visit", "tests", "report", "alone", "group", "outcome"]

    async def asked(keys: list[str], **over: str) -> f.Json:
        body = {"stepIds": [ids.get(key, str(uuid4())) for key in keys], "reason": "client_wishes", **over}
        return dict((await act(who("nurse"), at, body, path)).json())

    for keys, missing, unknown in (
        (left[1:], 1, 0),
        ([*left, "check"], 0, 1),  # done already
        ([*left, "foreign"], 0, 1),
        ([*left, "visit"], 0, 1),  # twice
    ):
        answer = await asked(keys)
        assert (answer["code"], answer["missing"], answer["unknown"]) == ("unknown_steps", missing, unknown)
    broken = await asked(["report", *(key for key in left if key != "report")])
    assert (broken["code"], broken["steps"]) == ("order_breaks_rule", ["report"])
    assert (await asked(left, reason="whim"))["code"] == "invalid_request"
    moved = await asked(["outcome", "group", *left[:-2]])
    assert [s["key"] for s in moved["steps"]] == ["check", "outcome", "group", "visit", "tests", "report", "alone"]
    assert [s["position"] for s in moved["steps"]] == list(range(1, 8))
    assert (step(moved, "outcome")["after"], step(moved, "outcome")["standing"]) == ([], "now")
    assert await changes(who, path) == {("reordered", None, "client_wishes")}
    await sql(connection, "UPDATE pathway_steps SET position = 1 WHERE pathway_id = :id", id=path["id"])
    with pytest.raises(DBAPIError, match="uq_pathway_steps_position"):
        await sql(connection, "SET CONSTRAINTS ALL IMMEDIATE")


async def test_a_step_of_ones_own(who: As, path: f.Json) -> None:
    at = f"/v1/pathways/{path['id']}/add-step"
    given = {
        "kind": "follow_up", "ownerRole": COORDINATORS, "dueDays": 3, "afterKey": "check", "reason": "client_wishes",
        "purpose": {"fi": "Harjoittelette matkaa."}, "expectedMinutes": 60,
    }  # fmt: skip
    for over, refusal, place in (
        ({"ownerRole": "occupational_physician"}, (422, "not_an_owner"), "/body/ownerRole"),
        ({"afterKey": "nothing"}, (422, "unknown_step_key"), "/body/afterKey"),
        ({"plannedOn": "2026-11-22"}, (422, "day_passed"), "/body/plannedOn"),
        ({"dueDays": None}, MALFORMED, "/body"),
        ({"purpose": {"fi": f"Soita {f.AINO}"}}, CODE_WITHIN, "/body/purpose"),
        ({"reason": None}, MALFORMED, "/body/reason"),
    ):
        answer = await act(who("nurse"), at, {**given, **over}, path)
        assert (code(answer), pointer(answer)) == (refusal, place), answer.text
    path = ok(await act(who("nurse"), at, given, path))
    mine = step(path, "added_follow_up")
    assert [s["key"] for s in path["steps"]][:3] == ["check", "added_follow_up", "visit"]
    assert (mine["dueOn"], mine["purpose"], mine["standing"], mine["added"], mine["expectedMinutes"]) == (
        "2026-11-26", "Harjoittelette matkaa.", "next", True, 60,
    )  # fmt: skip
    # Of a partner, and with a date agreed; beside the first of its kind.
    path = ok(await act(who("nurse"), at, given | {"ownerRole": "job_coach", "plannedOn": "2026-12-01"}, path))
    theirs = step(path, "added_follow_up_2")
    assert (theirs["dueOn"], theirs["owner"]["standing"]) == ("2026-12-01", "no_seat")
    assert await changes(who, path) == {
        ("added", "added_follow_up", "client_wishes"), ("added", "added_follow_up_2", "client_wishes"),
    }  # fmt: skip


async def test_once_more(who: As, path: f.Json) -> None:
    assert (await refused(who, path, "check", "repeat", {"reason": "other"}))["code"] == TOO_LATE[1]
    await do(who, path, "check", "complete")
    path = await do(who, path, "check", "repeat", {"reason": "situation_changed"})
    again = step(path, "check~2")
    assert [s["key"] for s in path["steps"]][:3] == ["check", "check~2", "visit"]
    assert (again["repeatsId"], again["state"], again["dueOn"]) == (step(path, "check")["id"], "planned", "2026-12-07")
    assert step(path, "check")["state"] == "done", "what was done stays done"
    await do(who, path, "check~2", "skip", {"reason": "not_needed"})
    path = await do(who, path, "check~2", "repeat", {"reason": "recorded_wrongly", "dueDays": 1})
    assert (step(path, "check~3")["repeatsId"], step(path, "check~3")["dueOn"]) == (again["id"], "2026-11-24")
    assert await changes(who, path) == {
        ("repeated", "check~2", "situation_changed"), ("skipped", "check~2", "not_needed"),
        ("repeated", "check~3", "recorded_wrongly"),
    }  # fmt: skip


async def test_a_path_has_two_hundred_steps_at_most_and_branches_or_none(
    who: As, world: World, connection: AsyncConnection
) -> None:
    _, path = await f.accepted(who, world)
    at = f"/v1/pathways/{path['id']}"
    none = await act(who("nurse"), f"{at}/choose-branch", {"branch": "group", "reason": "client_wishes"}, path)
    assert code(none) == (409, "no_branches")
    more = (
        "INSERT INTO pathway_steps SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),"
        " 'key', 'k' || n, 'position', 100 + n))).* FROM pathway_steps s, generate_series(1, 192) n"
        " WHERE s.pathway_id = :id AND s.position = 2"
    )
    await sql(connection, more, id=path["id"])
    one = {"kind": "follow_up", "ownerRole": COORDINATORS, "dueDays": 4, "reason": "other"}
    full = await act(who("nurse"), f"{at}/add-step", one, path)
    assert (code(full), full.json()["most"]) == ((409, "too_many_steps"), 200)


async def test_one_branch_is_taken(who: As, path: f.Json) -> None:
    at = f"/v1/pathways/{path['id']}/choose-branch"
    unknown = await act(who("nurse"), at, {"branch": "both", "reason": "client_wishes"}, path)
    assert (code(unknown), unknown.json()["branches"]) == ((422, "unknown_branch"), ["alone", "group"])
    path = ok(await act(who("nurse"), at, {"branch": "group", "reason": "agreed_in_meeting"}, path))
    assert (step(path, "alone")["skippedBecause"], step(path, "group")["state"]) == ("other_branch", "planned")
    assert (await refused(who, path, "alone", "reopen", {"reason": "other"}))["code"] == "step_of_other_branch"
    path = ok(await act(who("nurse"), at, {"branch": "alone", "reason": "client_wishes"}, path))
    assert (step(path, "alone")["state"], step(path, "group")["skippedBecause"]) == ("planned", "other_branch")
    assert await changes(who, path) == {
        ("skipped", "alone", "other_branch"), ("branch_chosen", None, "agreed_in_meeting"),
        ("reopened", "alone", "client_wishes"), ("skipped", "group", "other_branch"),
        ("branch_chosen", None, "client_wishes"),
    }  # fmt: skip


async def test_whose_a_step_is_today(who: As, world: World, path: f.Json, connection: AsyncConnection) -> None:
    mine = step(path, "check")["owner"]
    assert (mine["standing"], mine["person"]) == ("holder", "Hanna Harju")
    # Which of the two physicians it is tells what the client is treated for.
    visit = step(await f.reread(who("coordinator"), path), "visit")
    assert (visit["ownerRole"], visit["owner"]) == (
        "work_ability_physician", {"standing": "hidden", "seatId": None, "personId": None, "person": None},
    )  # fmt: skip
    # What stands in the template is nobody's decision: until routing has named one, it is some physician to everybody.
    for reader in ("nurse", "client"):
        unnamed = step(await f.reread(who(reader), path), "visit")
        assert (unnamed["ownerRole"], unnamed["owner"]["standing"]) == ("work_ability_physician", "hidden")
    named = "UPDATE pathway_steps SET owner_named = true WHERE pathway_id = :id AND key = 'visit'"
    await sql(connection, named, id=path["id"])
    assert step(await f.reread(who("coordinator"), path), "visit")["owner"]["person"] is None
    for reader in ("nurse", "client"):
        visit = step(await f.reread(who(reader), path), "visit")
        assert (visit["ownerRole"], visit["owner"]["person"] is None) == (MINDS, False)
    seat, person = world.seats[TESTER], world.persons["physiotherapist"]
    end = "UPDATE holders SET valid_to = '2026-11-22' WHERE seat_id = :seat AND standing = :standing"
    away = "INSERT INTO absences (id, created_at, version, person_id, first_on, last_on)"
    await sql(connection, "UPDATE holders SET valid_to = NULL WHERE seat_id = :seat", seat=seat)
    found = []
    await sql(
        connection, f"{away} VALUES (gen_random_uuid(), now(), 1, :id, '2026-11-23', '2026-11-23')", id=person
    )  # fmt: skip
    found.append(step(await f.reread(who("nurse"), path), "tests")["owner"]["standing"])
    await sql(connection, end, seat=seat, standing="holder")
    await sql(connection, end, seat=seat, standing="deputy")
    found.append(step(await f.reread(who("nurse"), path), "tests")["owner"]["standing"])
    assert found == ["away", "vacant"]
    path = await do(who, path, "check", "complete")
    assert step(path, "check")["owner"] is None


async def test_of_a_closed_path_no_step_is_changed(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ship(monkeypatch, ONE)
    _, path = await f.closed(who, world)
    for key, verb in (("check", "reopen"), ("check", "repeat"), ("outcome", "complete")):
        now = step(path, key)
        answer = await act(who("nurse"), f"/v1/pathway-steps/{now['id']}/{verb}", {}, now)
        if verb != "complete":
            answer = await act(who("nurse"), f"/v1/pathway-steps/{now['id']}/{verb}", {"reason": "other"}, now)
        assert code(answer) == TOO_LATE
        assert f.action(now, verb)["because"] == "illegal_move"
