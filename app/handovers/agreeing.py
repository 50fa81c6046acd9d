"""Whether a move by hand is what the rules say: a choice otherwise has a coded reason, and is counted (C-02)."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.handovers import planning, queries
from app.handovers.asking import ground
from app.handovers.pieces import Piece, Proposal
from app.handovers.planning import Plan
from app.handovers.refusals import ReasonMissing
from app.handovers.schemas import Move

Choices = dict[str, set[tuple[str | None, str | None]]]  # by piece, the seats and people proposed


async def otherwise(session: AsyncSession, plan: Plan, moves: Sequence[Move], at: datetime) -> dict[str, int]:
    """The pieces, each with the number of its move, that are given to somebody whom the rules would not choose: by the
    plan of these moves, nor by that of all the work of which they are a part, where others before them count. Read
    before anything is moved."""
    pieces = {piece.id: piece for piece in plan.ground.pieces if piece.by_rules}
    by_hand = [
        (number, move)
        for number, move in enumerate(moves)
        if move.person_id is not None and str(move.work_item_id) in pieces
    ]
    said = choices(plan)
    differ = [(number, move) for number, move in by_hand if not agrees(pieces, said, move)]
    if differ:
        of_all = choices(await whole(session, plan, at))
        differ = [(number, move) for number, move in differ if not agrees(pieces, of_all, move)]
    return {str(move.work_item_id): number for number, move in differ}


def check_reason(move: Move, number: int) -> None:
    """Raises `ReasonMissing`, pointing at the reason."""
    if move.reason is None:
        pointed = {"pointer": f"/body/moves/{number}/reason", "code": ReasonMissing.code}
        raise ReasonMissing(errors=[{**pointed, "detail": ReasonMissing.detail}], work_item_id=str(move.work_item_id))


def agrees(pieces: dict[str, Piece], said: Choices, move: Move) -> bool:
    """Without a seat in the move the work stays on its own, or goes to the one that the rules say."""
    key, person = str(move.work_item_id), str(move.person_id)
    proposed = said.get(key, set())
    role = move.seat_role or pieces[key].role
    return any(holder == person and role in (None, seat) for seat, holder in proposed)


def choices(plan: Plan) -> Choices:
    planner = copy(plan.planner)
    planner.placed = {}
    return {
        piece.id: {(one.role, one.holder) for one in named(made)}
        for piece, made in planner.plan(plan.ground.pieces)
        if piece.by_rules
    }  # fmt: skip


def named(made: Proposal) -> list[Proposal]:
    return [one for one in (made, made.otherwise) if one is not None and one.holder is not None]


async def whole(session: AsyncSession, plan: Plan, at: datetime) -> Plan:
    """The plan of which these moves were chosen, as its preview makes it."""
    team, person = plan.ground.team, plan.person
    if person is None:
        of_team = plan.cause in ("rules", "room")
        return await planning.of_cause(session, team, plan.cause, None, None, at) if of_team else plan
    items = await queries.held_in_team(session, team.id, person)
    planner = plan.planner
    found = await ground(session, team, items, at)
    again = planning.planner(
        found, planner.on, at, going=planner.going, released=planner.released, changes_only=planner.changes_only
    )  # fmt: skip
    return Plan(plan.cause, found, again, person)
