"""Drafts: composed of what is recorded, within the permission; the team's own until they are given."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, NOBODY, STALE, UNTAGGED, act, code, get, ok
from tests.feedbacks.database import refused
from tests.world import World

WIDE = ["work_ability_conclusion", "service_path"]


async def draft(who: As, seen: f.Json, by: str = "nurse", **given: Any) -> Any:
    return await act(who(by), f"/v1/referrals/{seen['id']}/draft-feedback", given)


async def change(who: As, row: f.Json, body: f.Json, by: str = "nurse") -> Any:
    headers = {"If-Match": f'"{row["version"]}"'}
    return await who(by).patch(f"/v1/feedback-drafts/{row['id']}", json=body, headers=headers)


async def recorded(who: As, world: World, **over: Any) -> tuple[f.Json, f.Json]:
    """A path with a word of every kind on it: told, not told, and never told."""
    over.setdefault("permission", f.permission(world, dataClasses=WIDE))
    seen, path = await f.accepted(who, world, **over)
    nurse, at = who("nurse"), f"/v1/pathways/{path['id']}"
    check = await f.an_assessment(who, path)
    done = f.health_check(
        workAbility="zqconclusion half days",
        sections=f.sections(bg_current_state_medication={"done": True, "note": "zqhealth"}),
    )
    ok(await act(nurse, f"/v1/assessments/{check['id']}/complete", done, check))
    goals = [{"description": "zqgoal", "agreedWithClient": True}, {"description": "zqalone", "agreedWithClient": False}]
    ok(await act(nurse, f"{at}/agree-plan", {"goals": goals, "strengths": "zqstrengths"}, await f.reread(nurse, path)))
    ok(await act(nurse, f"{at}/small-steps", {"takenOn": "2026-11-20", "words": "zqstep"}))
    barrier = {"barrier": "barrier_health", "standing": "present", "agreedWithClient": True, "words": "zqbarrier"}
    ok(await act(nurse, f"{at}/barriers", barrier))
    for outcome in ({"code": "work_trial", "workAbility": "zqability", "note": "zqnote"}, {"code": "pension"}):
        ok(await act(nurse, f"{at}/record-outcome", outcome, await f.reread(nurse, path)))
    return await get(nurse, f"/v1/referrals/{seen['id']}"), path


NEVER = ("zqhealth", "zqnote", "zqbarrier", "zqstrengths", "zqalone", "pension")


async def test_the_way_of_a_draft(who: As, world: World) -> None:
    seen, _ = await recorded(who, world)
    made = ok(await draft(who, seen, language="fi"))
    assert (made["level"], made["state"], made["language"], made["beyond"]) == ("summary", "open", "fi", False)
    assert all(word in made["body"] for word in ("zqconclusion", "zqability", "zqgoal", "zqstep", "työkokeilu"))
    assert not [word for word in NEVER if word in made["body"]]
    refused = await draft(who, seen)
    assert (code(refused), refused.json()["draftId"]) == ((409, "draft_open"), made["id"])
    # Another level is composed anew; other words stand as they were written.
    less = ok(await change(who, made, {"level": "conclusion"}))
    assert "zqconclusion" in less["body"]
    assert "zqgoal" not in less["body"]
    assert "zqstep" not in less["body"]
    own = ok(await change(who, less, {"body": "Puolikas päivä sopii."}))
    assert (own["level"], own["body"]) == ("conclusion", "Puolikas päivä sopii.")
    assert code(await change(who, made, {"body": "x"})) == STALE
    assert code(await change(who, own, {"body": f"as {f.AINO} said"})) == CODE_WITHIN
    assert code(await change(who, own, {"level": "closure_notice", "body": "x"})) == (422, "notice_has_no_words")
    assert (await get(who("nurse"), f"/v1/referrals/{seen['id']}/feedback-duty"))["draftIds"] == [made["id"]]
    # It has not left: neither the sender nor the client knows of it.
    for persona in ("employment", "client"):
        read = await who(persona).get(f"/v1/feedback-drafts/{made['id']}")
        assert code(read) == LACKS
    assert (await get(who("employment"), f"/v1/referrals/{seen['id']}/feedback"))["items"] == []
    told = await act(who("nurse"), f"/v1/referrals/{seen['id']}/feedback", {"draftId": made["id"]}, seen)
    given = ok(told)
    assert (given["body"], given["level"], given["language"], given["outcomes"]) == (
        "Puolikas päivä sopii.", "conclusion", "fi", ["work_trial"],
    )  # fmt: skip
    after = await get(who("nurse"), f"/v1/feedback-drafts/{made['id']}")
    assert (after["state"], after["feedbackId"]) == ("given", given["id"])
    assert code(await change(who, after, {"body": "x"})) == (409, "illegal_move")
    assert f.action(after, "discard")["because"] == "illegal_move"
    assert code(await draft(who, seen)) == (409, "feedback_given")


@pytest.mark.parametrize(
    ("classes", "sender", "level", "told"),
    [
        (WIDE, "employment", "summary", {"zqconclusion", "zqability", "zqgoal", "zqstep", "work trial"}),
        (["work_ability_conclusion"], "employment", "conclusion", {"zqconclusion", "zqability", "work trial"}),
        (["referral_reason"], "employment", "closure_notice", set()),
        (WIDE, "workshop", "closure_notice", set()),
    ],
)
async def test_no_word_of_what_is_not_covered(
    who: As, world: World, classes: list[str], sender: str, level: str, told: set[str]
) -> None:
    terms = f.permission(world, "area", sender, dataClasses=classes)
    seen, _ = await recorded(who, world, sender=sender, permission=terms)
    made = ok(await draft(who, seen))
    assert made["level"] == level
    words = ("zqconclusion", "zqability", "zqgoal", "zqstep", "work trial", *NEVER)
    assert {word for word in words if word in (made["body"] or "")} == told
    duty = await get(who("nurse"), f"/v1/referrals/{seen['id']}/feedback-duty")
    assert (duty["allowedLevel"], duty["state"]) == (level, "owed")
    said = {one["level"]: one for one in duty["levels"]}
    assert next(one["level"] for one in duty["levels"] if one["allowed"]) == level
    assert all(one["remedy"] for one in said.values() if not one["allowed"])
    if level != "summary":
        above = "conclusion" if level == "closure_notice" else "summary"
        refused = await draft(who, seen, level=above, interim=True)
        expected = "conclusion_not_for_party" if sender == "workshop" else "consent_missing"
        assert code(refused) == (409, expected)
        assert said[above]["because"] in ("conclusion_not_for_party", "classes_not_covered", "no_permission")


async def test_beyond_the_consent_nothing_is_half_done(who: As, world: World, connection: AsyncConnection) -> None:
    """The permission shrinks between the draft and the giving: it says what is allowed, and the draft stays."""
    seen, _ = await recorded(who, world)
    made = ok(await draft(who, seen))
    at = f"/v1/clients/{seen['clientId']}/consents"
    ok(await act(who("nurse"), at, f.prohibition(world, "employment", dataClasses=["service_path"])))
    again = await get(who("nurse"), f"/v1/feedback-drafts/{made['id']}")
    assert (again["beyond"], again["allowedLevel"], again["version"]) == (True, "conclusion", made["version"])
    give = f"/v1/referrals/{seen['id']}/feedback"
    refused = await act(who("nurse"), give, {"draftId": made["id"]}, seen)
    assert code(refused) == (409, "feedback_prohibited")
    stated = await draft(who, seen, level="summary", interim=True)
    assert code(stated) == (409, "feedback_prohibited")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    counted = "SELECT (SELECT count(*) FROM feedbacks WHERE referral_id = :id), (SELECT state FROM feedback_drafts)"
    assert tuple((await connection.execute(text(counted), {"id": seen["id"]})).one()) == (0, "open")
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    ok(await change(who, again, {"level": "conclusion"}))
    ok(await act(who("nurse"), give, {"draftId": made["id"]}, seen))


async def test_a_draft_is_asked_about_with_all_it_was_made_of(who: As, world: World) -> None:
    """Health was permitted, then prohibited: the level is as it was, and the draft still names the pension."""
    seen, _ = await recorded(who, world, permission=f.permission(world, dataClasses=[*WIDE, "health"]))
    made = ok(await draft(who, seen, language="en"))
    assert "pension" in made["body"].lower()
    assert (made["dataClasses"], made["leftOut"]) == (["health", "service_path", "work_ability_conclusion"], [])
    no = f.prohibition(world, "employment", dataClasses=["health"])
    ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", no))
    edited = ok(await change(who, made, {"body": f"{made['body']} Bye."}))
    assert (edited["allowedLevel"], edited["beyond"], edited["outdated"]) == ("summary", True, False)
    assert f.action(edited, "give_feedback")["because"] == "consent_missing"
    give = f"/v1/referrals/{seen['id']}/feedback"
    refused = await act(who("nurse"), give, {"draftId": made["id"]}, seen)
    assert (code(refused), refused.json()["allowedLevel"]) == ((409, "consent_missing"), "summary")
    assert refused.json()["dataClasses"] == ["health"]
    assert (await get(who("nurse"), give))["items"] == []
    anew = ok(await change(who, edited, {"level": "summary"}))
    assert (anew["beyond"], "pension" in anew["body"].lower()) == (False, False)
    assert [(one["code"], one["because"]) for one in anew["leftOut"]] == [("pension", "classes_not_covered")]
    assert f.action(anew, "give_feedback")["allowed"] is True
    given = ok(await act(who("nurse"), give, {"draftId": made["id"]}, seen))
    assert given["outcomes"] == ["work_trial"]


async def test_a_draft_of_other_outcomes_is_looked_at_again(who: As, world: World) -> None:
    seen, path = await recorded(who, world)
    made, nurse = ok(await draft(who, seen, language="en")), who("nurse")
    at, now = f"/v1/pathways/{path['id']}", await f.reread(nurse, path)
    wrong = next(one["id"] for one in now["outcomes"] if one["code"] == "work_trial")
    ok(await act(nurse, f"/v1/outcomes/{wrong}/mark-entered-in-error", {"reason": "wrong_code"}, now))
    more = {"code": "rehabilitation", "subtype": "vocational", "startsOn": "2026-12-01"}
    ok(await act(nurse, f"{at}/record-outcome", more, await f.reread(nurse, path)))
    studies = {"code": "studies", "startsOn": "2027-01-11"}
    ok(await act(nurse, f"{at}/record-outcome", studies, await f.reread(nurse, path)))
    old = await get(nurse, f"/v1/feedback-drafts/{made['id']}")
    assert (old["outdated"], f.action(old, "give_feedback")["because"]) == (True, "draft_outdated")
    give = f"/v1/referrals/{seen['id']}/feedback"
    assert code(await act(nurse, give, {"draftId": made["id"]}, seen)) == (409, "draft_outdated")
    looked = ok(await change(who, old, {"body": "I have looked at it."}))
    assert (looked["outdated"], f.action(looked, "give_feedback")["allowed"]) == (False, True)
    anew = ok(await change(who, looked, {"level": "summary"}))
    assert "work trial" not in anew["body"]
    assert "begins on 11 Jan 2027" in anew["body"]
    assert {one["code"] for one in anew["leftOut"]} == {"pension", "rehabilitation"}
    assert ok(await act(nurse, give, {"draftId": made["id"]}, seen))["outcomes"] == ["studies"]


async def test_a_notice_is_never_interim(who: As, world: World) -> None:
    """It says that the matter has ended, and the path goes on."""
    seen, _ = await f.accepted(who, world)
    final = (409, "notice_is_final")
    notice: dict[str, Any] = {"level": "closure_notice", "interim": True}
    assert code(await act(who("nurse"), f"/v1/referrals/{seen['id']}/feedback", notice, seen)) == final
    assert code(await draft(who, seen, **notice)) == final
    made = ok(await draft(who, seen, interim=True))
    assert code(await change(who, made, {"level": "closure_notice"})) == final


async def test_what_is_missing_says_what_is_allowed(who: As, world: World) -> None:
    seen, _ = await f.with_outcome(who, world)
    refused = await f.told(who, seen, "summary")
    assert (code(refused), refused.json()["allowedLevel"]) == ((409, "consent_missing"), "conclusion")
    for body in ({}, {"level": "conclusion", "body": "x", "draftId": seen["id"]}):
        answer = await act(who("nurse"), f"/v1/referrals/{seen['id']}/feedback", body, seen)
        assert code(answer) in ((422, "level_or_draft"), ABSENT)
    made = ok(await draft(who, seen))
    both = {"draftId": made["id"], "body": "x"}
    assert code(await act(who("nurse"), f"/v1/referrals/{seen['id']}/feedback", both, seen)) == (422, "level_or_draft")
    laid = await act(who("nurse"), f"/v1/feedback-drafts/{made['id']}/discard", {}, made)
    assert ok(laid)["state"] == "discarded"
    late = await act(who("nurse"), f"/v1/referrals/{seen['id']}/feedback", {"draftId": made["id"]}, seen)
    assert code(late) == (409, "illegal_move")


async def test_what_was_taken_back_is_not_asked_again(who: As, world: World, connection: AsyncConnection) -> None:
    """A withdrawal leaves no gap, and neither does whoever tries all the same; a new permission is another word."""
    seen, _ = await f.with_outcome(who, world)
    at = f"/v1/clients/{seen['clientId']}/consents"
    (given,) = (one for one in (await get(who("nurse"), at))["items"] if one["kind"] == "permission")
    ok(await act(who("nurse"), f"/v1/consents/{given['id']}/withdraw", {}, given))
    refused = await f.told(who, seen, "conclusion")
    assert (code(refused), len(refused.json()["refused"])) == ((409, "consent_missing"), 1)
    assert "gapId" not in refused.json()
    duty = await get(who("nurse"), f"/v1/referrals/{seen['id']}/feedback-duty")
    assert [one["because"] for one in duty["levels"]] == ["refused", "refused", None]
    await connection.execute(text("SET LOCAL ROLE NONE"))
    assert await connection.scalar(text("SELECT count(*) FROM consent_gaps")) == 0
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    ok(await act(who("nurse"), at, f.consent(world, "employment", dataClasses=["work_ability_conclusion"])))
    ok(await f.told(who, seen, "conclusion"))


async def test_who_may_and_who_reads(who: As, world: World, connection: AsyncConnection) -> None:
    seen, _ = await f.with_outcome(who, world)
    for persona, refusal in (
        ("", NOBODY), ("admin", LACKS), ("employment", LACKS), ("client", LACKS), ("hollola_nurse", ABSENT)
    ):  # fmt: skip
        assert code(await draft(who, seen, persona)) == refusal, persona
        duty = await who(persona).get(f"/v1/referrals/{seen['id']}/feedback-duty")
        assert code(duty) == refusal, persona
    made = ok(await draft(who, seen))
    there = f"/v1/feedback-drafts/{made['id']}"
    assert (await who("coordinator").get(there)).status_code == 200
    # Who reads no conclusions reads no draft of others, in the API as in the database.
    assert code(await who("social").get(there)) == ABSENT
    # They are told who can go on with it.
    open_now = await draft(who, seen, "social")
    assert (code(open_now), "draftId" in open_now.json()) == ((409, "draft_open"), False)
    assert "coordinator of the team" in open_now.json()["detail"]
    assert code(await act(who("nurse"), f"{there}/discard", {})) == UNTAGGED
    await refused(connection, "UPDATE feedback_drafts SET referral_id = referral_id", "permission denied")


async def test_social_care_drafts_without_what_it_does_not_read(who: As, world: World) -> None:
    seen, _ = await recorded(who, world)
    made = ok(await draft(who, seen, "social"))
    assert "zqgoal" in made["body"]
    assert "zqconclusion" not in made["body"]
    assert "zqability" not in made["body"]


async def test_against_a_prohibition_nothing_is_written(who: As, world: World) -> None:
    seen, _ = await f.with_outcome(who, world)
    at = f"/v1/referrals/{seen['id']}"
    made = ok(await act(who("nurse"), f"{at}/draft-feedback", {}))
    no = f.prohibition(world, "employment", dataClasses=["work_ability_conclusion"])
    ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", no))
    shown = await get(who("nurse"), f"/v1/feedback-drafts/{made['id']}")
    told = {one["action"]: one["because"] for one in shown["allowedActions"]}
    assert (told["update"], told["discard"]) == ("feedback_prohibited", None)
    assert told["give_feedback"] is not None
    assert code(await change(who, shown, {"body": "All well."})) == (409, "feedback_prohibited")
