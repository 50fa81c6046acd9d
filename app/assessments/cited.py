"""Answered instruments that a health check cites: the score is taken from them and typed by nobody (C-57)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments.contents import InstrumentUse
from app.assessments.models import Assessment
from app.assessments.refusals import at as wrong
from app.assessments.schemas import AssessmentDraft
from app.audit.trail import used
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.people.actor import Actor
from app.responses.models import InstrumentResponse, ResponseState
from app.responses.queries import visible_responses

PLACE = "/body/healthCheck/instruments"


class CitedResponseUnfit(Invalid):
    """Not there for you, of another client, not completed, or entered in error; or what is said beside it differs."""

    code = "cited_response_unfit"
    detail = Text(
        "Viittaa tämän asiakkaan valmiiseen vastaukseen, ja kirjaa mittari, versio, laitos, tapa, päivä ja pisteet "
        "niin kuin siinä on.",
        "Hänvisa till ett färdigt svar av denna klient, och ange mätare, version, utgåva, sätt, dag och poäng som i "
        "det.",
        "Cite a completed response of this client, and say the instrument, version, edition, mode, day and score as "
        "they stand in it.",
    )


async def taken(session: AsyncSession, actor: Actor, assessment: Assessment, given: AssessmentDraft) -> None:
    """Fill in the scores of what is cited. Raises `CitedResponseUnfit`."""
    uses: Sequence[InstrumentUse] = (given.health_check.instruments if given.health_check else None) or ()
    for number, use in enumerate(uses):
        if use.response_id is None:
            continue
        found = await standing(session, actor, assessment, use.response_id)
        if found is None or not agrees(found, use):
            raise wrong(CitedResponseUnfit, [f"{PLACE}/{number}/responseId"])
        use.score = found.score


async def still_stand(session: AsyncSession, actor: Actor, assessment: Assessment, content: Mapping[str, Any]) -> None:
    """Of what was saved before: a cited response may be in error by now. Raises `CitedResponseUnfit`."""
    for number, use in enumerate(content.get("instruments") or ()):
        cited = use.get("responseId")
        if cited is not None and await standing(session, actor, assessment, UUID(cited)) is None:
            raise wrong(CitedResponseUnfit, [f"{PLACE}/{number}/responseId"])


async def standing(
    session: AsyncSession, actor: Actor, assessment: Assessment, response_id: UUID
) -> InstrumentResponse | None:
    rows = visible_responses(actor).where(
        InstrumentResponse.id == response_id,
        InstrumentResponse.client_id == assessment.client_id,
        InstrumentResponse.state == ResponseState.COMPLETED,
    )
    found: InstrumentResponse | None = await session.scalar(rows)
    if found is not None:
        await used(session, "instrument_responses", [(found.id, found.client_id)], fields=["score"])
    return found


def agrees(found: InstrumentResponse, use: InstrumentUse) -> bool:
    said = (use.instrument, use.version, use.edition, use.mode, use.answered_on)
    there = (found.instrument, found.instrument_version, found.edition, found.mode, found.answered_on)
    return said == there and use.score in (None, found.score)
