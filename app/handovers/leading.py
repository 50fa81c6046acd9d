"""Who may plan and move what: the lead the work of their area's teams, a holder who may route their own."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments.refusals import NotYourWork
from app.handovers import queries
from app.handovers.schemas import Move
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.people.actor import Actor
from app.security.permissions import Permission as P
from app.teams.models import Holder, Seat, Team
from app.teams.queries import visible_teams
from app.teams.service import known_person


def may_move(actor: Actor) -> None:
    """Managing teams is not routing: who keeps them without clients moves nothing."""
    if not actor.may(P.ROUTING_OVERRIDE):
        raise MissingPermission(permission=P.ROUTING_OVERRIDE.value)


def leads(actor: Actor, team: Team) -> bool:
    return team.area_id in actor.areas_with(P.TEAM_MANAGE)


async def going_away(session: AsyncSession, actor: Actor, person_id: UUID) -> UUID:
    """Somebody of the caller's areas, or they themselves. Raises `MissingPermission`, `UnknownPerson`."""
    if person_id == actor.person_id:
        return person_id
    if not actor.may(P.TEAM_MANAGE):
        raise MissingPermission(permission=P.TEAM_MANAGE.value)
    return (await known_person(session, actor, person_id)).id


async def teams_to_plan(session: AsyncSession, actor: Actor, person_id: UUID) -> list[Team]:
    """The person's teams that the caller leads; of one's own absence those one works in as well."""
    own = person_id == actor.person_id
    areas = {*actor.areas_with(P.TEAM_MANAGE), *([actor.area_id] if own else [])}
    found = await queries.teams_of_person(session, person_id, areas)
    return [team for team in found if leads(actor, team) or team.id in actor.teams]


async def period(
    session: AsyncSession, actor: Actor, holder_id: UUID, *, led: bool = False
) -> tuple[Holder, Seat, Team]:
    """A period on a seat: of a team that the caller leads, or their own. Raises `NotFound`."""
    holder, seat, team = await queries.period_of(session, holder_id)
    own = holder.person_id == actor.person_id and team.id in actor.teams
    if not leads(actor, team) and (led or not own):
        raise NotFound()
    return holder, seat, team


async def lock_for(session: AsyncSession, team: Team, moves: Sequence[Move], holder: Holder) -> None:
    """In the order in which everybody locks: the cases, the seats, then the period; the work itself comes after."""
    await queries.lock_cases(session, await queries.works(session, team.id, {move.work_item_id for move in moves}))
    await queries.lock_seats(session, team.id)
    await queries.lock_period(session, holder.id)


async def team_of(
    session: AsyncSession,
    actor: Actor,
    team_id: UUID,
    *,
    person_id: UUID | None = None,
    cause: str = "absence",
    moves: Sequence[Move] = (),
) -> Team:
    """A team that the caller leads; or one they work in, where it is about their own work only.

    Raises `NotFound`, `MissingPermission`, `NotYourWork`.
    """
    team = await one(session, visible_teams(actor), team_id)
    if leads(actor, team):
        return team
    if team.id not in actor.teams:
        raise NotFound()
    if not moves and (person_id != actor.person_id or cause == "room"):  # what waits is nobody's own
        raise MissingPermission(permission=P.TEAM_MANAGE.value)
    held = await queries.works(session, team.id, {move.work_item_id for move in moves})
    if any(item.holder_id != actor.person_id for item in held):
        raise NotYourWork()
    return team
