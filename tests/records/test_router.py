"""Old records asked, reminded, arrived or not to be had; who may, who sees it, and what asking tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.attachments.hands import attached, on_path, on_referral, said
from tests.conftest import NOON, As, Clock
from tests.factories import (
    ABSENT,
    AINO,
    CODE_WITHIN,
    FOREIGN_CURSOR,
    LACKS,
    NOBODY,
    STALE,
    TOO_LATE,
    UNTAGGED,
    Json,
    a_referral,
    accepted,
    act,
    action,
    closed,
    code,
    consent,
    get,
    ok,
    person,
    pointer,
    prohibition,
)
from tests.world import World


def asked(**over: Any) -> Json:
    return {
        "what": "bg_child_school_health",
        "register": "health",
        "holderName": "Sysmän kouluterveydenhuolto",
        "channel": "letter",
        "basis": "client_permission",
        **over,
    }


def of(world: World, holder: str, **over: Any) -> Json:
    """Asked of an organisation known here."""
    return asked(holderName=None, holderOrganisationId=str(world.organisations[holder]), **over)


@pytest.fixture
async def path(who: As, world: World) -> Json:
    return (await accepted(who, world))[1]


async def a_request(who: As, path: Json, by: str = "nurse", **over: Any) -> Json:
    return ok(await act(who(by), f"{on_path(path)}/record-requests", asked(**over)))


def verb(row: Json, name: str) -> str:
    return f"/v1/record-requests/{row['id']}/{name}"


async def test_asked_reminded_and_arrived_with_its_documents(who: As, path: Json, clock: Clock) -> None:
    nurse = who("nurse")
    row = await a_request(who, path)
    assert (row["state"], row["dueOn"], row["overdue"], row["reminders"]) == ("requested", "2026-12-07", False, 0)
    assert [a["action"] for a in row["allowedActions"] if a["allowed"]] == [
        "remind", "record_arrival", "mark_not_available", "cancel",
    ]  # fmt: skip
    clock.at = NOON + timedelta(days=16)
    nurse = who("nurse")
    late = await get(nurse, f"/v1/record-requests/{row['id']}")
    assert (late["overdue"], late["version"]) == (True, row["version"])
    row = ok(await act(nurse, verb(row, "remind"), {}, row))
    assert (row["state"], row["dueOn"], row["overdue"], row["reminders"]) == ("reminded", "2026-12-23", False, 1)
    row = ok(await act(nurse, verb(row, "remind"), {"dueOn": "2026-12-31"}, row))
    assert (row["dueOn"], row["reminders"]) == ("2026-12-31", 2)
    paper = await attached(nurse, on_path(path), kind="old_record", register="health")
    here = ok(
        await act(nurse, verb(row, "record-arrival"), {"attachmentIds": [paper["id"]], "arrivedOn": "2026-12-08"}, row)
    )
    assert (here["state"], here["arrivedOn"], here["attachmentIds"]) == ("arrived", "2026-12-08", [paper["id"]])
    assert here["endedAt"] is not None
    assert action(here, "remind")["because"] == "illegal_move"
    for name, body in (
        ("remind", {}), ("record-arrival", {}), ("mark-not-available", {"because": "not_found"}),
        ("cancel", {"reason": "x"}),
    ):  # fmt: skip
        refused = await act(nurse, verb(here, name), body, here)
        assert (code(refused), refused.json()["state"]) == (TOO_LATE, "arrived")


async def test_not_to_be_had_and_no_longer_needed(who: As, path: Json) -> None:
    nurse = who("nurse")
    first, second = await a_request(who, path), await a_request(who, path)
    gone = ok(await act(nurse, verb(first, "mark-not-available"), {"because": "destroyed"}, first))
    assert (gone["state"], gone["notAvailableBecause"], gone["overdue"]) == ("not_available", "destroyed", False)
    assert code(await act(nurse, verb(second, "cancel"), {"reason": "of 010190-900P"}, second)) == CODE_WITHIN
    off = ok(await act(nurse, verb(second, "cancel"), {"reason": "The client has them."}, second))
    assert (off["state"], off["endedReason"]) == ("cancelled", "The client has them.")


async def test_verbs_need_the_version(who: As, path: Json) -> None:
    row = await a_request(who, path)
    assert code(await act(who("nurse"), verb(row, "remind"), {})) == UNTAGGED
    assert code(await act(who("nurse"), verb(row, "remind"), {}, row | {"version": 9})) == STALE


async def test_what_is_asked_is_checked(who: As, world: World, path: Json) -> None:
    async def refused(**over: Any) -> tuple[tuple[int, str], str]:
        answer = await act(who("nurse"), f"{on_path(path)}/record-requests", asked(**over))
        return code(answer), pointer(answer)

    assert await refused(holderName=None) == ((422, "holder_unclear"), "/body/holderName")
    both = {"holderOrganisationId": str(world.organisations["kela"])}
    assert (await refused(**both))[0] == (422, "holder_unclear")
    foreign = {"holderName": None, "holderOrganisationId": "01a207d9-2100-73c6-8b0e-23bf2852f1e1"}
    assert await refused(**foreign) == ((422, "holder_unknown"), "/body/holderOrganisationId")
    assert await refused(dueOn="2026-11-22") == ((422, "date_not_possible"), "/body/dueOn")
    assert await refused(note="of 010190-900P") == (CODE_WITHIN, "/body/note")
    assert await refused(holderName="010190-900P") == (CODE_WITHIN, "/body/holderName")
    assert (await refused(id=str(uuid4())))[0] == (422, "unacceptable_id")
    other = await act(who("nurse"), f"{on_path(path)}/record-requests", asked(register="social"))
    assert code(other) == (403, "register_not_yours")
    assert (await a_request(who, path, dueOn="2026-11-23"))["dueOn"] == "2026-11-23"


async def test_an_arrival_is_checked(who: As, world: World, path: Json) -> None:
    nurse, row = who("nurse"), await a_request(who, path)
    _, another = await accepted(who, world)
    foreign = await attached(nurse, on_path(another), register="health")
    empty = await said(nurse, on_path(path), register="health")
    sent = await a_referral(who, world)
    elsewhere = await attached(nurse, on_referral(sent), register="health")
    hidden = await attached(who("social"), on_path(path), register="social")
    for document in (foreign, empty, elsewhere, hidden, {"id": "01a207d9-2100-73c6-8b0e-23bf2852f1e1"}):
        refused = await act(nurse, verb(row, "record-arrival"), {"attachmentIds": [document["id"]]}, row)
        assert (code(refused), pointer(refused)) == ((422, "attachment_unfit"), "/body/attachmentIds")
    for day in ("2026-11-22", "2026-11-24"):
        refused = await act(nurse, verb(row, "record-arrival"), {"arrivedOn": day}, row)
        assert (code(refused), pointer(refused)) == ((422, "date_not_possible"), "/body/arrivedOn")
    here = ok(await act(nurse, verb(row, "record-arrival"), {}, row))
    assert (here["arrivedOn"], here["attachmentIds"]) == ("2026-11-23", [])


async def disclosures(connection: AsyncConnection, row: Json) -> list[tuple[Any, ...]]:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = await connection.execute(
        text("SELECT basis, statute, data_classes FROM disclosures WHERE subject_id = :id ORDER BY id"),
        {"id": row["id"]},
    )
    rows = [tuple(one) for one in found]
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return rows


async def test_asking_a_known_holder_tells_them_and_needs_the_permission(
    who: As, world: World, path: Json, connection: AsyncConnection
) -> None:
    nurse, client = who("nurse"), path["clientId"]
    where = f"{on_path(path)}/record-requests"
    refused = await act(nurse, where, of(world, "kela"))
    kela = str(world.organisations["kela"])
    assert code(refused) == (409, "consent_missing")
    assert (refused.json()["recipients"], refused.json()["dataClasses"]) == ([kela], ["participation"])
    given = ok(await act(nurse, f"/v1/clients/{client}/consents", consent(world, "kela")))
    row = ok(await act(nurse, where, of(world, "kela")))
    row = ok(await act(nurse, verb(row, "remind"), {}, row))
    assert await disclosures(connection, row) == [("consent", None, ["participation"])] * 2
    ok(await act(nurse, f"/v1/consents/{given['id']}/withdraw", {}, given))
    assert code(await act(nurse, verb(row, "remind"), {}, row)) == (409, "consent_missing")
    assert len(await disclosures(connection, row)) == 2
    assert ok(await act(nurse, verb(row, "record-arrival"), {}, row))["state"] == "arrived"


async def test_a_statute_needs_no_permission_and_stops_at_a_prohibition(
    who: As, world: World, path: Json, connection: AsyncConnection
) -> None:
    nurse, where = who("nurse"), f"{on_path(path)}/record-requests"
    row = ok(await act(nurse, where, of(world, "kela", basis="statute")))
    assert await disclosures(connection, row) == [("statute", "statutory_right_to_information", ["participation"])]
    ok(await act(nurse, f"/v1/clients/{path['clientId']}/consents", prohibition(world, "kela")))
    assert code(await act(nurse, where, of(world, "kela", basis="statute"))) == (409, "consent_missing")
    own = ok(await act(nurse, where, of(world, "kela", basis="client_asks")))
    assert await disclosures(connection, own) == [], "the client asks: we tell nothing"


async def test_a_no_to_everybody_stops_asking_anybody(who: As, world: World, path: Json) -> None:
    nurse, where = who("nurse"), f"{on_path(path)}/record-requests"
    ok(await act(nurse, f"/v1/clients/{path['clientId']}/consents", prohibition(world, recipientIds=[])))
    for basis, expected in (("client_permission", 409), ("statute", 409), ("client_asks", 201)):
        assert (await act(nurse, where, asked(basis=basis))).status_code == expected, basis


async def test_lists_of_a_path_and_across_teams(who: As, world: World, path: Json, clock: Clock) -> None:
    nurse = who("nurse")
    later = await a_request(who, path)
    soon = await a_request(who, path, dueOn="2026-11-24")
    _, another = await accepted(who, world)
    third = await a_request(who, another, dueOn="2026-12-01")
    ids = [row["id"] for row in (await get(nurse, f"{on_path(path)}/record-requests"))["items"]]
    assert ids == [soon["id"], later["id"]]
    clock.at = NOON + timedelta(days=2)
    nurse = who("nurse")
    late = await get(nurse, "/v1/record-requests", overdue=True, count=True)
    assert ([row["id"] for row in late["items"]], late["count"]) == ([soon["id"]], 1)
    assert late["items"][0]["overdue"] is True
    first = await get(nurse, "/v1/record-requests", limit=1)
    assert [row["id"] for row in first["items"]] == [soon["id"]]
    rest = await get(nurse, "/v1/record-requests", limit=10, cursor=first["nextCursor"])
    assert [row["id"] for row in rest["items"]] == [third["id"], later["id"]]
    stolen = await who("nurse_deputy").get("/v1/record-requests", params={"cursor": first["nextCursor"]})
    assert code(stolen) == FOREIGN_CURSOR
    ok(await act(nurse, verb(soon, "cancel"), {"reason": "x"}, soon))
    assert [r["id"] for r in (await get(nurse, "/v1/record-requests", state="cancelled"))["items"]] == [soon["id"]]
    assert (await get(nurse, "/v1/record-requests", overdue=True))["items"] == []
    for persona in ("hollola_nurse", "coordinator"):
        assert (await get(who(persona), "/v1/record-requests", count=True))["count"] == 0


async def test_who_may_not(who: As, path: Json) -> None:
    row = await a_request(who, path)
    for persona, refusal in (
        ("", NOBODY), ("employment", LACKS), ("kela", LACKS), ("admin", LACKS), ("lead", LACKS),
        ("hollola_nurse", ABSENT), ("coordinator", ABSENT), ("client", ABSENT),
    ):  # fmt: skip
        assert code(await who(persona).get(f"/v1/record-requests/{row['id']}")) == refusal, persona
        expected = LACKS if persona == "client" else refusal
        assert code(await act(who(persona), verb(row, "cancel"), {"reason": "x"}, row)) == expected, persona
    assert code(await act(who("hollola_nurse"), f"{on_path(path)}/record-requests", asked())) == ABSENT


async def test_a_closed_path_asks_for_nothing_more(who: As, world: World) -> None:
    _, path = await closed(who, world)
    assert code(await act(who("nurse"), f"{on_path(path)}/record-requests", asked())) == TOO_LATE


async def test_the_client_sees_what_is_asked_about_them(who: As, world: World) -> None:
    _, path = await accepted(who, world, client=person(identityCode=AINO))
    row = await a_request(who, path)
    seen = await get(who("client"), f"/v1/record-requests/{row['id']}")
    assert (seen["holderName"], seen["allowedActions"]) == ("Sysmän kouluterveydenhuolto", [])
    assert len((await get(who("client"), "/v1/record-requests"))["items"]) == 1


async def test_one_key_asks_once(who: As, path: Json) -> None:
    key = {"Idempotency-Key": "records-key-1"}
    where = f"{on_path(path)}/record-requests"
    first, again = [ok(await act(who("nurse"), where, asked(), headers=key)) for _ in range(2)]
    assert first == again
    assert len((await get(who("nurse"), where))["items"]) == 1
