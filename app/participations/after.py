"""Contacts after a service, or after the path: planned, and how it went (C-46). The work of one is somebody's from the
moment it is planned, also when the path is closed, and is handed over with the rest."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries as consent_queries
from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.outbox.events import append
from app.participations.models import AFTER_CONTACT, AFTER_CONTACT_FLOW, AfterContact
from app.participations.refusals import DayInTheFuture
from app.participations.steps import AFTERWARDS
from app.pathways import service as pathways
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.responsible import check_responsible
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes
from app.work import service as work


async def agree(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    months: int,
    participation_id: UUID | None,
    holder_id: UUID | None,
    at: datetime,
    *,
    id: UUID | None = None,
    field: str = "holderId",
) -> AfterContact:
    """Whoever holds it sits in the team today. Raises `IllegalMove`, `NotInTeam`, `InConflict`."""
    PATHWAY_FLOW.check(pathway.state, "plan_after_contact")
    area = await consent_queries.area_of(session, pathway.client_id)
    holder = holder_id or pathway.responsible_person_id
    await check_responsible(
        session, holder, pathway.team_id, area, at, f"/body/{field}", client_id=pathway.client_id, lock=True
    )
    row = AfterContact(
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        team_id=pathway.team_id,
        participation_id=participation_id,
        months=months,
        author_id=actor.person_id,
    )
    if id is not None:
        row.id = id
    session.add(row)
    await session.flush()
    await work.open_for(
        session,
        kind=AFTER_CONTACT,
        client_id=row.client_id,
        area_id=area,
        team_id=row.team_id,
        subject_type=AFTER_CONTACT,
        subject_id=row.id,
        holder_id=holder,
        at=at,
    )
    await pathways.complete_step_of(session, actor, pathway.id, AFTERWARDS, at)
    append(session, "after_contact.planned", row, client=row.client_id, team=row.team_id)
    await session.flush()
    return row


async def finish(
    session: AsyncSession,
    actor: Actor,
    row: AfterContact,
    verb: str,
    at: datetime,
    *,
    code: str,
    words: str | None,
    ended_on: date | None = None,
) -> None:
    """`complete`, `miss` or `cancel`; the work of it is done. Raises `IllegalMove`, `DayInTheFuture`, `CodeInText`."""
    AFTER_CONTACT_FLOW.check(row.state, verb)
    refuse_codes(words=words)
    today = civil_date(at)
    if ended_on is not None and ended_on > today:
        raise at_field(DayInTheFuture, "endedOn")
    name, pointer = ("result", "/body/result") if verb == "complete" else ("reason", "/body/reason")
    require_in_force(f"after_contact_{name}", code, today, pointer)
    row.finish(verb, code, words, ended_on or today, actor.person_id, at)
    await session.flush()
    await work.finish(session, row.id, AFTER_CONTACT, at)
    append(session, f"after_contact.{row.state.value}", row, client=row.client_id, team=row.team_id)
    await session.flush()
