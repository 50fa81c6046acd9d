"""Old records asked of somebody on the client's permission, and not answered yet, when that permission ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.consequences import Consequence, Lacking, Touched, when_ended
from app.consents.models import Consent
from app.consents.remaining import change_by, to_be_asked
from app.gaps import service as gaps
from app.kit.codesets import codeset
from app.records import queries
from app.records.models import RecordRequest
from app.records.service import PURPOSE, TOLD


async def resting(session: AsyncSession, consent: Consent, at: datetime) -> list[RecordRequest]:
    """Open requests to a known organisation whose basis asks for permission, and which has none any longer."""
    asked = [
        request
        for request in await queries.asked_of_others(session, consent.client_id)
        if codeset("record_basis")[request.basis].facts["asks"] == "permission"
    ]
    if not asked:
        return []
    change = await change_by(session, consent, at)
    return [
        request
        for request in asked
        if request.holder_organisation_id and not change.now(request.holder_organisation_id, TOLD, PURPOSE).permitted
    ]


def touched(found: list[RecordRequest]) -> list[Touched]:
    return [
        Touched(
            "record_request", "record_request", r.id, r.holder_organisation_id, r.requested_at, tuple(TOLD), r.register
        )
        for r in found
    ]


async def preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return touched(await resting(session, consent, at))


async def effect(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """What was asked cannot be unasked, and what arrives is received: no more reminders leave. When the permission only
    ran out the client is asked."""
    found = await resting(session, consent, at)
    for request in found:
        if to_be_asked(consent) and request.holder_organisation_id is not None:
            lacking = Lacking(
                consent.client_id, (request.holder_organisation_id,), TOLD, PURPOSE, request.team_id, request.pathway_id
            )
            await gaps.ended(session, lacking, at)
    return touched(found)


when_ended(Consequence("record_requests", preview, effect))
