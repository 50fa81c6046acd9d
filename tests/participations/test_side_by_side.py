"""Coaching inside rehabilitative work activity, as in Orimattila: two services at once, three organisations, one that
goes on for three months, one that was not timely; and what the sender sees of it, which is nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, STALE, TOO_LATE, UNTAGGED, act, action, code, get, ok, pointer
from tests.participations.cases import PARTIES, TIMELY, a_part, does, part, permit, planned, running
from tests.plans.cases import a_path
from tests.world import World


async def test_coaching_inside_rehabilitative_work(who: As, world: World) -> None:
    path = await a_path(who, world)
    here = f"/v1/pathways/{path['id']}"
    coaching = part(world, "job_coaching", "disability", "employment", "workshop", contactName="Valma Valmentaja")
    refused = await planned(who, path, coaching)
    assert code(refused) == (409, "consent_missing")
    assert refused.json()["recipients"] == sorted(str(world.organisations[name]) for name in PARTIES)
    gaps = (await get(who("nurse"), "/v1/consent-gaps", clientId=path["clientId"]))["items"]
    assert {(g["recipientId"], g["purpose"], *g["dataClasses"]) for g in gaps} == {
        (str(world.organisations[name]), "service_coordination", "participation") for name in PARTIES
    }
    await permit(who, world, path)
    activity = part(world, "rehabilitative_work_activity", "area", "area", "workshop", endsOn="2027-05-22")
    whole = ok(await does(who, await a_part(who, path, activity), "start"))
    row = await a_part(who, path, coaching)
    assert (row["organiser"], row["payer"], row["provider"]) == (
        "Rantalinnan vammaispalvelut", "Päijät-Hämeen työllisyysalue", "Heinolan työpaja Torppa",
    )  # fmt: skip
    assert code(await does(who, row, "start")) == (409, "timeliness_unchecked")
    assert action(row, "start")["because"] == "timeliness_unchecked"
    unclear = {"finding": "unclear", "grounds": ["not_known_enough"], "checkedOn": "2026-11-20"}
    row = ok(await does(who, row, "check-timeliness", unclear))
    refused = await does(who, row, "start")
    assert (code(refused), pointer(refused)) == ((422, "unclear_reason"), "/body/despiteUnclear")
    row = ok(await does(who, row, "check-timeliness", TIMELY))
    assert code(await does(who, row, "start", {"despiteUnclear": "client_wishes"})) == (422, "unclear_reason")
    for one, verb, given in (
        (row, "start", {"startedOn": "2026-11-24"}),
        (whole, "end", {"endedOn": "2026-11-22", "reason": "completed"}),
    ):
        refused = await does(who, one, verb, given)
        assert (code(refused), pointer(refused)) == ((422, "outside_period"), f"/body/{next(iter(given))}")
    row = ok(await does(who, row, "start"))
    assert (row["state"], row["startedOn"], whole["state"]) == ("active", "2026-11-23", "active")
    listed = (await get(who("client"), "/v1/participations", state="active"))["items"]
    assert {one["kind"] for one in listed} == {"job_coaching", "rehabilitative_work_activity"}
    assert all(one["said"] and one["allowedActions"] == [] for one in listed)
    told = (await get(who("nurse"), f"/v1/clients/{path['clientId']}/disclosures"))["items"]
    by_part = [(d["recipientId"], d["subjectId"]) for d in told if d["purpose"] == "service_coordination"]
    assert sorted(by_part) == sorted(
        2 * [(str(world.organisations["workshop"]), whole["id"])]
        + 2 * [(str(world.organisations[name]), row["id"]) for name in PARTIES]
    )
    # It goes on for three months more.
    longer = await who("nurse").patch(
        f"/v1/participations/{row['id']}", json={"endsOn": "2027-05-22"}, headers={"If-Match": f'"{row["version"]}"'}
    )
    assert ok(longer)["endsOn"] == "2027-05-22"
    assert (await f.reread(who("nurse"), path))["state"] == "active"
    assert action(await get(who("nurse"), here), "plan_participation")["allowed"]


async def test_a_part_discontinued_tells_the_sender_nothing(who: As, world: World, connection: AsyncConnection) -> None:
    """The sender pays for it, and learns that it was to begin; never that it ended, nor why."""
    seen, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    await permit(who, world, path)
    row = await running(who, path, part(world, "job_coaching", "employment", "employment", "workshop"))
    sender = who("employment")
    before = (await sender.get(f"/v1/referrals/{seen['id']}")).json()
    told = (await get(who("nurse"), f"/v1/clients/{path['clientId']}/disclosures", count=True))["count"]
    said = {"reason": "discontinued_not_timely", "words": "Wants to move house first."}
    row = ok(await does(who, row, "end", said))
    assert (row["state"], row["endReason"], row["endedOn"]) == ("ended", "discontinued_not_timely", "2026-11-23")
    assert (await get(who("client"), f"/v1/participations/{row['id']}"))["endReason"] == "discontinued_not_timely"
    assert (await sender.get(f"/v1/referrals/{seen['id']}")).json() == before
    for where in ("", f"/{row['id']}", f"/{row['id']}/quality-reviews"):
        assert code(await sender.get(f"/v1/participations{where}")) == LACKS
    assert (await get(who("nurse"), f"/v1/clients/{path['clientId']}/disclosures", count=True))["count"] == told
    await connection.execute(text("SET LOCAL ROLE NONE"))
    events = await connection.execute(
        text("SELECT kind, organisation_id FROM outbox_events WHERE subject_id = :id ORDER BY seq"), {"id": row["id"]}
    )
    assert list(events) == [
        (f"participation.{what}", None) for what in ("planned", "checked", "started", "ended")
    ]  # fmt: skip


async def test_not_the_right_time(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await a_part(who, path, part(world, "supported_employment"))
    no = {"finding": "not_timely", "grounds": ["other_support_first"]}
    row = ok(await does(who, row, "check-timeliness", no))
    start = action(row, "start")
    assert (start["allowed"], start["because"]) == (False, "not_timely")
    assert "check again" in start["remedy"]
    assert code(await does(who, row, "start")) == (409, "not_timely")
    late = await does(who, row, "check-timeliness", TIMELY | {"checkedOn": "2026-11-24"})
    assert (code(late), pointer(late)) == ((422, "day_in_the_future"), "/body/checkedOn")
    # A check of an earlier day that is told later does not count instead of a newer one.
    row = ok(await does(who, row, "check-timeliness", TIMELY | {"checkedOn": "2026-11-01"}))
    assert code(await does(who, row, "start")) == (409, "not_timely")
    row = ok(await does(who, row, "check-timeliness", TIMELY))
    assert ok(await does(who, row, "start"))["timeliness"]["finding"] == "timely"


async def test_days_that_cannot_be_meant(who: As, world: World) -> None:
    path = await a_path(who, world)
    for field, day in (("startsOn", "0001-01-01"), ("endsOn", "9999-12-31"), ("startsOn", "1999-12-31")):
        refused = await planned(who, path, part(world, "training", **{field: day}))
        assert (code(refused), pointer(refused)) == ((422, "invalid_request"), f"/body/{field}")
        assert refused.json()["errors"][0]["detail"] == "The day is not before 2000, and at most ten years ahead."
    strange = (await planned(who, path, part(world, "guesswork"))).json()["errors"][0]
    assert (strange["code"], "GET /v1/codesets/service_kind" in strange["detail"]) == ("unknown_code", True)
    row = await a_part(who, path, part(world, "training", endsOn="2026-12-23"))
    refused = await does(who, row, "start", {"startedOn": "2026-10-23"})
    assert (code(refused), pointer(refused)) == ((422, "outside_period"), "/body/startedOn")
    assert ok(await does(who, row, "start", {"startedOn": "2026-10-24"}))["startedOn"] == "2026-10-24"


async def test_who_may(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await a_part(who, path, part(world, "training"))
    here = f"/v1/participations/{row['id']}"
    assert code(await planned(who, path, part(world), "client")) == LACKS
    assert code(await planned(who, path, part(world), "hollola_nurse")) == ABSENT
    assert code(await does(who, row, "start", by="client")) == LACKS
    assert code(await does(who, row, "start", by="hollola_nurse")) == ABSENT
    for persona, refusal in (("employment", LACKS), ("admin", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await who(persona).get(here)) == refusal
    for persona in ("coordinator", "social", "physician_msk", "lead", "client"):
        assert (await get(who(persona), here))["id"] == row["id"]
    assert (await get(who("lead"), here))["allowedActions"][0]["because"] == "missing_permission"
    assert code(await act(who("nurse"), f"{here}/start")) == UNTAGGED
    ok(await does(who, row, "start"))
    assert code(await does(who, row, "end", {"reason": "completed"})) == STALE


async def test_a_hold_always_ends(who: As, world: World, clock: object, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    row = await running(who, path, part(world, "training", endsOn="2028-11-22"))
    long = await does(who, row, "pause", {"reason": "client_wishes", "until": "2027-05-24"})
    assert (code(long), pointer(long)) == ((422, "participation_too_long"), "/body/until")
    gone = await does(who, row, "pause", {"reason": "client_wishes", "until": "2026-11-22"})
    assert code(gone) == (422, "hold_in_the_past")
    row = ok(await does(who, row, "pause", {"reason": "other_service", "until": "2026-11-30"}))
    assert (row["state"], row["onHoldUntil"]) == ("on_hold", "2026-11-30")
    assert [one["id"] for one in (await get(who("nurse"), "/v1/participations", state="on_hold"))["items"]] == [
        row["id"]
    ]
    again = ok(await does(who, row, "resume"))
    row = ok(await does(who, again, "pause", {"reason": "other_service", "until": "2026-11-30"}))
    clock.at = clock.at.replace(month=12, day=1)  # type: ignore[attr-defined]
    row = await get(who("nurse"), f"/v1/participations/{row['id']}")
    assert (row["state"], row["onHoldUntil"], row["pauseReason"]) == ("active", None, None)
    for state, found in (("active", [row["id"]]), ("on_hold", [])):
        listed = await get(who("nurse"), "/v1/participations", state=state, pathwayId=path["id"])
        assert [one["id"] for one in listed["items"]] == found
    assert code(await does(who, row, "resume")) == TOO_LATE
    with pytest.raises(Exception, match="holds_end"):
        await connection.execute(
            text("UPDATE service_participations SET paused_until = NULL WHERE id = :id"), {"id": row["id"]}
        )


async def test_what_is_sent_must_fit(who: As, world: World) -> None:
    path, other = await a_path(who, world), (await f.accepted(who, world))[1]
    for given, refusal, where in (
        (part(world, endsOn="2026-11-22"), "ends_before_start", "endsOn"),
        (part(world, "work_trial", employer="Kahvila", endsOn="2027-05-24"), "participation_too_long", "endsOn"),
        (part(world, "work_trial"), "work_trial_fields", "employer"),
        (part(world, observe="Pace."), "work_trial_fields", "employer"),
        (part(world, mode="trainee"), "group_fields", "groupId"),
        (part(world) | {"payerId": path["id"]}, "unknown_organisation", "payerId"),
        (part(world, stepId=other["steps"][0]["id"]), "not_of_the_path", "stepId"),
        (part(world, goalId=path["id"]), "not_of_the_path", "goalId"),
        (part(world, contactName="010190-900P"), CODE_WITHIN[1], "contactName"),
    ):
        answer = await planned(who, path, given)
        assert (code(answer), pointer(answer)) == ((422, refusal), f"/body/{where}"), given
    row = await a_part(who, path, part(world, stepId=path["steps"][0]["id"], weeklyHours=20))
    assert (row["stepId"], row["weeklyHours"]) == (path["steps"][0]["id"], 20)


async def test_when_the_permission_ends_the_service_goes_on(who: As, world: World) -> None:
    path = await a_path(who, world)
    consent = await permit(who, world, path)
    row = await a_part(who, path, part(world, "training", "area", "employment", "workshop"))
    shown = ok(await act(who("nurse"), f"/v1/consents/{consent['id']}/withdraw-preview"))
    ours = [one for one in shown["consequences"] if one["kind"] == "participation"]
    assert {(one["subjectId"], one["recipientId"]) for one in ours} == {
        (row["id"], str(world.organisations[name])) for name in ("employment", "workshop")
    }
    ok(await act(who("client"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
    assert (await get(who("nurse"), f"/v1/participations/{row['id']}"))["state"] == "planned"
    refused = await does(who, row, "start")
    assert code(refused) == (409, "consent_missing")
    assert (await get(who("nurse"), f"/v1/participations/{row['id']}"))["state"] == "planned"
