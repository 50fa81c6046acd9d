"""Every router, in the order of the schema: with `main` the only place that knows every room."""

from __future__ import annotations

from fastapi import APIRouter

from app.appointments.own_router import router as own_appointments
from app.appointments.router import router as appointments
from app.assessments.kinds_router import router as assessment_kinds
from app.assessments.problem_router import router as problem_areas
from app.assessments.record_router import router as assessment_records
from app.assessments.router import router as assessments
from app.attachments.router import router as attachments
from app.blueprints.router import router as blueprints
from app.calendars.own_router import router as own_calendars
from app.calendars.room_router import router as rooms
from app.calendars.series_router import router as series
from app.calendars.time_router import router as free_times
from app.ceasing.router import router as cease_notices
from app.clients.router import router as clients
from app.consents.disclosure_router import router as disclosures
from app.consents.router import router as consents
from app.consultations.pair_router import router as pair_work
from app.consultations.router import router as consultations
from app.contacts.router import router as contacts
from app.delivery.feed_router import router as events
from app.delivery.router import router as subscriptions
from app.feedbacks.draft_router import router as feedback_drafts
from app.feedbacks.question_router import router as feedback_questions
from app.feedbacks.router import router as feedbacks
from app.gaps.router import router as consent_gaps
from app.handovers.plan_router import router as plans_of_work
from app.handovers.router import router as work_items
from app.instruments.router import router as instruments
from app.meetings.addresses import ROUTERS as MEETINGS
from app.networks.router import router as networks
from app.outcomes.router import router as outcomes
from app.outcomes.summary_router import router as client_summaries
from app.outcomes.time_router import router as times
from app.participations.after_router import router as after_contacts
from app.participations.group_router import router as service_groups
from app.participations.router import router as participations
from app.path_templates.router import router as path_templates
from app.pathways.course_router import router as pathway_course
from app.pathways.onward_router import router as onward_referrals
from app.pathways.referral_router import router as referral_answers
from app.pathways.router import router as pathways
from app.pathways.step_router import router as pathway_steps
from app.people.router import organisations, people
from app.plan_references.router import router as plan_references
from app.plans.router import router as plans
from app.preinformation.filling_router import router as filling
from app.preinformation.form_router import router as preinformation_forms
from app.preinformation.router import router as preinformation
from app.questions.forum_router import router as forums
from app.questions.library_router import router as library
from app.questions.router import router as forum_questions
from app.records.router import router as records
from app.referrals.road_router import router as referral_roads
from app.referrals.router import router as referrals
from app.referrals.source_router import router as own_referrals
from app.reports.router import router as reports
from app.representatives.router import router as representatives
from app.requirements.router import router as requirements
from app.responses.change_router import router as response_changes
from app.responses.filling_router import router as answering
from app.responses.following_router import router as response_following
from app.responses.link_router import router as response_links
from app.responses.router import router as responses
from app.routing.router import router as routing
from app.routing.rulesets.router import facts_router as routing_facts
from app.routing.rulesets.router import router as rule_sets
from app.routing.team_router import router as team_making
from app.routing.why_router import router as routing_why
from app.sharing.copies.router import router as exports
from app.sharing.link_router import router as shared
from app.sharing.received_router import router as received_shares
from app.sharing.router import router as shares
from app.simulations.router import router as simulations
from app.teams.router import directory, teams
from app.views.access_router import router as my_access
from app.views.board.router import router as board
from app.views.pictures.router import router as pictures
from app.views.router import router as views
from app.views.stuck.router import router as stuck
from app.views.timeline.router import router as timeline

ROUTERS: tuple[APIRouter, ...] = (
    views, my_access, board, stuck, timeline, clients, representatives, consents, consent_gaps, cease_notices,
    requirements, own_referrals, referrals, referral_roads, referral_answers, onward_referrals, pathways,
    pathway_steps, pathway_course, plans, participations, service_groups, after_contacts, outcomes,
    client_summaries, times, contacts, feedbacks, feedback_drafts, feedback_questions, path_templates, attachments,
    records, preinformation, problem_areas, assessments, instruments, *MEETINGS, routing, rule_sets, routing_facts,
    routing_why, organisations, people, team_making, teams, blueprints, directory, reports, simulations,
    assessment_records, responses, response_following, response_links, response_changes, answering,
    assessment_kinds, preinformation_forms, filling, work_items, plans_of_work, pictures, shares, received_shares,
    shared, exports, disclosures, subscriptions, events, networks, forums, forum_questions, library, consultations,
    pair_work, plan_references, rooms, free_times, series, own_calendars, appointments, own_appointments,
)  # fmt: skip
