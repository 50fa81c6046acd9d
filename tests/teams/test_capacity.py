"""What a seat and each person on it have room for, channels and languages; and the directory that tells it (C-07)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import NOON, As
from tests.factories import ABSENT, LACKS, MALFORMED, NOBODY, STALE, UNTAGGED, code, ok
from tests.teams.conftest import ANY, TODAY, YESTERDAY, give_work, holding
from tests.teams.test_directory import seats
from tests.world import World

NURSE = "unemployed_health_nurse"


async def holder_of(who: As, world: World, persona: str, role: str) -> dict[str, Any]:
    listed = (await who("lead").get(f"/v1/seats/{world.seats[role]}/holders")).json()["items"]
    return next(h for h in listed if h["personId"] == str(world.persons[persona]))


async def test_the_capacity_of_a_holder(who: As, world: World, elsewhere: str) -> None:
    lead, seat = who("lead"), world.seats["physiotherapist"]
    made = ok(
        await lead.post(
            f"/v1/seats/{seat}/holders",
            json=holding(world.persons["nurse_deputy"], maxOpen=4, clientDaysPerWeek=2.5, standing="deputy"),
        )
    )
    assert (made["maxOpen"], made["clientDaysPerWeek"], made["weekLimit"]) == (4, 2.5, None)
    assert made["handedOverAt"] is None
    path = f"/v1/holders/{made['id']}"
    for persona, refusal in (("", NOBODY), ("nurse", LACKS), ("ngo", LACKS), (elsewhere, ABSENT)):
        assert code(await who(persona).patch(path, json={"maxOpen": 1}, headers=ANY)) == refusal
    assert code(await lead.patch(path, json={"maxOpen": 1})) == UNTAGGED
    stale = await lead.patch(path, json={"maxOpen": 1}, headers={"If-Match": '"9"'})
    assert (code(stale), stale.json()["current"]) == (STALE, ok(await lead.get(path)))
    ok(await lead.patch(f"/v1/seats/{seat}", json={"clientsPerDay": 3}, headers=ANY))
    assert ok(await lead.get(path))["weekLimit"] == 7  # 2.5 x 3, rounded down
    changed = await lead.patch(path, json={"clientDaysPerWeek": 0}, headers={"If-Match": '"1"'})
    assert (ok(changed)["weekLimit"], ok(changed)["maxOpen"], changed.headers["ETag"]) == (0, 4, '"2"')
    freed = ok(await lead.patch(path, json={"clientDaysPerWeek": None, "maxOpen": None}, headers=ANY))
    assert (freed["weekLimit"], freed["maxOpen"]) == (None, None)
    listed = (await lead.get(f"/v1/seats/{seat}/holders")).json()["items"]
    assert listed[0] == freed


BAD = [
    {"clientDaysPerWeek": 6}, {"clientDaysPerWeek": 2.25}, {"clientDaysPerWeek": -0.5}, {"clientDaysPerWeek": "2"},
    {"maxOpen": 1001}, {"maxOpen": -1}, {"validTo": TODAY}, {"personId": "018f0000-0000-7000-8000-000000000000"},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=str)
async def test_bad_capacity(who: As, world: World, bad: dict[str, Any]) -> None:
    lead, holder = who("lead"), await holder_of(who, world, "nurse", NURSE)
    assert code(await lead.patch(f"/v1/holders/{holder['id']}", json=bad, headers=ANY)) == MALFORMED
    if not bad.keys() & {"validTo", "personId"}:
        path = f"/v1/seats/{world.seats['physiotherapist']}/holders"
        assert code(await lead.post(path, json=holding(world.persons["social"], **bad))) == MALFORMED
    assert ok(await lead.get(f"/v1/holders/{holder['id']}")) == holder


async def test_less_takes_no_work_from_anybody(who: As, world: World, connection: AsyncConnection) -> None:
    work = await give_work(connection, world, "nurse", NURSE, NOON)
    holder = await holder_of(who, world, "nurse", NURSE)
    ok(await who("lead").patch(f"/v1/holders/{holder['id']}", json={"maxOpen": 0}, headers=ANY))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    kept = await connection.execute(text("SELECT holder_id FROM work_items WHERE id = :id"), {"id": work})
    assert kept.scalar_one() == world.persons["nurse"]


async def test_channels_of_a_seat(who: As, world: World) -> None:
    lead, path = who("lead"), f"/v1/seats/{world.seats['social_counsellor']}"
    chat = {"system": "chat", "value": "Teams: Työkyvyn tuki", "note": None}
    remote = {"system": "remote", "value": "https://video.example.fi/heinola", "note": "Tuesdays 9-11"}
    for bad in (
        {"channels": [{**chat, "system": "fax"}]},
        {"channels": [{**chat, "value": "x" * 201}]},
        {"channels": [{**chat, "value": ""}]},
        {"channels": [{**chat, "note": "x" * 501}]},
        {"channels": [chat] * 11},
        {"channels": [{"system": "chat"}]},
        {"channels": None},
        {"clientsPerDay": 0},
        {"clientsPerDay": 21},
    ):
        assert code(await lead.patch(path, json=bad, headers=ANY)) == MALFORMED, bad
    changed = ok(await lead.patch(path, json={"channels": [chat, remote], "clientsPerDay": 4}, headers=ANY))
    assert (changed["channels"], changed["clientsPerDay"]) == ([chat, remote], 4)
    assert (await seats(who))["social_counsellor"]["channels"] == [chat, remote]
    assert ok(await lead.patch(path, json={"channels": []}, headers=ANY))["channels"] == []


async def test_languages_of_a_person(who: As, world: World) -> None:
    admin, path = who("admin"), f"/v1/persons/{world.persons['social']}"
    for bad in (["klingon"], ["fi"] * 21, "fi", None, [None]):
        assert code(await admin.patch(path, json={"languages": bad}, headers=ANY)) == MALFORMED
    assert code(await who("lead").patch(path, json={"languages": ["fi"]}, headers=ANY)) == LACKS
    assert ok(await admin.patch(path, json={"languages": ["sv", "fi", "sv"]}, headers=ANY))["languages"] == ["sv", "fi"]
    assert (await seats(who))["social_counsellor"]["holders"][0]["languages"] == ["sv", "fi"]
    made = ok(await admin.post("/v1/persons", json={"name": "Uusi", "languages": ["uk"]}))
    assert made["languages"] == ["uk"]
    assert ok(await admin.post("/v1/persons", json={"name": "Toinen"}))["languages"] == []


async def test_the_directory_tells_free_places(who: As, world: World, connection: AsyncConnection) -> None:
    lead, holder = who("lead"), await holder_of(who, world, "nurse", NURSE)
    path = f"/v1/holders/{holder['id']}"
    before = (await seats(who, "nurse"))[NURSE]
    assert (before["freePlaces"], before["nextFreeOn"]) == (60, TODAY)
    await give_work(connection, world, "nurse", NURSE, NOON - timedelta(days=5))
    await give_work(connection, world, "nurse", NURSE, NOON - timedelta(days=3), closed=True)
    await give_work(connection, world, "nurse", NURSE, NOON - timedelta(days=8))
    ok(await lead.patch(f"/v1/seats/{world.seats[NURSE]}", json={"clientsPerDay": 2}, headers=ANY))
    ok(await lead.patch(path, json={"clientDaysPerWeek": 1}, headers=ANY))
    full = (await seats(who, "nurse"))[NURSE]
    assert (full["holders"][0]["openWork"], full["holders"][0]["givenInSevenDays"]) == (2, 2)
    # The first of the two was given on Wednesday last week, and leaves the seven days this Wednesday.
    assert (full["freePlaces"], full["nextFreeOn"]) == (0, "2026-11-25")
    ok(await lead.patch(path, json={"clientDaysPerWeek": None, "maxOpen": 2}, headers=ANY))
    assert [(await seats(who))[NURSE][name] for name in ("freePlaces", "nextFreeOn")] == [0, None]
    # Away: the deputy stands in, with her own places.
    away = {"personId": str(world.persons["nurse"]), "firstOn": TODAY, "lastOn": "2026-11-27"}
    ok(await lead.post("/v1/absences", json=away))
    seat = (await seats(who))[NURSE]
    assert (seat["freePlaces"], seat["nextFreeOn"]) == (60, TODAY)
    (deputy,) = seat["deputies"]
    assert (deputy["name"], deputy["standsInFor"]) == ("Niina Niemi", [str(world.persons["nurse"])])


async def test_a_partner_reads_places_and_nobodys_load(who: As, world: World, connection: AsyncConnection) -> None:
    """C-42: whoever is of another organisation contacts a seat; how much work each person has is not theirs."""
    await give_work(connection, world, "nurse", NURSE, NOON)
    for persona in ("kela", "employment", "ngo", "workshop", "lahti_employment", "psychiatry"):
        answer = await who(persona).get("/v1/directory")
        people = [
            person
            for team in answer.json()["teams"]
            for seat in team["seats"]
            for person in seat["holders"] + seat["deputies"]
        ]
        assert len(people) > 10
        assert {(p["openWork"], p["givenInSevenDays"]) for p in people} == {(None, None)}, persona
        assert (await seats(who, persona))[NURSE]["freePlaces"] == 59
        for secret in ("Esimerkki", str(world.clients["aino"]), "010100A"):
            assert secret not in answer.text
    for persona in ("nurse", "coordinator", "hollola_nurse", "lead", "admin"):
        assert (await seats(who, persona))[NURSE]["holders"][0]["openWork"] == 1, persona


async def test_the_numbers_are_of_the_callers_areas_only(
    who: As, world: World, elsewhere: str, connection: AsyncConnection
) -> None:
    """The function looks itself: it answers nothing about an area in which the caller does not work, or with it."""
    await give_work(connection, world, "nurse", NURSE, NOON)
    count = text("SELECT count(*) FROM seat_figures(ARRAY[CAST(:area AS uuid)], :on, :at)")
    asked = {"area": world.organisations["area"], "on": NOON.date(), "at": NOON - timedelta(days=7)}
    for persona, some in (("nurse", True), ("ngo", True), (elsewhere, False), ("client", False)):
        await who(persona).get("/v1/directory")  # whoever asked last stands in the row context
        found = (await connection.execute(count, asked)).scalar_one()
        assert bool(found) is some, persona


async def test_until_when_somebody_is_there(who: As, world: World, connection: AsyncConnection) -> None:
    lead = who("lead")
    holder = await holder_of(who, world, "psychiatric_nurse", "psychiatric_nurse")
    assert (await seats(who))["psychiatric_nurse"]["holders"][0]["until"] is None
    await connection.execute(text("SET LOCAL ROLE NONE"))
    moved = "UPDATE holders SET handed_over_at = :at WHERE id = :id"
    await connection.execute(text(moved), {"at": NOON - timedelta(days=1), "id": holder["id"]})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    seat = (await seats(who, "nurse"))["psychiatric_nurse"]
    assert (seat["holders"][0]["until"], seat["freePlaces"], seat["nextFreeOn"]) == (YESTERDAY, 0, None)
    assert (seat["holders"][0]["handedOver"], seat["vacant"], seat["deputies"]) == (True, True, [])
    stand_in = {"personId": str(world.persons["nurse"]), "standing": "deputy", "validFrom": TODAY}
    ok(await lead.post(f"/v1/seats/{world.seats['psychiatric_nurse']}/holders", json=stand_in))
    seat = (await seats(who, "nurse"))["psychiatric_nurse"]
    assert [(one["personId"], one["standsInFor"], one["handedOver"]) for one in seat["deputies"]] == [
        (stand_in["personId"], [], False)
    ], "whom to contact meanwhile"  # fmt: skip
    assert seat["freePlaces"] == 40, "the deputy's"
    other = {"personId": str(world.persons["social"]), "standing": "holder", "validFrom": TODAY}
    ok(await lead.post(f"/v1/seats/{world.seats['psychiatric_nurse']}/holders", json=other))
    seat = (await seats(who, "nurse"))["psychiatric_nurse"]
    assert [one["handedOver"] for one in seat["holders"]] == [False, True], "the successor first"
    assert (seat["vacant"], seat["deputies"]) == (False, [])
    ok(await lead.post(f"/v1/holders/{holder['id']}/end", json={"validTo": "2026-11-30"}, headers=ANY))
    assert (await seats(who))["psychiatric_nurse"]["holders"][-1]["until"] == "2026-11-30"


async def test_only_one_seat(who: As) -> None:
    ngo = who("ngo")
    found = (await ngo.get("/v1/directory?role=work_ability_physician")).json()["teams"]
    assert [(t["code"], [s["role"] for s in t["seats"]], t["missingSeats"]) for t in found] == [
        ("hollola", ["work_ability_physician"], ["health_social_counsellor"])
    ]
    both = (await ngo.get("/v1/directory?role=work_ability_coordinator&municipality=576")).json()["teams"]
    assert [(t["code"], [h["name"] for h in t["seats"][0]["holders"]]) for t in both] == [
        ("padasjoki", ["Päivi Paavola"])
    ]
    assert code(await ngo.get("/v1/directory?role=wizard")) == MALFORMED


async def test_a_visiting_expert(who: As) -> None:
    """C-19: Padasjoki's employment expert comes once a month, and has room on those days."""
    seat = (await seats(who, team="padasjoki"))["employment_expert"]
    assert (seat["nextVisitingDay"], seat["nextFreeOn"], seat["freePlaces"]) == ("2026-12-09", "2026-12-09", None)
