"""Roads of the receiver's answer: returned, rejected, redirected, joined, urgent, two referrals of one client."""

from __future__ import annotations

from app.dev.roads.scene import Scene, road


@road("returned", "returned for information, completed by the sender, sent again")
async def returned(scene: Scene) -> None:
    sent = await scene.sends(unemploymentDays=None)
    body = {"reason": "unclear_reason", "advice": "How long has she been without work?"}
    await scene.verb("nurse", sent, "return", body)
    mine = await scene.seen("employment", sent)
    scene.say(
        f"The nurse returns the referral ({mine['decisionReason']}): “{mine['decisionAdvice']}” The sender "
        f"reads {mine['status']} and may submit again: {scene.allowed(mine, 'submit')}."
    )
    answer = await scene.stage.http.patch(
        f"/v1/referrals/{sent['id']}",
        headers=scene.stage.headers("employment") | {"If-Match": f'"{mine["version"]}"'},
        json={"unemploymentDays": 310},
    )
    scene.stage.expect(200, answer)
    again = await scene.verb("employment", sent, "submit")
    team = await scene.seen("nurse", sent)
    scene.must(team["owner"]["personId"] is not None, "the resubmitted referral has an owner")
    scene.say(
        f"Completed and sent again: status {again['status']}, answer by {again['nextOn']}. It is with the same nurse, "
        f"{team['owner']['name']}; over 300 days: {team['late']}, an indicator and never a bar."
    )
    path = await scene.verb("nurse", sent, "accept")
    scene.say(f"It is accepted; next: {path['nextAction']}.")


@road("rejected", "rejected with a coded reason and advice where to turn; the answer is the feedback")
async def rejected(scene: Scene) -> None:
    sent = await scene.sends()
    body = {"reason": "belongs_to_occupational_health", "advice": "Occupational health care looks after her already."}
    await scene.verb("nurse", sent, "reject", body)
    mine = await scene.seen("employment", sent)
    scene.must(mine["status"] == "rejected", "the sender reads the rejection")
    scene.say(f"Rejected ({mine['decisionReason']}) with advice: “{mine['decisionAdvice']}” The sender hears at once.")
    gone = await scene.absent("nurse", f"/v1/referrals/{sent['id']}")
    scene.say(f"The team took nobody on, so it has no care relationship any more ({gone['code']}).")


@road("redirected", "sent to one team, given on to another in one chain")
async def redirected(scene: Scene) -> None:
    sent = await scene.sends()
    directory = await scene.get("nurse", "/v1/directory")
    hollola = next(team for team in directory["teams"] if team["code"] == "hollola")
    body = {"teamId": hollola["id"], "reason": "moved_within_area"}
    await scene.verb("nurse", sent, "redirect", body)
    there = await scene.seen("hollola_nurse", sent)
    scene.must(there["owner"]["personId"] is not None, "it has an owner in the other team")
    mine = await scene.seen("employment", sent)
    scene.say(
        f"Redirected to {hollola['name']}: its first owner there is {there['owner']['name']}. The sender reads "
        f"{mine['status']} as before; nothing is sent anew."
    )
    await scene.verb("hollola_nurse", sent, "accept")
    await scene.absent("nurse", f"/v1/referrals/{sent['id']}")
    scene.say("The other team takes the client on; the first one sees nothing of the case any more.")


@road("urgent", "an urgent referral: an answer in one working day")
async def urgent(scene: Scene) -> None:
    slow, quick = await scene.sends(), await scene.sends(urgency="urgent")
    scene.must(quick["nextOn"] < slow["nextOn"], "an urgent one is answered sooner")
    scene.say(f"Routine: an answer by {slow['nextOn']}. Urgent: by {quick['nextOn']}. Both in working days.")
    inbox = await scene.get("nurse", "/v1/worklist", list="inbox", sort="due", limit="200")
    order = [row["subjectId"] for row in inbox["items"]]
    scene.must(order.index(quick["id"]) < order.index(slow["id"]), "the urgent one stands first")
    scene.say("Ordered by date, the urgent one stands first in the nurse's inbox.")


@road("joined", "a second sender, the same client: both referrals on one path, each with its own feedback")
async def joined(scene: Scene) -> None:
    first = await scene.referral()
    sent = await scene.post("employment", "/v1/referrals", first, status=201)
    path = await scene.verb("nurse", sent, "accept")
    second = await scene.referral("workshop", client=first["client"])
    other = await scene.post("workshop", "/v1/referrals", second, status=201)
    seen = await scene.seen("nurse", other)
    scene.must(seen["runningPathwayId"] == path["id"], "the running path is shown")
    refused = await scene.verb("nurse", other, "accept", status=409)
    scene.say(f"The workshop refers her too. A parallel path is refused ({refused['code']}): {refused['detail']}")
    await scene.verb("nurse", other, "accept", {"joinPathwayId": path["id"]})
    path = await scene.path_verb("nurse", path, "record-outcome", {"code": "work_trial", "workAbility": "Half days."})
    scene.must(len(path["referrals"]) == 2, "two referrals on one path")
    await scene.verb("nurse", sent, "feedback", {"level": "conclusion", "body": "Half days are possible."})
    path = await scene.get("nurse", f"/v1/pathways/{path['id']}")
    owed = [r["feedback"] for r in path["referrals"]]
    scene.must(sorted(owed) == ["given", "owed"], "each has its own feedback")
    scene.say("Joined to the running path. One has its feedback, the other is still owed: closing waits for it.")
    await scene.verb("nurse", other, "feedback", {"level": "closure_notice"})
    await scene.path_verb("nurse", path, "close", {"reason": "plan_completed"})
    scene.say("The workshop gets a notice without content; only now the path closes.")
