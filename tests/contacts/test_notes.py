"""Notes on a path: registers, addenda, what is wrong stays, and what the database shows by itself."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.clock import civil_date
from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import NOON, As
from tests.contacts.made import Case, a_case, note, written
from tests.factories import ABSENT, CODE_WITHIN, LACKS, NOBODY, TOO_LATE, act, code, get, ok
from tests.world import World


async def aino(who: As, world: World) -> Case:
    return await a_case(who, world, client=f.person(identityCode=f.AINO, givenName="Aino", familyName="Esimerkki"))


async def test_who_may_and_to_whom_it_is_not_there(who: As, world: World) -> None:
    case = await a_case(who, world)
    row = await written(who, case)
    here = f"/v1/notes/{row['id']}"
    for path in (case.notes, here):
        assert code(await who("").get(path)) == NOBODY
        for persona in ("employment", "kela", "lead", "dpo"):
            assert code(await who(persona).get(path)) == LACKS, persona
        for persona in ("hollola_nurse", "client"):
            assert code(await who(persona).get(path)) == ABSENT, persona
    for persona, refusal in (("", NOBODY), ("employment", LACKS), ("client", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await act(who(persona), case.notes, note())) == refusal
        assert code(await act(who(persona), f"{here}/mark-entered-in-error", {"reason": "x"}, row)) == refusal
    assert code(await act(who("nurse"), f"/v1/pathways/{uuid4()}/notes", note())) == ABSENT


async def test_each_register_to_its_own(who: As, world: World) -> None:
    case = await a_case(who, world)
    made = {
        register: (await written(who, case, by, dataRegister=register, body=register))["id"]
        for register, by in (("health", "nurse"), ("social", "social"), ("operational", "coordinator"))
    }
    for persona, registers in (
        ("nurse", ["operational", "health"]),
        ("social", ["operational", "social"]),
        ("coordinator", ["operational"]),
    ):
        page = await get(who(persona), case.notes, count="true")
        assert [item["body"] for item in page["items"]] == registers, persona
        assert page["count"] == len(registers)
        for register, id in made.items():
            there = await who(persona).get(f"/v1/notes/{id}")
            assert there.status_code == (200 if register in registers else 404), (persona, register)
    for persona, register in (("coordinator", "health"), ("nurse", "social"), ("social", "employment")):
        refused = await act(who(persona), case.notes, note(dataRegister=register))
        assert code(refused) == (403, "register_not_yours"), (persona, register)
    assert code(await act(who("nurse"), case.notes, note(body=f"Of {f.AINO}"))) == CODE_WITHIN


async def test_it_is_added_to_and_never_changed(who: As, world: World) -> None:
    case, other = await a_case(who, world), await a_case(who, world)
    first = await written(who, case, dataRegister="health")
    more = await written(who, case, "physician_msk", dataRegister="health", addendumToId=first["id"], body="And more.")
    assert (more["addendumToId"], more["author"], more["writtenAt"]) == (
        first["id"], "Tapio Tuominen", "2026-11-23T10:00:00Z",
    )  # fmt: skip
    assert [item["id"] for item in (await get(who("nurse"), case.notes))["items"]] == [more["id"], first["id"]]
    elsewhere = note(dataRegister="health", addendumToId=first["id"])
    for path, body in ((other.notes, elsewhere), (case.notes, elsewhere | {"dataRegister": "operational"})):
        refused = await act(who("nurse"), path, body)
        assert (code(refused), f.pointer(refused)) == ((422, "addendum_elsewhere"), "/body/addendumToId")
    # Whoever does not read it cannot add to it, and does not learn that it is there.
    assert code(await act(who("coordinator"), case.notes, note(addendumToId=first["id"]))) == ABSENT
    assert (await who("nurse").patch(f"/v1/notes/{first['id']}", json={"body": "x"})).status_code == 405


async def test_what_is_wrong_stays_with_its_reason(who: As, world: World) -> None:
    case = await a_case(who, world)
    row = await written(who, case)
    path = f"/v1/notes/{row['id']}/mark-entered-in-error"
    wrong = ok(await act(who("nurse"), path, {"reason": "Another client's."}, row))
    assert (wrong["state"], wrong["errorReason"], wrong["body"]) == (
        "entered_in_error", "Another client's.", "Lives with a sister.",
    )  # fmt: skip
    assert code(await act(who("nurse"), path, {"reason": "again"}, wrong)) == TOO_LATE
    assert wrong == await get(who("nurse"), f"/v1/notes/{row['id']}")


async def test_a_closed_path_may_still_be_noted_on(who: As, world: World) -> None:
    _, path = await f.closed(who, world)
    assert ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/notes", note()))["pathwayId"] == path["id"]


async def test_the_client_reads_what_is_meant_for_them(who: As, world: World) -> None:
    case = await aino(who, world)
    hidden = await written(who, case, dataRegister="health")
    shown = await written(who, case, dataRegister="health", clientVisible=True)
    assert [item["id"] for item in (await get(who("client"), case.notes, count="true"))["items"]] == [shown["id"]]
    assert code(await who("client").get(f"/v1/notes/{hidden['id']}")) == ABSENT
    assert (await get(who("client"), f"/v1/notes/{shown['id']}"))["allowedActions"] == []


@pytest.mark.parametrize(
    ("persona", "seen"),
    [
        ("nurse", {"health", "hidden"}), ("coordinator", {"hidden"}), ("client", {"health"}),
        ("employment", set()), ("kela", set()), ("hollola_nurse", set()), ("lead", {"hidden"}),
    ],
)  # fmt: skip
async def test_the_database_says_the_same(
    who: As, world: World, connection: AsyncConnection, persona: str, seen: set[str]
) -> None:
    case = await aino(who, world)
    await written(who, case, dataRegister="health", body="health", clientVisible=True)
    await written(who, case, dataRegister="operational", body="hidden")
    entered = text("SELECT enter_request(:issuer, :subject, :on)")
    values = {"issuer": DEVELOPMENT_ISSUER, "subject": persona, "on": civil_date(NOON)}
    await connection.execute(entered, values)
    found = await connection.execute(text("SELECT body FROM notes WHERE client_id = :c"), {"c": case.client})
    assert set(found.scalars()) == seen
    for change in ("body = 'x'", "register = 'health'", "client_visible = true"):
        async with connection.begin_nested() as savepoint:
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(text(f"UPDATE notes SET {change}"))
            await savepoint.rollback()
