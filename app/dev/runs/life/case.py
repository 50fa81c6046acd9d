"""The whole life of one client, made over HTTP by the people of the town: a row of every kind, in the state that most
operations need. What more an operation needs is done right before it (`asked`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.dev.runs.life.asked.services import GROUP, PART, PARTIES, PERIOD
from app.dev.runs.life.bodies import ANSWERED, CHECK, DOCUMENT, TEXT
from app.dev.runs.life.consulting import consulted
from app.dev.runs.life.met import met
from app.dev.runs.life.place import Place, filled
from app.dev.runs.life.shared import shared
from app.dev.runs.life.visits import visits
from app.kit.ids import new_id

INVITED = """
INSERT INTO meeting_participants SELECT (jsonb_populate_record(p, jsonb_build_object(
  'id', CAST(:id AS text), 'person_id', CAST(:person AS text)))).* FROM meeting_participants p
 WHERE meeting_id = CAST(:meeting AS uuid) AND person_id = CAST(:first AS uuid)
"""


@dataclass(frozen=True)
class Resident:
    """Somebody to be made a client; every word of these is looked for in answers. `key` is the subject of the login."""

    key: str
    identity_code: str
    given_name: str
    family_name: str
    phone: str
    email: str
    address: str
    reason: str

    def words(self) -> list[str]:
        return [self.identity_code, self.given_name, self.family_name, self.phone, self.email, self.address,
                self.reason]  # fmt: skip


LIVING = Resident(
    "client-living", "010181-9212", "Kanerva", "Lintukangas", "+358 50 777 0121", "kanerva@lintukangas.example",
    "Suokukankuja 121", "Haluaisi takaisin puusepänverstaalle.",
)  # fmt: skip
CLOSED = Resident(
    "client-closed", "020282-922T", "Vanamo", "Korpisaari", "+358 50 777 0122", "vanamo@korpisaari.example",
    "Vanamopolku 122", "Haluaisi takaisin kuljettajaksi.",
)  # fmt: skip
WITHDRAWN = Resident(
    "client-withdrawn", "030383-923J", "Orvokki", "Hietaluoma", "+358 50 777 0123", "orvokki@hietaluoma.example",
    "Orvokkitie 123", "Haluaisi takaisin keittiöön.",
)  # fmt: skip


@dataclass
class Case:
    """A client's rows by short names, beside those of the town."""

    who: Resident
    ids: dict[str, str] = field(default_factory=dict)


def terms(ids: dict[str, str], *recipients: str) -> dict[str, Any]:
    """What the client permits to these organisations, in writing."""
    said = {
        "recipientIds": [ids[f"org_{name}"] for name in recipients],
        "dataClasses": ["referral_reason", "work_ability_conclusion", "participation"],
        "purposes": ["work_ability_assessment", "referral_feedback", "network_meeting"],
        "howGiven": "written", "informationGivenAt": "{informed_at}", "validUntil": "{until_at}",
        "evidenceNote": "On paper.",
    }  # fmt: skip
    written: dict[str, Any] = filled(said, ids)
    return written


def referral(case: Case, **over: Any) -> dict[str, Any]:
    who = case.who
    person = {
        "identityCode": who.identity_code, "givenName": who.given_name, "familyName": who.family_name,
        "municipality": "111", "phone": who.phone, "email": who.email, "address": who.address,
    }  # fmt: skip
    return {
        "client": person, "reason": who.reason, "askedFor": "health_check", "unemploymentDays": 305,
        "permission": terms(case.ids, "area", "employment", "kela"), "allowDuplicate": True, **over,
    }  # fmt: skip


async def lived(place: Place, town: dict[str, str], who: Resident, guests: list[str]) -> Case:
    """A client of the Heinola team on a running path, referred by the employment services four times over, with
    somebody of a workshop (`guests`, ids of persons) invited to a meeting."""
    case, act = Case(who, town | {"identity_code": who.identity_code}), place.act
    ids = case.ids
    client = await act(
        "nurse", "POST", "/v1/clients",
        {
            "teamId": ids["team_id"], "identityCode": who.identity_code, "givenName": who.given_name,
            "familyName": who.family_name, "municipality": "111", "phone": who.phone, "email": who.email,
            "address": who.address, "ownCareTeam": "Terveysasema 1",
        },
    )  # fmt: skip
    ids["client_id"] = client["id"]
    await place.enrol(who.key, client["id"])
    here = f"/v1/clients/{client['id']}"
    consent = {"kind": "permission", **terms(ids, "workshop")}
    ids["consent_id"] = (await act("nurse", "POST", f"{here}/consents", consent))["id"]
    given = {
        "name": "Raija Esimerkki", "relation": "close_person", "mandate": "written_authorisation",
        "scopes": ["book_and_cancel", "give_consent"], "evidence": "Seen.",
    }  # fmt: skip
    ids["representative_id"] = (await act("nurse", "POST", f"{here}/representatives", given))["id"]
    for name, more in (("draft", {"draft": True}), ("received", {}), ("waiting", {}), ("referral_id", {})):
        ids[name] = (await act("employment", "POST", "/v1/referrals", referral(case, **more)))["id"]
    await act("nurse", "POST", f"/v1/referrals/{ids['waiting']}/waitlist", {"reason": "capacity_full"})
    unknown = referral(case, senderDescription="A letter without a name", channel="letter")
    ids["unknown"] = (await act("nurse", "POST", "/v1/referrals", unknown))["id"]
    await on_the_path(place, case, guests)
    await shared(place, case)
    call = {"direction": "outgoing", "channel": "phone", "result": "reached", "minutes": 12}
    ids["contact_id"] = (await act("nurse", "POST", f"{here}/contacts", call))["id"]
    found = await act("nurse", "GET", f"/v1/routing-decisions?subjectId={ids['received']}")
    ids["decision_id"] = found["items"][0]["id"]
    # Of the register of health, as a row that the committed table speaks of is.
    await place.sql(
        "UPDATE routing_decisions SET register = 'health' WHERE id = CAST(:id AS uuid)", id=ids["decision_id"]
    )
    rows = await act("nurse", "GET", "/v1/worklist?list=mine&limit=200")
    mine = {row["subjectId"]: row["id"] for row in rows["items"]}
    ids["work_item_id"] = mine[ids["check"]]
    await can_turn(place, ids)
    return case


async def can_turn(place: Place, ids: dict[str, str]) -> None:
    """As if the path had begun on the version before, and its last step stood on a branch: the last of what is made,
    because the token of a move to the newer version is of the path as it stands."""
    here = f"/v1/pathways/{ids['pathway_id']}"
    await place.sql("UPDATE pathways SET template_version = 1 WHERE id = CAST(:id AS uuid)", id=ids["pathway_id"])
    await place.sql(
        "UPDATE pathway_steps SET branch = 'group_employment' WHERE id = CAST(:id AS uuid)", id=ids["step_id"]
    )
    steps = (await place.act("nurse", "GET", here))["steps"]
    ids["planned_steps"] = " ".join(one["id"] for one in steps if one["state"] == "planned")
    ids["upgrade_token"] = (await place.act("nurse", "POST", f"{here}/preview-upgrade", {}))["token"]


async def on_the_path(place: Place, case: Case, guests: list[str]) -> None:
    """Taken on, and something of everything that a path can have."""
    ids, act = case.ids, place.act
    path = await act("nurse", "POST", f"/v1/referrals/{ids['referral_id']}/accept", {"template": "heinola"})
    by_hand = [one["id"] for one in path["steps"] if one["kind"] not in ("outcome", "feedback")]
    ids["pathway_id"], ids["step_id"] = path["id"], by_hand[-1]
    here = f"/v1/pathways/{path['id']}"
    goals = {"goals": [{"description": "Mornings out.", "agreedWithClient": True}]}
    ids["goal_id"] = (await act("nurse", "POST", f"{here}/agree-plan", goals))["goals"][0]["id"]
    asked = f"{here}/assessments"
    done = (await act("nurse", "POST", asked, {"kind": "health_check"}))["id"]
    said = {"conclusion": "undetermined_needs_more", "workAbility": "Half days.", "healthCheck": filled(CHECK, ids)}
    await act("nurse", "POST", f"/v1/assessments/{done}/complete", said)
    ids["assessment_id"] = done
    await act("nurse", "POST", f"/v1/assessments/{done}/amend", {"reason": "Plainer.", "workAbility": "Half of a day."})
    for name, kind in (("check", "health_check"), ("test", "functional_test_physical")):
        ids[name] = (await act("nurse", "POST", asked, {"kind": kind}))["id"]
    await act("nurse", "POST", f"{here}/problem-areas", {"areas": ["somatic"], "demanding": False})
    ids["with_care_team"] = (await act("nurse", "POST", asked, {"kind": "physician_assessment"}))["id"]
    for name, starts, people in (
        ("meeting_id", ids["soon_at"], [ids["person_coordinator"], *guests[:1]]),
        ("begun_meeting", ids["soon_at"], [ids["person_coordinator"]]),
    ):
        plan = {
            "startsAt": starts, "minutes": 60, "place": "Room 2", "participantIds": people, "reserve": False,
            "agendaParts": [{"title": "What comes next", "dataClass": "participation"}],
        }  # fmt: skip
        ids[name] = (await act("nurse", "POST", f"{here}/meetings", plan))["id"]
    await place.sql(
        "UPDATE meetings SET starts_at = :now WHERE id = CAST(:id AS uuid)", now=place.now(), id=ids["begun_meeting"]
    )
    for guest in guests[1:]:  # more than one meeting has room for
        await place.sql(INVITED, id=str(new_id()), person=guest, meeting=ids["meeting_id"], first=guests[0])
    await met(place, ids)
    follow = {"party": "kela", "what": "Asks how it goes.", "dueOn": ids["today"], "agreedWithClient": True}
    ids["follow_up_id"] = (await act("nurse", "POST", f"{here}/follow-ups", follow))["id"]
    score = {"moment": "start", "score": 4, "askedHow": "in_person"}
    ids["score_id"] = (await act("nurse", "POST", f"{here}/scores", score))["id"]
    spent = {"subjectType": "step", "subjectId": ids["step_id"], "minutes": 30}
    ids["entry_id"] = (await act("nurse", "POST", f"{here}/time-entries", spent))["items"][0]["id"]
    for name in ("summary_id", "summary_draft"):
        drafted = await act("nurse", "POST", f"{here}/client-summaries", {})
        ids[name] = drafted["id"]
        if name == "summary_id":
            await act("nurse", "POST", f"/v1/client-summaries/{drafted['id']}/offer", {})
    ids["outcome_id"] = str(new_id())
    await place.sql(
        "INSERT INTO outcomes (id, client_id, pathway_id, code, recorded_at, created_at) SELECT CAST(:id AS uuid),"
        " client_id, id, 'studies', now(), now() FROM pathways WHERE id = CAST(:path AS uuid)",
        id=ids["outcome_id"], path=path["id"],
    )  # fmt: skip
    barrier = {"barrier": "barrier_health", "agreedWithClient": True, "words": "The back."}
    await act("nurse", "POST", f"{here}/barriers", barrier)
    await took_part(place, case)
    await visits(place, case)
    await consulted(place, case.ids)
    note = {"dataRegister": "health", "body": "Calls on Monday.", "clientVisible": True}
    ids["note_id"] = (await act("nurse", "POST", f"{here}/notes", note))["id"]
    for name in ("attachment_id", "announced"):
        ids[name] = (await act("nurse", "POST", f"{here}/attachments", DOCUMENT))["id"]
    put = await place.send(
        "nurse", "PUT", f"/v1/attachments/{ids['attachment_id']}/content",
        headers={"Content-Type": "text/plain"}, content=TEXT.encode(),
    )  # fmt: skip
    assert put.is_success, put.text
    records = {
        "what": "bg_child_school_health", "register": "health", "holderName": "School health", "channel": "letter",
        "basis": "client_permission",
    }  # fmt: skip
    ids["record_request_id"] = (await act("nurse", "POST", f"{here}/record-requests", records))["id"]
    form = (await act("nurse", "POST", f"{here}/preinformation", {}))["id"]
    ids["preinformation_id"] = form
    await answered(place, case)
    here = f"/v1/referrals/{ids['referral_id']}"
    ids["draft_id"] = (await act("nurse", "POST", f"{here}/draft-feedback", {"interim": True}))["id"]
    told = {"level": "conclusion", "interim": True, "body": "It goes on."}
    ids["feedback_id"] = (await act("nurse", "POST", f"{here}/feedback", told))["id"]
    question = {"question": "Until when?"}
    asked = f"/v1/feedbacks/{ids['feedback_id']}/ask"
    ids["question_id"] = (await act("employment", "POST", asked, question))["id"]
    ids["form_token"] = (await act("nurse", "POST", f"/v1/preinformation/{form}/links", {}))["token"]


async def answered(place: Place, case: Case) -> None:
    """An instrument answered with a sign of danger in it, and one asked by a link."""
    ids, act = case.ids, place.act
    here = f"/v1/pathways/{ids['pathway_id']}"
    ids["response_id"] = (await act("nurse", "POST", f"{here}/responses", ANSWERED))["id"]
    asked = {"instrument": "phq9", "language": "en"}
    ids["response_asked"] = (await act("nurse", "POST", f"{here}/response-requests", asked))["id"]
    link = f"/v1/responses/{ids['response_asked']}/links"
    ids["answering_token"] = (await act("nurse", "POST", link, {}))["token"]


async def took_part(place: Place, case: Case) -> None:
    """A member of a group, another part that is planned, and an after-contact."""
    ids, act = case.ids, place.act
    here = f"/v1/pathways/{ids['pathway_id']}"
    ids["group_id"] = (await act("nurse", "POST", "/v1/service-groups", filled(GROUP, ids)))["id"]
    member = {"kind": "group_employment", "groupId": ids["group_id"], "mode": "trainee", **PARTIES, **PERIOD}
    row = (await act("nurse", "POST", f"{here}/participations", filled(member, ids)))["id"]
    timely = {"finding": "timely", "grounds": ["own_wish"]}
    await act("nurse", "POST", f"/v1/participations/{row}/check-timeliness", timely)
    await act("nurse", "POST", f"/v1/participations/{row}/start", {})
    review = {"side": "organiser", "answers": [{"criterion": "soon", "answer": "met"}]}
    await act("nurse", "POST", f"/v1/participations/{row}/quality-reviews", review)
    ids["participation_id"] = row
    ids["planned_part"] = (await act("nurse", "POST", f"{here}/participations", filled(PART, ids)))["id"]
    ids["after_contact_id"] = (await act("nurse", "POST", f"{here}/after-contacts", {"months": 3}))["id"]


async def closed(place: Place, case: Case) -> None:
    """Everything of it is at an end: answered, seen to, told, closed."""
    ids, act = case.ids, place.act
    for name in ("received", "waiting", "unknown"):
        await act("nurse", "POST", f"/v1/referrals/{ids[name]}/reject", {"reason": "other", "advice": "Elsewhere."})
    await act("employment", "POST", f"/v1/referrals/{ids['draft']}/cancel", {"reason": "Not needed."})
    for name in ("check", "test", "with_care_team"):
        await act("nurse", "POST", f"/v1/assessments/{ids[name]}/cancel", {"reason": "Not needed."})
    await act("nurse", "POST", f"/v1/responses/{ids['response_id']}/handle-safety", {"note": "Seen to at once."})
    await act("nurse", "POST", f"/v1/consultations/{ids['answered_consultation']}/close", {})
    await act("nurse", "POST", f"/v1/meetings/{ids['begun_meeting']}/cancel", {"reason": "Not needed."})
    here = f"/v1/pathways/{ids['pathway_id']}"
    await act("nurse", "POST", f"{here}/record-outcome", {"code": "work_trial", "workAbility": "Half days."})
    told = {"level": "conclusion", "body": "Half days are possible."}
    await act("nurse", "POST", f"/v1/referrals/{ids['referral_id']}/feedback", told)
    await act("nurse", "POST", f"{here}/close", {"reason": "plan_completed"})


async def withdrawn(place: Place, case: Case) -> None:
    """The client takes every permission back."""
    listed = await place.act("nurse", "GET", f"/v1/clients/{case.ids['client_id']}/consents")
    for row in (row for row in listed["items"] if row["withdrawnAt"] is None):
        await place.act("nurse", "POST", f"/v1/consents/{row['id']}/withdraw", {})
