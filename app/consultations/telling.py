"""On what permission a seat of another organisation or register is asked, and what follows when it ends or comes.

Who waits for a permission is asked when it comes. What an end closes before an answer is not asked again by itself;
what was answered stays in the record, and is not shown to that seat while the client does not permit it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import Disclosure
from app.consents import service as consents
from app.consents.consequences import Consequence, Lacking, Touched, when_ended, when_given
from app.consents.models import Consent
from app.consents.remaining import change_by, to_be_asked
from app.consents.rules import Ruling, Terms
from app.consultations import answering, queries
from app.consultations.models import Consultation, ConsultationState
from app.gaps import service as gaps
from app.outbox.events import append
from app.people.actor import Actor

PURPOSE = "service_coordination"
S = ConsultationState


def classes(row: Consultation) -> frozenset[str]:
    return frozenset(row.data_classes)


def lacking_of(row: Consultation) -> Lacking:
    return Lacking(
        row.client_id, (row.organisation_id,), classes(row), PURPOSE, row.team_id, row.pathway_id, row.asked_by_id
    )


async def permitted(session: AsyncSession, row: Consultation, at: datetime, *, later: bool) -> Terms | None:
    """What it is asked on; with `later` None where the client is to be asked first. Inside the area's own register it
    is asked on none, and to another team of the area unless the client says no. Raises `ConsentMissing`."""
    if not row.gated and row.seat_team_id == row.team_id:
        return None
    ruling = await consents.ask(session, row.client_id, row.organisation_id, classes(row), PURPOSE, at)
    if not row.gated and not (ruling.prohibited or ruling.refused):
        return None
    if row.gated and ruling.basis is not None:
        return ruling.basis
    if later and not (ruling.prohibited or ruling.refused):
        return None
    raise consents.lacking(
        row.client_id, ruling, row.organisation_id, classes(row), PURPOSE, team_id=row.team_id,
        pathway_id=row.pathway_id, missing=classes(row),
    )  # fmt: skip


async def disclosed(session: AsyncSession, actor: Actor, row: Consultation, basis: Terms, at: datetime) -> Disclosure:
    """Write down what the seat's organisation is told now."""
    return await consents.disclose(
        session,
        actor,
        client_id=row.client_id,
        recipient_id=row.organisation_id,
        data_classes=classes(row),
        purpose=PURPOSE,
        basis=basis,
        subject_type="consultation",
        subject_id=row.id,
        at=at,
    )


async def tell(session: AsyncSession, actor: Actor, row: Consultation, basis: Terms, at: datetime) -> None:
    """Write down what the seat's organisation is told, and ask it."""
    row.ask((await disclosed(session, actor, row, basis, at)).id, at)
    await answering.open_work(session, row, at)
    append(session, "consultation.asked", row, client=row.client_id, team=row.team_id)
    await session.flush()


def stopped(row: Consultation, ruling: Ruling) -> bool:
    return not ruling.permitted if row.gated else ruling.prohibited or ruling.refused


async def uncovered(session: AsyncSession, consent: Consent, at: datetime) -> list[Consultation]:
    """What waits for an answer, and was permitted to, and is no longer; in another team of the area, what the client
    now says no to."""
    found = await queries.all_of(session, queries.resting(consent.client_id, S.ASKED))
    if not found:
        return []
    change = await change_by(session, consent, at)
    return [row for row in found if stopped(row, change.now(row.organisation_id, classes(row), PURPOSE))]


def touched(found: list[Consultation]) -> list[Touched]:
    return [
        Touched("consultation", "consultation", row.id, row.organisation_id, None, tuple(sorted(row.data_classes)),
                row.register)
        for row in found
    ]  # fmt: skip


async def preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return touched(await uncovered(session, consent, at))


async def effect(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """It is closed to the seat before an answer. The asking team hears of it, the seat does not."""
    found = await uncovered(session, consent, at)
    for row in found:
        row.lose()
        await answering.close_work(session, row, at)
        append(session, "consultation.permission_ended", row, client=row.client_id, team=row.team_id)
        if row.gated and to_be_asked(consent):
            await gaps.ended(session, lacking_of(row), at)
    await session.flush()
    return touched(found)


async def mend(session: AsyncSession, consent: Consent, at: datetime) -> None:
    """What waited for the permission is asked now."""
    for row in await queries.all_of(session, queries.resting(consent.client_id, S.AWAITING_PERMISSION)):
        ruling = await consents.ask(session, row.client_id, row.organisation_id, classes(row), PURPOSE, at)
        if ruling.basis is not None:
            await tell(session, session.info["actor"], row, ruling.basis, at)


when_ended(Consequence("consultations", preview, effect))
when_given("consultations", mend)
