"""A team's set-up goes to another team over HTTP: exported, compared, tried, applied; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, LACKS, MALFORMED, NOBODY, UNTAGGED, act, code, get, ok, pointer
from tests.people.conftest import elsewhere as elsewhere
from tests.world import World

NURSE = "unemployed_health_nurse"


async def exported(who: As, world: World) -> f.Json:
    return await get(who("lead"), f"/v1/teams/{world.team}/blueprint")


async def a_team(who: As, **over: Any) -> f.Json:
    given = {"code": "orimattila", "name": "Orimattila", "template": "heinola", "municipalities": ["560"], **over}
    return ok(await act(who("lead"), "/v1/teams", given))


async def applied(who: As, team: f.Json, blueprint: f.Json, by: str = "lead", *, dry: bool = False) -> Any:
    given = {"blueprint": blueprint, "dryRun": dry}
    return await act(who(by), f"/v1/teams/{team['id']}/blueprint/apply", given, team)


async def test_who_may(who: As, world: World, elsewhere: str) -> None:
    made = await exported(who, world)
    path = f"/v1/teams/{world.team}/blueprint"
    team = await get(who("lead"), f"/v1/teams/{world.team}")
    for persona, read, write in (
        ("", NOBODY, NOBODY), ("client", LACKS, LACKS), (elsewhere, ABSENT, ABSENT), ("nurse", None, LACKS),
        ("employment", None, LACKS), ("lead", None, None), ("admin", None, None),
    ):  # fmt: skip
        seen = await who(persona).get(path)
        assert (None if seen.status_code == 200 else code(seen)) == read, persona
        compared = await act(who(persona), f"{path}/diff", {"blueprint": made})
        assert (None if compared.status_code == 200 else code(compared)) == read, persona
        tried = await applied(who, team, made, persona, dry=True)
        assert (None if tried.status_code == 200 else code(tried)) == write, persona
    assert code(await act(who("lead"), f"{path}/apply", {"blueprint": made})) == UNTAGGED


async def test_there_is_nobody_in_it(who: As, world: World, connection: AsyncConnection) -> None:
    """No people, no clients, no ways of contact: names, numbers, addresses and ids of the area stay where they are."""
    await f.a_referral(who, world)
    answer = await who("lead").get(f"/v1/teams/{world.team}/blueprint")
    made = answer.json()
    assert set(made) == {"format", "formatVersion", "name", "template", "silentAfterDays", "seats", "rules", "paths"}
    assert {name for seat in made["seats"] for name in seat} == {"role", "maxOpen", "clientsPerDay", "visitingDays"}
    await connection.execute(text("SET LOCAL ROLE NONE"))
    said = await connection.execute(
        text(
            "SELECT name FROM persons UNION ALL SELECT email FROM persons UNION ALL SELECT phone FROM persons"
            " UNION ALL SELECT phone FROM seats UNION ALL SELECT family_name FROM clients"
            " UNION ALL SELECT id::text FROM persons UNION ALL SELECT id::text FROM seats"
            " UNION ALL SELECT id::text FROM clients"
        )
    )
    assert [row[0] for row in said if row[0] and row[0] in answer.text] == []
    assert made["rules"]["code"] == "heinola"
    assert len(made["rules"]["document"]["rules"]) > 15
    assert {"code": "heinola", "version": 1, "document": None} in made["paths"]


async def test_a_team_does_not_differ_from_itself(who: As, world: World) -> None:
    made = await exported(who, world)
    same = ok(await act(who("nurse"), f"/v1/teams/{world.team}/blueprint/diff", {"blueprint": made}))
    assert (same["same"], same["differences"], same["ruleSetId"]) == (True, [], None)


async def test_heinolas_model_spreads(who: As, world: World) -> None:
    made = await exported(who, world)
    team = await a_team(who, silentAfterDays=30)
    here = f"/v1/teams/{team['id']}"
    nurse = {"role": NURSE, "maxOpen": 5}
    ok(await act(who("lead"), f"{here}/seats", nurse))
    ok(await act(who("lead"), f"{here}/seats", {"role": "memory_nurse"}))
    tried = ok(await applied(who, team, made, dry=True))
    assert (tried["dryRun"], tried["same"], tried["version"]) == (True, False, team["version"])
    said = {(d["part"], d["name"], d["field"]): (d["change"], d["here"], d["there"]) for d in tried["differences"]}
    assert said["team", "silentAfterDays", "silentAfterDays"] == ("change", 30, made["silentAfterDays"])
    assert said["seat", NURSE, "maxOpen"] == ("change", 5, 60)
    assert said["seat", "memory_nurse", None][0] == "keep"
    assert said["seat", "kela_work_ability_adviser", None] == (
        "add", None, {"maxOpen": None, "clientsPerDay": None, "visitingDays": "FREQ=MONTHLY;BYDAY=1TU"},
    )  # fmt: skip
    assert len((await get(who("lead"), f"{here}/seats"))["items"]) == 2, "a dry run writes nothing"
    done = ok(await applied(who, team, made))
    assert done["differences"] == tried["differences"]
    assert done["ruleSetId"] is None, "the same rules decide here already"
    seats = {seat["role"]: seat for seat in (await get(who("lead"), f"{here}/seats"))["items"]}
    assert seats.keys() == {seat["role"] for seat in made["seats"]} | {"memory_nurse"}
    assert (seats[NURSE]["maxOpen"], seats["kela_work_ability_adviser"]["visitingDays"]) == (
        60,
        "FREQ=MONTHLY;BYDAY=1TU",
    )
    after = ok(await act(who("lead"), f"{here}/blueprint/diff", {"blueprint": made}))
    assert [(d["name"], d["change"]) for d in after["differences"]] == [("memory_nurse", "keep")]
    assert code(await applied(who, team, made)) == (412, "precondition_failed")


async def test_other_rules_become_a_draft_for_a_second_person(who: As, world: World) -> None:
    made = await exported(who, world)
    made["rules"]["document"]["settings"]["recheck_after_days"] = 21
    team = await get(who("lead"), f"/v1/teams/{world.team}")
    tried = ok(await applied(who, team, made, dry=True))
    assert [(d["part"], d["change"]) for d in tried["differences"]] == [("rules", "draft")]
    assert "a second person signs it off" in tried["differences"][0]["text"]
    done = ok(await applied(who, team, made))
    drafted = await get(who("lead"), f"/v1/routing-rule-sets/{done['ruleSetId']}")
    assert (drafted["code"], drafted["number"], drafted["state"], drafted["inForce"]) == ("heinola", 2, "draft", False)
    assert drafted["settings"]["recheck_after_days"] == 21
    path = f"/v1/routing-rule-sets/{drafted['id']}"
    assert code(await act(who("lead"), f"{path}/sign-off", None, drafted)) == (409, "signed_off_by_author")
    signed = ok(await act(who("admin"), f"{path}/sign-off", None, drafted))
    ok(await act(who("admin"), f"{path}/put-in-force", {}, signed))
    assert ok(await act(who("lead"), f"/v1/teams/{world.team}/blueprint/diff", {"blueprint": made}))["same"]
    assert (await exported(who, world))["rules"]["number"] == 2


async def test_a_rule_set_of_a_code_unknown_here_is_followed_when_it_is_in_force(who: As, world: World) -> None:
    made = await exported(who, world)
    made["rules"]["code"] = "pirkanmaa"
    team = await a_team(who)
    done = ok(await applied(who, team, made))
    [later] = [one for one in done["differences"] if one["field"] == "ruleSet"]
    assert (later["change"], later["here"], later["there"]) == ("follows_later", "heinola", "pirkanmaa")
    assert later["text"] == (
        "the team, rule set: stays heinola. Apply the blueprint again, or change the rule set, "
        "once pirkanmaa is in force."
    )
    assert (await get(who("lead"), f"/v1/teams/{team['id']}"))["ruleSet"] == "heinola"
    row = await get(who("lead"), f"/v1/routing-rule-sets/{done['ruleSetId']}")
    assert (row["code"], row["number"]) == ("pirkanmaa", 1)
    signed = ok(await act(who("admin"), f"/v1/routing-rule-sets/{row['id']}/sign-off", None, row))
    ok(await act(who("admin"), f"/v1/routing-rule-sets/{row['id']}/put-in-force", {}, signed))
    team = await get(who("lead"), f"/v1/teams/{team['id']}")
    again = ok(await applied(who, team, made))
    assert again["ruleSetId"] is None
    assert (await get(who("lead"), f"/v1/teams/{team['id']}"))["ruleSet"] == "pirkanmaa"


@pytest.mark.parametrize(
    ("change", "refusal", "place"),
    [
        ({"formatVersion": 3, "somethingNew": {}}, (422, "blueprint_too_new"), "/body/blueprint/formatVersion"),
        ({"somethingNew": {}}, MALFORMED, "/body/blueprint"),
        ({"format": "primero"}, MALFORMED, "/body/blueprint/format"),
        ({"template": "helsinki"}, MALFORMED, "/body/blueprint/template"),
        ({"paths": [{"code": "heinola", "version": 9}]}, (409, "blueprint_unknown_path"), None),
        ({"template": "small_municipality_light"}, (409, "seat_not_in_template"), None),
        ({"seats": [{"role": NURSE, "maxOpen": 1, "clientsPerDay": None, "visitingDays": "FREQ=DAILY"}]},
         (422, "bad_visiting_days"), "/body/blueprint/seats/0/visitingDays"),
        ({"seats": [{"role": NURSE, "maxOpen": 1, "clientsPerDay": None, "visitingDays": None}] * 2},
         (422, "seat_twice"), "/body/blueprint/seats/1/role"),
    ],
    ids=["newer", "unknown member", "another format", "unknown template", "unknown path", "seats it has not",
         "bad visiting days", "twice"],
)  # fmt: skip
async def test_what_cannot_be_applied_changes_nothing(
    who: As, world: World, change: f.Json, refusal: Any, place: str | None
) -> None:
    made = await exported(who, world)
    team = await get(who("lead"), f"/v1/teams/{world.team}")
    answer = await applied(who, team, made | change)
    assert code(answer) == refusal
    if place is not None:
        assert pointer(answer) == place
    if code(answer)[1] == "seat_not_in_template":
        roles = answer.json()["roles"]
        assert roles == sorted(set(roles))
    assert await get(who("lead"), f"/v1/teams/{world.team}") == team
    assert await exported(who, world) == made


async def test_rules_that_cannot_be_read_are_pointed_at(who: As, world: World) -> None:
    made = await exported(who, world)
    made["rules"]["document"]["rules"][0]["when"] = {"age": [35]}
    team = await get(who("lead"), f"/v1/teams/{world.team}")
    answer = await applied(who, team, made)
    assert code(answer) == (422, "unknown_fact")
    assert str(pointer(answer)).startswith("/body/blueprint/rules/document/rules/0/when")


async def test_it_speaks_the_readers_language(who: As, world: World) -> None:
    made = await exported(who, world)
    made["seats"] = made["seats"][:1]
    path = f"/v1/teams/{world.team}/blueprint/diff"
    said = []
    for language in ("fi", "sv", "en"):
        seen = ok(await who("lead").post(path, json={"blueprint": made}, headers={"Accept-Language": language}))
        said.append(seen["differences"][0]["text"])
    assert len(set(said)) == 3
    assert not any("{" in text for text in said)
