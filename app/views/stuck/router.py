"""The addresses of stuck cases and of their numbers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from app.kit.codesets import code_of
from app.kit.db import Session
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P
from app.views.stuck import service
from app.views.stuck.queries import Filter
from app.views.stuck.schemas import StuckCounts, StuckPage

router = room("Views", "/stuck-cases")
Reader = Annotated[Actor, needs(P.REFERRAL_DECIDE)]
Code = Annotated[str, code_of("stuck_code")]
Team = Annotated[UUID | None, Query(alias="teamId")]
Mine = Annotated[bool, Query(description="Only what is mine to put right.")]


def chosen(actor: Actor, codes: list[str] | None, team_id: UUID | None, client_id: UUID | None, mine: bool) -> Filter:
    return Filter(tuple(codes or ()), team_id, client_id, actor.person_id if mine else None)


@router.get("", responses=problems(MissingPermission, BadCursor))
async def list_stuck_cases(
    actor: Reader,
    session: Session,
    paging: Paged,
    code: Annotated[list[Code] | None, Query(description="Only these states.", max_length=30)] = None,
    team_id: Team = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    mine: Mine = False,
) -> StuckPage:
    """Nobody drops out (C-35): the cases of my teams that are in a bad state, the worst first, each with what helps and
    the request that does it. Computed when read; a case in two states has two rows.

    `code=no_next_action` is the drop-out list, `code=step_overdue` the overdue steps.
    """
    return await service.page(session, actor, paging, chosen(actor, code, team_id, client_id, mine))


@router.get("/counts", responses=problems(MissingPermission))
async def get_stuck_counts(actor: Reader, session: Session, team_id: Team = None, mine: Mine = False) -> StuckCounts:
    """How many cases are in each state, for badges."""
    return await service.counts(session, actor, chosen(actor, None, team_id, None, mine))
