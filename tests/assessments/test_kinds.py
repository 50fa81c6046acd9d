"""Kinds that whoever is there records: who may, whose register, what they must say, and what they cite."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, NOBODY, act, action, code, get, ok, pointer
from tests.world import World

TODAY, TOMORROW = "2026-11-23", "2026-11-24"
NEED: f.Json = {
    "needIdentification": {
        "needs": [{"barrier": "barrier_skills", "words": "No card for the warehouse."}],
        "helps": "A short course.", "nextStep": "The coordinator asks about courses.",
    }
}  # fmt: skip
SOCIAL: f.Json = {"social": {"findings": "Rent is late.", "serviceNeeds": ["Debt counselling"]}}


async def a_path(who: As, world: World, **over: Any) -> f.Json:
    return (await f.accepted(who, world, client=f.person(identityCode=f.AINO), **over))[1]


async def recorded(who: As, path: f.Json, kind: str, body: f.Json, by: str = "nurse", **over: Any) -> Any:
    return await act(who(by), f"/v1/pathways/{path['id']}/recorded-assessments", {"kind": kind, **body, **over})


def overall(*cited: tuple[str, f.Json], **over: Any) -> f.Json:
    rests = [{"kind": kind, "id": row["id"]} for kind, row in cited]
    return {"overall": {"summary": "Half days, with support.", "contributions": rests, **over}}


async def test_any_professional_of_the_team_identifies_a_need(who: As, world: World) -> None:
    """C-39: at once, without routing, in the register of who writes."""
    path = await a_path(who, world)
    for persona, refusal in (("", NOBODY), ("employment", LACKS), ("lead", LACKS), ("client", LACKS)):
        assert code(await recorded(who, path, "need_identification", NEED, persona)) == refusal, persona
    assert code(await recorded(who, path, "need_identification", NEED, "hollola_nurse")) == ABSENT
    said = {}
    for persona in ("social", "physiotherapist", "coordinator"):
        row = ok(await recorded(who, path, "need_identification", NEED, persona))
        assert (row["state"], row["documentState"], row["decisionId"]) == ("completed", "signed", None)
        assert row["author"]["personId"] == str(world.persons[persona])
        assert row["signedAt"] == row["completedAt"]
        said[persona] = (row["register"], row["author"]["role"])
    assert said == {
        "social": ("social", "social_counsellor"),
        "physiotherapist": ("health", "physiotherapist"),
        "coordinator": ("operational", "work_ability_coordinator"),
    }
    assert code(await who("social").get(f"/v1/assessments/{row['id']}")) == (200, "-")
    mine = (await get(who("coordinator"), "/v1/worklist?list=mine"))["items"]
    assert row["id"] not in [item["subjectId"] for item in mine]


@pytest.mark.parametrize(
    ("kind", "body", "refusal", "place"),
    [
        ("need_identification", {"needs": [], "noNeedFound": None}, "need_unclear", "needs"),
        ("need_identification", {"noNeedFound": True}, "need_unclear", "needs"),
        ("need_identification", {"needs": [{"barrier": "barrier_skills"}] * 2}, "need_unclear", "needs"),
        ("need_identification", {"nextStep": None}, "assessment_incomplete", "nextStep"),
        ("need_identification", {"helps": f"Calls {f.AINO}."}, "identity_code_in_text", ""),
    ],
)
async def test_what_a_need_must_say(who: As, world: World, kind: str, body: f.Json, refusal: str, place: str) -> None:
    path = await a_path(who, world)
    given = {"needIdentification": {**NEED["needIdentification"], **body}}
    answer = await recorded(who, path, kind, given, "social")
    assert answer.status_code == 422
    assert answer.json()["code"] == (CODE_WITHIN[1] if refusal == "identity_code_in_text" else refusal)
    assert pointer(answer).endswith(place)
    assert (await get(who("nurse"), "/v1/assessments", pathwayId=path["id"]))["items"] == []


async def test_whose_words_and_whose_kind(who: As, world: World) -> None:
    """Words of another register stay out (domain 5.3); a physician's consultation and the coordinator's assessment are
    theirs; what is routed is not written unasked."""
    path = await a_path(who, world, given={"template": "work_ability_client"})
    ill = {"needIdentification": {**NEED["needIdentification"], "needs": [{"barrier": "barrier_health", "words": "x"}]}}
    assert code(await recorded(who, path, "need_identification", ill, "coordinator")) == (403, "other_register")
    ok(await recorded(who, path, "need_identification", ill, "nurse"))
    advice = {"physicianConsultation": {"consultedOn": TODAY, "advice": "A blood test first."}}
    refused = await recorded(who, path, "physician_consultation", advice, "nurse")
    assert code(refused) == (403, "kind_needs_physician")
    late = {"physicianConsultation": {**advice["physicianConsultation"], "consultedOn": TOMORROW}}
    answer = await recorded(who, path, "physician_consultation", late, "physician_msk")
    assert (code(answer), pointer(answer)) == ((422, "date_in_future"), "/body/physicianConsultation/consultedOn")
    done = ok(await recorded(who, path, "physician_consultation", advice, "physician_msk",
                             conclusion="work_incapacity_indicated"))  # fmt: skip
    assert (done["register"], done["author"]["role"]) == ("health", "physician_msk_somatic")
    assert code(await who("coordinator").get(f"/v1/assessments/{done['id']}")) == ABSENT
    plan = {"coordinator": {"findings": "Wants to work.", "nextStep": "A work trial."}}
    refused = await recorded(who, path, "coordinator_assessment", plan, "social")
    assert (code(refused), refused.json()["roles"]) == ((403, "kind_needs_role"), ["work_ability_coordinator"])
    ok(await recorded(who, path, "coordinator_assessment", plan, "coordinator"))
    step = next(s for s in (await f.reread(who("nurse"), path))["steps"] if s["kind"] == "need_assessment")
    assert step["state"] == "done"
    routed = await recorded(who, path, "social_assessment", SOCIAL, "social")
    assert (code(routed), pointer(routed)) == ((422, "kind_not_recorded"), "/body/kind")
    concluded = await recorded(who, path, "need_identification", NEED, conclusion="work_incapacity_indicated")
    assert code(concluded) == (403, "physician_concludes")
    mixed = await recorded(who, path, "need_identification", {**NEED, **SOCIAL})
    assert (code(mixed), mixed.json()["expected"]) == ((422, "content_mismatch"), "needIdentification")


async def test_a_fitness_test_is_of_whoever_was_given_it(who: As, world: World) -> None:
    """The sports coordinator is the municipality's, and writes nothing here."""
    path = await a_path(who, world)
    result = {"test": "Six-minute walk", "result": 480, "unit": "m"}
    given = {"fitnessTest": {"testedOn": TODAY, "testedBy": "Liisa L., the town's sports coordinator",
                             "tester": "sports_coordinator", "results": [result]}}  # fmt: skip
    rows = {by: ok(await recorded(who, path, "fitness_test", given, by)) for by in ("coordinator", "physiotherapist")}
    assert {by: row["register"] for by, row in rows.items()} == {
        "coordinator": "operational",
        "physiotherapist": "health",
    }
    later = {"fitnessTest": {**given["fitnessTest"], "testedOn": TOMORROW}}
    assert code(await recorded(who, path, "fitness_test", later, "coordinator")) == (422, "date_in_future")
    at = f"/v1/assessments/{rows['coordinator']['id']}/record-text"
    for language, words in (("fi", "TULOKSET"), ("sv", "RESULTAT"), ("en", "RESULTS")):
        found = (await who("coordinator").get(at, headers={"Accept-Language": language})).text
        assert f"{words}\nSix-minute walk: 480 m" in found
        assert "(työkykykoordinaattori)" in found or language != "fi"


async def test_a_draft_is_its_authors(who: As, world: World) -> None:
    """Kept, saved on, signed, amended: the original stays, and no amendment without a reason."""
    path = await a_path(who, world)
    row = ok(await recorded(who, path, "need_identification", {}, "social", sign=False))
    at = f"/v1/assessments/{row['id']}"
    assert (row["state"], row["documentState"], row["author"], row["signedAt"]) == ("requested", "draft", None, None)
    tag = {"If-Match": f'"{row["version"]}"'}
    other = await recorded(who, path, "need_identification", {}, "coordinator", sign=False)
    assert code(await who("social").patch(f"/v1/assessments/{other.json()['id']}", json=NEED, headers=tag)) == (
        403, "not_your_work",
    )  # fmt: skip
    row = ok(await who("social").patch(at, json=NEED, headers=tag))
    given = {"seatRole": "social_counsellor", "personId": str(world.persons["social"]), "reason": "agreed_together"}
    assert action(other.json(), "assign")["because"] == "kind_not_routed"
    on_draft = f"/v1/assessments/{other.json()['id']}/assign"
    assert code(await act(who("coordinator"), on_draft, given, other.json())) == (409, "kind_not_routed")
    assert code(await act(who("social"), f"{at}/amend", {"reason": "x"}, row))[0] == 409
    done = ok(await act(who("social"), f"{at}/complete", {}, row))
    assert done["documentState"] == "signed"
    anew = {"needIdentification": {"helps": "A longer course."}}
    silent = await act(who("social"), f"{at}/amend", anew, done)
    assert (code(silent), pointer(silent)) == ((422, "amend_reason_missing"), "/body/reason")
    amended = ok(await act(who("social"), f"{at}/amend", {**anew, "reason": "She said more."}, done))
    assert (amended["documentState"], amended["content"]["helps"]) == ("amended", "A longer course.")
    kept = (await get(who("social"), f"{at}/versions"))["items"]
    assert [(v["number"], v["content"]["helps"], v["reason"]) for v in kept] == [
        (1, "A short course.", "She said more.")
    ]
    wrong = ok(await act(who("social"), f"{at}/mark-entered-in-error", {"reason": "Another's."}, amended))
    assert (wrong["state"], wrong["documentState"]) == ("entered_in_error", "amended")


async def test_an_overall_statement_rests_on_what_others_found(who: As, world: World) -> None:
    """C-17 warns and never blocks; what is cited is there, finished and right, and is shown to whom it is for."""
    path = await a_path(who, world)
    social = ok(await recorded(who, path, "need_identification", NEED, "social"))
    check = await f.an_assessment(who, path)
    statement = overall(("assessment", check))
    refused = await recorded(who, path, "overall_statement", statement)
    place = "/body/overall/contributions/0"
    assert (code(refused), pointer(refused)) == ((422, "citation_not_completed"), place)
    unseen = await recorded(who, path, "overall_statement", overall(("assessment", social)))
    assert (code(unseen), pointer(unseen)) == ((422, "citation_unknown"), place)  # social care's own words
    nobody = await recorded(who, path, "overall_statement", overall(("meeting", check)))
    assert code(nobody) == (422, "citation_unknown")
    done = ok(await act(who("nurse"), f"/v1/assessments/{check['id']}/complete", f.health_check(), check))
    twice = overall(("assessment", done), ("assessment", done))
    assert code(await recorded(who, path, "overall_statement", twice)) == (422, "citation_twice")
    alone = ok(await recorded(who, path, "overall_statement", overall(("assessment", done))))
    assert [w["code"] for w in alone["warnings"]] == ["contributions_of_one_role"]
    coordinators = ok(
        await recorded(who, path, "coordinator_assessment", {"coordinator": {"findings": "x"}}, "coordinator")
    )
    both = ok(
        await recorded(who, path, "overall_statement", overall(("assessment", done), ("assessment", coordinators)))
    )
    assert both["warnings"] == []
    assert [(c["role"], c["assessmentKind"]) for c in both["contributions"]] == [
        ("unemployed_health_nurse", "health_check"), ("work_ability_coordinator", "coordinator_assessment"),
    ]  # fmt: skip
    itself = {"reason": "x", **overall(("assessment", both))}
    assert code(await act(who("nurse"), f"/v1/assessments/{both['id']}/amend", itself, both)) == (
        422,
        "citation_unknown",
    )
    row = await get(who("coordinator"), f"/v1/assessments/{coordinators['id']}")
    ok(
        await act(
            who("coordinator"), f"/v1/assessments/{row['id']}/mark-entered-in-error", {"reason": "Wrong path."}, row
        )
    )
    again = await get(who("nurse"), f"/v1/assessments/{both['id']}")
    assert {w["code"] for w in again["warnings"]} == {"contributions_of_one_role", "contribution_in_error"}
    assert [c["inError"] for c in again["contributions"]] == [False, True]
    refused = await recorded(who, path, "overall_statement", overall(("assessment", coordinators)))
    assert code(refused) == (422, "citation_in_error")
    found = (
        await who("nurse").get(f"/v1/assessments/{both['id']}/record-text", headers={"Accept-Language": "en"})
    ).text
    assert "RESTS ON\nhealth check of the unemployed, 23.11.2026 (" in found
    assert "entered in error" in found


async def test_a_statement_takes_the_strictest_register_and_hides_what_is_cited(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    social = ok(await recorded(who, path, "need_identification", NEED, "social"))
    ours = ok(await recorded(who, path, "coordinator_assessment", {"coordinator": {"findings": "x"}}, "coordinator"))
    strict = ok(await recorded(who, path, "overall_statement", overall(("assessment", social), ("assessment", ours)),
                               "social"))  # fmt: skip
    assert (strict["register"], strict["warnings"]) == ("social", [])
    # An operational draft that comes to cite social care's words leaves the operational register when it is signed.
    assert code(await who("coordinator").get(f"/v1/assessments/{strict['id']}")) == ABSENT
    # Of one that both may read, each is shown what they read: as if the nurse's had cited social care.
    await connection.execute(text("RESET ROLE"))
    await connection.execute(
        text("UPDATE assessments SET register = 'operational' WHERE id = :id"), {"id": strict["id"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    seen = await get(who("coordinator"), f"/v1/assessments/{strict['id']}")
    assert [c["id"] for c in seen["contributions"]] == [ours["id"]]
    assert [c["id"] for c in seen["content"]["contributions"]] == [ours["id"]]
    assert social["id"] not in str(seen)
    theirs = await get(who("client"), f"/v1/assessments/{strict['id']}")
    assert [c["id"] for c in theirs["contributions"]] == [social["id"], ours["id"]]


async def test_a_meeting_that_was_held_is_cited(who: As, world: World) -> None:
    path = await a_path(who, world)
    guests = [str(world.persons["coordinator"])]
    plan = {"startsAt": f.at(), "minutes": 60, "place": "Room 2", "participantIds": guests}
    meeting = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", plan))
    planned = await recorded(who, path, "overall_statement", overall(("meeting", meeting)))
    assert code(planned) == (422, "citation_not_completed")
    held = {"clientParticipation": "present", "notes": "Agreed."}
    ok(await act(who("nurse"), f"/v1/meetings/{meeting['id']}/hold", held, meeting))
    draft = ok(await recorded(who, path, "overall_statement", {}, sign=False))
    known = (await get(who("nurse"), f"/v1/assessments/{draft['id']}/prefill"))["items"]
    offered = [(k["value"], k["source"], k["on"]) for k in known if k["field"] == "contributions"]
    assert offered == [({"kind": "meeting", "id": meeting["id"]}, "meeting", TODAY)]
    need = ok(await recorded(who, path, "need_identification", NEED))
    row = ok(await recorded(who, path, "overall_statement", overall(("meeting", meeting), ("assessment", need))))
    assert row["warnings"] == []
    met = row["contributions"][0]
    assert (met["kind"], met["role"], met["on"]) == ("meeting", "convener", TODAY)


async def test_what_is_known_comes_before_it_is_written(who: As, world: World) -> None:
    """C-57: barriers of the plan for a need, finished work for an overall statement."""
    path = await a_path(who, world, barriers=["barrier_financial"])
    ok(await act(who("social"), f"/v1/pathways/{path['id']}/barriers", {"barrier": "barrier_skills",
                                                                       "agreedWithClient": True}))  # fmt: skip
    need = ok(await recorded(who, path, "need_identification", {}, "social", sign=False))
    known = (await get(who("social"), f"/v1/assessments/{need['id']}/prefill"))["items"]
    assert [(k["field"], k["value"]) for k in known if k["source"] == "plan"] == [
        ("needs", {"barrier": "barrier_skills"})
    ]
    done = ok(await act(who("social"), f"/v1/assessments/{need['id']}/complete", NEED, need))
    whole = ok(await recorded(who, path, "overall_statement", {}, "social", sign=False))
    known = (await get(who("social"), f"/v1/assessments/{whole['id']}/prefill"))["items"]
    cited = [k["value"] for k in known if k["field"] == "contributions"]
    assert cited == [{"kind": "assessment", "id": done["id"]}]


async def test_the_database_holds_what_always_holds(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    row = ok(await recorded(who, path, "need_identification", NEED))
    draft = ok(await recorded(who, path, "need_identification", {}, sign=False))
    await connection.execute(text("RESET ROLE"))
    for change, id in (
        ("conclusion = 'work_incapacity_indicated'", row["id"]), ("amended_at = now()", draft["id"]),
    ):  # fmt: skip
        async with connection.begin_nested() as point:
            with pytest.raises(IntegrityError):
                await connection.execute(text(f"UPDATE assessments SET {change} WHERE id = :id"), {"id": id})
            await point.rollback()
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
