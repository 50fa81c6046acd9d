"""`GET /v1/me/access`: what I may do and why not, as the decision says it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.policy import policy
from app.kit.ids import new_id
from tests import factories as f
from tests.conftest import As
from tests.world import World

ACCESS = "/v1/me/access"


async def asked(who: As, persona: str, language: str = "en", **query: str) -> dict[str, Any]:
    answer = await who(persona).get(ACCESS, params=query, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_every_operation_is_explained_to_everybody(who: As, world: World) -> None:
    for persona in ("nurse", "coordinator", "lead", "employment", "admin", "dpo", "client"):
        found = await asked(who, persona)
        assert {row["operation"] for row in found["operations"]} == set(policy().operations)
        assert all(row["text"] != row["because"] for row in found["operations"]), "words, not codes"
        said = {word["code"] for word in found["words"]}
        assert {code for row in found["operations"] for code in row["relations"] + row["within"] + row["by"]} == said
        assert found["client"] is None
        mine = set((await who(persona).get("/v1/me")).json()["permissions"])
        for row in found["operations"]:
            if row["permission"] is not None and row["permission"] not in mine:
                assert (row["allowed"], row["status"], row["missing"]) == (False, 403, row["permission"])


async def test_it_says_why_in_the_readers_language(who: As, world: World) -> None:
    [row] = (await asked(who, "lead", "fi", operation="getClient"))["operations"]
    assert (row["because"], row["text"]) == ("permission_missing", "roolillasi ei ole tähän oikeutta")
    assert (row["missing"], row["relations"]) == ("client:read", ["client_self", "care_team"])
    found = await asked(who, "nurse", "sv", operation="completeAssessment")
    [row] = found["operations"]
    assert (row["allowed"], row["registerCounts"], row["within"], row["by"]) == (True, True, ["team"], ["holder"])
    assert {w["code"]: w["label"] for w in found["words"]}["holder"] == "den som sköter arbetet"
    assert found["registers"] == ["health"]
    [row] = (await asked(who, "coordinator", operation="updatePreinformation"))["operations"]
    assert (row["allowed"], row["because"], row["missing"]) == (False, "not_for_you", None)


async def test_what_is_refused_is_refused_and_what_is_allowed_is_not(who: As, world: World) -> None:
    """What it says of lists, which name no row, is what they answer."""
    lists = {"listClients": "/v1/clients", "listAssessments": "/v1/assessments", "listPersons": "/v1/persons",
             "listPathways": "/v1/pathways", "getDirectory": "/v1/directory"}  # fmt: skip
    for persona in ("nurse", "lead", "ngo", "admin", "client"):
        said = {row["operation"]: row["status"] for row in (await asked(who, persona))["operations"]}
        for operation, path in lists.items():
            assert (await who(persona).get(path)).status_code == said[operation], (persona, operation)


async def test_filters_and_what_they_do_not_know(who: As, world: World) -> None:
    found = await asked(who, "nurse", resource="consent")
    assert {row["resource"] for row in found["operations"]} == {"consent"}
    both = await asked(who, "nurse", resource="consent", operation="getClient")
    assert both["operations"] == []
    wrong = await who("nurse").get(ACCESS, params={"operation": "getEverything", "resource": "soul"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_in_policy")
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/query/operation", "/query/resource"]
    assert "soul" not in wrong.text
    assert (await who("").get(ACCESS)).status_code == 401


async def test_how_i_stand_to_a_client(who: As, world: World, connection: AsyncConnection) -> None:
    seen, _ = await f.accepted(who, world)
    client = seen["clientId"]
    mine = (await asked(who, "coordinator", clientId=client, operation="getClient"))["client"]
    [relation] = mine["relations"]
    assert (relation["relation"], relation["teamId"]) == ("care_team", str(world.team))
    since = await connection.scalar(text("SELECT opened_at FROM involvements WHERE client_id = :c"), {"c": client})
    assert since is not None
    assert relation["since"] == since.isoformat().replace("+00:00", "Z")
    assert (mine["registers"], mine["registersNotRead"]) == (["operational"], ["health", "social", "employment"])
    assert (mine["protectedIdentity"], mine["hidden"]) == (False, [])
    nurse = (await asked(who, "nurse", clientId=client, operation="getClient"))["client"]
    assert nurse["registers"] == ["operational", "health"]


async def test_what_a_protected_identity_hides_is_what_is_hidden(who: As, world: World) -> None:
    seen, _ = await f.accepted(who, world)
    at = f"/v1/clients/{seen['clientId']}"
    changed = await who("nurse").patch(at, json={"protected": True, "phone": "+358 50 1"}, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    for persona, hidden in (("coordinator", True), ("physiotherapist", True), ("nurse", False)):
        mine = (await asked(who, persona, clientId=seen["clientId"], operation="getClient"))["client"]
        fields = {row["resource"]: row["fields"] for row in mine["hidden"]}
        shown = (await who(persona).get(at)).json()
        assert mine["protectedIdentity"]
        assert bool(fields) is hidden is shown["contactHidden"]
        assert all(shown[field] is None for field in fields.get("client", []))


async def test_the_client_themself(who: As, world: World) -> None:
    aino = str(world.clients["aino"])
    mine = (await asked(who, "client", clientId=aino, operation="getClient"))["client"]
    assert [relation["relation"] for relation in mine["relations"]] == ["client_self"]
    assert mine["registers"] == ["operational", "health", "social", "employment"]
    assert mine["registersNotRead"] == []


def same(answer: Any) -> tuple[int, dict[str, Any], set[str]]:
    body = {name: value for name, value in answer.json().items() if name != "instance"}
    return answer.status_code, body, set(answer.headers)


@pytest.mark.parametrize("persona", ["hollola_nurse", "employment", "kela", "lead", "admin", "dpo", "client"])
async def test_a_client_who_is_not_theirs_is_as_one_who_is_not(who: As, world: World, persona: str) -> None:
    seen, _ = await f.accepted(who, world)
    theirs = await who(persona).get(ACCESS, params={"clientId": seen["clientId"]})
    absent = await who(persona).get(ACCESS, params={"clientId": str(new_id())})
    assert theirs.status_code == 404
    assert same(theirs) == same(absent)
    assert len(theirs.content) == len(absent.content)


async def test_whoever_the_client_named_in_conflict_finds_no_client(who: As, world: World) -> None:
    seen, _ = await f.accepted(who, world)
    body = {"conflictPersonIds": [str(world.persons["physiotherapist"])]}
    at = f"/v1/clients/{seen['clientId']}"
    assert (await who("physiotherapist").get(at)).status_code == 200
    assert (await who("nurse").patch(at, json=body, headers={"If-Match": "*"})).status_code == 200
    for path in (at, f"{at}/consents", f"{at}/contacts", f"{ACCESS}?clientId={seen['clientId']}"):
        assert (await who("physiotherapist").get(path)).status_code == 404, path
        assert (await who("coordinator").get(path)).status_code == 200, path
    listed = (await who("physiotherapist").get("/v1/pathways", params={"clientId": seen["clientId"]})).json()
    assert listed.get("items") == []


async def test_reading_of_a_client_is_in_the_use_log(who: As, world: World, connection: AsyncConnection) -> None:
    seen, _ = await f.accepted(who, world)
    count = text("SELECT count(*) FROM use_log WHERE client_id = :c AND 'access' = ANY (fields)")
    assert await connection.scalar(count, {"c": seen["clientId"]}) == 0
    await asked(who, "coordinator", clientId=seen["clientId"])
    await who("hollola_nurse").get(ACCESS, params={"clientId": seen["clientId"]})
    assert await connection.scalar(count, {"c": seen["clientId"]}) == 1
