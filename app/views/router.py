"""Addresses of what a screen needs across rooms: who I am, my work, the badges."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from app.kit.codesets import called
from app.kit.db import Session
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.referrals.content_schemas import Source, Urgency
from app.security.permissions import Permission as P
from app.views import chosen as lists
from app.views import worklist
from app.views.schemas import Me, MembershipMine, SeatMine, WorkCounts, Worklist

router = room("Views")
Anybody = Annotated[Actor, needs(P.ME_READ)]
Reader = Annotated[Actor, needs(P.REFERRAL_READ)]


@router.get("/me", responses=problems())
async def get_me(actor: Anybody) -> Me:
    """Who I am here today, my seats, and what I may do at all."""
    return Me(
        login_id=actor.login_id,
        person_id=actor.person_id,
        client_id=actor.client_id,
        name=actor.name,
        area_id=actor.area_id,
        memberships=[
            MembershipMine(
                organisation_id=m.organisation_id,
                organisation=m.organisation_name,
                role=m.role,
                role_label=called("role", m.role),
                data_register=m.register,
            )
            for m in actor.memberships
        ],
        seats=[
            SeatMine(
                seat_id=s.seat_id,
                team_id=s.team_id,
                role=s.role,
                role_label=called("role", s.role),
                standing=s.standing,
            )
            for s in actor.seats
        ],
        permissions=sorted(actor.permissions),
    )


@router.get("/worklist", responses=problems(MissingPermission, BadCursor, worklist.NotOnThisList))
async def list_work(
    actor: Reader,
    session: Session,
    paging: Paged,
    which: Annotated[
        lists.Which, Query(alias="list", description="; ".join(f"{k}: {v}" for k, v in lists.LISTS.items()))
    ] = "mine",
    sort: Annotated[
        Literal["opened", "-opened", "due", "-due"],
        Query(description="By when it was opened, or by when it is due; with a minus the last first."),
    ] = "opened",
    kind: Annotated[list[lists.WorkKind] | None, Query(description="Only these kinds.", max_length=20)] = None,
    urgency: Urgency | None = None,
    source: Source | None = None,
    team_id: Annotated[UUID | None, Query(alias="teamId")] = None,
    holder_id: Annotated[UUID | None, Query(alias="holderId")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    overdue: bool | None = None,
) -> Worklist:
    """One list of work, in one shape whichever it is. Partners and clients have `referred` only."""
    chosen = lists.Chosen(which, tuple(kind or ()), urgency, source, team_id, holder_id, client_id, overdue)
    return await worklist.page(session, actor, paging, chosen, sort)


@router.get("/worklist/counts", responses=problems(MissingPermission))
async def get_work_counts(actor: Reader, session: Session) -> WorkCounts:
    """Numbers for badges, in one call."""
    return await worklist.counts(session, actor)
