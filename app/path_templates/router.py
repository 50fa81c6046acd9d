"""Addresses of path templates: the shipped ones and the area's own, drafted, checked, published, retired."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.path_templates import checking, queries, reading, service
from app.path_templates.models import OwnTemplate, TemplateState
from app.path_templates.refusals import LACKING, MALFORMED, TemplateWithoutSteps
from app.path_templates.rules import shipped_id, templates
from app.path_templates.schemas import (
    Code,
    TemplateCheck,
    TemplateCreate,
    TemplateDocument,
    TemplatePage,
    TemplateRead,
    TemplateUpdate,
)  # fmt: skip
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.routing.rulesets.queries import lock_area
from app.security.permissions import Permission as P

router = room("Service paths", prefix="/path-templates")
Reader = Annotated[Actor, needs(P.DIRECTORY_READ)]
Manager = Annotated[Actor, needs(P.TEAM_MANAGE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)
WRITTEN = (*MALFORMED, CodeInText)


@router.get("", responses=problems(MissingPermission, BadCursor))
async def list_path_templates(
    actor: Reader,
    session: Session,
    paging: Paged,
    code: Annotated[Code | None, Query(description="Versions of one template.")] = None,
    state: TemplateState | None = None,
) -> TemplatePage:
    """Steps with owner role, due rule, order, and what the client reads. The area's own versions, the newest first;
    before them, on the first page and beyond its limit, the shipped ones. Drafts are for those who manage teams."""
    rows = queries.listed(actor, code=code, state=state)
    found, after, count = await paging.run(session, rows, OwnTemplate.id, caller=actor.login_id)
    fixed = reading.shipped(code, state)
    return TemplatePage(
        items=[*(fixed if paging.cursor is None else []), *(reading.show(actor, row) for row in found)],
        next_cursor=after,
        count=None if count is None else count + len(fixed),
    )


@router.post(
    "", status_code=201, responses=problems(MissingPermission, Forbidden, NotFound, TemplateWithoutSteps, *WRITTEN)
)
async def draft_path_template(actor: Manager, session: Session, once: OnceOnly, given: TemplateCreate) -> TemplateRead:
    """No path starts from a draft. It may lack its ending and texts, but its order and days must make sense. Copy a
    shipped one or your own with `from`. It gets the next number of its code."""

    async def work() -> TemplateRead:
        return reading.show(actor, await service.draft(session, actor, given))

    return await once.run(TemplateRead, work)


@router.post("/check", responses=problems(MissingPermission))
async def check_path_template(actor: Manager, given: TemplateDocument) -> TemplateCheck:
    """Everything that is wrong with a document that is not saved, in one answer."""
    return checking.check(checking.template_of(service.written(given), given.code, 1))


@router.get("/{template_id}", responses=problems(MissingPermission, NotFound))
async def get_path_template(actor: Reader, session: Session, template_id: UUID, response: Response) -> TemplateRead:
    """One version of an area's own template, with its steps."""
    for template in templates().values():
        if shipped_id(template) == template_id:
            return reading.show_shipped(template)
    row = await one(session, queries.visible_templates(actor), template_id)
    stamp(response, row.version)
    return reading.show(actor, row)


@router.patch("/{template_id}", responses=problems(*CHANGES, *WRITTEN))
async def update_path_template(
    actor: Manager, session: Session, expected: IfMatch, template_id: UUID, given: TemplateUpdate, response: Response
) -> TemplateRead:
    """A draft is mended. What was published never changes: draft the next version as a copy of it."""
    row = await one(session, queries.managed_templates(actor), template_id, lock=True)

    async def read() -> TemplateRead:
        return reading.show(actor, row)

    await expected.check(row, read)
    await service.update(session, actor, row, given)
    stamp(response, row.version)
    return await read()


async def changed(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    template_id: UUID,
    do: Callable[[OwnTemplate], Awaitable[object]],
) -> TemplateRead:
    """The area first: its versions are put in order by one at a time."""

    async def locked() -> OwnTemplate:
        found = await one(session, queries.managed_templates(actor), template_id)
        await lock_area(session, found.area_id)
        return await one(session, queries.managed_templates(actor), template_id, lock=True)

    async def shown(row: OwnTemplate) -> TemplateRead:
        return reading.show(actor, row)

    return await once.change(TemplateRead, locked, expected, shown, do)


@router.post("/{template_id}/publish", responses=problems(*CHANGES, *LACKING, *WRITTEN))
async def publish_path_template(
    actor: Manager, session: Session, at: Now, once: OnceOnly, expected: IfMatch, template_id: UUID
) -> TemplateRead:
    """In force from now. The version before is retired; paths that run on it stay, and can be moved to this one."""
    return await changed(
        session, actor, once, expected, template_id, lambda row: service.publish(session, actor, row, at)
    )


@router.post("/{template_id}/retire", responses=problems(*CHANGES))
async def retire_path_template(
    actor: Manager, session: Session, at: Now, once: OnceOnly, expected: IfMatch, template_id: UUID
) -> TemplateRead:
    """No path starts from it any more; those that run go on. A draft is laid aside."""
    return await changed(session, actor, once, expected, template_id, lambda row: service.retire(session, row, at))
