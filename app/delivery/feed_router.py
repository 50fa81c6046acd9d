"""Addresses: the feed of events for whoever asks by themself, and my own notices by e-mail."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from app.audit.trail import used
from app.delivery import messages, service
from app.delivery.queries import events
from app.delivery.schemas import EventFeed, NotificationsRead, NotificationsUpdate
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.i18n import speaking
from app.kit.problems import MissingPermission
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Events")
Reader = Annotated[Actor, needs(P.EVENT_READ)]
Anybody = Annotated[Actor, needs(P.ME_READ)]


@router.get("/events", responses=problems(MissingPermission))
async def list_events(
    actor: Reader,
    session: Session,
    response: Response,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="`position` of the answer before; 0 at first.")] = 0,
    limit: Annotated[int, Query(ge=1, le=200, description="Events at most.")] = 50,
) -> EventFeed:
    """Events after a position that I may read now, in order. A position follows the order of commits, so that whoever
    goes on from the last one misses none; what I may not read is left out."""
    found = await events.after(session, actor, after, limit + 1)
    shown = found[:limit]
    await used(session, "outbox_events", [(one.event.id, one.event.client_id) for one in shown])
    response.headers["Cache-Control"] = "no-store"
    items = [messages.told(one) for one in shown]
    return EventFeed(items=items, position=items[-1].position if items else after, more=len(found) > limit)


@router.get("/me/notifications", responses=problems())
async def get_notifications(actor: Anybody, session: Session, response: Response) -> NotificationsRead:
    """Whether I am told by e-mail that there is something new here; off unless I ask for it."""
    shown = await service.notifications(session, actor, speaking.get())
    stamp(response, shown.version)
    return shown


@router.patch("/me/notifications", responses=problems(PreconditionRequired, PreconditionFailed))
async def update_notifications(
    actor: Anybody, session: Session, at: Now, expected: IfMatch, given: NotificationsUpdate, response: Response
) -> NotificationsRead:
    """Ask to be told, at once or once a day, or no more. The message says nothing but that there is something new."""
    row = await service.own_notifications(session, actor, speaking.get(), at)

    async def present() -> NotificationsRead:
        return service.show_notifications(row)

    await expected.check(row, present)
    service.set_notifications(row, given, at)
    await session.flush()
    stamp(response, row.version)
    return service.show_notifications(row)
