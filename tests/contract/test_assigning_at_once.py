"""Many change the same work, and the same seats in opposite order, at once: no deadlock reaches anybody, nothing is
done twice, and what was decided of a piece of work stays one chain."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from app.dev.town import Town
from app.kit.db import Session
from app.kit.routes import room
from tests.contract.conftest import Place
from tests.contract.test_concurrency import on_a_path

ANY = {"If-Match": "*"}
OTHER = {"functional_test_physical": "occupational_therapist", "functional_test_daily": "physiotherapist"}


async def asked(place: Place, path: str, kind: str) -> str:
    answer = await place.who("nurse").post(f"/v1/pathways/{path}/assessments", json={"kind": kind})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def assign(place: Place, town: Town, assessment: str, role: str) -> httpx.Response:
    given = {"seatRole": role, "personId": str(town.persons[role]), "reason": "knows_the_case"}
    return await place.who("nurse").post(f"/v1/assessments/{assessment}/assign", json=given, headers=ANY)


def told(answers: list[httpx.Response]) -> Counter[Any]:
    return Counter((a.status_code, a.json().get("code")) for a in answers)


async def test_opposite_choices_do_not_wait_for_each_other(busy: Place, template: Town) -> None:
    """Physical tests go to the occupational therapist and daily ones to the physiotherapist, while a set-up is applied
    that changes both seats, its seats in the opposite order."""
    paths = [await on_a_path(busy, template) for _ in range(3)]
    made = [(kind, await asked(busy, path, kind)) for path in paths for kind in OTHER]
    lead = busy.who("lead")
    at = f"/v1/teams/{template.team}/blueprint"
    blueprint = (await lead.get(at)).json()
    blueprint["rules"]["document"] = None
    blueprint["seats"].reverse()
    for number in range(4):
        for seat in blueprint["seats"]:
            seat["maxOpen"] = 60 + number
        changed = lead.post(f"{at}/apply", json={"blueprint": blueprint, "dryRun": False}, headers=ANY)
        answers = await asyncio.gather(changed, *(assign(busy, template, id, OTHER[kind]) for kind, id in made * 2))
        assert told(list(answers[1:])) == {(200, None): len(made) * 2}
        assert answers[0].status_code == 200, answers[0].text


async def test_the_decisions_of_a_piece_of_work_are_one_chain(busy: Place, template: Town) -> None:
    path = await on_a_path(busy, template)
    nurse = busy.who("nurse")
    work = await asked(busy, path, "functional_test_physical")
    item = await busy.value("SELECT id FROM work_items WHERE subject_id = :id", id=UUID(work))
    again = [nurse.post(f"/v1/work-items/{item}/route-again", json={"cause": "room"}, headers=ANY) for _ in range(4)]
    chosen = ("occupational_therapist", "physiotherapist")
    answers = await asyncio.gather(*(assign(busy, template, work, chosen[n % 2]) for n in range(6)), *again)
    assert told(list(answers)) == {(200, None): 10}
    rows = await busy.sql(
        "SELECT id, replaces_id, decided_at, holder_id FROM routing_decisions"
        " WHERE subject_id = :id ORDER BY decided_at",
        id=UUID(work),
    )
    assert [row[1] for row in rows] == [None, *(row[0] for row in rows[:-1])], "each replaces the one before"
    assert len({row[2] for row in rows}) == len(rows)
    named = "SELECT decision_id FROM assessments WHERE id = :id"
    assert await busy.value(named, id=UUID(work)) == rows[-1][0]
    assert await busy.value("SELECT holder_id FROM work_items WHERE id = :id", id=item) == rows[-1][3]


async def test_what_is_done_again_after_a_deadlock_is_done_once(busy: Place) -> None:
    """The first try left something to be written in its session: it is dropped, and the answer is of the second."""
    tries: list[int] = []
    router = room("Test")

    @router.post("/test/deadlock")
    async def deadlock(session: Session) -> int:
        tries.append(1)
        await session.execute(text("SELECT 1"))
        if len(tries) == 1:
            await session.execute(
                text("DO $$ BEGIN RAISE EXCEPTION 'chosen' USING ERRCODE = 'deadlock_detected'; END $$")
            )
        return len(tries)

    busy.api.include_router(router)
    answer = await busy.who("nurse").post("/test/deadlock")
    assert (answer.status_code, answer.json(), len(tries)) == (200, 2, 2)
