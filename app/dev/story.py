"""The main job as a story: from a referral to the referrer's feedback, over HTTP, told in plain words.

`python -m app.dev story` runs it against a served API in demo mode (`python -m app serve`). Nothing of the
application is imported: whatever the story does, any client can do.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.config import read_settings
from app.dev.roads import ROADS, Scene
from app.dev.roads.scene import listed
from app.dev.stage import Say, Stage, StoryBroken, test_identity_code


async def tell(http: httpx.AsyncClient, say: Say) -> dict[str, Any]:
    """Play the whole story. Returns the ids met on the way."""
    stage = Stage(http, say)
    for persona in (
        "employment", "nurse", "physician_mental", "physiotherapist", "coordinator", "kela", "workshop",
    ):  # fmt: skip
        await stage.sign_in(persona)
    referral = await send(stage)
    pathway = await take_on(stage, referral)
    await health_check(stage, pathway)
    decision = await physician(stage, pathway)
    await functional_test(stage, pathway)
    await meeting(stage, pathway)
    await finish(stage, referral, pathway)
    return {"referral": referral["id"], "pathway": pathway["id"], "decision": decision["id"]}


async def send(stage: Stage) -> dict[str, Any]:
    """The employment expert asks first what is missing, then sends."""
    me = stage.me["employment"]
    area, office = me["areaId"], me["memberships"][0]["organisationId"]
    until = (datetime.now(UTC) + timedelta(days=365)).isoformat()
    kela = stage.me["kela"]["memberships"][0]["organisationId"]
    given = {
        "client": {
            "identityCode": test_identity_code(),
            "givenName": "Veera",
            "familyName": "Virtanen-Esimerkki",
            "municipality": "111",
            "phone": "+358 40 0000 000",
        },
        "reason": "Ten months without work. Veera tells that mornings are hard and hopes to find out what she can do.",
        "askedFor": "health_check",
        "unemploymentDays": 305,
        "barriers": ["barrier_health", "barrier_skills"],
        "criteria": {"answers": {"unemployed_or_at_risk": "yes", "obstacle_to_work": "yes", "client_agrees": "yes"}},
    }
    first = await stage.post("employment", "/v1/referrals/preflight", given)
    missing = [gap["code"] for gap in first["gaps"] if gap["required"]]
    stage.say(
        f"Employment expert {me['name']} asks before sending. Missing: {', '.join(missing)}. "
        f"It would go to {first['taker']['person']} ({first['taker']['seatRole']}) of {first['taker']['team']}; "
        f"an answer by {first['answerBy']}."
    )
    given["permission"] = {
        "recipientIds": [area, office, kela],
        "dataClasses": ["referral_reason", "work_ability_conclusion", "participation"],
        "purposes": ["work_ability_assessment", "referral_feedback", "network_meeting"],
        "validUntil": until,
        "howGiven": "written",
        "informationGivenAt": datetime.now(UTC).isoformat(),
    }
    second = await stage.post("employment", "/v1/referrals/preflight", given)
    if not second["complete"]:
        raise StoryBroken(f"still incomplete: {second['gaps']}")
    referral = await stage.post("employment", "/v1/referrals", given, status=201)
    stage.say(
        f"Veera gives her permission in writing; the referral is sent. Status for the sender: {referral['status']}, "
        f"next date {referral['nextOn']} ({referral['nextIs']}). The sender sees no client record: clientId is "
        f"{referral['clientId']}."
    )
    return referral


async def take_on(stage: Stage, referral: dict[str, Any]) -> dict[str, Any]:
    """It stands in the nurse's inbox; she accepts, and agrees goals with the client."""
    inbox = await stage.get("nurse", "/v1/worklist", list="mine", limit="200")
    if referral["id"] not in [item["subjectId"] for item in inbox["items"]]:
        raise StoryBroken("the referral is not in the nurse's inbox")
    seen = await stage.get("nurse", f"/v1/referrals/{referral['id']}")
    why = await stage.get("nurse", "/v1/routing-decisions", subjectId=referral["id"])
    stage.say(
        f"It is in the inbox of nurse {seen['owner']['name']}: {why['items'][0]['explanation']['en']} "
        f"Late (over 300 days): {seen['late']}, an indicator only. Feedback: {seen['feedback']['state']}."
    )
    pathway = await stage.post(
        "nurse", f"/v1/referrals/{referral['id']}/accept", {"template": "heinola"}, version=seen["version"]
    )
    plan = {
        "goals": [{"description": "Three mornings a week out of the house.", "agreedWithClient": True}],
        "strengths": "Worked fifteen years in a kitchen; good with people.",
        "commitment": "Veera comes to the health check and tells if a time does not suit.",
    }
    pathway = await stage.post("nurse", f"/v1/pathways/{pathway['id']}/agree-plan", plan, version=pathway["version"])
    steps = ", ".join(f"{s['kind']} by {s['dueOn']}" for s in pathway["steps"][:3])
    stage.say(
        f"The nurse accepts. A service path starts ({steps}, …). Responsible: {pathway['responsiblePerson']}; next: "
        f"{pathway['nextAction']} on {pathway['nextActionOn']}. Goals are agreed with Veera."
    )
    return pathway


async def health_check(stage: Stage, pathway: dict[str, Any]) -> None:
    """The check is asked, routed to the nurse, and done; the nurse says what the problem is."""
    asked = await stage.post("nurse", f"/v1/pathways/{pathway['id']}/assessments", {"kind": "health_check"})
    asked_of_her = (
        "bg_education_work_history", "bg_health_illness_family", "bg_current_state_medication",
        "bg_lifestyle_social_finance",
    )  # fmt: skip
    sections = [
        {"section": "bg_patient_record_summary", "done": True},
        *({"section": name, "done": True} for name in asked_of_her),
        {"section": "bg_functional_capacity", "done": True, "note": "Tires quickly, sleeps badly."},
        *({"section": name, "done": True} for name in ("measures", "laboratory", "guidance")),
    ]
    done = {
        "conclusion": "undetermined_needs_more",
        "workAbility": "Work ability is reduced for now; more is needed to say how much.",
        "healthCheck": {
            "informedOfPurposeAt": datetime.now(UTC).isoformat(),
            "minutes": 105,
            "sections": sections,
            "measures": {
                "heightCm": 168,
                "weightKg": 71.5,
                "bloodPressure": [{"systolic": 128, "diastolic": 82}],
            },
            "guidance": [{"target": "mental_health_substance", "agreedWithClient": True}],
        },
    }
    check = await stage.post("nurse", f"/v1/assessments/{asked['id']}/complete", done, version=asked["version"])
    problems = {"areas": ["mental_health"], "mainArea": "mental_health", "demanding": True}
    await stage.post("nurse", f"/v1/pathways/{pathway['id']}/problem-areas", problems)
    heard = await stage.verify_stated("nurse", pathway["clientId"])
    stage.say(
        f"Health check by {asked['owner']['name']}: BMI {check['bmi']}, conclusion {check['conclusion']}. Main "
        f"problem: mental health, demanding. Veera says the permission is hers ({heard}): others may be told now."
    )


async def physician(stage: Stage, pathway: dict[str, Any]) -> dict[str, Any]:
    """The physician's assessment is routed, and the decision explains itself."""
    asked = await stage.post(
        "nurse", f"/v1/pathways/{pathway['id']}/assessments",
        {"kind": "physician_assessment", "question": "What is possible now, and what would help?"},
    )  # fmt: skip
    decision = await stage.get("nurse", f"/v1/routing-decisions/{asked['decisionId']}")
    rejected = "; ".join(f"{r['name']}: {r['reason']}" for r in decision["rejected"]) or "nobody else was there"
    stage.say(
        f"Physician's assessment: {decision['explanation']['en']} Rule {decision['rule']} of {decision['ruleSet']} "
        f"v{decision['ruleSetVersion']}. Not chosen: {rejected}."
    )
    findings = {
        "conclusion": "remaining_work_ability_stated",
        "workAbility": "Half days of work without night shifts are possible; support is needed at the start.",
        "physician": {"findings": "Moderate depressive episode, improving with treatment."},
    }
    await stage.post(
        "physician_mental", f"/v1/assessments/{asked['id']}/complete", findings, version=asked["version"]
    )  # fmt: skip
    return decision


async def functional_test(stage: Stage, pathway: dict[str, Any]) -> None:
    """The physician sends the client to a functional test: the designated physiotherapist (C-05)."""
    asked = await stage.post(
        "physician_mental", f"/v1/pathways/{pathway['id']}/assessments", {"kind": "functional_test_physical"}
    )
    found = {
        "workAbility": "Standing work for four hours a day is possible.",
        "functionalTest": {"tests": ["UKK walk test", "grip strength"], "findings": "Fitness below average for age."},
    }
    await stage.post("physiotherapist", f"/v1/assessments/{asked['id']}/complete", found, version=asked["version"])
    stage.say(f"Functional test by {asked['owner']['name']}, the designated physiotherapist.")


async def meeting(stage: Stage, pathway: dict[str, Any]) -> None:
    """A network meeting with Veera present; the workshop is not invited without her permission."""
    body: dict[str, Any] = {
        "startsAt": datetime.fromisoformat(pathway["startedAt"]).replace(second=0, microsecond=0).isoformat(),
        **{"reserve": False, "minutes": 60},
        "place": "Heinola health centre",
        "participantIds": [stage.me[p]["personId"] for p in ("coordinator", "employment", "kela", "workshop")],
    }
    refused = await stage.post("nurse", f"/v1/pathways/{pathway['id']}/meetings", body, status=409)
    stage.say(f"Inviting the workshop is refused ({refused['code']}): {refused['detail']}")
    body["participantIds"].pop()
    planned = await stage.post("nurse", f"/v1/pathways/{pathway['id']}/meetings", body)
    held = {"clientParticipation": "present", "notes": "All agree.", "decisions": ["A work trial of two months."]}
    await stage.post("nurse", f"/v1/meetings/{planned['id']}/hold", held, version=planned["version"])
    names = ", ".join(p["name"] for p in planned["participants"])
    stage.say(f"The network meets ({names}); Veera is present.")


async def finish(stage: Stage, referral: dict[str, Any], pathway: dict[str, Any]) -> None:
    """Outcome, feedback due, closing refused, feedback within the permission, acknowledgement, closed."""
    path = await stage.get("nurse", f"/v1/pathways/{pathway['id']}")
    outcome = {"code": "work_trial", "workAbility": "Half days of work with support at the start."}
    path = await stage.post(
        "nurse", f"/v1/pathways/{pathway['id']}/record-outcome", outcome, version=path["version"]
    )  # fmt: skip
    stage.say(
        f"Outcome: {path['outcomes'][0]['label']}. Feedback to the referrer is now {path['referrals'][0]['feedback']}."
    )
    refused = await stage.post(
        "nurse",
        f"/v1/pathways/{pathway['id']}/close",
        {"reason": "plan_completed"},
        version=path["version"],
        status=409,
    )
    stage.say(f"Closing the path is refused ({refused['code']}): {refused['detail']}")
    seen = await stage.get("nurse", f"/v1/referrals/{referral['id']}")
    too_much = {"level": "summary", "body": "The whole path, step by step."}
    refused = await stage.post(
        "nurse", f"/v1/referrals/{referral['id']}/feedback", too_much, version=seen["version"], status=409
    )
    stage.say(f"A summary is more than Veera permitted ({refused['code']}: {', '.join(refused['dataClasses'])}).")
    told = {"level": "conclusion", "body": "Veera can do half days with support. A work trial of two months starts."}
    await stage.post("nurse", f"/v1/referrals/{referral['id']}/feedback", told, version=seen["version"], status=201)
    mine = await stage.get("employment", f"/v1/referrals/{referral['id']}")
    feedback = await stage.get("employment", f"/v1/referrals/{referral['id']}/feedback")
    stage.say(f'The employment expert reads: "{feedback["items"][0]["body"]}" Status: {mine["status"]}.')
    await stage.post(
        "employment", f"/v1/referrals/{referral['id']}/acknowledge-feedback", {}, version=mine["version"]
    )  # fmt: skip
    path = await stage.get("nurse", f"/v1/pathways/{pathway['id']}")
    path = await stage.post(
        "nurse", f"/v1/pathways/{pathway['id']}/close", {"reason": "plan_completed"}, version=path["version"]
    )  # fmt: skip
    stage.say(f"The referrer has acknowledged; the path is {path['state']}. Nobody was lost on the way.")


async def tell_roads(http: httpx.AsyncClient, names: list[str], say: Say) -> None:
    """Play side roads, each with clients of its own."""
    scene = Scene(Stage(http, say))
    for name in names:
        say(f"-- {name}: {ROADS[name].about}")
        await ROADS[name].tell(scene)


def main(argv: list[str]) -> int:
    """Tell the main job, or side roads of it, to the terminal, against a served API in demo mode."""
    settings = read_settings()
    parser = argparse.ArgumentParser(
        prog="python -m app.dev story",
        description=main.__doc__,
        epilog=f"side roads:\n{listed(ROADS.values())}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = f"http://{settings.host}:{settings.port}"
    parser.add_argument("url", nargs="?", default=default, help=f"where the API is served (default {default})")
    parser.add_argument(
        "--road", action="append", default=[], choices=ROADS, metavar="NAME", help="tell this side road"
    )
    parser.add_argument("--all", action="store_true", help="the main job and every side road")
    given = parser.parse_args(argv)
    base, names = given.url, list(ROADS) if given.all else given.road
    print(f"Told by {base}\n")
    count = 0

    def say(text: str) -> None:
        nonlocal count
        if text.startswith("--"):
            print(f"{text}\n")
            return
        count += 1
        print(f"{count:2}. {text}\n")

    async def run() -> None:
        async with httpx.AsyncClient(base_url=base, timeout=20) as http:
            await Scene(Stage(http, say)).room()
            if given.all or not names:
                await tell(http, say)
            await tell_roads(http, names, say)

    try:
        asyncio.run(run())
    except (httpx.UnsupportedProtocol, httpx.InvalidURL):
        print(f"{base} is not an address: write http://host:port", file=sys.stderr)
        return 1
    except httpx.ConnectError:
        print(f"Nobody answers at {base}. Start the API first: python -m app serve", file=sys.stderr)
        return 1
    except StoryBroken as broken:
        print(f"The story broke: {broken}", file=sys.stderr)
        return 1
    return 0
