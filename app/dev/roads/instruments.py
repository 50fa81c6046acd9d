"""Roads of instruments: one that reveals a need for guidance, one that tells of danger, an episode with two scores."""

from __future__ import annotations

from app.dev.roads.scene import Body, Scene, road, today


def phq9(*values: int) -> list[Body]:
    return [{"item": f"phq9_{number}", "value": value} for number, value in enumerate(values, start=1)]


@road("guidance", "a WHODAS in rehabilitative work reveals that guidance is needed; it is given at once")
async def guidance(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    here, area = f"/v1/pathways/{path['id']}", (await scene.me("nurse"))["areaId"]
    until = today(days=60)
    part = {
        "kind": "rehabilitative_work_activity", "organiserId": area, "payerId": area, "providerId": area,
        "startsOn": today(), "endsOn": until,
    }  # fmt: skip
    await scene.post("nurse", f"{here}/participations", part, status=201)
    answers = [{"item": f"S{number}", "value": 3 if number in (3, 6) else 2} for number in range(1, 13)]
    told = {"instrument": "whodas12", "mode": "interview", "answeredOn": today(), "answers": answers}
    made = await scene.post("social", f"{here}/responses", told, status=201)
    scene.must(made["guidance"]["decision"] == "prompted", "completing it asks, and blocks nothing")
    scene.say(f"The social counsellor fills WHODAS with her in rehabilitative work: {made['score']} of 60. No cut-off.")
    waiting = await scene.get("social", "/v1/responses", guidance="prompted", clientId=path["clientId"])
    scene.must(len(waiting["items"]) == 1, "a prompt without an answer is a list")
    given = {"decision": "guided", "targets": ["memory_nurse"], "agreedWithClient": True}
    said = await scene.post("social", f"/v1/responses/{made['id']}/answer-guidance", given, made)
    scene.must(said["guidance"]["targets"] == ["memory_nurse"], "guided, with where to")
    await scene.absent("nurse", f"/v1/responses/{made['id']}")
    scene.say("It reveals a need: she is guided to the memory nurse at once. The answers stay in the social register.")


@road("danger", "a PHQ-9 by a link tells of self-harm: the client reads of help, a named person is told at once")
async def danger(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    ask = {"instrument": "phq9", "language": "en"}
    asked = await scene.post("nurse", f"/v1/pathways/{path['id']}/response-requests", ask, status=201)
    link = await scene.post("nurse", f"/v1/responses/{asked['id']}/links", {}, asked, 201)
    http, held = scene.stage.http, {"Form-Token": link["token"]}
    opened = scene.stage.expect(200, await http.get("/v1/answering", headers=held))
    scene.must("score" not in opened and "band" not in opened, "a client sees no score and no band")
    version, body = {**held, "If-Match": f'"{opened["version"]}"'}, {"answers": phq9(0, 0, 0, 0, 0, 0, 0, 0, 1)}
    sent = scene.stage.expect(200, await http.post("/v1/answering/submit", headers=version, json=body))
    scene.must(sent["help"]["emergency"] == "112", "where there is help is said at once")
    scene.say(f"She answers by a link that names nobody, and reads: {sent['help']['text']['en']}")
    seen = await scene.get("nurse", f"/v1/responses/{asked['id']}")
    scene.must(seen["score"] == 1 and seen["safety"]["handledAt"] is None, "whatever the sum, somebody must see to it")
    stuck = await scene.get("nurse", "/v1/stuck-cases", code="safety_unseen", clientId=path["clientId"])
    scene.must(len(stuck["items"]) == 1, "it stands first on the list of what is stuck")
    note = {"note": "Called at once; a physician's time today."}
    await scene.post("nurse", f"/v1/responses/{asked['id']}/handle-safety", note, seen)
    await scene.absent("coordinator", f"/v1/responses/{asked['id']}")
    scene.say("The sum is 1 of 27, and still the nurse is told by name, calls, and records it. Nobody else sees it.")


@road("episode", "a coordinator's episode with its start and end score, and the change between them")
async def episode(scene: Scene) -> None:
    by, given = "padasjoki_coordinator", await scene.referral()
    given["client"]["municipality"] = "576"
    sent = await scene.post("employment", "/v1/referrals", given, status=201)
    path = await scene.verb(by, sent, "accept", {"template": "coordinator_episode"})
    here = f"/v1/pathways/{path['id']}"
    for step in path["steps"]:
        at = f"/v1/pathway-steps/{step['id']}"
        if step["kind"] in ("start_score", "end_score"):
            await asked(scene, by, here, *(("start", 3) if step["kind"] == "start_score" else ("end", 6)))
        elif step["kind"] not in ("outcome", "feedback"):
            verb, body = ("skip", {"reason": "not_needed"}) if step["optional"] else ("complete", {})
            await scene.post(by, f"{at}/{verb}", body, step)
    changes = await scene.get(by, f"/v1/clients/{path['clientId']}/instrument-changes")
    [was] = [one for one in changes["items"] if one["instrument"] == "was"]
    scene.must(was["change"]["because"] is None, "the same version, twice: compared")
    scene.say(f"Work ability from {was['points'][0]['score']} to {was['points'][-1]['score']}: said, and not judged.")
    path = await scene.path_verb(by, path, "record-outcome", {"code": "work_trial"})
    await scene.verb(by, sent, "feedback", {"level": "closure_notice"})
    path = await scene.path_verb(by, path, "close", {"reason": "plan_completed"})
    scene.must((path["state"], path["scores"]["change"]) == ("closed", 3), "the episode has both its scores")
    scene.say("The episode closes with both scores; without the end score it would not.")


async def asked(scene: Scene, by: str, here: str, moment: str, score: int) -> None:
    """The item as the client answers it, and its score as the episode's."""
    answers = [{"item": "was", "value": score}]
    told = {"instrument": "was", "mode": "interview", "answeredOn": today(), "answers": answers}
    await scene.post(by, f"{here}/responses", told, status=201)
    said = {"moment": moment, "score": score, "askedHow": "in_person"}
    await scene.post(by, f"{here}/scores", said, status=201)
