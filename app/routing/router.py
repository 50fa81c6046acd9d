"""Addresses of routing: every decision made by the rules."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.kit.db import Session
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.routing.hiding import explained, fields_told, hidden_clients
from app.routing.models import RoutingDecision
from app.routing.queries import names_of, visible_decisions
from app.routing.schemas import Rejected, RoutingDecisionPage, RoutingDecisionRead
from app.security.permissions import Permission as P

router = room("Routing")
Reader = Annotated[Actor, needs(P.ROUTING_READ)]


async def shown(session: AsyncSession, actor: Actor, rows: list[RoutingDecision]) -> list[RoutingDecisionRead]:
    """Where a protected client lives is hidden from most here too (turvakielto)."""
    hidden = await hidden_clients(session, actor, rows)
    names = await names_of(session, [row.holder_id for row in rows])
    return [
        RoutingDecisionRead(
            **{
                n: getattr(row, n)
                for n in RoutingDecisionRead.model_fields
                if hasattr(row, n) and n not in ("rejected", "explanation")
            }
            | fields_told(actor, row, row.client_id in hidden),
            explanation=explained(row, row.client_id in hidden),
            holder_name=names.get(row.holder_id) if row.holder_id else None,
            rejected=[Rejected(**{name: r.get(key) for name, key in REJECTED}) for r in row.rejected],
        )
        for row in rows
    ]


REJECTED = [
    ("person_id", "personId"), ("name", "name"), ("reason", "reason"), ("until", "until"), ("open", "open"),
    ("max_open", "maxOpen"), ("recent", "recent"), ("max_week", "maxWeek"), ("chosen", "chosen"),
]  # fmt: skip


@router.get("/routing-decisions", responses=problems(MissingPermission, BadCursor))
async def list_routing_decisions(
    actor: Reader,
    session: Session,
    paging: Paged,
    subject_id: Annotated[UUID | None, Query(alias="subjectId", description="A referral or an assessment.")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
) -> RoutingDecisionPage:
    """Decisions I may see, the newest first."""
    rows = visible_decisions(actor)
    if subject_id is not None:
        rows = rows.where(RoutingDecision.subject_id == subject_id)
    if client_id is not None:
        rows = rows.where(RoutingDecision.client_id == client_id)
    found, after, count = await paging.run(session, rows, RoutingDecision.id, caller=actor.login_id)
    await used(session, "routing_decisions", [(d.id, d.client_id) for d in found])
    return RoutingDecisionPage(items=await shown(session, actor, found), next_cursor=after, count=count)


@router.get("/routing-decisions/{decision_id}", responses=problems(MissingPermission, NotFound))
async def get_routing_decision(actor: Reader, session: Session, decision_id: UUID) -> RoutingDecisionRead:
    """Who got the work and why: rule and version, facts, and every candidate not chosen with the reason."""
    row = await one(session, visible_decisions(actor), decision_id)
    await used(session, "routing_decisions", [(row.id, row.client_id)])
    return (await shown(session, actor, [row]))[0]
