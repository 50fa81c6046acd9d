"""What can happen on a path: admitting a referral, the plan, the steps, the duty of feedback."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.queries import lock_client
from app.kit.clock import civil_date
from app.kit.i18n import speaking
from app.kit.problems import NotFound
from app.outbox.events import append
from app.path_templates.choosing import choose, first_action
from app.path_templates.rules import TemplateStep
from app.pathways import queries, rules
from app.pathways.models import PATHWAY_FLOW, Goal, Pathway, PathwayStep
from app.pathways.next_action import check_day
from app.pathways.responsible import check_responsible, not_in_team
from app.pathways.schemas import PathwayUpdate, PlanAgree, ReferralAccept
from app.pathways.steps import done_elsewhere
from app.people.actor import Actor
from app.referrals import history
from app.referrals.content import refuse_codes
from app.referrals.models import FLOW as REFERRAL_FLOW
from app.referrals.models import Referral
from app.referrals.reading import sides
from app.referrals.refusals import NoTeamYet, PathRunning
from app.referrals.waiting import require_room
from app.security.permissions import Permission as P
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import PATHWAY, TRIAGE


async def accept(
    session: AsyncSession, actor: Actor, referral: Referral, given: ReferralAccept, at: datetime
) -> Pathway:
    """Take the client on. Starts a path, or joins the client's running one; the first owner's work is done. From the
    waiting list only when the team has room (C-23); a client who is on a path already takes no new room.

    The place of the work that is done is free before the path takes one: whoever accepts their own referral has as
    much as before, also when they are full.

    Raises `NoTeamYet`, `NoCapacityYet`, `PathRunning`, `NotInTeam`, `NextActionDay`, `IllegalMove`, what `choose`
    raises, and `SeatFull` and `NotInSeat` from the database.
    """
    REFERRAL_FLOW.check(referral.state, "accept", sides(actor, referral))
    refuse_codes(nextAction=given.next_action)
    check_day(given.next_action_on, at)
    if referral.team_id is None or referral.client_id is None:
        raise NoTeamYet()
    await lock_client(session, referral.client_id, to_change=True)
    pathway = await queries.running(session, referral.client_id, referral.team_id)
    if pathway is not None and given.join_pathway_id != pathway.id:
        raise PathRunning(pathway_id=str(pathway.id))
    if pathway is None and given.join_pathway_id is not None:
        raise NotFound()
    joined = pathway is not None
    if pathway is None:
        await require_room(session, referral, at)
        pathway = await start(session, actor, referral, given, at)
    referral.accept(pathway.id, actor.person_id, at)
    history.note(session, referral, "joined" if joined else "accepted", at, by=actor.person_id)
    if await queries.outcomes_of(session, pathway.id):
        await owe_feedback(session, referral, pathway.team_id, pathway.responsible_person_id, at)
    if joined:
        await work.finish(session, referral.id, TRIAGE, at)
    append(
        session,
        "referral.accepted",
        referral,
        client=referral.client_id,
        team=referral.team_id,
        organisation=referral.sender_organisation_id,
    )
    await session.flush()
    return pathway


async def start(
    session: AsyncSession, actor: Actor, referral: Referral, given: ReferralAccept, at: datetime
) -> Pathway:
    """A path of the template; from an urgent referral with the urgent due days of its steps. It stands on the seat that
    the referral came to, if its responsible worker is on it; the referral's own work is done before."""
    client_id, area_id, team_id = referral.client_id, referral.area_id, referral.team_id
    assert client_id is not None
    assert team_id is not None
    urgent = referral.urgent
    template = await choose(session, area_id, team_id, given.template)
    responsible = given.responsible_person_id
    if responsible is None and actor.may(P.PATHWAY_WRITE):
        responsible = actor.person_id
    elif responsible is None:  # who leads and does no client work leaves it with whom it came to
        triage = await work_queries.work_of(session, referral.id, TRIAGE)
        responsible = triage.holder_id if triage else None
    if responsible is None:
        raise not_in_team("/body/responsiblePersonId")
    prefer = work_queries.triage_seat(referral.id)
    seat = await check_responsible(
        session, responsible, team_id, area_id, at, client_id=client_id, prefer=prefer, lock=True
    )
    await work.finish(session, referral.id, TRIAGE, at)
    pathway = Pathway(
        client_id=client_id,
        team_id=team_id,
        template=template.code,
        template_version=template.version,
        urgent=urgent,
        asks_scores=template.scores,
        started_at=at,
        responsible_person_id=responsible,
        next_action=given.next_action or first_action(template).pick(speaking.get()),
        next_action_on=given.next_action_on or rules.due_on(at, template.steps[0].days(urgent)),
    )
    session.add(pathway)
    await session.flush()
    session.add_all(step_of(pathway, step, position) for position, step in enumerate(template.steps, start=1))
    await work.open_for(
        session,
        kind=PATHWAY,
        client_id=client_id,
        area_id=area_id,
        team_id=team_id,
        subject_type="pathway",
        subject_id=pathway.id,
        holder_id=responsible,
        at=at,
        seat_id=seat,
    )
    append(session, "pathway.started", pathway, client=client_id, team=team_id, template=template.code)
    return pathway


def step_of(pathway: Pathway, step: TemplateStep, position: int) -> PathwayStep:
    """A template's step on a path: everything is copied, for the path is pinned."""
    return PathwayStep(
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        key=step.key,
        kind=step.kind,
        position=position,
        owner_role=step.owner_role,
        optional=step.optional,
        client_visible=step.client_visible,
        due_days=step.days(pathway.urgent),
        purpose={language: said for language, said in step.purpose.as_dict().items() if said},
        bring={language: said for language, said in step.bring.as_dict().items() if said} if step.bring else {},
        after=list(step.after),
        requires=list(step.requires),
        expected_minutes=step.expected_minutes,
        branch=step.branch,
    )


async def update(session: AsyncSession, actor: Actor, pathway: Pathway, given: PathwayUpdate, at: datetime) -> None:
    """The responsible worker and the next action (C-35): a path never goes without them. Another worker takes a place
    of their own, and the former one's is free.

    Raises `NotInTeam`, `NextActionDay`, and `SeatFull` and `NotInSeat` from the database.
    """
    PATHWAY_FLOW.check(pathway.state, "update")
    sent = given.model_dump()
    refuse_codes(nextAction=sent.get("next_action"))
    check_day(sent.get("next_action_on"), at)
    responsible = sent.get("responsible_person_id")
    if responsible is not None and responsible != pathway.responsible_person_id:
        prefer = queries.first_seat(pathway.id)
        seat = await check_responsible(
            session,
            responsible,
            pathway.team_id,
            actor.area_id,
            at,
            client_id=pathway.client_id,
            prefer=prefer,
            lock=True,
        )
        item = await work_queries.work_of(session, pathway.id, PATHWAY, lock=True)
        if item is not None:
            work.take(item, seat_id=seat, holder_id=responsible, on_behalf_of_id=None, at=at)
    given.apply_to(pathway)
    append(session, "pathway.updated", pathway, client=pathway.client_id, team=pathway.team_id)
    await session.flush()


async def agree_plan(session: AsyncSession, actor: Actor, pathway: Pathway, given: PlanAgree, at: datetime) -> None:
    """Goals, strengths and commitment, agreed with the client; earlier goals stay."""
    PATHWAY_FLOW.check(pathway.state, "agree_plan")
    refuse_codes(strengths=given.strengths, commitment=given.commitment)
    for goal in given.goals:
        refuse_codes(goals=goal.description)
        session.add(
            Goal(
                pathway_id=pathway.id,
                client_id=pathway.client_id,
                description=goal.description,
                agreed_with_client=goal.agreed_with_client,
                agreed_on=civil_date(at),
                author_id=actor.person_id,
            )
        )
    pathway.strengths = given.strengths or pathway.strengths
    pathway.commitment = given.commitment or pathway.commitment
    pathway.plan_agreed_at = at
    await session.flush()


async def name_step_owner(session: AsyncSession, pathway_id: UUID, kind: str, role: str) -> None:
    """Routing has said which seat it is: the path's step of that kind shows it."""
    step = await queries.planned_step(session, pathway_id, kind)
    if step is not None:
        step.owner_role, step.owner_named = role, True


async def complete_step_of(session: AsyncSession, actor: Actor, pathway_id: UUID, kind: str, at: datetime) -> bool:
    """Something done elsewhere (an assessment, a meeting) completes the path's step of that kind; if one waited."""
    step = await queries.planned_step(session, pathway_id, kind)
    if step is not None:
        await done_elsewhere(session, actor, step, at)
    return step is not None


async def owe_feedback(session: AsyncSession, referral: Referral, team_id: UUID, holder_id: UUID, at: datetime) -> None:
    """The duty as a piece of work: it stands on somebody's list from the moment it is due."""
    assert referral.client_id is not None
    await work.open_for(
        session,
        kind="feedback",
        client_id=referral.client_id,
        area_id=referral.area_id,
        team_id=team_id,
        subject_type="referral",
        subject_id=referral.id,
        holder_id=holder_id,
        at=at,
    )
