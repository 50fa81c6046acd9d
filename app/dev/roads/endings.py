"""Roads that end early: withdrawn, cancelled, entered in error, permission refused; and what the sender may know."""

from __future__ import annotations

from app.dev.roads.scene import Body, Scene, road, today
from app.dev.stage import test_identity_code

AINO = "010100A905M"  # the client of the town who can sign in
SAME = ("status", "nextOn", "nextIs", "version", "decidedAt", "decisionReason", "endedReason", "feedback", "clientId")


def shown(row: Body) -> Body:
    """What a sender could compare."""
    return {name: row[name] for name in SAME} | {
        "actions": [(one["action"], one["allowed"], one["because"]) for one in row["allowedActions"]]
    }


@road("withdrawn", "the client withdraws; the sender reads nothing of it")
async def withdrawn(scene: Scene) -> None:
    twin = await scene.sends()
    mine = await scene.referral()
    mine["client"] |= {"identityCode": AINO, "givenName": "Aino", "familyName": "Esimerkki"}
    sent = await scene.post("employment", "/v1/referrals", {**mine, "allowDuplicate": True}, status=201)
    own = await scene.verb("client", sent, "withdraw", {"reason": "I found a job myself."})
    scene.say(f"Aino withdraws the referral herself: status {own['status']} for her.")
    one, other = await scene.seen("employment", sent), await scene.seen("employment", twin)
    scene.must(shown(one) == shown(other), "a withdrawn referral reads like a running one")
    scene.say("Her sender's view is field by field that of a referral that runs on: status, dates, version, actions.")
    await scene.verb("nurse", sent, "feedback", {"level": "closure_notice"})
    ended = await scene.seen("employment", sent)
    scene.say(f"The team sends the notice without content: the sender now reads “{ended['status']}”, as after any end.")


@road("cancelled", "the sender takes it back before it is taken on")
async def cancelled(scene: Scene) -> None:
    sent = await scene.sends()
    mine = await scene.verb("employment", sent, "cancel", {"reason": "Sent to the wrong area."})
    inbox = await scene.get("nurse", "/v1/worklist", list="team", limit="200")
    scene.must(sent["id"] not in [row["subjectId"] for row in inbox["items"]], "no work is left of it")
    scene.say(f"Cancelled by the sender: {mine['status']}. It is off the nurse's list; nothing else is left behind.")
    gone = await scene.absent("nurse", f"/v1/referrals/{sent['id']}")
    scene.say(f"The team took nobody on, and sees the client no more ({gone['code']}).")


@road("error", "entered in error: it stays to be seen as such")
async def error(scene: Scene) -> None:
    sent = await scene.sends()
    mine = await scene.verb("employment", sent, "mark-entered-in-error", {"reason": "Another person of that name."})
    scene.must(mine["status"] == "entered_in_error", "marked")
    scene.say(f"Marked: {mine['status']}, “{mine['endedReason']}”. Nothing is deleted.")


@road("refused", "the client refuses permission: the statutory check goes on, nothing leaks to the sender")
async def refused(scene: Scene) -> None:
    body = await scene.referral()
    del body["permission"]
    told = await scene.post("employment", "/v1/referrals", body, status=409)
    scene.say(f"Without the client's permission the office cannot refer ({told['code']}): {told['detail']}")
    call = await scene.referral("nurse", source="self", channel="phone")
    call["client"]["identityCode"] = test_identity_code()
    del call["permission"]
    sent = await scene.post("nurse", "/v1/referrals", call, status=201)
    path = await scene.verb("nurse", sent, "accept")
    scene.say("The client calls the nurse instead: a self-referral needs nobody's permission, and is taken on.")
    area = await scene.me("nurse")
    office = (await scene.me("employment"))["memberships"][0]["organisationId"]
    refusal = {"kind": "refusal", **await scene.permission(office), "howGiven": "oral"}
    await scene.post("nurse", f"/v1/clients/{path['clientId']}/consents", refusal, status=201)
    asked = await scene.post("nurse", f"/v1/pathways/{path['id']}/assessments", {"kind": "health_check"}, status=201)
    scene.say(
        f"She tells the nurse that the office must not hear of it: recorded as a refusal by {area['name']}. The health "
        f"check goes on all the same (C-33): it is with {asked['owner']['name']}."
    )
    meeting = {
        "startsAt": f"{today(days=30)}T08:00:00Z", "minutes": 60, "place": "Health centre",
        "participantIds": [(await scene.me("employment"))["personId"]],
    }  # fmt: skip
    stopped = await scene.post("nurse", f"/v1/pathways/{path['id']}/meetings", meeting, status=409)
    found = await scene.post("employment", "/v1/referrals/search", {"identityCode": call["client"]["identityCode"]})
    scene.must(found["items"] == [], "the office finds nobody")
    scene.say(f"Inviting the office is refused ({stopped['code']}), and a search by the office finds nobody.")
