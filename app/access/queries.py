"""What `rules.decide` says of one row, as SQL over all of them: the WHERE of every room, made from the policy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.policy import policy
from app.people.actor import Actor
from app.security.permissions import Permission as P
from app.teams.models import Team
from app.work.models import Involvement
from app.work.queries import concerns, open_to

Way = Callable[[Actor, Any], ColumnElement[bool] | None]


def client_of(model: Any) -> Any:
    """The column that says whose row it is."""
    return model.id if model.__tablename__ == "clients" else model.client_id


def sent_by(actor: Actor, model: Any) -> ColumnElement[bool] | None:
    """Sent by the caller's partner organisation, by the caller in person for an organisation they work in today, or by
    the client alone. None for somebody who sends nothing."""
    mine: list[ColumnElement[bool]] = []
    if actor.organisations:
        mine.append(model.sender_organisation_id.in_(actor.organisations))
    if (in_person := sent_in_person(actor, model)) is not None:
        mine.append(in_person)
    if actor.client_id is not None:
        own = and_(model.source == "self", model.sender_person_id.is_(None))
        mine.append(and_(own, model.client_id == actor.client_id))
    return or_(*mine) if mine else None


def sent_in_person(actor: Actor, model: Any) -> ColumnElement[bool] | None:
    """Written by the caller, for an organisation they work in today."""
    if actor.person_id is None:
        return None
    today = or_(
        model.sender_organisation_id.in_(actor.organisation_ids),
        and_(model.sender_organisation_id.is_(None), model.area_id.in_(actor.organisation_ids)),
    )
    return and_(model.sender_person_id == actor.person_id, today)


def _own(actor: Actor, model: Any) -> ColumnElement[bool] | None:
    mine: ColumnElement[bool] | None = None if actor.client_id is None else client_of(model) == actor.client_id
    return mine


def _care(actor: Actor, model: Any) -> ColumnElement[bool] | None:
    return concerns(actor, client_of(model)) if actor.teams else None


def _queue(actor: Actor, model: Any) -> ColumnElement[bool] | None:
    minded = actor.context.areas
    return and_(model.team_id.is_(None), model.area_id.in_(minded)) if minded else None


def _of(model: Any, areas: Collection[UUID]) -> ColumnElement[bool] | None:
    within: ColumnElement[bool] | None = model.area_id.in_(areas) if areas else None
    return within


# The relations of `app.access.relations` that a table can say by itself; None: the caller stands so to no row. What
# needs other tables the room gives.
WAYS: dict[str, Way] = {
    "client_self": _own,
    "care_team": _care,
    "area_queue": _queue,
    "sender": sent_by,
    "sent_in_person": sent_in_person,
    "recipient": lambda actor, model: model.recipient_organisation_id.in_(actor.organisations),
    "own_login": lambda actor, model: model.login_id == actor.login_id,
    "area": lambda actor, model: _of(model, actor.areas),
    "manages_teams": lambda actor, model: _of(model, actor.areas_with(P.TEAM_MANAGE)),
    "manages_people": lambda actor, model: _of(model, actor.areas_with(P.PEOPLE_MANAGE)),
}


def _standing(model: Any) -> ColumnElement[bool]:
    if hasattr(model, "in_error"):
        meant: ColumnElement[bool] = ~model.in_error
        return meant
    if hasattr(model, "entered_in_error_reason"):
        right: ColumnElement[bool] = model.entered_in_error_reason.is_(None)
        return right
    stands: ColumnElement[bool] = model.state != "entered_in_error"
    return stands


def _sent(model: Any) -> ColumnElement[bool]:
    """A draft that was thrown away was never sent, whatever its state is now."""
    gone: ColumnElement[bool] = (
        model.submitted_at.is_not(None) if hasattr(model, "submitted_at") else model.state != "draft"
    )
    return gone


# As `facts.marks_of`.
CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "sent": _sent,
    "standing": _standing,
    "client_visible": lambda model: model.client_visible.is_(True),
    "own_side_or_standing": lambda model: or_(model.side == "client", _standing(model)),
    "published": lambda model: model.valid_from.is_not(None),
    "said": lambda model: or_(model.work_ability.is_not(None), model.work_ability_score.is_not(None)),
    "released": lambda model: model.released_at.is_not(None),
    "offered": lambda model: model.offered_at.is_not(None),
}


def opened(
    actor: Actor,
    resource: str,
    model: Any,
    *,
    by: Collection[str] | None = None,
    given: Mapping[str, ColumnElement[bool]] | None = None,
) -> ColumnElement[bool]:
    """Which rows of a resource are there for the caller: `decide` in SQL. `by`: through these relations only. `given`:
    relations that the table cannot say by itself, with what their conditions ask."""
    found, given = policy().resources[resource], given or {}
    ways: list[ColumnElement[bool]] = []
    for name, conditions in found.relations.items():
        if by is not None and name not in by:
            continue
        way = given[name] if name in given else WAYS[name](actor, model)
        if way is None:
            continue
        asked = [way] if name in given else [way, *(CONDITIONS[one](model) for one in conditions)]
        relation = policy().relations[name]
        if found.register and relation.register:
            asked.append(model.register.in_(("operational", *actor.context.registers)))
        if relation.conflict and (model.__tablename__ == "clients" or hasattr(model, "client_id")):
            asked.append(open_to(actor, client_of(model)))
        ways.append(and_(*asked))
    return or_(*ways) if ways else literal(False)


def seen(
    actor: Actor, resource: str, model: Any, given: Mapping[str, ColumnElement[bool]] | None = None
) -> Select[Any]:
    """The rows of a resource that are there for the caller."""
    return select(model).where(opened(actor, resource, model, given=given))


class Care(NamedTuple):
    """A team of the caller that has a care relationship with a client, and since when."""

    team_id: UUID
    team: str
    since: datetime


async def care_of(session: AsyncSession, actor: Actor, client_id: UUID) -> list[Care]:
    """By which of the caller's teams they have to do with a client, the oldest first."""
    rows = (
        select(Team.id, Team.name, Involvement.opened_at)
        .join(Involvement, Involvement.team_id == Team.id)
        .where(
            Involvement.client_id == client_id,
            Involvement.team_id.in_(actor.teams),
            Involvement.ended_at.is_(None),
        )
        .order_by(Involvement.opened_at, Team.id)
    )
    return [Care(*row) for row in (await session.execute(rows)).all()]
