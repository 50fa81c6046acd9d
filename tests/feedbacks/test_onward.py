"""Onward and back: shown on the path it left, its feedback read there, also after that path has closed."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories as f
from tests.conftest import As
from tests.factories import act, code, get, ok, pointer
from tests.world import World


async def onward(who: As, path: f.Json, by: str = "coordinator", **over: Any) -> Any:
    teams = (await get(who("nurse"), "/v1/directory"))["teams"]
    hollola = next(team["id"] for team in teams if team["code"] == "hollola")
    body = {"teamId": hollola, "reason": "Moves to Hollola in January.", **over}
    return await act(who(by), f"/v1/pathways/{path['id']}/onward-referrals", body)


async def answered(who: As, world: World, sent: f.Json) -> f.Json:
    _, theirs = await f.accepted(who, world, sent, by="hollola_nurse")
    at = f"/v1/pathways/{theirs['id']}/record-outcome"
    theirs = ok(await act(who("hollola_nurse"), at, {"code": "studies"}, theirs))
    return ok(await f.told(who, sent, by="hollola_nurse", body="She begins her studies."))


async def to_read(who: As, persona: str = "nurse") -> list[Any]:
    return list((await get(who(persona), "/v1/worklist", list="mine", kind="feedback_to_read"))["items"])


async def test_it_stands_on_the_path_and_its_feedback_is_read_there(who: As, world: World) -> None:
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    step = path["steps"][-2]
    wrong = await onward(who, path, stepId=path["id"])
    assert (code(wrong), pointer(wrong)) == ((422, "unknown_step"), "/body/stepId")
    sent = ok(await onward(who, path, stepId=step["id"]))
    (row,) = (await f.reread(who("nurse"), path))["onward"]
    assert (row["referralId"], row["status"], row["feedback"], row["stepId"]) == (
        sent["id"], "received", "coming", step["id"],
    )  # fmt: skip
    assert row["team"]
    given = await answered(who, world, sent)
    now = await f.reread(who("nurse"), path)
    (row,) = now["onward"]
    assert (row["status"], row["feedback"], row["acknowledgedAt"]) == ("ended", "given", None)
    assert next(one["state"] for one in now["steps"] if one["id"] == step["id"]) == "done"
    # The responsible worker has it to read, though somebody else sent it, and says that it was received.
    (work,) = await to_read(who)
    assert (work["subjectId"], work["marks"]) == (given["id"], ["feedback_to_read"])
    mine = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    heard = (await get(who("nurse"), f"/v1/referrals/{sent['id']}/feedback"))["items"]
    assert (heard[0]["body"], heard[0]["receivedAt"]) == ("She begins her studies.", "2026-11-23T10:00:00Z")
    stranger = await act(who("social"), f"/v1/referrals/{sent['id']}/acknowledge-feedback", {}, mine)
    assert not stranger.is_success
    ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/acknowledge-feedback", {}, mine))
    assert await to_read(who) == []
    assert (await f.reread(who("nurse"), path))["onward"][0]["acknowledgedAt"] is not None


@pytest.mark.parametrize(("to", "reader"), [("responsible_worker", "nurse"), ("sender", "coordinator")])
async def test_a_path_closed_before_the_answer_says_who_gets_it(who: As, world: World, to: str, reader: str) -> None:
    seen, path = await f.with_outcome(who, world, client=f.person(identityCode=f.AINO))
    sent = ok(await onward(who, path))
    ok(await f.told(who, seen))
    path = await f.reread(who("nurse"), path)
    assert f.action(path, "close")["because"] == "onward_open"
    close = f"/v1/pathways/{path['id']}/close"
    refused = await act(who("nurse"), close, {"reason": "plan_completed"}, path)
    assert (code(refused), refused.json()["referrals"]) == ((409, "onward_open"), [sent["id"]])
    said = {"reason": "plan_completed", "onwardFeedbackTo": to}
    assert ok(await act(who("nurse"), close, said, path))["onwardFeedbackTo"] == to
    given = await answered(who, world, sent)
    assert [row["subjectId"] for row in await to_read(who, reader)] == [given["id"]]


async def test_back_again_is_linked(who: As, world: World) -> None:
    """A to B and to A again: each shows where it came from, and the running path is joined, not doubled."""
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    sent = ok(await onward(who, path))
    _, theirs = await f.accepted(who, world, sent, by="hollola_nurse")
    assert theirs["referrals"][0]["originPathwayId"] == path["id"]
    back = ok(await onward(who, theirs, "hollola_nurse", teamId=str(world.team)))
    again = await onward(who, theirs, "hollola_nurse", teamId=str(world.team))
    assert (code(again), again.json()["referralId"]) == ((409, "already_referred"), back["id"])
    seen = await get(who("nurse"), f"/v1/referrals/{back['id']}")
    assert seen["runningPathwayId"] == path["id"]
    joined = {"joinPathwayId": path["id"]}
    path = ok(await act(who("nurse"), f"/v1/referrals/{back['id']}/accept", joined, seen))
    assert [(r["originPathwayId"]) for r in path["referrals"]] == [None, theirs["id"]]
    assert [r["referralId"] for r in path["onward"]] == [sent["id"]]


async def test_that_none_will_come_is_heard_too(who: As, world: World) -> None:
    """Both teams are the area's: the path it left hears that there will be none, and not why."""
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    step = path["steps"][-2]
    sent = ok(await onward(who, path, stepId=step["id"]))
    seen, _ = await f.accepted(who, world, sent, by="hollola_nurse")
    at = f"/v1/clients/{path['clientId']}/consents"
    ok(await act(who("nurse"), at, f.prohibition(world, "area", dataClasses=["service_path"])))
    waive = f"/v1/referrals/{sent['id']}/waive-feedback"
    ok(await act(who("hollola_nurse"), waive, {"reason": "client_forbade"}, seen))
    now = await f.reread(who("nurse"), path)
    assert now["onward"][0]["feedback"] == "not_coming"
    left = next(one for one in now["steps"] if one["id"] == step["id"])
    assert (left["state"], left["skippedBecause"]) == ("skipped", "not_given")
    (work,) = await to_read(who)
    assert work["marks"] == ["feedback_to_read"]
    mine = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    assert "forbade" not in str(mine)
    ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/acknowledge-feedback", {}, mine))
    assert await to_read(who) == []
