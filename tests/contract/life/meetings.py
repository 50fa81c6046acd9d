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
    starts = (place.api.state.clock() + timedelta(days=1)).isoformat()
    plan = {
        "startsAt": starts, "place": "Room 2", "participantIds": [], "reserve": False,
        "agendaParts": [{"title": "What helps sleep", "register": "health"}],
    }  # fmt: skip
    meeting = ok(await nurse.post(f"{at}/meetings", json=plan))
    parts = [{"register": "health", "body": "Sleeps badly."}]
    held = {"clientParticipation": "present", "notes": "Agreed.", "noteParts": parts, "decisions": ["Half days."]}
    await act(nurse, f"/v1/meetings/{meeting['id']}/hold", held)
    if sent is not None:
        await act(nurse, f"{at}/record-outcome", {"code": "work_trial"})
        await act(nurse, f"/v1/referrals/{sent}/feedback", {"level": "closure_notice"})
        await act(nurse, f"{at}/close", {"reason": "plan_completed"})
