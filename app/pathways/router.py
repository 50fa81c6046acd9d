"""Addresses of service paths: the plan, the steps, the outcome, the closing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways import closing, outcomes, reading, service
from app.pathways.models import PathClosed, Pathway, PathwayState
from app.pathways.next_action import NextActionDay
from app.pathways.queries import visible_pathways, worked_pathways
from app.pathways.responsible import NotInTeam
from app.pathways.schemas import (
    OutcomeRecord,
    PathwayClose,
    PathwayPage,
    PathwayRead,
    PathwayUpdate,
    PlanAgree,
)  # fmt: skip
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.routing.service import NotInSeat
from app.security.permissions import Permission as P
from app.work.service import InConflict, SeatFull

router = room("Service paths")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed, CodeInText)


@router.get("/pathways", responses=problems(MissingPermission, BadCursor))
async def list_pathways(
    actor: Reader,
    session: Session,
    paging: Paged,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    state: PathwayState | None = None,
) -> PathwayPage:
    """Paths of my teams' clients (or mine), the newest first."""
    rows = visible_pathways(actor)
    if client_id is not None:
        rows = rows.where(Pathway.client_id == client_id)
    if state is not None:
        rows = rows.where(Pathway.state == state)
    found, after, count = await paging.run(session, rows, Pathway.id, caller=actor.login_id)
    await used(session, "pathways", [(p.id, p.client_id) for p in found], action="search")
    return PathwayPage(items=await reading.summaries(session, actor, found), next_cursor=after, count=count)


@router.get("/pathways/{pathway_id}", responses=problems(MissingPermission, NotFound))
async def get_pathway(actor: Reader, session: Session, pathway_id: UUID, response: Response) -> PathwayRead:
    """One path: its steps, goals, outcomes, worker and next action, and what may be done with it now."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    await used(session, "pathways", [(pathway.id, pathway.client_id)])
    stamp(response, pathway.version)
    return await reading.show(session, actor, pathway)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    pathway_id: UUID,
    do: Callable[[Pathway], Awaitable[object]],
) -> PathwayRead:
    """One verb on one path, once, on the version the caller knew. A change of a child makes a new version too."""

    async def versioned(pathway: Pathway) -> None:
        before = pathway.version
        await do(pathway)
        await session.flush()
        if pathway.version == before:
            pathway.touch()
            await session.flush()

    return await once.change(
        PathwayRead,
        lambda: one(session, worked_pathways(actor), pathway_id, lock=True),
        expected,
        lambda p: reading.show(session, actor, p),
        versioned,
    )


@router.patch(
    "/pathways/{pathway_id}", responses=problems(*CHANGES, NextActionDay, NotInTeam, InConflict, SeatFull, NotInSeat)
)
async def update_pathway(
    actor: Writer,
    session: Session,
    at: Now,
    expected: IfMatch,
    pathway_id: UUID,
    given: PathwayUpdate,
    response: Response,
) -> PathwayRead:
    """The responsible worker and the next action with its date. Being responsible takes one place on the worker's seat
    (C-23): whoever is full takes no more."""
    pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
    await expected.check(pathway, lambda: reading.show(session, actor, pathway))
    await service.update(session, actor, pathway, given, at)
    stamp(response, pathway.version)
    return await reading.show(session, actor, pathway)


@router.post("/pathways/{pathway_id}/agree-plan", responses=problems(*CHANGES))
async def agree_pathway_plan(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: PlanAgree
) -> PathwayRead:
    """Goals, strengths and commitment, agreed with the client."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: service.agree_plan(session, actor, p, given, at)
    )


@router.post(
    "/pathways/{pathway_id}/record-outcome",
    responses=problems(*CHANGES, NextActionDay, PathClosed, CodeNotInForce, UnacceptableId, IdTaken, *outcomes.REFUSED),
)
async def record_pathway_outcome(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: OutcomeRecord
) -> PathwayRead:
    """What it led to. Feedback to the referrer falls due at this moment."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: outcomes.record_outcome(session, actor, p, given, at)
    )


@router.post(
    "/pathways/{pathway_id}/close",
    responses=problems(*CHANGES, *closing.REFUSED, CodeNotInForce),
)
async def close_pathway(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: PathwayClose
) -> PathwayRead:
    """End the path. Refused while feedback to a referrer is owed, here and in the database."""
    return await change(
        session,
        actor,
        once,
        expected,
        pathway_id,
        lambda p: closing.close(session, actor, p, given.reason, at, given.onward_feedback_to),
    )
