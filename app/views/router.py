"""Addresses of what a screen needs across rooms: who I am, my work, the badges."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

from app.assessments.rules import TELLING
from app.audit.trail import used
from app.kit.codesets import called
from app.kit.db import Session
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.routing.queries import names_of
from app.security.permissions import Permission as P
from app.views import queries
from app.views.schemas import Me, MembershipMine, SeatMine, WorkCounts, Worklist, WorkRead
from app.work.models import WorkItem

router = room("Views")
Anybody = Annotated[Actor, needs(P.ME_READ)]
Worker = Annotated[Actor, needs(P.REFERRAL_DECIDE)]


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


def shows_holder(actor: Actor, item: WorkItem) -> bool:
    """Which physician has it says what it is about: for the health register, and for whoever holds it."""
    return item.kind not in TELLING or actor.health_professional or item.holder_id == actor.person_id


@router.get("/worklist", responses=problems(MissingPermission, BadCursor))
async def list_work(
    actor: Worker,
    session: Session,
    paging: Paged,
    which: Annotated[
        Literal["mine", "team", "unassigned", "feedback"],
        Query(alias="list", description="; ".join(f"{k}: {v}" for k, v in queries.LISTS.items())),
    ] = "mine",
) -> Worklist:
    """Open work, the longest waiting first."""
    rows = queries.open_work(actor, which)
    found, after, count = await paging.run(
        session, rows, WorkItem.opened_at, WorkItem.id, caller=actor.login_id, descending=False
    )
    names = await queries.client_names(session, {w.client_id for w in found})
    people = await names_of(session, [w.holder_id for w in found])
    await used(session, "work_items", [(w.id, w.client_id) for w in found], action="search")
    items = [
        WorkRead(
            id=w.id,
            kind=w.kind,
            kind_label=called("routed_work", w.kind),
            client_id=w.client_id,
            client_name=names.get(w.client_id),
            subject_type=w.subject_type,
            subject_id=w.subject_id,
            team_id=w.team_id,
            holder_id=w.holder_id if shows_holder(actor, w) else None,
            holder=people.get(w.holder_id) if w.holder_id and shows_holder(actor, w) else None,
            queue=w.queue,
            alarm=w.alarm,
            opened_at=w.opened_at,
            waiting_days=max(0, (actor.at - w.opened_at).days),
        )
        for w in found
    ]
    return Worklist(items=items, next_cursor=after, count=count)


@router.get("/worklist/counts", responses=problems(MissingPermission))
async def get_work_counts(actor: Worker, session: Session) -> WorkCounts:
    """Numbers for badges, in one call."""
    return WorkCounts(**await queries.counts(session, actor))
