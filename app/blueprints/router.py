"""Addresses of blueprints: how a team's set-up spreads to another."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.blueprints import service
from app.blueprints.reading import told
from app.blueprints.schemas import (
    BlueprintApply,
    BlueprintCompare,
    BlueprintOutcome,
    BlueprintRead,
    BlueprintTooNew,
)  # fmt: skip
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.path_templates.refusals import MALFORMED
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.routing.rulesets.refusals import RuleSetMalformed, UnknownFact, UnknownSeat
from app.security.permissions import Permission as P
from app.teams.health import SeatNotInTemplate
from app.teams.queries import lock_seats, managed_teams, visible_teams
from app.teams.service import BadVisitingDays

router = room("Blueprints", "/teams/{team_id}/blueprint")
Reader = Annotated[Actor, needs(P.DIRECTORY_READ)]
Manager = Annotated[Actor, needs(P.TEAM_MANAGE)]
READ = (
    MissingPermission, NotFound, BlueprintTooNew, service.BlueprintUnknownPath, service.SeatTwice, BadVisitingDays,
    SeatNotInTemplate, RuleSetMalformed, UnknownFact, UnknownSeat, *MALFORMED, CodeInText,
)  # fmt: skip


@router.get("", responses=problems(MissingPermission, NotFound))
async def get_blueprint(actor: Reader, session: Session, at: Now, team_id: UUID) -> BlueprintRead:
    """The team's set-up as one document: template, seats with their limits, rules, paths. No people, no clients, no
    ways of contact: it can be sent to another area as it is."""
    team = await one(session, visible_teams(actor), team_id)
    return BlueprintRead.model_validate(await service.export(session, team, at))


@router.post("/diff", responses=problems(*READ))
async def diff_blueprint(
    actor: Reader, session: Session, at: Now, team_id: UUID, given: BlueprintCompare
) -> BlueprintOutcome:
    """How the team differs from a blueprint. Nothing is written."""
    team = await one(session, visible_teams(actor), team_id)
    return told(team, await service.compare(session, team, given.blueprint, at))


@router.post(
    "/apply",
    responses=problems(*READ, PreconditionRequired, PreconditionFailed),
)
async def apply_blueprint(
    actor: Manager,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    team_id: UUID,
    given: BlueprintApply,
) -> BlueprintOutcome:
    """Make the team as the blueprint says; with `dryRun` (the default) only say what would be done. Seats that the
    blueprint does not know stay. Other rules become a draft: they decide after a second person has signed them off
    and they are put in force. So do path templates that are not in force here: they are published by themselves."""

    async def work() -> BlueprintOutcome:
        team = await one(session, managed_teams(actor), team_id, lock=True)

        async def shown() -> BlueprintOutcome:
            return told(team, await service.compare(session, team, given.blueprint, at))

        await expected.check(team, shown)
        await lock_seats(session, team.id)
        found = await service.compare(session, team, given.blueprint, at)
        if given.dry_run:
            return told(team, found)
        made = await service.apply(session, actor, team, given.blueprint, found, at)
        return told(team, found, dry_run=False, made=made)

    return await once.run(BlueprintOutcome, work)
