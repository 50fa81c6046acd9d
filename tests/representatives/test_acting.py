"""Acting for a client: consent said by a representative, and what a mandate does not suffice for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.kit.ids import new_id
from app.representatives.models import MandateState, Representative
from app.representatives.queries import standing
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, act, code, get, ok
from tests.representatives.made import recorded
from tests.world import World


def consents(world: World, client: str = "aino") -> str:
    return f"/v1/clients/{world.clients[client]}/consents"


async def said(who: As, world: World, by: f.Json, client: str = "aino") -> Any:
    return await act(who("nurse"), consents(world, client), f.consent(world, givenByRepresentativeId=by["id"]))


async def test_a_representative_gives_and_takes_back(who: As, world: World, connection: AsyncConnection) -> None:
    giver, taker = await recorded(who, world), await recorded(who, world, mandate="statutory_guardianship")
    row = ok(await said(who, world, giver))
    assert (row["givenByRepresentativeId"], row["withdrawnByRepresentativeId"]) == (giver["id"], None)
    path, body = f"/v1/consents/{row['id']}/withdraw", {"givenByRepresentativeId": taker["id"]}
    gone = ok(await act(who("nurse"), path, body, row))
    assert (gone["givenByRepresentativeId"], gone["withdrawnByRepresentativeId"]) == (giver["id"], taker["id"])
    seen = await get(who("client"), f"/v1/consents/{row['id']}")
    assert gone.pop("consequences") == []
    assert seen == gone | {"allowedActions": seen["allowedActions"]}
    await connection.execute(text("SET LOCAL ROLE NONE"))
    logged = await connection.execute(
        text(
            "SELECT resource_id::text, fields FROM use_log WHERE action = 'act_for_client'"
            " AND resource_type = 'representatives' AND client_id = :client ORDER BY id"
        ),
        {"client": world.clients["aino"]},
    )
    assert [tuple(line) for line in logged] == [(giver["id"], ["give_consent"]), (taker["id"], ["give_consent"])]


async def test_words_of_the_client_name_nobody(who: As, world: World) -> None:
    row = ok(await act(who("nurse"), consents(world), f.consent(world)))
    gone = ok(await act(who("nurse"), f"/v1/consents/{row['id']}/withdraw", {}, row))
    assert (gone["givenByRepresentativeId"], gone["withdrawnByRepresentativeId"]) == (None, None)


async def test_the_clients_login_speaks_for_the_client_alone(who: As, world: World) -> None:
    by = await recorded(who, world)
    spoken = f.consent(world, givenByRepresentativeId=by["id"])
    assert code(await act(who("client"), consents(world), spoken)) == (403, "forbidden")
    row = ok(await act(who("client"), consents(world), f.consent(world)))
    path, body = f"/v1/consents/{row['id']}/withdraw", {"givenByRepresentativeId": by["id"]}
    assert code(await act(who("client"), path, body, row)) == (403, "forbidden")


async def test_what_a_mandate_does_not_suffice_for(who: As, world: World) -> None:
    spoken = await recorded(who, world, mandate="spoken_authorisation", scopes=["refer", "be_present"])
    lacking = await said(who, world, spoken)
    assert code(lacking) == (409, "mandate_lacks_scope")
    assert (lacking.json()["scope"], lacking.json()["scopes"]) == ("give_consent", ["be_present", "refer"])
    later = await recorded(who, world, validFrom="2026-11-24")
    answer = await said(who, world, later)
    assert (code(answer), answer.json()["validFrom"]) == ((409, "mandate_not_yet"), "2026-11-24")
    assert code(await said(who, world, await recorded(who, world, client="veikko"))) == ABSENT
    assert code(await said(who, world, {"id": str(new_id())})) == ABSENT
    assert (await get(who("nurse"), consents(world)))["items"] == []


@pytest.mark.parametrize("ending", ["end", "mark-entered-in-error", "its last day"])
async def test_a_mandate_that_ended_does_nothing_more(who: As, world: World, clock: Clock, ending: str) -> None:
    by = await recorded(who, world, validTo="2026-11-24")
    row = ok(await said(who, world, by))
    if ending == "its last day":
        clock.at = NOON + timedelta(days=2)
    else:
        reason = {"reason": "client_ended" if ending == "end" else "Wrong."}
        ok(await act(who("nurse"), f"/v1/representatives/{by['id']}/{ending}", reason, by))
    assert code(await said(who, world, by)) == (409, "mandate_ended")
    path, body = f"/v1/consents/{row['id']}/withdraw", {"givenByRepresentativeId": by["id"]}
    assert code(await act(who("nurse"), path, body, row)) == (409, "mandate_ended")
    # Half-done is nothing: the consent stands, and the client in person takes it back.
    still = await get(who("nurse"), f"/v1/consents/{row['id']}")
    assert (still["state"], still["version"]) == ("recorded", 1)
    assert ok(await act(who("nurse"), f"/v1/consents/{row['id']}/withdraw", {}, row))["inForce"] is False


@pytest.mark.parametrize(
    ("over", "state"),
    [
        ({}, MandateState.RECORDED),
        ({"valid_from": -3, "valid_to": 0}, MandateState.RECORDED),
        ({"valid_from": -3, "valid_to": -1}, MandateState.RECORDED),
        ({"valid_from": 1}, MandateState.RECORDED),
        ({}, MandateState.ENDED),
        ({}, MandateState.ENTERED_IN_ERROR),
    ],
)
async def test_python_and_sql_agree(
    connection: AsyncConnection, world: World, over: dict[str, int], state: MandateState
) -> None:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    today = NOON.date()
    first, last = (today + timedelta(days=over[name]) if name in over else None for name in ("valid_from", "valid_to"))
    row = Representative(
        client_id=world.clients["sirpa"], name="R", relation="close_person", mandate="written_authorisation",
        scopes=["refer"], valid_from=first or today, valid_to=last, phone=None, email=None, language="fi",
        evidence="x", evidence_seen_at=NOON, evidence_seen_by_id=None,
    )  # fmt: skip
    row.state = state
    if state is MandateState.ENDED:
        row.ended_at, row.ended_reason = NOON, "not_needed"
    if state is MandateState.ENTERED_IN_ERROR:
        row.error_reason = "x"
    async with AsyncSession(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        session.add(row)
        await session.flush()
        found = await standing(session, [row.client_id], today)
        assert ([r.id for r in found.get(row.client_id, [])] == [row.id]) is row.in_force(today)
