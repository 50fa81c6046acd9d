"""The client's own copy: complete, as the client may see it, and for nobody else."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.sharing.copies.parts import EXCEPTIONS, PARTS
from tests.conftest import NOON, As, Clock
from tests.contract.conftest import CLIENT_TABLES
from tests.factories import (
    ABSENT,
    AINO,
    LACKS,
    NOBODY,
    Json,
    accepted,
    act,
    an_assessment,
    code,
    get,
    health_check,
    identity_code,
    ok,
    person,
)
from tests.sharing.shared import SECRET, a_document, permit, shared
from tests.world import World


def part(copy: Json, name: str) -> list[Json]:
    return list(next(one["items"] for one in copy["parts"] if one["name"] == name))


async def copied(who: As, client: str, by: str = "client", **given: str) -> Json:
    return ok(await act(who(by), f"/v1/clients/{client}/export", given))


async def aino(who: As, world: World) -> Json:
    client = person(identityCode=AINO, givenName="Aino", familyName="Ahola")
    return (await accepted(who, world, client=client))[1]


async def test_every_table_with_a_client_is_in_the_copy_or_says_why_not(connection: AsyncConnection) -> None:
    tables = {row[0] for row in await connection.execute(text(CLIENT_TABLES))}
    assert len(tables) > 35
    copied_ones = [one.name for one in PARTS]
    assert len(copied_ones) == len(set(copied_ones))
    assert set(copied_ones) | EXCEPTIONS.keys() == tables
    assert not set(copied_ones) & EXCEPTIONS.keys()
    for one in PARTS:
        assert not one.without.keys() - {column.key for column in one.model.__mapper__.column_attrs}, one.name


async def test_the_copy_of_a_client(who: As, world: World, connection: AsyncConnection) -> None:
    path = await aino(who, world)
    await permit(who, world, path)
    await a_document(who, path)
    made = await shared(who, world, path)
    ok(await who("workshop").get(f"/v1/received-shares/{made['id']}"))
    client = path["clientId"]
    answer = await act(who("client"), f"/v1/clients/{client}/export", {})
    copy = ok(answer)
    assert answer.headers["cache-control"] == "no-store"
    whole = json.dumps(copy["parts"], sort_keys=True, ensure_ascii=False)
    assert copy["sha256"] == hashlib.sha256(whole.encode()).hexdigest()
    assert [one["name"] for one in copy["parts"]] == [one.name for one in PARTS]
    assert not [one["name"] for one in copy["parts"] if one["cut"] or one["rows"] != len(one["items"])]
    assert part(copy, "clients")[0]["givenName"] == "Aino"
    assert {row["fileName"] for row in part(copy, "attachments")} >= {"lausunto.txt"}
    assert part(copy, "shares")[0]["recipientOrganisationId"] == "Heinolan työpaja Torppa"
    assert "You permit: Heinolan työpaja Torppa; " in part(copy, "consents")[0]["inWords"]
    assert (
        "with your permission" in next(row for row in part(copy, "disclosures") if row["basis"] == "consent")["inWords"]
    )
    assert any("Timo Torppa (Heinolan työpaja Torppa) read shares" in row["inWords"] for row in part(copy, "use_log"))
    assert {row["inWords"] for row in part(copy, "routing_decisions")} - {""}
    assert AINO not in answer.text
    assert {one["name"] for one in copy["leftOut"]} >= {"outbox_events", "attachment_contents", "assessments.draft"}
    await connection.execute(text("SET LOCAL ROLE NONE"))
    logged = await connection.execute(
        text("SELECT purpose, basis FROM use_log WHERE action = 'export' AND client_id = :id"), {"id": client}
    )
    assert [tuple(row) for row in logged] == [("own_data_request", "own_data_request")]
    told = await connection.execute(
        text("SELECT basis, recipient_is_client FROM disclosures WHERE subject_type = 'export' AND client_id = :id"),
        {"id": client},
    )
    assert [tuple(row) for row in told] == [("client_own_data", True)]


async def test_what_the_client_is_not_to_see_yet_is_not_in_it(who: As, world: World) -> None:
    path = await aino(who, world)
    check = await an_assessment(who, path)
    draft = {"healthCheck": {"sections": [{"section": "bg_functional_capacity", "done": True, "note": "DRAFTED"}]}}
    where = f"/v1/assessments/{check['id']}"
    ok(await who("nurse").patch(where, json=draft, headers={"If-Match": f'"{check["version"]}"'}))
    hidden = {"dataRegister": "health", "body": "NOT FOR HER", "clientVisible": False}
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/notes", hidden))
    ok(
        await act(
            who("nurse"), f"/v1/pathways/{path['id']}/notes", {**hidden, "body": "FOR HER", "clientVisible": True}
        )
    )
    text_of = json.dumps(await copied(who, path["clientId"]))
    assert "NOT FOR HER" not in text_of
    assert "FOR HER" in text_of
    assert "DRAFTED" not in text_of
    done = ok(
        await act(
            who("nurse"),
            f"/v1/assessments/{check['id']}/complete",
            health_check(),
            await get(who("nurse"), f"/v1/assessments/{check['id']}"),
        )
    )
    assert done["state"] == "completed"
    found = part(await copied(who, path["clientId"]), "assessments")
    assert [row["conclusion"] for row in found if row["id"] == check["id"]] == ["undetermined_needs_more"]


async def test_who_makes_it(who: As, world: World) -> None:
    path = await aino(who, world)
    mine, others = path["clientId"], (await accepted(who, world))[1]["clientId"]
    where = f"/v1/clients/{mine}/export"
    assert code(await act(who(""), where, {})) == NOBODY
    for persona in ("employment", "admin", "dpo", "physiotherapist", "social"):
        assert code(await act(who(persona), where, {})) == LACKS, persona
    assert code(await act(who("hollola_nurse"), where, {})) == ABSENT
    assert code(await act(who("client"), f"/v1/clients/{others}/export", {})) == ABSENT
    assert code(await act(who("nurse"), where, {"purpose": "work_ability_assessment"})) == (422, "invalid_request")
    assert part(await copied(who, mine, "nurse"), "clients")[0]["givenName"] == "Aino"


async def test_a_professional_copies_the_registers_they_read(who: As, world: World) -> None:
    path = await aino(who, world)
    await a_document(who, path)
    await an_assessment(who, path)
    ok(
        await act(
            who("nurse"),
            f"/v1/pathways/{path['id']}/notes",
            {"dataRegister": "health", "body": "HEALTH", "clientVisible": True},
        )
    )
    copy = await copied(who, path["clientId"], "coordinator")
    assert part(copy, "assessments") == part(copy, "problem_records") == part(copy, "attachments") == []
    assert "HEALTH" not in json.dumps(copy)
    assert "registers" in [one["name"] for one in copy["leftOut"]]
    assert "HEALTH" in json.dumps(await copied(who, path["clientId"], "nurse"))


async def test_a_protected_client(who: As, world: World) -> None:
    path = await aino(who, world)
    client = await get(who("nurse"), f"/v1/clients/{path['clientId']}")
    headers = {"If-Match": f'"{client["version"]}"'}
    ok(await who("nurse").patch(f"/v1/clients/{client['id']}", json={"protected": True}, headers=headers))
    seen = await get(who("physician_mental"), f"/v1/clients/{client['id']}")
    refused = await act(who("physician_mental"), f"/v1/clients/{client['id']}/export", {})
    assert (refused.status_code == 403) is seen["contactHidden"]
    assert part(await copied(who, client["id"]), "clients")[0]["phone"] == client["phone"]


async def test_the_log_of_24_months(who: As, world: World, clock: Clock) -> None:
    path = await aino(who, world)
    before = len(part(await copied(who, path["clientId"]), "use_log"))
    assert before > 0
    clock.at = NOON + timedelta(days=732)
    log = part(await copied(who, path["clientId"]), "use_log")
    assert len(log) < before


HOSTILE = "<script>alert(1)</script>"


async def test_the_page_escapes_everything(who: As, world: World) -> None:
    client = person(identityCode=identity_code(), givenName=HOSTILE, familyName=HOSTILE)
    path = (await accepted(who, world, client=client, reason=HOSTILE))[1]
    await permit(who, world, path)
    await shared(who, world, path, {"kind": "conclusion", "words": HOSTILE}, message=HOSTILE)
    answer = await act(who("nurse"), f"/v1/clients/{path['clientId']}/export", {"format": "html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    assert answer.text.count("&lt;script&gt;") > 4
    assert SECRET.decode() not in answer.text
