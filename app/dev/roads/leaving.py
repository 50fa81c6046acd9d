"""Roads of work that changes hands: a physician goes on leave, a nurse leaves. Nothing moves unless somebody says."""

from __future__ import annotations

from typing import Any

from app.dev.roads.scene import Body, Scene, road, today


async def joins(scene: Scene, name: str, role: str) -> Body:
    """Somebody new on a seat of Heinola's team, so that the town is as before when the road is told. Her period."""
    area = (await scene.me("lead"))["areaId"]
    member = {"organisationId": area, "role": role, "register": "health", "validFrom": today()}
    person = await scene.post("admin", "/v1/persons", {"name": name, "membership": member}, status=201)
    found = await scene.get("lead", "/v1/directory", municipality="111")
    seat = next(seat for seat in found["teams"][0]["seats"] if seat["role"] == role)
    held = {"personId": person["id"], "validFrom": today()}
    return await scene.post("lead", f"/v1/seats/{seat['id']}/holders", held, status=201)


def as_proposed(rows: list[Body], note: str | None = None) -> list[Body]:
    more: dict[str, Any] = {"note": note} if note else {}
    return [
        {"workItemId": r["workItemId"], "version": r["version"], "personId": r["proposal"]["holderId"], **more}
        for r in rows
    ]


@road("leaving", "the physician goes on leave, the nurse leaves: preview, absence, reroutes, handover with notes")
async def leaving(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    await physician_away(scene, path)
    await nurse_leaves(scene)


async def physician_away(scene: Scene, path: Body) -> None:
    period = await joins(scene, "Petra Pihlaja", "physician_mental_substance_neuro")
    problem = {"areas": ["mental_health"], "mainArea": "mental_health", "demanding": True}
    await scene.post("nurse", f"/v1/pathways/{path['id']}/problem-areas", problem, status=201)
    kind, to_her = {"kind": "physician_assessment"}, period["personId"]
    for _ in range(2):
        asked = await scene.post("nurse", f"/v1/pathways/{path['id']}/assessments", kind, status=201)
        if asked["owner"]["personId"] == to_her:
            break
    scene.must(asked["owner"]["personId"] == to_her, "who has least to do gets the next one")
    away = {"personId": period["personId"], "firstOn": today(), "lastOn": today(days=60)}
    plan = (await scene.post("lead", "/v1/absences/preview", away))["plans"][0]
    scene.must(plan["items"][0]["clientId"] is None, "the lead does not read whose physician's assessment it is")
    scene.say(f"Before her leave is saved: {plan['summary']['total']} open. {plan['items'][0]['proposal']['text']}")
    await scene.post("lead", "/v1/absences", away, status=201)
    still = await scene.get("nurse", f"/v1/assessments/{asked['id']}")
    scene.must(still["owner"] == asked["owner"], "saving the absence moves nothing")
    team = f"/v1/teams/{plan['teamId']}"
    plan = await scene.post("lead", f"{team}/reroute-previews", {"cause": "absence", "personId": period["personId"]})
    await scene.post("lead", f"{team}/reroutes", {"cause": "absence", "moves": as_proposed(plan["items"])})
    now = await scene.get("nurse", f"/v1/assessments/{asked['id']}")
    scene.must(now["owner"]["personId"] not in (None, period["personId"]), "somebody else has it")
    scene.say(f"Saving moves nothing. The lead applies the plan: the assessment goes to {now['owner']['name']}.")
    at, empty = f"/v1/holders/{period['id']}", {"validTo": today(), "moves": []}
    await scene.post("lead", f"{at}/handover", empty, await scene.get("lead", at))


async def nurse_leaves(scene: Scene) -> None:
    period = await joins(scene, "Hilla Haapala", "unemployed_health_nurse")
    sent = [await scene.sends() for _ in range(2)]
    seen = [await scene.seen("nurse", one) for one in sent]
    scene.must(any(one["owner"]["personId"] == period["personId"] for one in seen), "the new nurse has her first work")
    at, last = f"/v1/holders/{period['id']}", {"validTo": today(days=14)}
    plan = await scene.post("lead", f"{at}/handover-preview", last)
    scene.say(
        f"She leaves in two weeks and has {plan['summary']['total']} open. {plan['items'][0]['proposal']['text']}"
    )
    moves = as_proposed(plan["items"], "Prefers mornings; call before noon.")
    short = await scene.post("lead", f"{at}/handover", {**last, "moves": moves[1:]}, period, 409)
    scene.say(f"One forgotten is refused ({short['code']}): {short['detail']}")
    await scene.post("lead", f"{at}/handover", {**last, "moves": moves}, period)
    subject = plan["items"][0]["subjectId"]
    told = await scene.get("nurse", "/v1/routing-decisions", subjectId=subject)
    scene.must(told["items"][0]["note"] is not None, "the next holder reads the note")
    confirmed = await confirm(scene, subject)
    new = await scene.seen("nurse", await scene.sends())
    scene.must(new["owner"]["personId"] != period["personId"], "nothing new comes to who goes")
    scene.say(f"All of it went to somebody, with a note for {told['items'][0]['holderName']}, who confirmed it at"
              f" {confirmed}; the next referral goes to {new['owner']['name']}.")  # fmt: skip


async def confirm(scene: Scene, subject: str) -> str:
    """The nurse says yes to what came to her list."""
    listed = await scene.get("nurse", "/v1/worklist", list="mine", limit="200")
    row = next(one for one in listed["items"] if one["subjectId"] == subject)
    done = await scene.post("nurse", f"/v1/work-items/{row['id']}/confirm", {}, row)
    return str(done["confirmedAt"])
