"""Teams without health data: what their template has no seat for, and what nobody writes there (C-58, C-59)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text
from app.kit.problems import Conflict
from app.teams import queries
from app.teams.templates import templates

HEALTH = "health"


class SeatNotInTemplate(Conflict):
    """What a team is made of, its template says: `roles` are not of it. A light team has no health seat (C-59)."""

    code = "seat_not_in_template"
    detail = Text(
        "Tiimin mallissa ei ole tällaista paikkaa: {roles}. Katso /v1/team-templates, tai vaihda ensin malli.",
        "Teamets mall har ingen sådan plats: {roles}. Se /v1/team-templates, eller byt först mall.",
        "The team's template has no such seat: {roles}. See /v1/team-templates, or change the template first.",
    )


class NoHealthDataHere(Conflict):
    """The template of the team says that it holds no health data (C-59)."""

    code = "no_health_data_here"
    detail = Text(
        "Tämä tiimi ei käsittele terveystietoja. Ohjaa asia tiimille, jossa on terveydenhuollon ammattilainen.",
        "Det här teamet hanterar inga hälsouppgifter. Hänvisa ärendet till ett team med en yrkesperson inom vården.",
        "This team holds no health data. Refer the matter onward to a team with a health professional.",
    )


def check_seats(template: str, roles: Iterable[str]) -> None:
    """Raises `SeatNotInTemplate`."""
    if strange := sorted({role for role in roles if not templates()[template].takes(role)}):
        raise SeatNotInTemplate(roles=strange)


async def health_refusal(
    session: AsyncSession, team_id: UUID | None, register: str = HEALTH
) -> NoHealthDataHere | None:
    """Why something of this register is not written in the team, if so. Other registers are not looked up."""
    if register != HEALTH or team_id is None:
        return None
    held = templates()[await queries.template_of(session, team_id)].holds_health_data
    return None if held else NoHealthDataHere()


async def keep_health_out(session: AsyncSession, team_id: UUID | None, register: str = HEALTH) -> None:
    """Raises `NoHealthDataHere`."""
    if refusal := await health_refusal(session, team_id, register):
        raise refusal
