"""Aino takes back what the workshop was told on, and is to be asked about another organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.town import Town

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    from tests.contract.conftest import permission

    nurse, contacts = place.who("nurse"), f"/v1/clients/{town.clients['aino']}/contacts"
    workshop, ngo = town.organisations["workshop"], town.organisations["ngo"]
    terms = permission(workshop) | {"kind": "permission", "purposes": ["service_coordination"]}
    given = await nurse.post(f"/v1/clients/{town.clients['aino']}/consents", json=terms)
    assert given.status_code == 201, given.text
    for organisation, status in ((workshop, 201), (ngo, 409)):
        call = {
            "direction": "outgoing", "channel": "phone", "result": "reached", "met": "party",
            "organisationId": str(organisation), "told": ["participation"],
        }  # fmt: skip
        told = await nurse.post(contacts, json=call)
        assert told.status_code == status, told.text
    assert told.json()["gapId"]
    taken = await nurse.post(f"/v1/consents/{given.json()['id']}/withdraw", json={}, headers={"If-Match": "*"})
    assert [one["kind"] for one in taken.json()["consequences"]] == ["recipient_told"], taken.text
