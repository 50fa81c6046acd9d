"""How a piece of work is shown by itself, and what its holder, and who may route, can do with it now."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments.kinds import TELLING
from app.assessments.refusals import NotYourWork
from app.handovers.pieces import NO_RULES, subject_of
from app.handovers.queries import client_names
from app.handovers.refusals import AlreadyConfirmed, NobodyHasIt, NoRulesForIt, WorkDone
from app.handovers.schemas import WorkItemRead
from app.kit.codesets import called
from app.kit.i18n import Text, speaking
from app.kit.problems import MissingPermission, Problem
from app.kit.schemas import AllowedAction
from app.people.actor import Actor
from app.referrals.refusals import NoTeamYet
from app.routing.hiding import queue_told, unplaced
from app.routing.models import RoutingDecision
from app.routing.queries import names_of, visible_decisions
from app.security.permissions import Permission as P
from app.work.models import CONSULTATION, WorkItem

# What people hold outside the kinds that are routed, and what they have sent.
OWN_KINDS = {
    "pathway": Text("vastuu polusta", "ansvar för stigen", "being responsible for the path"),
    "feedback": Text("palaute lähettäjälle", "återkoppling till remittenten", "feedback to the referrer"),
    "consent_gap": Text("lupa kysyttävänä asiakkaalta", "tillstånd att fråga klienten om", "a permission to ask for"),
    "feedback_question": Text("kysymys palautteesta", "fråga om återkopplingen", "a question about feedback"),
    "feedback_to_read": Text("palaute luettavana", "återkoppling att läsa", "feedback to read"),
    "after_contact": Text("jälkikontakti", "efterkontakt", "contact after a service"),
    "consultation": Text(
        "konsultaatiokysymys vastattavana", "konsultationsfråga att besvara", "a consultation to answer"
    ),
    "consultation_asked": Text("kysytty konsultaatio", "begärd konsultation", "a consultation asked for"),
    "referral": Text("lähete", "remiss", "referral"),
}


# Whom a consultation waits for tells as much as whose an assessment is.
HELD_UNSEEN = TELLING | {CONSULTATION}


def kind_label(kind: str) -> str:
    return OWN_KINDS[kind].pick(speaking.get()) if kind in OWN_KINDS else called("routed_work", kind)


def shows_holder(actor: Actor, item: WorkItem) -> bool:
    """Which physician has it says what it is about: for the health register, and for whoever holds it."""
    return item.kind not in HELD_UNSEEN or actor.health_professional or item.holder_id == actor.person_id


def queue_shown(actor: Actor, item: WorkItem, *, unplaced: bool) -> str | None:
    """Whose waiting list it stands on says the same: outside the health register only that it stands on one.
    `unplaced`: the client's own care team would tell where the client lives."""
    tells = item.kind in TELLING and not actor.health_professional
    return item.queue.partition(":")[0] if item.queue and tells else queue_told(item.queue, unplaced)


def telling(actor: Actor, item: WorkItem) -> bool:
    """Whether who holds it would tell this reader what the client is treated for."""
    return item.kind in TELLING and not actor.health_professional


VERBS = ("confirm", "decline", "route_again")


def refusal(actor: Actor, item: WorkItem, verb: str) -> Problem | None:
    """Why the caller may not do this to it now; what `allowedActions` says is what the verb does."""
    if verb == "route_again" and not actor.may(P.ROUTING_OVERRIDE):
        return MissingPermission(permission=P.ROUTING_OVERRIDE.value)
    if item.closed_at is not None:
        return WorkDone()
    if verb == "route_again":
        if item.kind in NO_RULES:
            return NoRulesForIt()
        return NoTeamYet() if item.team_id is None else None
    if item.holder_id is None:
        return NobodyHasIt()
    if item.holder_id != actor.person_id:
        return NotYourWork()
    if verb == "confirm":
        return AlreadyConfirmed() if item.confirmed_at is not None else None
    return NoRulesForIt() if item.kind in NO_RULES else None


async def note_of(session: AsyncSession, actor: Actor, item: WorkItem) -> str | None:
    """Words to whoever has it now; none where the decision by which they have it is not the reader's to read."""
    rows = visible_decisions(actor).where(RoutingDecision.subject_id == subject_of(item))
    newest: RoutingDecision | None = await session.scalar(
        rows.order_by(RoutingDecision.decided_at.desc(), RoutingDecision.id.desc()).limit(1)
    )
    if newest is None or newest.holder_id != item.holder_id:
        return None
    return None if item.assigned_at and newest.decided_at < item.assigned_at else newest.note


async def show(session: AsyncSession, actor: Actor, item: WorkItem) -> WorkItemRead:
    """As on the worklist: outside the health register not who has what would tell of health."""
    shown = shows_holder(actor, item)
    # Who leads a team routes its work, and sees whose it is only where the worklist would show it.
    theirs = item.team_id in actor.teams or (item.team_id is None and item.area_id in actor.context.areas)
    names = await client_names(session, {item.client_id}) if theirs else {}
    holder = item.holder_id if shown else None
    people = await names_of(session, [holder, item.on_behalf_of_id if shown else None])
    return WorkItemRead(
        id=item.id,
        version=item.version,
        kind=item.kind,
        kind_label=kind_label(item.kind),
        subject_type=item.subject_type,
        subject_id=item.subject_id if theirs else None,
        client_id=item.client_id if item.client_id in names else None,
        client_name=names.get(item.client_id),
        team_id=item.team_id,
        holder_id=holder,
        holder=people.get(holder) if holder else None,
        on_behalf_of_id=item.on_behalf_of_id if shown else None,
        queue=queue_shown(actor, item, unplaced=bool(item.queue and await unplaced(session, actor, [item.client_id]))),
        suggest=item.suggest if shown else None,
        alarm=item.alarm,
        opened_at=item.opened_at,
        assigned_at=item.assigned_at,
        confirmed_at=item.confirmed_at if shown else None,
        recheck_on=item.recheck_on,
        closed_at=item.closed_at,
        note=await note_of(session, actor, item) if theirs else None,
        allowed_actions=[AllowedAction.of(verb, refusal(actor, item, verb)) for verb in VERBS],
    )
