"""Assessments over HTTP: asked, completed by the seat that holds them, read by their register."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.ids import new_id
from tests import factories as f
from tests.conftest import As
from tests.factories import (
    ABSENT,
    CODE_WITHIN,
    LACKS,
    MALFORMED,
    NOBODY,
    STALE,
    TOO_LATE,
    UNTAGGED,
    act,
    code,
    get,
    ok,
    pointer,
)
from tests.world import World

PHYSICIAN = {
    "conclusion": "remaining_work_ability_stated",
    "workAbility": "Half days.",
    "physician": {"findings": "Improving."},
}
TEST = {"functionalTest": {"tests": ["Grip strength"], "findings": "Below average."}}


async def a_path(who: As, world: World, **over: Any) -> f.Json:
    return (await f.accepted(who, world, client=f.person(identityCode=f.AINO), **over))[1]


async def completed(who: As, row: f.Json, given: f.Json, by: str = "nurse") -> Any:
    return await act(who(by), f"/v1/assessments/{row['id']}/complete", given, row)


async def test_who_may(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await f.an_assessment(who, path)
    one, many = f"/v1/assessments/{row['id']}", f"/v1/pathways/{path['id']}/assessments"
    problems = f"/v1/pathways/{path['id']}/problem-areas"
    for persona, refusal in (
        ("", NOBODY),
        ("employment", LACKS),
        ("kela", LACKS),
        ("lead", LACKS),
        ("hollola_nurse", ABSENT),
    ):
        assert code(await act(who(persona), many, {"kind": "health_check"})) == refusal, persona
        assert code(await act(who(persona), problems, {"areas": []})) == refusal
        assert code(await who(persona).get(problems)) == refusal
        assert code(await who(persona).get(one)) == refusal
        for verb, body in (
            ("complete", f.health_check()),
            ("cancel", {"reason": "x"}),
            ("mark-entered-in-error", {"reason": "x"}),
        ):
            assert code(await act(who(persona), f"{one}/{verb}", body, row)) == refusal, verb
    assert code(await act(who("client"), many, {"kind": "health_check"})) == LACKS
    assert code(await act(who("client"), f"{one}/complete", f.health_check(), row)) == LACKS
    assert (await get(who("hollola_nurse"), "/v1/assessments"))["items"] == []


async def test_those_outside_the_register_find_nothing(who: As, world: World, connection: AsyncConnection) -> None:
    """C-42 and domain 5.3: the coordinator and the social counsellor work on the path and read no health data."""
    path = await a_path(who, world)
    await f.problems(who, path, "mental_health")
    row = ok(await completed(who, await f.an_assessment(who, path), f.health_check()))
    asked = await f.an_assessment(who, path, "physician_assessment", question="Is it depression?")
    for persona in ("coordinator", "social"):
        for path_ in (
            f"/v1/assessments/{row['id']}",
            f"/v1/assessments/{asked['id']}",
            f"/v1/pathways/{path['id']}/problem-areas",
        ):
            answer = await who(persona).get(path_)
            assert code(answer) == ABSENT, (persona, path_)
        assert (await get(who(persona), "/v1/assessments", pathwayId=path["id"], count="true"))["items"] == []
        assert (await get(who(persona), "/v1/assessments", count="true"))["count"] == 0
        assert code(await who(persona).get(f"/v1/routing-decisions/{asked['decisionId']}")) == ABSENT
        refused = await act(who(persona), f"/v1/pathways/{path['id']}/problem-areas", {"areas": []})
        assert code(refused) == (403, "not_health_professional")
        assert code(await completed(who, asked, PHYSICIAN, persona)) == ABSENT
        shown = (await who(persona).get(f"/v1/pathways/{path['id']}")).text
        assert not [word for word in ("depression", "mental_health", "Sleeps badly", "25.3") if word in shown]
        # The database says the same to the same reader, without the API's filters.
        for table in ("assessments", "problem_records"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
    assert (await get(who("nurse"), "/v1/assessments", pathwayId=path["id"], count="true"))["count"] == 2
    # A coordinator may ask for it all the same, and does not read what was asked of the register.
    theirs = await f.an_assessment(who, path, "physician_assessment", by="coordinator", question="Can she work?")
    assert (theirs["content"], theirs["conclusion"]) == (None, None)


async def test_the_health_check(who: As, world: World) -> None:
    path = await a_path(who, world)
    id, key = str(new_id()), {"Idempotency-Key": "check-0001"}
    asked = {"kind": "health_check", "id": id, "question": "How is she?"}
    first = await act(who("nurse"), f"/v1/pathways/{path['id']}/assessments", asked, headers=key)
    again = await act(who("nurse"), f"/v1/pathways/{path['id']}/assessments", asked, headers=key)
    assert (first.status_code, again.text, again.headers["Idempotency-Replayed"]) == (201, first.text, "true")
    row = ok(first)
    assert (row["id"], row["owner"]["name"], row["state"], row["content"]) == (id, "Hanna Harju", "requested", None)
    assert code(await completed(who, {**row, "version": 9}, f.health_check())) == STALE
    assert code(await act(who("nurse"), f"/v1/assessments/{id}/complete", f.health_check())) == UNTAGGED
    done = ok(await completed(who, row, f.health_check(workAbility="Not yet known.")))
    assert (done["state"], done["bmi"], done["conclusion"], done["workAbility"]) == (
        "completed", 25.3, "undetermined_needs_more", "Not yet known.",
    )  # fmt: skip
    assert done["content"]["sections"][0]["note"] == "Sleeps badly."
    assert done["completedById"] == str(world.persons["nurse"])
    steps = (await f.reread(who("nurse"), path))["steps"]
    assert next(s["state"] for s in steps if s["kind"] == "health_check") == "done"
    mine = await get(who("client"), f"/v1/assessments/{id}")
    assert (mine["content"], mine["bmi"], mine["allowedActions"]) == (done["content"], 25.3, [])
    assert code(await completed(who, done, f.health_check())) == TOO_LATE
    assert code(await act(who("nurse"), f"/v1/assessments/{id}/cancel", {"reason": "x"}, done)) == TOO_LATE
    physician = await act(who("physician_msk"), f"/v1/assessments/{id}/mark-entered-in-error", {"reason": "x"}, done)
    assert code(physician) == (403, "not_your_work")
    wrong = ok(
        await act(who("nurse"), f"/v1/assessments/{id}/mark-entered-in-error", {"reason": "Another client's."}, done)
    )
    assert (wrong["state"], wrong["endedReason"], wrong["content"]) == (
        "entered_in_error",
        "Another client's.",
        done["content"],
    )


def section(name: str, **over: Any) -> f.Json:
    return {"section": name, "done": True, **over}


@pytest.mark.parametrize(
    ("given", "refusal", "place"),
    [
        ({"conclusion": "undetermined_needs_more", **TEST}, (422, "content_mismatch"), None),
        ({**f.health_check(), **TEST}, (422, "content_mismatch"), None),
        ({"conclusion": "undetermined_needs_more"}, (422, "content_mismatch"), None),
        ({**f.health_check(), "conclusion": None}, (422, "conclusion_missing"), "/body/conclusion"),
        ({**f.health_check(), "conclusion": "fine"}, MALFORMED, "/body/conclusion"),
        (f.health_check(conclusion="work_incapacity_indicated"), (403, "physician_concludes"), None),
        (f.health_check(sections=[section("horoscope")]), MALFORMED, "/body/healthCheck/sections/0/section"),
        (f.health_check(minutes=9), MALFORMED, "/body/healthCheck/minutes"),
        (f.health_check(measures={"bmi": 25}), MALFORMED, "/body/healthCheck/measures"),
        (f.health_check(measures={"heightCm": 1.68}), MALFORMED, "/body/healthCheck/measures/heightCm"),
        (f.health_check(laboratory={"added": ["blood"]}), MALFORMED, "/body/healthCheck/laboratory/added/0"),
        (f.health_check(workAbility=f"Of {f.AINO}"), CODE_WITHIN, "/body/workAbility"),
    ],
)  # fmt: skip
async def test_a_health_check_that_does_not_fit(
    who: As, world: World, given: f.Json, refusal: tuple[int, str], place: str | None
) -> None:
    row = await f.an_assessment(who, await a_path(who, world))
    answer = await completed(who, row, given)
    assert code(answer) == refusal
    assert place is None or pointer(answer) == place
    if refusal[1] == "content_mismatch":
        assert answer.json()["expected"] == "healthCheck"
    assert (await get(who("nurse"), f"/v1/assessments/{row['id']}"))["state"] == "requested"


@pytest.mark.parametrize("where", ["findings", "tests", "note", "question"])
async def test_no_identity_code_hides_in_the_findings(who: As, world: World, where: str) -> None:
    path, hidden = await a_path(who, world), f"About {f.AINO}."
    if where == "question":
        asked = await act(
            who("nurse"), f"/v1/pathways/{path['id']}/assessments", {"kind": "health_check", "question": hidden}
        )
        assert (code(asked), pointer(asked)) == (CODE_WITHIN, "/body/question")
        return
    if where == "note":
        row = await f.an_assessment(who, path)
        answer = await completed(who, row, f.health_check(sections=f.sections(measures={"done": True, "note": hidden})))
    else:
        row = await f.an_assessment(who, path, "functional_test_physical")
        inside = {**TEST["functionalTest"], where: [hidden] if where == "tests" else hidden}
        answer = await completed(who, row, {"functionalTest": inside}, "physiotherapist")
    assert code(answer) == CODE_WITHIN
    assert f.AINO not in answer.text


async def test_the_seat_does_the_work(who: As, world: World) -> None:
    """Its holder or the deputy of the seat; another seat is refused, and told so beforehand."""
    path = await a_path(who, world)
    row = await f.an_assessment(who, path)
    for persona in ("physician_msk", "physiotherapist", "psychiatric_nurse"):
        assert code(await completed(who, row, f.health_check(), persona)) == (403, "not_your_work"), persona
        seen = await get(who(persona), f"/v1/assessments/{row['id']}")
        assert f.action(seen, "complete")["because"] == "not_your_work"
    assert f.action(await get(who("nurse_deputy"), f"/v1/assessments/{row['id']}"), "complete")["allowed"] is True
    assert ok(await completed(who, row, f.health_check(), "nurse_deputy"))["completedById"] == str(
        world.persons["nurse_deputy"]
    )


async def test_a_physician_concludes(who: As, world: World) -> None:
    path = await a_path(who, world)
    await f.problems(who, path, "mental_health")
    row = await f.an_assessment(who, path, "physician_assessment")
    assert row["owner"]["name"] == "Mikael Metsälä"
    without = await completed(who, row, {**PHYSICIAN, "conclusion": None}, "physician_mental")
    assert code(without) == (422, "conclusion_missing")
    done = await completed(who, row, {**PHYSICIAN, "conclusion": "work_incapacity_indicated"}, "physician_mental")
    assert ok(done)["conclusion"] == "work_incapacity_indicated"


async def test_a_seat_makes_nobody_a_physician(who: As, world: World, connection: AsyncConnection) -> None:
    """C-16: the kind of work is not enough; whoever concludes is a physician by a membership of today."""
    path = await a_path(who, world)
    await f.problems(who, path, "mental_health")
    row = await f.an_assessment(who, path, "physician_assessment")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE memberships SET role = 'psychiatric_nurse' WHERE person_id = :id"),
        {"id": world.persons["physician_deputy"]},
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    given = {**PHYSICIAN, "conclusion": "work_incapacity_indicated"}
    assert code(await completed(who, row, given, "physician_deputy")) == (403, "physician_concludes")
    assert ok(await completed(who, row, given, "physician_mental"))["conclusion"] == "work_incapacity_indicated"


async def test_what_is_not_needed_is_cancelled(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await f.an_assessment(who, path)
    gone = ok(
        await act(who("physician_msk"), f"/v1/assessments/{row['id']}/cancel", {"reason": "Done elsewhere."}, row)
    )
    assert (gone["state"], gone["endedReason"]) == ("cancelled", "Done elsewhere.")
    assert code(await completed(who, gone, f.health_check())) == TOO_LATE
    assert (await get(who("nurse"), "/v1/assessments", state="requested"))["items"] == []
    assert row["id"] not in [w["subjectId"] for w in (await get(who("nurse"), "/v1/worklist"))["items"]]


async def test_problem_areas_are_kept_and_the_newest_counts(who: As, world: World) -> None:
    path = await a_path(who, world)
    at = f"/v1/pathways/{path['id']}/problem-areas"
    assert (await get(who("nurse"), at))["recordedAt"] is None
    answer = await act(who("nurse"), at, {"areas": ["somatic"], "mainArea": "mental_health"})
    assert (code(answer), pointer(answer)) == ((422, "main_area_not_listed"), "/body/mainArea")
    assert code(await act(who("nurse"), at, {"areas": ["laziness"]})) == MALFORMED
    await f.problems(who, path, "somatic", demanding=None)
    second = await f.problems(who, path, "mental_health", "somatic", by="physician_msk")
    assert (await get(who("nurse"), at)) == second == (await get(who("client"), at))
    assert (second["areas"], second["mainArea"], second["demanding"]) == (
        ["mental_health", "somatic"],
        "mental_health",
        True,
    )
    assert second["recordedById"] == str(world.persons["physician_msk"])
