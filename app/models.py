"""Imports every table, so that Alembic and the tests see them all. Nothing else."""

from app.appointments import models as appointments
from app.assessments import models as assessments
from app.attachments import models as attachments
from app.audit import models as audit
from app.calendars import models as calendars
from app.ceasing import models as ceasing
from app.clients import models as clients
from app.consents import models as consents
from app.consultations import models as consultations
from app.contacts import models as contacts
from app.delivery import models as delivery
from app.feedbacks import models as feedbacks
from app.gaps import models as gaps
from app.jobs import models as jobs
from app.kit import once
from app.kit.db import Base
from app.meetings import invitation_models, part_models
from app.meetings import models as meetings
from app.networks import models as networks
from app.outbox import models as outbox
from app.outcomes import models as summaries
from app.participations import models as participations
from app.path_templates import models as path_templates
from app.pathways import models as pathways
from app.pathways import outcome_models, step_models
from app.people import models as people
from app.plan_references import models as plan_references
from app.plans import models as plans
from app.preinformation import models as preinformation
from app.questions import models as questions
from app.records import models as records
from app.referrals import history_models as referral_history
from app.referrals import models as referrals
from app.representatives import models as representatives
from app.requirements import models as requirements
from app.responses import models as responses
from app.routing import models as routing
from app.routing.rulesets import models as rule_sets
from app.sharing import models as shares
from app.teams import models as teams
from app.time_entries import models as times
from app.work import models as work

ROOMS = (
    path_templates, pathways, people, plans, preinformation, records, referral_history, referrals, representatives,
    requirements, routing, rule_sets, shares, teams, work,
    routing, rule_sets, shares, teams, work, summaries, outcome_models, step_models, times,
    calendars, appointments,
    consultations, plan_references,
    calendars, questions,
    calendars, invitation_models, part_models,
    responses,
    calendars, networks,
    assessments, attachments, audit, ceasing, clients, consents, contacts, delivery, feedbacks, gaps, jobs,
    meetings, once, outbox, pathways, people, plans, preinformation, records, referral_history, referrals,
    representatives, requirements, routing, rule_sets, shares, teams, work,
    participations, pathways, people, plans, preinformation, records, referral_history, referrals, representatives,
)  # fmt: skip
metadata = Base.metadata
