"""Documents of Aino, on a referral and on a path, and old records asked; on a path of her own that is closed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from app.dev.town import Town
from tests.attachments.samples import TEXT, metadata

if TYPE_CHECKING:
    from tests.contract.conftest import Place

HEALTH = {"register": "health", "fileName": "lausunto.txt"}
ASKED = {
    "what": "bg_child_school_health", "register": "health", "holderName": "Sysmän kouluterveydenhuolto",
    "channel": "letter", "basis": "client_permission",
}  # fmt: skip


async def document(http: httpx.AsyncClient, case: str, **over: Any) -> dict[str, Any]:
    """Said what it is, and its bytes put."""
    told = await http.post(f"{case}/attachments", json=metadata(TEXT, "text/plain", **HEALTH | over))
    assert told.status_code == 201, told.text
    path = f"/v1/attachments/{told.json()['id']}/content"
    put = await http.put(path, content=TEXT, headers={"Content-Type": "text/plain"})
    assert put.status_code == 200, put.text
    made: dict[str, Any] = put.json()
    return made


async def live(place: Place, town: Town) -> None:
    from tests.contract.conftest import AINO, new_person

    nurse = place.who("nurse")

    async def act(method: str, path: str, body: Any = None) -> dict[str, Any]:
        headers = {"If-Match": "*"}
        answer = await nurse.request(method, path, json=body, headers=headers if method == "POST" else {})
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    given = new_person(town)
    given["client"] |= {"identityCode": AINO}
    sent = await nurse.post("/v1/referrals", json=given | {"allowDuplicate": True})
    assert sent.status_code == 201, sent.text
    referral = f"/v1/referrals/{sent.json()['id']}"
    await document(nurse, referral)
    running = (await act("GET", referral))["runningPathwayId"]
    joined = {"joinPathwayId": running} if running else {}
    path = f"/v1/pathways/{(await act('POST', f'{referral}/accept', joined))['id']}"
    await document(nurse, path)
    await act("POST", f"{path}/record-requests", ASKED)
    if running:
        return
    await act("POST", f"{path}/record-outcome", {"code": "work_trial"})
    await act("POST", f"{referral}/feedback", {"level": "conclusion", "body": "Half days."})
    await act("POST", f"{path}/close", {"reason": "plan_completed"})
