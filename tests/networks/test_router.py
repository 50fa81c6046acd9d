"""A network of peers: somebody convenes it, a supervisor permits, and who was there is counted. No client anywhere."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As, Clock
from tests.factories import ABSENT, LACKS, Json, act, code, get, ok, pointer
from tests.world import World

HERE = "/v1/networks"
HELD = {"startsAt": "2026-11-23T08:00:00Z", "minutes": 120, "place": "Teams", "themes": ["Mistä asiakkaat tulevat?"]}
ROOMS = ["Paikkojen löytäminen", "Valmiuksien vahvistaminen"]


def network(world: World, **over: object) -> Json:
    return {
        "name": "Kuntouttavan työtoiminnan verkosto", "purpose": "Mitä alussa huomioidaan",
        "convenerId": str(world.persons["coordinator"]), **over,
    }  # fmt: skip


def member(world: World, name: str, organisation: str, role: str) -> Json:
    return {
        "personId": str(world.persons[name]), "organisationId": str(world.organisations[organisation]), "role": role,
    }  # fmt: skip


async def with_two(who: As, world: World) -> Json:
    """The nurse permitted, Kela's adviser waiting, a meeting of this morning."""
    convener = who("coordinator")
    made = ok(await act(convener, HERE, network(world)))
    here = f"{HERE}/{made['id']}"
    made = ok(
        await act(who("nurse"), f"{here}/members", member(world, "nurse", "area", "unemployed_health_nurse"), made)
    )
    made = ok(
        await act(who("kela"), f"{here}/members", member(world, "kela", "kela", "kela_work_ability_adviser"), made)
    )
    nurse = made["members"][0]["id"]
    made = ok(await act(convener, f"{here}/members/{nurse}/approve", {"supervisor": "Merja Mänty"}, made))
    return ok(await act(convener, f"{here}/meetings", HELD | {"rooms": ROOMS}, made))


async def test_who_convenes_who_permits_and_who_was_there(who: As, world: World) -> None:
    made = await with_two(who, world)
    here = f"{HERE}/{made['id']}"
    nurse, kela = made["members"]
    assert [(one["state"], one["supervisor"]) for one in made["members"]] == [
        ("approved", "Merja Mänty"),
        ("awaiting_permission", None),
    ]
    assert nurse["approvedById"] == str(world.persons["coordinator"])
    assert (made["approvedMembers"], made["pendingMembers"], made["meetingsHeld"]) == (1, 1, 0)
    meeting = made["meetings"][0]
    assert (meeting["rooms"], meeting["attendance"], meeting["present"]) == (ROOMS, None, None)
    record = f"{here}/meetings/{meeting['id']}/record"
    both = [{"memberId": nurse["id"], "room": ROOMS[0]}, {"memberId": kela["id"]}]
    refused = await act(who("coordinator"), record, {"present": both}, made)
    assert code(refused) == (409, "network_member_not_approved")
    assert refused.json()["members"] == [kela["id"]]
    assert (await get(who("lead"), here))["meetings"][0]["recordedAt"] is None, "nothing half-done"
    done = ok(await act(who("coordinator"), record, {"present": both[:1], "notes": "Aktivointisuunnitelma."}, made))
    (counted,) = done["meetings"]
    assert (counted["attendance"], counted["notes"]) == (1, "Aktivointisuunnitelma.")
    assert [(one["organisationId"], one["present"]) for one in counted["byOrganisation"]] == [
        (str(world.organisations["area"]), 1)
    ]
    assert counted["present"][0]["room"] == ROOMS[0]
    again = ok(await act(who("coordinator"), record, {"present": []}, done))
    assert (again["meetings"][0]["attendance"], again["meetingsHeld"]) == (0, 1), "put right by recording it again"
    listed = await get(who("workshop"), HERE)
    assert [one["id"] for one in listed["items"]] == [made["id"]], "a partner's people see it"


async def test_what_is_refused_has_its_own_code(who: As, world: World) -> None:
    convener = who("coordinator")
    assert code(await act(who("client"), HERE, network(world))) == LACKS
    for missing in ({"convenerId": None}, {"convenerId": str(world.clients["aino"])}):
        refused = await act(convener, HERE, network(world) | missing)
        assert (code(refused), pointer(refused)) == ((422, "network_without_convener"), "/body/convenerId")
    made = await with_two(who, world)
    here = f"{HERE}/{made['id']}"
    nurse, kela = made["members"]
    approve = f"{here}/members/{kela['id']}/approve"
    assert code(await act(who("kela"), approve, {"supervisor": "Somebody"}, made)) == (403, "approver_is_member")
    assert code(await act(convener, approve, {"supervisor": kela["name"].upper()}, made)) == (403, "approver_is_member")
    assert code(await act(who("workshop"), approve, {"supervisor": "Somebody"}, made)) == (403, "not_the_convener")
    assert code(await act(convener, f"{here}/members/{nurse['id']}/approve", {"supervisor": "X"}, made)) == (
        409,
        "illegal_move",
    )
    actions = {one["action"]: one for one in (await get(who("kela"), here))["members"][1]["allowedActions"]}
    assert (actions["approve"]["because"], actions["withdraw"]["allowed"]) == ("approver_is_member", True)
    join = f"{here}/members"
    twice = member(world, "nurse", "area", "unemployed_health_nurse")
    elsewhere = member(world, "kela", "workshop", "workshop_staff")
    assert code(await act(convener, join, twice, made)) == (409, "network_member_already")
    assert code(await act(convener, join, elsewhere, made)) == (422, "member_works_elsewhere")
    other = member(world, "employment", "employment", "employment_expert")
    assert code(await act(who("workshop"), join, other, made)) == (403, "not_the_convener")
    record = f"{here}/meetings/{made['meetings'][0]['id']}/record"
    coded = {"present": [], "notes": "Asiakas 010100A905M"}
    refused = await act(convener, record, coded, made)
    assert (code(refused), pointer(refused)) == ((422, "identity_code_in_text"), "/body/notes")
    assert "905M" not in refused.text
    theme = HELD | {"themes": ["Hyvä", "010100A905M"]}
    assert pointer(await act(convener, f"{here}/meetings", theme, made)) == "/body/themes/1"
    stranger = {"present": [{"memberId": made["id"]}]}
    assert code(await act(convener, record, stranger, made)) == (422, "not_a_network_member")
    lost = {"present": [{"memberId": nurse["id"], "room": "Sauna"}]}
    assert code(await act(convener, record, lost, made)) == (422, "network_room_unknown")
    late = ok(await act(convener, f"{here}/meetings", HELD | {"startsAt": "2026-12-01T08:00:00Z"}, made))
    to_come = f"{here}/meetings/{late['meetings'][0]['id']}/record"
    assert code(await act(convener, to_come, {"present": []}, late)) == (409, "network_meeting_to_come")
    assert code(await who("nurse").get(f"{HERE}/{world.team}")) == ABSENT


async def test_a_network_whose_convener_left_says_so_and_waits_for_another(
    who: As, world: World, connection: AsyncConnection
) -> None:
    made = await with_two(who, world)
    here = f"{HERE}/{made['id']}"
    assert made["convenerMissing"] is False
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE memberships SET valid_to = '2026-11-22' WHERE person_id = :who"),
        {"who": world.persons["coordinator"]},
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    seen = await get(who("nurse"), here)
    assert seen["convenerMissing"] is True
    assert code(await act(who("lead"), f"{here}/meetings", HELD, seen)) == (409, "convener_missing")
    named = {"convenerId": str(world.persons["nurse"])}
    assert code(await who("kela").patch(here, json=named, headers={"If-Match": "*"})) == (403, "not_the_convener")
    changed = ok(await who("lead").patch(here, json=named, headers={"If-Match": "*"}))
    assert (changed["convenerMissing"], changed["convener"]["personId"]) == (False, named["convenerId"])
    ok(await act(who("nurse"), f"{here}/meetings", HELD, changed))


async def test_a_permission_that_ended_does_not_reach_later_meetings(who: As, world: World, clock: Clock) -> None:
    made = await with_two(who, world)
    here, nurse = f"{HERE}/{made['id']}", made["members"][0]["id"]
    made = ok(await act(who("nurse"), f"{here}/members/{nurse}/withdraw", {}, made))
    assert made["members"][0]["state"] == "withdrawn"
    present = {"present": [{"memberId": nurse}]}
    held = made["meetings"][0]["id"]
    done = ok(await act(who("coordinator"), f"{here}/meetings/{held}/record", present, made))
    assert done["meetings"][0]["attendance"] == 1, "it had begun before"
    later = ok(await act(who("coordinator"), f"{here}/meetings", HELD | {"startsAt": "2026-11-24T08:00:00Z"}, done))
    clock.at = clock.at.replace(day=25)
    record = f"{here}/meetings/{later['meetings'][0]['id']}/record"
    assert code(await act(who("coordinator"), record, present, later)) == (409, "network_member_not_approved")


async def test_the_database_refuses_who_was_not_permitted(who: As, world: World, connection: AsyncConnection) -> None:
    made = await with_two(who, world)
    row = (
        "INSERT INTO network_attendances (id, meeting_id, network_id, area_id, member_id, organisation_id, recording,"
        " approved, created_at) SELECT gen_random_uuid(), m.id, m.network_id, m.area_id, p.id, p.organisation_id, 1,"
        " {said}, now() FROM network_meetings m JOIN network_members p ON p.network_id = m.network_id"
        " WHERE p.id = CAST(:member AS uuid)"
    )
    own = "UPDATE network_members SET approved_by_id = person_id, supervisor = 'x', approved_at = now() WHERE id = CAST(:member AS uuid)"  # noqa: E501
    waiting = {"member": made["members"][1]["id"]}
    await connection.execute(text("SET LOCAL ROLE NONE"))
    for statement, name in (
        (row.format(said="true"), "fk_network_attendances_member"),
        (row.format(said="false"), "ck_network_attendances_approved"),
        (own, "ck_network_members_another"),
    ):
        point = await connection.begin_nested()
        with pytest.raises(DBAPIError, match=name):
            await connection.execute(text(statement), waiting)
        await point.rollback()
    columns = await connection.execute(
        text(
            "SELECT count(*) FROM information_schema.columns"
            " WHERE table_name LIKE 'network%' AND column_name ~ 'client'"
        )
    )
    assert columns.scalar_one() == 0
