"""C-07: everybody knows whom to contact. One call, for every professional, without a word about clients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.kit.ids import new_id
from app.teams.directory import absent_until
from app.teams.models import Absence
from tests.conftest import As
from tests.world import World

TODAY, YESTERDAY, TOMORROW = "2026-11-23", "2026-11-22", "2026-11-24"
PROFESSIONALS = ("nurse", "coordinator", "kela", "ngo", "workshop", "lahti_employment", "lead", "admin", "dpo")


async def seats(who: As, persona: str = "ngo", team: str = "heinola") -> dict[str, dict[str, Any]]:
    answer = await who(persona).get("/v1/directory")
    assert answer.status_code == 200
    found = next(t for t in answer.json()["teams"] if t["code"] == team)
    return {seat["role"]: seat for seat in found["seats"]}


@contextmanager
def statements(engine: AsyncEngine) -> Iterator[list[str]]:
    """What was sent to the database meanwhile, savepoints aside."""
    sent: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_every_professional_and_nobody_else(who: As) -> None:
    assert (await who("").get("/v1/directory")).status_code == 401
    assert (await who("client").get("/v1/directory")).json()["code"] == "missing_permission"
    answers = [(await who(persona).get("/v1/directory")).json() for persona in PROFESSIONALS]
    assert answers[0]["on"] == TODAY
    assert [t["code"] for t in answers[0]["teams"]] == ["heinola", "hollola", "padasjoki"]
    own, partners = answers[:2] + answers[6:], answers[2:6]
    assert all(answer == own[0] for answer in own)
    assert all(answer == partners[0] for answer in partners)


async def test_a_seat_says_whom_to_contact(who: As, world: World) -> None:
    seat = (await seats(who))["unemployed_health_nurse"]
    assert seat["label"]["fi"] == "työttömien terveydenhoitaja"
    (holder,) = seat["holders"]
    assert (holder["personId"], holder["name"], holder["absentUntil"]) == (
        str(world.persons["nurse"]), "Hanna Harju", None,
    )  # fmt: skip
    assert holder["phone"]
    assert holder["email"]
    assert seat["phone"]
    assert (seat["vacant"], seat["deputies"], seat["nextVisitingDay"]) == (False, [], None)
    assert [h["name"] for h in (await seats(who))["work_ability_coordinator"]["holders"]] == [
        "Kirsi Koskela",
        "Kaarlo Kivi",
    ]


async def test_no_word_about_clients(who: As, world: World) -> None:
    text = (await who("nurse").get("/v1/directory")).text
    assert "Hanna Harju" in text
    for secret in ("Esimerkki", "Virtanen", "Sysmäläinen", "010100A", *map(str, world.clients.values())):
        assert secret not in text


async def test_the_deputy_stands_in_while_the_holder_is_away(who: As, world: World) -> None:
    lead = who("lead")
    for first, last in ((YESTERDAY, TODAY), (TOMORROW, "2026-11-30"), ("2026-12-02", "2026-12-03")):
        absence = {"personId": str(world.persons["nurse"]), "firstOn": first, "lastOn": last}
        assert (await lead.post("/v1/absences", json=absence)).status_code == 201
    seat = (await seats(who))["unemployed_health_nurse"]
    assert seat["holders"][0]["absentUntil"] == "2026-11-30"
    assert [d["name"] for d in seat["deputies"]] == ["Niina Niemi"]
    assert seat["vacant"] is False
    away = {"personId": str(world.persons["nurse_deputy"]), "firstOn": TODAY, "lastOn": TODAY}
    await lead.post("/v1/absences", json=away)
    assert (await seats(who))["unemployed_health_nurse"]["deputies"] == []


async def test_a_seat_that_nobody_holds_is_vacant(who: As, world: World) -> None:
    assert (await seats(who, team="hollola"))["work_ability_coordinator"]["vacant"] is True
    lead = who("lead")
    path = f"/v1/seats/{world.seats['unemployed_health_nurse']}/holders"
    holder = next(h for h in (await lead.get(path)).json()["items"] if h["standing"] == "holder")
    ended = await lead.post(f"/v1/holders/{holder['id']}/end", json={"validTo": YESTERDAY}, headers={"If-Match": "*"})
    assert ended.status_code == 200
    seat = (await seats(who))["unemployed_health_nurse"]
    assert (seat["vacant"], seat["holders"], [d["name"] for d in seat["deputies"]]) == (True, [], ["Niina Niemi"])
    new = {"personId": str(world.persons["social"]), "validFrom": TOMORROW}
    assert (await lead.post(path, json=new)).status_code == 201
    assert (await seats(who))["unemployed_health_nurse"]["vacant"] is True


async def test_the_next_visit_is_one_on_which_somebody_comes(who: As, world: World) -> None:
    assert (await seats(who))["kela_work_ability_adviser"]["nextVisitingDay"] == "2026-12-01"
    absence = {"personId": str(world.persons["kela"]), "firstOn": "2026-11-30", "lastOn": "2026-12-01"}
    await who("lead").post("/v1/absences", json=absence)
    seat = (await seats(who))["kela_work_ability_adviser"]
    assert (seat["nextVisitingDay"], seat["holders"][0]["absentUntil"]) == ("2027-01-05", None)


async def test_only_the_team_of_a_municipality(who: As) -> None:
    kela = who("kela")
    assert [t["code"] for t in (await kela.get("/v1/directory?municipality=016")).json()["teams"]] == ["hollola"]
    assert (await kela.get("/v1/directory?municipality=398")).json()["teams"] == []
    assert (await kela.get("/v1/directory?municipality=Heinola")).status_code == 422


async def test_the_statements_do_not_grow_with_the_teams(
    who: As, world: World, engine: AsyncEngine, connection: AsyncConnection
) -> None:
    def asked(sent: list[str]) -> list[str]:
        return [s for s in sent if "SAVEPOINT" not in s]

    with statements(engine) as before:
        await seats(who)
    lead = who("lead")
    for number in range(3):
        made = await lead.post("/v1/teams", json={"code": f"team-{number}", "name": "x", "template": "heinola"})
        seat = await lead.post(f"/v1/teams/{made.json()['id']}/seats", json={"role": "physiotherapist"})
        holder = {"personId": str(world.persons["physiotherapist"]), "validFrom": TODAY}
        assert (await lead.post(f"/v1/seats/{seat.json()['id']}/holders", json=holder)).status_code == 201
    with statements(engine) as after:
        await seats(who)
    # Who is asking; teams; seats; who sits there; who is away; how much work everybody has.
    assert len(asked(before)) == len(asked(after)) == 6


@pytest.mark.parametrize(
    ("spans", "until"),
    [
        ([], None),
        ([(0, 0)], 0),
        ([(-5, 3)], 3),
        ([(1, 3)], None),
        ([(0, 2), (3, 5)], 5),
        ([(3, 5), (0, 2)], 5),
        ([(0, 2), (4, 5)], 2),
        ([(0, 9), (1, 2)], 9),
        ([(-5, -1), (1, 2)], None),
    ],
)
def test_absences_that_meet_are_one(spans: list[tuple[int, int]], until: int | None) -> None:
    on = date(2026, 11, 23)

    def day(offset: int) -> date:
        return on + timedelta(days=offset)

    absences = [Absence(person_id=new_id(), first_on=day(first), last_on=day(last)) for first, last in spans]
    assert absent_until(absences, on) == (None if until is None else day(until))
