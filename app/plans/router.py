"""Addresses of the plan of a path: barriers, goals, small steps, and who follows up what and when."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.kit.clock import Now, civil_date
from app.kit.codesets import code_of
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.i18n import speaking
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.models import Pathway
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.plans import following, queries, reading, service
from app.plans.models import FollowUp, FollowUpState
from app.plans.schemas import (
    BarrierRecordCreate,
    BarrierRecordRead,
    FollowUpComplete,
    FollowUpCreate,
    FollowUpEnd,
    FollowUpPage,
    FollowUpRead,
    FollowUpUpdate,
    GoalMarkCreate,
    PlanRead,
    PlanText,
    SmallStepCreate,
    SmallStepRead,
)  # fmt: skip
from app.plans.text import as_text
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Plans")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
ADDS = (MissingPermission, NotFound, IllegalMove, UnacceptableId, IdTaken, CodeInText, service.NotYet)
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed, CodeInText)
AGREED = (following.DueInThePast, following.BadRepeat, following.UnknownParty)


async def shown(session: Session, actor: Actor, pathway_id: UUID) -> PlanRead:
    pathway = await one(session, visible_pathways(actor), pathway_id)
    await used(session, "pathways", [(pathway.id, pathway.client_id)], fields=["plan"])
    return await reading.show(session, actor, pathway)


@router.get("/pathways/{pathway_id}/plan", responses=problems(MissingPermission, NotFound))
async def get_pathway_plan(actor: Reader, session: Session, pathway_id: UUID) -> PlanRead:
    """All of it for one screen: goals, strengths, commitment, barriers, small steps and follow-ups."""
    return await shown(session, actor, pathway_id)


@router.get("/pathways/{pathway_id}/plan-text", responses=problems(MissingPermission, NotFound))
async def get_pathway_plan_text(actor: Reader, session: Session, pathway_id: UUID) -> PlanText:
    """The same in plain words, in the language of `Accept-Language`: to print or to copy."""
    language = speaking.get()
    return PlanText(language=language, text=as_text(await shown(session, actor, pathway_id), language))


@router.post(
    "/pathways/{pathway_id}/barriers",
    status_code=201,
    responses=problems(*ADDS, service.BarrierNotRecorded, service.OtherRegister),
)
async def record_barrier(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: BarrierRecordCreate
) -> BarrierRecordRead:
    """One of the five barriers, as it is now: still there, eased or gone (C-51). Earlier records stay."""

    async def work() -> BarrierRecordRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        record = await service.record_barrier(session, actor, pathway, given, at)
        return await reading.barrier_record(session, actor, record)

    return await once.run(BarrierRecordRead, work)


@router.post(
    "/pathways/{pathway_id}/small-steps",
    status_code=201,
    responses=problems(*ADDS, Forbidden, service.UnknownGoal),
)
async def add_small_step(
    actor: Reader, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: SmallStepCreate
) -> SmallStepRead:
    """A small step forward (C-52), by the client or by the path's team."""

    async def work() -> SmallStepRead:
        pathway = await one(session, visible_pathways(actor), pathway_id)
        return await reading.small_step(session, actor, await service.add_step(session, actor, pathway, given, at))

    return await once.run(SmallStepRead, work)


@router.post(
    "/goals/{goal_id}/mark",
    responses=problems(*CHANGES, service.GoalEnded, service.NewGoalMissing, service.NotYet),
)
async def mark_goal(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    goal_id: UUID,
    given: GoalMarkCreate,
) -> PlanRead:
    """Reached, changed (with the goal that takes its place) or dropped. If-Match is the path's version."""

    async def do(pathway: Pathway) -> None:
        goal = await one(session, queries.visible_goals(actor), goal_id)
        await service.mark_goal(session, actor, pathway, goal, given, at)
        pathway.touch()
        await session.flush()

    async def find() -> Pathway:
        goal = await one(session, queries.visible_goals(actor), goal_id)
        return await one(session, worked_pathways(actor), goal.pathway_id, lock=True)

    return await once.change(PlanRead, find, expected, lambda p: reading.show(session, actor, p), do)


@router.post("/pathways/{pathway_id}/follow-ups", status_code=201, responses=problems(*ADDS, *AGREED))
async def agree_follow_up(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: FollowUpCreate
) -> FollowUpRead:
    """Who looks how it goes, when and how, agreed case by case (C-18). Naming somebody shows them nothing."""

    async def work() -> FollowUpRead:
        pathway = await one(session, worked_pathways(actor), pathway_id, lock=True)
        row = await following.agree(session, actor, pathway, given, at)
        return await reading.follow_up(session, actor, row)

    return await once.run(FollowUpRead, work)


@router.get("/follow-ups", responses=problems(MissingPermission, BadCursor))
async def list_follow_ups(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    party: Annotated[str | None, code_of("follow_up_party")] = None,
    state: FollowUpState | None = None,
    overdue: Annotated[bool, Query(description="Only those planned whose day has passed.")] = False,
) -> FollowUpPage:
    """Of my teams' paths (or mine), or of one path; the earliest first."""
    rows = queries.listed_follow_ups(
        actor, pathway_id=pathway_id, party=party, state=state, overdue_on=civil_date(at) if overdue else None
    )
    found, after, count = await paging.run(
        session, rows, FollowUp.due_on, FollowUp.id, caller=actor.login_id, descending=False
    )
    await used(session, "follow_ups", [(row.id, row.client_id) for row in found], action="search")
    return FollowUpPage(items=await reading.follow_ups(session, actor, found), next_cursor=after, count=count)


@router.get("/follow-ups/{follow_up_id}", responses=problems(MissingPermission, NotFound))
async def get_follow_up(actor: Reader, session: Session, follow_up_id: UUID, response: Response) -> FollowUpRead:
    row = await one(session, queries.visible_follow_ups(actor), follow_up_id)
    await used(session, "follow_ups", [(row.id, row.client_id)])
    stamp(response, row.version)
    return await reading.follow_up(session, actor, row)


@router.patch("/follow-ups/{follow_up_id}", responses=problems(*CHANGES, *AGREED))
async def update_follow_up(
    actor: Writer,
    session: Session,
    at: Now,
    expected: IfMatch,
    follow_up_id: UUID,
    given: FollowUpUpdate,
    response: Response,
) -> FollowUpRead:
    """Agreed anew: another day, place, party's person or interval."""
    row = await one(session, queries.worked_follow_ups(actor), follow_up_id, lock=True)
    await expected.check(row, lambda: reading.follow_up(session, actor, row))
    await following.update(session, actor, row, given, at)
    stamp(response, row.version)
    return await reading.follow_up(session, actor, row)


async def change(
    session: Session,
    actor: Actor,
    at: Now,
    once: Once,
    expected: Expected,
    follow_up_id: UUID,
    verb: str,
    given: FollowUpComplete | FollowUpEnd,
) -> FollowUpRead:
    """One verb on one follow-up, once; the path is locked before it (one order everywhere)."""
    paths: list[Pathway] = []

    async def find() -> FollowUp:
        seen = await one(session, queries.worked_follow_ups(actor), follow_up_id)
        paths.append(await one(session, worked_pathways(actor), seen.pathway_id, lock=True))
        return await one(session, queries.worked_follow_ups(actor), follow_up_id, lock=True)

    return await once.change(
        FollowUpRead,
        find,
        expected,
        lambda row: reading.follow_up(session, actor, row),
        lambda row: following.end(session, actor, paths[-1], row, verb, at, **given.model_dump()),
    )


@router.post("/follow-ups/{follow_up_id}/complete", responses=problems(*CHANGES, service.NotYet, service.OtherRegister))
async def complete_follow_up(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    follow_up_id: UUID,
    given: FollowUpComplete,
) -> FollowUpRead:
    """It was done. One that repeats gets its next occurrence: `nextId`."""
    return await change(session, actor, at, once, expected, follow_up_id, "complete", given)


@router.post("/follow-ups/{follow_up_id}/miss", responses=problems(*CHANGES, service.OtherRegister))
async def miss_follow_up(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, follow_up_id: UUID, given: FollowUpEnd
) -> FollowUpRead:
    """It did not happen, and why. One that repeats gets its next occurrence."""
    return await change(session, actor, at, once, expected, follow_up_id, "miss", given)


@router.post("/follow-ups/{follow_up_id}/cancel", responses=problems(*CHANGES, service.OtherRegister))
async def cancel_follow_up(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, follow_up_id: UUID, given: FollowUpEnd
) -> FollowUpRead:
    """It will not happen, and why. A repeated one does not come again."""
    return await change(session, actor, at, once, expected, follow_up_id, "cancel", given)
