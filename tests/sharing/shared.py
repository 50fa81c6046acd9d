"""A share made of a path, and how it is read: what the tests of this room start from."""

from __future__ import annotations

from typing import Any

import httpx

from tests.attachments.samples import metadata
from tests.conftest import As
from tests.factories import Json, accepted, act, consent, get, ok
from tests.world import World

CLASSES = ["work_ability_conclusion", "service_path", "health", "participation"]
PURPOSES = ["service_coordination", "network_meeting"]
WORDS = "Half days are possible from January."
SECRET = b"Only for the workshop: no lifting over ten kilos."


async def a_path(who: As, world: World, **over: Any) -> Json:
    return (await accepted(who, world, **over))[1]


async def permit(who: As, world: World, path: Json, *recipients: str, by: str = "nurse", **over: Any) -> Json:
    """A consent of the client of the path; a permission to the workshop unless said otherwise."""
    given = consent(world, *recipients or ("workshop",), **{"dataClasses": CLASSES, "purposes": PURPOSES, **over})
    return ok(await act(who(by), f"/v1/clients/{path['clientId']}/consents", given))


async def a_document(who: As, path: Json, by: str = "nurse", content: bytes = SECRET, **over: Any) -> Json:
    said = metadata(content, "text/plain", **{"register": "health", "fileName": "lausunto.txt", **over})
    made = ok(await act(who(by), f"/v1/pathways/{path['id']}/attachments", said))
    address = f"/v1/attachments/{made['id']}/content"
    return ok(await who(by).put(address, content=content, headers={"Content-Type": "text/plain"}))


def body(world: World, *items: Json, to: str = "workshop", **over: Any) -> Json:
    return {
        "recipientOrganisationId": str(world.organisations[to]),
        "purpose": "service_coordination",
        "dataClasses": CLASSES,
        "items": list(items) or [{"kind": "conclusion", "words": WORDS}],
        "message": "As agreed.",
        "reply": "answer",
        "expiresOn": "2026-12-23",
        **over,
    }


async def share(who: As, path: Json, given: Json, by: str = "nurse") -> httpx.Response:
    return await act(who(by), f"/v1/pathways/{path['id']}/shares", given)


async def shared(who: As, world: World, path: Json | None = None, *items: Json, **over: Any) -> Json:
    """A share to the workshop on a permission, as the nurse reads it."""
    if path is None:
        path = await a_path(who, world)
        await permit(who, world, path)
    return ok(await share(who, path, body(world, *items, **over)))


def here(row: Json) -> str:
    return f"/v1/shares/{row['id']}"


def there(row: Json) -> str:
    return f"/v1/received-shares/{row['id']}"


async def again(who: As, row: Json, by: str = "nurse") -> Json:
    return await get(who(by), here(row))


async def linked(who: As, row: Json, by: str = "nurse", **given: Any) -> Json:
    """A new link of the share: token and code are in the answer."""
    return ok(await act(who(by), f"{here(row)}/links", given, await again(who, row, by)))


def holding(made: Json, **over: str) -> dict[str, str]:
    return {"Share-Token": made["token"], "Share-Code": made["code"], **over}


async def withdraw(who: As, given: Json, by: str = "nurse") -> httpx.Response:
    row = await get(who(by), f"/v1/consents/{given['id']}")
    return await act(who(by), f"/v1/consents/{given['id']}/withdraw", {}, row)
