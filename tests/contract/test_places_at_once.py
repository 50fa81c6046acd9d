"""Places taken by many at once: what is looked at under the seat's lock is also taken under it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.dev.town import Town
from tests.contract.conftest import Place, new_person

NURSES, COORDINATORS = "unemployed_health_nurse", "work_ability_coordinator"
HELD = "SELECT count(*) FROM work_items WHERE seat_id = :seat AND holder_id = :person AND closed_at IS NULL"
AT_ONCE = 8


async def held(place: Place, town: Town, persona: str, seat: str) -> int:
    """How much open work somebody has on a seat."""
    return int(await place.value(HELD, seat=town.seats[seat], person=town.persons[persona]))


async def limit(place: Place, town: Town, seat: str, most: int | None) -> None:
    await place.sql("UPDATE seats SET max_open = :most WHERE id = :seat", most=most, seat=town.seats[seat])


async def sent(place: Place, town: Town, expected: str) -> list[dict[str, Any]]:
    """New referrals, sent at once, in this state."""
    post = place.who("employment").post
    answers = await asyncio.gather(*(post("/v1/referrals", json=new_person(town)) for _ in range(AT_ONCE)))
    assert {(a.status_code, a.json()["status"]) for a in answers} == {(201, expected)}
    return [answer.json() for answer in answers]


async def accepted(place: Place, referrals: list[dict[str, Any]], **given: Any) -> list[httpx.Response]:
    """All accepted at the same moment."""
    nurse = place.who("nurse")

    async def accept(referral: dict[str, Any]) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
        return await nurse.post(f"/v1/referrals/{referral['id']}/accept", json=given, headers=headers)

    return await asyncio.gather(*(accept(referral) for referral in referrals))


def told(answers: list[httpx.Response]) -> Counter[tuple[int, str]]:
    return Counter((answer.status_code, answer.json().get("code", "-")) for answer in answers)


GIVE = (
    "INSERT INTO work_items (version, id, client_id, area_id, team_id, kind, subject_type, subject_id, seat_id,"
    " holder_id, alarm, opened_at, created_at, declined_by)"
    " SELECT 1, gen_random_uuid(), :client, area_id, id, 'functional_test', 'assessment', gen_random_uuid(),"
    " CAST(:seat AS uuid), :person, false, now(), now(), '{}' FROM teams WHERE id = :team"
)
END = "UPDATE holders SET valid_to = current_date - 1 WHERE seat_id = :seat AND person_id = :person"
Values = Mapping[str, UUID | None]


async def race(busy: Place, first: str, second: str, values: Values, others: Values) -> str:
    """The second waits until the first is committed; the constraint that refuses it then."""
    async with busy.root.connect() as one, busy.root.connect() as other:
        await one.execute(text(first), values)
        late = asyncio.create_task(other.execute(text(second), others))
        await asyncio.sleep(0.2)
        assert not late.done(), "it waits"
        await one.commit()
        with pytest.raises(DBAPIError) as refused:
            await late
        return str(getattr(getattr(refused.value.orig, "__cause__", None), "constraint_name", ""))


@pytest.mark.parametrize("free", [1, 3])
async def test_acceptance_from_the_waiting_list_takes_the_place_it_found(
    busy: Place, template: Town, free: int
) -> None:
    """All are accepted at once: as many as there is room for, and the seat never holds more."""
    before = await held(busy, template, "nurse", NURSES)
    await limit(busy, template, NURSES, before)
    waiting = await sent(busy, template, "waitlisted")
    assert await held(busy, template, "nurse", NURSES) == before
    await limit(busy, template, NURSES, before + free)
    answers = await accepted(busy, waiting)
    assert told(answers) == {(200, "-"): free, (409, "no_capacity_yet"): AT_ONCE - free}, [a.text for a in answers]
    assert await held(busy, template, "nurse", NURSES) == before + free
    states = "SELECT state FROM referrals WHERE id = ANY (CAST(:ids AS uuid[]))"
    rows = await busy.sql(states, ids=[UUID(referral["id"]) for referral in waiting])
    assert Counter(row[0] for row in rows) == {"in_progress": free, "waitlisted": AT_ONCE - free}


async def test_whom_everybody_names_at_once_takes_no_more_than_fits(busy: Place, template: Town) -> None:
    """The team has room, and all want the same coordinator for the path, who has two places."""
    await limit(busy, template, NURSES, None)
    referrals = await sent(busy, template, "received")
    before = await held(busy, template, "coordinator", COORDINATORS)
    await limit(busy, template, COORDINATORS, before + 2)
    answers = await accepted(busy, referrals, responsiblePersonId=str(template.persons["coordinator"]))
    assert told(answers) == {(200, "-"): 2, (409, "seat_full"): AT_ONCE - 2}, [a.text for a in answers]
    assert await held(busy, template, "coordinator", COORDINATORS) == before + 2


async def test_a_full_nurse_takes_on_all_of_her_own_at_once(busy: Place, template: Town) -> None:
    """What is done is off the seat before the path stands on it, also when all of it happens together."""
    await limit(busy, template, NURSES, None)
    referrals = await sent(busy, template, "received")
    before = await held(busy, template, "nurse", NURSES)
    await limit(busy, template, NURSES, before)
    assert told(await accepted(busy, referrals)) == {(200, "-"): AT_ONCE}
    assert await held(busy, template, "nurse", NURSES) == before


async def test_nothing_new_comes_to_a_period_that_is_being_ended(busy: Place, template: Town) -> None:
    """Whoever gives work waits for whoever ends the period, and the other way round: never both."""
    seat, person = template.seats["physiotherapist"], template.persons["physiotherapist"]
    values = {"client": template.clients["aino"], "seat": seat, "person": person, "team": template.team}
    assert await race(busy, GIVE, END, values, values) == "handover_first"
    await busy.sql("UPDATE work_items SET closed_at = opened_at WHERE seat_id = :seat", seat=seat)
    assert await race(busy, END, GIVE, values, values) == "holder_not_there"


async def test_two_last_seats_do_not_end_at_once(busy: Place, template: Town) -> None:
    """Each would be kept by the other: the second sees that the first has ended, and feedback is owed."""
    person, seats = template.persons["social"], [template.seats[s] for s in ("social_counsellor", COORDINATORS)]
    body = {"personId": str(person), "validFrom": "2026-01-01"}
    assert (await busy.who("lead").post(f"/v1/seats/{seats[1]}/holders", json=body)).status_code == 201
    owed = {"client": template.clients["aino"], "seat": None, "person": person, "team": template.team}
    await busy.sql(GIVE, **owed)
    one, other = ({"seat": seat, "person": person} for seat in seats)
    assert await race(busy, END, END, one, other) == "handover_first"


async def test_one_absence_noted_at_once_stands_once(busy: Place, template: Town) -> None:
    given = {"personId": str(template.persons["nurse"]), "firstOn": "2031-01-07", "lastOn": "2031-01-09"}
    lead = busy.who("lead")
    answers = await asyncio.gather(*(lead.post("/v1/absences", json=given) for _ in range(AT_ONCE)))
    assert told(answers) == {(201, "-"): 1, (409, "overlapping_absences"): AT_ONCE - 1}
