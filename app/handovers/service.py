"""One piece of work: confirmed or declined by its holder, and asked again by the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.consequences import keep_away
from app.clients.models import Client
from app.handovers import queries, reading
from app.handovers.asking import Ground, ground
from app.handovers.pieces import Fate, Proposal, register_of_notes
from app.handovers.planning import planner
from app.handovers.schemas import RouteAgain, WorkDecline
from app.kit.clock import civil_date
from app.kit.db import Receiving
from app.kit.queries import one
from app.outbox.events import append
from app.pathways import service as pathways
from app.pathways.rules import STEP_OF_KIND
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.referrals.intake import wait_when_full
from app.referrals.models import ReferralState
from app.routing import service as routing
from app.routing.decide import Outcome
from app.routing.models import RoutingDecision
from app.teams.models import Team
from app.work.models import WorkItem


def team_s(session: AsyncSession, team: Team | None, area_id: UUID) -> Receiving:
    """The team's own view of its work: whoever leads it has no health register, and sees none of what is read here."""
    return Receiving(session, team=team.id if team else None, area=area_id)


async def hold(session: AsyncSession, actor: Actor, item_id: UUID) -> WorkItem:
    """A piece of work to be changed, with all it depends on locked: its case, the team's seats, itself."""
    async with team_s(session, None, actor.area_id):
        item = await one(session, queries.changeable_work(actor), item_id)
        await queries.lock_cases(session, [item])
        if item.team_id is not None:
            await queries.lock_seats(session, item.team_id)
        return (await queries.lock_works(session, [item.id]))[0]


def check(actor: Actor, item: WorkItem, verb: str) -> None:
    """Raises what `allowedActions` says."""
    if refused := reading.refusal(actor, item, verb):
        raise refused


async def confirm(session: AsyncSession, actor: Actor, item: WorkItem, at: datetime) -> None:
    """Raises `NotYourWork`, `NobodyHasIt`, `WorkDone`, `AlreadyConfirmed`."""
    check(actor, item, "confirm")
    item.confirmed_at = at
    append(session, "work.confirmed", item, client=item.client_id, team=item.team_id, work_kind=item.kind)
    await session.flush()


async def decline(session: AsyncSession, actor: Actor, item: WorkItem, given: WorkDecline, at: datetime) -> None:
    """The work goes to another holder, to a deputy, or into a queue with an alarm; never back to who declined.

    Raises `NotYourWork`, `NobodyHasIt`, `WorkDone`, `NoRulesForIt`, `WordsMissing`, `CodeInText`.
    """
    check(actor, item, "decline")
    routing.check_words(given.reason, given.words)
    refuse_codes(words=given.words)
    assert actor.person_id is not None
    assert item.team_id is not None
    append(
        session,
        "work.declined",
        item,
        client=item.client_id,
        team=item.team_id,
        work_kind=item.kind,
        reason=given.reason,
    )
    async with team_s(session, None, item.area_id):
        team = await session.get_one(Team, item.team_id)
        item.declined_by = [*item.declined_by, actor.person_id]
        if given.reason == "conflict_of_interest":  # which is between the two people, whatever the work
            client = await session.get_one(Client, item.client_id)
            client.conflict_person_ids = sorted({*client.conflict_person_ids, actor.person_id})
        found = await ground(session, team, [item], at)
        made = planner(found, civil_date(at), at, released=True).propose(found.pieces[0])
        found.asked[str(item.id)] = replace(
            found.asked[str(item.id)],
            cause="declined",
            note=given.words,
            note_register=register_of_notes(item.kind),
            decline_reason=given.reason,
        )
        await by_rules(session, actor, found, item, made, at)
    if given.reason == "conflict_of_interest":
        await keep_away(session, actor, client, frozenset({actor.person_id}))


async def route_again(
    session: AsyncSession, actor: Actor, item: WorkItem, given: RouteAgain, at: datetime
) -> tuple[Ground, Proposal, RoutingDecision | None]:
    """What the rules say now; written unless it is only asked, or it stays where it is though the rules would wait.

    Raises `WorkDone`, `NoRulesForIt`, `NoTeamYet`, `MissingPermission`.
    """
    check(actor, item, "route_again")
    assert item.team_id is not None
    async with team_s(session, None, item.area_id):
        team = await session.get_one(Team, item.team_id)
        found = await ground(session, team, [item], at)
        made = planner(found, civil_date(at), at, changes_only=given.cause == "rules").propose(found.pieces[0])
        kept = None
        if not given.preview and not unchanged(made):
            found.asked[str(item.id)] = replace(found.asked[str(item.id)], cause=given.cause)
            kept = await by_rules(session, actor, found, item, made, at)
    return found, made, kept


def unchanged(made: Proposal) -> bool:
    """It stays, though the rules by themselves would have it otherwise: there is nothing to keep."""
    if made.fate is not Fate.STAYS or made.decision is None:
        return made.fate is Fate.STAYS
    said = made.decision
    return said.outcome is not Outcome.MANUAL and (said.holder is None or said.holder != made.holder)


async def by_rules(
    session: AsyncSession, actor: Actor, found: Ground, item: WorkItem, made: Proposal, at: datetime
) -> RoutingDecision:
    """Write what the rules say; the subject of the work follows."""
    assert made.decision is not None
    key = str(item.id)
    before = found.before.get(key)
    kept, _ = await routing.settle(
        session, actor, found.asked[key], made.decision, found.seating, item, before.id if before else None, at
    )
    await subject_follows(session, item, kept, at)
    return kept


async def subject_follows(session: AsyncSession, item: WorkItem, kept: RoutingDecision, at: datetime) -> None:
    """An assessment names its newest decision, its path the seat; a referral that nobody has room for waits."""
    if item.subject_type == "assessment":
        assessment = await queries.name_decision(session, item.subject_id, kept)
        step = STEP_OF_KIND.get(item.kind)
        if step is not None and kept.seat_role is not None:
            await pathways.name_step_owner(session, assessment.pathway_id, step, kept.seat_role)
    elif item.kind == "referral_triage":
        referral = await queries.referral_of(session, item.subject_id)
        waits = referral.state in (ReferralState.RECEIVED, ReferralState.WITHDRAWN) and not referral.waiting_since
        if waits and wait_when_full(session, referral, kept, at):
            referral.noticed()
    await session.flush()
