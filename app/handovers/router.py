"""Addresses of a piece of work: read, confirmed, declined, asked again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.assessments.refusals import NotYourWork
from app.audit.trail import used
from app.clients.consequences import when_kept_away
from app.handovers import conflicts, planning, reading, service
from app.handovers.refusals import AlreadyConfirmed, NobodyHasIt, NoRulesForIt, WorkDone
from app.handovers.schemas import RouteAgain, RoutedAgain, WorkDecline, WorkItemRead
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.once import Once, OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.referrals.refusals import NoTeamYet
from app.routing.service import WordsMissing
from app.security.permissions import Permission as P
from app.work.models import WorkItem
from app.work.queries import visible_work

when_kept_away("work", conflicts.give_away)
router = room("Work")
Worker = Annotated[Actor, needs(P.REFERRAL_DECIDE)]
Overrider = Annotated[Actor, needs(P.ROUTING_OVERRIDE)]
CHANGES = (MissingPermission, NotFound, PreconditionRequired, PreconditionFailed, WorkDone)


@router.get("/work-items/{work_item_id}", responses=problems(MissingPermission, NotFound))
async def get_work_item(actor: Worker, session: Session, work_item_id: UUID, response: Response) -> WorkItemRead:
    """One piece of work as the worklist shows it, with what I can do with it now. Its ETag is of the work alone: a
    change of the case it is about gives it no new one."""
    item = await one(session, visible_work(actor), work_item_id)
    await used(session, "work_items", [(item.id, item.client_id)])
    stamp(response, item.version)
    return await reading.show(session, actor, item)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    work_item_id: UUID,
    do: Callable[[WorkItem], Awaitable[None]],
) -> WorkItemRead:
    """One verb on one piece of work, once, on the version the caller knew."""
    return await once.change(
        WorkItemRead,
        lambda: service.hold(session, actor, work_item_id),
        expected,
        lambda item: reading.show(session, actor, item),
        do,
    )


@router.post(
    "/work-items/{work_item_id}/confirm",
    responses=problems(*CHANGES, NotYourWork, NobodyHasIt, AlreadyConfirmed),
)
async def confirm_work_item(
    actor: Worker, session: Session, at: Now, once: OnceOnly, expected: IfMatch, work_item_id: UUID
) -> WorkItemRead:
    """I take it. An assignment takes effect at once; this tells the others that it was seen. Only its holder."""
    return await change(
        session, actor, once, expected, work_item_id, lambda item: service.confirm(session, actor, item, at)
    )


@router.post(
    "/work-items/{work_item_id}/decline",
    responses=problems(*CHANGES, NotYourWork, NobodyHasIt, NoRulesForIt, WordsMissing, CodeInText),
)
async def decline_work_item(
    actor: Worker, session: Session, at: Now, once: OnceOnly, expected: IfMatch, work_item_id: UUID, given: WorkDecline
) -> WorkItemRead:
    """I cannot take it, with the reason. It is routed again at once and never back to me: to another holder, to a
    deputy where one stands in, or into a queue with an alarm. A conflict of interest is recorded with the
    client, and a deputy stands in. Being responsible for a path, and feedback owed, are handed over instead (409)."""
    return await change(
        session, actor, once, expected, work_item_id, lambda item: service.decline(session, actor, item, given, at)
    )


@router.post(
    "/work-items/{work_item_id}/route-again",
    responses=problems(*CHANGES, NoRulesForIt, NoTeamYet),
)
async def route_work_item_again(
    actor: Overrider,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    work_item_id: UUID,
    given: RouteAgain,
) -> RoutedAgain:
    """Ask the rules now, of one piece of work: the nurse has said whether it is demanding, there is room, the rules
    changed. Who has it keeps it while they sit on the seat that the rules say; a lower limit takes nothing from
    anybody, and what a human has to decide stays with its present owner. With `preview` nothing is written."""

    async def work() -> RoutedAgain:
        item = await service.hold(session, actor, work_item_id)
        await expected.check(item, lambda: reading.show(session, actor, item))
        found, made, kept = await service.route_again(session, actor, item, given, at)
        await used(session, "work_items", [(item.id, item.client_id)])
        return RoutedAgain(
            id=item.id,
            version=item.version,
            proposal=planning.proposal(actor, found, found.pieces[0], made, beside_client=True),
            decision_id=kept.id if kept else None,
            work=await reading.show(session, actor, item),
        )

    return await once.run(RoutedAgain, work)
