"""What went out stays as it went out; its recipient reads it, and asks about it; what is owed cannot be closed over."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, NOBODY, TOO_LATE, act, code, get, ok, told
from tests.feedbacks.database import attempt, refused
from tests.world import World


async def ask(who: As, feedback: f.Json, persona: str = "employment", question: str = "Evenings too?") -> Any:
    return await act(who(persona), f"/v1/feedbacks/{feedback['id']}/ask", {"question": question})


async def answer(who: As, row: f.Json, by: str = "nurse", **given: Any) -> Any:
    return await act(who(by), f"/v1/feedback-questions/{row['id']}/answer", given, row)


async def questions(who: As, feedback: f.Json, persona: str = "employment") -> list[Any]:
    return list((await get(who(persona), f"/v1/feedbacks/{feedback['id']}/questions"))["items"])


async def test_the_copy_and_the_receipt(who: As, world: World, connection: AsyncConnection) -> None:
    seen, _ = await f.with_outcome(who, world)
    given = ok(await told(who, seen, language="fi", body="Puolikas päivä sopii."))
    assert given["receivedAt"] is None
    at = f"/v1/feedbacks/{given['id']}/copy"
    kept = await get(who("nurse"), at)
    assert kept["intact"] is True
    assert kept["sha256"] == hashlib.sha256(kept["text"].encode()).hexdigest()
    assert kept["consentVersion"] == 1
    for words in ("Palaute lähettävälle taholle", "Puolikas päivä sopii.", "työkokeilu", "23.11.2026"):
        assert words in kept["text"]
    assert kept["receivedAt"] is None, "the team's own reading is no receipt"
    theirs = await get(who("employment"), at)
    assert (theirs["text"], theirs["consentId"], theirs["receivedAt"]) == (kept["text"], None, "2026-11-23T10:00:00Z")
    assert (await get(who("nurse"), at))["receivedAt"] == "2026-11-23T10:00:00Z"
    assert (await get(who("social"), at))["text"] is None
    for persona, refusal in (("", NOBODY), ("kela", ABSENT), ("admin", LACKS)):
        assert code(await who(persona).get(at)) == refusal
    for column in ("copy_text = 'x'", "copy_sha256 = 'x'", "body = 'x'", "level = 'summary'", "language = 'sv'"):
        await refused(connection, f"UPDATE feedbacks SET {column}", "permission denied")
    await refused(connection, "UPDATE feedbacks SET copy_text = copy_text || '.'", "copy_hash", role="NONE")
    # One that was given before copies were kept has none.
    older = "UPDATE feedbacks SET copy_text = NULL, copy_sha256 = NULL WHERE id = :id"
    await attempt(connection, "NONE", older, "SET LOCAL ROLE heinola_app", id=given["id"])
    assert code(await who("nurse").get(at)) == (409, "copy_not_kept")


async def test_without_an_outcome_it_says_what_comes_first(who: As, world: World) -> None:
    """Discontinuing asks for feedback, and feedback for an outcome: each says so."""
    seen, path = await f.accepted(who, world)
    assert "record-outcome" in f.action(path, "discontinue")["remedy"]
    refused = await act(who("nurse"), f"/v1/pathways/{path['id']}/discontinue", {"reason": "not_timely"}, path)
    assert code(refused) == (409, "feedback_owed")
    assert "record-outcome" in refused.json()["detail"]
    duty = await get(who("nurse"), f"/v1/referrals/{seen['id']}/feedback-duty")
    assert f.action(duty, "give_feedback")["because"] == "feedback_too_early"
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "studies"}, path))
    now = await f.reread(who("nurse"), path)
    assert "record-outcome" not in f.action(now, "discontinue")["remedy"]
    duty = await get(who("nurse"), f"/v1/referrals/{seen['id']}/feedback-duty")
    assert f.action(duty, "give_feedback")["allowed"] is True
    ok(await told(who, seen))
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/discontinue", {"reason": "not_timely"}, now))


async def test_a_question_and_its_answer(who: As, world: World) -> None:
    seen, path = await f.closed(who, world)
    (given,) = (await get(who("employment"), f"/v1/referrals/{seen['id']}/feedback"))["items"]
    assert code(await ask(who, given, question=f"is it {f.AINO}?")) == CODE_WITHIN
    for persona, refusal in (("", NOBODY), ("kela", ABSENT), ("nurse", (403, "forbidden")), ("admin", LACKS)):
        assert code(await ask(who, given, persona)) == refusal, persona
    asked = ok(await ask(who, given))
    assert (asked["number"], asked["state"], asked["allowedActions"]) == (1, "open", [])
    assert code(await ask(who, given)) == (409, "question_open")
    # The path has closed, and its responsible worker has it all the same.
    (work,) = (await get(who("nurse"), "/v1/worklist", list="mine", kind="feedback_question"))["items"]
    assert (work["subjectId"], work["marks"], work["holderId"]) == (
        asked["id"], ["feedback_question"], path["responsiblePersonId"],
    )  # fmt: skip
    assert code(await answer(who, asked, "employment", answer="x")) == LACKS
    assert code(await answer(who, asked, "hollola_nurse", answer="x")) == ABSENT
    for wrong in ({}, {"code": "ask_client", "answer": "x"}):
        assert code(await answer(who, asked, **wrong)) == (422, "answer_not_whole")
    assert code(await answer(who, asked, answer=f"of {f.AINO}")) == CODE_WITHIN
    done = ok(await answer(who, asked, answer="Days only."))
    assert (done["state"], done["answer"], done["answerCode"]) == ("answered", "Days only.", "answered")
    assert code(await answer(who, done, answer="x")) == TOO_LATE
    assert (await questions(who, given))[0]["answer"] == "Days only."
    assert (await get(who("nurse"), "/v1/worklist", list="mine", kind="feedback_question"))["items"] == []
    # Within what the client permits at that moment.
    second = ok(await ask(who, given))
    ok(
        await act(
            who("nurse"), f"/v1/clients/{seen['clientId']}/consents", f.consent(world, "employment", kind="refusal")
        )
    )
    denied = await answer(who, second, answer="Nights never.")
    assert (code(denied), denied.json()["allowedLevel"]) == ((409, "consent_missing"), "closure_notice")
    ok(await answer(who, second, code="ask_client"))
    for number in (3, 4, 5):
        row = ok(await ask(who, given))
        assert row["number"] == number
        ok(await answer(who, row, code="nothing_to_add"))
    assert code(await ask(who, given)) == (409, "too_many_questions")


async def test_about_a_notice_only_codes_and_silence_reads_as_waiting(who: As, world: World) -> None:
    seen, _ = await f.with_outcome(who, world)
    given = ok(await told(who, seen, "closure_notice"))
    asked = ok(await ask(who, given))
    assert code(await answer(who, asked, answer="She withdrew.")) == (409, "notice_answered_in_codes")
    no = f.prohibition(world, "employment", dataClasses=["participation"])
    ok(await act(who("nurse"), f"/v1/clients/{seen['clientId']}/consents", no))
    assert code(await answer(who, asked, code="nothing_to_add")) == (409, "feedback_prohibited")
    before = await questions(who, given)
    done = ok(await answer(who, asked, code="not_answered"))
    assert (done["state"], done["answerCode"]) == ("answered", "not_answered")
    assert await questions(who, given) == before, "whoever asked cannot tell"
    assert code(await ask(who, given)) == (409, "question_open")


async def test_the_client_asks_about_their_own(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, "nurse", source="self", permission=None, client=f.person(identityCode=f.AINO))
    seen, _ = await f.with_outcome(who, world, sent=sent)
    given = ok(await told(who, seen, "summary"))
    assert (await get(who("client"), f"/v1/referrals/{seen['id']}/feedback"))["items"][0]["receivedAt"] is not None
    asked = ok(await ask(who, given, "client"))
    ok(await answer(who, asked, answer="Yes, evenings too."))
    assert [q["answer"] for q in await questions(who, given, "client")] == ["Yes, evenings too."]


async def test_the_database_closes_no_path_over_what_is_owed(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """Two referrals on one path: interim is not enough, nor is one of the two; whatever state they stand in."""
    aino = f.person(identityCode=f.AINO)
    first, path = await f.with_outcome(who, world, client=aino)
    second = await f.a_referral(who, world, "kela", client=aino, permission=f.permission(world, "area", "kela"))
    joined = await get(who("nurse"), f"/v1/referrals/{second['id']}")
    ok(await act(who("nurse"), f"/v1/referrals/{second['id']}/accept", {"joinPathwayId": path["id"]}, joined))

    async def stays_open() -> None:
        close = "UPDATE pathways SET state = 'closed', closed_at = now() WHERE id = :path"
        for state in ("in_progress", "withdrawn", "closed"):
            withdrawn = f"UPDATE referrals SET state = '{state}' WHERE id = :second AND state <> '{state}'"
            values = {"path": path["id"], "second": second["id"]}
            await refused(connection, close, "owed", withdrawn, role="NONE", **values)

    ok(await told(who, first, interim=True))
    await stays_open()
    ok(await told(who, first))
    await stays_open()
    ok(await told(who, second, "closure_notice"))
    path = await f.reread(who("nurse"), path)
    assert ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
