"""Aino's assessments amended, and what became of a test of her order."""

from __future__ import annotations

from app.dev.town import Town
from tests.contract.conftest import Place

HOLDERS = {"health_check": "nurse", "physician_assessment": "physician_mental"}


async def live(place: Place, town: Town) -> None:
    """Every completed one of hers has an earlier version; the health check has a result seen."""
    found = await place.who("nurse").get("/v1/assessments", params={"clientId": str(town.clients["aino"])})
    for row in found.json()["items"]:
        if row["state"] != "completed":
            continue
        http, at = place.who(HOLDERS.get(row["kind"], "physiotherapist")), f"/v1/assessments/{row['id']}"
        seen = (await http.get(at)).headers["etag"]
        if row["kind"] == "health_check":
            status = {"lab": "alat", "status": "result_seen", "on": "2026-01-01", "flag": "normal"}
            noted = await http.post(f"{at}/record-laboratory", json={"statuses": [status]}, headers={"If-Match": seen})
            assert noted.status_code == 200, noted.text
            seen = noted.headers["etag"]
        anew = {"reason": "Said more plainly.", "workAbility": "Half days are possible."}
        said = await http.post(f"{at}/amend", json=anew, headers={"If-Match": seen})
        assert said.status_code == 200, said.text
