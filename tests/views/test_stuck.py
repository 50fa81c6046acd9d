"""Nobody drops out: each bad state is made by what happens, found with what helps, ended by what it names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES
from app.views.stuck import words
from app.views.stuck.queries import BRANCHES
from app.views.stuck.rules import limits_on, operations, ranks
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, get, ok
from tests.plans.cases import a_follow_up
from tests.views.boards import OUTSIDE, a_path, away, sql
from tests.views.stuck import ADDRESSES, REQUIRED, codes, ends, only, stuck
from tests.world import World


def test_every_state_has_its_branch_its_rank_and_its_words() -> None:
    every = {one.code for one in codeset("stuck_code")}
    assert BRANCHES.keys() == every == ranks().keys()
    assert {
        "no_owner",
        "owner_left",
        "owner_away",
        "waiting_too_long",
        "consent_gap",
        "feedback_owed",
    } == every - words.REMEDIES.keys()
    for doing in operations():
        assert ADDRESSES[doing.path.replace("{id}", "*"), doing.method] == doing.operation
        assert set(doing.required) == set(REQUIRED.get(doing.operation, ())), doing.operation
    for language in LANGUAGES:
        assert all(text.pick(language) for text in (*words.REMEDIES.values(), *words.BY_OPERATION.values()))
    assert limits_on(date(2026, 11, 23)).quiet == 30


async def test_a_healthy_case_is_in_none(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    sent = await f.a_referral(who, world)
    assert await codes(who, path) == await codes(who, sent) == set()


async def test_what_no_team_covers_has_no_owner(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality="560"))
    to = {"teamId": str(world.team), "reason": "wrong_municipality"}
    row = await ends(who, "no_owner", "redirectReferral", to, words="No team covers")
    assert (row["severity"], row["caseType"], row["caseId"]) == ("alarm", "referral", sent["id"])
    assert (row["holderId"], row["teamId"], row["days"]) == (None, None, 0)


async def test_what_waits_for_a_word_is_answered_and_then_given_out(who: As, world: World, clock: Clock) -> None:
    """As the board says it: first the question, by who may answer it, then the rules again."""
    path = await a_path(who, world)
    await f.an_assessment(who, path, "physician_assessment")
    row = await only(who, "no_owner")
    assert row["action"]["operationId"] == "recordProblemAreas"
    assert row["remedy"].startswith("Say whether the case is demanding.")
    for persona in OUTSIDE:
        told = await only(who, "no_owner", persona)
        assert (told["action"], told["remedy"][:28]) == (None, "Nobody has this assessment. "), persona
    counts = (await get(who("nurse"), "/v1/stuck-cases/counts"))["codes"]
    assert {one["code"]: one["severity"] for one in counts}["no_owner"] == row["severity"]
    clock.at = NOON + timedelta(minutes=1)
    said = {"areas": ["musculoskeletal"], "mainArea": "musculoskeletal", "demanding": True}
    ok(await who("nurse").post(row["action"]["path"], json=said))
    await ends(who, "no_owner", "routeWorkItemAgain", {"cause": "facts"})


async def test_a_test_of_no_kind_is_given_by_hand(who: As, world: World) -> None:
    path = await a_path(who, world)
    await f.an_assessment(who, path, "functional_test")
    given = {"seatRole": "physiotherapist", "personId": str(world.persons["physiotherapist"]), "reason": "fits_better"}
    told = (await only(who, "no_owner", "lead"))["action"]
    assert (told["operationId"], told["allowed"]) == ("assignAssessment", False), "of the health register"
    await ends(who, "no_owner", "assignAssessment", given, words="Choose whether the test is physical")


async def test_the_owner_left(who: As, world: World, connection: AsyncConnection, clock: Clock) -> None:
    nurse = world.persons["nurse"]
    await sql(connection, "UPDATE holders SET valid_to = '2026-12-10' WHERE person_id = :p", p=nurse)
    _, path = await f.accepted(who, world)
    clock.at = NOON + timedelta(days=17)
    assert await stuck(who, "coordinator", code="owner_left") == [], "the last day counts"
    clock.at = NOON + timedelta(days=20)
    me = {"responsiblePersonId": str(world.persons["coordinator"])}
    row = await ends(who, "owner_left", "updatePathway", me, by="coordinator")
    assert (row["severity"], row["sinceOn"], row["days"]) == ("alarm", "2026-12-11", 2)
    assert (row["holder"], row["caseId"]) == ("Hanna Harju", path["id"])


async def test_handed_over_and_still_there(who: As, world: World, connection: AsyncConnection) -> None:
    await f.accepted(who, world)
    nurse = world.persons["nurse"]
    await sql(connection, "UPDATE holders SET handed_over_at = now() WHERE person_id = :p", p=nurse)
    assert (await only(who, "owner_left", "coordinator"))["holderId"] == str(nurse)


async def test_the_owner_is_away_and_nobody_stands_in(who: As, world: World, connection: AsyncConnection) -> None:
    _, path = await f.accepted(who, world)
    await away(who, world, "nurse")
    assert await stuck(who, "coordinator", code="owner_away") == [], "the nurse's deputy stands in"
    await sql(connection, "UPDATE holders SET valid_to = '2026-11-19' WHERE standing = 'deputy'")
    me = {"responsiblePersonId": str(world.persons["coordinator"])}
    row = await ends(who, "owner_away", "updatePathway", me, by="coordinator")
    assert (row["caseId"], row["sinceOn"], row["days"]) == (path["id"], "2026-11-20", 3)


async def test_an_answer_is_overdue(who: As, world: World, clock: Clock) -> None:
    sent = await f.a_referral(who, world)
    clock.at = NOON + timedelta(days=7)
    assert await stuck(who, code="waiting_too_long") == [], "the day itself is in time"
    clock.at = NOON + timedelta(days=8)
    row = await ends(who, "waiting_too_long", "acceptReferral", {}, words="waits for an answer")
    assert (row["caseId"], row["dueOn"], row["sinceOn"], row["days"]) == (sent["id"], "2026-11-30", "2026-12-01", 0)


async def test_waiting_past_the_recheck(who: As, world: World, clock: Clock) -> None:
    sent = await f.a_referral(who, world)
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/waitlist", {"reason": "capacity_full"}, seen))
    clock.at = NOON + timedelta(days=40)
    again = {"result": "still_needed", "how": "phone"}
    await ends(who, "waiting_too_long", "recheckReferral", again, words="still the same")


async def test_feedback_is_owed(who: As, world: World) -> None:
    seen, path = await f.with_outcome(who, world)
    row = await ends(
        who, "feedback_owed", "giveReferralFeedback", {"level": "closure_notice"}, words="Give the referrer"
    )
    assert (row["caseId"], row["subjectType"], row["subjectId"]) == (path["id"], "referral", seen["id"])


async def test_the_day_for_feedback_comes_near(who: As, world: World, clock: Clock) -> None:
    seen, _ = await f.accepted(who, world)
    due = date.fromisoformat(seen["feedback"]["dueOn"])
    days = (due - NOON.date()).days
    clock.at = NOON + timedelta(days=days - 8)
    assert await stuck(who, code="feedback_owed") == []
    clock.at = NOON + timedelta(days=days - 7)
    row = await only(who, "feedback_owed")
    assert (row["subjectId"], row["dueOn"], row["days"]) == (seen["id"], due.isoformat(), 0)
    clock.at = NOON + timedelta(days=days + 2)
    assert (await only(who, "feedback_owed"))["days"] == 2
    ok(await who("nurse").post(row["action"]["path"], json={"code": "work_trial"}, headers={"If-Match": "*"}))
    await ends(who, "feedback_owed", "giveReferralFeedback", {"level": "closure_notice"})


async def test_a_permission_ends_soon(who: As, world: World, clock: Clock) -> None:
    permission = f.permission(world, validUntil=f.at(days=20))
    await f.accepted(who, world, client=f.person(identityCode=f.AINO), permission=permission)
    assert await stuck(who, code="consent_expiring") == []
    clock.at = NOON + timedelta(days=6)
    longer = f.consent(world, validUntil=f.at(days=99))
    row = await ends(who, "consent_expiring", "recordConsent", longer, words="ends on 13 Dec 2026")
    assert row["dueOn"] == "2026-12-13"


async def test_a_permission_is_missing_is_asked_for_and_is_not_answered(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    body = {
        "startsAt": f.at(days=7),
        "minutes": 60,
        "place": "Room 2",
        "participantIds": [str(world.persons["kela"])],
    }
    refused = await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", body)
    assert f.code(refused) == (409, "consent_missing")
    row = await ends(
        who, "consent_gap", "askClient", {"how": "phone"}, words="Ask the client for permission to tell Kela"
    )
    assert (row["caseId"], row["subjectId"]) == (path["id"], refused.json()["gapId"])
    clock.at = NOON + timedelta(days=14)
    assert await stuck(who, code="consent_gap") == [], "the client has time to answer"
    clock.at = NOON + timedelta(days=15)
    await ends(who, "consent_gap", "closeConsentGap", {"reason": "not_needed"}, words="what the client answered")


async def test_nobody_is_asked_for_a_path_that_has_ended(who: As, world: World) -> None:
    seen, path = await f.with_outcome(who, world)
    people = [str(world.persons["kela"])]
    body = {"startsAt": f.at(days=7), "minutes": 60, "place": "Room 2", "participantIds": people}
    refused = await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", body)
    assert "consent_gap" in await codes(who, path)
    ok(await f.told(who, seen, "closure_notice"))
    path = await f.reread(who("nurse"), path)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
    assert await stuck(who, code="consent_gap") == []
    gap = await get(who("nurse"), f"/v1/consent-gaps/{refused.json()['gapId']}")
    assert (gap["state"], gap["closedBecause"]) == ("closed", "not_needed")


async def test_the_day_of_the_next_action_passed(who: As, world: World, clock: Clock) -> None:
    """With nothing recorded since, there is no next action any more; with something, only its day is wrong."""
    _, path = await f.accepted(who, world)
    clock.at = NOON + timedelta(days=(date.fromisoformat(path["nextActionOn"]) - NOON.date()).days + 1)
    row = await only(who, "no_next_action")
    assert (row["severity"], row["caseId"], row["days"]) == ("alarm", path["id"], 0)
    body = {"direction": "outgoing", "channel": "phone", "result": "no_answer", "pathwayId": path["id"]}
    ok(await act(who("nurse"), f"/v1/clients/{path['clientId']}/contacts", body))
    assert await stuck(who, code="no_next_action") == []
    later = {"nextAction": "Call", "nextActionOn": (clock.at + timedelta(days=5)).date().isoformat()}
    await ends(who, "next_action_overdue", "updatePathway", later, words="Agree with the client")
    clock.at += timedelta(days=6)
    later["nextActionOn"] = (clock.at + timedelta(days=5)).date().isoformat()
    await ends(who, "no_next_action", "updatePathway", later, words="Nothing is agreed")


async def test_a_step_is_overdue(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    [first, *_] = sorted(path["steps"], key=lambda step: step["dueOn"])
    together = [step for step in path["steps"] if step["dueOn"] == first["dueOn"]]
    clock.at = NOON + timedelta(days=(date.fromisoformat(first["dueOn"]) - NOON.date()).days + 1)
    assert (await only(who, "step_overdue"))["number"] == len(together)
    again = {"plannedOn": (clock.at + timedelta(days=3)).date().isoformat()}
    for step in together[1:]:
        ok(await act(who("nurse"), f"/v1/pathway-steps/{step['id']}/plan", again, {"version": 1}))
    row = await ends(who, "step_overdue", "planPathwayStep", again, words="another day")
    assert (row["caseId"], row["dueOn"], row["number"]) == (path["id"], first["dueOn"], 1)


async def test_a_client_is_silent(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    missed = {"direction": "outgoing", "channel": "meeting", "result": "did_not_come"}
    ok(await act(who("nurse"), f"/v1/clients/{path['clientId']}/contacts", missed))
    clock.at = NOON + timedelta(days=8)
    reached = {"direction": "outgoing", "channel": "phone", "result": "reached"}
    row = await ends(who, "silent_client", "recordContact", reached, words="Try another channel")
    assert (row["caseId"], row["sinceOn"], row["days"]) == (path["id"], "2026-11-23", 8)


async def test_records_have_not_come(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    body = {
        "what": "bg_child_school_health",
        "register": "health",
        "holderName": "Sysmän kouluterveydenhuolto",
        "channel": "letter",
        "basis": "client_permission",
    }
    asked = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-requests", body))
    clock.at = NOON + timedelta(days=15)
    assert await stuck(who, "coordinator", code="waiting_on_record_request") == [], "of the health register"
    row = await ends(who, "waiting_on_record_request", "remindRecordHolder", {}, words="Remind")
    assert (row["subjectId"], row["dueOn"]) == (asked["id"], "2026-12-07")


async def test_a_follow_up_is_late_also_on_a_closed_path(who: As, world: World, clock: Clock) -> None:
    seen, path = await f.with_outcome(who, world)
    agreed = await a_follow_up(who, path)
    ok(await f.told(who, seen, "closure_notice"))
    path = await f.reread(who("nurse"), path)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
    clock.at = NOON + timedelta(days=9)
    row = await ends(who, "follow_up_overdue", "completeFollowUp", {"result": "Works half days."}, words="follow-up")
    assert (row["subjectId"], row["caseId"]) == (agreed["id"], path["id"])


async def test_a_meeting_was_not_held(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    people = [str(world.persons["coordinator"])]
    body = {"startsAt": f.at(days=7), "minutes": 60, "place": "Room 2", "participantIds": people}
    planned = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", body))
    clock.at = NOON + timedelta(days=8)
    assert await stuck(who, "lead", code="meeting_not_held") == [], "who reads no meetings has none here either"
    held = {"clientParticipation": "present", "notes": "Agreed.", "decisions": ["Half days."]}
    row = await ends(who, "meeting_not_held", "holdMeeting", held, words="Record the meeting")
    assert row["subjectId"] == planned["id"]


async def test_the_form_is_not_filled(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    form = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/preinformation"))
    clock.at = NOON + timedelta(days=8)
    row = await only(who, "form_unanswered", "coordinator")
    assert (row["action"]["allowed"], row["action"]["because"]) == (False, "not_your_side")
    assert row["remedy"].endswith("Ask somebody of the team who may do this.")
    row = await ends(who, "form_unanswered", "createFormLink", {}, words="new link")
    assert row["subjectId"] == form["id"]


@pytest.mark.parametrize("days", [30, 31])
async def test_nothing_was_recorded_for_long(who: As, world: World, clock: Clock, days: int) -> None:
    _, path = await f.accepted(who, world)
    clock.at = NOON + timedelta(days=days)
    assert ("quiet" in await codes(who, path)) is (days == 31)
    if days == 31:
        reached = {"direction": "outgoing", "channel": "phone", "result": "reached"}
        row = await ends(who, "quiet", "recordContact", reached, words="how it goes")
        assert (row["sinceOn"], row["days"]) == ("2026-11-23", 31)
