"""Which step of the path a service is, and which steps are done with what is recorded of it.

The step of a service is done when the service starts; that of the check with a check that does not say `not_timely`;
those of the quality criteria and of agreeing on a contact afterwards with a review and a planned contact. As of an
assessment or a meeting: whatever the order, and only while the step is planned. The caller holds the lock of the path.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.participations import queries
from app.participations.models import ServiceParticipation, Timeliness
from app.pathways import service as pathways
from app.pathways.steps import done_elsewhere
from app.people.actor import Actor

CHECK, CRITERIA, AFTERWARDS = "timeliness_check", "quality_criteria", "after_contact"


async def link(session: AsyncSession, row: ServiceParticipation) -> None:
    """Without a step of its own: the path's planned step of the same kind, where there is exactly one that no other
    service is."""
    if row.step_id is not None:
        return
    free = await queries.free_steps(session, row.pathway_id, row.kind)
    if len(free) == 1:
        row.step_id = free[0]


async def begun(session: AsyncSession, actor: Actor, row: ServiceParticipation, at: datetime) -> None:
    """The service has started: so its step is done."""
    if row.step_id is None or row.started_on is None:
        return
    step = await queries.planned_step(session, row.step_id)
    if step is not None:
        await done_elsewhere(session, actor, step, at)


async def checked(
    session: AsyncSession, actor: Actor, row: ServiceParticipation, finding: Timeliness, at: datetime
) -> None:
    if finding is not Timeliness.NOT_TIMELY:
        await pathways.complete_step_of(session, actor, row.pathway_id, CHECK, at)
