"""Aino's plan: a barrier with words, a goal reached, a small step, a follow-up; a step of her own, and a pause."""

from __future__ import annotations

from app.dev.town import Town
from app.kit.clock import civil_date
from tests.contract.conftest import Place

ADDED = {
    "kind": "follow_up", "ownerRole": "work_ability_coordinator", "dueDays": 5, "purpose": {"en": "A walk together."},
    "reason": "client_wishes",
}  # fmt: skip


async def live(place: Place, town: Town) -> None:
    nurse, client = place.who("nurse"), place.who("client")
    running = await nurse.get("/v1/pathways", params={"clientId": str(town.clients["aino"]), "state": "active"})
    if running.json()["items"]:
        path = f"/v1/pathways/{running.json()['items'][0]['id']}"
    else:
        accepted = await place.who("employment").post("/v1/referrals", json=_referral(town))
        assert accepted.status_code == 201, accepted.text
        started = await nurse.post(f"/v1/referrals/{accepted.json()['id']}/accept", json={}, headers={"If-Match": "*"})
        assert started.status_code == 200, started.text
        path = f"/v1/pathways/{started.json()['id']}"
    today = civil_date(place.api.state.clock()).isoformat()
    goals = {"goals": [{"description": "Mornings.", "agreedWithClient": True}]}
    planned = await nurse.post(f"{path}/agree-plan", json=goals, headers={"If-Match": "*"})
    goal = planned.json()["goals"][-1]["id"]
    words = {"barrier": "barrier_health", "agreedWithClient": True, "words": "Back pain."}
    follow = {"party": "kela", "what": "Asks how it goes.", "dueOn": today, "agreedWithClient": True}
    for who, where, body in (
        (nurse, f"{path}/barriers", words),
        (nurse, f"/v1/goals/{goal}/mark", {"ending": "reached"}),
        (client, f"{path}/small-steps", {"words": "Slept well."}),
        (nurse, f"{path}/follow-ups", follow),
        (nurse, f"{path}/add-step", ADDED),
        (nurse, f"{path}/hold", {"untilOn": today, "reason": "client_wishes", "nextAction": "Ask how it goes."}),
        (nurse, f"{path}/end-hold", {}),
    ):
        answer = await who.post(where, json=body, headers={"If-Match": "*"})
        assert answer.is_success, answer.text


def _referral(town: Town) -> dict[str, object]:
    from tests.contract.conftest import AINO, new_person

    given = new_person(town, allowDuplicate=True)
    given["client"]["identityCode"] = AINO
    return given
