"""What came of Aino's path: a goal assessed, a score, an outcome, a summary offered and one in draft, time spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.town import Town
from tests.contract.life.preinformation import act, ok, running

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    """On a path that runs, else on one that begins with this and is closed after it."""
    path, sent = await running(place, town)
    nurse, at = place.who("nurse"), f"/v1/pathways/{path}"
    goals = {"goals": [{"description": "Evenings.", "agreedWithClient": True}]}
    goal = (await act(nurse, f"{at}/agree-plan", goals))["goals"][-1]["id"]
    came = {"achievement": "improving", "agreedWithClient": True}
    ok(await nurse.post(f"/v1/goals/{goal}/achievements", json=came))
    ok(await nurse.post(f"{at}/scores", json={"moment": "start", "score": 4, "askedHow": "in_person"}))
    ok(await nurse.post(f"{at}/time-entries", json={"subjectType": "other", "minutes": 20}))
    summary = ok(await nurse.post(f"{at}/client-summaries", json={}))
    await act(nurse, f"/v1/client-summaries/{summary['id']}/offer", {})
    ok(await place.who("client").get(f"/v1/client-summaries/{summary['id']}"))
    if sent is not None:
        await act(nurse, f"{at}/record-outcome", {"code": "work_trial"})
        await act(nurse, f"/v1/referrals/{sent}/feedback", {"level": "closure_notice"})
        await act(nurse, f"{at}/close", {"reason": "plan_completed"})
