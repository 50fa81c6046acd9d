"""Addresses of plans: to whom open work would go, and the plan applied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments.refusals import NotYourWork
from app.audit.trail import used
from app.handovers import agreeing, leading, moving, planning, queries
from app.handovers.opaque import Veil
from app.handovers.planning import NotAway, PersonNeeded
from app.handovers.refusals import CannotTake, HandoverIncomplete, NobodyForIt, PlanIsStale, ReasonMissing
from app.handovers.schemas import (
    AbsenceAsked,
    AbsencePreview,
    HandedOver,
    Handover,
    HandoverAsked,
    HandoverPlan,
    Move,
    Moved,
    Rerouted,
    Reroutes,
    ReroutesAsked,
)  # fmt: skip
from app.handovers.service import team_s
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound, Problem
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.people.periods import AlreadyEnded, EndsBeforeStart, EndsInThePast, check_period
from app.referrals.content import CodeInText
from app.routing.roster import Period
from app.routing.service import DesignatedOnly, WordsMissing
from app.security.permissions import Permission as P
from app.teams.models import Team
from app.teams.reading import show_holder
from app.teams.schemas import HolderRead
from app.teams.service import HandoverFirst, UnknownPerson
from app.work.service import SeatFull, WeekFull

router = room("Work")
Overrider = Annotated[Actor, needs(P.ROUTING_OVERRIDE)]
Lead = Annotated[Actor, needs(P.TEAM_MANAGE)]
MOVES = (
    PlanIsStale, CannotTake, NobodyForIt, DesignatedOnly, ReasonMissing, WordsMissing, CodeInText, SeatFull, WeekFull,
)  # fmt: skip


async def shown(session: AsyncSession, actor: Actor, plan: planning.Plan) -> HandoverPlan:
    answer = await planning.show(session, actor, plan)
    veil = Veil(session, actor)
    by_id = {veil.shown(item)[0]: item for item in plan.ground.items.values()}
    seen = [by_id[row.work_item_id] for row in answer.items]
    await used(session, "work_items", [(item.id, item.client_id) for item in seen], action="search")
    return answer


async def veiled(
    session: AsyncSession,
    actor: Actor,
    team: Team,
    moves: list[Move],
    do: Callable[[list[Move]], Awaitable[list[Moved]]],
) -> list[Moved]:
    """Moves as the reader knows the work, done as it is, and told as they know it; in the team's own view of it."""
    veil = Veil(session, actor)
    known = await veil.read(team.id, moves) if leading.leads(actor, team) else moves
    for number, move in enumerate(known):
        # Whether a choice needs a reason says whom the rules would choose: for telling work it always does.
        if move.work_item_id in veil.mine and move.person_id is not None:
            agreeing.check_reason(move, number)
    try:
        moved = await do(known)
    except Problem as problem:
        raise await veil.refused(team.id, problem) from None
    items = await veil.of(team.id, (row.work_item_id for row in moved))
    return veil.told(moved, items, known)


@router.post(
    "/absences/preview",
    responses=problems(MissingPermission, EndsBeforeStart, UnknownPerson),
)
async def preview_absence(actor: Overrider, session: Session, at: Now, given: AbsenceAsked) -> AbsencePreview:
    """What an absence would mean for the person's open work, before it is saved: decided for its first day, one piece
    after another. Work of a short absence may stay; `otherwise` says who would take it at once. Nothing is moved by
    saving the absence: apply what you choose with `POST /v1/teams/{id}/reroutes`. The lead's to ask, and of one's own
    absence everybody's who may route."""
    check_period(given.first_on, given.last_on, "lastOn")
    person_id = await leading.going_away(session, actor, given.person_id)
    away = Period(given.first_on, given.last_on)
    plans, back = [], None
    for team in await leading.teams_to_plan(session, actor, person_id):
        async with team_s(session, team, team.area_id):
            items = await queries.held_in_team(session, team.id, person_id)
            plan = await planning.of_absence(session, team, person_id, away, items, at)
        back = back or plan.planner.back()
        plans.append(await shown(session, actor, plan))
    return AbsencePreview(
        person_id=person_id, first_on=given.first_on, last_on=given.last_on, back_on=back, plans=plans
    )  # fmt: skip


@router.post(
    "/holders/{holder_id}/handover-preview",
    responses=problems(MissingPermission, NotFound, EndsBeforeStart),
)
async def preview_handover(
    actor: Overrider, session: Session, at: Now, holder_id: UUID, given: HandoverAsked
) -> HandoverPlan:
    """Everything open that ends with this period, and to whom it would go: the lead's to ask, and the holder's own."""
    holder, seat, team = await leading.period(session, actor, holder_id)
    check_period(holder.valid_from, given.valid_to)
    async with team_s(session, team, team.area_id):
        items = await planning.leaving_work(session, seat, holder, at)
        plan = await planning.of_handover(session, team, {seat.id: seat.role}, holder.person_id, items, at)
    return await shown(session, actor, plan)


@router.post(
    "/holders/{holder_id}/handover",
    responses=problems(
        MissingPermission, NotFound, PreconditionRequired, PreconditionFailed, AlreadyEnded, EndsBeforeStart,
        EndsInThePast, HandoverFirst, HandoverIncomplete, *MOVES,
    ),
)  # fmt: skip
async def hand_over(
    actor: Lead, session: Session, at: Now, once: OnceOnly, expected: IfMatch, holder_id: UUID, given: Handover
) -> HandedOver:
    """Every piece of open work to somebody, and the period ends: all of it or nothing. Each move is a decision of its
    own that names the one before; its note is for the next holder. From now on nothing new comes to this holder, who
    sees the clients until the last day. `moves` come from the preview, with its versions."""
    leading.may_move(actor)
    moving.check_notes(given.moves)

    async def work() -> HandedOver:
        holder, seat, team = await leading.period(session, actor, holder_id, led=True)
        async with team_s(session, team, team.area_id):

            async def do(moves: list[Move]) -> list[Moved]:
                await leading.lock_for(session, team, moves, holder)

                async def read() -> HolderRead:
                    return show_holder(holder, seat)

                await expected.check(holder, read)
                asked = given.model_copy(update={"moves": moves})
                return await moving.hand_over(session, actor, team, seat, holder, asked, at)

            moved = await veiled(session, actor, team, given.moves, do)
        return HandedOver(**show_holder(holder, seat).model_dump(), moved=moved)

    return await once.run(HandedOver, work)


@router.post(
    "/teams/{team_id}/reroute-previews",
    responses=problems(MissingPermission, NotFound, PersonNeeded, NotAway),
)
async def preview_reroutes(
    actor: Overrider, session: Session, at: Now, team_id: UUID, given: ReroutesAsked
) -> HandoverPlan:
    """To whom open work would go now: that of somebody away, what the rules in force now would change, or what waits
    and could be taken (urgent first, then the oldest). The lead's to ask; of one's own absence, everybody's who may
    route."""
    team = await leading.team_of(session, actor, team_id, person_id=given.person_id, cause=given.cause)
    async with team_s(session, team, team.area_id):
        plan = await planning.of_cause(session, team, given.cause, given.person_id, given.seat_id, at)
    return await shown(session, actor, plan)


@router.post(
    "/teams/{team_id}/reroutes",
    responses=problems(MissingPermission, NotFound, NotYourWork, NotAway, *MOVES),
)
async def reroute_work(
    actor: Overrider, session: Session, at: Now, once: OnceOnly, team_id: UUID, given: Reroutes
) -> Rerouted:
    """Apply a preview, or the part of it that you choose: all of these moves or none. Nothing jumps by itself. The
    lead moves the team's work; a holder who may route, their own."""
    moving.check_notes(given.moves)

    async def work() -> Rerouted:
        team = await leading.team_of(session, actor, team_id, moves=given.moves)
        async with team_s(session, team, team.area_id):

            async def do(moves: list[Move]) -> list[Moved]:
                return await moving.reroute(session, actor, team, given.model_copy(update={"moves": moves}), at)

            moved = await veiled(session, actor, team, given.moves, do)
        return Rerouted(team_id=team.id, cause=given.cause, moved=moved)

    return await once.run(Rerouted, work)
