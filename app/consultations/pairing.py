"""Pair work: recorded by whoever did it, on the client's permission where another organisation hears of the client."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.consents.queries import lock_client
from app.consultations import queries
from app.consultations.models import PairWork
from app.consultations.refusals import ClientNotMeant, CounterpartUnknown, DoneInFuture, PairWorkNotYours
from app.consultations.schemas import PairWorkRecord
from app.consultations.telling import PURPOSE
from app.kit.clock import civil_date
from app.outbox.events import append
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes

TOLD = frozenset({"participation"})
WITHOUT_CLIENT = "advice_without_client"


async def record(
    session: AsyncSession, actor: Actor, team_id: UUID, pathway: Pathway | None, given: PairWorkRecord, at: datetime
) -> PairWork:
    """Raises `DoneInFuture`, `CounterpartUnknown`, `ClientNotMeant`, `ConsentMissing`, `NotFound` for a meeting that
    was not held on the path."""
    if given.done_on > civil_date(at):
        raise at_field(DoneInFuture, "doneOn")
    if pathway is not None and given.kind == WITHOUT_CLIENT:
        raise at_field(ClientNotMeant, "pathwayId")
    if pathway is None and given.meeting_id is not None:
        raise at_field(ClientNotMeant, "meetingId")
    if not await queries.organisation_known(session, given.counterpart_organisation_id, actor.area_id):
        raise at_field(CounterpartUnknown, "counterpartOrganisationId")
    assert actor.person_id is not None
    row = PairWork(
        team_id=team_id,
        person_id=actor.person_id,
        kind=given.kind,
        counterpart_role=given.counterpart_role,
        counterpart_organisation_id=given.counterpart_organisation_id,
        done_on=given.done_on,
        minutes=given.minutes,
        client_id=pathway.client_id if pathway else None,
        pathway_id=pathway.id if pathway else None,
        meeting_id=given.meeting_id,
    )
    if pathway is not None:
        await lock_client(session, pathway.client_id, to_change=False)
        if given.meeting_id is not None:
            await queries.held_meeting(session, given.meeting_id, pathway.id, at)
        if given.counterpart_organisation_id != actor.area_id:
            await tell(session, actor, pathway, row, at)
    session.add(row)
    append(session, "pair_work.recorded", row, client=row.client_id, team=team_id)
    await session.flush()
    return row


async def tell(session: AsyncSession, actor: Actor, pathway: Pathway, row: PairWork, at: datetime) -> None:
    """The other organisation was there: on which permission. Raises `ConsentMissing`."""
    recipient = row.counterpart_organisation_id
    ruling = await consents.ask(session, pathway.client_id, recipient, TOLD, PURPOSE, at)
    if ruling.basis is None:
        raise consents.lacking(
            pathway.client_id,
            ruling,
            recipient,
            TOLD,
            PURPOSE,
            team_id=row.team_id,
            pathway_id=pathway.id,
            missing=TOLD,
        )
    disclosed = await consents.disclose(
        session,
        actor,
        client_id=pathway.client_id,
        recipient_id=recipient,
        data_classes=TOLD,
        purpose=PURPOSE,
        basis=ruling.basis,
        subject_type="pair_work",
        subject_id=row.id,
        at=at,
    )
    row.disclosure_id = disclosed.id


async def mark_entered_in_error(session: AsyncSession, actor: Actor, row: PairWork, reason: str) -> None:
    """It is not counted. Raises `PairWorkNotYours`, `IllegalMove`, `CodeInText`."""
    if row.person_id != actor.person_id:
        raise PairWorkNotYours()
    refuse_codes(reason=reason)
    row.mark_entered_in_error(reason)
    append(session, "pair_work.entered_in_error", row, client=row.client_id, team=row.team_id)
    await session.flush()
