"""Two at once: real connections, committed data, and what may never happen however they meet."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from app.consents import service as consents
from app.dev.town import Town
from app.kit.db import Session
from app.kit.routes import room
from tests.contract.conftest import Place, Settle, new_person, permission


async def sent(place: Place, town: Town, **over: Any) -> dict[str, Any]:
    answer = await place.who("employment").post("/v1/referrals", json=new_person(town, **over))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def statuses(answers: Iterable[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


async def accept(place: Place, referral: dict[str, Any], key: str, version: int, **over: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key, "If-Match": f'"{version}"'}
    body = {"template": "heinola"} | over
    return await place.who("nurse").post(f"/v1/referrals/{referral['id']}/accept", json=body, headers=headers)


async def on_a_path(place: Place, town: Town, **problems: Any) -> str:
    referral = await sent(place, town)
    pathway = (await accept(place, referral, str(uuid4()), referral["version"])).json()["id"]
    if problems:
        found = await place.who("nurse").post(f"/v1/pathways/{pathway}/problem-areas", json=problems)
        assert found.status_code == 201, found.text
    return str(pathway)


async def test_a_seat_never_holds_more_than_its_limit(busy: Place, template: Town) -> None:
    """40 requests at once for a seat that takes 25: 25 held, 15 waiting, each with one owner or queue and a reason."""
    seat = template.seats["physician_msk_somatic"]
    msk = {"areas": ["musculoskeletal"], "mainArea": "musculoskeletal", "demanding": True}
    before = await busy.value("SELECT count(*) FROM work_items WHERE seat_id = :seat", seat=seat)
    assert (before, await busy.value("SELECT max_open FROM seats WHERE id = :seat", seat=seat)) == (0, 25)
    paths = await asyncio.gather(*(on_a_path(busy, template, **msk) for _ in range(10)))
    answers = await asyncio.gather(
        *(
            busy.who("nurse").post(f"/v1/pathways/{path}/assessments", json={"kind": "physician_assessment"})
            for _ in range(4)
            for path in paths
        )
    )
    assert statuses(answers) == {201: 40}
    rows = await busy.sql(
        "SELECT a.id, w.holder_id, w.queue, d.outcome, d.id = a.decision_id, d.because FROM assessments a"
        " JOIN work_items w ON w.subject_id = a.id JOIN routing_decisions d ON d.subject_id = a.id"
        " WHERE a.pathway_id = ANY (CAST(:paths AS uuid[])) AND w.seat_id = :seat",
        paths=[UUID(path) for path in paths],
        seat=seat,
    )
    assert len(rows) == len({row[0] for row in rows}) == 40, "one piece of work and one decision each"
    assert all((row[1] is None) != (row[2] is None) for row in rows)
    assert Counter(row[3] for row in rows) == {"assigned": 25, "waitlisted": 15}
    assert all((row[3] == "assigned") == (row[1] is not None) for row in rows)
    assert all(row[4] and row[5] for row in rows)


async def test_one_of_five_acceptances_wins(busy: Place, template: Town) -> None:
    for _ in range(3):
        referral = await sent(busy, template)
        answers = await asyncio.gather(*(accept(busy, referral, str(uuid4()), referral["version"]) for _ in range(5)))
        assert statuses(answers) == {200: 1, 412: 4}, [a.text for a in answers]
        lost = [a for a in answers if a.status_code == 412]
        assert all(a.json()["current"]["status"] == "in_progress" for a in lost)
        assert {a.headers["ETag"] for a in lost} == {f'"{a.json()["current"]["version"]}"' for a in lost}
        paths = "SELECT count(*) FROM pathways p JOIN referrals r ON r.client_id = p.client_id WHERE r.id = :id"
        assert await busy.value(paths, id=UUID(referral["id"])) == 1


async def test_eight_times_the_same_post_happens_once(busy: Place, template: Town) -> None:
    given, key = new_person(template), str(uuid4())
    answers = await asyncio.gather(
        *(busy.who("employment").post("/v1/referrals", json=given, headers={"Idempotency-Key": key}) for _ in range(8))
    )
    assert statuses(answers) == {201: 8}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert Counter("Idempotency-Replayed" in answer.headers for answer in answers) == {True: 7, False: 1}
    code = given["client"]["identityCode"]
    index = busy.api.state.vault.index(code)
    for table, column in (("referrals", "presented_index"), ("client_identifiers", "blind_index")):
        assert await busy.value(f"SELECT count(*) FROM {table} WHERE {column} = :index", index=index) == 1


async def test_a_retried_acceptance_is_answered_again(busy: Place, template: Town) -> None:
    """The version it was sent with is stale by then; the first answer comes before that is looked at."""
    referral, key = await sent(busy, template), str(uuid4())
    first = await accept(busy, referral, key, referral["version"])
    again = await accept(busy, referral, key, referral["version"])
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    other = await accept(busy, referral, key, referral["version"], nextAction="call")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reuse")
    fresh = await accept(busy, referral, str(uuid4()), referral["version"])
    assert fresh.status_code == 412


async def permitted(place: Place, town: Town, client: UUID, **over: Any) -> UUID:
    """A new permission of the client to tell the sender (or another kind of consent)."""
    terms = permission(town.organisations["area"], town.organisations["employment"]) | {"kind": "permission"} | over
    answer = await place.who("nurse").post(f"/v1/clients/{client}/consents", json=terms)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


@pytest.mark.parametrize("how", ["withdrawal", "prohibition"])
async def test_nothing_is_disclosed_after_the_client_said_no(
    busy: Place, template: Town, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """The answer to a withdrawal or a prohibition is the last moment at which anything was told."""
    ask = consents.ask

    async def asked(*args: Any) -> Any:
        ruling = await ask(*args)
        # Between the question and the disclosure: long enough for a withdrawal to slip in, if anything lets it.
        await asyncio.sleep(0.02)
        return ruling

    monkeypatch.setattr(consents, "ask", asked)
    nurse = busy.who("nurse")
    outcomes: Counter[tuple[int, int]] = Counter()
    late: list[int] = []

    async def told(client: UUID) -> int:
        return int(await busy.value("SELECT count(*) FROM disclosures WHERE client_id = :id", id=client))

    async def tell(referral: dict[str, Any], wait: float) -> int:
        await asyncio.sleep(wait)
        body = {"level": "conclusion", "interim": True, "body": "Half days are possible."}
        path = f"/v1/referrals/{referral['id']}/feedback"
        return (await nurse.post(path, json=body, headers={"If-Match": "*"})).status_code

    async def withdraw(consent: UUID) -> int:
        answer = await nurse.post(f"/v1/consents/{consent}/withdraw", json={}, headers={"If-Match": "*"})
        return answer.status_code

    async def refuse(client: UUID, consent: UUID, wait: float) -> tuple[int, int]:
        await asyncio.sleep(wait)
        if how == "withdrawal":
            status = await withdraw(consent)
        else:
            await permitted(busy, template, client, kind="prohibition", recipientIds=[])
            status = 200
        return status, await told(client)

    async def race(referral: dict[str, Any], number: int) -> None:
        client = await busy.value("SELECT client_id FROM referrals WHERE id = :id", id=UUID(referral["id"]))
        standing = [
            row[0]
            for row in await busy.sql(
                "SELECT id FROM consents WHERE client_id = :id AND state = 'recorded' ORDER BY id", id=client
            )
        ]
        lead = 0.006 * (number % 5)
        given, (refused, by_then) = await asyncio.gather(
            tell(referral, lead), refuse(client, standing[0], 0.024 - lead)
        )
        outcomes[given, refused] += 1
        late.append(await told(client) - by_then)
        if how == "withdrawal":
            await permitted(busy, template, client)
        else:
            rows = await busy.sql("SELECT id FROM consents WHERE client_id = :id AND kind = 'prohibition'", id=client)
            await asyncio.gather(*(withdraw(row[0]) for row in rows))

    referrals = await asyncio.gather(*(sent(busy, template) for _ in range(4)))
    for number in range(10):
        await asyncio.gather(*(race(referral, number) for referral in referrals))
    assert sum(late) == 0, outcomes
    assert {status for _, status in outcomes} == {200}
    assert {status for status, _ in outcomes} == {201, 409}, f"the races met in both orders: {outcomes}"
    assert outcomes.total() == 40


async def test_a_deadlock_is_done_again_once(settle: Settle) -> None:
    """Two requests take two rows in opposite orders; the database breaks one, and both are answered."""
    tries: Counter[str] = Counter()
    holding: set[int] = set()
    met = asyncio.Event()
    together = room("Deadlocks")

    @together.post("/v1/locks/{first}/{second}")
    async def lock(session: Session, first: int, second: int, hopeless: bool = False) -> dict[str, int]:
        name = f"{first}{second}"
        tries[name] += 1
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": first})
        holding.add(first)
        if len(holding) == 2 or hopeless:
            met.set()
        await asyncio.wait_for(met.wait(), 5)
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": second})
        if hopeless:
            await session.execute(
                text("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'deadlock_detected'; END $$")
            )
        return {"tries": tries[name]}

    async with settle(pool_size=4) as place:
        await place.sql(f"ALTER DATABASE {place.database} SET deadlock_timeout = '60ms'")
        place.api.include_router(together)
        client = place.who("")
        answers = await asyncio.gather(client.post("/v1/locks/1/2"), client.post("/v1/locks/2/1"))
        assert statuses(answers) == {200: 2}, [a.text for a in answers]
        assert sorted(answer.json()["tries"] for answer in answers) == [1, 2], "one of them was the victim"
        tries.clear()
        answer = await client.post("/v1/locks/3/4?hopeless=true")
        assert (answer.status_code, answer.json()["code"]) == (503, "concurrent_change")
        assert answer.headers["Retry-After"] == "1"
        assert tries.total() == 2, "twice, and not for ever"


async def test_locks_are_taken_in_one_order(busy: Place, template: Town) -> None:
    """Everything about one client at once, in both directions, several times: no deadlock gets through to a caller."""
    referral = await sent(busy, template)
    client = await busy.value("SELECT client_id FROM referrals WHERE id = :id", id=UUID(referral["id"]))
    path = (await accept(busy, referral, str(uuid4()), referral["version"])).json()["id"]
    nurse, star = busy.who("nurse"), {"If-Match": "*"}
    terms = permission(template.organisations["area"], template.organisations["employment"]) | {"kind": "permission"}
    told = {"level": "conclusion", "interim": True, "body": "Half days."}
    plan = {"goals": [{"description": "Mornings.", "agreedWithClient": True}]}
    answers = await asyncio.gather(
        *(
            request
            for _ in range(4)
            for request in (
                nurse.post(f"/v1/referrals/{referral['id']}/feedback", json=told, headers=star),
                nurse.post(f"/v1/clients/{client}/consents", json=terms),
                nurse.post(f"/v1/pathways/{path}/assessments", json={"kind": "health_check"}),
                nurse.post(f"/v1/pathways/{path}/agree-plan", json=plan, headers=star),
                nurse.patch(f"/v1/clients/{client}", json={"phone": "+358 50 98765"}, headers=star),
                nurse.post(f"/v1/pathways/{path}/record-outcome", json={"code": "work_trial"}, headers=star),
            )
        )
    )
    assert set(statuses(answers)) <= {200, 201}, [a.text for a in answers if a.status_code > 201]
    versions = [r[0] for r in await busy.sql("SELECT version FROM pathways WHERE id = :id", id=UUID(path))]
    assert versions[0] > 8, "each of the eight changes made a version of the path"


async def test_whoever_finds_no_connection_is_told_when_to_come_again(settle: Settle, template: Town) -> None:
    async with settle(pool_size=1, gate_seconds=0.05) as place:
        nurse = place.who("nurse")
        async with place.engine.connect():
            full = await nurse.get("/v1/worklist")
        assert (full.status_code, full.json()["code"]) == (503, "unavailable")
        assert int(full.headers["Retry-After"]) > 0
        async with place.api.state.gate:
            closed = await nurse.get("/v1/worklist")
        assert (closed.status_code, closed.json()["code"]) == (503, "unavailable")
        assert int(closed.headers["Retry-After"]) > 0
        assert (await nurse.get("/v1/worklist")).status_code == 200, "and the next one is served"


async def test_the_gate_serves_a_burst_in_order(settle: Settle, template: Town) -> None:
    """Many more requests than connections: all are served, none fights for a connection."""
    async with settle(pool_size=2, gate_seconds=20) as place:
        finished: list[int] = []

        async def ask(number: int) -> int:
            status = (await place.who("nurse").get("/v1/worklist/counts")).status_code
            finished.append(number)
            return int(status)

        assert set(await asyncio.gather(*(ask(number) for number in range(30)))) == {200}
        early = sum(a < b for a, b in pairwise(finished))
        assert early > 20, "first come, first served"
        assert place.engine.pool.checkedin() <= 2
