"""Two who book one slot: one gets it, and of the other nothing is left."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from app.dev.town import Town
from app.kit.clock import utcnow
from tests.contract.conftest import Place, new_person

AT_ONCE = 4


async def on_a_path(place: Place, town: Town) -> dict[str, Any]:
    sent = (await place.who("employment").post("/v1/referrals", json=new_person(town))).json()
    headers = {"If-Match": "*"}
    answer = await place.who("nurse").post(f"/v1/referrals/{sent['id']}/accept", json={}, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def told(answers: list[httpx.Response]) -> Counter[tuple[int, str]]:
    return Counter((answer.status_code, answer.json().get("code", "-")) for answer in answers)


async def book(place: Place, path: dict[str, Any], body: dict[str, Any]) -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid4())}
    return await place.who("nurse").post(f"/v1/pathways/{path['id']}/appointments", json=body, headers=headers)


async def test_one_person_one_room_one_client(busy: Place, template: Town) -> None:
    paths = [await on_a_path(busy, template) for _ in range(AT_ONCE)]
    area = template.organisations["area"]
    room = await busy.value(
        "INSERT INTO rooms (id, version, created_at, area_id, name, in_use_from)"
        " VALUES (gen_random_uuid(), 1, now(), :area, 'Room 2', '2026-01-01') RETURNING id::text",
        area=area,
    )
    soon = (utcnow() + timedelta(days=15)).replace(hour=7, minute=0, second=0, microsecond=0)
    people = {name: str(template.persons[name]) for name in ("nurse", "social", "coordinator", "psychiatric_nurse")}
    body = {"kind": "joint_appointment", "minutes": 60, "outsideHours": True, "startsAt": soon.isoformat()}
    # The same person, of four clients.
    same = body | {"personId": people["nurse"]}
    assert told(await asyncio.gather(*(book(busy, path, same) for path in paths))) == {
        (201, "-"): 1, (409, "person_booked"): AT_ONCE - 1,
    }  # fmt: skip
    # The same room with other people: who does not get the room keeps nobody's time.
    later = {"startsAt": (soon + timedelta(hours=2)).isoformat(), "roomId": room}
    bodies = [body | later | {"personId": person} for person in people.values()]
    answers = await asyncio.gather(*(book(busy, path, one) for path, one in zip(paths, bodies, strict=True)))
    assert told(answers) == {(201, "-"): 1, (409, "room_booked"): AT_ONCE - 1}
    taken = "SELECT count(*) FROM reservations WHERE starts_at = :at AND released_at IS NULL"
    assert await busy.value(taken, at=soon + timedelta(hours=2)) == 2
    kept = "SELECT count(*) FROM appointments WHERE starts_at = :at"
    assert await busy.value(kept, at=soon + timedelta(hours=2)) == 1
    # The same client with four people.
    last = {"startsAt": (soon + timedelta(hours=4)).isoformat()}
    answers = await asyncio.gather(*(book(busy, paths[0], body | last | {"personId": p}) for p in people.values()))
    assert told(answers) == {(201, "-"): 1, (409, "client_booked"): AT_ONCE - 1}
