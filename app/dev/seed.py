"""A believable Heinola: the town, and cases in every state a developer wants to see. Everybody is invented.

The cases are made through the HTTP API, so they break when rules do. The clock of the API that makes them goes back
seven weeks and comes forward case by case. Everything is one transaction: an interrupted start leaves an empty town.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import async_sessionmaker

from app.audit.trail import AuditedSession
from app.dev import board_cases
from app.dev.stage import CHECK_CHARACTERS, Stage
from app.dev.town import Town, build_town, sign_in
from app.main import create_app
from app.people.actor import NotEnrolled
from app.people.queries import lock_bootstrap

Body = dict[str, Any]
Sign = Callable[[str, datetime], str]
SAID = {"unemployed_or_at_risk": "yes", "obstacle_to_work": "yes", "client_agrees": "yes"}
DAYS_BACK = 49
# What every health check says.
SECTIONS = (
    "bg_patient_record_summary", "bg_education_work_history", "bg_health_illness_family",
    "bg_current_state_medication", "bg_lifestyle_social_finance", "bg_functional_capacity", "measures", "guidance",
)  # fmt: skip


class Clock:
    """The time of the API that makes the cases."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


async def fill(api: FastAPI, say: Callable[[str], None]) -> bool:
    """Build the town and its cases in the database of this API, unless the town is there. Whether it was built."""
    now = datetime.now(UTC)
    async with api.state.sessions.begin() as session:
        if await inhabited(session, now):
            return False
    say("founding the town: organisations, people, teams, clients")
    clock = Clock(now - timedelta(days=DAYS_BACK + 7))
    state = api.state
    async with state.engine.connect() as connection, connection.begin():
        own = create_app(state.settings, engine=state.engine, now=clock)
        # The same keys and tokens as the API that will read all this, and one transaction round every request.
        own.state.vault, own.state.development = state.vault, state.development
        own.state.issuers, own.state.verifier = state.issuers, state.verifier
        own.state.sessions = async_sessionmaker(
            connection,
            sync_session_class=AuditedSession,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
        )
        async with own.state.sessions.begin() as session:
            await lock_bootstrap(session)  # two starters: the second waits here, and then finds a town
            if await inhabited(session, now):
                return False
        town = await build_town(own)
        say("referring clients, taking them on, giving feedback")
        transport = httpx.ASGITransport(app=own)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            stage = Stage(http, lambda _: None)
            await Seeder(stage, clock, town, now, own.state.development.token).everything()
    return True


async def inhabited(session: Any, at: datetime) -> bool:
    try:
        await sign_in(session, "nurse", at)
    except NotEnrolled:
        return False
    return True


def checked(code: str) -> str:
    """An identity code of the artificial 900-999 range with its check character."""
    return code + CHECK_CHARACTERS[int(code[:6] + code[7:]) % 31]


class Seeder:
    """Makes the cases one after the other; each begins some days ago."""

    def __init__(self, stage: Stage, clock: Clock, town: Town, now: datetime, sign: Sign) -> None:
        self.stage, self.clock, self.town, self.now, self.sign = stage, clock, town, now, sign

    def days_ago(self, days: float) -> None:
        """Move the clock, and sign everybody in anew: a token holds for hours."""
        self.clock.at = self.now - timedelta(days=days)
        for persona in ("employment", "nurse", "physician_mental", "workshop"):
            self.stage.tokens[persona] = self.sign(persona, self.clock.at)

    async def everything(self) -> None:
        await self.closed_with_feedback()
        await self.rejected()
        await self.feedback_owed()
        await self.in_progress()
        await board_cases.silent_holder(self)
        await self.returned()
        await board_cases.overridden(self)
        await self.late_and_waiting()
        await board_cases.on_the_waiting_list(self)
        await board_cases.unassigned(self)
        await self.just_received()
        await self.draft()

    async def closed_with_feedback(self) -> None:
        self.days_ago(DAYS_BACK)
        referral = await self.refer("140574-910", "Kaisu", "Kuusela", "Do the shoulders take warehouse work?", 210)
        path = await self.accept(referral)
        self.days_ago(38)
        await self.check(path, "remaining_work_ability_stated", "Work without lifting above the shoulders is possible.")
        self.days_ago(20)
        path = await self.outcome(path, "work_trial", "Full days without heavy lifting.")
        await self.feed_back(referral, "Full days without heavy lifting suit. A work trial begins.")
        mine = await self.stage.get("employment", f"/v1/referrals/{referral['id']}")
        await self.act("employment", f"/v1/referrals/{referral['id']}/acknowledge-feedback", {}, mine)
        path = await self.stage.get("nurse", f"/v1/pathways/{path['id']}")
        await self.act("nurse", f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path)

    async def rejected(self) -> None:
        self.days_ago(34)
        referral = await self.refer("021181-911", "Rauno", "Rantala", "Asks for a health check before a new job.", 0)
        body = {
            "reason": "belongs_to_occupational_health",
            "advice": "He has a job, so his employer's occupational health care makes the check.",
        }
        await self.decide(referral, "reject", body)

    async def feedback_owed(self) -> None:
        self.days_ago(32)
        referral = await self.refer("250392-912", "Onni", "Oravainen", "Two work trials ended early.", 410)
        path = await self.accept(referral)
        self.days_ago(21)
        await self.check(path, "undetermined_needs_more", "More is needed to say what is possible.")
        problems = {"areas": ["mental_health"], "mainArea": "mental_health", "demanding": True}
        await self.stage.post("nurse", f"/v1/pathways/{path['id']}/problem-areas", problems)
        asked = await self.stage.post(
            "nurse", f"/v1/pathways/{path['id']}/assessments",
            {"kind": "physician_assessment", "question": "What would help him to stay in a work trial?"},
        )  # fmt: skip
        self.days_ago(9)
        findings = {
            "conclusion": "remaining_work_ability_stated",
            "workAbility": "Four hours a day in a quiet place is possible.",
            "physician": {"findings": "Attention deficit likely; an examination is begun."},
        }
        await self.act("physician_mental", f"/v1/assessments/{asked['id']}/complete", findings, asked)
        self.days_ago(4)
        await self.outcome(path, "rehabilitative_work_activity", "Four hours a day in a quiet place.")

    async def in_progress(self) -> None:
        self.days_ago(16)
        referral = await self.refer("080688-913", "Iida", "Ilves", "Tired since the spring; sleeps badly.", 120)
        path = await self.accept(referral)
        plan = {
            "goals": [{"description": "Sleeping through four nights of seven.", "agreedWithClient": True}],
            "strengths": "A vocational qualification in logistics; likes to work outdoors.",
            "commitment": "Iida keeps a diary of her sleep until the next visit.",
        }
        await self.act("nurse", f"/v1/pathways/{path['id']}/agree-plan", plan, path)
        self.days_ago(6)
        await self.check(path, "undetermined_needs_more", "Half days may be possible; the sleep is looked into first.")

    async def returned(self) -> None:
        self.days_ago(8)
        referral = await self.refer("300966-914", "Pentti", "Pajula", "Needs a check.", 95, sender="workshop")
        await self.decide(
            referral,
            "return",
            {"reason": "unclear_reason", "advice": "What does he hope for?"},
        )

    async def late_and_waiting(self) -> None:
        self.days_ago(5)
        await self.refer("170671-915", "Maija", "Mäntylä", "Her back hurts when she sits.", 640)

    async def just_received(self) -> None:
        self.days_ago(1)
        await self.refer(
            "111179-916",
            "Eino",
            "Esimerkki",
            "Lost his driving licence, and so his work.",
            60,
        )

    async def draft(self) -> None:
        self.days_ago(0.1)
        await self.refer("240595-917", "Laura", "Lampi", "To be talked over with Laura on Thursday.", 30, draft=True)

    # The verbs

    async def refer(
        self,
        code: str,
        given_name: str,
        family_name: str,
        reason: str,
        days: int,
        *,
        sender: str = "employment",
        draft: bool = False,
    ) -> Body:
        """A referral with the client's written permission for its purpose and for the feedback."""
        office, area = str(self.town.organisations[sender]), str(self.town.organisations["area"])
        given: Body = {
            "client": {
                "identityCode": checked(code),
                "givenName": given_name,
                "familyName": family_name,
                "municipality": "111",
                "phone": "+358 50 000 0000",
            },
            "reason": reason,
            "askedFor": "health_check",
            "unemploymentDays": days,
            "barriers": ["barrier_health"],
            "criteria": {"answers": SAID},
            "draft": draft,
            "permission": {
                "recipientIds": list({area, office}),
                "dataClasses": ["referral_reason", "work_ability_conclusion", "participation"],
                "purposes": ["work_ability_assessment", "referral_feedback"],
                "validUntil": (self.clock.at + timedelta(days=365)).isoformat(),
                "howGiven": "written",
                "informationGivenAt": self.clock.at.isoformat(),
            },
        }
        return await self.stage.post(sender, "/v1/referrals", given, status=201)

    async def decide(self, referral: Body, verb: str, body: Body) -> Body:
        """The nurse's answer to a referral in the inbox."""
        seen = await self.stage.get("nurse", f"/v1/referrals/{referral['id']}")
        return await self.act("nurse", f"/v1/referrals/{referral['id']}/{verb}", body, seen)

    async def accept(self, referral: Body) -> Body:
        return await self.decide(referral, "accept", {"template": "heinola"})

    async def check(self, path: Body, conclusion: str, work_ability: str) -> Body:
        """The health check, asked for and done."""
        asked = await self.ask(path, "health_check")
        done = {
            "conclusion": conclusion,
            "workAbility": work_ability,
            "healthCheck": {
                "informedOfPurposeAt": self.clock.at.isoformat(),
                "minutes": 100,
                "sections": [
                    *({"section": section, "done": True} for section in SECTIONS),
                    {"section": "laboratory", "done": False, "notDoneBecause": "done_elsewhere"},
                ],
                "measures": {"heightCm": 171, "weightKg": 74, "bloodPressure": [{"systolic": 132, "diastolic": 84}]},
            },
        }
        return await self.act("nurse", f"/v1/assessments/{asked['id']}/complete", done, asked)

    async def ask(self, path: Body, kind: str) -> Body:
        return await self.stage.post("nurse", f"/v1/pathways/{path['id']}/assessments", {"kind": kind})

    async def outcome(self, path: Body, code: str, work_ability: str) -> Body:
        seen = await self.stage.get("nurse", f"/v1/pathways/{path['id']}")
        body = {"code": code, "workAbility": work_ability}
        return await self.act("nurse", f"/v1/pathways/{path['id']}/record-outcome", body, seen)

    async def feed_back(self, referral: Body, text: str) -> None:
        seen = await self.stage.get("nurse", f"/v1/referrals/{referral['id']}")
        told = {"level": "conclusion", "body": text}
        await self.act("nurse", f"/v1/referrals/{referral['id']}/feedback", told, seen)

    async def act(self, who: str, path: str, body: Body, seen: Body) -> Body:
        """A change of what was seen."""
        return await self.stage.post(who, path, body, version=seen["version"])
