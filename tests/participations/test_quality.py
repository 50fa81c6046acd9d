"""A service held against the quality criteria, by several sides over time."""

from __future__ import annotations

from tests.conftest import As
from tests.factories import CODE_WITHIN, LACKS, TOO_LATE, act, code, get, ok, pointer
from tests.participations.cases import a_part, does, part
from tests.plans.cases import a_path
from tests.world import World


async def test_reviews_over_time(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await a_part(who, path, part(world, "training"))
    here = f"/v1/participations/{row['id']}/quality-reviews"
    (version,) = (await get(who("client"), "/v1/quality-criteria"))["items"]
    codes = [one["code"] for one in version["criteria"]]
    assert version["ownDesign"] is True
    assert 8 <= len(codes) <= 10
    answers = [
        {"criterion": "own_goal", "answer": "met"},
        {"criterion": "soon", "answer": "partly", "words": "Started after a month."},
        {"criterion": "employer", "answer": "not_applicable"},
    ]
    given = {"side": "provider", "answers": answers, "reviewedOn": "2026-11-20"}
    assert code(await act(who("nurse"), here, given)) == TOO_LATE
    ok(await does(who, row, "start"))
    first = ok(await act(who("nurse"), here, given))
    assert first["summary"] == {
        "met": 1, "partly": 1, "notMet": 0, "notApplicable": 1, "unanswered": len(codes) - 3,
    }  # fmt: skip
    whole = {"side": "payer", "answers": [{"criterion": one, "answer": "not_met"} for one in codes]}
    second = ok(await act(who("nurse"), here, whole))
    assert second["summary"]["notMet"] == len(codes)
    listed = (await get(who("client"), here))["items"]
    assert [(one["side"], one["criteriaVersion"]) for one in listed] == [("payer", "1"), ("provider", "1")]
    assert listed[1]["answers"][1]["words"] == "Started after a month."
    for wrong, refusal, where in (
        ({"answers": [answers[0], answers[0]]}, "unknown_criterion", "answers/1/criterion"),
        ({"answers": [{"criterion": "nonsense", "answer": "met"}]}, "unknown_criterion", "answers/0/criterion"),
        ({"criteriaVersion": "99"}, "unknown_criterion", "criteriaVersion"),
        ({"reviewedOn": "2026-11-24"}, "day_in_the_future", "reviewedOn"),
        ({"answers": [answers[0] | {"words": "010190-900P"}]}, CODE_WITHIN[1], "answers/0/words"),
    ):
        answer = await act(who("nurse"), here, given | wrong)
        assert (code(answer), pointer(answer)) == ((422, refusal), f"/body/{where}")
    assert code(await act(who("client"), here, given)) == LACKS
