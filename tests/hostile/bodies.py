"""One request per operation that succeeds on the stage: what the hostile ones are made from, a field at a time."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tests.factories import sections
from tests.hostile import rooms as later_rooms
from tests.hostile.stage import SOON, Stage, permission, referral

NEW_CODE = "050585-904B"
WORDS = "Plain words."


@dataclass(frozen=True)
class Valid:
    """Who sends what where; `""` is nobody. `version` goes into If-Match; None sends none."""

    persona: str
    path: str
    body: Any
    version: int | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()


def valid_requests(stage: Stage) -> dict[str, Valid]:
    """By operationId: every operation with a body."""
    ids, of = stage.ids, stage.versions
    later = {name: valid for room in rooms() for name, valid in room.bodies(stage).items()}
    first = {**people(stage), **teams(stage), **clients(stage), **referrals(stage), **paths(stage), **work(stage)}
    return {**first, **later} | {
        "createDevelopmentToken": Valid("", "/development/token", {"subject": "nurse"}),
        "revealIdentityCode": Valid(
            "nurse", f"/v1/clients/{ids['client']}/reveal-identity-code", {"purpose": "work_ability_assessment"}
        ),
        "markClientEnteredInError": Valid(
            "nurse", f"/v1/clients/{ids['idle']}/mark-entered-in-error", {"reason": WORDS}, of["idle"]
        ),
    }


def rooms() -> list[Any]:
    """The modules of `tests.hostile.rooms`."""
    names = sorted(module.name for module in iter_modules(later_rooms.__path__))
    return [import_module(f"{later_rooms.__name__}.{name}") for name in names]


def people(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    joined = {
        "organisationId": stage.org("area"), "unitId": None, "role": "team_lead", "register": "none",
        "validFrom": "2026-11-01", "validTo": "2027-11-01",
    }  # fmt: skip
    login = {"issuer": "https://idp.example.fi", "subject": "another"}
    contact = {
        "name": "Kolmas Ihminen", "email": "kolmas@heinola.example", "phone": "+358 3 000 0000",
        "languages": ["fi", "sv"],
    }  # fmt: skip
    organisation = {
        "id": None, "name": "Toinen paja", "kind": "workshop", "businessId": "1572860-0",
        "referralSource": "city_workshop",
    }  # fmt: skip
    renamed = {"name": "Toinen", "businessId": "1572860-0", "referralSource": "city_workshop"}
    unit = {"id": None, "name": "Yksikkö", "kind": "workshop", "municipality": "111"}
    person = f"/v1/persons/{ids['person']}"
    place = f"/v1/organisations/{ids['organisation']}"
    return {
        "createOrganisation": Valid("admin", "/v1/organisations", organisation),
        "updateOrganisation": Valid("admin", place, renamed, of["organisation"]),
        "createUnit": Valid("admin", f"{place}/units", unit),
        "createPerson": Valid("admin", "/v1/persons", {"id": None, **contact, "membership": joined, "login": login}),
        "updatePerson": Valid("admin", person, contact, of["person"]),
        "createMembership": Valid("admin", f"{person}/memberships", joined),
        "createLogin": Valid("admin", f"{person}/logins", {**login, "issuer": "https://other.example.fi"}),
        "endMembership": Valid(
            "admin", f"/v1/memberships/{ids['membership']}/end", {"validTo": "2026-12-01"}, of["membership"]
        ),
    }


def teams(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    team = {
        "id": None, "code": "orimattila", "name": "Orimattila", "template": "heinola", "municipalities": ["560"],
        "unitId": ids["unit"], "ruleSet": "heinola", "silentAfterDays": 20, "createSeats": True,
    }  # fmt: skip
    seat = {
        "role": "social_counsellor", "maxOpen": 10, "visitingDays": "FREQ=MONTHLY;BYDAY=1TU",
        "phone": "+358 3 000 0000", "email": "seat@heinola.example", "clientsPerDay": 4,
        "channels": [{"system": "chat", "value": "Teams: Työkyvyn tuki", "note": "9-11"}],
    }  # fmt: skip
    held = {
        "personId": stage.person("physiotherapist"), "standing": "deputy", "validFrom": "2026-11-01",
        "validTo": "2027-11-01", "maxOpen": 10, "clientDaysPerWeek": 2.5,
    }  # fmt: skip
    away = {"personId": stage.person("physiotherapist"), "firstOn": "2026-12-01", "lastOn": "2026-12-03"}
    changed = {key: value for key, value in seat.items() if key != "role"}
    renamed = {key: value for key, value in team.items() if key not in ("id", "code", "createSeats")}
    return {
        "createTeam": Valid("lead", "/v1/teams", team),
        "updateTeam": Valid("lead", f"/v1/teams/{ids['new_team']}", renamed, of["new_team"]),
        "createSeat": Valid("lead", f"/v1/teams/{ids['new_team']}/seats", seat),
        "updateSeat": Valid("lead", f"/v1/seats/{ids['seat']}", changed, of["seat"]),
        "createHolder": Valid("lead", f"/v1/seats/{ids['seat']}/holders", held),
        "updateHolder": Valid(
            "lead", f"/v1/holders/{ids['holder']}", {"maxOpen": 5, "clientDaysPerWeek": 1.5}, of["holder"]
        ),
        "endHolder": Valid("lead", f"/v1/holders/{ids['holder']}/end", {"validTo": "2026-12-01"}, of["holder"]),
        "createAbsence": Valid("lead", "/v1/absences", away),
        "updateAbsence": Valid("lead", f"/v1/absences/{ids['absence']}", {"lastOn": "2026-12-05"}, of["absence"]),
    }


def clients(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    changed = {
        "givenName": "Aino", "familyName": "Esimerkki", "municipality": "111", "phone": "+358 3 000 0000",
        "email": "aino@heinola.example", "address": "Kauppakatu 1", "preferredChannel": "phone", "language": "sv",
        "interpreterNeeded": True, "interpreterLanguage": "ru", "preferredTimes": "Weekdays after noon",
        "leaveNoMessages": True, "sendNoLetters": True, "protected": False, "status": "unemployed",
        "ownCareTeam": "Team 1", "conflictPersonIds": [stage.person("physiotherapist")],
    }  # fmt: skip
    own = {key: value for key, value in changed.items() if key != "conflictPersonIds"}
    new = {"id": None, "teamId": ids["team"], "identityCode": NEW_CODE, "identityUse": "official",
           "birthDate": "1985-05-05", **own}  # fmt: skip
    client, consent = f"/v1/clients/{ids['client']}", f"/v1/consents/{ids['consent']}"
    spoken_for = {"givenByRepresentativeId": ids["representative"]}
    said = permission(stage) | spoken_for
    return {
        "registerClient": Valid("nurse", "/v1/clients", new),
        "updateClient": Valid("nurse", client, changed, of["client"]),
        "searchClients": Valid("nurse", "/v1/clients/search", {"familyName": "Esim", "birthDate": "2000-01-01"}),
        "recordConsent": Valid("nurse", f"{client}/consents", said | {"id": None, "kind": "permission"}),
        "withdrawConsent": Valid("nurse", f"{consent}/withdraw", spoken_for, of["consent"]),
        "markConsentEnteredInError": Valid(
            "nurse", f"{consent}/mark-entered-in-error", {"reason": WORDS}, of["consent"]
        ),
    }


def referrals(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    new = referral(stage, NEW_CODE, id=None, draft=False, source=None, allowDuplicate=True, channel="referral_form",
                   senderOrganisationId=stage.org("employment"))  # fmt: skip
    changed = referral(stage, NEW_CODE)
    verbs: dict[str, tuple[str, str, str, Any]] = {
        "acceptReferral": ("nurse", "received", "accept", {
            "template": "heinola", "responsiblePersonId": stage.person("nurse"), "nextAction": WORDS,
            "nextActionOn": "2026-12-01", "joinPathwayId": None,
        }),
        "returnReferral": ("nurse", "received", "return", {"reason": "other", "advice": WORDS}),
        "redirectReferral": ("nurse", "received", "redirect", {
            "teamId": ids["new_team"], "reason": "other", "words": WORDS,
        }),
        "rejectReferral": ("nurse", "received", "reject", {"reason": "other", "advice": WORDS}),
        "cancelReferral": ("employment", "received", "cancel", {"reason": WORDS}),
        "markReferralEnteredInError": ("employment", "received", "mark-entered-in-error", {"reason": WORDS}),
        "withdrawReferral": ("client", "of_aino", "withdraw", {"reason": WORDS}),
        "giveReferralFeedback": ("nurse", "running", "feedback", {
            "level": "conclusion", "interim": True, "body": WORDS,
        }),
        "waiveReferralFeedback": ("nurse", "of_aino", "waive-feedback", {"reason": "client_forbade"}),
        "acknowledgeReferralFeedback": ("employment", "ending", "acknowledge-feedback", {}),
    }  # fmt: skip
    return {
        "createReferral": Valid("employment", "/v1/referrals", new),
        "preflightReferral": Valid("employment", "/v1/referrals/preflight", new),
        "searchReferrals": Valid("employment", "/v1/referrals/search", {"identityCode": NEW_CODE}),
        "updateReferral": Valid("employment", f"/v1/referrals/{ids['draft']}", changed, of["draft"]),
        **{
            operation: Valid(persona, f"/v1/referrals/{ids[which]}/{verb}", body, of[which])
            for operation, (persona, which, verb, body) in verbs.items()
        },
    }


def paths(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    running, ending = f"/v1/pathways/{ids['running_path']}", f"/v1/pathways/{ids['ending_path']}"
    step = f"/v1/pathway-steps/{ids['running_step']}"
    changed = {"responsiblePersonId": stage.person("nurse"), "nextAction": WORDS, "nextActionOn": "2026-12-01"}
    plan = {"goals": [{"description": WORDS, "agreedWithClient": True}], "strengths": WORDS, "commitment": WORDS}
    outcome: dict[str, Any] = {
        "id": None, "code": "rehabilitation", "workAbility": WORDS, "note": WORDS, "subtype": "vocational",
        "startsOn": "2026-12-01", "agreedWithClient": True, "goals": [],
    }  # fmt: skip
    problems = {"areas": ["mental_health"], "mainArea": "mental_health", "demanding": True}
    asked = {"id": None, "kind": "functional_test_daily", "question": WORDS, "urgency": "routine"}
    version = of["running_path"]
    return {
        "updatePathway": Valid("nurse", running, changed, version),
        "agreePathwayPlan": Valid("nurse", f"{running}/agree-plan", plan, version),
        "recordPathwayOutcome": Valid("nurse", f"{running}/record-outcome", outcome, version),
        "recordProblemAreas": Valid("nurse", f"{running}/problem-areas", problems),
        "requestAssessment": Valid("nurse", f"{running}/assessments", asked),
        "closePathway": Valid("nurse", f"{ending}/close", {"reason": "plan_completed"}, of["ending_path"]),
        "completePathwayStep": Valid("nurse", f"{step}/complete", {"minutes": 20}, of["running_step"]),
        "skipPathwayStep": Valid("nurse", f"{step}/skip", {"reason": "not_needed"}, of["running_step"]),
        "planPathwayStep": Valid("nurse", f"{step}/plan", {"plannedOn": "2026-12-01"}, of["running_step"]),
    }


def work(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    check, meeting = f"/v1/assessments/{ids['check']}", f"/v1/meetings/{ids['meeting']}"
    done = {
        "conclusion": "undetermined_needs_more",
        "workAbility": WORDS,
        "healthCheck": {
            "informedOfPurposeAt": "2026-11-23T08:00:00Z",
            "minutes": 105,
            "minutesBecause": None,
            "recordingMinutes": 30,
            "sections": [{"notDoneBecause": None, "note": WORDS, **one} for one in sections()],
            "measures": {
                "heightCm": 168.5,
                "weightKg": 71.5,
                "bloodPressure": [{"systolic": 128, "diastolic": 82}],
            },
            "guidance": [{"target": "mental_health_substance", "note": WORDS, "agreedWithClient": True}],
        },
    }
    assigned = {"seatRole": "physiotherapist", "personId": stage.person("physiotherapist"),
                "reason": "agreed_together", "words": WORDS}  # fmt: skip
    planned = {
        "id": None, "kind": "network_meeting", "startsAt": SOON, "minutes": 60, "place": "Room 2", "agenda": WORDS,
        "convenerId": stage.person("nurse"), "participantIds": [stage.person("coordinator")],
    }  # fmt: skip
    parts = [{"register": "health", "body": WORDS}]
    held = {"clientParticipation": "present", "notes": WORDS, "noteParts": parts, "decisions": [WORDS]}
    test = f"/v1/assessments/{ids['test']}"
    return {
        "completeAssessment": Valid("nurse", f"{check}/complete", done, of["check"]),
        "assignAssessment": Valid("nurse", f"{test}/assign", assigned, of["test"]),
        "cancelAssessment": Valid("nurse", f"{check}/cancel", {"reason": WORDS}, of["check"]),
        "markAssessmentEnteredInError": Valid(
            "nurse", f"{check}/mark-entered-in-error", {"reason": WORDS}, of["check"]
        ),
        "planMeeting": Valid("nurse", f"/v1/pathways/{ids['running_path']}/meetings", planned),
        "holdMeeting": Valid("nurse", f"{meeting}/hold", held, of["meeting"]),
        "cancelMeeting": Valid("nurse", f"{meeting}/cancel", {"reason": WORDS}, of["meeting"]),
    }
