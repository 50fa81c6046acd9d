"""The health check, whole: what it must say, what is measured and ordered, and what that amounts to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import factories as f
from tests.conftest import NOON, As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, MALFORMED, STALE, TOO_LATE, act, code, get, ok, pointer
from tests.world import World

TODAY, TOMORROW = NOON.date().isoformat(), (NOON.date() + timedelta(days=1)).isoformat()
DONE: f.Json = {"done": True}
BASELINE = ["pvk", "alat", "gt", "cdt", "fp_gluc", "hba1c", "kol", "hdl", "ldl"]


def use(instrument: str, score: float | None, **over: Any) -> f.Json:
    made = {"instrument": instrument, "version": "1", "score": score, "mode": "interview", "answeredOn": TODAY}
    return {**made, **over}


async def asked(who: As, world: World) -> f.Json:
    return await f.an_assessment(who, (await f.accepted(who, world, client=f.person(identityCode=f.AINO)))[1])


async def completed(who: As, row: f.Json, **over: Any) -> Any:
    return await act(who("nurse"), f"/v1/assessments/{row['id']}/complete", f.health_check(**over), row)


@pytest.mark.parametrize(
    ("over", "refusal", "place"),
    [
        ({"informedOfPurposeAt": None}, "assessment_incomplete", "informedOfPurposeAt"),
        ({"minutes": None}, "assessment_incomplete", "minutes"),
        ({"informedOfPurposeAt": f.at(minutes=1)}, "informed_too_late", "informedOfPurposeAt"),
        ({"minutes": 89}, "duration_unexplained", "minutesBecause"),
        ({"minutes": 121}, "duration_unexplained", "minutesBecause"),
        ({"sections": f.sections() + f.sections()}, "sections_unclear", "sections"),
        ({"sections": f.sections(guidance={"done": False})}, "sections_unclear", "sections"),
        ({"sections": f.sections()[1:]}, "sections_missing", "sections"),
        ({"measures": {}}, "section_contradicts", "sections"),
        ({"laboratory": {}}, "section_contradicts", "sections"),
        ({"instruments": [use("was", 7, version="0")]}, "instrument_version_unknown", "instruments/0/version"),
        ({"instruments": [use("was", 11)]}, "score_out_of_range", "instruments/0/score"),
        ({"instruments": [use("was", 7), use("was", None)]}, "score_missing", "instruments/1/score"),
        ({"instruments": [use("bdi", 20)]}, "instrument_edition_missing", "instruments/0/edition"),
        ({"instruments": [use("bdi", 20, edition="bdi")]}, "instrument_edition_unknown", "instruments/0/edition"),
        ({"instruments": [use("mmse", 20, mode="self")]}, "instrument_mode_unfit", "instruments/0/mode"),
        ({"instruments": [use("was", 7, answeredOn=TOMORROW)]}, "date_in_future", "instruments/0/answeredOn"),
        (
            {"laboratory": {"removed": [{"lab": "crp", "reason": "not_needed"}]}},
            "laboratory_contradicts", "laboratory/removed",
        ),
        (
            {"laboratory": {"added": ["cdt"], "removed": [{"lab": "cdt", "reason": "not_needed"}]}},
            "laboratory_contradicts", "laboratory/removed",
        ),
    ],
)  # fmt: skip
async def test_what_does_not_hold_together(who: As, world: World, over: f.Json, refusal: str, place: str) -> None:
    row = await asked(who, world)
    answer = await completed(who, row, **over)
    assert (code(answer), pointer(answer)) == ((422, refusal), f"/body/healthCheck/{place}")
    assert "{" not in answer.json()["errors"][0]["detail"]
    assert (await get(who("nurse"), f"/v1/assessments/{row['id']}"))["version"] == row["version"]


async def test_what_is_unsaid_is_named(who: As, world: World) -> None:
    row = await asked(who, world)
    answer = (await completed(who, row, sections=[{"section": "measures", "done": True}], minutes=None)).json()
    assert answer["missing"] == ["minutes"]
    answer = (await completed(who, row, sections=f.sections()[2:])).json()
    assert answer["missing"] == ["bg_functional_capacity", "measures"]
    answer = (await completed(who, row, sections=f.sections(guidance={"done": False, "notDoneBecause": "no_time"}),
                              guidance=[{"target": "physiotherapy", "agreedWithClient": True}])).json()  # fmt: skip
    assert answer["sections"] == ["guidance"]
    pressure = {"bloodPressure": [{"systolic": 80, "diastolic": 120}]}
    turned = await completed(who, row, measures=pressure)
    assert (code(turned), pointer(turned)) == (MALFORMED, "/body/healthCheck/measures/bloodPressure/0/diastolic")


async def test_a_whole_check(who: As, world: World) -> None:
    row = await asked(who, world)
    done = ok(
        await completed(
            who, row, conclusion="incapacity_suspected", minutes=150, minutesBecause="interpreter",
            sections=f.sections(laboratory=DONE),
            measures={
                "heightCm": 168, "weightKg": 71.5,
                "bloodPressure": [{"systolic": 141, "diastolic": 84}, {"systolic": 136, "diastolic": 88}],
            },
            instruments=[
                use("was", 6, mode="self"),
                use("bdi", 15, edition="bdi_ii", language="sv"),
                use("audit_c", 5),
                use("audit_c", 5, sex="female", guidanceDecision="guided"),
            ],
            laboratory={"added": ["ekg", "tsh"], "removed": [{"lab": "cdt", "reason": "client_declined"}]},
            guidance=[{"target": "own_care_team", "note": "Sleep.", "agreedWithClient": True}],
        )
    )  # fmt: skip
    found = done["findings"]
    assert (found["bmi"]["value"], found["bmi"]["unit"]) == (25.3, "kg/m²")
    assert (found["bmi"]["classed"]["code"], found["bmi"]["classed"]["sure"]) == ("overweight", False)
    pressure = found["bloodPressure"]
    assert (pressure["systolic"], pressure["diastolic"], pressure["readings"]) == (139, 86, 2)
    assert (pressure["classed"]["label"]["sv"], pressure["sameDayAction"]) == ("högt normalt", None)
    bands = [
        (one["instrument"], one["band"] and one["band"]["code"], one["bandMissing"]) for one in found["instruments"]
    ]
    assert bands == [
        ("was", "reduced", None), ("bdi", "mild", None),
        ("audit_c", None, "sex_not_told"), ("audit_c", "continue_to_audit", None),
    ]  # fmt: skip
    # C-41: asked of whoever used one, never of the client's own; it stopped nothing.
    assert found["guidancePrompt"]["instruments"] == ["bdi", "audit_c"]
    assert set(found["guidancePrompt"]["text"]) == {"fi", "sv", "en"}
    assert [one["lab"] for one in found["laboratory"]] == [lab for lab in BASELINE if lab != "cdt"] + ["tsh", "ekg"]
    ekg = found["laboratory"][-1]
    assert (ekg["orderKind"], ekg["status"], ekg["on"], ekg["baseline"]) == ("physiology", "ordered", TODAY, False)
    assert (ekg["loincCandidate"], ekg["loincSure"]) == ("11524-6", False)
    assert {one["lab"]: one["unit"] for one in found["laboratory"]}["hba1c"] == "mmol/mol"
    assert found["duration"] == {"minutes": 150, "usual": False, "because": "interpreter", "recordingMinutes": 30}
    assert done["reportStatus"] == "final"
    mine = await get(who("client"), f"/v1/assessments/{row['id']}")
    assert (mine["findings"], mine["content"]) == (found, done["content"])


@pytest.mark.parametrize(
    ("readings", "label", "acted"),
    [
        ([(180, 90)], "severe", True),
        ([(150, 110)], "severe", True),
        ([(182, 90), (140, 85)], "moderate", True),
        ([(179, 109)], "moderate", False),
    ],
)
async def test_so_high_a_pressure_is_acted_on_today(
    who: As, world: World, readings: list[tuple[int, int]], label: str, acted: bool
) -> None:
    given = [{"systolic": systolic, "diastolic": diastolic} for systolic, diastolic in readings]
    done = ok(await completed(who, await asked(who, world), measures={"bloodPressure": given}))
    pressure = done["findings"]["bloodPressure"]
    assert pressure["classed"]["code"] == label
    assert (pressure["sameDayAction"] is not None) is acted
    assert not acted or all("180/110" in pressure["sameDayAction"][language] for language in ("fi", "sv", "en"))
    assert (done["bmi"], done["findings"]["bmi"]) == (None, None)


async def test_the_nine_are_ordered_unless_said_otherwise(who: As, world: World) -> None:
    done = ok(await completed(who, await asked(who, world), sections=f.sections(laboratory=DONE)))
    assert [one["lab"] for one in done["findings"]["laboratory"]] == BASELINE
    assert done["content"]["laboratory"]["ordered"] == BASELINE
    path = {"id": done["pathwayId"]}
    none = ok(await completed(who, await f.an_assessment(who, path)))
    assert (none["content"]["laboratory"], none["findings"]["laboratory"]) == (None, [])
    assert f.action(none, "record_laboratory")["because"] == "lab_not_ordered"


async def test_what_becomes_of_the_order(who: As, world: World) -> None:
    row = ok(await completed(who, await asked(who, world), sections=f.sections(laboratory=DONE)))
    at = f"/v1/assessments/{row['id']}/record-laboratory"

    def given(**over: Any) -> f.Json:
        return {"statuses": [{"lab": "alat", "status": "result_seen", "on": TODAY, **over}]}

    for persona, refusal in (
        ("client", LACKS), ("coordinator", ABSENT), ("hollola_nurse", ABSENT),
        ("physician_msk", (403, "not_your_work")),
    ):  # fmt: skip
        assert code(await act(who(persona), at, given(), row)) == refusal, persona
    for over, refusal, place in (
        ({"lab": "ekg"}, (422, "lab_not_ordered"), "/lab"),
        ({"status": "not_done"}, (422, "lab_status_unclear"), ""),
        ({"notDoneBecause": "no_time"}, (422, "lab_status_unclear"), ""),
        ({"status": "taken", "flag": "normal"}, (422, "lab_status_unclear"), ""),
        ({"on": TOMORROW}, (422, "date_in_future"), "/on"),
    ):
        answer = await act(who("nurse"), at, given(**over), row)
        assert (code(answer), pointer(answer)) == (refusal, f"/body/statuses/0{place}")
    assert code(await act(who("nurse"), at, given(note=f"Of {f.AINO}"), row)) == CODE_WITHIN
    twice = {"statuses": [*given()["statuses"], *given()["statuses"]]}
    assert code(await act(who("nurse"), at, twice, row)) == (422, "lab_status_unclear")
    taken = ok(await act(who("nurse"), at, given(status="taken"), row))
    assert code(await act(who("nurse"), at, given(), row)) == STALE
    seen = ok(await act(who("nurse"), at, given(flag="abnormal", note="Slightly raised."), taken))
    by_lab = {one["lab"]: one for one in seen["findings"]["laboratory"]}
    assert (by_lab["alat"]["status"], by_lab["alat"]["flag"], by_lab["alat"]["note"]) == (
        "result_seen", "abnormal", "Slightly raised.",
    )  # fmt: skip
    assert by_lab["gt"]["status"] == "ordered"
    assert (seen["content"], seen["completedAt"]) == (row["content"], row["completedAt"])
    ended = ok(
        await act(who("nurse"), f"/v1/assessments/{row['id']}/mark-entered-in-error", {"reason": "Wrong."}, seen)
    )
    assert code(await act(who("nurse"), at, given(), ended)) == TOO_LATE
    assert ended["reportStatus"] == "entered-in-error"
