"""The work that a consultation is: to answer, for whoever sits on the seat, and to see to it, for whoever asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.queries import area_of
from app.consultations import queries, rules
from app.consultations.models import Consultation
from app.kit.clock import civil_date
from app.work import service as work
from app.work.models import CONSULTATION, CONSULTATION_ASKED, WorkItem
from app.work.queries import work_of

VACANT = "seat_vacant"


async def open_work(session: AsyncSession, row: Consultation, at: datetime) -> None:
    """To answer, on a seat of the area: with whoever is asked today, or with an alarm in a queue while nobody sits
    there. It takes no place on the seat. A partner's people have it on their list of consultations."""
    area = await area_of(session, row.client_id)
    if row.organisation_id != area:
        return
    found = await queries.seat_of(session, row.seat_id, [area])
    assert found is not None
    seated = await queries.seated(session, found[0], area, civil_date(at))
    asked = rules.asked_of(rules.reading(seated, row.register, row.gated), await queries.barred(session, row.client_id))
    item = await work_of(session, row.id, CONSULTATION, lock=True)
    if item is None:
        item = WorkItem(
            client_id=row.client_id,
            area_id=area,
            team_id=row.seat_team_id,
            kind=CONSULTATION,
            subject_type="consultation",
            subject_id=row.id,
            queue=VACANT,
            opened_at=at,
        )
        session.add(item)
    item.closed_at = None
    if asked is None:
        work.wait(item, queue=VACANT, seat_id=None, alarm=True)
    else:
        work.hand_on(item, asked.person_id, at)
        item.queue, item.alarm = None, False
    await session.flush()


async def open_asked(session: AsyncSession, row: Consultation, at: datetime) -> None:
    """For whoever asked, until they have read the answer: so it is never lost, whoever sits on the seat."""
    await work.open_for(
        session,
        kind=CONSULTATION_ASKED,
        client_id=row.client_id,
        area_id=await area_of(session, row.client_id),
        team_id=row.team_id,
        subject_type="consultation",
        subject_id=row.id,
        holder_id=row.asked_by_id,
        at=at,
    )


async def close_work(session: AsyncSession, row: Consultation, at: datetime) -> None:
    await work.finish(session, row.id, CONSULTATION, at)


async def close_asked(session: AsyncSession, row: Consultation, at: datetime) -> None:
    await work.finish(session, row.id, CONSULTATION_ASKED, at)
