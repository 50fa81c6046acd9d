"""What the roads of the town leave out: a plan lived with, notes, an amended check, a form added to. With it no table
of clients' data is empty, so that no table shows nothing only because nothing is there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.dev.personas import CLIENTS
from app.dev.stage import Stage
from app.dev.town import Town
from app.kit.clock import civil_date

CHECK = (
    "SELECT a.id FROM assessments a JOIN work_items w ON w.subject_id = a.id JOIN logins l ON l.person_id = w.holder_id"
    " WHERE a.kind = 'health_check' AND a.state = 'completed' AND l.subject = 'nurse' ORDER BY a.id LIMIT 1"
)
FORM = (
    "SELECT f.id FROM preinformation_forms f JOIN pathways p ON p.id = f.pathway_id"
    " WHERE f.state IN ('submitted', 'amended') ORDER BY p.state, f.id LIMIT 1"
)


class Lived:
    """The few moves of it; every one on the newest version."""

    def __init__(self, http: httpx.AsyncClient, root: AsyncEngine) -> None:
        self.stage, self.root = Stage(http, lambda _: None), root

    async def post(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = self.stage.headers(who) | {"If-Match": "*"}
        return self.stage.expect(None, await self.stage.http.post(path, json=body, headers=headers))

    async def id_of(self, statement: str) -> Any:
        async with self.root.connect() as connection:
            return (await connection.execute(text(statement))).scalar_one()

    async def taken_on(self, referral: str) -> str:
        """The path it begins, or the one that runs already."""
        headers = self.stage.headers("nurse") | {"If-Match": "*"}
        answer = await self.stage.http.post(f"/v1/referrals/{referral}/accept", json={}, headers=headers)
        if answer.status_code == 409:
            return str(answer.json()["pathwayId"])
        return str(self.stage.expect(200, answer)["id"])

    async def live(self, town: Town, at: datetime) -> None:
        for persona in ("nurse", "employment", "client"):
            await self.stage.sign_in(persona)
        area = str(town.organisations["area"])
        permission = {
            "recipientIds": [area], "dataClasses": ["referral_reason"], "purposes": ["work_ability_assessment"],
            "howGiven": "oral",
        }  # fmt: skip
        aino = CLIENTS["aino"]
        person = {"identityCode": aino.identity_code, "givenName": aino.given_name, "familyName": aino.family_name}
        sent = await self.post("employment", "/v1/referrals", {
            "client": person | {"municipality": "111"}, "reason": "A run.", "permission": permission,
            "allowDuplicate": True,
        })  # fmt: skip
        path = f"/v1/pathways/{await self.taken_on(sent['id'])}"
        goals = {"goals": [{"description": "Mornings.", "agreedWithClient": True}]}
        goal = (await self.post("nurse", f"{path}/agree-plan", goals))["goals"][-1]["id"]
        follow = {"party": "kela", "what": "Asks.", "dueOn": civil_date(at).isoformat(), "agreedWithClient": True}
        for who, where, body in (
            ("nurse", f"{path}/barriers", {"barrier": "barrier_health", "agreedWithClient": True, "words": "Pain."}),
            ("nurse", f"/v1/goals/{goal}/mark", {"ending": "reached"}),
            ("client", f"{path}/small-steps", {"words": "Slept well."}),
            ("nurse", f"{path}/follow-ups", follow),
            ("nurse", f"{path}/notes", {"dataRegister": "health", "body": "Sleeps badly.", "clientVisible": False}),
            ("nurse", f"{path}/notes", {"dataRegister": "operational", "body": "Monday.", "clientVisible": True}),
        ):
            await self.post(who, where, body)
        check = f"/v1/assessments/{await self.id_of(CHECK)}"
        status = {"lab": "alat", "status": "result_seen", "on": "2026-01-01", "flag": "normal"}
        await self.post("nurse", f"{check}/record-laboratory", {"statuses": [status]})
        await self.post("nurse", f"{check}/amend", {"reason": "Plainer.", "workAbility": "Half days are possible."})
        form = f"/v1/preinformation/{await self.id_of(FORM)}"
        await self.post("nurse", f"{form}/addenda", {"body": "Was in Lahti.", "linkId": "rehabilitation"})
