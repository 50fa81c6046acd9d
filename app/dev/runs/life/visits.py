"""Appointments of a case: one to come, one offered, one that has begun, and one that was missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.runs.life.asked.visits import OFFER
from app.dev.runs.life.place import Place, filled

if TYPE_CHECKING:
    from app.dev.runs.life.case import Case

BEGUN = (
    "UPDATE appointments SET starts_at = CAST(:now AS timestamptz) - interval '1 hour', ends_at = :now"
    " WHERE id = CAST(:id AS uuid)"
)


async def visits(place: Place, case: Case) -> None:
    """Each at a time that is free: other cases have theirs with the same nurse."""
    ids, act = case.ids, place.act
    here = f"/v1/pathways/{ids['pathway_id']}/appointment-offers"
    for name in ("offered_visit", "appointment_id", "begun_visit", "missed_visit"):
        row = (await act("nurse", "POST", here, filled(OFFER, ids)))["id"]
        found = await act("nurse", "GET", f"/v1/appointments/{row}/free-times?from={ids['soon_on']}")
        ids[name], ids["free_at"] = row, found["items"][-1]["startsAt"]
        if name != "offered_visit":
            first = {"startsAt": found["items"][0]["startsAt"]}
            await act("nurse", "POST", f"/v1/appointments/{row}/choose-time", first)
    for name in ("begun_visit", "missed_visit"):
        await place.sql(BEGUN, now=place.now(), id=ids[name])
    await act("nurse", "POST", f"/v1/appointments/{ids['missed_visit']}/no-show", {})
