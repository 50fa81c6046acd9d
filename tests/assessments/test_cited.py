"""An answered instrument is cited by the health check: the score is taken from it."""

from __future__ import annotations

import httpx

from tests import factories as f
from tests.conftest import As
from tests.factories import act, code, get, ok, pointer
from tests.responses.answering import PHQ9, asked, held, items, linked, path_of, record
from tests.world import World


async def test_a_known_response_prefills_and_is_cited(who: As, world: World) -> None:
    path = await path_of(who, world)
    made = ok(await record(who, path, "nurse", "phq9", answers=PHQ9))
    check = await f.an_assessment(who, path)
    here = f"/v1/assessments/{check['id']}"
    known = (await get(who("nurse"), f"{here}/prefill"))["items"]
    [value] = [one["value"] for one in known if one["source"] == "response"]
    assert (value["responseId"], value["score"]) == (made["id"], 8)
    use = {name: value[name] for name in ("instrument", "version", "mode", "answeredOn", "responseId")}
    for wrong in ({"score": 9}, {"version": "1"}, {"responseId": check["id"]}):
        refused = await who("nurse").patch(
            here, json={"healthCheck": {"instruments": [use | wrong]}}, headers={"If-Match": "*"}
        )
        assert code(refused) == (422, "cited_response_unfit")
        assert pointer(refused) == "/body/healthCheck/instruments/0/responseId"
    draft = ok(await who("nurse").patch(here, json={"healthCheck": {"instruments": [use]}}, headers={"If-Match": "*"}))
    assert draft["draft"]["healthCheck"]["instruments"][0]["score"] == 8
    error = f"/v1/responses/{made['id']}/mark-entered-in-error"
    whole = f.health_check()
    ok(await act(who("nurse"), error, {"reason": "Another's."}, made))
    assert code(await act(who("nurse"), f"{here}/complete", whole, draft)) == (422, "cited_response_unfit")
    again = ok(await record(who, path, "nurse", "phq9", answers=PHQ9))
    whole["healthCheck"]["instruments"] = [use | {"responseId": again["id"]}]
    done = ok(await act(who("nurse"), f"{here}/complete", whole, draft))
    assert done["content"]["instruments"][0]["score"] == 8


async def test_a_statement_rests_on_answered_instruments(who: As, world: World) -> None:
    """C-17: each counts as its author's, in its own register; what the client filled alone makes no second role."""
    path = await path_of(who, world)
    here = f"/v1/pathways/{path['id']}/recorded-assessments"

    async def whole(by: str, *ids: str) -> httpx.Response:
        rests = [{"kind": "response", "id": id} for id in ids]
        body = {"kind": "overall_statement", "overall": {"summary": "Half days.", "contributions": rests}}
        return await act(who(by), here, body)

    health = ok(await record(who, path, "nurse", "phq9", answers=PHQ9))
    social = ok(await record(who, path, "social", "whodas12", answers=items("whodas12", *[1] * 12)))
    open_one = await asked(who, path, "phq9", language="en")
    other = await whole("nurse", social["id"])
    assert (code(other), pointer(other)) == ((422, "citation_unknown"), "/body/overall/contributions/0")
    assert code(await whole("nurse", open_one["id"])) == (422, "citation_not_completed")
    assert code(await whole("social", health["id"])) == (422, "citation_unknown")
    row = ok(await whole("nurse", health["id"]))
    assert (row["register"], [w["code"] for w in row["warnings"]]) == ("health", ["contributions_of_one_role"])
    [cited] = row["contributions"]
    assert (cited["kind"], cited["instrument"], cited["role"]) == ("response", "phq9", "unemployed_health_nurse")
    assert cited["on"] == "2026-11-23"
    link = await linked(who, open_one)
    sent = {"answers": PHQ9}
    ok(await who("").post("/v1/answering/submit", json=sent, headers=held(link)))
    both = ok(await whole("nurse", health["id"], open_one["id"]))
    assert [c["role"] for c in both["contributions"]] == ["unemployed_health_nurse", None]
    assert [w["code"] for w in both["warnings"]] == ["contributions_of_one_role"]
    draft = ok(await act(who("nurse"), here, {"kind": "overall_statement", "overall": {}, "sign": False}))
    known = (await get(who("nurse"), f"/v1/assessments/{draft['id']}/prefill"))["items"]
    cited_ids = [k["value"]["id"] for k in known if k["field"] == "contributions" and k["source"] == "response"]
    assert cited_ids == [health["id"], open_one["id"]]
    text = await who("nurse").get(f"/v1/assessments/{both['id']}/record-text", headers={"Accept-Language": "en"})
    assert "PHQ-9" in text.text.split("RESTS ON")[1]
    ok(await act(who("nurse"), f"/v1/responses/{health['id']}/mark-entered-in-error", {"reason": "Another's."}, health))
    again = await get(who("nurse"), f"/v1/assessments/{row['id']}")
    assert {w["code"] for w in again["warnings"]} == {"contributions_of_one_role", "contribution_in_error"}
    assert code(await whole("nurse", health["id"])) == (422, "citation_in_error")
