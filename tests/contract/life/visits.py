"""Appointments of Aino: with the nurse, and with Kela's adviser whom she lets be told; a reminder of one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.dev.town import Town
from app.kit.ids import new_id
from tests.contract.life.preinformation import act, ok, running

if TYPE_CHECKING:
    from tests.contract.conftest import Place

REMINDED = (
    "INSERT INTO appointment_reminders (id, created_at, appointment_id, client_id, starts_at, at, outcome)"
    " SELECT :id, now(), id, client_id, starts_at, now(), 'sent' FROM appointments WHERE id = CAST(:of AS uuid)"
)


async def live(place: Place, town: Town) -> None:
    path, sent = await running(place, town)
    nurse, here = place.who("nurse"), f"/v1/pathways/{path}"
    soon = place.api.state.clock() + timedelta(days=9)
    made = int(await place.value("SELECT count(*) FROM appointments"))
    starts = soon.replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(hours=made)
    terms = {"kind": "nurse", "personId": str(town.persons["nurse"]), "minutes": 30, "outsideHours": True}
    row = ok(await nurse.post(f"{here}/appointments", json=terms | {"startsAt": starts.isoformat()}))
    await place.sql(REMINDED, id=new_id(), of=row["id"])
    offer = {"kind": "nurse", "personId": str(town.persons["nurse"]), "bookableUntil": soon.date().isoformat()}
    ok(await nurse.post(f"{here}/appointment-offers", json=offer))
    if sent is not None:
        await act(nurse, f"{here}/record-outcome", {"code": "work_trial"})
        await act(nurse, f"/v1/referrals/{sent}/feedback", {"level": "closure_notice"})
        await act(nurse, f"{here}/close", {"reason": "plan_completed"})
