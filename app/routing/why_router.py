"""Addresses of why and why not: a decision told in order, and why it did not lead elsewhere."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from app.audit.trail import used
from app.kit.db import Session
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.routing import why, whynot_service
from app.routing.queries import visible_decisions
from app.routing.why_schemas import RoutingWhy, WhyNot
from app.routing.whynot_refusals import OneQuestion, UnknownPersonHere, UnknownSeatRole
from app.security.permissions import Permission as P

router = room("Routing")
Reader = Annotated[Actor, needs(P.ROUTING_READ)]


@router.get("/routing-decisions/{decision_id}/why", responses=problems(MissingPermission, NotFound))
async def get_routing_why(actor: Reader, session: Session, decision_id: UUID) -> RoutingWhy:
    """The decision told in order, in your language (`Accept-Language`) and in codes: facts, the rules before it and
    what each missed, the rule, everybody considered with the number or date, and what it replaced (C-02)."""
    row = await one(session, visible_decisions(actor), decision_id)
    await used(session, "routing_decisions", [(row.id, row.client_id)])
    return await why.told(session, actor, row)


@router.get(
    "/routing-decisions/{decision_id}/why-not",
    responses=problems(
        MissingPermission,
        NotFound,
        OneQuestion,
        UnknownPersonHere,
        UnknownSeatRole,
    ),
)
async def get_routing_why_not(
    actor: Reader,
    session: Session,
    decision_id: UUID,
    person_id: Annotated[UUID | None, Query(alias="personId", description="Somebody of the area.")] = None,
    seat_role: Annotated[
        str | None,
        Query(
            alias="seatRole", max_length=60, description="A seat, by its code in `role`.", examples=["physiotherapist"]
        ),
    ] = None,
) -> WhyNot:
    """Why the work did not go to this person, or to this seat: exactly one of them is asked for.

    A person is answered from what the decision kept; a seat by the rules of the decision's own version, with the least
    that would have led there. The other physician is never chosen silently (C-01, C-02).
    """
    row = await one(session, visible_decisions(actor), decision_id)
    await used(session, "routing_decisions", [(row.id, row.client_id)])
    return await whynot_service.answer(session, actor, row, person_id, seat_role)
