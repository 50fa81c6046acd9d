"""A plan applied: all of its moves in one transaction, or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.handovers import agreeing, planning, queries
from app.handovers.pieces import FEEDBACK, PATH, Fate, Piece, register_of_notes
from app.handovers.planning import Plan
from app.handovers.refusals import CannotTake, HandoverIncomplete, NobodyForIt, PlanIsStale
from app.handovers.rules import order, sits_on
from app.handovers.schemas import Handover, Move, Moved, Reroutes
from app.handovers.service import by_rules, subject_follows, unchanged
from app.handovers.unruled import unruled_decision
from app.handovers.words import given as words_given
from app.kit.clock import civil_date
from app.kit.problems import NotFound
from app.outbox.events import append
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.routing import service as routing
from app.routing.keeping import kept_of
from app.routing.models import RoutingDecision
from app.teams import service as teams
from app.teams.models import Holder, Seat, Team
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import WorkItem


def check_notes(moves: Sequence[Move]) -> None:
    """Raises `CodeInText` and `WordsMissing`, pointing at the text."""
    for number, move in enumerate(moves):
        refuse_codes(**{f"moves/{number}/note": move.note, f"moves/{number}/words": move.words})
        routing.check_words(move.reason, move.words, f"/body/moves/{number}/words")


async def locked(session: AsyncSession, team: Team, moves: Sequence[Move]) -> dict[UUID, WorkItem]:
    """The work of the moves, with its cases and the seats of the team; in the order in which everybody locks.

    Raises `NotFound` for what is not the team's, `PlanIsStale` for what changed or is done.
    """
    wanted = {move.work_item_id: move for move in moves}
    found = await queries.works(session, team.id, wanted)
    if len(found) < len(wanted):
        raise NotFound()
    await queries.lock_cases(session, found)
    await queries.lock_seats(session, team.id)
    items = {item.id: item for item in await queries.lock_works(session, wanted)}
    stale = [
        id for id, item in items.items() if item.closed_at is not None or item.version != wanted[id].version
    ]  # fmt: skip
    if stale:
        raise PlanIsStale(work_item_ids=[str(id) for id in stale])
    return items


async def hand_over(
    session: AsyncSession, actor: Actor, team: Team, seat: Seat, holder: Holder, given: Handover, at: datetime
) -> list[Moved]:
    """Everything the holder has goes to somebody, nothing new comes to them, and the period ends; a period that ends
    by its own date keeps it. The holder's row is locked by the caller.

    Raises `HandoverIncomplete`, `PlanIsStale`, `CannotTake`, `NobodyForIt`, `DesignatedOnly`, `CodeInText`, and what
    ending a period raises.
    """
    items = await leaving(session, team, seat, holder, given.moves, at)
    holder.handed_over_at = at
    await session.flush()
    plan = await planning.of_handover(session, team, {seat.id: seat.role}, holder.person_id, items, at)
    moved = await carry_out(session, actor, plan, given.moves, at)
    if holder.valid_to is None or holder.valid_to != given.valid_to:
        await teams.end_holder(session, seat, holder, given.valid_to, at)
    append(session, "holder.handed_over", holder, team=team.id, role=seat.role, moved=len(moved))
    await session.flush()
    return moved


async def leaving(
    session: AsyncSession, team: Team, seat: Seat, holder: Holder, moves: Sequence[Move], at: datetime
) -> list[WorkItem]:
    """The locked work of the moves, which is all that the holder has."""
    items = await locked(session, team, moves)
    theirs = await planning.leaving_work(session, seat, holder, at)
    missing = [str(item.id) for item in theirs if item.id not in items]
    if missing:
        raise HandoverIncomplete(work_item_ids=missing)
    strange = items.keys() - {item.id for item in theirs}
    if strange:
        raise PlanIsStale(work_item_ids=sorted(map(str, strange)))
    return theirs


async def reroute(session: AsyncSession, actor: Actor, team: Team, given: Reroutes, at: datetime) -> list[Moved]:
    """Moves of a preview, or of the holder's own work. Raises as `hand_over`, but for what is of a period."""
    items = list((await locked(session, team, given.moves)).values())
    holders = {item.holder_id for item in items}
    person = next(iter(holders)) if len(holders) == 1 else None
    if given.cause == "handover" and person is not None:
        seats = {item.seat_id: role for item in items if (role := await queries.role_of(session, item.seat_id))}
        plan = await planning.of_handover(session, team, seats, person, items, at)  # type: ignore[arg-type]
    elif given.cause == "absence" and person is not None:
        away = await planning.absence_noted(session, person, at)
        plan = await planning.of_absence(session, team, person, away, items, at)
    else:
        plan = await planning.of_team(session, team, given.cause, items, at, every=True)
    return await carry_out(session, actor, plan, given.moves, at)


async def carry_out(
    session: AsyncSession, actor: Actor, plan: Plan, moves: Sequence[Move], at: datetime
) -> list[Moved]:
    """The moves in the order of a plan, each counted before the next: what the preview said is what happens.

    Raises `ReasonMissing`, and what giving raises.
    """
    asked = {str(move.work_item_id): move for move in moves}
    hands = Hands(session, actor, plan, at, await agreeing.otherwise(session, plan, moves, at))
    await hands.know({move.person_id for move in moves if move.person_id is not None})
    made = {}
    for piece in sorted(plan.ground.pieces, key=order):
        move = asked[piece.id]
        by_hand = move.person_id is not None
        made[piece.id] = await (hands.give(piece, move) if by_hand else hands.by_rules(piece, move))
    return [made[str(move.work_item_id)] for move in moves]


@dataclass
class Hands:
    """Writes the moves of one plan."""

    session: AsyncSession
    actor: Actor
    plan: Plan
    at: datetime
    otherwise: Mapping[str, int]  # the pieces of moves that the rules would not make, and which moves

    async def know(self, people: Collection[UUID]) -> None:
        """Who of these may answer for a client of the team at all (C-35, C-42)."""
        team, on = self.plan.ground.team, civil_date(self.at)
        self.own = {
            str(person)
            for person in people
            if await work_queries.place_in_team(self.session, person, team.id, team.area_id, on) is not None
        }

    async def by_rules(self, piece: Piece, move: Move) -> Moved:
        made, item = self.plan.planner.propose(piece), self.plan.ground.items[piece.id]
        if not piece.by_rules:
            if made.fate is Fate.NOBODY or made.holder is None:
                raise NobodyForIt(work_item_id=piece.id)
            if made.fate is Fate.ASSIGNED:
                return await self.hand_on(piece, made.role, made.holder, move)
            return moved(item, made.fate, piece.role, None)
        if unchanged(made):
            return moved(item, made.fate, piece.role, None)
        self.ask(piece, move)
        kept = await by_rules(self.session, self.actor, self.plan.ground, item, made, self.at)
        return moved(item, made.fate, made.role, kept)

    async def give(self, piece: Piece, move: Move) -> Moved:
        """To the person a human chose, if they can take it today."""
        person, planner, ground = str(move.person_id), self.plan.planner, self.plan.ground
        said = planner.said(piece) if piece.by_rules else None
        role = move.seat_role or ((piece.role or said.seat) if said else None)
        if role is None:
            role = sits_on(ground.seating.roster, str(ground.team.id), person, civil_date(self.at))
        allowed = routing.ALLOWED_SEATS.get(piece.kind)
        if allowed is not None and role not in allowed:
            raise routing.DesignatedOnly(seats=sorted(allowed), work_item_id=piece.id)
        refused = "not_on_seat" if role is None or person not in self.own else planner.place(piece, role, person)
        if refused is not None:
            raise CannotTake(work_item_id=piece.id, person_id=person, reason=refused)
        if said is None:
            return await self.hand_on(piece, role, person, move)
        assert role is not None
        item, name = ground.items[piece.id], ground.seating.names.get(person, "")
        self.ask(piece, move)
        kept = kept_of(ground.asked[piece.id], said, ground.seating, self.at, self.actor)
        seat_id = ground.seating.seats[str(ground.team.id), role]
        routing.by_hand(kept, role, seat_id, UUID(person), words_given(self.actor.name, name, self.plan.cause))
        if piece.id in self.otherwise:
            agreeing.check_reason(move, self.otherwise[piece.id])
            kept.override_reason, kept.override_words = move.reason, move.words
        await self.keep(kept, piece)
        work.take(item, seat_id=seat_id, holder_id=UUID(person), on_behalf_of_id=None, at=self.at)
        item.suggest = None
        await subject_follows(self.session, item, kept, self.at)
        return moved(item, Fate.ASSIGNED, role, kept)

    async def hand_on(self, piece: Piece, role: str | None, person: str, move: Move) -> Moved:
        """A path, with the responsible worker it names; or a feedback."""
        ground, item, holder = self.plan.ground, self.plan.ground.items[piece.id], UUID(person)
        if item.kind == PATH:
            await queries.name_responsible(self.session, item.subject_id, holder)
        seat_id = ground.seating.seats.get((str(ground.team.id), str(role)))
        if item.kind == PATH and seat_id is not None:
            work.take(item, seat_id=seat_id, holder_id=holder, on_behalf_of_id=None, at=self.at)
        else:
            work.hand_on(item, holder, self.at)
        kept = self.unruled(piece, role, holder, move.note)
        await self.keep(kept, piece)
        return moved(item, Fate.ASSIGNED, role if item.kind != FEEDBACK else None, kept)

    def unruled(self, piece: Piece, role: str | None, person: UUID, note: str | None) -> RoutingDecision:
        """A decision about work that no rule gives: who has it now, and that a human or the path said so."""
        ground, item = self.plan.ground, self.plan.ground.items[piece.id]
        name = ground.seating.names.get(str(person), "")
        return unruled_decision(
            ground,
            item,
            self.actor,
            self.at,
            because=[self.why(piece, str(person))],
            cause=self.plan.cause,
            words=words_given(self.actor.name, name, self.plan.cause),
            role=role,
            holder_id=person,
            note=note,
        )

    def why(self, piece: Piece, person: str) -> str:
        worker = self.plan.planner.placed.get(piece.follows or "", piece.responsible)
        return "follows_the_path" if piece.kind == FEEDBACK and person == worker else "human_choice"

    def ask(self, piece: Piece, move: Move) -> None:
        asked = self.plan.ground.asked
        asked[piece.id] = replace(
            asked[piece.id], cause=self.plan.cause, note=move.note, note_register=register_of_notes(piece.kind)
        )

    async def keep(self, kept: RoutingDecision, piece: Piece) -> None:
        before = self.plan.ground.before.get(piece.id)
        kept.cause, kept.replaces_id = self.plan.cause, before.id if before else None
        kept.decided_at = routing.after(before, self.at)
        self.session.add(kept)
        item = self.plan.ground.items[piece.id]
        append(
            self.session,
            "work.reassigned",
            kept,
            client=item.client_id,
            team=item.team_id,
            outcome=kept.outcome,
            cause=kept.cause,
            subject_type=item.subject_type,
            subject=str(item.subject_id),
        )
        await self.session.flush()


def moved(item: WorkItem, fate: Fate, role: str | None, kept: RoutingDecision | None) -> Moved:
    return Moved(
        work_item_id=item.id,
        version=item.version,
        outcome=fate,
        holder_id=item.holder_id,
        seat_role=role,
        queue=item.queue,
        decision_id=kept.id if kept else None,
    )
