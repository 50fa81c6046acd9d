"""Aino in a group: checked, started, held against the criteria; another part that ended, and an after-contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.town import Town

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    nurse, area = place.who("nurse"), str(town.organisations["area"])
    paths = await nurse.get("/v1/pathways", params={"clientId": str(town.clients["aino"]), "state": "active"})
    path = f"/v1/pathways/{paths.json()['items'][0]['id']}"
    period = {"startsOn": "2026-11-23", "endsOn": "2027-01-31"}
    group = {
        "teamId": str(town.team), "name": "Kitchen", "site": "House", "instructor": "Somebody", "providerId": area,
        "maxMembers": 10, **period,
    }  # fmt: skip
    made = await nurse.post("/v1/service-groups", json=group)
    assert made.status_code == 201, made.text
    part = {"kind": "group_employment", "organiserId": area, "payerId": area, "providerId": area, **period}
    member = part | {"groupId": made.json()["id"], "mode": "trainee"}
    row, over = [
        (await nurse.post(f"{path}/participations", json=one)).json()["id"]
        for one in (member, part | {"kind": "training"})
    ]
    timely = {"finding": "timely", "grounds": ["own_wish"]}
    review = {"side": "organiser", "answers": [{"criterion": "soon", "answer": "met"}]}
    for where, body in (
        (f"/v1/participations/{row}/check-timeliness", timely),
        (f"/v1/participations/{row}/start", {}),
        (f"/v1/participations/{row}/quality-reviews", review),
        (f"/v1/participations/{over}/end", {"reason": "never_began", "afterContactMonths": 3}),
    ):
        answer = await nurse.post(where, json=body, headers={"If-Match": "*"})
        assert answer.is_success, answer.text
