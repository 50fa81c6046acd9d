"""One life of a client with a word of its own in every row of the matrix: who reads the word has read the row.

Aino comes by three referrals (employment authority, Kela, workshop), each with its reason; everything the code base
keeps of a client is written once, completed or released.
"""

from __future__ import annotations

from typing import Any

from tests import factories as f
from tests.access.asked import consulted, planned_elsewhere
from tests.access.leaving import handed
from tests.attachments.hands import attached, on_path, on_referral
from tests.attachments.samples import TEXT
from tests.conftest import As
from tests.factories import Json, act, get, ok
from tests.questions import cases as questions
from tests.world import World

SENDERS = ("employment", "kela", "workshop")
CLASSES = ["referral_reason", "work_ability_conclusion", "participation", "meeting_notes"]
# Row of the matrix: the words that are its data. With "own" a party's word is the one in its own referral.
WORDS: dict[str, dict[str, str]] = {
    "referral_reason": {sender: f"zqreason{sender}" for sender in SENDERS},
    "client_name": {"": "Zqsukunimi"},
    "client_contact": {"": "+358 40 777 0001"},
    "health_data": {
        part: f"zqhealth{part}" for part in ("section", "lab", "instrument", "finding", "test", "question", "problem")
    },
    "work_ability_conclusion": {part: f"zqplain{part}" for part in ("check", "physician")},
    "was_score": {"": '"workAbilityScore":3'},
    "service_path": {part: f"zqpath{part}" for part in ("next", "goal", "step")},
    "plan_barriers": {"": "zqbarrier"},
    "participations": {part: f"zqservice{part}" for part in ("place", "ended")},
    "appointments": {"": "zqvisit"},
    "consultations": {part: f"zqconsult{part}" for part in ("asked", "answered")},
    "plan_references": {"": "zqmultisectorplan"},
    "plan_references_social": {"": "zqactivationplan"},
    "meeting_notes_team": {"": "zqmeetingteam"},
    "meeting_notes_health": {"": "zqmeetinghealth"},
    "meeting_agenda_health": {"": "zqmeetingagenda"},
    "meeting_decisions": {"": "zqdecision"},
    "social_data": {part: f"zqsocial{part}" for part in ("note", "assessment", "document")},
    "contact_log": {"": "zqcontact"},
    "team_notes": {"": "zqteamnote"},
    "health_notes": {"": "zqhealthnote"},
    "consents": {"": "zqevidence"},
    "routing_decisions_health": {"": "zqoverride"},
    "record_requests": {"": "zqrecords"},
    "documents_of_senders": {sender: f"zqdoc{sender}" for sender in SENDERS},
    "documents_of_health": {part: f"zqhealthdoc{part}" for part in ("title", "bytes")},
    "preinformation_answers": {part: f"zqpre{part}" for part in ("answer", "added")},
    "instrument_answers": {"": "zqguidance"},
    "feedback_told": {sender: f"zqtold{sender}" for sender in ("employment", "kela")},
    "feedback_drafts": {"": "zqdrafted"},
    "representatives": {"": "Zqedustaja"},
    "shares": {sender: f"zqshared{sender}" for sender in SENDERS},
    "shares_of_health": {"kela": "zqsharedhealthkela"},
    "shares_ended": {"": "zqnomore"},
    "client_summary": {"": "zqsummary"},
    "share_replies": {"kela": "zqanswered"},
}


async def live(who: As, world: World) -> dict[str, Any]:
    """The ids that the addresses need."""
    nurse, social, word = who("nurse"), who("social"), WORDS
    aino = str(world.clients["aino"])
    at = f"/v1/clients/{aino}"
    row = {"familyName": "Zqsukunimi", "phone": "+358 40 777 0001"}
    ok(await nurse.patch(at, json=row, headers={"If-Match": "*"}))
    sent, path = {}, None
    for sender in SENDERS:
        terms = f.permission(world, "area", "employment", "kela", "workshop", dataClasses=CLASSES)
        given = f.referral(
            world,
            client=f.person(identityCode=f.AINO, givenName="Aino", familyName="Toinen", phone="+358 40 222 0000"),
            reason=word["referral_reason"][sender],
            permission=terms,
            barriers=["barrier_health"],
        )
        sent[sender] = ok(await act(who(sender), "/v1/referrals", given))
        title = word["documents_of_senders"][sender]
        document = {"title": title, "fileName": f"{title}.txt", "kind": "plan", "media": "text/plain"}
        await attached(who(sender), on_referral(sent[sender]), TEXT, **document)
        seen = await get(nurse, f"/v1/referrals/{sent[sender]['id']}")
        if path is None:
            path = ok(await act(nurse, f"/v1/referrals/{seen['id']}/accept", {}, seen))
        else:
            ok(await act(nurse, f"/v1/referrals/{seen['id']}/accept", {"joinPathwayId": path["id"]}, seen))
    assert path is not None
    here = f"/v1/pathways/{path['id']}"
    goals = {"goals": [{"description": word["service_path"]["goal"], "agreedWithClient": True}]}
    ok(await act(nurse, f"{here}/agree-plan", goals, await get(nurse, here)))
    after = {"nextAction": word["service_path"]["next"], "nextActionOn": "2026-12-01"}
    ok(await nurse.patch(here, json=after, headers={"If-Match": "*"}))
    await act(who("client"), f"{here}/small-steps", {"words": word["service_path"]["step"]})
    barrier = {"barrier": "barrier_health", "agreedWithClient": True, "words": word["plan_barriers"][""]}
    ok(await act(nurse, f"{here}/barriers", barrier))
    await took_part(who, world, here)
    await consulted(who, world, here, WORDS)
    await planned_elsewhere(who, world, here, WORDS)
    await form(who, here)
    await answered(who, here)
    await checked(who, here, path, world)
    await met(who, world, here)
    await said(who, world, at, here)
    hers = {"title": word["documents_of_health"]["title"], "register": "health", "media": "text/plain"}
    await attached(nurse, on_path(path), word["documents_of_health"]["bytes"].encode(), **hers)
    ours = {"title": word["social_data"]["document"], "register": "social", "media": "text/plain"}
    await attached(social, on_path(path), TEXT, **ours)
    asked = {
        "what": "bg_child_school_health", "register": "health", "holderName": "Koulu", "channel": "letter",
        "basis": "client_permission", "note": word["record_requests"][""],
    }  # fmt: skip
    ok(await act(nurse, f"{here}/record-requests", asked))
    follow = {"party": "kela", "what": "Asks how it goes.", "dueOn": "2026-12-01", "agreedWithClient": True}
    ok(await act(nurse, f"{here}/follow-ups", follow))
    ok(await act(nurse, f"{here}/record-outcome", {"code": "work_trial"}, await get(nurse, here)))
    summary = ok(await act(nurse, f"{here}/client-summaries", {}))
    said_in = [{"section": one["section"], "text": word["client_summary"][""]} for one in summary["sections"]]
    there = f"/v1/client-summaries/{summary['id']}"
    summary = ok(await nurse.patch(there, json={"sections": said_in}, headers={"If-Match": "*"}))
    ok(await act(nurse, f"{there}/offer", {}, summary))
    drafted = ok(await act(nurse, f"/v1/referrals/{sent['kela']['id']}/draft-feedback", {"interim": True}))
    more = {"body": word["feedback_drafts"][""]}
    ok(await nurse.patch(f"/v1/feedback-drafts/{drafted['id']}", json=more, headers={"If-Match": "*"}))
    for sender in ("employment", "kela"):
        told = await f.told(who, sent[sender], body=word["feedback_told"][sender])
        assert told.status_code == 201, told.text
    assert (await f.told(who, sent["workshop"], "closure_notice")).status_code == 201
    await handed(who, world, path, WORDS)
    await asked_around(who, world)
    return {"client": aino, "pathway": path["id"], "referrals": {name: one["id"] for name, one in sent.items()}}


async def took_part(who: As, world: World, here: str) -> None:
    """In a group, which ended; an after-contact follows."""
    nurse, word, area = who("nurse"), WORDS["participations"], str(world.organisations["area"])
    period = {"startsOn": "2026-11-23", "endsOn": "2027-01-31"}
    group = {"teamId": str(world.team), "name": "Keittiö", "site": "Talo", "instructor": "Ohjaaja", "providerId": area}
    made = ok(await act(nurse, "/v1/service-groups", group | period | {"maxMembers": 10}))
    parties = {"organiserId": area, "payerId": area, "providerId": area}
    part = {"kind": "group_employment", "groupId": made["id"], "mode": "trainee", "place": word["place"]}
    row = ok(await act(nurse, f"{here}/participations", part | parties | period))
    ended = {"reason": "discontinued_not_timely", "words": word["ended"], "afterContactMonths": 3}
    ok(await act(nurse, f"/v1/participations/{row['id']}/end", ended, row))


async def asked_around(who: As, world: World) -> None:
    """A forum in which the nurse asked, a session of it, and the answer in the library: no word of a client."""
    made = await questions.a_forum(who, world)
    await questions.a_session(who, world, made, "2026-12-01T10:00:00Z")
    await questions.published(who, await questions.answers(who, await questions.asks(who, made)))


async def form(who: As, here: str) -> None:
    nurse, word = who("nurse"), WORDS["preinformation_answers"]
    asked = ok(await act(nurse, f"{here}/preinformation", {}))
    answers = [
        {"linkId": "health_now", "code": "middling"},
        {"linkId": "work_ability_score", "number": 4},
        {"linkId": "information_read", "yes": True},
        {"linkId": "hopes", "text": word["answer"]},
    ]
    at = f"/v1/preinformation/{asked['id']}"
    ok(await act(who("client"), f"{at}/submit", {"answers": answers}, asked))
    ok(await act(nurse, f"{at}/addenda", {"body": word["added"]}, await get(nurse, at)))


async def answered(who: As, here: str) -> None:
    guided = {"decision": "guided", "targets": ["own_care_team"], "note": WORDS["instrument_answers"][""]}
    told: Json = {"instrument": "phq9", "mode": "interview", "answeredOn": "2026-11-20", "guidance": guided}
    answers = [{"item": f"phq9_{number}", "value": 1} for number in range(1, 9)] + [{"item": "phq9_9", "value": 0}]
    ok(await act(who("nurse"), f"{here}/responses", told | {"answers": answers}))


async def checked(who: As, here: str, path: Json, world: World) -> None:
    """A health check with a laboratory order, a physician's and a social assessment, and a decision overridden."""
    nurse, health = who("nurse"), WORDS["health_data"]
    check = await f.an_assessment(who, path, question=health["question"])
    sections = f.sections(bg_functional_capacity={"done": True, "note": health["section"]}, laboratory={"done": True})
    used: list[Json] = [
        {"instrument": "was", "version": "1", "score": 3, "mode": "interview", "answeredOn": "2026-11-20"},
        {
            "instrument": "bdi", "version": "1", "edition": "bdi_ii", "score": 12, "mode": "interview",
            "answeredOn": "2026-11-20", "note": health["instrument"], "guidanceDecision": "no_need",
        },
    ]  # fmt: skip
    done = f.health_check(sections=sections, instruments=used, workAbility=WORDS["work_ability_conclusion"]["check"])
    at = f"/v1/assessments/{check['id']}"
    check = ok(await act(nurse, f"{at}/complete", done, check))
    status = {"lab": "alat", "status": "result_seen", "on": "2026-11-20", "flag": "normal", "note": health["lab"]}
    check = ok(await act(nurse, f"{at}/record-laboratory", {"statuses": [status]}, check))
    ok(await act(nurse, f"{at}/amend", {"reason": health["problem"]}, check))
    await f.problems(who, path, "musculoskeletal")
    by_rule = await f.an_assessment(who, path, "physician_assessment")
    found: Json = {"physician": {"findings": health["finding"], "statementWritten": False}}
    found |= {"conclusion": "undetermined_needs_more", "workAbility": WORDS["work_ability_conclusion"]["physician"]}
    ok(await act(who("physician_msk"), f"/v1/assessments/{by_rule['id']}/complete", found, by_rule))
    test = await f.an_assessment(who, path, "functional_test_physical")
    other = {
        "seatRole": "occupational_therapist", "personId": str(world.persons["occupational_therapist"]),
        "reason": "agreed_together", "words": WORDS["routing_decisions_health"][""],
    }  # fmt: skip
    test = ok(await act(nurse, f"/v1/assessments/{test['id']}/assign", other, test))
    tested: Json = {"functionalTest": {"tests": ["Walk"], "findings": health["test"]}}
    ok(await act(who("occupational_therapist"), f"/v1/assessments/{test['id']}/complete", tested, test))
    social = await f.an_assessment(who, path, "social_assessment", by="social")
    ours = {"social": {"findings": WORDS["social_data"]["assessment"]}}
    ok(await act(who("social"), f"/v1/assessments/{social['id']}/complete", ours, social))


async def met(who: As, world: World, here: str) -> None:
    """A network meeting with Kela and the employment authority, held."""
    nurse = who("nurse")
    visit = {"kind": "kela_reception", "personId": str(world.persons["kela"]), "startsAt": "2026-12-01T08:00:00Z"}
    visit |= {"place": "own_environment", "address": WORDS["appointments"][""]}
    ok(await act(nurse, f"{here}/appointments", visit))
    guests = [str(world.persons[name]) for name in ("employment", "kela", "workshop", "social")]
    plan = {
        "startsAt": f.at(), "minutes": 60, "place": "Room 2", "participantIds": guests,
        "agendaParts": [{"title": WORDS["meeting_agenda_health"][""], "register": "health"}],
    }  # fmt: skip
    meeting = ok(await act(nurse, f"{here}/meetings", plan))
    held = {
        "clientParticipation": "present",
        "notes": WORDS["meeting_notes_team"][""],
        "noteParts": [{"register": "health", "body": WORDS["meeting_notes_health"][""]}],
        "decisions": [WORDS["meeting_decisions"][""]],
    }
    ok(await act(nurse, f"/v1/meetings/{meeting['id']}/hold", held, meeting))


async def said(who: As, world: World, at: str, here: str) -> None:
    """Contacts, notes in each register, consents and a representative."""
    nurse, social = who("nurse"), who("social")
    called = {
        "direction": "outgoing", "channel": "phone", "result": "reached",
        "note": {"dataRegister": "operational", "body": WORDS["contact_log"][""], "clientVisible": True},
    }  # fmt: skip
    ok(await act(nurse, f"{at}/contacts", called))
    for writer, register, body, visible in (
        (nurse, "operational", WORDS["team_notes"][""], False),
        (nurse, "health", WORDS["health_notes"][""], True),
        (social, "social", WORDS["social_data"]["note"], True),
    ):
        ok(await act(writer, f"{here}/notes", {"dataRegister": register, "body": body, "clientVisible": visible}))
    permits = f.consent(world, "employment", dataClasses=["participation"], evidenceNote=WORDS["consents"][""])
    ok(await act(nurse, f"{at}/consents", permits))
    acts = {
        "name": WORDS["representatives"][""], "relation": "close_person", "mandate": "written_authorisation",
        "scopes": ["receive_information"], "evidence": "Seen.",
    }  # fmt: skip
    ok(await act(nurse, f"{at}/representatives", acts))
