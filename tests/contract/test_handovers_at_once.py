"""Work changes hands while more comes in: nothing is lost, nobody gets too much, and of two at once one wins."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import httpx

from app.dev.town import Town
from tests.contract.conftest import Place
from tests.contract.test_budgets import counted
from tests.contract.test_concurrency import on_a_path, sent, statuses

UNTIL = "2099-01-01"
SEAT = "work_ability_coordinator"


async def period(place: Place, town: Town, persona: str) -> dict[str, Any]:
    listed = (await place.who("lead").get(f"/v1/seats/{town.seats[SEAT]}/holders")).json()["items"]
    return next(dict(one) for one in listed if one["personId"] == str(town.persons[persona]))


def moves(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"workItemId": row["workItemId"], "version": row["version"], "personId": row["proposal"]["holderId"]}
        for row in plan["items"]
    ]


async def requested(place: Place, path: str) -> httpx.Response:
    return await place.who("nurse").post(f"/v1/pathways/{path}/assessments", json={"kind": "coordination"})


async def test_a_handover_while_sixteen_are_routed_to_the_seat(busy: Place, template: Town) -> None:
    """Eight are handed over while sixteen come in; the one who stays takes twenty and the rest wait."""
    lead, seat, leaver = busy.who("lead"), template.seats[SEAT], template.persons["coordinator"]
    await busy.sql("UPDATE seats SET max_open = 20 WHERE id = :id", id=seat)
    paths = await asyncio.gather(*(on_a_path(busy, template) for _ in range(4)))
    first = [await requested(busy, path) for _ in range(2) for path in paths]
    assert statuses(first) == {201: 8}
    row = await period(busy, template, "coordinator")
    refused: Counter[str] = Counter()

    async def handed_over() -> dict[str, Any]:
        for _ in range(30):
            asked = await lead.post(f"/v1/holders/{row['id']}/handover-preview", json={"validTo": UNTIL})
            body = {"validTo": UNTIL, "moves": moves(asked.json())}
            answer = await lead.post(f"/v1/holders/{row['id']}/handover", json=body, headers={"If-Match": "*"})
            if answer.status_code == 200:
                return dict(answer.json())
            assert answer.status_code == 409, answer.text
            refused[answer.json()["code"]] += 1
        raise AssertionError(refused)

    more = (requested(busy, path) for _ in range(4) for path in paths)
    done, *answers = await asyncio.gather(handed_over(), *more)
    assert statuses(answers) == {201: 16}
    assert refused.keys() <= {"handover_incomplete", "plan_is_stale", "cannot_take"}
    rows = await busy.sql(
        "SELECT w.holder_id, w.queue FROM work_items w JOIN assessments a ON a.id = w.subject_id"
        " WHERE a.pathway_id = ANY (CAST(:paths AS uuid[])) AND w.closed_at IS NULL AND w.kind = 'coordination'",
        paths=[UUID(path) for path in paths],
    )
    assert len(rows) == 24, "nothing is lost"
    assert all((holder is None) != (queue is None) for holder, queue in rows)
    holders = Counter(holder for holder, _ in rows)
    assert holders[leaver] == 0
    assert holders == {template.persons["coordinator_two"]: 20, None: 4}, "capacity is kept and used"
    left = "SELECT count(*) FROM work_items WHERE holder_id = :id AND closed_at IS NULL"
    assert await busy.value(left, id=leaver) == 0
    assert done["validTo"] == UNTIL
    late = await requested(busy, paths[0])
    assert late.json()["owner"]["queue"] == f"seat_waiting_list:{SEAT}", "and nothing new comes to who goes"
    decisions = (
        "SELECT count(*) FROM routing_decisions d WHERE d.cause = 'handover' AND d.replaces_id IS NOT NULL"
        " AND d.subject_id = ANY (SELECT id FROM assessments WHERE pathway_id = ANY (CAST(:paths AS uuid[])))"
    )
    assert await busy.value(decisions, paths=[UUID(path) for path in paths]) == len(done["moved"])


async def test_a_plan_takes_no_more_statements_for_more_work(busy: Place, template: Town) -> None:
    mine = await on_a_path(busy, template)
    for _ in range(20):  # whichever test ran before
        await requested(busy, mine)
    held = "SELECT holder_id FROM work_items WHERE seat_id = :seat AND closed_at IS NULL AND holder_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"  # noqa: E501
    busiest = await busy.value(held, seat=template.seats[SEAT])
    persona = next(p for p in ("coordinator", "coordinator_two") if template.persons[p] == busiest)
    row, path = await period(busy, template, persona), f"/v1/teams/{template.team}/reroute-previews"
    taken = []
    for body in ({"cause": "rules", "seatId": str(template.seats["psychiatric_nurse"])}, {"cause": "rules"}):
        with counted(busy) as statements:
            assert (await busy.who("lead").post(path, json=body)).status_code == 200
        taken.append(len(statements))
    with counted(busy) as statements:
        at = f"/v1/holders/{row['id']}/handover-preview"
        plan = (await busy.who("lead").post(at, json={"validTo": UNTIL})).json()
    assert plan["summary"]["total"] >= 10
    assert max(*taken, len(statements)) <= 32, (taken, len(statements))


async def test_confirmed_and_declined_at_once(busy: Place, template: Town) -> None:
    """One of them is first; the others are told that it changed."""
    for _ in range(4):
        referral = await sent(busy, template)
        rows = await busy.sql(
            "SELECT id, version FROM work_items WHERE subject_id = :id AND kind = 'referral_triage'",
            id=UUID(referral["id"]),
        )
        at, tag = f"/v1/work-items/{rows[0][0]}", {"If-Match": f'"{rows[0][1]}"'}
        nurse = busy.who("nurse")
        answers = await asyncio.gather(
            *(
                nurse.post(f"{at}/{verb}", json=body, headers=tag)
                for _ in range(3)
                for verb, body in (("confirm", {}), ("decline", {"reason": "no_time"}))
            )
        )
        assert statuses(answers) == {200: 1, 412: 5}, [a.text for a in answers]
        why = "SELECT count(*) FROM routing_decisions WHERE subject_id = :id AND cause = 'declined'"
        now = next(a.json() for a in answers if a.status_code == 200)
        declined = await busy.value(why, id=UUID(referral["id"]))
        assert declined == (0 if now["confirmedAt"] else 1)
        assert (now["holderId"] is None) is bool(declined)


async def test_two_leads_apply_the_same_plan(busy: Place, template: Town) -> None:
    """One wins, whole; the other changes nothing."""
    lead, seat = busy.who("lead"), template.seats["unemployed_health_nurse"]
    await busy.sql("UPDATE seats SET max_open = 0 WHERE id = :id", id=seat)
    waiting = {(await sent(busy, template))["id"] for _ in range(6)}
    await busy.sql("UPDATE seats SET max_open = 60 WHERE id = :id", id=seat)
    at = f"/v1/teams/{template.team}"
    plan = (await lead.post(f"{at}/reroute-previews", json={"cause": "room", "seatId": str(seat)})).json()
    mine = [row for row in plan["items"] if row["subjectId"] in waiting]
    body: dict[str, Any] = {"cause": "room", "moves": moves({"items": mine})}
    assert len(body["moves"]) == 6
    answers = await asyncio.gather(*(lead.post(f"{at}/reroutes", json=body) for _ in range(3)))
    assert statuses(answers) == {200: 1, 409: 2}, [a.text for a in answers]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"plan_is_stale"}
    ids = [UUID(move["workItemId"]) for move in body["moves"]]
    again = "SELECT count(*) FROM routing_decisions d JOIN work_items w ON w.subject_id = d.subject_id" \
            " WHERE w.id = ANY (CAST(:ids AS uuid[])) AND d.cause = 'room'"  # fmt: skip
    assert await busy.value(again, ids=ids) == 6
