"""A KuumaLinja told over HTTP: asked, answered, carried on, published, and a referral."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As, Clock
from tests.factories import ABSENT, LACKS, act, code, get, ok, pointer
from tests.questions.cases import (
    ASKED,
    a_forum,
    a_session,
    answers,
    asks,
    forum,
    here,
    seen,
)
from tests.world import World

CODE = "Asiakas 010100A905M kysyi, mitä tehdä."


async def test_no_table_of_questions_knows_a_client(connection: AsyncConnection) -> None:
    rows = await connection.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND (table_name LIKE 'forum%' OR table_name LIKE 'library%')"
        )
    )
    columns = {(row[0], row[1]) for row in rows}
    assert {table for table, _ in columns} == {
        "forums", "forum_sessions", "forum_questions", "forum_entries", "library_entries", "library_reads",
    }  # fmt: skip
    assert not [one for one in columns if "client" in one[1] or "referral" in one[1] or "pathway" in one[1]]
    foreign = await connection.execute(
        text(
            "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
            " AND conrelid::regclass::text ~ '^(forum|library)'"
        )
    )
    assert {row[0] for row in foreign} <= {
        "organisations", "persons", "forums", "forum_sessions", "forum_questions", "library_entries",
    }  # fmt: skip


async def test_who_asks_and_who_sees_who_asked(who: As, world: World) -> None:
    assert code(await act(who("nurse"), "/v1/forums", forum(world))) == LACKS
    stranger = {"convenerId": "01890000-0000-7000-8000-000000000000"}
    refused = await act(who("lead"), "/v1/forums", forum(world, **stranger))
    assert (code(refused), pointer(refused)) == ((422, "expert_unknown"), "/body/convenerId")
    made = await a_forum(who, world)
    asked = await asks(who, made, body=f"{ASKED} Soita 040 123 4567.")
    assert (asked["warnings"], asked["mine"], asked["asker"]) == (["phone_number"], True, "Hanna Harju")
    path = f"/v1/forums/{made['id']}/questions"
    body = {"body": ASKED, "themes": ["other"]}
    assert code(await act(who("social"), path, body)) == (403, "not_in_forum")
    assert code(await act(who("ngo"), path, body)) == ABSENT
    for by, known in (("physician_mental", True), ("kela", True), ("coordinator", True), ("psychiatric_nurse", False)):
        row = await seen(who, asked, by)
        assert (row["asker"] is not None, row["askerRole"] is not None) == (known, known), by
        listed = (await get(who(by), "/v1/forum-questions"))["items"]
        assert [one["asker"] is not None for one in listed] == [known], by
    assert code(await who("ngo").get(here(asked))) == ABSENT
    assert code(await who("social").get(here(asked))) == ABSENT
    assert code(await who("client").get(here(asked))) == LACKS
    taken = ok(await act(who("nurse"), f"{here(asked)}/withdraw", {"reason": "told_too_much"}, asked))
    assert taken["body"] is not None
    assert (await seen(who, asked, "physician_mental"))["body"] is None


async def test_an_identity_code_is_refused_wherever_it_is_written(who: As, world: World, clock: Clock) -> None:
    made = await a_forum(who, world)
    refused = await act(who("nurse"), f"/v1/forums/{made['id']}/questions", {"body": CODE, "themes": ["other"]})
    assert (code(refused), pointer(refused)) == ((422, "identity_code_in_text"), "/body/body")
    assert "field of its own" not in refused.text, "there is none here"
    asked = await asks(who, made)
    planned = await a_session(who, world, made, "2026-11-24T10:00:00Z")
    answered = await asks(who, made)
    answered = await answers(who, answered)
    clock.at = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    words = {"title": "T", "question": "Q", "answer": CODE, "themes": ["other"], "reviewOn": "2027-01-01"}
    outcome = {"outcomes": [{"questionId": asked["id"], "note": CODE}]}
    for by, path, body, row in (
        ("physician_mental", f"{here(asked)}/answer", {"body": CODE}, asked),
        ("nurse", f"{here(asked)}/ask-further", {"body": CODE}, asked),
        ("physician_mental", f"{here(answered)}/library-entries", words, None),
        ("coordinator", f"/v1/forum-sessions/{planned['id']}/hold", outcome, planned),
        ("coordinator", f"/v1/forum-sessions/{planned['id']}/cancel", {"reason": CODE}, planned),
    ):
        assert code(await act(who(by), path, body, row)) == (422, "identity_code_in_text"), path


async def test_asked_answered_asked_further_and_closed(who: As, world: World, connection: AsyncConnection) -> None:
    made = await a_forum(who, world)
    asked = await asks(who, made, way="thread")
    assert code(await act(who("psychiatric_nurse"), f"{here(asked)}/answer", {"body": "x"}, asked)) == (
        403, "not_in_forum",
    )  # fmt: skip
    row = await answers(who, asked, "kela")
    assert row["state"] == "answered"
    further = await act(who("physiotherapist"), f"{here(row)}/ask-further", {"body": "?"}, row)
    assert code(further) == (403, "not_your_question")
    row = ok(await act(who("nurse"), f"{here(row)}/ask-further", {"body": "Entä jos hakemus on vireillä?"}, row))
    assert row["state"] == "asked"
    thread = (await seen(who, row, "psychiatric_nurse"))["entries"]
    assert [(one["kind"], one["author"] is None) for one in thread] == [("answer", False), ("follow_up", True)]
    row = await answers(who, row)
    mine, theirs = row["entries"][-1]["id"], row["entries"][1]["id"]
    close = {"reason": "taken_to_client", "helpfulEntryId": theirs}
    assert code(await act(who("nurse"), f"{here(row)}/close", close, row)) == (422, "entry_not_here")
    row = ok(await act(who("nurse"), f"{here(row)}/close", close | {"helpfulEntryId": mine}, row))
    assert [one["helpful"] for one in row["entries"]] == [False, False, True]
    assert code(await act(who("kela"), f"{here(row)}/answer", {"body": "x"}, row)) == (409, "illegal_move")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    told = await connection.execute(
        text("SELECT kind, client_id, data FROM outbox_events WHERE subject_type = 'forum_questions' ORDER BY seq")
    )
    assert [(one[0], one[1], one[2]) for one in told] == [
        (f"forum_question.{kind}", None, {}) for kind in ("asked", "answered", "asked", "answered", "closed")
    ]


async def test_a_session_has_a_convener_and_takes_peoples_time(who: As, world: World) -> None:
    made = await a_forum(who, world)
    experts = {"expertIds": [str(world.persons["physician_mental"])]}
    await a_session(who, world, made, "2026-12-01T10:00:00Z", **experts)
    assert code(
        await act(
            who("coordinator"), f"/v1/forums/{made['id']}/sessions", {"startsAt": "2026-12-02T10:00:00Z", "place": "x"}
        )
    ) == (422, "session_without_convener")
    assert code(
        await act(
            who("coordinator"), f"/v1/forums/{made['id']}/sessions",
            {"startsAt": "2026-12-01T10:30:00Z", "place": "x", "convenerId": str(world.persons["coordinator"])},
        )
    ) == (409, "person_booked")  # fmt: skip


async def test_a_session_its_queue_and_what_is_carried_on(who: As, world: World, clock: Clock) -> None:
    made = await a_forum(who, world)
    one, two = await asks(who, made), await asks(who, made, by="psychiatric_nurse", isCase=True)
    assert (one["forumSessionId"], one["carriedTimes"]) == (None, 0), "none is planned: open in the thread"
    first, second, third = [
        await a_session(who, world, made, f"{on}T10:00:00Z") for on in ("2026-12-01", "2027-01-05", "2027-02-02")
    ]
    arranged = {"placeInQueue": 1, "caseMinutes": 25}
    assert code(await act(who("physician_mental"), f"{here(two)}/arrange", arranged, two)) == (403, "not_convener")
    ok(await act(who("coordinator"), f"{here(two)}/arrange", arranged, two))
    seen_now = await get(who("coordinator"), f"/v1/forum-sessions/{first['id']}")
    assert [row["id"] for row in seen_now["queue"]] == [two["id"], one["id"]]
    assert seen_now["queueMinutes"] == 40
    area = str(world.organisations["area"])
    held = {
        "attendance": [{"role": "physiotherapist", "organisationId": area, "number": 7}],
        "outcomes": [{"questionId": two["id"], "note": "Vie ajatus asiakkaalle: hän päättää."}],
    }
    path = f"/v1/forum-sessions/{first['id']}/hold"
    assert code(await act(who("coordinator"), path, held, first)) == (409, "session_not_begun")
    clock.at = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)
    assert code(await act(who("physician_mental"), path, held, first)) == (403, "not_convener")
    first = ok(await act(who("coordinator"), path, held, first))
    assert (first["answered"], first["queue"], first["attendance"][0]["number"]) == (1, [], 7)
    got = await seen(who, two, "psychiatric_nurse")
    assert (got["state"], got["carriedTimes"], got["entries"][0]["kind"]) == ("answered", 0, "outcome")
    carried = await seen(who, one)
    assert (carried["forumSessionId"], carried["carriedTimes"]) == (second["id"], 1)
    assert (await get(who("coordinator"), f"/v1/forums/{made['id']}"))["carriedTooOften"] == []
    off = ok(await act(who("coordinator"), f"/v1/forum-sessions/{second['id']}/cancel", {"reason": "Flunssa"}, second))
    assert off["queue"] == []
    carried = await seen(who, one)
    assert (carried["forumSessionId"], carried["carriedTimes"]) == (third["id"], 2)
    often = (await get(who("coordinator"), f"/v1/forums/{made['id']}"))["carriedTooOften"]
    assert [row["id"] for row in often] == [one["id"]]
    assert (await get(who("physician_mental"), f"/v1/forums/{made['id']}"))["carriedTooOften"] is None
    again = await a_session(who, world, made, "2027-01-05T12:00:00Z")
    assert (await seen(who, one))["forumSessionId"] == again["id"], "an earlier one takes it up"


async def test_a_referral_only_with_permission_and_the_question_says_nothing(
    who: As, world: World, connection: AsyncConnection
) -> None:
    made = await a_forum(who, world)
    asked = await asks(who, made)
    row = await answers(who, asked)
    body = f.referral(world) | {"permission": f.permission(world, "area")}
    path = f"{here(row)}/referrals"
    assert code(await act(who("psychiatric_nurse"), path, body)) == (403, "not_your_question")
    without = {name: value for name, value in body.items() if name != "permission"}
    for refusal in (without, without | {"draft": True}, without | {"statutoryBasis": "health_check_1326_2010_13"}):
        refused = await act(who("nurse"), path, refusal)
        assert (code(refused), pointer(refused)) == ((422, "permission_needed"), "/body/permission")
    before = await seen(who, row)
    draft = ok(await act(who("nurse"), path, body | {"draft": True}))
    took = {"permission": None, "statutoryBasis": "health_check_1326_2010_13"}
    lost = await who("nurse").patch(f"/v1/referrals/{draft['id']}", json=took, headers={"If-Match": "*"})
    assert (code(lost), pointer(lost)) == ((422, "invalid_request"), "/body/permission")
    referral = ok(await act(who("nurse"), path, body | {"allowDuplicate": True}))
    assert referral["originQuestionId"] == row["id"]
    colleague = await get(who("coordinator"), f"/v1/referrals/{referral['id']}")
    assert colleague["originQuestionId"] is None, "who reads the referral is not told who asked of whom"
    assert await seen(who, row) == before, "nobody can tell from the question"
    for by in ("physician_mental", "psychiatric_nurse"):
        assert referral["id"] not in str(await seen(who, row, by))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    told = await connection.execute(
        text("SELECT count(*) FROM outbox_events WHERE subject_id = :id AND kind <> 'forum_question.asked'"),
        {"id": row["id"]},
    )
    assert told.scalar_one() == 1, "that it was answered, and no more"
    with pytest.raises(DBAPIError, match="ck_referrals_question_permission"):
        await connection.execute(text("UPDATE referrals SET permission = '{}' WHERE id = :id"), {"id": referral["id"]})
