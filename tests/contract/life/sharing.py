"""Something shared of Aino with the parish, opened and answered by a link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.dev.town import Town
from tests.contract.life.preinformation import act, ok

if TYPE_CHECKING:
    from tests.contract.conftest import Place

CLASSES = ["service_path", "participation", "work_ability_conclusion"]
CONTENT = b"Three mornings a week, nothing heavy."


async def live(place: Place, town: Town) -> None:
    made, _ = await shared(place, town)
    link = await act(place.who("nurse"), f"/v1/shares/{made['id']}/links", {})
    held, nobody = holding(link), place.who("")
    ok(await nobody.get("/v1/shared", headers=held))
    ok(await nobody.post("/v1/shared/acknowledge", headers=held))
    ok(await nobody.post("/v1/shared/answer", json={"body": "Tuesday suits us."}, headers=held))


def holding(link: dict[str, Any]) -> dict[str, str]:
    return {"Share-Token": link["token"], "Share-Code": link["code"]}


async def shared(place: Place, town: Town) -> tuple[dict[str, Any], dict[str, Any]]:
    """A share with a document in it and the permission it rests on, of Aino's newest path."""
    from tests.attachments.samples import metadata

    nurse, aino = place.who("nurse"), town.clients["aino"]
    paths = "SELECT id FROM pathways WHERE client_id = :client AND team_id = :team ORDER BY state, id DESC"
    path = f"/v1/pathways/{(await place.sql(paths, client=aino, team=town.team))[0][0]}"
    parish = str(town.organisations["parish"])
    permitted = {
        "kind": "permission", "recipientIds": [parish], "dataClasses": CLASSES, "purposes": ["service_coordination"],
        "howGiven": "written", "informationGivenAt": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    consent = ok(await nurse.post(f"/v1/clients/{aino}/consents", json=permitted))
    found = await place.sql(
        "SELECT id FROM attachments WHERE client_id = :client AND state = 'available' AND register = 'operational'"
        " AND pathway_id = :path",
        client=aino,
        path=path.rpartition("/")[2],
    )
    items: list[dict[str, Any]] = [{"kind": "conclusion", "words": "Half days are possible."}, {"kind": "plan"}]
    if found:
        items.append({"kind": "attachment", "sourceId": str(found[0][0])})
    else:
        said = metadata(CONTENT, "text/plain", register="operational", fileName="suunnitelma.txt")
        told = await nurse.post(f"{path}/attachments", json=said)
        if told.status_code == 201:
            document = told.json()["id"]
            put = f"/v1/attachments/{document}/content"
            ok(await nurse.put(put, content=CONTENT, headers={"Content-Type": "text/plain"}))
            items.append({"kind": "attachment", "sourceId": document})
    given = {
        "recipientOrganisationId": parish, "channel": "link", "purpose": "service_coordination",
        "dataClasses": CLASSES, "items": items, "reply": "answer", "expiresOn": expires(place),
    }  # fmt: skip
    return ok(await nurse.post(f"{path}/shares", json=given)), consent


def expires(place: Place) -> str:
    now: datetime = place.api.state.clock()
    return (now + timedelta(days=30)).date().isoformat()
