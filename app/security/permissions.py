"""The permission matrix, on one screen: which kind of actor may do which kind of thing at all.

Roles are the `role` code set (domain glossary); what a role lacks here it cannot do, whatever else is true of it.
"""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """`noun:verb`. Seeing a given row, and doing it to a given row, are asked separately."""

    ME_READ = "me:read"
    DIRECTORY_READ = "directory:read"
    PEOPLE_MANAGE = "people:manage"
    TEAM_MANAGE = "team:manage"
    CLIENT_READ = "client:read"
    CLIENT_WRITE = "client:write"
    CLIENT_REVEAL = "client:reveal"
    CONSENT_READ = "consent:read"
    CONSENT_WRITE = "consent:write"
    DISCLOSURE_READ = "disclosure:read"
    REFERRAL_SEND = "referral:send"
    REFERRAL_READ = "referral:read"
    REFERRAL_DECIDE = "referral:decide"
    REFERRAL_WITHDRAW = "referral:withdraw"
    PATHWAY_READ = "pathway:read"
    PATHWAY_WRITE = "pathway:write"
    ASSESSMENT_READ = "assessment:read"
    ASSESSMENT_REQUEST = "assessment:request"
    ASSESSMENT_WRITE = "assessment:write"
    ROUTING_READ = "routing:read"
    ROUTING_OVERRIDE = "routing:override"
    MEETING_READ = "meeting:read"
    MEETING_WRITE = "meeting:write"
    APPOINTMENT_BOOK = "appointment:book"
    MEETING_INVITE = "meeting:invite"
    FEEDBACK_GIVE = "feedback:give"
    FEEDBACK_ACKNOWLEDGE = "feedback:acknowledge"
    AUDIT_READ = "audit:read"
    ATTACHMENT_READ = "attachment:read"
    ATTACHMENT_WRITE = "attachment:write"
    CONTACT_READ = "contact:read"
    CONTACT_WRITE = "contact:write"
    PREINFORMATION_READ = "preinformation:read"
    PREINFORMATION_WRITE = "preinformation:write"
    RESPONSE_READ = "response:read"
    RESPONSE_WRITE = "response:write"
    REPORT_READ = "report:read"
    SHARE_READ = "share:read"
    SHARE_WRITE = "share:write"
    SHARE_RECEIVE = "share:receive"
    CLIENT_EXPORT = "client:export"
    CEASE_NOTICE_READ = "cease_notice:read"
    CEASE_NOTICE_ACKNOWLEDGE = "cease_notice:acknowledge"
    EVENT_READ = "event:read"
    SUBSCRIPTION_MANAGE = "subscription:manage"
    CALENDAR_READ = "calendar:read"
    CALENDAR_WRITE = "calendar:write"
    CONSULTATION_READ = "consultation:read"
    CONSULTATION_ASK = "consultation:ask"
    CONSULTATION_ANSWER = "consultation:answer"
    QUESTION_READ = "question:read"
    QUESTION_ASK = "question:ask"
    QUESTION_ANSWER = "question:answer"
    QUESTION_CONVENE = "question:convene"
    NETWORK_READ = "network:read"
    NETWORK_WRITE = "network:write"


P = Permission
EVERYBODY = frozenset({P.ME_READ})
PROFESSIONAL = EVERYBODY | {P.DIRECTORY_READ, P.NETWORK_READ, P.NETWORK_WRITE}
ATTACHING = {P.ATTACHMENT_READ, P.ATTACHMENT_WRITE}
# Which roles ask and answer in a forum, the forum says.
COLLEAGUE = {P.QUESTION_READ, P.QUESTION_ASK, P.QUESTION_ANSWER}
CEASING = {P.CEASE_NOTICE_READ, P.CEASE_NOTICE_ACKNOWLEDGE}
SENDER = (
    PROFESSIONAL
    | ATTACHING
    | CEASING
    | {
        P.REFERRAL_SEND,
        P.REFERRAL_READ,
        P.FEEDBACK_ACKNOWLEDGE,
        P.MEETING_READ,
        P.MEETING_INVITE,
    }
)
SENDER |= {P.SHARE_RECEIVE, P.EVENT_READ, P.CALENDAR_WRITE, P.CONSULTATION_READ, P.CONSULTATION_ANSWER} | COLLEAGUE
TEAM_READER = PROFESSIONAL | {
    P.CEASE_NOTICE_READ,
    P.CLIENT_READ,
    P.CONSENT_READ,
    P.DISCLOSURE_READ,
    P.REFERRAL_READ,
    P.PATHWAY_READ,
    P.ROUTING_READ,
    P.MEETING_READ,
    P.EVENT_READ,
    P.CALENDAR_READ,
    P.CALENDAR_WRITE,
}
# No permission is a physician's only unless law says so (C-26): what law says is asked in `assessments`.
TEAM_WORKER = TEAM_READER | {
    P.CLIENT_WRITE,
    P.CONSENT_WRITE,
    P.REFERRAL_SEND,
    P.REFERRAL_DECIDE,
    P.PATHWAY_WRITE,
    P.ASSESSMENT_READ,
    P.ASSESSMENT_REQUEST,
    P.ASSESSMENT_WRITE,
    P.MEETING_WRITE,
    P.APPOINTMENT_BOOK,
    P.FEEDBACK_GIVE,
    P.FEEDBACK_ACKNOWLEDGE,
    P.ATTACHMENT_READ,
    P.ATTACHMENT_WRITE,
    P.CONTACT_READ,
    P.CONTACT_WRITE,
    P.PREINFORMATION_READ,
    P.PREINFORMATION_WRITE,
    P.RESPONSE_READ,
    P.RESPONSE_WRITE,
    P.SHARE_READ,
    P.SHARE_WRITE,
    P.SHARE_RECEIVE,
    P.CONSULTATION_READ,
    P.CONSULTATION_ASK,
    P.CONSULTATION_ANSWER,
    P.QUESTION_CONVENE,
}
TEAM_WORKER |= COLLEAGUE
CARE = TEAM_WORKER | {P.CLIENT_REVEAL, P.ROUTING_OVERRIDE, P.CLIENT_EXPORT}
MANAGER = PROFESSIONAL | {P.TEAM_MANAGE, P.ROUTING_READ, P.ROUTING_OVERRIDE, P.REPORT_READ}
MANAGER |= {P.CALENDAR_READ, P.CALENDAR_WRITE}
MANAGER |= {P.QUESTION_READ, P.QUESTION_CONVENE}
CLIENT = EVERYBODY | {
    P.CEASE_NOTICE_READ,
    P.CLIENT_READ,
    P.CONSENT_READ,
    P.CONSENT_WRITE,
    P.DISCLOSURE_READ,
    P.REFERRAL_READ,
    P.REFERRAL_WITHDRAW,
    P.PATHWAY_READ,
    P.ASSESSMENT_READ,
    P.MEETING_READ,
    P.APPOINTMENT_BOOK,
    P.FEEDBACK_ACKNOWLEDGE,
    P.AUDIT_READ,
    P.REFERRAL_SEND,
    P.ATTACHMENT_READ,
    P.ATTACHMENT_WRITE,
    P.CONTACT_READ,
    P.PREINFORMATION_READ,
    P.PREINFORMATION_WRITE,
    P.RESPONSE_READ,
    P.RESPONSE_WRITE,
    P.SHARE_READ,
    P.CLIENT_EXPORT,
    P.EVENT_READ,
    P.CONSULTATION_READ,
}
# What a partner's information system reads of what its organisation sent, and is told of.
MACHINE = EVERYBODY | {P.REFERRAL_READ, P.EVENT_READ, P.SUBSCRIPTION_MANAGE}

GRANTS: dict[str, frozenset[Permission]] = {
    "client": CLIENT,
    **dict.fromkeys(("unemployed_health_nurse", "work_ability_coordinator", "physician_mental_substance_neuro"), CARE),
    **dict.fromkeys(("physician_msk_somatic", "work_ability_physician", "occupational_nurse"), CARE),
    **dict.fromkeys(("physiotherapist", "occupational_therapist", "psychiatric_nurse", "memory_nurse"), TEAM_WORKER),
    **dict.fromkeys(("social_counsellor", "social_worker", "health_social_counsellor"), TEAM_WORKER),
    **dict.fromkeys(("substance_worker", "mental_health_substance_unit", "occupational_physician"), TEAM_WORKER),
    **dict.fromkeys(("employment_expert", "personal_employment_coach", "workshop_staff", "job_coach"), SENDER),
    **dict.fromkeys(("third_sector_worker", "kela_work_ability_adviser", "service_provider"), SENDER),
    **dict.fromkeys(("disability_services", "day_activity_instructor", "sports_coordinator"), SENDER),
    **dict.fromkeys(("own_care_team", "rehab_unit_chief_physician", "typ_professional", "typ_nurse"), SENDER),
    **dict.fromkeys(
        ("team_lead", "supervisor"),
        MANAGER | {P.PATHWAY_READ, P.REFERRAL_READ, P.REFERRAL_DECIDE, P.EVENT_READ, P.SUBSCRIPTION_MANAGE},
    ),
    "admin": PROFESSIONAL | {P.PEOPLE_MANAGE, P.TEAM_MANAGE, P.ROUTING_READ, P.SUBSCRIPTION_MANAGE},
    "integration": MACHINE,
    "dpo": PROFESSIONAL | {P.AUDIT_READ, P.DISCLOSURE_READ},
    # Development, experience and convening roles give no access of their own.
    **dict.fromkeys(("client_developer", "experience_expert", "peer_coach", "convener"), PROFESSIONAL),
    **dict.fromkeys(("responsible_worker", "referring_party"), PROFESSIONAL),
}


def permissions_of(roles: frozenset[str]) -> frozenset[Permission]:
    """Everything that somebody with these roles may do."""
    return frozenset().union(*(GRANTS.get(role, frozenset()) for role in roles))


# Roles whose people may answer for a client's path; who leads a team and does no client work may not.
PATH_WORKERS = frozenset(role for role, granted in GRANTS.items() if P.PATHWAY_WRITE in granted)
# Roles whose people see rows of clients where they hold a seat; the database has them in `client_reading_roles()`.
READING = frozenset({P.CLIENT_READ, P.REFERRAL_READ})
# A machine reads in the name of its organisation, and no rows by a seat.
CLIENT_READERS = frozenset(role for role, granted in GRANTS.items() if READING & granted) - {"client", "integration"}
