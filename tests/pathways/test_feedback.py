"""The loop is closed: an outcome owes feedback, the feedback stays within the permission, and closing waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

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
    told,
)
from tests.world import World


async def close(who: As, path: f.Json, reason: str = "plan_completed") -> Any:
    path = await f.reread(who("nurse"), path)
    return await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": reason}, path)


async def owed(who: As, persona: str = "nurse") -> list[str]:
    return [w["subjectId"] for w in (await get(who(persona), "/v1/worklist", list="feedback"))["items"]]


async def test_who_may(who: As, world: World) -> None:
    seen, _ = await f.with_outcome(who, world)
    at = f"/v1/referrals/{seen['id']}"
    verbs = [
        ("feedback", {"level": "closure_notice"}),
        ("waive-feedback", {"reason": "client_forbade"}),
        ("acknowledge-feedback", {}),
    ]
    for verb, body in verbs:
        assert code(await act(who(""), f"{at}/{verb}", body, seen)) == NOBODY
        assert code(await act(who("hollola_nurse"), f"{at}/{verb}", body, seen)) == ABSENT
        assert code(await act(who("admin"), f"{at}/{verb}", body, seen)) == LACKS
    for verb, body in verbs[:2]:
        assert code(await act(who("employment"), f"{at}/{verb}", body, seen)) == LACKS
    assert code(await act(who("nurse"), f"{at}/acknowledge-feedback", {}, seen)) == (403, "forbidden")
    assert code(await act(who("kela"), f"{at}/acknowledge-feedback", {}, seen)) == ABSENT
    for persona, refusal in (("", 401), ("kela", 404), ("hollola_nurse", 404), ("admin", 403)):
        assert (await who(persona).get(f"{at}/feedback")).status_code == refusal
    for verb, body in verbs[:2]:
        assert code(await act(who("nurse"), f"{at}/{verb}", body)) == UNTAGGED
        stale = await act(who("nurse"), f"{at}/{verb}", body, {"version": 99})
        assert (code(stale), stale.json()["current"]["id"]) == (STALE, seen["id"])


async def test_an_outcome_owes_feedback_and_closing_waits(who: As, world: World, connection: AsyncConnection) -> None:
    seen, path = await f.accepted(who, world)
    assert code(await close(who, path)) == (409, "outcome_missing")
    assert code(await told(who, seen)) == (409, "feedback_too_early")
    assert await owed(who) == []
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "studies"}, path))
    assert (path["outcomes"][0]["label"], path["referrals"][0]["feedback"]) == ("studies", "owed")
    assert await owed(who) == [seen["id"]]
    assert (await get(who("nurse"), f"/v1/referrals/{seen['id']}"))["feedback"]["dueOn"] == "2026-11-23"
    assert (await get(who("employment"), f"/v1/referrals/{seen['id']}"))["feedback"]["state"] == "coming"
    refused = await close(who, path)
    assert (code(refused), refused.json()["referrals"]) == ((409, "feedback_owed"), [seen["id"]])
    assert "notice without content" in refused.json()["detail"]
    said = f.action(path, "close")
    assert (said["allowed"], said["because"], said["remedy"]) == (False, "feedback_owed", refused.json()["detail"])
    # Nor by hand in the database, as the app role.
    assert await connection.scalar(text("SELECT current_user")) == "heinola_app"
    for table, id in (("pathways", path["id"]), ("referrals", seen["id"])):
        ended = ", closed_at = now()" if table == "pathways" else ""
        point = await connection.begin_nested()
        with pytest.raises(DBAPIError, match="feedback to the referrer is owed"):
            await connection.execute(text(f"UPDATE {table} SET state = 'closed'{ended} WHERE id = :id"), {"id": id})
        await point.rollback()
    assert (await told(who, seen)).status_code == 201
    assert await owed(who) == []
    done = ok(await close(who, path))
    ended_as = (done["state"], done["closingReason"], done["referrals"][0]["feedback"])
    assert ended_as == ("closed", "plan_completed", "given")
    assert {s["state"] for s in done["steps"]} == {"done", "skipped"}
    assert [s["state"] for s in done["steps"] if s["kind"] in ("outcome", "feedback")] == ["done", "done"]
    assert (await get(who("nurse"), f"/v1/referrals/{seen['id']}"))["status"] == "closed"


@pytest.mark.parametrize(
    ("classes", "level", "missing"),
    [
        (["work_ability_conclusion"], "conclusion", None),
        (["work_ability_conclusion"], "summary", ["service_path"]),
        (["work_ability_conclusion", "service_path"], "summary", None),
        (["service_path"], "conclusion", ["work_ability_conclusion"]),
        (["health"], "summary", ["service_path", "work_ability_conclusion"]),
        (["health"], "closure_notice", None),
    ],
)
async def test_feedback_tells_what_the_permission_covers(
    who: As, world: World, classes: list[str], level: str, missing: list[str] | None
) -> None:
    seen, _ = await f.with_outcome(who, world, permission=f.permission(world, dataClasses=classes))
    answer = await told(who, seen, level)
    if missing is not None:
        assert code(answer) == (409, "consent_missing")
        assert (answer.json()["dataClasses"], answer.json()["purpose"], answer.json()["recipients"]) == (
            missing, "referral_feedback", [str(world.organisations["employment"])],
        )  # fmt: skip
        assert await owed(who) == [seen["id"]]
        return
    given = ok(answer)
    assert (given["level"], given["outcomes"]) == (level, [] if level == "closure_notice" else ["work_trial"])
    mine = (await get(who("employment"), f"/v1/referrals/{seen['id']}/feedback"))["items"]
    assert [row["id"] for row in mine] == [given["id"]]
    assert (mine[0]["body"] is None) == (level == "closure_notice")


@pytest.mark.parametrize(
    "over",
    [
        {"recipientIds": None},
        {"purposes": ["work_ability_assessment"]},
        {"validUntil": f.at(days=1)},
    ],
)
async def test_without_a_permission_only_the_notice_leaves(
    who: As, world: World, clock: Any, over: dict[str, Any]
) -> None:
    if "recipientIds" in over:
        over = {"recipientIds": [str(world.organisations["area"])]}
    seen, path = await f.with_outcome(who, world, permission=f.permission(world, **over))
    if "validUntil" in over:
        clock.at = clock.at.replace(day=25)
    assert code(await told(who, seen)) == (409, "consent_missing")
    notice = ok(await told(who, seen, "closure_notice"))
    assert (notice["body"], notice["outcomes"]) == (None, [])
    assert ok(await close(who, path))["state"] == "closed"


async def test_a_withdrawn_permission_covers_nothing_more(who: As, world: World, connection: AsyncConnection) -> None:
    seen, _ = await f.with_outcome(who, world)
    assert ok(await told(who, seen, interim=True))["interim"] is True
    consent = (await get(who("nurse"), f"/v1/clients/{seen['clientId']}/consents"))["items"][0]
    ok(await act(who("nurse"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
    assert code(await told(who, seen)) == (409, "consent_missing")
    ok(await told(who, seen, "closure_notice"))
    # What was told before stays told, and the log says on which version of which permission.
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = await connection.execute(
        text(
            "SELECT basis, consent_id::text, consent_version, data_classes FROM disclosures "
            "WHERE subject_id = :id AND purpose = 'referral_feedback' ORDER BY id"
        ),
        {"id": seen["id"]},
    )
    assert [tuple(row) for row in found] == [
        ("consent", consent["id"], 1, ["work_ability_conclusion"]), ("notice", None, None, []),
    ]  # fmt: skip


async def sender_reads(who: As, seen: f.Json) -> f.Json:
    return await get(who("employment"), f"/v1/referrals/{seen['id']}")


async def test_a_prohibition_stops_even_the_notice(who: As, world: World) -> None:
    seen, path = await f.with_outcome(who, world)
    at = f"/v1/referrals/{seen['id']}/waive-feedback"
    for reason in ("client_forbade", "party_unknown", "self_referral_declined"):
        assert code(await act(who("nurse"), at, {"reason": reason}, seen)) == (409, "waiver_not_allowed"), reason
    assert code(await act(who("nurse"), at, {"reason": "no_time"}, seen)) == MALFORMED
    before, senders = await get(who("nurse"), f"/v1/referrals/{seen['id']}"), await sender_reads(who, seen)
    assert f.action(before, "give_feedback")["allowed"] is True
    assert f.action(before, "waive_feedback")["because"] == "waiver_not_allowed"
    ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", f.prohibition(world, "employment")))
    after = await get(who("nurse"), f"/v1/referrals/{seen['id']}")
    assert f.action(after, "give_feedback")["because"] == "feedback_prohibited"
    assert f.action(after, "waive_feedback")["allowed"] is True
    assert await sender_reads(who, seen) == senders, "the sender is told nothing of it"
    for level in ("closure_notice", "conclusion", "summary"):
        assert code(await told(who, seen, level)) == (409, "feedback_prohibited"), level
    for reason in ("party_unknown", "self_referral_declined"):
        assert code(await act(who("nurse"), at, {"reason": reason}, seen)) == (409, "waiver_not_allowed"), reason
    waived = ok(await act(who("nurse"), at, {"reason": "client_forbade"}, seen))
    assert waived["feedback"]["state"] == "waived"
    assert code(await act(who("nurse"), at, {"reason": "client_forbade"}, waived)) == (409, "feedback_given")
    assert await owed(who) == []
    assert (await get(who("employment"), f"/v1/referrals/{seen['id']}/feedback"))["items"] == []
    mine = await get(who("employment"), f"/v1/referrals/{seen['id']}")
    assert (mine["status"], mine["feedback"]["state"]) == ("in_progress", "coming")
    refused = await act(who("employment"), f"/v1/referrals/{seen['id']}/acknowledge-feedback", {}, mine)
    assert code(refused) == (409, "nothing_to_acknowledge")
    assert ok(await close(who, path))["state"] == "closed"


@pytest.mark.parametrize(
    ("body", "refusal", "place"),
    [
        ({"level": "closure_notice", "body": "She is ill."}, (422, "notice_has_no_words"), "/body/body"),
        ({"level": "conclusion", "body": None}, (422, "feedback_without_words"), "/body/body"),
        ({"level": "summary", "body": f"For {f.AINO}."}, CODE_WITHIN, "/body/body"),
        ({"level": "everything"}, MALFORMED, "/body/level"),
    ],
)
async def test_feedback_that_does_not_fit(
    who: As, world: World, body: dict[str, Any], refusal: tuple[int, str], place: str
) -> None:
    seen, _ = await f.with_outcome(who, world)
    answer = await act(who("nurse"), f"/v1/referrals/{seen['id']}/feedback", body, seen)
    assert (code(answer), pointer(answer)) == (refusal, place)
    assert f.AINO not in answer.text


async def test_interim_feedback_does_not_discharge_and_the_last_is_the_last(who: As, world: World) -> None:
    seen, path = await f.accepted(who, world)
    assert ok(await told(who, seen, interim=True))["outcomes"] == []
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "studies"}, path))
    ok(await told(who, seen, interim=True))
    assert code(await close(who, path)) == (409, "feedback_owed")
    mine = await get(who("employment"), f"/v1/referrals/{seen['id']}")
    assert (mine["status"], mine["feedback"]["state"]) == ("in_progress", "coming")
    at = f"/v1/referrals/{seen['id']}/acknowledge-feedback"
    assert code(await act(who("employment"), at, {}, mine)) == (409, "nothing_to_acknowledge")
    body, key = {"level": "conclusion", "body": "Studies."}, {"Idempotency-Key": "feedback-0001"}
    row = await get(who("nurse"), f"/v1/referrals/{seen['id']}")
    first = await act(who("nurse"), f"/v1/referrals/{seen['id']}/feedback", body, row, headers=key)
    again = await act(who("nurse"), f"/v1/referrals/{seen['id']}/feedback", body, row, headers=key)
    assert (first.status_code, again.text, again.headers["Idempotency-Replayed"]) == (201, first.text, "true")
    assert {code(await told(who, seen, interim=it)) for it in (False, True)} == {(409, "feedback_given")}
    read = (await get(who("employment"), f"/v1/referrals/{seen['id']}/feedback"))["items"]
    assert [row["interim"] for row in read] == [True, True, False]
    mine = await get(who("employment"), f"/v1/referrals/{seen['id']}")
    assert (mine["status"], f.action(mine, "acknowledge_feedback")["allowed"]) == ("ended", True)
    received = ok(await act(who("employment"), at, {}, mine))
    assert received["feedback"]["acknowledgedAt"] == "2026-11-23T10:00:00Z"
    assert code(await act(who("employment"), at, {}, received)) == (409, "nothing_to_acknowledge")


async def test_a_self_referral_is_answered_to_the_client(who: As, world: World) -> None:
    for decline in (False, True):
        person = f.person(identityCode=f.AINO)
        seen, path = await f.with_outcome(
            who, world, sent=await f.a_referral(who, world, "nurse", source="self", permission=None, client=person)
        )
        if decline:
            row = await get(who("nurse"), f"/v1/referrals/{seen['id']}")
            at, reason = f"/v1/referrals/{seen['id']}/waive-feedback", {"reason": "self_referral_declined"}
            assert ok(await act(who("nurse"), at, reason, row))["feedback"]["state"] == "waived"
        else:
            ok(await told(who, seen))
            read = (await get(who("client"), f"/v1/referrals/{seen['id']}/feedback"))["items"]
            assert [row["body"] for row in read] == ["Half days are possible."]
            mine = await get(who("client"), f"/v1/referrals/{seen['id']}")
            ok(await act(who("client"), f"/v1/referrals/{seen['id']}/acknowledge-feedback", {}, mine))
        assert ok(await close(who, path))["state"] == "closed"


async def test_a_closed_path_is_over(who: As, world: World) -> None:
    seen, path = await f.closed(who, world)
    at = f"/v1/pathways/{path['id']}"
    # A newer summary, time that was still to be written down, and to ask later how it goes.
    afterwards = {"draft_summary", "record_time", "plan_after_contact"}
    assert {one["action"] for one in path["allowedActions"] if one["allowed"]} == afterwards
    refused = [
        await act(who("nurse"), f"{at}/agree-plan", f.plan(), path),
        await act(who("nurse"), f"{at}/close", {"reason": "other"}, path),
        await act(who("nurse"), f"{at}/problem-areas", {"areas": []}),
        await act(who("nurse"), f"{at}/assessments", {"kind": "health_check"}),
        await act(who("nurse"), f"{at}/meetings", {"startsAt": f.at(days=1), "place": "x", "participantIds": []}),
        await who("nurse").patch(at, json={"nextAction": "x"}, headers={"If-Match": f'"{path["version"]}"'}),
        *[
            await act(who("nurse"), f"/v1/pathway-steps/{s['id']}/{verb}", body, s)
            for s in path["steps"][:2]
            for verb, body in (("complete", {}), ("skip", {"reason": "other"}), ("plan", {"plannedOn": None}))
        ],
        await told(who, seen),
    ]
    assert {code(answer) for answer in refused} == {TOO_LATE}


async def test_open_assessments_are_finished_first(who: As, world: World) -> None:
    seen, path = await f.with_outcome(who, world)
    asked = await f.an_assessment(who, path)
    ok(await told(who, seen))
    refused = await close(who, path)
    assert (code(refused), refused.json()["kinds"]) == ((409, "work_open"), ["health_check"])
    ok(await act(who("nurse"), f"/v1/assessments/{asked['id']}/cancel", {"reason": "Not needed."}, asked))
    assert ok(await close(who, path))["state"] == "closed"
