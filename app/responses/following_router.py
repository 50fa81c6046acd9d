"""Addresses of what follows a completed response: guidance, and seeing to a sign of danger."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.instruments.shown import Shown
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch
from app.kit.once import OnceOnly
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.responses import refusals, service
from app.responses.models import InstrumentResponse
from app.responses.router import CHANGES, change
from app.responses.schemas import GuidanceAnswer, ResponseRead, SafetyHandle
from app.security.permissions import Permission as P

router = room("Responses")
Writer = Annotated[Actor, needs(P.RESPONSE_WRITE)]


@router.post("/responses/{response_id}/answer-guidance", responses=problems(*CHANGES, *refusals.FOLLOWING))
async def answer_response_guidance(
    actor: Writer,
    session: Session,
    at: Now,
    shelf: Shown,
    once: OnceOnly,
    expected: IfMatch,
    response_id: UUID,
    given: GuidanceAnswer,
) -> ResponseRead:
    """What the prompt led to (C-41): guided, with where to, or no need. Once."""

    async def do(row: InstrumentResponse) -> None:
        service.guide(actor, row, given, at)

    return await change(session, actor, shelf, once, expected, response_id, do)


@router.post(
    "/responses/{response_id}/handle-safety",
    responses=problems(*CHANGES, refusals.NoSafetySign, refusals.SafetyHandled, CodeInText),
)
async def handle_response_safety(
    actor: Writer,
    session: Session,
    at: Now,
    shelf: Shown,
    once: OnceOnly,
    expected: IfMatch,
    response_id: UUID,
    given: SafetyHandle,
) -> ResponseRead:
    """Somebody saw to a sign of danger: who and when is kept. Any professional of the register in the team."""

    async def do(row: InstrumentResponse) -> None:
        service.see_to(actor, row, given, at)

    return await change(session, actor, shelf, once, expected, response_id, do)
