"""What waits for the client's own care team is answered: written down with who said it and under which permission."""

from __future__ import annotations

from typing import Any

from app.kit.ids import new_id
from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, LACKS, act, action, code, get, ok, pointer
from tests.world import World

TODAY = "2026-11-23"
STATEMENT: f.Json = {"kind": "b_statement", "datedOn": TODAY, "keptAt": "Patient record", "saysIncapacity": True}


async def waiting(who: As, world: World) -> tuple[f.Json, f.Json, str]:
    """An ordinary physician's assessment of a client whose own care team is known, and a permission to ask them."""
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    nurse, client = who("nurse"), f"/v1/clients/{path['clientId']}"
    row = await get(nurse, client)
    named = await nurse.patch(client, json={"ownCareTeam": "Station 1"}, headers={"If-Match": f'"{row["version"]}"'})
    assert named.is_success, named.text
    permitted = f.consent(world, "area", dataClasses=["health"], purposes=["work_ability_assessment"])
    consent = ok(await act(nurse, f"{client}/consents", permitted))
    check = await f.an_assessment(who, path)
    ok(await act(nurse, f"/v1/assessments/{check['id']}/complete", f.health_check(), check))
    await f.problems(who, path, "somatic", demanding=False)
    asked = await f.an_assessment(who, path, "physician_assessment")
    assert asked["owner"]["queue"] == "own_care_team:Station 1"
    return path, asked, consent["id"]


def answer(consent: str, **over: Any) -> f.Json:
    return {
        "answeredBy": "Dr Station", "answeredByRole": "physician", "askedOn": TODAY, "answeredOn": TODAY,
        "consentId": consent, "findings": "Back pain, follow-up in a month.", **over,
    }  # fmt: skip


async def test_the_answer_completes_it(who: As, world: World) -> None:
    path, asked, consent = await waiting(who, world)
    at = f"/v1/assessments/{asked['id']}"
    where = f"{at}/record-care-team-answer"
    assert code(await act(who("client"), where, answer(consent), asked)) == LACKS
    assert code(await act(who("coordinator"), where, answer(consent), asked)) == ABSENT
    assert action(asked, "record_care_team_answer")["allowed"]
    assert action(asked, "complete")["because"] == "not_your_work"
    given = answer(consent, statements=[STATEMENT], workAbility="Half days.")
    done = ok(await act(who("nurse"), where, given, asked))
    assert (done["state"], done["documentState"], done["conclusion"]) == ("completed", "signed", None)
    assert (done["author"]["personId"], done["author"]["role"]) == (str(world.persons["nurse"]), "own_care_team")
    said = done["content"]["ownCareTeam"]
    assert (said["answeredBy"], said["consentId"], said["disclosureId"]) == ("Dr Station", consent, None)
    assert done["content"]["statements"][0]["saysIncapacity"]
    step = next(s for s in (await f.reread(who("nurse"), path))["steps"] if s["kind"] == "physician_visit")
    assert step["state"] == "done"
    items = (await get(who("nurse"), "/v1/worklist?list=team"))["items"]
    assert asked["id"] not in [item["subjectId"] for item in items]
    plain = (await get(who("client"), f"/v1/clients/{path['clientId']}/conclusions"))["items"]
    assert [one["workAbility"] for one in plain] == ["Half days."]
    found = (await who("nurse").get(f"{at}/record-text", headers={"Accept-Language": "en"})).text
    assert "THE OWN CARE TEAM'S ANSWER\nAnswered by: Dr Station (physician)" in found
    assert "medical statement B, 23.11.2026; kept: Patient record; concludes work incapacity" in found
    # Whoever wrote it down may write it better, and still concludes nothing.
    firm = {"reason": "x", "conclusion": "work_incapacity_indicated"}
    assert code(await act(who("nurse"), f"{at}/amend", firm, done)) == (403, "incapacity_by_statement")
    assert code(await act(who("physician_msk"), f"{at}/amend", {"reason": "x"}, done)) == (403, "not_your_work")
    better = ok(await act(who("nurse"), f"{at}/amend", {"reason": "Plainer.", "workAbility": "Mornings."}, done))
    assert better["content"]["ownCareTeam"] == said
    assert better["content"]["statements"] == done["content"]["statements"]


async def test_what_is_no_answer(who: As, world: World) -> None:
    path, asked, consent = await waiting(who, world)
    where = f"/v1/assessments/{asked['id']}/record-care-team-answer"
    unknown, earlier, later = str(new_id()), "2026-11-20", "2026-11-24"
    for over, refusal, place in (
        ({"consentId": None}, (422, "asked_under_unclear"), "/body/consentId"),
        ({"disclosureId": unknown}, (422, "asked_under_unclear"), "/body/consentId"),
        ({"consentId": unknown}, (422, "asked_under_unknown"), "/body/consentId"),
        ({"consentId": None, "disclosureId": unknown}, (422, "asked_under_unknown"), "/body/disclosureId"),
        ({"askedOn": earlier}, (422, "asked_under_unknown"), "/body/consentId"),  # not yet given
        ({"answeredOn": earlier}, (422, "answered_before_asked"), "/body/answeredOn"),
        ({"answeredOn": later}, (422, "date_in_future"), "/body/answeredOn"),
        ({"conclusion": "work_incapacity_indicated"}, (403, "incapacity_by_statement"), None),
        ({"answeredByRole": "nurse", "statements": [STATEMENT]}, (403, "statement_needs_physician"), None),
        ({"statements": [{**STATEMENT, "datedOn": later}]}, (422, "date_in_future"), "/body/statements/0/datedOn"),
        ({"statements": [{**STATEMENT, "attachmentId": unknown}]}, (422, "statement_document_unknown"),
         "/body/statements/0/attachmentId"),
        ({"findings": f"Wrote of {f.AINO}."}, f.CODE_WITHIN, "/body/findings"),
    ):  # fmt: skip
        refused = await act(who("nurse"), where, answer(consent, **over), asked)
        assert code(refused) == refusal, over
        assert place is None or pointer(refused) == place
    assert (await get(who("nurse"), f"/v1/assessments/{asked['id']}"))["version"] == asked["version"]
    check = await f.an_assessment(who, path)
    there = f"/v1/assessments/{check['id']}/record-care-team-answer"
    assert code(await act(who("nurse"), there, answer(consent), check)) == (409, "not_with_own_care_team")
    assert action(check, "record_care_team_answer")["because"] == "not_with_own_care_team"


async def test_a_statement_is_a_physicians(who: As, world: World) -> None:
    """In a physician's own assessment the physician refers to it, by themself and of a document that is there."""
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "musculoskeletal")
    row = await f.an_assessment(who, path, "physician_assessment")
    at = f"/v1/assessments/{row['id']}/complete"
    done: f.Json = {
        "conclusion": "work_incapacity_indicated",
        "physician": {"findings": "x", "statements": [STATEMENT]},
    }
    lost = {**done, "physician": {"findings": "x", "statements": [{**STATEMENT, "attachmentId": str(new_id())}]}}
    refused = await act(who("physician_msk"), at, lost, row)
    assert (code(refused), pointer(refused)) == (
        (422, "statement_document_unknown"), "/body/physician/statements/0/attachmentId",
    )  # fmt: skip
    written = ok(await act(who("physician_msk"), at, done, row))
    assert written["content"]["statements"][0]["kind"] == "b_statement"
    assert (written["author"]["role"], written["warnings"]) == ("physician_msk_somatic", [])
