"""Every source of the timeline: one declaration each. A kind is a code of `timeline_kind`, with its sentences in
`sentences.json`; nothing anybody wrote freely, no place and no team stands in an entry."""

from __future__ import annotations

from types import SimpleNamespace

from sqlalchemy import DateTime, Uuid, bindparam, case, column, func, literal, select

from app.appointments.queries import of_a_visit
from app.assessments.kinds import RECORDED
from app.assessments.models import Assessment, AssessmentState, Conclusion
from app.assessments.queries import visible_assessments, visible_conclusions
from app.attachments.models import Attachment, AttachmentState
from app.attachments.queries import visible_attachments
from app.consents.models import Consent, ConsentState
from app.consents.queries import visible_consents
from app.contacts.models import Contact, EntryState
from app.contacts.queries import visible_contacts
from app.kit.codesets import codeset
from app.meetings.models import Meeting, MeetingState
from app.meetings.queries import visible_meetings
from app.pathways.models import Goal, GoalMark, Outcome, Pathway, PathwayStep, StepState
from app.pathways.queries import visible_pathways, visible_steps
from app.plans.models import BarrierRecord, FollowUp, FollowUpState, SmallStep
from app.plans.queries import visible_follow_ups, visible_goals
from app.preinformation.models import Preinformation, PreinformationState
from app.preinformation.queries import visible_forms
from app.records.models import RecordRequest
from app.records.queries import visible_record_requests
from app.referrals.history_models import ReferralEvent
from app.referrals.models import Feedback, Referral
from app.responses.models import InstrumentResponse, ResponseState
from app.responses.queries import visible_responses
from app.routing.models import RoutingDecision
from app.routing.queries import visible_decisions
from app.sharing.models import Share
from app.sharing.queries import visible_shares
from app.views.timeline.queries.course import COURSE
from app.views.timeline.queries.source import Source, caring, end_of

EVENTS = tuple(f"referral_{one.code}" for one in codeset("referral_event"))
# On which path a piece of work is decided: that of its assessment or of its referral.
OF_ASSESSMENT = select(Assessment.pathway_id).where(Assessment.id == RoutingDecision.subject_id)
OF_REFERRAL = select(Referral.pathway_id).where(Referral.id == RoutingDecision.subject_id)
DECIDED_ON = func.coalesce(
    OF_ASSESSMENT.correlate(RoutingDecision).scalar_subquery(), OF_REFERRAL.correlate(RoutingDecision).scalar_subquery()
)
TO_REFERRAL = ((Referral, Referral.id == Feedback.referral_id),)
RIGHT_FORM = Preinformation.state != PreinformationState.ENTERED_IN_ERROR
RIGHT_RESPONSE = InstrumentResponse.state != ResponseState.ENTERED_IN_ERROR
RIGHT_ASSESSMENT = Assessment.state != AssessmentState.ENTERED_IN_ERROR
RIGHT_CONSENT = Consent.state != ConsentState.ENTERED_IN_ERROR
# That a path's responsible worker changed is told by the use log alone.
CHANGES = (
    func.owner_changes(bindparam("client", type_=Uuid))
    .table_valued(
        column("id", Uuid),
        column("at", DateTime(timezone=True)),
        column("pathway_id", Uuid),
        column("person_id", Uuid),
        name="owner_change",
    )
    .c
)
CHANGE = SimpleNamespace(id=CHANGES.id, client_id=bindparam("client", type_=Uuid))
REFERRAL, PATH, PLAN = "listReferralHistory", "getPathway", "getPathwayPlan"

SOURCES: tuple[Source, ...] = (
    Source(
        EVENTS, REFERRAL, caring(ReferralEvent), ReferralEvent, ReferralEvent.at, "referral",
        kind=literal("referral_").concat(ReferralEvent.kind), subject_id=ReferralEvent.referral_id,
        pathway=Referral.pathway_id, by=ReferralEvent.by_id,
        joins=((Referral, Referral.id == ReferralEvent.referral_id),),
    ),
    Source(
        ("work_routed", "work_moved"), "listRoutingDecisions", visible_decisions, RoutingDecision,
        RoutingDecision.decided_at, "routing_decision", pathway=DECIDED_ON, code=(RoutingDecision.seat_role, "role"),
        kind=case((RoutingDecision.replaces_id.is_(None), "work_routed"), else_="work_moved"),
        where=(RoutingDecision.seat_role.is_not(None),),
    ),
    Source(
        ("path_started",), PATH, visible_pathways, Pathway, Pathway.started_at, "pathway", pathway=Pathway.id,
    ),
    Source(
        ("path_closed",), PATH, visible_pathways, Pathway, Pathway.closed_at, "pathway", pathway=Pathway.id,
    ),
    Source(
        ("owner_changed",), PATH, lambda _: select(CHANGES.id), CHANGE, CHANGES.at, "pathway",
        subject_id=CHANGES.pathway_id, pathway=CHANGES.pathway_id, by=CHANGES.person_id,
    ),
    Source(
        ("step_done", "step_skipped"), PATH, visible_steps, PathwayStep, PathwayStep.done_at, "pathway_step",
        kind=case((PathwayStep.state == StepState.DONE, "step_done"), else_="step_skipped"),
        pathway=PathwayStep.pathway_id, by=PathwayStep.done_by_id, code=(PathwayStep.kind, "step_kind"),
        more=(PathwayStep.skipped_because, "skip_reason", "skipped_with"), by_telling=True,
    ),
    Source(
        ("contact",), "listContacts", visible_contacts, Contact, Contact.at, "contact", pathway=Contact.pathway_id,
        by=Contact.recorded_by_id, code=(Contact.channel, "contact_log_channel"),
        more=(Contact.result, "contact_result"),
        where=(Contact.state == EntryState.RECORDED, ~of_a_visit()),
    ),
    Source(
        ("form_requested",), "listPreinformation", visible_forms, Preinformation, Preinformation.requested_at,
        "preinformation", pathway=Preinformation.pathway_id, by=Preinformation.requested_by_id, where=(RIGHT_FORM,),
    ),
    Source(
        ("form_submitted",), "listPreinformation", visible_forms, Preinformation, Preinformation.submitted_at,
        "preinformation", pathway=Preinformation.pathway_id, where=(RIGHT_FORM,),
    ),
    Source(
        ("response_requested",), "listResponses", visible_responses, InstrumentResponse,
        InstrumentResponse.requested_at, "response", pathway=InstrumentResponse.pathway_id,
        by=InstrumentResponse.requested_by_id, code=(InstrumentResponse.instrument, "instrument"),
        where=(RIGHT_RESPONSE,),
    ),
    Source(
        ("response_prompting", "response_completed"), "listResponses", visible_responses, InstrumentResponse,
        InstrumentResponse.completed_at, "response", pathway=InstrumentResponse.pathway_id,
        by=InstrumentResponse.author_id, code=(InstrumentResponse.instrument, "instrument"),
        kind=case((InstrumentResponse.guidance == "prompted", "response_prompting"), else_="response_completed"),
        where=(RIGHT_RESPONSE,),
    ),
    Source(
        ("guidance_decided",), "listResponses", visible_responses, InstrumentResponse, InstrumentResponse.guidance_at,
        "response", pathway=InstrumentResponse.pathway_id, by=InstrumentResponse.guidance_by_id,
        code=(InstrumentResponse.instrument, "instrument"), where=(RIGHT_RESPONSE,),
    ),
    Source(
        ("assessment_requested",), "listAssessments", visible_assessments, Assessment, Assessment.requested_at,
        "assessment", pathway=Assessment.pathway_id, by=Assessment.requested_by_id,
        code=(Assessment.kind, "assessment_kind"), where=(RIGHT_ASSESSMENT, Assessment.kind.not_in(RECORDED)),
    ),
    Source(
        ("assessment_completed",), "listAssessments", visible_assessments, Assessment, Assessment.completed_at,
        "assessment", pathway=Assessment.pathway_id, by=Assessment.completed_by_id,
        code=(Assessment.kind, "assessment_kind"), where=(RIGHT_ASSESSMENT,),
    ),
    Source(
        ("conclusion",), "listConclusions", visible_conclusions, Conclusion,
        # It says on which day, and not in which assessment.
        end_of(func.timezone("Europe/Helsinki", Conclusion.said_at)), "conclusion", pathway=Conclusion.pathway_id,
        day_only=True,
    ),
    Source(
        ("meeting_planned",), "listMeetings", visible_meetings, Meeting, Meeting.created_at, "meeting",
        pathway=Meeting.pathway_id, by=Meeting.convener_id,
    ),
    Source(
        ("meeting_held",), "listMeetings", visible_meetings, Meeting, Meeting.starts_at, "meeting",
        pathway=Meeting.pathway_id, where=(Meeting.state == MeetingState.HELD,),
    ),
    Source(
        ("barrier",), PLAN, caring(BarrierRecord), BarrierRecord, BarrierRecord.created_at, "barrier_record",
        pathway=BarrierRecord.pathway_id, by=BarrierRecord.author_id, code=(BarrierRecord.barrier, "barrier"),
    ),
    Source(
        ("goal_agreed",), PLAN, visible_goals, Goal, Goal.created_at, "goal", pathway=Goal.pathway_id,
        by=Goal.author_id,
    ),
    Source(
        ("goal_ended",), PLAN, caring(GoalMark), GoalMark, GoalMark.created_at, "goal", subject_id=GoalMark.goal_id,
        pathway=GoalMark.pathway_id, by=GoalMark.author_id,
    ),
    Source(
        ("small_step",), PLAN, caring(SmallStep), SmallStep, SmallStep.created_at, "small_step",
        pathway=SmallStep.pathway_id, by=SmallStep.author_id,
    ),
    Source(
        ("follow_up_agreed",), "listFollowUps", visible_follow_ups, FollowUp, FollowUp.created_at, "follow_up",
        pathway=FollowUp.pathway_id, by=FollowUp.author_id, code=(FollowUp.party, "follow_up_party"),
    ),
    Source(
        ("follow_up_ended",), "listFollowUps", visible_follow_ups, FollowUp, FollowUp.ended_at, "follow_up",
        pathway=FollowUp.pathway_id, by=FollowUp.ended_by_id, code=(FollowUp.party, "follow_up_party"),
        more=(FollowUp.state, "state"), where=(FollowUp.state != FollowUpState.PLANNED,),
    ),
    Source(
        ("consent_recorded",), "listConsents", visible_consents, Consent, Consent.created_at, "consent",
        by=Consent.recorded_by_id, code=(Consent.kind, "consent_kind"), where=(RIGHT_CONSENT,),
    ),
    Source(
        ("consent_ended",), "listConsents", visible_consents, Consent,
        func.least(Consent.withdrawn_at, Consent.replaced_at, Consent.valid_until), "consent",
        code=(Consent.kind, "consent_kind"), where=(RIGHT_CONSENT,),
    ),
    Source(
        ("outcome",), PATH, caring(Outcome), Outcome, Outcome.recorded_at, "outcome", pathway=Outcome.pathway_id,
        by=Outcome.recorded_by_id, code=(Outcome.code, "outcome"), where=(Outcome.entered_in_error_at.is_(None),),
    ),
    Source(
        ("feedback_given",), "listReferralFeedback", caring(Feedback), Feedback, Feedback.given_at, "feedback",
        pathway=Referral.pathway_id, by=Feedback.given_by_id, where=(Feedback.level.is_not(None),), joins=TO_REFERRAL,
    ),
    Source(
        ("feedback_acknowledged",), "listReferralFeedback", caring(Feedback), Feedback, Feedback.acknowledged_at,
        "feedback", pathway=Referral.pathway_id, joins=TO_REFERRAL,
    ),
    Source(
        ("share_made",), "listShares", visible_shares, Share, Share.shared_at, "share", pathway=Share.pathway_id,
        by=Share.shared_by_id,
    ),
    Source(
        ("records_requested",), "listRecordRequests", visible_record_requests, RecordRequest,
        RecordRequest.requested_at, "record_request", pathway=RecordRequest.pathway_id,
        by=RecordRequest.requested_by_id,
    ),
    Source(
        ("records_ended",), "listRecordRequests", visible_record_requests, RecordRequest, RecordRequest.ended_at,
        "record_request", pathway=RecordRequest.pathway_id, code=(RecordRequest.state, "state"),
    ),
    Source(
        ("document_added",), "listPathwayAttachments", visible_attachments, Attachment, Attachment.content_at,
        "attachment", pathway=func.coalesce(Attachment.pathway_id, Referral.pathway_id),
        code=(Attachment.kind, "attachment_kind"), where=(Attachment.state == AttachmentState.AVAILABLE,),
        joins=((Referral, Referral.id == Attachment.referral_id),),
    ),
    *COURSE,
)  # fmt: skip
OF_KIND: dict[str, Source] = {kind: source for source in SOURCES for kind in source.kinds}
