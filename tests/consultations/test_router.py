"""Consultations over HTTP: who is asked, on what permission, what they see, and how it ends."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.consultations.following import follow_seats
from tests import factories as f
from tests.conftest import As, Clock
from tests.consultations.cases import AGREED, a_path, asked, does, permit, question, seat_of, seen, sees, work_of
from tests.factories import ABSENT, CODE_WITHIN, act, code, get, ok, pointer
from tests.world import World


async def test_the_coordinator_asks_the_physician(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    await f.verified(who, path)
    seat = await seat_of(connection, world, "physician_msk")
    row = ok(await asked(who, path, question(seat)))
    assert (row["state"], row["onPermission"], row["dueOn"], row["overdue"]) == ("asked", False, "2026-12-07", False)
    assert (row["agreedOn"], row["agreedHow"]) == ("2026-11-20", "phone")
    for persona, kind in (("physician_msk", "consultation"), ("coordinator", "consultation_asked")):
        (work,) = await work_of(who, row, persona)
        assert (work["kind"], work["dueOn"], work["dueIs"]) == (kind, "2026-12-07", "consultation")
    assert code(await does(who, row, "answer", {"answer": "Go on."})) == (403, "forbidden")
    for client, number in ((path["clientId"], 1), (row["id"], 0)):
        assert len((await get(who("coordinator"), "/v1/consultations", clientId=client))["items"]) == number
    # Of the same team, and still not the asking side: a colleague of whoever asked is.
    assert await verbs(who, row, "physician_msk") == {"answer", "decline", "reply"}
    assert await verbs(who, row, "nurse") == {"follow_up", "ask_again", "withdraw", "close"}
    for verb, body in (("withdraw", {"reason": "no_longer_needed"}), ("follow-up", {"body": "x"}), ("close", {})):
        assert code(await does(who, row, verb, body, "physician_msk")) == (403, "forbidden"), verb
    assert code(await does(who, row, "close")) == (409, "illegal_move")
    health = {"answer": "Because of the knee.", "register": "health"}
    assert code(await does(who, row, "answer", health, "physician_msk")) == (409, "asker_cannot_read")
    row = ok(await does(who, row, "answer", {"answer": "Half days are possible.", "minutes": 15}, "physician_msk"))
    assert (row["state"], row["answeredByRole"]) == ("answered", "physician_msk_somatic")
    assert await work_of(who, row, "physician_msk") == []
    row = ok(await does(who, row, "follow-up", {"body": "From when?"}))
    row = ok(await does(who, row, "reply", {"body": "From January."}, "physician_msk"))
    row = ok(await does(who, row, "close"))
    said = [(text["kind"], text["body"]) for text in row["texts"]]
    assert said == [
        ("question", "Is a work trial too early?"),
        ("answer", "Half days are possible."),
        ("asker_message", "From when?"),
        ("consulted_message", "From January."),
    ]
    assert (row["state"], await work_of(who, row, "coordinator")) == ("closed", [])
    assert [text["body"] for text in (await seen(who, row, "client"))["texts"]] == [body for _, body in said]


async def verbs(who: As, row: f.Json, by: str) -> set[str]:
    return {one["action"] for one in (await seen(who, row, by))["allowedActions"]}


async def test_another_team_sees_the_question_and_nothing_more(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """C-37, C-07: consulted across teams, without a care relationship."""
    path = await a_path(who, world)
    row = ok(await asked(who, path, question(await seat_of(connection, world, "hollola_physician"))))
    shown = await seen(who, row, "hollola_physician")
    assert (shown["clientName"], shown["clientId"], shown["pathwayId"]) == ("Aino Esimerkki", None, None)
    assert [text["body"] for text in shown["texts"]] == ["Is a work trial too early?"]
    (work,) = await work_of(who, row, "hollola_physician")
    assert work["clientName"] is None
    physician = who("hollola_physician")
    for address in (f"clients/{path['clientId']}", f"pathways/{path['id']}", f"clients/{path['clientId']}/timeline"):
        assert code(await physician.get(f"/v1/{address}")) == ABSENT, address
    for listed in ("pathways", "contacts", "assessments", "clients"):
        answer = await physician.get(f"/v1/{listed}")
        if answer.status_code == 200:
            assert path["clientId"] not in answer.text, listed
    # A colleague of the same team who does not sit on that seat was not asked.
    assert code(await sees(who, row, "hollola_nurse")) == ABSENT
    assert all(
        one["subjectId"] != row["id"] for one in (await get(who("hollola_nurse"), "/v1/worklist", list="team"))["items"]
    )
    ok(await does(who, row, "answer", {"answer": "Try it."}, "hollola_physician"))
    assert (await seen(who, row, "coordinator"))["state"] == "answered"
    care = text("SELECT count(*) FROM involvements i JOIN teams t ON t.id = i.team_id WHERE i.client_id = :c")
    assert (await connection.execute(care, {"c": path["clientId"]})).scalar_one() == 1


async def test_a_partner_is_asked_on_a_permission_and_hears_nothing_after_it(who: As, world: World) -> None:
    path = await a_path(who, world)
    given = question(world.seats["kela_work_ability_adviser"], theme="benefits")
    refused = await asked(who, path, given)
    assert code(refused) == (409, "consent_missing")
    problem = refused.json()
    assert (problem["dataClasses"], problem["purpose"]) == (["participation", "service_path"], "service_coordination")
    assert {"gapId", "remedy"} <= problem.keys()
    waits = ok(await asked(who, path, {**given, "askLater": True}))
    assert waits["state"] == "awaiting_permission"
    assert code(await sees(who, waits, "kela")) == ABSENT
    permission = await permit(who, world, path, "kela")
    row = await seen(who, waits, "kela")
    assert (row["state"], row["clientName"], row["disclosureId"]) == ("asked", "Aino Esimerkki", None)
    assert (await seen(who, row, "coordinator"))["disclosureId"]
    other = ok(await asked(who, path, given))
    # What follows is told anew, and stands in the client's list of disclosures by itself.
    row = ok(await does(who, row, "follow-up", {"body": "And from when?"}))
    told_of = (await get(who("client"), f"/v1/clients/{path['clientId']}/disclosures"))["items"]
    assert [one["subjectId"] for one in told_of].count(row["id"]) == 2
    row = await seen(who, row, "kela")
    ok(await does(who, row, "answer", {"answer": "Partial rehabilitation allowance."}, "kela"))
    preview = ok(await act(who("nurse"), f"/v1/consents/{permission['id']}/withdraw-preview", {}))
    assert [(t["kind"], t["subjectId"]) for t in preview["consequences"] if t["kind"] == "consultation"] == [
        ("consultation", other["id"])
    ]
    ok(await act(who("nurse"), f"/v1/consents/{permission['id']}/withdraw", {}, permission))
    # Neither the one that waits nor the one that was answered is there any more, in any list.
    for one in (row, other):
        assert code(await sees(who, one, "kela")) == ABSENT
        assert code(await does(who, one, "reply", {"body": "And?"}, "kela")) == ABSENT
    assert (await get(who("kela"), "/v1/consultations"))["items"] == []
    assert [(await seen(who, one, "coordinator"))["state"] for one in (row, other)] == ["answered", "permission_ended"]
    told = await seen(who, row, "coordinator")
    assert code(await does(who, told, "follow-up", {"body": "And?"})) == (409, "consent_missing")
    other = await seen(who, other, "coordinator")
    assert code(await does(who, other, "ask-again")) == (409, "consent_missing")
    await permit(who, world, path, "kela")
    other = ok(await does(who, other, "ask-again"))
    assert (await seen(who, other, "kela"))["state"] == "asked"


async def test_health_goes_to_another_register_on_a_permission_only(who: As, world: World) -> None:
    path = await a_path(who, world)
    given = question(world.seats["social_counsellor"], register="health", dataClasses=[])
    assert code(await asked(who, path, given)) == (403, "question_register_not_yours")
    refused = await asked(who, path, given, by="nurse")
    assert (code(refused), refused.json()["dataClasses"]) == ((409, "consent_missing"), ["health", "participation"])
    inside = ok(await asked(who, path, question(world.seats["physician_msk_somatic"], register="health"), by="nurse"))
    assert not inside["onPermission"]
    assert code(await sees(who, inside, "coordinator")) == ABSENT
    await permit(who, world, path, "area", dataClasses=["health", "participation"])
    across = ok(await asked(who, path, given, by="nurse"))
    assert across["onPermission"]
    assert [text["register"] for text in (await seen(who, across, "social"))["texts"]] == ["health"]
    none = {"answer": "A family worker.", "register": "social"}
    assert code(await does(who, across, "answer", none, "social")) == (409, "asker_cannot_read")


async def test_declined_redirected_withdrawn(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    msk, mental = [await seat_of(connection, world, name) for name in ("physician_msk", "physician_mental")]
    row = ok(await asked(who, path, question(msk, urgency="urgent")))
    assert row["dueOn"] == "2026-11-25"
    elsewhere = {"reason": "another_seat_answers"}
    for body in (
        elsewhere,
        {"reason": "not_enough_told", "suggestedSeatId": str(mental)},
        elsewhere | {"suggestedSeatId": str(msk)},
    ):
        refused = await does(who, row, "decline", body, "physician_msk")
        assert (code(refused), pointer(refused)) == ((422, "redirect_unclear"), "/body/suggestedSeatId")
    row = ok(await does(who, row, "decline", elsewhere | {"suggestedSeatId": str(mental)}, "physician_msk"))
    row = await seen(who, row, "coordinator")
    assert (row["state"], row["suggestedSeatId"]) == ("declined", str(mental))
    ok(await does(who, row, "close"))
    other = ok(await asked(who, path, question(row["suggestedSeatId"])))
    assert len(await work_of(who, other, "physician_mental")) == 1
    other = ok(await does(who, other, "withdraw", {"reason": "asked_elsewhere"}))
    assert await work_of(who, other, "physician_mental") == []


async def test_a_vacant_seat_is_seen_and_found_by_whoever_comes(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    seat = await seat_of(connection, world, "hollola_physician")
    gone = text("UPDATE holders SET valid_to = '2026-11-01' WHERE seat_id = :s")
    await connection.execute(gone, {"s": seat})
    row = ok(await asked(who, path, question(seat)))
    assert (row["state"], row["seatVacant"]) == ("asked", True)
    queued = text("SELECT queue, alarm, holder_id FROM work_items WHERE subject_id = :id AND kind = 'consultation'")
    assert tuple((await connection.execute(queued, {"id": row["id"]})).one()) == ("seat_vacant", True, None)
    assert len(await work_of(who, row, "coordinator")) == 1
    back = text("UPDATE holders SET valid_to = NULL WHERE seat_id = :s")
    await connection.execute(back, {"s": seat})
    held = ok(await asked(who, path, question(seat)))
    assert len(await work_of(who, held, "hollola_physician")) == 1
    # A question stays with the seat: its holder may leave with it open, though their lead does not see it.
    await connection.execute(gone, {"s": seat})
    assert code(await sees(who, held, "hollola_physician")) == ABSENT
    await connection.execute(back, {"s": seat})
    ok(await does(who, row, "answer", {"answer": "Yes."}, "hollola_physician"))
    kela = text("UPDATE holders SET valid_to = '2026-11-01' WHERE seat_id = :s")
    await connection.execute(kela, {"s": world.seats["kela_work_ability_adviser"]})
    refused = await asked(who, path, question(world.seats["kela_work_ability_adviser"]))
    assert code(refused) == (409, "partner_seat_vacant")


async def test_it_is_overdue_on_both_lists_and_stuck(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    path = await a_path(who, world)
    row = ok(await asked(who, path, question(await seat_of(connection, world, "physician_msk"))))
    clock.at += timedelta(days=16)
    assert (await seen(who, row, "coordinator"))["overdue"]
    for persona in ("coordinator", "physician_msk"):
        (work,) = await work_of(who, row, persona)
        assert work["overdue"], persona
    stuck = (await get(who("coordinator"), "/v1/stuck-cases", code="consultation_overdue"))["items"]
    assert [one["subjectId"] for one in stuck] == [row["id"]]


async def test_bad_questions(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    seat = await seat_of(connection, world, "physician_msk")
    mine = await seat_of(connection, world, "coordinator")
    for over, refusal, where in (
        ({"question": "Ask 010190-999P."}, CODE_WITHIN, "/body/question"),
        (
            {"agreedWithClient": AGREED | {"agreed": False}},
            (422, "not_agreed_with_client"),
            "/body/agreedWithClient/agreed",
        ),
        ({"agreedWithClient": AGREED | {"on": "2026-11-24"}}, (422, "agreed_in_future"), "/body/agreedWithClient/on"),
        ({"seatId": path["id"]}, (422, "consulted_seat_unknown"), "/body/seatId"),
        ({"seatId": str(mine)}, (422, "consults_oneself"), "/body/seatId"),
    ):
        refused = await asked(who, path, question(seat, **over))
        assert (code(refused), pointer(refused)) == (refusal, where), over
    row = ok(await asked(who, path, question(seat)))
    for n in range(10):
        row = ok(await does(who, row, "follow-up", {"body": f"And {n}?"}))
    assert code(await does(who, row, "follow-up", {"body": "And?"})) == (409, "thread_full")


async def test_the_work_goes_with_the_seat(who: As, world: World, connection: AsyncConnection, clock: Clock) -> None:
    """Whoever leaves the seat has the question no more, whoever comes has it; a vacant seat alarms."""
    path = await a_path(who, world)
    seat = await seat_of(connection, world, "physician_msk")
    row = ok(await asked(who, path, question(seat)))

    who_sat = text("SELECT id FROM holders WHERE seat_id = :s ORDER BY valid_from LIMIT 1")
    holder = (await connection.execute(who_sat, {"s": seat})).scalar_one()
    sat = text(
        "UPDATE holders SET person_id = :p, person_no = (SELECT no FROM persons WHERE id = :p),"
        " valid_from = '2026-11-01', valid_to = CAST(:to AS date) WHERE id = :h"
    )

    async def sits(name: str | None) -> int:
        """How much the job moved, once this person sits there, or nobody."""
        gone = {"p": world.persons[name or "physician_msk"], "to": None if name else date(2026, 11, 22), "h": holder}
        await connection.execute(text("SET LOCAL ROLE NONE"))
        await connection.execute(sat, gone)
        await connection.execute(text("SET LOCAL ROLE heinola_job"))
        async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session, session.begin():
            session.info["at"] = clock.at
            moved = await follow_seats(session, clock.at)
        await connection.execute(text("SET LOCAL ROLE heinola_app"))
        return moved

    async def with_whom() -> list[str]:
        return [one for one in ("physician_msk", "physician_mental") if await work_of(who, row, one)]

    assert await sits("physician_msk") == 0
    assert await with_whom() == ["physician_msk"]
    assert (await sits("physician_mental"), await with_whom()) == (1, ["physician_mental"])
    assert code(await sees(who, row, "physician_mental")) == (200, "-")
    assert (await sits(None), await with_whom()) == (1, [])
    alarmed = text("SELECT queue, alarm FROM work_items WHERE subject_id = :id AND kind = 'consultation'")
    assert tuple((await connection.execute(alarmed, {"id": row["id"]})).one()) == ("seat_vacant", True)
    assert await sits(None) == 0
    assert (await sits("physician_mental"), await with_whom()) == (1, ["physician_mental"])
    row = await seen(who, row, "physician_mental")
    ok(await does(who, row, "answer", {"answer": "Half days."}, "physician_mental"))
    assert (await sits(None), await with_whom()) == (0, [])
