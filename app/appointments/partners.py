"""A partner's person receives a client whom they may be told of: asked at booking, and ended with the permission.

As with an invitation to a meeting, what is told is that the client takes part, when and where.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments import queries
from app.appointments.models import SUBJECT, Appointment
from app.calendars import service as calendars
from app.consents import service as consents
from app.consents.consequences import Consequence, Lacking, Touched, when_ended
from app.consents.models import Consent
from app.consents.remaining import change_by, to_be_asked
from app.consents.rules import Terms
from app.consents.service import ConsentMissing
from app.gaps import service as gaps
from app.outbox.events import append
from app.people.actor import Actor

TOLD = frozenset({"participation"})
PURPOSE = "network_meeting"
ENDED = "permission_ended"


def lacking(row: Appointment, recipients: Iterable[UUID]) -> Lacking:
    return Lacking(row.client_id, tuple(recipients), TOLD, PURPOSE, row.team_id, row.pathway_id)


async def permitted(session: AsyncSession, row: Appointment, organisation: UUID, at: datetime) -> Terms:
    """What the organisation may be told on. Raises `ConsentMissing`: then nothing is told, and nothing is booked."""
    ruling = await consents.ask(session, row.client_id, organisation, TOLD, PURPOSE, at)
    if ruling.basis is None:
        said_no = ruling.prohibited or ruling.refused
        raise ConsentMissing(
            recipients=[str(organisation)],
            data_classes=sorted(TOLD),
            purpose=PURPOSE,
            refused=[str(organisation)] if said_no else [],
            lacking=None if said_no else lacking(row, (organisation,)),
        )
    return ruling.basis


async def tell(
    session: AsyncSession, actor: Actor, row: Appointment, organisation: UUID, basis: Terms, at: datetime
) -> None:
    """The disclosure; whoever receives reads the appointment from now on."""
    told = await consents.disclose(
        session, actor, client_id=row.client_id, recipient_id=organisation, data_classes=TOLD, purpose=PURPOSE,
        basis=basis, subject_type=SUBJECT, subject_id=row.id, at=at,
    )  # fmt: skip
    row.disclosure_id = told.id


def message(session: AsyncSession, row: Appointment) -> None:
    """To the partner's person: that they have a client then."""
    if row.organisation_id is not None:
        append(
            session, "appointment.given", row,
            client=row.client_id, organisation=row.organisation_id, disclosure=row.disclosure_id,
        )  # fmt: skip


async def uncovered(session: AsyncSession, consent: Consent, at: datetime) -> list[Appointment]:
    """Coming appointments with a partner's person who may not be told any more once it has ended."""
    coming = await queries.coming_with_partners(session, consent.client_id, at)
    change = await change_by(session, consent, at)
    return [
        row
        for row in coming
        if row.organisation_id is not None and not change.now(row.organisation_id, TOLD, PURPOSE).permitted
    ]


def touched(found: Iterable[Appointment]) -> list[Touched]:
    return [
        Touched(
            kind="partner_appointment", subject_type=SUBJECT, subject_id=row.id, recipient_id=row.organisation_id,
            at=row.starts_at, data_classes=tuple(TOLD),
        )
        for row in found
    ]  # fmt: skip


async def preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return touched(await uncovered(session, consent, at))


async def effect(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """They are cancelled and their time is free again. To the partner they are gone, as any other that was cancelled;
    the team hears of it, and asks the client again only if the client has said no no."""
    found = await uncovered(session, consent, at)
    for row in found:
        row.cancel("cancel", "team", ENDED, at)
        await calendars.release(session, SUBJECT, row.id, at)
        append(session, "appointment.cancelled", row, client=row.client_id, team=row.team_id)
        if to_be_asked(consent) and row.organisation_id is not None:
            await gaps.ended(session, lacking(row, (row.organisation_id,)), at)
    await session.flush()
    return touched(found)


when_ended(Consequence("partner_appointments", preview, effect))
