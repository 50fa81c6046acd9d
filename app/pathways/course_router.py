"""Addresses of the course of a path: held, discontinued, moved to a newer version of its template."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import IfMatch
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways import closing, holds, upgrading
from app.pathways import step_refusals as refusals
from app.pathways.next_action import NextActionDay
from app.pathways.queries import worked_pathways
from app.pathways.router import CHANGES, change
from app.pathways.schemas import PathwayRead
from app.pathways.step_schemas import (
    HoldEnd,
    HoldPlace,
    PathwayDiscontinue,
    PathwayUpgrade,
    UpgradeAsk,
    UpgradePreview,
)  # fmt: skip
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Service paths")
Writer = Annotated[Actor, needs(P.PATHWAY_WRITE)]
VERSIONS = (upgrading.UnknownVersion, upgrading.VersionRetired, upgrading.AlreadyNewest, upgrading.VersionNotNewer)
ENDED = (closing.FeedbackOwed, closing.OutcomeMissing, closing.WorkOpen, CodeNotInForce)


@router.post(
    "/pathways/{pathway_id}/hold",
    responses=problems(
        *CHANGES,
        holds.HoldTooLong,
        holds.HeldTooMuch,
        holds.AlreadyHeld,
        NextActionDay,
        refusals.DayPassed,
        CodeNotInForce,
    ),
)
async def hold_pathway(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: HoldPlace
) -> PathwayRead:
    """A pause until a day, with what is done next. Its steps are due as many working days later."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: holds.put_on_hold(session, actor, p, given, at)
    )


@router.post("/pathways/{pathway_id}/end-hold", responses=problems(*CHANGES, holds.NotHeld, NextActionDay))
async def end_pathway_hold(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, pathway_id: UUID, given: HoldEnd
) -> PathwayRead:
    """Sooner than agreed. A hold whose last day has passed is over by itself."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: holds.end_hold(session, actor, p, given, at)
    )


@router.post("/pathways/{pathway_id}/discontinue", responses=problems(*CHANGES, *ENDED, closing.NotADiscontinuation))
async def discontinue_pathway(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    pathway_id: UUID,
    given: PathwayDiscontinue,
) -> PathwayRead:
    """End a path before it is done. As closing, and with the outcome that the reason says where none was recorded."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: closing.discontinue(session, actor, p, given, at)
    )


@router.post(
    "/pathways/{pathway_id}/preview-upgrade", responses=problems(MissingPermission, NotFound, IllegalMove, *VERSIONS)
)
async def preview_pathway_upgrade(
    actor: Writer, session: Session, pathway_id: UUID, given: UpgradeAsk
) -> UpgradePreview:
    """What moving the path to a newer version of its template would do. Nothing is written."""
    pathway = await one(session, worked_pathways(actor), pathway_id)
    await used(session, "pathways", [(pathway.id, pathway.client_id)], fields=["upgrade"])
    return await upgrading.preview(session, pathway, given.to_version)


@router.post(
    "/pathways/{pathway_id}/upgrade",
    responses=problems(
        *CHANGES,
        *VERSIONS,
        upgrading.VersionLacksRunningStep,
        upgrading.PreviewOutdated,
        refusals.TooManySteps,
    ),
)
async def upgrade_pathway(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    pathway_id: UUID,
    given: PathwayUpgrade,
) -> PathwayRead:
    """Move the path as its preview said: `token` is of that preview, and If-Match of the path."""
    return await change(
        session, actor, once, expected, pathway_id, lambda p: upgrading.upgrade(session, actor, p, given, at)
    )
