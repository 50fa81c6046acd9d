"""A person on a client's list (anchors, complaint 7) sees nothing of that client, whichever way, and cannot tell."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As, Clock
from tests.factories import ABSENT, act, at, code, get, ok
from tests.work.looking import as_owner, seen_of
from tests.world import World


async def keep_away(who: As, by: str, client_id: str, *people: Any) -> f.Json:
    body = {"conflictPersonIds": [str(person) for person in people]}
    return ok(await who(by).patch(f"/v1/clients/{client_id}", json=body, headers={"If-Match": "*"}))


async def test_a_colleague_sees_nothing_and_cannot_tell_why(who: As, world: World, connection: AsyncConnection) -> None:
    seen, path = await f.accepted(who, world, await f.a_referral(who, world, client=f.person(identityCode=f.AINO)))
    client = seen["clientId"]
    assert len(await seen_of(connection, "coordinator", client)) > 5
    before = await get(who("nurse"), "/v1/clients", limit="200")
    await keep_away(who, "nurse", client, world.persons["coordinator"])
    assert await seen_of(connection, "coordinator", client) == {}
    assert (await seen_of(connection, "nurse", client)).keys() >= {"clients", "pathways", "referrals", "work_items"}
    absent = await who("coordinator").get(f"/v1/clients/{world.team}")
    for place in (
        f"/v1/clients/{client}", f"/v1/referrals/{seen['id']}", f"/v1/pathways/{path['id']}",
        f"/v1/clients/{client}/consents", f"/v1/referrals/{seen['id']}/history",
    ):  # fmt: skip
        answer = await who("coordinator").get(place)
        assert code(answer) == ABSENT, place
        assert {k: v for k, v in answer.json().items() if k != "instance"} == {
            k: v for k, v in absent.json().items() if k != "instance"
        }
    listed = await get(who("coordinator"), "/v1/clients", limit="200")
    assert {row["id"] for row in listed["items"]} == {row["id"] for row in before["items"]} - {client}
    for name, which in (("team", None), ("unassigned", None)):
        rows = (await get(who("coordinator"), "/v1/worklist", list=name, limit="200"))["items"]
        assert client not in [row["clientId"] for row in rows], which
    found = ok(await who("coordinator").post("/v1/clients/search", json={"identityCode": f.AINO}))
    assert found["items"] == []
    decisions = await get(who("coordinator"), "/v1/routing-decisions", subjectId=seen["id"])
    assert decisions["items"] == []
    assert client not in (await who("coordinator").get("/v1/me")).text
    await keep_away(who, "nurse", client)
    assert (await get(who("coordinator"), f"/v1/clients/{client}"))["id"] == client


async def test_what_the_person_holds_does_not_vanish(who: As, world: World, connection: AsyncConnection) -> None:
    """The path waits in the team's queue with an alarm, what the rules give out goes to somebody else; each decided
    with its cause, in the transaction of the change."""
    nurse, sent = world.persons["nurse"], await f.a_referral(who, world)
    seen, path = await f.accepted(who, world, sent)
    check = await f.an_assessment(who, path)
    assert check["owner"]["personId"] == str(nurse)
    await keep_away(who, "coordinator", seen["clientId"], nurse)
    rows = await as_owner(
        connection,
        "SELECT kind, holder_id, queue, alarm, (SELECT array_agg(d.cause ORDER BY d.decided_at DESC) FROM"
        " routing_decisions d WHERE d.subject_id = w.subject_id AND d.cause = 'conflict') FROM work_items w"
        " WHERE client_id = :c AND closed_at IS NULL ORDER BY kind",
        c=seen["clientId"],
    )
    assert [tuple(row) for row in rows] == [
        ("health_check", world.persons["nurse_deputy"], None, False, ["conflict"]),
        ("pathway", None, f"team_unassigned:{world.team}", True, ["conflict"]),
    ]
    assert await seen_of(connection, "nurse", seen["clientId"]) == {}
    mine = await get(who("nurse"), "/v1/worklist", list="mine", limit="200")
    assert seen["clientId"] not in [row["clientId"] for row in mine["items"]]
    unassigned = await get(who("coordinator"), "/v1/worklist", list="unassigned", limit="200")
    assert path["id"] in [row["subjectId"] for row in unassigned["items"]]
    decisions = (await get(who("coordinator"), "/v1/routing-decisions", subjectId=path["id"]))["items"]
    assert [(d["cause"], d["outcome"], d["because"]) for d in decisions] == [
        ("conflict", "unassigned", ["conflict_of_interest"])
    ]
    assert decisions[0]["explanation"]["en"].startswith("Nobody has the work now.")
    # Somebody takes it on: the path has a worker again.
    now = await get(who("coordinator"), f"/v1/pathways/{path['id']}")
    ok(
        await who("coordinator").patch(
            f"/v1/pathways/{path['id']}",
            json={"responsiblePersonId": str(world.persons["coordinator"])},
            headers={"If-Match": f'"{now["version"]}"'},
        )
    )
    left = await as_owner(
        connection, "SELECT holder_id, queue, alarm FROM work_items WHERE subject_id = :p", p=path["id"]
    )
    assert [tuple(row) for row in left] == [(world.persons["coordinator"], None, False)]


async def test_saying_so_of_oneself_gives_away_everything(who: As, world: World, connection: AsyncConnection) -> None:
    """One piece of work is declined for it; the path and the referral to answer go with it."""
    seen, path = await f.accepted(who, world)
    check = await f.an_assessment(who, path)
    item = await as_owner(connection, "SELECT id, version FROM work_items WHERE subject_id = :id", id=check["id"])
    body = {"reason": "conflict_of_interest"}
    ok(await act(who("nurse"), f"/v1/work-items/{item[0][0]}/decline", body, {"version": item[0][1]}))
    held = await as_owner(
        connection,
        "SELECT count(*) FROM work_items WHERE client_id = :c AND closed_at IS NULL AND holder_id = :p",
        c=seen["clientId"],
        p=world.persons["nurse"],
    )
    assert held[0][0] == 0
    assert code(await who("nurse").get(f"/v1/pathways/{path['id']}")) == ABSENT


@pytest.mark.parametrize("sender", ["employment", "social"])
async def test_who_sends_somebody_they_are_kept_from_is_answered_like_anybody(
    who: As, world: World, connection: AsyncConnection, sender: str
) -> None:
    """What the receiver matched reaches no sender: what they sent reads as a stranger's referral does, then and later,
    and nothing else of the client is there. Somebody of the receiving team reads theirs as its sender only."""
    person = f.person()
    first = await f.a_referral(who, world, client=person)
    client = (await get(who("nurse"), f"/v1/referrals/{first['id']}"))["clientId"]
    stranger = await f.a_referral(who, world, sender, client=f.person())
    await keep_away(who, "nurse", client, world.persons[sender])
    sent = await f.a_referral(who, world, sender, client=person, allowDuplicate=True)
    assert sent.keys() == stranger.keys()
    told = ("status", "teamId", "nextOn", "allowedActions", "view")
    if sender == "employment":
        assert [sent[name] for name in told] == [stranger[name] for name in told]
    row = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    assert row["clientId"] == client, "it is received all the same"
    mine = await get(who(sender), f"/v1/referrals/{sent['id']}")
    theirs = await get(who(sender), f"/v1/referrals/{stranger['id']}")
    assert (mine["view"], mine["clientId"], mine["owner"]) == ("sender", None, None)
    if sender == "employment":
        assert [mine[name] for name in told] == [theirs[name] for name in told]
    assert (await seen_of(connection, sender, client)).keys() <= {"referrals", "use_log"}
    listed = {one["id"] for one in (await get(who(sender), "/v1/referrals", limit="200"))["items"]}
    assert (sent["id"] in listed, stranger["id"] in listed) == (True, True)
    if sender == "social":  # who does not send in the name of a partner sees no other's either
        assert first["id"] not in listed


async def test_nor_as_a_guest_of_a_meeting(who: As, world: World, connection: AsyncConnection, clock: Clock) -> None:
    person, kela = f.person(), world.persons["kela"]
    sent = await f.a_referral(who, world, client=person, permission=f.permission(world, "area", "employment", "kela"))
    seen, path = await f.accepted(who, world, sent)
    body = {
        "kind": "network_meeting", "startsAt": at(days=2), "minutes": 45, "place": "Terveystie 1",
        "participantIds": [str(kela)],
    }  # fmt: skip
    meeting = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", body))
    assert (await get(who("kela"), f"/v1/meetings/{meeting['id']}"))["id"] == meeting["id"]
    assert (await seen_of(connection, "kela", seen["clientId"], clock.at)).keys() == {
        "meetings", "meeting_participants", "use_log",
    }  # fmt: skip
    await keep_away(who, "nurse", seen["clientId"], kela)
    assert code(await who("kela").get(f"/v1/meetings/{meeting['id']}")) == ABSENT
    assert meeting["id"] not in [m["id"] for m in (await get(who("kela"), "/v1/meetings"))["items"]]
    assert await seen_of(connection, "kela", seen["clientId"], clock.at) == {}


async def test_nor_in_the_areas_queue(who: As, world: World, connection: AsyncConnection) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality="560"))
    path = f"/v1/referrals/{sent['id']}"
    row = await get(who("nurse"), path)
    await as_owner(
        connection, "UPDATE clients SET conflict_person_ids = ARRAY[CAST(:p AS uuid)] WHERE id = :c",
        p=world.persons["nurse_deputy"], c=row["clientId"],
    )  # fmt: skip
    assert (await get(who("nurse"), path))["id"] == sent["id"]
    assert code(await who("nurse_deputy").get(path)) == ABSENT
    unassigned = await get(who("nurse_deputy"), "/v1/worklist", list="unassigned", limit="200")
    assert sent["id"] not in [one["subjectId"] for one in unassigned["items"]]
    assert await seen_of(connection, "nurse_deputy", row["clientId"]) == {}


async def test_a_lead_kept_away_plans_without_seeing_whose_it_is(
    who: As, world: World, connection: AsyncConnection
) -> None:
    seen, _ = await f.accepted(who, world)
    params = {"cause": "absence", "personId": str(world.persons["nurse"])}
    await as_owner(
        connection,
        "UPDATE clients SET conflict_person_ids = ARRAY[CAST(:p AS uuid)] WHERE id = :c",
        p=world.persons["lead"],
        c=seen["clientId"],
    )
    rows = await as_owner(
        connection, "SELECT id FROM work_items WHERE client_id = :c AND closed_at IS NULL", c=seen["clientId"]
    )
    for row in rows:
        assert code(await who("lead").get(f"/v1/work-items/{row[0]}")) == ABSENT
        body = {"cause": "facts", "preview": True}
        refused = await act(who("lead"), f"/v1/work-items/{row[0]}/route-again", body, {"version": 1})
        assert code(refused) == ABSENT
    assert params["personId"]


async def test_nor_by_asking_for_an_answer_that_is_kept(who: As, world: World) -> None:
    seen, _ = await f.accepted(who, world)
    client = seen["clientId"]
    said, once = f.consent(world), {"Idempotency-Key": "said-before-the-conflict"}
    at = f"/v1/clients/{client}/consents"
    first = await who("coordinator").post(at, json=said, headers=once)
    again = await who("coordinator").post(at, json=said, headers=once)
    assert (first.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (201, first.json(), "true")
    await keep_away(who, "nurse", client, world.persons["coordinator"])
    assert code(await who("coordinator").post(at, json=said, headers=once)) == ABSENT
