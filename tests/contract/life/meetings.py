"""A meeting about Aino, held, with notes of the health register."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.dev.town import Town
from tests.contract.life.preinformation import act, ok, running

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    """On a path that runs, else on one that begins with this and is closed after it."""
    path, sent = await running(place, town)
    nurse, at = place.who("nurse"), f"/v1/pathways/{path}"
    now = place.api.state.clock().replace(second=0, microsecond=0)
    starts, later = now.isoformat(), (now + timedelta(days=1)).isoformat()
    terms = {
        "kind": "permission", "recipientIds": [str(town.organisations["kela"])], "purposes": ["network_meeting"],
        "dataClasses": ["participation", "health", "meeting_notes"], "howGiven": "written",
        "informationGivenAt": "2026-11-01T00:00:00Z",
    }  # fmt: skip
    ok(await nurse.post(f"/v1/clients/{town.clients['aino']}/consents", json=terms))
    plan = {
        "startsAt": starts, "place": "Room 2", "participantIds": [str(town.persons["kela"])], "reserve": False,
        "agendaParts": [{"title": "What helps sleep", "register": "health"}],
    }  # fmt: skip
    meeting = ok(await nurse.post(f"{at}/meetings", json=plan))
    parts = [{"register": "health", "body": "Sleeps badly."}]
    agreed = [{"words": "Asks about a course.", "owner": {"role": "work_ability_coordinator"}}]
    held = {
        "clientParticipation": "present", "notes": "Agreed.", "noteParts": parts, "decisions": ["Half days."],
        "agreed": agreed,
    }  # fmt: skip
    moved = {"startsAt": starts, "reason": "Another room.", "place": "Room 3"}
    await act(nurse, f"/v1/meetings/{meeting['id']}/move", moved)
    seats = ok(await nurse.get("/v1/me"))["seats"]
    wanted = {"seatId": seats[0]["seatId"], "startsAt": later, "place": "The workshop"}
    ok(await place.who("workshop").post("/v1/meeting-invitations", json=wanted))
    await act(nurse, f"/v1/meetings/{meeting['id']}/hold", held)
    if sent is not None:
        await act(nurse, f"{at}/record-outcome", {"code": "work_trial"})
        await act(nurse, f"/v1/referrals/{sent}/feedback", {"level": "closure_notice"})
        await act(nurse, f"{at}/close", {"reason": "plan_completed"})
