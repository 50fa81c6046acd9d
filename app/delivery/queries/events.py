"""Which events somebody may read now: for each kind who can get it at all, and of those the subject is read by the
same rule as everywhere else. The database says the same once more, by row security."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments.models import Appointment
from app.appointments.reading import visible as visible_appointments
from app.assessments.models import Assessment
from app.assessments.queries import visible_assessments
from app.attachments.models import Attachment
from app.attachments.queries import visible_attachments
from app.ceasing.models import CeaseNotice
from app.ceasing.queries import visible_cease_notices
from app.clients.models import Client
from app.clients.queries import visible_clients
from app.consents.models import Consent
from app.consents.queries import visible_consents
from app.consultations.models import Consultation, PairWork
from app.consultations.queries import visible_consultations, visible_pair_work
from app.contacts.models import Contact, Note
from app.contacts.queries import visible_contacts, visible_notes
from app.delivery.kinds import kinds_for
from app.delivery.models import Subscription
from app.gaps.models import ConsentGap
from app.gaps.queries import visible_gaps
from app.meetings.models import Meeting
from app.meetings.service import visible as visible_meetings
from app.outbox.models import OutboxEvent
from app.outcomes.models import ClientSummary
from app.outcomes.queries import visible_summaries
from app.participations.models import AfterContact, ServiceParticipation
from app.participations.queries import visible_after_contacts, visible_participations
from app.pathways.models import Outcome, Pathway
from app.pathways.queries import visible_pathways
from app.people.actor import Actor
from app.plan_references.models import PlanReference
from app.plan_references.queries import visible_references
from app.plans.models import FollowUp
from app.plans.queries import visible_follow_ups
from app.preinformation.models import Preinformation
from app.preinformation.queries import visible_forms
from app.questions.queries import asked_by, convened_by
from app.records.models import RecordRequest
from app.records.queries import visible_record_requests
from app.referrals.models import Feedback, Referral
from app.referrals.queries import sent_by, visible_referrals
from app.representatives.models import Representative
from app.representatives.queries import visible_representatives
from app.responses.models import InstrumentResponse
from app.responses.queries import visible_responses
from app.routing.models import RoutingDecision
from app.routing.queries import visible_decisions
from app.security.permissions import Permission as P
from app.sharing.models import Share
from app.sharing.queries import received_shares, visible_shares
from app.work.models import WorkItem
from app.work.queries import concerns, visible_work

E = OutboxEvent


class Read(NamedTuple):
    """By which permission and which rows the subject of an event is read."""

    permission: P
    ids: Callable[[Actor], Select[Any]]


def ids(visible: Callable[[Actor], Select[Any]], column: Any) -> Callable[[Actor], Select[Any]]:
    return lambda actor: visible(actor).with_only_columns(column)


def outcomes(actor: Actor) -> Select[Any]:
    return select(Outcome.id).where(Outcome.pathway_id.in_(visible_pathways(actor).with_only_columns(Pathway.id)))


def feedbacks(actor: Actor) -> Select[Any]:
    return select(Feedback.id).where(Feedback.referral_id.in_(visible_referrals(actor).with_only_columns(Referral.id)))


# By the table of the subject; meetings and appointments are asked apart, because a guest's permission is looked at.
READS: dict[str, Read] = {
    "referrals": Read(P.REFERRAL_READ, ids(visible_referrals, Referral.id)),
    "feedbacks": Read(P.REFERRAL_READ, feedbacks),
    "pathways": Read(P.PATHWAY_READ, ids(visible_pathways, Pathway.id)),
    "outcomes": Read(P.PATHWAY_READ, outcomes),
    "client_summaries": Read(P.PATHWAY_READ, ids(visible_summaries, ClientSummary.id)),
    "follow_ups": Read(P.PATHWAY_READ, ids(visible_follow_ups, FollowUp.id)),
    "service_participations": Read(P.PATHWAY_READ, ids(visible_participations, ServiceParticipation.id)),
    "plan_references": Read(P.PATHWAY_READ, ids(visible_references, PlanReference.id)),
    "consultations": Read(P.CONSULTATION_READ, ids(visible_consultations, Consultation.id)),
    "pair_work": Read(P.CONSULTATION_READ, ids(visible_pair_work, PairWork.id)),
    "after_contacts": Read(P.PATHWAY_READ, ids(visible_after_contacts, AfterContact.id)),
    "assessments": Read(P.ASSESSMENT_READ, ids(visible_assessments, Assessment.id)),
    "record_requests": Read(P.ASSESSMENT_READ, ids(visible_record_requests, RecordRequest.id)),
    "consents": Read(P.CONSENT_READ, ids(visible_consents, Consent.id)),
    "clients": Read(P.CLIENT_READ, ids(visible_clients, Client.id)),
    "representatives": Read(P.CLIENT_READ, ids(visible_representatives, Representative.id)),
    "contacts": Read(P.CONTACT_READ, ids(visible_contacts, Contact.id)),
    "notes": Read(P.CONTACT_READ, ids(visible_notes, Note.id)),
    "instrument_responses": Read(P.RESPONSE_READ, ids(visible_responses, InstrumentResponse.id)),
    "preinformation_forms": Read(P.PREINFORMATION_READ, ids(visible_forms, Preinformation.id)),
    "attachments": Read(P.ATTACHMENT_READ, ids(visible_attachments, Attachment.id)),
    "routing_decisions": Read(P.ROUTING_READ, ids(visible_decisions, RoutingDecision.id)),
    "work_items": Read(P.REFERRAL_READ, ids(visible_work, WorkItem.id)),
    "consent_gaps": Read(P.CONSENT_READ, ids(visible_gaps, ConsentGap.id)),
    "cease_notices": Read(P.CEASE_NOTICE_READ, ids(visible_cease_notices, CeaseNotice.id)),
    "shares": Read(P.SHARE_READ, ids(visible_shares, Share.id)),
}


def any_of(clauses: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    found = list(clauses)
    return or_(*found) if found else false()


def subjects(actor: Actor, asked: Mapping[str, Select[Any]]) -> ColumnElement[bool]:
    """The subject is one that the caller reads now. `asked`: what a guest's permission is looked at for, by table."""
    clauses = [
        and_(E.subject_type == table, E.subject_id.in_(read.ids(actor)))
        for table, read in READS.items()
        if actor.may(read.permission)
    ]
    return any_of([*clauses, *(and_(E.subject_type == table, E.subject_id.in_(rows)) for table, rows in asked.items())])


def sent(actor: Actor) -> ColumnElement[bool]:
    """About what the caller's partner organisation sent, told to that organisation."""
    mine = select(Referral.id).where(sent_by(actor))
    answers = select(Feedback.id).where(Feedback.referral_id.in_(mine))
    return and_(
        E.organisation_id.in_(actor.organisations),
        or_(
            and_(E.subject_type == "referrals", E.subject_id.in_(mine)),
            and_(E.subject_type == "feedbacks", E.subject_id.in_(answers)),
        ),
    )


def received(actor: Actor) -> ColumnElement[bool]:
    """Told to the caller's partner organisation: what is shared with it while it may read it, and notices to cease."""
    notices = visible_cease_notices(actor).with_only_columns(CeaseNotice.id)
    shares = received_shares(actor, actor.at).with_only_columns(Share.id)
    clauses = []
    if actor.may(P.CEASE_NOTICE_READ):
        clauses.append(and_(E.subject_type == "cease_notices", E.subject_id.in_(notices)))
    if actor.may(P.SHARE_RECEIVE):
        clauses.append(and_(E.subject_type == "shares", E.subject_id.in_(shares)))
    return and_(E.organisation_id.in_(actor.organisations), any_of(clauses))


async def readable(session: AsyncSession, actor: Actor) -> Select[OutboxEvent]:
    """Sealed events that the caller may read now. Each audience of the code set `event_kind` is one way to it."""
    asked: dict[str, Select[Any]] = {}
    if actor.may(P.MEETING_READ):
        asked["meetings"] = (await visible_meetings(session, actor, actor.at)).with_only_columns(Meeting.id)
        times = await visible_appointments(session, actor, actor.at)
        asked["appointments"] = times.with_only_columns(Appointment.id)
    read = subjects(actor, asked)
    ways: list[ColumnElement[bool]] = []
    if actor.client_id is not None:
        ways.append(and_(E.kind.in_(kinds_for("client")), E.client_id == actor.client_id, read))
    elif actor.teams:
        ways.append(and_(E.kind.in_(kinds_for("team")), concerns(actor, E.client_id), read))
        led = [s.team_id for s in actor.seats if s.role in ("team_lead", "supervisor") and s.team_id in actor.teams]
        if led and actor.may(P.TEAM_MANAGE):
            ways.append(and_(E.kind.in_(kinds_for("lead")), E.client_id.is_(None), E.team_id.in_(led)))
    if actor.organisations:
        if actor.may(P.REFERRAL_READ):
            ways.append(and_(E.kind.in_(kinds_for("sender")), sent(actor)))
        ways.append(and_(E.kind.in_(kinds_for("recipient")), received(actor)))
        if asked:
            invited = any_of(and_(E.subject_type == table, E.subject_id.in_(rows)) for table, rows in asked.items())
            ways.append(and_(E.kind.in_(kinds_for("guest")), E.organisation_id.in_(actor.organisations), invited))
    if actor.may(P.QUESTION_READ):
        for audience, questions in (("asker", asked_by(actor)), ("convener", convened_by(actor))):
            mine = and_(E.subject_type == "forum_questions", E.subject_id.in_(questions))
            ways.append(and_(E.kind.in_(kinds_for(audience)), mine))
    if actor.may(P.SUBSCRIPTION_MANAGE):
        own = select(Subscription.id).where(Subscription.login_id == actor.login_id)
        ways.append(and_(E.kind.in_(kinds_for("owner")), E.subject_type == "subscriptions", E.subject_id.in_(own)))
    return select(OutboxEvent).where(E.position.is_not(None), any_of(ways))


class Told(NamedTuple):
    """An event, and whether it reaches its reader as the client's own or through the client's team."""

    event: OutboxEvent
    inside: bool


async def after(
    session: AsyncSession, actor: Actor, position: int, most: int, *more: ColumnElement[bool]
) -> list[Told]:
    """The next readable events above a position, in order."""
    rows = await readable(session, actor)
    inside = and_(E.client_id.is_not(None), concerns(actor, E.client_id))
    found = rows.add_columns(func.coalesce(inside, False)).where(E.position > position, *more)
    answer = await session.execute(found.order_by(E.position).limit(most))
    return [Told(row[0], bool(row[1])) for row in answer.all()]


async def still(session: AsyncSession, actor: Actor, event_id: UUID) -> Told | None:
    """The event, if it may be read now."""
    found = await after(session, actor, 0, 1, E.id == event_id)
    return found[0] if found else None
