"""Which template a path starts from: the one asked for, or the one that fits the team."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.codesets import codeset, label
from app.kit.i18n import Language, Text
from app.kit.problems import Problem
from app.path_templates import queries, rules
from app.path_templates.checking import template_of
from app.path_templates.refusals import TemplateNotForTeam, TemplateNotInForce
from app.path_templates.rules import Template, TemplateStep
from app.people.actor import Actor
from app.teams import queries as teams
from app.teams.health import HEALTH, NoHealthDataHere
from app.teams.templates import TeamTemplate
from app.teams.templates import templates as team_templates

BOOKED = {"health_check": Text("Varaa terveystarkastus", "Boka hälsoundersökningen", "Book the health check")}
AGREED = Text("Sovi asiakkaan kanssa: {step}", "Kom överens med klienten: {step}", "Agree with the client: {step}")


async def choose(session: AsyncSession, area_id: UUID, team_id: UUID, code: str | None) -> Template:
    """The newest version in force; without a code, of what the team's own template starts.

    Raises `TemplateNotInForce`, `TemplateNotForTeam`, and `NoHealthDataHere` for health steps in a team without them.
    """
    team = team_templates()[await teams.template_of(session, team_id)]
    found = await newest(session, area_id, code or team.path_template)
    if found is None:
        pointer = "/body/template"
        raise TemplateNotInForce(
            errors=[{"pointer": pointer, "code": TemplateNotInForce.code, "detail": TemplateNotInForce.detail}]
        )
    if (refusal := unfit(found, team)) is not None:
        raise refusal
    return found


def is_health(step: TemplateStep) -> bool:
    """Whether what is done in the step belongs to the health register."""
    kinds = codeset("step_kind")
    return step.kind in kinds and kinds[step.kind].facts.get("register") == HEALTH


def unfit(template: Template, team: TeamTemplate) -> Problem | None:
    """Why a team of this kind does not take the template, or None."""
    if not team.holds_health_data and any(is_health(step) for step in template.steps):
        return NoHealthDataHere()
    strange = sorted({step.owner_role for step in template.steps if not team.takes(step.owner_role)})
    return TemplateNotForTeam(roles=strange) if strange else None


def fits(template: Template) -> list[str]:
    """The team templates that have a seat for each of its steps."""
    return [code for code, team in team_templates().items() if unfit(template, team) is None]


def first_action(template: Template) -> Text:
    """What to do next on a path that has just started: about its first step."""
    return action_about(template.steps[0].kind)


def action_about(kind: str) -> Text:
    return BOOKED.get(kind) or Text(
        **{lang: text.format(step=label("step_kind", kind).as_dict()[lang]) for lang, text in AGREED.as_dict().items()}
    )


@lru_cache(maxsize=1)
def ready_made() -> Mapping[str, Text]:
    """Every next action that a path may have started with, by its words in each language."""
    actions = [action_about(code.code) for code in codeset("step_kind")]
    return {words: action for action in actions for words in action.as_dict().values()}


def in_language(next_action: str, language: Language) -> str:
    """What a person wrote stays as it was written; what a path started with is said in the reader's language."""
    action = ready_made().get(next_action)
    return action.pick(language) if action is not None else next_action


async def newest(session: AsyncSession, area_id: UUID, code: str) -> Template | None:
    """The version that new paths start from: the newest shipped one, or the area's own in force."""
    if (found := rules.newest(code)) is not None:
        return found
    row = await queries.in_force(session, area_id, code)
    return template_of(row.content, row.code, row.number) if row is not None else None


async def versions_for(session: AsyncSession, team_id: UUID, code: str) -> dict[int, Template]:
    """What a running path of a team can be moved to, by number: every shipped version of its template, or the area's
    own in force."""
    shipped = {number: found for (name, number), found in rules.templates().items() if name == code}
    if shipped:
        return shipped
    row = await queries.in_force_for(session, team_id, code)
    return {row.number: template_of(row.content, row.code, row.number)} if row is not None else {}


async def retired_for(session: AsyncSession, team_id: UUID, code: str, number: int) -> bool:
    """Whether it was in force in the team's area and is no more."""
    return await queries.retired_for(session, team_id, code, number)


async def shown_to(session: AsyncSession, actor: Actor, code: str, number: int) -> Template | None:
    """A version that this reader may look at; never a draft."""
    if (found := rules.templates().get((code, number))) is not None:
        return found
    row = await queries.once_in_force(session, actor, code, number)
    return template_of(row.content, row.code, row.number) if row is not None else None


async def version_of(session: AsyncSession, area_id: UUID, code: str, number: int) -> Template | None:
    """The version that a path names, whatever became of it."""
    if (found := rules.templates().get((code, number))) is not None:
        return found
    row = await queries.of_number(session, area_id, code, number)
    return template_of(row.content, row.code, row.number) if row is not None else None
