"""A call to Aino; notes on her path, of health and for the whole team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.town import Town

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    nurse, aino = place.who("nurse"), town.clients["aino"]
    call = {"direction": "outgoing", "channel": "phone", "result": "reached", "minutes": 12}
    answer = await nurse.post(f"/v1/clients/{aino}/contacts", json=call)
    assert answer.status_code == 201, answer.text
    paths = (await nurse.get("/v1/pathways", params={"clientId": str(aino)})).json()["items"]
    mine = next(path for path in paths if path["state"] == "closed")
    for register in ("health", "operational"):
        given = {"dataRegister": register, "body": "Calls back on Monday.", "clientVisible": True}
        answer = await nurse.post(f"/v1/pathways/{mine['id']}/notes", json=given)
        assert answer.status_code == 201, answer.text
