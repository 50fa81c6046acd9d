"""Every kind of row that the policy decides on, asked both ways: of the decision, and of the WHERE of its room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.facts import actor_of, subject_of
from app.access.policy import policy
from app.access.relations import Context
from app.access.rules import CHECKS, decide
from app.appointments import reading as appointments
from app.appointments.models import Appointment
from app.assessments.models import Assessment, Conclusion
from app.assessments.queries import visible_assessments, visible_conclusions
from app.attachments.models import Attachment
from app.attachments.queries import visible_attachments
from app.audit.models import Disclosure
from app.calendars import queries as calendars
from app.calendars.models import Room, Series, WorkingHours
from app.ceasing.models import CeaseNotice
from app.ceasing.queries import visible_cease_notices
from app.clients.models import Client
from app.clients.queries import visible_clients
from app.consents.models import Consent
from app.consents.queries import visible_consents, visible_disclosures
from app.consents.rules import rule
from app.consents.service import terms_of
from app.contacts.models import Contact, Note
from app.contacts.queries import visible_contacts, visible_notes
from app.feedbacks.models import FeedbackDraft, FeedbackQuestion
from app.feedbacks.queries import visible_drafts, visible_questions
from app.gaps.models import ConsentGap
from app.gaps.queries import visible_gaps
from app.handovers.queries import changeable_work
from app.kit.clock import utcnow
from app.meetings import service as meetings
from app.meetings.inviting import INVITATION, PURPOSE
from app.meetings.models import Meeting, MeetingParticipant
from app.networks.models import Network
from app.networks.queries import visible_networks
from app.outcomes.models import ClientSummary
from app.outcomes.queries import visible_summaries
from app.participations.models import AfterContact, ServiceGroup, ServiceParticipation
from app.participations.queries import visible_after_contacts, visible_groups, visible_participations
from app.path_templates import queries as path_templates
from app.path_templates.models import OwnTemplate
from app.pathways.models import Goal, Outcome, Pathway, PathwayStep
from app.pathways.outcome_models import PathwayScore
from app.pathways.queries import visible_changes, visible_outcomes, visible_pathways, visible_scores, visible_steps
from app.pathways.step_models import StepChange
from app.people.actor import Actor, enter
from app.people.models import Membership, Organisation, Person
from app.people.queries import managed_memberships, managed_organisations, managed_persons, visible_organisations
from app.plans.models import FollowUp
from app.plans.queries import visible_follow_ups, visible_goals
from app.preinformation.models import Preinformation
from app.preinformation.queries import visible_forms
from app.records.models import RecordRequest
from app.records.queries import visible_record_requests
from app.referrals.models import Referral
from app.referrals.queries import visible_referrals
from app.representatives.models import Representative
from app.representatives.queries import visible_representatives
from app.requirements import queries as requirements
from app.requirements.models import RequirementSet
from app.responses.models import InstrumentResponse
from app.responses.queries import visible_responses
from app.routing.models import RoutingDecision
from app.routing.queries import visible_decisions
from app.routing.rulesets import queries as rule_sets
from app.routing.rulesets.models import OwnRuleSet
from app.security.development import DEVELOPMENT_ISSUER
from app.sharing.models import Share
from app.sharing.queries import visible_shares
from app.teams.models import Absence, Holder, Seat, Team
from app.teams.queries import (
    managed_absences,
    managed_holders,
    managed_seats,
    managed_teams,
    visible_seats,
    visible_teams,
)  # fmt: skip
from app.time_entries.models import TimeEntry
from app.time_entries.queries import visible_entries
from app.views.board.queries import boards
from app.work.models import Involvement, WorkItem
from app.work.queries import visible_work
from tests.contract.known import OF_FORUMS, Known

# Whether a row is there: what a role may do at all, and whose verb it is, is asked by the routes.
OF_ROWS = tuple(c for c in CHECKS if c[0] in ("relation", "condition", "register", "conflict", "consent"))


class Found(NamedTuple):
    model: Any
    rows: Callable[[Actor], Select[Any]]


ROOMS: dict[str, Found] = {
    "client": Found(Client, visible_clients),
    "representative": Found(Representative, visible_representatives),
    "consent": Found(Consent, visible_consents),
    "referral": Found(Referral, visible_referrals),
    "pathway": Found(Pathway, visible_pathways),
    "pathway_step": Found(PathwayStep, visible_steps),
    "step_change": Found(StepChange, visible_changes),
    "goal": Found(Goal, visible_goals),
    "follow_up": Found(FollowUp, visible_follow_ups),
    "outcome": Found(Outcome, visible_outcomes),
    "pathway_score": Found(PathwayScore, visible_scores),
    "client_summary": Found(ClientSummary, visible_summaries),
    "time_entry": Found(TimeEntry, visible_entries),
    "participation": Found(ServiceParticipation, visible_participations),
    "after_contact": Found(AfterContact, visible_after_contacts),
    "service_group": Found(ServiceGroup, visible_groups),
    "network": Found(Network, visible_networks),
    **{resource: Found(*found) for resource, found in OF_FORUMS.items()},
    "contact": Found(Contact, visible_contacts),
    "note": Found(Note, visible_notes),
    "attachment": Found(Attachment, visible_attachments),
    "record_request": Found(RecordRequest, visible_record_requests),
    "response": Found(InstrumentResponse, visible_responses),
    "preinformation": Found(Preinformation, visible_forms),
    "assessment": Found(Assessment, visible_assessments),
    "routing_decision": Found(RoutingDecision, visible_decisions),
    "work_item": Found(WorkItem, visible_work),
    "changeable_work": Found(WorkItem, changeable_work),
    "team": Found(Team, visible_teams),
    "managed_team": Found(Team, managed_teams),
    "board": Found(Team, boards),
    "seat": Found(Seat, visible_seats),
    "managed_seat": Found(Seat, managed_seats),
    "holder": Found(Holder, managed_holders),
    "absence": Found(Absence, managed_absences),
    "organisation": Found(Organisation, visible_organisations),
    "managed_organisation": Found(Organisation, managed_organisations),
    "managed_person": Found(Person, managed_persons),
    "membership": Found(Membership, managed_memberships),
    "requirement_set": Found(RequirementSet, requirements.visible_sets),
    "managed_requirement_set": Found(RequirementSet, requirements.managed_sets),
    "rule_set": Found(OwnRuleSet, rule_sets.visible_sets),
    "managed_rule_set": Found(OwnRuleSet, rule_sets.managed_sets),
    "path_template": Found(OwnTemplate, path_templates.visible_templates),
    "managed_path_template": Found(OwnTemplate, path_templates.managed_templates),
    "room": Found(Room, calendars.visible_rooms),
    "managed_room": Found(Room, calendars.managed_rooms),
    "series": Found(Series, calendars.visible_series),
    "managed_series": Found(Series, calendars.managed_series),
    "working_hours": Found(WorkingHours, calendars.managed_hours),
    "disclosure": Found(Disclosure, visible_disclosures),
    "conclusion": Found(Conclusion, visible_conclusions),
    "feedback_draft": Found(FeedbackDraft, visible_drafts),
    "feedback_question": Found(FeedbackQuestion, visible_questions),
    "consent_gap": Found(ConsentGap, visible_gaps),
    "cease_notice": Found(CeaseNotice, visible_cease_notices),
    "share": Found(Share, visible_shares),
    "appointment": Found(Appointment, visible_pathways),  # as the next
    "meeting": Found(Meeting, visible_pathways),  # asked by its service, who looks at consents
}
OPERATION = {operation.resource: operation.id for operation in policy().operations.values()}
LISTED = {"step_change": "listStepChanges"}  # under their path, which the policy's line asks about
OPERATION |= LISTED
BY_ROW = {id: replace(policy().operations[id], resource=resource) for resource, id in LISTED.items()}
ASKED_OF_ROWS = replace(policy(), operations={**policy().operations, **BY_ROW})


async def of(session: AsyncSession, model: Any) -> list[Any]:
    return list(await session.scalars(select(model)))


async def everything(session: AsyncSession) -> dict[Any, list[Any]]:
    models = {room.model for room in ROOMS.values()} | {Involvement, MeetingParticipant}
    return {model: await of(session, model) for model in models}


def permitted(rows: Iterable[Consent], organisations: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """By client, the organisations that may be told of a meeting now."""
    said = defaultdict(list)
    for consent in rows:
        if consent.in_force(utcnow()):
            said[consent.client_id].append(terms_of(consent))
    return {
        client: frozenset(o for o in organisations if rule(terms, o, INVITATION, PURPOSE).permitted)
        for client, terms in said.items()
    }


async def compare(session: AsyncSession, personas: Iterable[str]) -> dict[str, tuple[int, int]]:
    """By resource, how many rows were there for somebody, and how many were not. Fails on the first difference."""
    rows = await everything(session)
    known = Known(rows)
    told = permitted(rows[Consent], [o.id for o in rows[Organisation]])
    counted: dict[str, tuple[int, int]] = dict.fromkeys(ROOMS, (0, 0))
    for persona in personas:
        session.info.clear()
        actor = await enter(session, DEVELOPMENT_ISSUER, persona, utcnow())
        facts = actor_of(actor)
        for resource, room in ROOMS.items():
            asked = {"meeting": meetings, "appointment": appointments}.get(resource)
            statement = await asked.visible(session, actor, utcnow()) if asked else room.rows(actor)
            by_sql = {row.id for row in await session.scalars(statement)}
            for row in rows[room.model]:
                subject = subject_of(resource, row, **known.about(resource, row))
                context = Context(at=utcnow(), permitted=told.get(subject.client_id or row.id, frozenset()))
                said = decide(facts, OPERATION[resource], subject, context, checks=OF_ROWS, rules=ASKED_OF_ROWS)
                assert said.allowed is (row.id in by_sql), f"{persona}, {resource} {row.id}: {said}"
                there, not_there = counted[resource]
                counted[resource] = there + said.allowed, not_there + (not said.allowed)
    return counted
