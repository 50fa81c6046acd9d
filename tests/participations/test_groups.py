"""The group of ten: three hired, seven trainees; who sees whom, and the eleventh."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, LACKS, Json, act, code, get, ok, pointer
from tests.participations.cases import TIMELY, a_part, does, part, planned
from tests.plans.cases import a_path
from tests.world import World


def group(world: World, **over: object) -> Json:
    return {
        "teamId": str(world.team), "name": "Keittiö ja pyykki", "site": "Palvelutalo Rantalinna",
        "instructor": "Ohjaaja vammaispalveluista", "providerId": str(world.organisations["area"]),
        "startsOn": "2026-11-01", "endsOn": "2027-01-31", "maxMembers": 10, **over,
    }  # fmt: skip


def member(world: World, made: Json, mode: str, **over: object) -> Json:
    return part(world, "group_employment", groupId=made["id"], mode=mode, endsOn="2027-01-31", **over)


async def copies(connection: AsyncConnection, row: Json, mode: str, paths: list[Json]) -> None:
    """The same part for the clients of these paths, as the app role's owner would write it."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    for path in paths:
        await connection.execute(
            text(
                "INSERT INTO service_participations SELECT (jsonb_populate_record(p, jsonb_build_object("
                "'id', gen_random_uuid(), 'client_id', CAST(:client AS text), 'pathway_id', CAST(:path AS text),"
                " 'mode', CAST(:mode AS text)))).* FROM service_participations p WHERE id = :id"
            ),
            {"client": path["clientId"], "path": path["id"], "mode": mode, "id": UUID(row["id"])},
        )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_the_group_of_ten(who: As, world: World, connection: AsyncConnection) -> None:
    nurse = who("nurse")
    assert code(await act(who("client"), "/v1/service-groups", group(world))) == LACKS
    assert code(await act(who("hollola_nurse"), "/v1/service-groups", group(world))) == (403, "forbidden")
    made = ok(await act(nurse, "/v1/service-groups", group(world)))
    paths = [await a_path(who, world), *[(await f.accepted(who, world))[1] for _ in range(10)]]
    first = await a_part(who, paths[0], member(world, made, "trainee"))
    first = ok(await does(who, first, "check-timeliness", TIMELY))
    first = ok(await does(who, first, "start"))
    assert code(await planned(who, paths[0], member(world, made, "trainee"))) == (409, "in_the_group_already")
    await copies(connection, first, "trainee", paths[1:7])
    await copies(connection, first, "employed", paths[7:10])
    refused = await planned(who, paths[10], member(world, made, "trainee"))
    assert code(refused) == (409, "group_full")
    here = f"/v1/service-groups/{made['id']}"
    seen = await get(nurse, here)
    assert (seen["memberCount"], seen["employed"], seen["trainees"], seen["full"]) == (10, 3, 7, True)
    assert len(seen["members"]) == 10
    smaller = await nurse.patch(here, json={"maxMembers": 9}, headers={"If-Match": "*"})
    assert code(smaller) == (409, "group_full")
    earlier = await nurse.patch(here, json={"endsOn": "2026-12-31"}, headers={"If-Match": "*"})
    assert (code(earlier), pointer(earlier)) == ((422, "group_ends_earlier"), "/body/endsOn")
    longer = await nurse.patch(here, json={"endsOn": "2027-04-30", "maxMembers": 11}, headers={"If-Match": "*"})
    assert (ok(longer)["endsOn"], longer.json()["full"]) == ("2027-04-30", False)
    # Another team of the area reads how many there are, and nobody of them; 1 to 4 it does not.
    other = await get(who("hollola_nurse"), here)
    assert (other["memberCount"], other["members"]) == (10, [])
    denied = await who("hollola_nurse").patch(here, json={"name": "Muu"}, headers={"If-Match": "*"})
    assert code(denied) == ABSENT
    # Hired: the same part, another mode. Whoever ends leaves the place to the next.
    tag = {"If-Match": f'"{first["version"]}"'}
    hired = ok(await nurse.patch(f"/v1/participations/{first['id']}", json={"mode": "employed"}, headers=tag))
    assert (await get(nurse, here))["employed"] == 4
    ok(await does(who, hired, "end", {"reason": "moved_on_to_work"}))
    ok(await planned(who, paths[10], member(world, made, "trainee")))
    assert (await get(nurse, here))["memberCount"] == 10


async def test_a_few_are_not_counted_to_those_who_do_not_see_them(who: As, world: World) -> None:
    made = ok(await act(who("nurse"), "/v1/service-groups", group(world)))
    path = await a_path(who, world)
    await a_part(who, path, member(world, made, "trainee"))
    for persona, count, members in (("nurse", 1, 1), ("hollola_nurse", None, 0)):
        seen = await get(who(persona), f"/v1/service-groups/{made['id']}")
        assert (seen["memberCount"], seen["trainees"], len(seen["members"])) == (count, count, members)
        (listed,) = (await get(who(persona), "/v1/service-groups", on="2026-11-23"))["items"]
        assert (listed["memberCount"], listed["full"]) == (count, None if count is None else False)
    assert (await get(who("nurse"), "/v1/service-groups", on="2027-02-01"))["items"] == []
    for persona in ("client", "employment", "admin"):
        assert code(await who(persona).get("/v1/service-groups")) == LACKS


async def test_fewer_places_do_not_tell_how_many_there_are(who: As, world: World) -> None:
    by = who("hollola_nurse")
    team = (await get(by, "/v1/me"))["seats"][0]["teamId"]
    made = ok(await act(by, "/v1/service-groups", group(world, teamId=team, maxMembers=5)))
    here, any_version = f"/v1/service-groups/{made['id']}", {"If-Match": "*"}
    assert ok(await by.patch(here, json={"maxMembers": 4}, headers=any_version))["memberCount"] == 0
    await a_part(who, await a_path(who, world), member(world, made, "trainee"))
    for most in (3, 1):
        refused = await by.patch(here, json={"maxMembers": most}, headers=any_version)
        assert code(refused) == (409, "group_numbers_hidden")
    assert ok(await by.patch(here, json={"maxMembers": 6}, headers=any_version))["maxMembers"] == 6


async def test_a_member_fits_the_group(who: As, world: World) -> None:
    made = ok(await act(who("nurse"), "/v1/service-groups", group(world)))
    path = await a_path(who, world)
    for given in (
        member(world, made, "trainee") | {"endsOn": "2027-02-01"},
        member(world, made, "trainee") | {"kind": "training"},
        member(world, made, "trainee") | {"mode": None},
        member(world, made, "trainee") | {"providerId": str(world.organisations["workshop"])},
    ):
        answer = await planned(who, path, given)
        assert (code(answer), pointer(answer)) == ((422, "group_fields"), "/body/groupId")
    assert code(await planned(who, path, member(world, {"id": path["id"]}, "trainee"))) == ABSENT
