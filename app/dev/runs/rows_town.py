"""What the roads of the town leave out: a plan lived with, notes, an amended check, a form added to. With it no table
of clients' data is empty, so that no table shows nothing only because nothing is there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
TOLD = (
    "SELECT f.id FROM feedbacks f JOIN referrals r ON r.id = f.referral_id JOIN logins l ON l.person_id ="
    " r.sender_person_id WHERE l.subject = 'employment' AND f.level IS NOT NULL ORDER BY f.id LIMIT 1"
)
HOLLOLA = (
    "SELECT h.seat_id FROM holders h JOIN logins l ON l.person_id = h.person_id"
    " WHERE l.subject = 'hollola_physician' LIMIT 1"
)
STEP = {"kind": "follow_up", "ownerRole": "work_ability_coordinator", "dueDays": 5, "reason": "client_wishes"}
PAUSE = {"reason": "client_wishes", "nextAction": "Ask how it goes."}
VISIT = "2027-10-12T08:00:00Z"
REMINDED = (
    "INSERT INTO appointment_reminders (id, created_at, appointment_id, client_id, starts_at, at, outcome)"
    " SELECT gen_random_uuid(), now(), id, client_id, starts_at, now(), 'sent' FROM appointments"
    " WHERE id = CAST(:of AS uuid)"
)
SHARED = ["service_path", "participation", "work_ability_conclusion"]


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
            ("nurse", f"/v1/goals/{goal}/achievements", {"achievement": "achieved", "agreedWithClient": True}),
            ("nurse", f"{path}/scores", {"moment": "start", "score": 4, "askedHow": "in_person"}),
            ("nurse", f"{path}/time-entries", {"subjectType": "other", "minutes": 20}),
            ("nurse", f"{path}/client-summaries", {}),
            ("client", f"{path}/small-steps", {"words": "Slept well."}),
            ("nurse", f"{path}/follow-ups", follow),
            ("nurse", f"{path}/add-step", STEP),
            ("nurse", f"{path}/hold", PAUSE | {"untilOn": civil_date(at).isoformat()}),
            ("nurse", f"{path}/notes", {"dataRegister": "health", "body": "Sleeps badly.", "clientVisible": False}),
            ("nurse", f"{path}/notes", {"dataRegister": "operational", "body": "Monday.", "clientVisible": True}),
        ):
            await self.post(who, where, body)
        await self.post("nurse", f"/v1/referrals/{sent['id']}/draft-feedback", {"interim": True})
        told = f"/v1/feedbacks/{await self.id_of(TOLD)}"
        await self.post("employment", f"{told}/ask", {"question": "Until when?"})
        await self.take_part(path, area, str(town.persons["nurse"]))
        await self.consult(path, area, town)
        await self.answer(path)
        check = f"/v1/assessments/{await self.id_of(CHECK)}"
        status = {"lab": "alat", "status": "result_seen", "on": "2026-01-01", "flag": "normal"}
        await self.post("nurse", f"{check}/record-laboratory", {"statuses": [status]})
        await self.post("nurse", f"{check}/amend", {"reason": "Plainer.", "workAbility": "Half days are possible."})
        await self.say_and_share(
            path,
            str(town.clients["aino"]),
            {name: str(id) for name, id in town.organisations.items()} | {"adviser": str(town.persons["kela"])},
        )
        form = f"/v1/preinformation/{await self.id_of(FORM)}"
        await self.post("nurse", f"{form}/addenda", {"body": "Was in Lahti.", "linkId": "rehabilitation"})

    async def answer(self, path: str) -> None:
        """An instrument answered in the health register, and one asked by a link."""
        answers = [{"item": f"phq9_{number}", "value": 1} for number in range(1, 10)]
        told = {"instrument": "phq9", "mode": "interview", "answeredOn": "2026-01-01", "answers": answers}
        await self.post("nurse", f"{path}/responses", told)
        asked = await self.post("nurse", f"{path}/response-requests", {"instrument": "phq9", "language": "en"})
        await self.post("nurse", f"/v1/responses/{asked['id']}/links", {})

    async def take_part(self, path: str, area: str, nurse: str) -> None:
        """A service, checked and held against the criteria, an after-contact, and an appointment reminded of."""
        part = {
            "kind": "training", "organiserId": area, "payerId": area, "providerId": area, "startsOn": "2026-01-01",
            "endsOn": "2027-12-31",
        }  # fmt: skip
        row = f"/v1/participations/{(await self.post('nurse', f'{path}/participations', part))['id']}"
        await self.post("nurse", f"{row}/check-timeliness", {"finding": "timely", "grounds": ["own_wish"]})
        await self.post("nurse", f"{row}/start", {})
        visit = {"kind": "nurse", "personId": nurse, "minutes": 30, "startsAt": VISIT, "outsideHours": True}
        made = await self.post("nurse", f"{path}/appointments", visit)
        async with self.root.begin() as connection:
            await connection.execute(text(REMINDED), {"of": made["id"]})
        review = {"side": "organiser", "answers": [{"criterion": "soon", "answer": "met"}]}
        await self.post("nurse", f"{row}/quality-reviews", review)
        await self.post("nurse", f"{path}/after-contacts", {"months": 3})

    async def consult(self, path: str, area: str, town: Town) -> None:
        """Another team's physician is asked, Kela's adviser when permitted; and pair work, with and without client."""
        agreed = {"agreed": True, "on": "2026-01-01", "how": "phone"}
        given = {"theme": "next_step", "question": "Is it too early?", "agreedWithClient": agreed}
        for seat in (str(await self.id_of(HOLLOLA)), str(town.seats["kela_work_ability_adviser"])):
            await self.post("nurse", f"{path}/consultations", {**given, "seatId": seat, "askLater": True})
        pair = {
            "counterpartRole": "physiotherapist", "counterpartOrganisationId": area, "doneOn": "2026-01-01",
            "minutes": 20,
        }  # fmt: skip
        plan = {
            "planType": "multi_sector_plan", "organiserId": area, "madeOn": "2026-01-02", "validFrom": "2026-01-02",
            "clientPermits": {"permitted": True, "on": "2026-01-02", "how": "phone"},
        }  # fmt: skip
        await self.post("nurse", f"{path}/plan-references", plan)
        for more in ({"kind": "advice_without_client"}, {"kind": "joint_call", "pathwayId": path.rsplit("/", 1)[1]}):
            await self.post("nurse", f"/v1/teams/{town.team}/pair-work", pair | more)

    async def say_and_share(self, path: str, client: str, organisations: dict[str, str]) -> None:
        """A meeting noted by register; shares with three parties, opened and answered by a link, one of them ended; a
        permission taken back after the workshop was told; somebody who may not be told yet."""
        at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=30)
        terms: dict[str, Any] = {
            "kind": "permission", "recipientIds": [organisations["kela"]], "howGiven": "written",
            "dataClasses": ["participation", "health", "meeting_notes"], "purposes": ["network_meeting"],
            "informationGivenAt": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        await self.post("nurse", f"/v1/clients/{client}/consents", terms)
        plan = {
            "startsAt": at.isoformat(), "place": "Room 2", "participantIds": [organisations["adviser"]],
            "reserve": False,
            "agendaParts": [{"title": "What helps sleep", "register": "health"}],
        }  # fmt: skip
        meeting = await self.post("nurse", f"{path}/meetings", plan)
        parts = [{"register": "health", "body": "Sleeps badly."}]
        held = {
            "clientParticipation": "present", "notes": "Agreed.", "noteParts": parts,
            "agreed": [{"words": "Asks.", "owner": {"organisationId": organisations["kela"]}}],
        }  # fmt: skip
        moved = {"startsAt": datetime.now(UTC).replace(second=0, microsecond=0).isoformat(), "reason": "Sooner."}
        await self.post("nurse", f"/v1/meetings/{meeting['id']}/move", moved)
        await self.post("nurse", f"/v1/meetings/{meeting['id']}/hold", held)
        for name in ("kela", "ngo", "workshop"):
            terms = {
                "kind": "permission", "recipientIds": [organisations[name]], "dataClasses": SHARED,
                "purposes": ["service_coordination"], "howGiven": "written",
                "informationGivenAt": "2026-01-01T00:00:00Z",
            }  # fmt: skip
            given = await self.post("nurse", f"/v1/clients/{client}/consents", terms)
            share = await self.post("nurse", f"{path}/shares", {
                "recipientOrganisationId": organisations[name], "channel": "link", "purpose": "service_coordination",
                "dataClasses": SHARED, "items": [{"kind": "conclusion", "words": "Half days."}, {"kind": "plan"}],
                "reply": "answer", "expiresOn": at.date().isoformat(),
            })  # fmt: skip
            link = await self.post("nurse", f"/v1/shares/{share['id']}/links", {})
            opens = {"Share-Token": link["token"], "Share-Code": link["code"]}
            self.stage.expect(200, await self.stage.http.get("/v1/shared", headers=opens))
            said = {"body": "Tuesday suits us."}
            self.stage.expect(None, await self.stage.http.post("/v1/shared/answer", json=said, headers=opens))
        await self.post("nurse", f"/v1/consents/{given['id']}/withdraw", {})
        call = {
            "direction": "outgoing", "channel": "phone", "result": "reached", "met": "party",
            "organisationId": organisations["parish"], "told": ["participation"],
        }  # fmt: skip
        headers = self.stage.headers("nurse")
        refused = await self.stage.http.post(f"/v1/clients/{client}/contacts", json=call, headers=headers)
        self.stage.expect(409, refused)
