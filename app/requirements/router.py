"""Addresses: what a team needs to know in a referral, written by its area, read by everybody who sends."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.kit.clock import Now, civil_date
from app.kit.codesets import called, code_of
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.kit.schemas import WordsRead
from app.people.actor import Actor, needs
from app.people.periods import EndsBeforeStart, EndsInThePast, StartsInThePast
from app.requirements import queries, service
from app.requirements.models import REQUIREMENT_FLOW, RequirementSet
from app.requirements.schemas import (
    RequirementItemRead,
    RequirementsCreate,
    RequirementsEnd,
    RequirementsPage,
    RequirementsPublish,
    RequirementsRead,
    RequirementsUpdate,
)  # fmt: skip
from app.security.permissions import Permission as P
from app.teams.queries import managed_teams, visible_teams

router = room("Requirements")
Reader = Annotated[Actor, needs(P.DIRECTORY_READ)]
Manager = Annotated[Actor, needs(P.TEAM_MANAGE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


def show(actor: Actor, row: RequirementSet) -> RequirementsRead:
    fields = {
        n: getattr(row, n) for n in RequirementsRead.model_fields if hasattr(row, n) and n not in ("items", "in_force")
    }
    manages = bool(actor.areas_with(P.TEAM_MANAGE))
    return RequirementsRead(
        **fields,
        items=[
            RequirementItemRead(
                item=item.item,
                label=called("requirement_item", item.item),
                required=item.required,
                minimum=item.minimum,
                criteria=list(item.criteria),
                why=WordsRead(**item.why.as_dict()) if item.why else None,
            )
            for item in service.items_of(row)
        ],
        in_force=row.in_force(civil_date(actor.at)),
        allowed_actions=REQUIREMENT_FLOW.actions(row.state, actor, sides={"manager"} if manages else set()),
    )


@router.get("/teams/{team_id}/requirements", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_requirements(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    team_id: UUID,
    source: Annotated[str | None, code_of("referral_source")] = None,
    asked_for: Annotated[str | None, code_of("routed_work"), Query(alias="askedFor")] = None,
    in_force: Annotated[bool, Query(alias="inForce", description="Only those that count today.")] = False,
) -> RequirementsPage:
    """What the team asks of those who send, the newest first. Drafts are for those who manage teams."""
    team = await one(session, visible_teams(actor), team_id)
    on = civil_date(at) if in_force else None
    rows = queries.listed(actor, team.id, source=source, asked_for=asked_for, on=on)
    found, after, count = await paging.run(session, rows, RequirementSet.id, caller=actor.login_id)
    return RequirementsPage(items=[show(actor, row) for row in found], next_cursor=after, count=count)


@router.post(
    "/teams/{team_id}/requirements",
    status_code=201,
    responses=problems(MissingPermission, NotFound, UnacceptableId, IdTaken, service.BadRequirement),
)
async def draft_requirements(
    actor: Manager, session: Session, at: Now, once: OnceOnly, team_id: UUID, given: RequirementsCreate
) -> RequirementsRead:
    """A draft; nobody is asked for anything until it is published."""

    async def work() -> RequirementsRead:
        team = await one(session, managed_teams(actor), team_id)
        return show(actor, await service.draft(session, actor, team, given, at))

    return await once.run(RequirementsRead, work)


@router.get("/requirements/{requirements_id}", responses=problems(MissingPermission, NotFound))
async def get_requirements(
    actor: Reader, session: Session, requirements_id: UUID, response: Response
) -> RequirementsRead:
    row = await one(session, queries.visible_sets(actor), requirements_id)
    stamp(response, row.version)
    return show(actor, row)


@router.patch("/requirements/{requirements_id}", responses=problems(*CHANGES, service.BadRequirement))
async def update_requirements(
    actor: Manager,
    session: Session,
    expected: IfMatch,
    requirements_id: UUID,
    given: RequirementsUpdate,
    response: Response,
) -> RequirementsRead:
    """A draft is mended; what was published stays as it was."""
    row = await one(session, queries.managed_sets(actor), requirements_id, lock=True)

    async def read() -> RequirementsRead:
        return show(actor, row)

    await expected.check(row, read)
    await service.update(session, row, given)
    stamp(response, row.version)
    return await read()


async def locked(session: Session, actor: Actor, requirements_id: UUID) -> RequirementSet:
    """The team's row first: its versions are put in order by one at a time."""
    seen = await one(session, queries.managed_sets(actor), requirements_id)
    await one(session, managed_teams(actor), seen.team_id, lock=True)
    return await one(session, queries.managed_sets(actor), requirements_id, lock=True)


async def shown(actor: Actor, row: RequirementSet) -> RequirementsRead:
    return show(actor, row)


@router.post(
    "/requirements/{requirements_id}/publish",
    responses=problems(*CHANGES, StartsInThePast, service.RequirementsOverlap),
)
async def publish_requirements(
    actor: Manager,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    requirements_id: UUID,
    given: RequirementsPublish,
) -> RequirementsRead:
    """From a day on it counts for referrals sent; the version before it ends the day before."""
    return await once.change(
        RequirementsRead,
        lambda: locked(session, actor, requirements_id),
        expected,
        lambda row: shown(actor, row),
        lambda row: service.publish(session, actor, row, given.valid_from, at),
    )


@router.post("/requirements/{requirements_id}/end", responses=problems(*CHANGES, EndsBeforeStart, EndsInThePast))
async def end_requirements(
    actor: Manager,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    requirements_id: UUID,
    given: RequirementsEnd,
) -> RequirementsRead:
    """It counts until a day, or no more; a draft is laid aside."""
    return await once.change(
        RequirementsRead,
        lambda: locked(session, actor, requirements_id),
        expected,
        lambda row: shown(actor, row),
        lambda row: service.end(session, row, given.valid_to, at),
    )
