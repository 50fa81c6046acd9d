"""A professional records answers: what is counted, what is refused, and what follows."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As
from tests.factories import act, action, code, get, ok
from tests.responses.answering import DANGER, FREE, PHQ9, items, path_of, record
from tests.world import World


async def test_a_response_is_counted_and_asks_for_guidance_which_blocks_nothing(who: As, world: World) -> None:
    path = await path_of(who, world)
    made = ok(await record(who, path, "nurse", "phq9", answers=PHQ9))
    assert (made["state"], made["score"], made["band"]["code"]) == ("completed", 8, "mild")
    assert (made["dataRegister"], made["authorId"], made["safety"]) == ("health", str(world.persons["nurse"]), None)
    assert (made["guidance"]["decision"], len(made["guidance"]["choices"])) == ("prompted", 6)
    listed = await get(who("nurse"), "/v1/responses", guidance="prompted", count=True)
    assert (listed["count"], [one["id"] for one in listed["items"]]) == (1, [made["id"]])
    here = f"/v1/responses/{made['id']}/answer-guidance"
    unclear = await act(who("nurse"), here, {"decision": "no_need", "targets": ["own_care_team"]}, made)
    assert code(unclear) == (422, "guidance_unclear")
    assert code(await act(who("nurse"), here, {"decision": "guided"}, made)) == (422, "guidance_unclear")
    guided = {"decision": "guided", "targets": ["own_care_team"], "agreedWithClient": True}
    said = ok(await act(who("nurse"), here, guided, made))
    assert (said["guidance"]["decision"], said["guidance"]["targets"]) == ("guided", ["own_care_team"])
    assert said["guidance"]["decidedById"] == str(world.persons["nurse"])
    assert code(await act(who("nurse"), here, guided, said)) == (409, "guidance_answered")
    assert not action(said, "answer_guidance")["allowed"]
    assert (await get(who("nurse"), "/v1/responses", guidance="prompted", count=True))["count"] == 0


async def test_order_is_nothing_and_missing_items_are_by_the_instruments_own_rule(who: As, world: World) -> None:
    path = await path_of(who, world)
    whodas = items("whodas12", 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2)  # the twelfth is not answered
    made = ok(await record(who, path, "nurse", "whodas12", answers=list(reversed(whodas))))
    assert (made["score"], made["imputed"], made["unanswered"]) == (29.45, ["S12"], ["S12"])
    assert made["rescaled"] == 36.36
    lacking = ok(await record(who, path, "nurse", "phq9", answers=PHQ9[:7]))
    assert (lacking["score"], lacking["scoreBecause"], lacking["band"]) == (None, "items_missing", None)


async def test_a_sign_of_danger_is_said_whatever_the_sum(who: As, world: World) -> None:
    path = await path_of(who, world)
    made = ok(await record(who, path, "nurse", "phq9", answers=DANGER))
    assert (made["score"], made["band"]["code"]) == (1, "minimal")
    assert (made["safety"]["code"], made["safety"]["personId"]) == ("safety_check_now", str(world.persons["nurse"]))
    assert "112" in made["safety"]["text"]["fi"]
    assert "112" in made["safety"]["text"]["sv"]
    open_ = await get(who("nurse"), "/v1/responses", safetyOpen=True)
    assert [one["id"] for one in open_["items"]] == [made["id"]]
    here = f"/v1/responses/{made['id']}/handle-safety"
    seen = ok(await act(who("physician_msk"), here, {"note": "Talked at once."}, made))
    assert seen["safety"]["handledById"] == str(world.persons["physician_msk"])
    assert seen["safety"]["handledAt"]
    assert code(await act(who("nurse"), here, {}, seen)) == (409, "safety_handled")
    assert (await get(who("nurse"), "/v1/responses", safetyOpen=True))["items"] == []
    plain = ok(await record(who, path, "nurse", "phq9", answers=PHQ9, safetyHandled=None))
    assert code(await act(who("nurse"), f"/v1/responses/{plain['id']}/handle-safety", {}, plain)) == (
        409,
        "no_safety_sign",
    )


async def test_who_is_not_of_the_register_sees_nothing(who: As, world: World) -> None:
    path = await path_of(who, world)
    made = ok(await record(who, path, "nurse", "phq9", answers=DANGER))
    for other in ("coordinator", "social", "employment", "lead"):
        assert (await who(other).get(f"/v1/responses/{made['id']}")).status_code in (403, 404)
    for other in ("coordinator", "social"):
        assert (await get(who(other), "/v1/responses", safetyOpen=True))["items"] == []
    assert code(await record(who, path, "coordinator", "phq9", answers=PHQ9)) == (403, "instrument_not_yours")
    # Of work ability who reads those scores, and whoever recorded it (domain 5.3).
    ours = ok(await record(who, path, "coordinator", "was", answers=[{"item": "was", "value": 4}]))
    assert (ours["dataRegister"], ours["score"], ours["band"]["code"]) == ("operational", 4, "poor")
    theirs = await get(who("social"), f"/v1/responses/{ours['id']}")
    assert (theirs["score"], theirs["answers"], theirs["band"]) == (None, None, None)
    [row] = (await get(who("social"), "/v1/responses", instrument="was"))["items"]
    assert row["score"] is None
    mine = ok(await record(who, path, "social", "whodas12", answers=items("whodas12", *[1] * 12)))
    assert (mine["dataRegister"], mine["score"]) == ("social", 12)
    assert (await who("nurse").get(f"/v1/responses/{mine['id']}")).status_code == 404


async def test_what_does_not_fit_is_refused_with_its_place(who: As, world: World) -> None:
    path = await path_of(who, world)

    async def refused(instrument: str, **given: object) -> tuple[int, str]:
        return code(await record(who, path, "nurse", instrument, **given))

    wrong = [{"item": "phq9_1", "value": 4}, {"item": "phq9_99", "value": 1}, *items("phq9", 1)]
    answer = await record(who, path, "nurse", "phq9", answers=wrong)
    assert code(answer) == (422, "answers_unfit")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/body/answers/0/value", "answer_out_of_range"), ("/body/answers/1/item", "unknown_item"),
        ("/body/answers/2/item", "answered_twice"),
    ]  # fmt: skip
    assert await refused("bdi", edition="bdi_ii", answers=PHQ9) == (409, "items_not_kept")
    assert await refused("phq9", score=8) == (422, "answers_needed")
    assert await refused("phq9", score=27, version="1") == (422, "answers_needed"), "an older version is no way round"
    unclear = await record(who, path, "nurse", "phq9", answers=PHQ9, guidance={"decision": "guided"})
    assert [one["pointer"] for one in unclear.json()["errors"]] == ["/body/guidance/targets"]
    disagrees = await record(who, path, "nurse", "phq9", answers=PHQ9, score=9)
    assert (code(disagrees), disagrees.json()["computed"]) == ((422, "score_disagrees"), 8)
    assert await refused("bdi", score=12) == (422, "instrument_edition_missing")
    assert await refused("bdi", score=64, edition="bdi_ii") == (422, "score_out_of_range")
    assert await refused("bdi", edition="bdi_ii") == (422, "score_missing")
    assert await refused("mmse", score=20) == (422, "instrument_mode_unfit")
    assert await refused("phq9", answers=PHQ9, version="77") == (422, "instrument_version_unknown")
    assert await refused("phq9", answers=PHQ9, answeredOn="2026-11-24") == (422, "date_in_future")
    noted = {"decision": "no_need", "note": "He is 131052-308T."}
    assert await refused("phq9", answers=PHQ9, guidance=noted) == (422, "identity_code_in_text")
    assert (await get(who("nurse"), "/v1/responses"))["items"] == [], "nothing half-done"


async def test_audit_c_at_its_limit_suggests_the_whole(who: As, world: World) -> None:
    path = await path_of(who, world)
    high = ok(await record(who, path, "nurse", "audit_c", answers=items("audit_c", 2, 2, 2), sex="male"))
    assert high["suggests"]["instrument"] == "audit"
    low = ok(await record(who, path, "nurse", "audit_c", answers=items("audit_c", 1, 2, 2), sex="male"))
    assert low["suggests"] is None
    untold = ok(await record(who, path, "nurse", "audit_c", answers=items("audit_c", 4, 4, 4)))
    assert (untold["band"]["code"], untold["suggests"]["instrument"]) == ("continue_to_audit", "audit")


async def test_a_correction_is_another_row_and_the_first_stays(who: As, world: World) -> None:
    path = await path_of(who, world)
    made = ok(await record(who, path, "nurse", "phq9", answers=PHQ9))
    again = {**FREE, "answers": DANGER, "reason": "The paper was another one."}
    here = f"/v1/responses/{made['id']}/correct"
    assert code(await act(who("nurse"), here, {**FREE, "answers": DANGER}, made)) == (422, "invalid_request")
    new = ok(await act(who("nurse"), here, again, made))
    assert (new["correctsId"], new["score"], new["state"]) == (made["id"], 1, "completed")
    old = await get(who("nurse"), f"/v1/responses/{made['id']}")
    assert (old["state"], old["score"], old["endedReason"]) == ("entered_in_error", 8, again["reason"])
    assert (await who("client").get(f"/v1/responses/{made['id']}")).status_code == 404
    assert code(await act(who("nurse"), here, again, old)) == (409, "illegal_move")


async def test_a_sign_of_danger_is_never_marked_or_corrected_away(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await path_of(who, world)
    made = ok(await record(who, path, "nurse", "phq9", answers=DANGER))
    here = f"/v1/responses/{made['id']}"
    mild = {**FREE, "answers": PHQ9, "reason": "The paper was another one."}
    for verb, body in (("mark-entered-in-error", {"reason": "Not this client."}), ("correct", mild)):
        assert code(await act(who("nurse"), f"{here}/{verb}", body, made)) == (409, "safety_unseen")
        assert action(made, verb.replace("-", "_"))["because"] == "safety_unseen"
    with pytest.raises(IntegrityError, match="seen to before"):
        async with connection.begin_nested():
            await connection.execute(text("UPDATE instrument_responses SET state = 'entered_in_error'"))
    assert len((await get(who("nurse"), "/v1/responses", safetyOpen=True))["items"]) == 1, "the alarm stays"
    older = {**FREE, "version": "1", "score": 0, "reason": "Another way round.", "safetyHandled": {}}
    assert code(await act(who("nurse"), f"{here}/correct", older, made)) == (422, "older_version")
    said = {"guidance": {"decision": "no_need"}, "safetyHandled": {"note": "Talked at once."}}
    new = ok(await act(who("nurse"), f"{here}/correct", {**mild, **said}, made))
    assert (new["score"], new["safety"], new["guidance"]["decision"]) == (8, None, "no_need")
    old = await get(who("nurse"), here)
    assert (old["state"], old["safety"]["note"]) == ("entered_in_error", "Talked at once.")


FIXED = (
    "UPDATE instrument_responses SET score = 3", "UPDATE instrument_responses SET answers = '{}'",
    "UPDATE instrument_responses SET state = 'in_progress'", "UPDATE instrument_responses SET safety = false",
    "UPDATE instrument_responses SET guidance = 'prompted', guidance_at = NULL, guidance_targets = '{}'",
)  # fmt: skip


async def test_the_database_keeps_what_was_completed(who: As, world: World, connection: AsyncConnection) -> None:
    path = await path_of(who, world)
    said = {"decision": "guided", "targets": ["memory_nurse"]}
    ok(await record(who, path, "nurse", "phq9", answers=DANGER, guidance=said, safetyHandled={}))
    for statement in FIXED:
        with pytest.raises(IntegrityError, match="stays as it is"):
            async with connection.begin_nested():
                await connection.execute(text(statement))
