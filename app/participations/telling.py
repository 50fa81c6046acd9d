"""Who hears that a client takes part: those who organise it, pay for it and provide it, on the client's permission.

The area itself needs none. Everybody else is asked about when the part is planned and again when it starts; what ends
by itself, and why, is told to nobody from here.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries as consent_queries
from app.consents import service as consents
from app.consents.consequences import Consequence, Lacking, Touched, when_ended
from app.consents.models import Consent
from app.consents.remaining import change_by, to_be_asked
from app.consents.rules import Terms
from app.consents.service import ConsentMissing
from app.gaps import service as gaps
from app.outbox.events import append
from app.participations import queries
from app.participations.models import ServiceParticipation
from app.people.actor import Actor

TOLD = frozenset({"participation"})
PURPOSE = "service_coordination"


def outside(row: ServiceParticipation, area_id: UUID) -> list[UUID]:
    """The organisations of a part that are not the area itself."""
    return sorted({row.organiser_id, row.payer_id, row.provider_id} - {area_id})


async def permitted(
    session: AsyncSession, row: ServiceParticipation, recipients: list[UUID], at: datetime
) -> dict[UUID, Terms]:
    """What each of them is told on. Raises `ConsentMissing` with every one that there is no permission for."""
    bases: dict[UUID, Terms] = {}
    without: list[UUID] = []
    refused: list[UUID] = []
    for recipient in recipients:
        ruling = await consents.ask(session, row.client_id, recipient, TOLD, PURPOSE, at)
        if ruling.basis is not None:
            bases[recipient] = ruling.basis
        else:
            (refused if ruling.prohibited or ruling.refused else without).append(recipient)
    if without or refused:
        gap = Lacking(row.client_id, tuple(without), TOLD, PURPOSE, row.team_id, row.pathway_id)
        raise ConsentMissing(
            recipients=sorted(map(str, (*without, *refused))),
            data_classes=sorted(TOLD),
            purpose=PURPOSE,
            refused=sorted(map(str, refused)),
            lacking=gap if without else None,
        )
    return bases


async def tell(session: AsyncSession, actor: Actor, row: ServiceParticipation, at: datetime) -> None:
    """Ask for each, and write down who was told what. Raises `ConsentMissing`."""
    recipients = outside(row, await consent_queries.area_of(session, row.client_id))
    for recipient, basis in (await permitted(session, row, recipients, at)).items():
        await consents.disclose(
            session,
            actor,
            client_id=row.client_id,
            recipient_id=recipient,
            data_classes=TOLD,
            purpose=PURPOSE,
            basis=basis,
            subject_type="service_participation",
            subject_id=row.id,
            at=at,
        )


async def uncovered(
    session: AsyncSession, consent: Consent, at: datetime
) -> list[tuple[ServiceParticipation, list[UUID]]]:
    """Parts that go on, with those of their organisations that were permitted to know and are no longer."""
    open_ones = await queries.resting(session, consent.client_id)
    if not open_ones:
        return []
    change, area = await change_by(session, consent, at), await consent_queries.area_of(session, consent.client_id)
    found = [(row, [o for o in outside(row, area) if change.stops(o, TOLD, PURPOSE)]) for row in open_ones]
    return [(row, lost) for row, lost in found if lost]


def touched(found: list[tuple[ServiceParticipation, list[UUID]]]) -> list[Touched]:
    return [
        Touched("participation", "service_participation", row.id, organisation, None, tuple(TOLD))
        for row, lost in found
        for organisation in lost
    ]


async def preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return touched(await uncovered(session, consent, at))


async def effect(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """The service is the client's and goes on; those who lost the permission are told no more. The team hears of it,
    and the client is asked again only if they have not said no."""
    found = await uncovered(session, consent, at)
    for row, lost in found:
        append(session, "participation.permission_ended", row, client=row.client_id, team=row.team_id)
        if to_be_asked(consent):
            lacking = Lacking(row.client_id, tuple(lost), TOLD, PURPOSE, row.team_id, row.pathway_id)
            await gaps.ended(session, lacking, at)
    await session.flush()
    return touched(found)


when_ended(Consequence("participations", preview, effect))
