"""Roads into the service: the client's own login, a call, a meeting, another team's path, somebody unknown."""

from __future__ import annotations

from app.dev.roads.endings import AINO
from app.dev.roads.scene import Scene, road, today
from app.dev.stage import test_identity_code


@road("own", "the client refers themself with their own login, and gets the feedback in plain words")
async def own(scene: Scene) -> None:
    body = {"reason": "My back hurts and I cannot lift any more.", "hopedFor": "Work that my back can take."}
    sent = await scene.post("client", "/v1/referrals/own", {**body, "allowDuplicate": True}, status=201)
    scene.must(sent["source"] == "self", "a self-referral")
    scene.say(f"Aino signs in and writes two sentences. Source {sent['source']}, status {sent['status']}.")
    seen = await scene.seen("nurse", sent)
    scene.must(seen["owner"]["name"] is not None, "it has an owner")
    over = {"joinPathwayId": seen["runningPathwayId"]} if seen["runningPathwayId"] else {}
    path = await scene.verb("nurse", sent, "accept", over)
    await scene.path_verb("nurse", path, "record-outcome", {"code": "studies", "workAbility": "Light work suits."})
    told = {"level": "conclusion", "body": "Light work suits you. You start a course in January."}
    await scene.verb("nurse", sent, "feedback", told)
    mine = await scene.get("client", f"/v1/referrals/{sent['id']}/feedback")
    scene.say(f"Whoever referred hears, and that is Aino: “{mine['items'][0]['body']}”")


@road("call", "the client's own call, taken by a nurse; at risk of unemployment, with 0 days")
async def call(scene: Scene) -> None:
    client = {
        "identityCode": test_identity_code(), "givenName": "Ville", "familyName": "Virtanen-Esimerkki",
        "municipality": "111", "phone": "+358 40 0000 000", "status": "at_risk",
    }  # fmt: skip
    body = {"client": client, "reason": "Afraid to lose his work.", "source": "self", "channel": "phone"}
    sent = await scene.post("nurse", "/v1/referrals", {**body, "unemploymentDays": 0}, status=201)
    seen = await scene.seen("nurse", sent)
    scene.must(seen["late"] is False, "0 days are not late")
    scene.say(f"Ville calls before he is unemployed: 0 days, late: {seen['late']}. No organisation.")


@road("meeting", "first contact in a meeting held elsewhere; the link is kept")
async def meeting(scene: Scene) -> None:
    held = {
        "kind": "activation_plan_meeting", "heldOn": today(),
        "organisedBy": "The town's social services",
    }  # fmt: skip
    sent = await scene.sends(source="joint_meeting", meetingHeld=held)
    seen = await scene.seen("nurse", sent)
    scene.must(seen["meetingHeld"]["kind"] == "activation_plan_meeting", "the link is kept")
    scene.say(f"From a meeting of {held['heldOn']}: source {seen['source']}, kept: {seen['meetingHeld']['kind']}.")


@road("onward", "a coordinator sends on to another team, on the client's permission; the need assessment is enough")
async def onward(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    directory = await scene.get("coordinator", "/v1/directory")
    hollola = next(team for team in directory["teams"] if team["code"] == "hollola")
    body = {"teamId": hollola["id"], "reason": "Moves to Hollola; coordination goes on there."}
    sent = await scene.post("coordinator", f"/v1/pathways/{path['id']}/onward-referrals", body, status=201)
    there = await scene.seen("hollola_nurse", sent)
    scene.must(there["originPathwayId"] == path["id"], "the path it came from is kept")
    scene.say(f"Source {there['source']}, no physician in between; with {there['owner']['name']} of {hollola['name']}.")


@road("unknown", "a letter from somebody unknown: taken in all the same; nobody can be told, and that is said")
async def unknown(scene: Scene) -> None:
    body = await scene.referral("nurse", senderDescription="A neighbour who did not give a name", channel="letter")
    sent = await scene.post("nurse", "/v1/referrals", body, status=201)
    path = await scene.verb("nurse", sent, "accept")
    await scene.path_verb("nurse", path, "record-outcome", {"code": "continues_as_jobseeker"})
    seen = await scene.verb("nurse", sent, "waive-feedback", {"reason": "party_unknown"})
    scene.say(f"“{seen['senderDescription']}”. Feedback: {seen['feedback']['state']}, party_unknown.")


@road("representative", "a supporter refers for a known client on a mandate; an ended one is refused")
async def representative(scene: Scene) -> None:
    found = await scene.post("nurse", "/v1/clients/search", {"identityCode": AINO})
    client = found["items"][0]["id"]
    given = {
        "name": "Raija Esimerkki", "relation": "close_person", "mandate": "written_authorisation",
        "scopes": ["refer", "be_present"], "evidence": "Signed on paper, seen.",
    }  # fmt: skip
    who = await scene.post("nurse", f"/v1/clients/{client}/representatives", given, status=201)
    body = {
        "clientId": client, "representativeId": who["id"], "source": "self", "channel": "phone",
        "reason": "Aino asks me to call for her.", "allowDuplicate": True,
    }  # fmt: skip
    sent = await scene.post("nurse", "/v1/referrals", body, status=201)
    scene.say(f"{who['name']} refers for Aino (mandate: {who['mandate']}): status {sent['status']}.")
    await scene.post("nurse", f"/v1/representatives/{who['id']}/end", {"reason": "client_ended"}, who)
    refused = await scene.post("nurse", "/v1/referrals", body, status=409)
    scene.say(f"On a mandate that has ended it is refused ({refused['code']}): {refused['detail']}")
