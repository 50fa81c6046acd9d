"""Saved in parts before it is completed, and amended afterwards with the original kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As, Clock
from tests.factories import ABSENT, CODE_WITHIN, LACKS, MALFORMED, STALE, TOO_LATE, UNTAGGED, act, code, get, ok
from tests.world import World


async def asked(who: As, world: World, kind: str = "health_check") -> f.Json:
    path = (await f.accepted(who, world, client=f.person(identityCode=f.AINO)))[1]
    return await f.an_assessment(who, path, kind)


async def saved(who: As, row: f.Json, body: f.Json, by: str = "nurse", tag: bool = True) -> Any:
    headers = {"If-Match": f'"{row["version"]}"'} if tag else {}
    return await who(by).patch(f"/v1/assessments/{row['id']}", json=body, headers=headers)


async def test_a_check_is_saved_in_parts_and_then_completed(who: As, world: World) -> None:
    row = await asked(who, world)
    assert (row["reportStatus"], row["draft"]) == ("registered", None)
    assert len(row["openSections"]) == 9
    first = ok(await saved(who, row, {"healthCheck": {"sections": f.sections()[:4], "measures": {"heightCm": 170}}}))
    assert (first["reportStatus"], first["state"], first["content"]) == ("preliminary", "requested", None)
    assert first["draft"]["healthCheck"]["measures"]["heightCm"] == 170
    assert code(await saved(who, row, {"healthCheck": {"minutes": 100}})) == STALE
    assert code(await saved(who, row, {"healthCheck": {"minutes": 100}}, tag=False)) == UNTAGGED
    second = ok(await saved(who, first, {"healthCheck": {"minutes": 100, "sections": f.sections()[4:]}}))
    assert second["openSections"] == []
    assert second["draft"]["healthCheck"]["measures"]["heightCm"] == 170
    third = ok(await saved(who, second, {"conclusion": "undetermined_needs_more", "workAbility": "Not known."}))
    at = f"/v1/assessments/{row['id']}/complete"
    answer = await act(who("nurse"), at, {}, third)
    assert (code(answer), answer.json()["missing"]) == ((422, "assessment_incomplete"), ["informedOfPurposeAt"])
    done = ok(await act(who("nurse"), at, {"healthCheck": {"informedOfPurposeAt": f.at(), "minutes": 110}}, third))
    assert (done["content"]["minutes"], done["content"]["measures"]["heightCm"]) == (110, 170)
    assert (done["conclusion"], done["workAbility"], done["draft"]) == ("undetermined_needs_more", "Not known.", None)
    assert code(await saved(who, done, {"healthCheck": {"minutes": 100}})) == TOO_LATE


async def test_what_is_saved_is_answered_at_once(who: As, world: World) -> None:
    """Whoever measures 180/110 or uses an instrument is told while the client is there, not at the end."""
    row = await asked(who, world)
    use = {"instrument": "bdi", "version": "1", "edition": "bdi_21", "score": 18, "mode": "interview"}
    given = {
        "measures": {"heightCm": 170, "weightKg": 80, "bloodPressure": [{"systolic": 185, "diastolic": 100}]},
        "instruments": [{**use, "answeredOn": "2026-11-23"}],
        "sections": [{"section": "laboratory", "done": True}],
    }
    kept = ok(await saved(who, row, {"healthCheck": given}))
    found = kept["findings"]
    assert "112" in found["bloodPressure"]["sameDayAction"]["fi"]
    assert (found["guidancePrompt"]["instruments"], found["instruments"][0]["band"]["code"]) == (["bdi"], "moderate")
    assert (kept["bmi"], found["duration"], len(found["laboratory"])) == (27.7, None, 9)
    status = {"statuses": [{"lab": "pvk", "status": "taken", "on": "2026-11-23"}]}
    noted = ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/record-laboratory", status, kept))
    assert (noted["findings"]["laboratory"][0]["status"], noted["draft"]) == ("taken", kept["draft"])
    for persona in ("client", "physician_msk"):
        seen = await get(who(persona), f"/v1/assessments/{row['id']}")
        assert (seen["findings"], seen["bmi"]) == (None, None)


async def test_a_draft_is_its_holders(who: As, world: World) -> None:
    row = await asked(who, world)
    body = {"healthCheck": {"sections": [{"section": "guidance", "done": False, "note": "Secret so far."}]}}
    for persona, refusal in (
        ("client", LACKS), ("kela", LACKS), ("coordinator", ABSENT), ("social", ABSENT), ("hollola_nurse", ABSENT),
        ("physician_msk", (403, "not_your_work")),
    ):  # fmt: skip
        assert code(await saved(who, row, body, persona)) == refusal, persona
    kept = ok(await saved(who, row, body))
    assert "Secret so far." in str(kept["draft"])
    assert (await get(who("nurse_deputy"), f"/v1/assessments/{row['id']}"))["draft"] == kept["draft"]
    for persona in ("client", "physician_msk"):
        seen = await get(who(persona), f"/v1/assessments/{row['id']}")
        assert (seen["draft"], seen["content"], seen["openSections"]) == (None, None, [])
        assert "Secret" not in str(seen)
    ended = ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/cancel", {"reason": "Not needed."}, kept))
    assert (ended["content"], ended["draft"], ended["reportStatus"]) == (None, None, "cancelled")
    assert "Secret" not in str(await get(who("client"), f"/v1/assessments/{row['id']}"))


async def test_what_is_wrong_is_said_when_it_is_saved(who: As, world: World) -> None:
    row = await asked(who, world)
    was = {"instrument": "was", "version": "1", "score": 11, "mode": "self", "answeredOn": "2026-11-23"}
    for given, refusal in (
        ({"instruments": [was]}, (422, "score_out_of_range")),
        ({"sections": [{"section": "guidance", "done": True}] * 2}, (422, "sections_unclear")),
        ({"informedOfPurposeAt": f.at(days=1)}, (422, "informed_too_late")),
        ({"guidance": [{"target": "own_care_team", "agreedWithClient": True, "note": f.AINO}]}, CODE_WITHIN),
        ({"bmi": 25}, MALFORMED),
    ):
        assert code(await saved(who, row, {"healthCheck": given})) == refusal
    assert code(await saved(who, row, {"workAbility": f.AINO})) == CODE_WITHIN
    answer = await saved(who, row, {"physician": {"findings": "x"}})
    assert (code(answer), answer.json()["expected"]) == ((422, "content_mismatch"), "healthCheck")


async def test_every_kind_is_drafted(who: As, world: World) -> None:
    row = await asked(who, world, "functional_test_physical")
    body = {"functionalTest": {"tests": ["UKK walk test"]}}
    kept = ok(await saved(who, row, body, "physiotherapist"))
    at = f"/v1/assessments/{row['id']}/complete"
    answer = await act(who("physiotherapist"), at, {}, kept)
    assert (code(answer), answer.json()["missing"]) == ((422, "assessment_incomplete"), ["findings"])
    done = ok(await act(who("physiotherapist"), at, {"functionalTest": {"findings": "Good."}}, kept))
    assert done["content"] == {"tests": ["UKK walk test"], "findings": "Good."}
    assert done["findings"] is None


async def test_an_amendment_keeps_the_original(who: As, world: World, clock: Clock) -> None:
    row = await asked(who, world)
    at = f"/v1/assessments/{row['id']}"
    sections = f.sections(laboratory={"done": True})
    whole = f.health_check(workAbility="Half days.", sections=sections)
    assert code(await act(who("nurse"), f"{at}/amend", {"reason": "x"}, row)) == TOO_LATE
    assert code(await who("nurse").get(f"{at}/versions")) == (409, "assessment_not_completed")
    done = ok(await act(who("nurse"), f"{at}/complete", whole, row))
    assert (await get(who("nurse"), f"{at}/versions"))["items"] == []
    anew = {"reason": "The weight was another's.", "healthCheck": {"measures": {"heightCm": 168, "weightKg": 90}}}
    for persona, refusal in (
        ("client", LACKS), ("coordinator", ABSENT), ("hollola_nurse", ABSENT),
        ("physician_msk", (403, "not_your_work")),
    ):  # fmt: skip
        assert code(await act(who(persona), f"{at}/amend", anew, done)) == refusal, persona
    assert code(await act(who("nurse"), f"{at}/amend", {**anew, "reason": None}, done)) == (422, "amend_reason_missing")
    assert code(await act(who("nurse"), f"{at}/amend", {**anew, "reason": f"Of {f.AINO}"}, done)) == CODE_WITHIN
    concluded = {**anew, "conclusion": "work_incapacity_indicated"}
    assert code(await act(who("nurse"), f"{at}/amend", concluded, done)) == (403, "physician_concludes")
    clock.at = clock.at.replace(hour=12)
    # Informed after it was completed: not even when it is amended.
    late = {**anew, "healthCheck": {"informedOfPurposeAt": f.at(hours=1)}}
    assert code(await act(who("nurse"), f"{at}/amend", late, done)) == (422, "informed_too_late")
    now = ok(await act(who("nurse"), f"{at}/amend", anew, done))
    assert (now["state"], now["reportStatus"], now["completedAt"]) == ("completed", "amended", done["completedAt"])
    assert (now["bmi"], now["workAbility"], now["amendedAt"]) == (31.9, "Half days.", "2026-11-23T12:00:00Z")
    assert [one["lab"] for one in now["findings"]["laboratory"]][:2] == ["pvk", "alat"]
    again = ok(await act(who("nurse"), f"{at}/amend", {"reason": "Plainer.", "workAbility": "Four hours."}, now))
    assert (again["workAbility"], again["content"]) == ("Four hours.", now["content"])
    for persona in ("nurse", "client"):
        kept = (await get(who(persona), f"{at}/versions", count="true"))["items"]
        assert [(one["number"], one["reason"]) for one in kept] == [(2, "Plainer."), (1, anew["reason"])]
        assert (kept[1]["content"], kept[1]["workAbility"]) == (done["content"], "Half days.")
    assert code(await who("coordinator").get(f"{at}/versions")) == ABSENT


async def test_the_original_cannot_be_changed(who: As, world: World, connection: AsyncConnection) -> None:
    """By grants; and the register is asked once more by the database."""
    row = await asked(who, world)
    done = ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/complete", f.health_check(), row))
    ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/amend", {"reason": "Mended.", "workAbility": "x"}, done))
    for persona, rows in (("nurse", 1), ("coordinator", 0), ("hollola_nurse", 0), ("client", 1)):
        await get(who(persona), "/v1/me")
        assert await connection.scalar(text("SELECT count(*) FROM assessment_versions")) == rows, persona
    for table in ("assessment_versions", "laboratory_statuses"):
        allowed = f"SELECT has_any_column_privilege('heinola_app', '{table}', 'UPDATE')"
        assert await connection.scalar(text(allowed)) is False
