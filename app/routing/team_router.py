"""Addresses of teams being made and changed: a team follows rules, so whoever knows the rules answers here."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.once import OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.people.service import UnknownUnit
from app.routing.following import UnknownRuleSet, check_rule_set, rule_set_of
from app.security.permissions import Permission as P
from app.teams import founding
from app.teams.health import SeatNotInTemplate
from app.teams.models import Team
from app.teams.queries import managed_teams
from app.teams.reading import show_teams
from app.teams.schemas import TeamCreate, TeamRead, TeamUpdate

router = room("Teams")
Lead = Annotated[Actor, needs(P.TEAM_MANAGE)]
REFUSED = (UnknownUnit, UnknownRuleSet, founding.MunicipalityCovered)


async def show(session: Session, team: Team) -> TeamRead:
    return (await show_teams(session, [team]))[0]


@router.post(
    "/teams",
    status_code=201,
    responses=problems(MissingPermission, UnacceptableId, IdTaken, founding.TeamCodeTaken, *REFUSED),
)
async def create_team(actor: Lead, session: Session, at: Now, once: OnceOnly, given: TeamCreate) -> TeamRead:
    """A team of a template; with `createSeats` its required seats at once, vacant."""

    async def work() -> TeamRead:
        rule_set = await rule_set_of(session, founding.area_of(actor), given.rule_set, given.template, at)
        return await show(session, await founding.create(session, actor, given, at, rule_set))

    return await once.run(TeamRead, work)


@router.patch(
    "/teams/{team_id}",
    responses=problems(
        MissingPermission, NotFound, PreconditionRequired, PreconditionFailed, SeatNotInTemplate, *REFUSED
    ),
)
async def update_team(
    actor: Lead, session: Session, at: Now, team_id: UUID, expected: IfMatch, given: TeamUpdate, response: Response
) -> TeamRead:
    """Another rule set decides from now on; open work stays where it is. Another template must have the seats there
    are, and changes nothing else."""
    team = await one(session, managed_teams(actor), team_id, lock=True)
    await expected.check(team, lambda: show(session, team))
    if isinstance(given.rule_set, str):
        await check_rule_set(session, team.area_id, given.rule_set, at)
    await founding.update(session, team, given)
    stamp(response, team.version)
    return await show(session, team)
