"""Addresses of consent gaps: what to ask the client for, asked, and closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.consents.queries import lock_client
from app.gaps import service
from app.gaps.models import ConsentGap, GapState
from app.gaps.queries import visible_gaps
from app.gaps.schemas import GapAsk, GapClose, GapPage, GapRead
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.representatives.service import MANDATES
from app.security.permissions import Permission as P

router = room("Consents")
Reader = Annotated[Actor, needs(P.CONSENT_READ)]
Writer = Annotated[Actor, needs(P.CONSENT_WRITE)]
CHANGES = (MissingPermission, Forbidden, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


@router.get("/consent-gaps", responses=problems(MissingPermission, BadCursor))
async def list_consent_gaps(
    actor: Reader,
    session: Session,
    paging: Paged,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    state: Annotated[GapState | None, Query(description="Only these.")] = None,
) -> GapPage:
    """What clients of my teams would have to permit for work to go on, the newest first."""
    rows = visible_gaps(actor)
    if client_id is not None:
        rows = rows.where(ConsentGap.client_id == client_id)
    if state is not None:
        rows = rows.where(ConsentGap.state == state)
    found, after, count = await paging.run(session, rows, ConsentGap.opened_at, ConsentGap.id, caller=actor.login_id)
    await used(session, "consent_gaps", [(g.id, g.client_id) for g in found], action="search")
    return GapPage(items=await service.show(session, actor, found), next_cursor=after, count=count)


@router.get("/consent-gaps/{gap_id}", responses=problems(MissingPermission, NotFound))
async def get_consent_gap(actor: Reader, session: Session, gap_id: UUID, response: Response) -> GapRead:
    gap = await one(session, visible_gaps(actor), gap_id)
    await used(session, "consent_gaps", [(gap.id, gap.client_id)])
    stamp(response, gap.version)
    return (await service.show(session, actor, [gap]))[0]


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    gap_id: UUID,
    do: Callable[[ConsentGap], Awaitable[None]],
) -> GapRead:
    """One verb on a gap of my team. The client's row is taken first: closing may record a refusal."""

    async def find() -> ConsentGap:
        gap = await one(session, visible_gaps(actor), gap_id)
        if gap.team_id not in actor.teams:
            raise Forbidden()
        await lock_client(session, gap.client_id, to_change=True)
        return await one(session, visible_gaps(actor), gap_id, lock=True)

    async def show(gap: ConsentGap) -> GapRead:
        return (await service.show(session, actor, [gap]))[0]

    return await once.change(GapRead, find, expected, show, do)


@router.post("/consent-gaps/{gap_id}/ask", responses=problems(*CHANGES, service.AskedInFuture))
async def ask_client(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, gap_id: UUID, given: GapAsk
) -> GapRead:
    """The client was asked. What they said is recorded as a consent, or by closing the gap."""
    return await change(session, actor, once, expected, gap_id, lambda g: service.ask(session, actor, g, given, at))


@router.post("/consent-gaps/{gap_id}/close", responses=problems(*CHANGES, service.RefusalNotSaid, *MANDATES))
async def close_consent_gap(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, gap_id: UUID, given: GapClose
) -> GapRead:
    """Nothing more to ask. That the client refused is recorded only with `refusal`."""
    return await change(session, actor, once, expected, gap_id, lambda g: service.close(session, actor, g, given, at))
