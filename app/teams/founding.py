"""What can happen to teams themselves: made with a template, changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, NotFound
from app.kit.queries import one
from app.outbox.events import append
from app.people.actor import Actor
from app.people.periods import at_field
from app.people.queries import units_of
from app.people.service import UnknownUnit, own_area
from app.security.permissions import Permission as P
from app.teams import queries
from app.teams.health import check_seats
from app.teams.models import Team
from app.teams.schemas import SeatCreate, TeamCreate, TeamUpdate
from app.teams.service import add_seat
from app.teams.templates import templates


class MunicipalityCovered(Conflict):
    """One team of an area answers for a municipality: `municipalities` are those taken."""

    code = "municipality_covered"
    detail = Text(
        "Toinen alueen tiimi vastaa jo näistä kunnista: {municipalities}. Poista ne ensin siltä.",
        "Ett annat team i området svarar redan för de här kommunerna: {municipalities}. Ta först bort dem därifrån.",
        "Another team of the area covers these municipalities already: {municipalities}. Take them from it first.",
    )


class TeamCodeTaken(Conflict):
    code = "team_code_taken"
    detail = Text(
        "Alueella on jo tiimi tällä lyhenteellä.",
        "Området har redan ett team med den här koden.",
        "The area has a team of this code already.",
    )
    constraints = ("uq_teams_area_id",)


def area_of(actor: Actor) -> UUID:
    """The area whose teams one makes. Raises `Forbidden`."""
    return own_area(actor, P.TEAM_MANAGE)


async def create(session: AsyncSession, actor: Actor, given: TeamCreate, at: datetime, rule_set: str) -> Team:
    """Raises `UnknownUnit`, `MunicipalityCovered`, `TeamCodeTaken`. `rule_set` is the one that it follows: whether
    there is such a one, a higher room knows."""
    template = templates()[given.template]
    team = Team(
        id=own_id(given.id, at),
        area_id=area_of(actor),
        unit_id=given.unit_id,
        code=given.code,
        name=given.name,
        template=given.template,
        rule_set=rule_set,
        silent_after_days=given.silent_after_days or template.silent_after_days,
        municipalities=sorted(set(given.municipalities)),
    )
    await check_unit(session, team, given.unit_id)
    await cover(session, team, team.municipalities)
    session.add(team)
    append(session, "team.created", team, team=team.id)
    await session.flush()
    for role in template.required if given.create_seats else ():
        await add_seat(session, team, SeatCreate(role=role))
    return team


async def update(session: AsyncSession, team: Team, given: TeamUpdate) -> None:
    """Raises `UnknownUnit`, `MunicipalityCovered`, and `SeatNotInTemplate` for another template that does not have the
    seats there are: a team with a health seat does not become one without health data."""
    changes = given.model_dump()
    if "template" in changes:
        check_seats(changes["template"], (await queries.roles_of(session, [team.id])).get(team.id, ()))
    if "unit_id" in changes:
        await check_unit(session, team, changes["unit_id"])
    if "municipalities" in changes:
        changes["municipalities"] = sorted(set(changes["municipalities"]))
        await cover(session, team, changes["municipalities"])
    for name, value in changes.items():
        setattr(team, name, value)
    append(session, "team.updated", team, team=team.id)
    await session.flush()


async def check_unit(session: AsyncSession, team: Team, unit_id: UUID | None) -> None:
    """Raises `UnknownUnit` for one that is not of the area's own organisation."""
    if unit_id is not None:
        try:
            await one(session, units_of(team.area_id), unit_id)
        except NotFound:
            raise at_field(UnknownUnit, "unitId") from None


async def cover(session: AsyncSession, team: Team, municipalities: list[str]) -> None:
    """Raises `MunicipalityCovered`."""
    await queries.lock_coverage(session, team.area_id)
    if taken := await queries.covered_elsewhere(session, team.area_id, municipalities, team.id):
        raise MunicipalityCovered(municipalities=taken)
