"""What left the team in a case: shares, permissions stated and taken back, and who is told to cease."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.runs.life.bodies import CALLED, SHARE, SHARED_PERMISSION
from app.dev.runs.life.place import Place, filled

if TYPE_CHECKING:
    from app.dev.runs.life.case import Case


async def shared(place: Place, case: Case) -> None:
    """Told to others: something shared with the workshop and a link to it, a permission that a sender stated, a
    permission taken back after it was used, and one that is missing."""
    ids, act = case.ids, place.act
    here = f"/v1/clients/{ids['client_id']}"
    permitted = filled(SHARED_PERMISSION, ids)
    await act("nurse", "POST", f"{here}/consents", permitted)
    share = await act("nurse", "POST", f"/v1/pathways/{ids['pathway_id']}/shares", filled(SHARE, ids))
    link = await act("nurse", "POST", f"/v1/shares/{share['id']}/links", {"hours": 24})
    ids |= {"share_id": share["id"], "share_token": link["token"], "share_code": link["code"]}
    ((ids["item_id"],),) = await place.sql(
        "SELECT id::text FROM share_items WHERE share_id = CAST(:id AS uuid) AND kind = 'attachment'", id=share["id"]
    )
    parish = permitted | {"recipientIds": [ids["org_parish"]]}
    given = await act("nurse", "POST", f"{here}/consents", parish)
    await act("nurse", "POST", f"{here}/contacts", CALLED | {"organisationId": ids["org_parish"]})
    await act("nurse", "POST", f"/v1/consents/{given['id']}/withdraw", {})
    missing = await place.send("nurse", "POST", f"{here}/contacts", CALLED | {"organisationId": ids["org_ngo"]})
    ids["gap_id"] = missing.json()["gapId"]
    await place.sql(
        "UPDATE cease_notices SET state = 'released', due_at = now(), released_at = now() WHERE state = 'pending'"
    )
    for name, table in (("notice_id", "cease_notices"), ("disclosure_id", "disclosures")):
        rows = f"SELECT id::text FROM {table} WHERE client_id = CAST(:id AS uuid) ORDER BY id LIMIT 1"
        ((ids[name],),) = await place.sql(rows, id=ids["client_id"])
    listed = await act("nurse", "GET", f"{here}/consents?state=to_verify")
    ids["stated"] = listed["items"][0]["id"]
