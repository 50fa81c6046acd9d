"""Addresses of notices to cease: read and acknowledged by whoever received something."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.audit.trail import used
from app.ceasing import service
from app.ceasing.models import CeaseNotice
from app.ceasing.queries import visible_cease_notices
from app.ceasing.schemas import CeaseNoticePage, CeaseNoticeRead
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Notices to cease")
Reader = Annotated[Actor, needs(P.CEASE_NOTICE_READ)]
Recipient = Annotated[Actor, needs(P.CEASE_NOTICE_ACKNOWLEDGE)]


@router.get("/cease-notices", responses=problems(MissingPermission, BadCursor))
async def list_cease_notices(actor: Reader, session: Session, paging: Paged) -> CeaseNoticePage:
    """What my organisation may not use any longer; to a team and to the client also those that are still to be told.
    The latest first."""
    found, after, count = await paging.run(
        session, visible_cease_notices(actor), CeaseNotice.due_at, CeaseNotice.id, caller=actor.login_id
    )
    await used(session, "cease_notices", [(n.id, n.client_id) for n in found], action="search")
    return CeaseNoticePage(items=[service.show(actor, n) for n in found], next_cursor=after, count=count)


@router.get("/cease-notices/{notice_id}", responses=problems(MissingPermission, NotFound))
async def get_cease_notice(actor: Reader, session: Session, notice_id: UUID, response: Response) -> CeaseNoticeRead:
    notice = await one(session, visible_cease_notices(actor), notice_id)
    await used(session, "cease_notices", [(notice.id, notice.client_id)])
    stamp(response, notice.version)
    return service.show(actor, notice)


@router.post(
    "/cease-notices/{notice_id}/acknowledge",
    responses=problems(MissingPermission, Forbidden, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed),
)
async def acknowledge_cease_notice(
    actor: Recipient, session: Session, at: Now, once: OnceOnly, expected: IfMatch, notice_id: UUID
) -> CeaseNoticeRead:
    """We have read it, and use what we received no longer. Said by the organisation that received it."""

    async def find() -> CeaseNotice:
        notice = await one(session, visible_cease_notices(actor), notice_id, lock=True)
        if not service.is_recipient(actor, notice):
            raise Forbidden()
        return notice

    async def show(notice: CeaseNotice) -> CeaseNoticeRead:
        return service.show(actor, notice)

    return await once.change(
        CeaseNoticeRead, find, expected, show, lambda n: service.acknowledge(session, actor, n, at)
    )
