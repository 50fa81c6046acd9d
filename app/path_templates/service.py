"""What can happen to an area's own path templates: drafted, changed, published, retired."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.problems import NotFound, Problem
from app.outbox.events import append
from app.path_templates import queries, rules
from app.path_templates.checking import lacking, require_sense, template_of
from app.path_templates.models import TEMPLATE_FLOW, OwnTemplate
from app.path_templates.refusals import TemplateWithoutSteps
from app.path_templates.schemas import TemplateCreate, TemplateDocument, TemplateUpdate
from app.people.actor import Actor
from app.people.service import own_area
from app.routing.rulesets.queries import lock_area
from app.security.permissions import Permission as P

OF_CONTENT = ("title", "source", "scores", "steps")


async def draft(session: AsyncSession, actor: Actor, given: TemplateCreate, at: str = "/body") -> OwnTemplate:
    """The next number of its code. One at a time numbers an area's versions.

    Raises the refusals of `require_sense`, `TemplateWithoutSteps`, and `NotFound` when there is nothing to copy.
    """
    area = own_area(actor, P.TEAM_MANAGE)
    await lock_area(session, area)
    number = await queries.last_number(session, area, given.code) + 1
    content = written(given)
    if given.copied is not None:
        content = await content_of(session, area, given.copied.code, given.copied.number) | content
    if missing := [name for name in ("title", "steps") if name not in content]:
        raise TemplateWithoutSteps(
            errors=[
                {"pointer": f"{at}/{name}", "code": TemplateWithoutSteps.code, "detail": TemplateWithoutSteps.detail}
                for name in missing
            ]
        )
    content = {"source": "own design", "scores": False, **content}
    require_sense(template_of(content, given.code, number), at)
    row = OwnTemplate(area_id=area, code=given.code, number=number, content=content, author_id=actor.person_id)
    session.add(row)
    tell(session, "drafted", row)
    await session.flush()
    return row


def written(given: TemplateCreate | TemplateUpdate | TemplateDocument) -> dict[str, Any]:
    """What was sent of the document, in its form."""
    return given.model_dump(mode="json", by_alias=True, include=set(OF_CONTENT))


async def content_of(session: AsyncSession, area_id: UUID, code: str, number: int) -> dict[str, Any]:
    """A document without its head. Raises `NotFound`."""
    shipped = rules.documents().get((code, number))
    if shipped is not None:
        return {name: value for name, value in shipped.items() if name in OF_CONTENT}
    row = await queries.of_number(session, area_id, code, number)
    if row is None:
        raise NotFound()
    return dict(row.content)


async def update(session: AsyncSession, actor: Actor, row: OwnTemplate, given: TemplateUpdate) -> None:
    """Raises the refusals of `require_sense`, `IllegalMove`."""
    TEMPLATE_FLOW.check(row.state, "update")
    content = row.content | written(given)
    require_sense(template_of(content, row.code, row.number))
    if content != row.content:
        row.write(content, actor.person_id)
    await session.flush()


def refused(row: OwnTemplate, verb: str) -> Problem | None:
    """What keeps from a verb that the state allows."""
    return lacking(template_of(row.content, row.code, row.number)) if verb == "publish" else None


async def publish(session: AsyncSession, actor: Actor, row: OwnTemplate, at: datetime) -> None:
    """New paths start from it from now on; the version before is retired, and running paths stay with it.

    Raises `TemplateOutcomeMissing`, `TemplateFeedbackMissing`, `TemplatePurposeMissing`, `IllegalMove`, and those of
    `require_sense` when a code list has changed since it was written.
    """
    TEMPLATE_FLOW.check(row.state, "publish")
    if (refusal := refused(row, "publish")) is not None:
        raise refusal
    before = await queries.in_force(session, row.area_id, row.code, lock=True)
    if before is not None:
        await retire(session, before, at)
    row.publish(actor.person_id, civil_date(at), at)
    tell(session, "published", row)
    await session.flush()


async def retire(session: AsyncSession, row: OwnTemplate, at: datetime) -> None:
    """No path starts from it any more; those that run go on. Raises `IllegalMove`."""
    row.retire(civil_date(at), at)
    tell(session, "retired", row)
    await session.flush()


def tell(session: AsyncSession, happened: str, row: OwnTemplate) -> None:
    append(session, f"path_template.{happened}", row, organisation=row.area_id, code=row.code, number=row.number)
