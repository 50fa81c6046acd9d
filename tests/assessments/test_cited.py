"""An answered instrument is cited by the health check: the score is taken from it."""

from __future__ import annotations

from tests import factories as f
from tests.conftest import As
from tests.factories import act, code, get, ok, pointer
from tests.responses.answering import PHQ9, path_of, record
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
