"""Addresses of a path's problem areas: a health professional's word, on which routing rests."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.assessments import queries, service
from app.assessments.schemas import ProblemAreasRead, ProblemAreasRecord
from app.audit.trail import used
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere

router = room("Assessments")
Reader = Annotated[Actor, needs(P.ASSESSMENT_READ)]
Writer = Annotated[Actor, needs(P.ASSESSMENT_WRITE)]


@router.post(
    "/pathways/{pathway_id}/problem-areas",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, NoHealthDataHere,
        service.NotHealthProfessional, service.MainAreaNotListed,
    ),
)  # fmt: skip
async def record_problem_areas(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: ProblemAreasRecord
) -> ProblemAreasRead:
    """What the problem is, and whether the case is demanding: a health professional's word, on which routing rests."""

    async def work() -> ProblemAreasRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        return ProblemAreasRead.model_validate(
            await service.record_problems(session, actor, pathway, given, at), from_attributes=True
        )

    return await once.run(ProblemAreasRead, work)


@router.get("/pathways/{pathway_id}/problem-areas", responses=problems(MissingPermission, NotFound))
async def get_problem_areas(actor: Reader, session: Session, pathway_id: UUID) -> ProblemAreasRead:
    """The newest. Health professionals and the client; to others it is not there."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    if actor.client_id is None and not actor.health_professional:
        raise NotFound()
    record = await queries.newest_problems(session, pathway.id)
    await used(session, "problem_records", [(record.id if record else None, pathway.client_id)])
    if record is None:
        return ProblemAreasRead(
            pathway_id=pathway.id, areas=[], main_area=None, demanding=None, recorded_at=None, recorded_by_id=None
        )
    return ProblemAreasRead.model_validate(record, from_attributes=True)
