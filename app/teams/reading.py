"""How teams, holders and templates are shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.codesets import label
from app.kit.i18n import Text
from app.teams import queries
from app.teams.directory_schemas import Label, TeamTemplateList, TeamTemplateRead, TemplateSeatRead
from app.teams.models import Holder, Seat, Team
from app.teams.schemas import HolderRead, TeamRead
from app.teams.templates import missing, templates


def show_team(team: Team, roles: Collection[str]) -> TeamRead:
    fields = {name: getattr(team, name) for name in TeamRead.model_fields if hasattr(team, name)}
    return TeamRead(**fields, missing_seats=missing(team.template, roles))


async def show_teams(session: AsyncSession, teams: Sequence[Team]) -> list[TeamRead]:
    """With one statement, however many."""
    roles = await queries.roles_of(session, [team.id for team in teams])
    return [show_team(team, roles.get(team.id, ())) for team in teams]


def show_holder(holder: Holder, seat: Seat) -> HolderRead:
    fields = {name: getattr(holder, name) for name in HolderRead.model_fields if name != "week_limit"}
    return HolderRead(**fields, week_limit=holder.week_limit(seat))


def worded(text: Text) -> Label:
    return Label(**text.as_dict())


def show_templates() -> TeamTemplateList:
    return TeamTemplateList(
        items=[
            TeamTemplateRead(
                code=template.code,
                version=template.version,
                label=worded(label("team_template", template.code)),
                about=worded(template.about),
                source=template.source,
                holds_health_data=template.holds_health_data,
                rule_set=template.rule_set,
                path_template=template.path_template,
                silent_after_days=template.silent_after_days,
                sources=dict(template.sources),
                seats=[
                    TemplateSeatRead(
                        role=seat.role,
                        label=worded(label("role", seat.role)),
                        required=seat.required,
                        source=seat.source,
                    )
                    for seat in template.seats
                ],
            )
            for template in templates().values()
        ]
    )
