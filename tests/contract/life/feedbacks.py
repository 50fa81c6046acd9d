"""Of a referral of Aino's: interim feedback, a question about it, and a draft of the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.town import Town

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    from tests.contract.conftest import AINO, new_person

    nurse, sender = place.who("nurse"), place.who("employment")
    given = new_person(town, allowDuplicate=True)
    given["client"]["identityCode"] = AINO
    sent = await sender.post("/v1/referrals", json=given)
    assert sent.status_code == 201, sent.text
    here = f"/v1/referrals/{sent.json()['id']}"
    running = await nurse.get("/v1/pathways", params={"clientId": str(town.clients["aino"]), "state": "active"})
    joined = {"joinPathwayId": running.json()["items"][0]["id"]} if running.json()["items"] else {}
    taken = await nurse.post(f"{here}/accept", json=joined, headers={"If-Match": "*"})
    assert taken.is_success, taken.text
    told = {"level": "conclusion", "interim": True, "body": "It goes on."}
    feedback = await nurse.post(f"{here}/feedback", json=told, headers={"If-Match": "*"})
    assert feedback.status_code == 201, feedback.text
    asked = await sender.post(f"/v1/feedbacks/{feedback.json()['id']}/ask", json={"question": "Until when?"})
    assert asked.status_code == 201, asked.text
    drafted = await nurse.post(f"{here}/draft-feedback", json={"interim": True})
    assert drafted.status_code == 201, drafted.text
