"""Addresses of time and of what a path costs in person-minutes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.outcomes import timing
from app.outcomes.queries import listed_entries
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P
from app.time_entries import queries, service
from app.time_entries.models import TimeEntry
from app.time_entries.schemas import (
    PathwayCost,
    TimeEntryCreate,
    TimeEntryList,
    TimeEntryPage,
    TimeEntryRead,
    TimeEntryReverse,
)  # fmt: skip

router = room("Time")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]


@router.post(
    "/pathways/{pathway_id}/time-entries",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, UnacceptableId, IdTaken, service.SpentInTheFuture,
        service.RoleNotYours, timing.UnknownSubject, timing.NotOfMeeting,
    ),
)  # fmt: skip
async def record_time_entry(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: TimeEntryCreate
) -> TimeEntryList:
    """Your own minutes; or, as its convener, those of everybody who was in a meeting. On a closed path too."""

    async def work() -> TimeEntryList:
        pathway = await one(session, worked_pathways(actor), pathway_id)
        rows = await timing.record(session, actor, pathway, given, at)
        return TimeEntryList(items=await timing.entries(session, actor, rows))

    return await once.run(TimeEntryList, work)


@router.get("/pathways/{pathway_id}/time-entries", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_time_entries(actor: Reader, session: Session, paging: Paged, pathway_id: UUID) -> TimeEntryPage:
    """What was written down, the newest first, with what was taken back. To a client not of steps that are not shown
    to them."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    rows = listed_entries(actor).where(TimeEntry.pathway_id == pathway.id)
    found, after, count = await paging.run(session, rows, TimeEntry.id, caller=actor.login_id)
    await used(session, "time_entries", [(row.id, row.client_id) for row in found], action="search")
    return TimeEntryPage(items=await timing.entries(session, actor, found), next_cursor=after, count=count)


@router.post(
    "/time-entries/{entry_id}/reverse",
    status_code=201,
    responses=problems(MissingPermission, NotFound, service.TimeNotYours, service.TimeReversed),
)
async def reverse_time_entry(
    actor: Writer, session: Session, at: Now, once: OnceOnly, entry_id: UUID, given: TimeEntryReverse
) -> TimeEntryRead:
    """Take an entry back by another one, for a reason. Neither of the two counts; the right time is a new entry."""

    async def work() -> TimeEntryRead:
        entry = await one(session, queries.visible_entries(actor), entry_id)
        await one(session, worked_pathways(actor), entry.pathway_id, lock=True)
        row = await service.take_back(session, actor, entry, given.reason, at)
        return (await timing.entries(session, actor, [row]))[0]

    return await once.run(TimeEntryRead, work)


@router.get("/pathways/{pathway_id}/cost", responses=problems(MissingPermission, NotFound))
async def get_pathway_cost(actor: Reader, session: Session, pathway_id: UUID) -> PathwayCost:
    """Person-minutes by role, by kind and by step; what was expected against what was spent; and the meetings whose
    time waits to be confirmed."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    await used(session, "pathways", [(pathway.id, pathway.client_id)], fields=["cost"])
    return await timing.cost(session, actor, pathway)
