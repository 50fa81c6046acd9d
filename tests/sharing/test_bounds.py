"""Bounds of what is shared and copied: of size, of register, and of a protected identity."""

from __future__ import annotations

import pytest

from app.sharing import service
from app.sharing.copies import service as copies
from tests.conftest import As
from tests.factories import act, code, ok
from tests.sharing.shared import CLASSES, a_document, a_path, body, permit, share
from tests.world import World


async def test_too_much_or_of_two_registers_is_no_share(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    document = await a_document(who, path)
    item = {"kind": "attachment", "sourceId": document["id"]}
    # Somebody who reads both registers tells of one at a time.
    also = {"organisationId": str(world.organisations["area"]), "role": "social_counsellor", "register": "social",
            "validFrom": "2026-11-23"}  # fmt: skip
    ok(await act(who("admin"), f"/v1/persons/{world.persons['nurse']}/memberships", also))
    two = body(world, item, dataClasses=[*CLASSES, "social"])
    assert code(await share(who, path, two)) == (422, "share_mixes_registers")
    given = body(world, item, dataClasses=CLASSES)
    monkeypatch.setattr(service, "MOST_BYTES", 10)
    refused = await share(who, path, given)
    assert (code(refused), refused.json()["maxBytes"]) == ((422, "share_too_large"), 10)
    monkeypatch.setattr(service, "MOST_BYTES", 1000)
    ok(await share(who, path, given))


async def test_a_copy_that_is_cut_says_so(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.clients["aino"]
    for _ in range(2):
        await permit(who, world, {"clientId": str(client)})
    whole = ok(await act(who("client"), f"/v1/clients/{client}/export", {}))
    assert {part["name"]: part["cut"] for part in whole["parts"]}["consents"] is False
    monkeypatch.setattr(copies, "MOST_ROWS", 1)
    short = ok(await act(who("client"), f"/v1/clients/{client}/export", {}))
    [consents] = [part for part in short["parts"] if part["name"] == "consents"]
    assert (consents["rows"], consents["cut"]) == (1, True)
    monkeypatch.setattr(copies, "MOST_BYTES", 10)
    empty = ok(await act(who("client"), f"/v1/clients/{client}/export", {}))
    assert sum(part["rows"] for part in empty["parts"]) == 0


async def test_a_protected_client_is_copied_by_who_sees_the_details(who: As, world: World) -> None:
    path = await a_path(who, world)
    at = f"/v1/clients/{path['clientId']}"
    ok(await who("nurse").patch(at, json={"protected": True}, headers={"If-Match": "*"}))
    purpose = {"purpose": "own_data_request"}
    assert code(await act(who("coordinator"), f"{at}/export", purpose)) == (403, "export_protected")
    ok(await act(who("nurse"), f"{at}/export", purpose))
