"""Aino's nurse asks the physician, who answers; and a call made in a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.town import Town

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    nurse, area = place.who("nurse"), str(town.organisations["area"])
    paths = await nurse.get("/v1/pathways", params={"clientId": str(town.clients["aino"]), "state": "active"})
    path = f"/v1/pathways/{paths.json()['items'][0]['id']}"
    question = {
        "seatId": str(town.seats["physician_msk_somatic"]), "theme": "next_step", "question": "Is it too early?",
        "agreedWithClient": {"agreed": True, "on": "2026-11-20", "how": "phone"},
    }  # fmt: skip
    asked = await nurse.post(f"{path}/consultations", json=question)
    assert asked.status_code == 201, asked.text
    answer = f"/v1/consultations/{asked.json()['id']}/answer"
    tag = {"If-Match": "*"}
    told = await place.who("physician_msk").post(answer, json={"answer": "It is not."}, headers=tag)
    assert told.is_success, told.text
    pair = {
        "kind": "joint_call", "counterpartRole": "physiotherapist", "counterpartOrganisationId": area,
        "doneOn": "2026-11-20", "minutes": 20, "pathwayId": paths.json()["items"][0]["id"],
    }  # fmt: skip
    reference = {
        "planType": "multi_sector_plan", "organiserId": area, "madeOn": "2026-11-02", "validFrom": "2026-11-02",
        "clientPermits": {"permitted": True, "on": "2026-11-02", "how": "in_person"},
    }  # fmt: skip
    known = await nurse.post(f"{path}/plan-references", json=reference)
    assert known.status_code == 201, known.text
    made = await nurse.post(f"/v1/teams/{town.team}/pair-work", json=pair)
    assert made.status_code == 201, made.text
