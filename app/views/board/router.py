"""The address of a team's board."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.kit.db import Session
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P
from app.views.board import queries, service
from app.views.board.schemas import TeamBoard

router = room("Views")
Reader = Annotated[Actor, needs(P.ROUTING_READ)]


@router.get("/teams/{team_id}/board", responses=problems(MissingPermission, NotFound))
async def get_team_board(actor: Reader, session: Session, team_id: UUID) -> TeamBoard:
    """How the team stands now: vacancies and deputies, what nobody has, what waits and could be given out, who is
    silent or about to leave with open work, what is late, and who has how much (C-06, C-23, C-24, C-43).

    For the team's own people, and for those who manage the area's teams: they see numbers and holders, and no clients
    beyond their own worklist.
    """
    team = await one(session, queries.boards(actor), team_id)
    return await service.board(session, actor, team)
