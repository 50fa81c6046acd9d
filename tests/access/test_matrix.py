"""The view matrix of domain 5.3, tested from its data file: every cell through every door.

A row has a word of its own in a client's life (`life`), or an operation that answers to some and not to others. Every
reading operation is found from the routes and asked by everybody; who sees which word must be exactly what the file
says of the operation, and what it says of the operations together must be the cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.matrix import CELLS, DOORS, matrix
from app.kit.codesets import codeset
from app.security.permissions import GRANTS, READING, Permission
from tests import factories as f
from tests.access import leaving, life, probe, seen
from tests.conftest import As
from tests.factories import act, ok
from tests.world import World

PERMITTED = "with the client's permission"
ROWS, PARTIES, OPERATIONS = matrix()["rows"], matrix()["parties"], matrix()["operations"]


def bodies_of(world: World) -> dict[str, list[Any]]:
    """What the searching operations are asked with."""
    of_aino = f.referral(world, client=f.person(identityCode=f.AINO, familyName="Toinen"))
    return {
        "POST /v1/clients/search": [{"identityCode": f.AINO}, {"familyName": "Zqsu"}, {"familyName": "Toi"}],
        "POST /v1/referrals/search": [{"identityCode": f.AINO}],
        "POST /v1/referrals/preflight": [of_aino],
        "POST /v1/referrals/own/preflight": [{"reason": "Again."}],
        "POST /v1/clients/{client_id}/export": [{}, {"format": "html"}],
        "POST /v1/clients/{client_id}/consents/check": [may(world, "kela"), may(world, "ngo")],
        "POST /v1/consents/{consent_id}/withdraw-preview": [None],
    }


def may(world: World, recipient: str) -> dict[str, Any]:
    """May this organisation be told?"""
    return {
        "recipientId": str(world.organisations[recipient]),
        "dataClasses": ["participation"],
        "purpose": "service_coordination",
    }


@dataclass(frozen=True)
class Lived:
    """What the life was made of, and the ids of everything in it."""

    made: dict[str, Any]
    ids: dict[str, list[str]]


@pytest.fixture
async def lived(who: As, world: World, connection: AsyncConnection) -> Lived:
    made = await life.live(who, world)
    await leaving.sent_out(connection)
    return Lived(made, await probe.ids_of(connection, made["client"]) | {"team_id": [str(world.team)]})


def test_the_file_is_whole() -> None:
    """Every cell of every row is there and is one that is known; every row has a word, or an operation that tells."""
    for name, row in ROWS.items():
        assert row["cells"].keys() == PARTIES.keys(), f"{name}: a cell is missing"
        assert set(row["cells"].values()) <= set(CELLS), name
        assert all(row[word] for word in ("source", "title", "fi")), name
        made = [name in life.WORDS, "answers" in row, "parts" in row]
        assert made.count(True) == 1, f"{name}: say by which word it is known, or by which answer"
    assert life.WORDS.keys() <= ROWS.keys()


def test_every_role_that_reads_of_clients_is_of_a_party() -> None:
    readers = {role for role, granted in GRANTS.items() if granted & (READING | {Permission.AUDIT_READ})}
    named = {role for party in PARTIES.values() for role in party["roles"]}
    assert readers - named - set(matrix()["senders_only"]["roles"]) == set()
    assert named <= {"client", *(code.code for code in codeset("role"))}


def test_a_meeting_note_by_part_is_what_its_parts_say() -> None:
    """`by_part`: some and not all of the parts; M: the decisions alone; nothing: none."""
    for name, row in ROWS.items():
        for party, cell in row["cells"].items() if "parts" in row else ():
            reads = {part for part in row["parts"] if ROWS[part]["cells"][party] == "Y"}
            wanted = {"Y": set(row["parts"]), "M": {"meeting_decisions"}, "-": set()}
            fits = bool(reads) if cell == "by_part" else reads == wanted[cell]
            assert fits, f"{name}, {party}: {cell}, and yet {reads}"


def test_every_operation_that_reads_is_in_the_file(app: FastAPI, world: World) -> None:
    """Found from the routes: an operation that is not mapped fails, and so does one that is gone."""
    there = {*probe.operations(app, "GET"), *bodies_of(world)}
    assert OPERATIONS.keys() == there
    assert {one["door"] for one in OPERATIONS.values()} <= set(DOORS)
    for name, one in OPERATIONS.items():
        assert one["rows"].keys() <= ROWS.keys(), name


def test_every_row_has_every_door_or_says_why_not() -> None:
    """A door without an operation says in words why nothing goes through it."""
    for door in DOORS:
        through = {row for one in OPERATIONS.values() if one["door"] == door for row in one["rows"]}
        for row in ROWS.keys() - through:
            assert matrix()["doors"][door]["otherwise"], f"{row}: no operation shows it through {door}"
    assert matrix()["doors"].keys() == set(DOORS)


async def test_who_reads_what_is_what_the_file_says(who: As, world: World, app: FastAPI, lived: Lived) -> None:
    """Every operation, every row, every party: whoever sees a word is listed, and whoever is listed sees it; and all
    operations together are the cell."""
    found = seen.read_of(await seen.ask(who, app, lived.ids, bodies_of(world)))
    assert listed_otherwise(found) == []
    assert cells_otherwise(found) == []


def listed_otherwise(everything: seen.Seen) -> list[str]:
    wrong = []
    for operation, said in OPERATIONS.items():
        found = {row: seen.parties_of(personas) for row, personas in everything[operation].items()}
        for row in found.keys() | said["rows"].keys():
            now, wanted = set(found.get(row, [])), set(said["rows"].get(row, []))
            if now != wanted:
                wrong.append(f"{operation}: {row} is read by {sorted(now)}, and the file says {sorted(wanted)}")
    return wrong


def cells_otherwise(everything: seen.Seen) -> list[str]:
    """Y sees every word somewhere, `own` its own and no other, M and nothing none of them. Where the parties have no
    words of their own there is one, and `own` is told it by the operations that the file names."""
    wrong = []
    for name, words in life.WORDS.items():
        for party, cell in ROWS[name]["cells"].items():
            for persona in probe.personas(party):
                got = set().union(*(everything[one][name].get(persona, set()) for one in OPERATIONS))
                own = {""} & words.keys() or {persona} & words.keys()
                wanted = {"Y": words.keys(), "own": own}.get(cell, set())
                if got != set(wanted):
                    wrong.append(f"{name}: {persona} ({party}, {cell}) sees {sorted(got)}")
    return wrong


async def test_with_permission_is_with_permission(who: As, world: World, lived: Lived) -> None:
    """Social care reads the conclusion, the score and the feedback once the client permits it, and then no more when
    the permission is withdrawn."""
    permitted = [row for row, one in ROWS.items() if one["cells"]["social"] == "with_permission"]
    at = f"/v1/clients/{lived.made['client']}"
    places = [f"{at}/conclusions", *(f"/v1/referrals/{one}/feedback" for one in lived.made["referrals"].values())]
    places += [f"/v1/feedback-drafts/{one}" for one in lived.ids["draft_id"]]

    async def words() -> dict[str, set[str]]:
        found = seen.words_in("\n".join([probe.told(await who("social").get(place)) for place in places]))
        return {row: names for row, names in found.items() if row in permitted}

    refused = await who("social").get(places[0])
    assert f.code(refused) == (409, "consent_missing")
    assert refused.json()["purpose"] == "service_coordination"
    assert await words() == {}
    terms = {"dataClasses": ["work_ability_conclusion"], "purposes": ["service_coordination"]}
    given = ok(await act(who("nurse"), f"{at}/consents", f.consent(world, "area", **terms)))
    assert await words() == {row: set(life.WORDS[row]) for row in permitted}
    ok(await act(who("nurse"), f"/v1/consents/{given['id']}/withdraw", {}, given))
    assert await words() == {}


def list_operations(app: FastAPI) -> list[str]:
    """Those that take `count`."""
    return [
        f"GET {route.path}"
        for route in iter_route_contexts(app.routes)
        if hasattr(route, "dependant") and f"GET {route.path}" in OPERATIONS
        and any(one.alias == "count" for one in parameters(route.dependant))
    ]  # fmt: skip


def parameters(dependant: Any) -> list[Any]:
    return [*dependant.query_params, *(one for inner in dependant.dependencies for one in parameters(inner))]


async def test_a_count_counts_what_its_list_shows(who: As, app: FastAPI, lived: Lived) -> None:
    """Nobody is counted whom the same reader does not see in the list."""
    lists, counted = list_operations(app), 0
    assert len(lists) > 20
    for persona in seen.everybody():
        for operation in lists:
            for address in list(probe.addresses(operation, lived.ids))[:3]:
                join = "&" if "?" in address else "?"
                answer = await who(persona).get(f"{address}{join}count=true&limit=200".replace("limit=200&", ""))
                if answer.is_success:
                    assert min(answer.json()["count"], 200) == len(answer.json()["items"]), f"{persona} {address}"
                    counted += 1
    assert counted > 100


# Which list it is, in which order, and how far back the log goes, which grows with each reading.
NO_FILTERS = {"list", "sort", "months"}


async def test_a_filter_confirms_nothing_that_the_list_does_not_show(who: As, app: FastAPI, lived: Lived) -> None:
    """Every filter of every list is known; with each of its values one finds rows of the list without it, and no
    other: what a reader does not see cannot be found by asking for it. Pages as long as they may be: another order or
    half of the rows must not show what stands on a second page."""
    filters = matrix()["filters"]
    known = {"limit", "cursor", "count"}
    for operation in list_operations(app):
        [route] = [
            one for one in iter_route_contexts(app.routes)
            if hasattr(one, "dependant") and "GET" in (one.methods or ()) and f"GET {one.path}" == operation
        ]  # fmt: skip
        asked = {one.alias for one in parameters(route.dependant)} - known - NO_FILTERS
        assert asked == set(filters.get(operation, {})), f"{operation}: say its filters in the file"
    asked_of, tried = {"clientId": "client_id", "pathwayId": "pathway_id", "subjectId": "referral_id"}, 0
    for persona in seen.everybody():
        for operation, ones in filters.items():
            for address in list(probe.addresses(operation, lived.ids))[:3]:
                address = address if "limit=" in address else f"{address}{'&' if '?' in address else '?'}limit=200"
                whole = await who(persona).get(address)
                for name, values in ones.items():
                    for value in [*values, *lived.ids.get(asked_of.get(name, ""), ())]:
                        part = await who(persona).get(f"{address}&{name}={value}")
                        assert part.status_code in (whole.status_code, 422), f"{persona} {part.url}: {part.text}"
                        if part.is_success and whole.is_success:
                            rows = {str(row) for row in whole.json()["items"]}
                            assert {str(row) for row in part.json()["items"]} <= rows, f"{persona} {part.url}"
                            tried += 1
    assert tried > 100


async def test_events_hold_no_word(lived: Lived, connection: AsyncConnection) -> None:
    """Ids and codes only, whoever will get them."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = (await connection.execute(text("SELECT row_to_json(e)::text FROM outbox_events e"))).scalars().all()
    assert len(rows) > 30
    assert seen.words_in("\n".join(rows)) == {}


async def test_an_error_tells_nobody_what_they_may_not_read(
    who: As, app: FastAPI, lived: Lived, connection: AsyncConnection
) -> None:
    """Every change of everything of the client, tried by everybody on a version that is gone: what is refused shows the
    present row at most as a reading would."""
    schema = app.openapi()
    tried, shown = 0, 0
    for party in PARTIES:
        allowed = {row for row, one in ROWS.items() if one["cells"][party] in ("Y", "own")}
        for persona in probe.personas(party)[:1]:
            for operation in probe.operations(app, "POST", "PATCH"):
                method, path = operation.split()
                if operation in OPERATIONS or path.endswith("/content"):
                    continue
                body = example(schema, path, method.lower())
                for address in list(probe.addresses(operation, lived.ids))[:1]:
                    inner = await connection.begin_nested()
                    answer = await who(persona).request(method, address, json=body, headers={"If-Match": '"999"'})
                    await inner.rollback()
                    assert answer.status_code < 500, f"{persona} {operation}: {answer.text}"
                    found = seen.words_in(probe.told(answer)).keys() - allowed
                    assert not found, f"{persona} {operation} {answer.status_code}: {found}"
                    tried, shown = tried + 1, shown + ("current" in answer.text)
    assert tried > 400
    assert shown > 20, "some refusals show the present row"


def example(schema: dict[str, Any], path: str, method: str) -> Any:
    content = schema["paths"][path][method].get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    found = schema["components"]["schemas"].get(name, {}).get("examples", [{}])
    return found[0]
