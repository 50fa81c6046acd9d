"""A case in which others were asked, and a plan is kept elsewhere."""

from __future__ import annotations

from app.dev.runs.life.asked.consulting import PAIR, PLAN, QUESTION
from app.dev.runs.life.place import Place, filled


async def consulted(place: Place, ids: dict[str, str]) -> None:
    """Asked of the physician: one that is open, one answered, one whose permission ended; and pair work."""
    act = place.act
    here = f"/v1/pathways/{ids['pathway_id']}/consultations"
    for name in ("consultation_id", "answered_consultation", "stopped_consultation"):
        ids[name] = (await act("nurse", "POST", here, filled(QUESTION, ids)))["id"]
    answer = f"/v1/consultations/{ids['answered_consultation']}/answer"
    await act("physician_msk", "POST", answer, {"answer": "It goes on."})
    stop = "UPDATE consultations SET state = 'permission_ended' WHERE id = CAST(:id AS uuid)"
    await place.sql(stop, id=ids["stopped_consultation"])
    work = await act("nurse", "POST", f"/v1/teams/{ids['team_id']}/pair-work", filled(PAIR, ids))
    ids["pair_work_id"] = work["id"]
    plan = f"/v1/pathways/{ids['pathway_id']}/plan-references"
    ids["reference_id"] = (await act("nurse", "POST", plan, filled(PLAN, ids)))["id"]
