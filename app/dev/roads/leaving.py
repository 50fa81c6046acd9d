"""Roads of work that changes hands: a physician goes on leave, a nurse leaves. Nothing moves unless somebody says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.dev.roads.scene import Body, Scene, road


async def seat_of(scene: Scene, role: str) -> Body:
    """The seat of Heinola's team, from the directory."""
    found = await scene.get("lead", "/v1/directory", municipality="111")
    return next(dict(seat) for seat in found["teams"][0]["seats"] if seat["role"] == role)


def as_proposed(rows: list[Body], note: str | None = None) -> list[Body]:
    more: dict[str, Any] = {"note": note} if note else {}
    return [
        {"workItemId": r["workItemId"], "version": r["version"], "personId": r["proposal"]["holderId"], **more}
        for r in rows
    ]


@road("leaving", "the physician goes on leave, the nurse leaves: preview, absence, reroutes, handover with notes")
async def leaving(scene: Scene) -> None:
    await scene.me("lead")
    team = next(s["teamId"] for s in (await scene.me("nurse"))["seats"])
    path = await scene.verb("nurse", await scene.sends(), "accept")
    problem = {"areas": ["mental_health"], "mainArea": "mental_health", "demanding": True}
    await scene.post("nurse", f"/v1/pathways/{path['id']}/problem-areas", problem, status=201)
    asked = {"kind": "physician_assessment"}
    asked = await scene.post("nurse", f"/v1/pathways/{path['id']}/assessments", asked, status=201)
    physician = asked["owner"]["personId"]
    work = await mine(scene, "physician_mental", asked["id"])
    work = await scene.post("physician_mental", f"/v1/work-items/{work['id']}/confirm", {}, work)
    scene.must(work["confirmedAt"] is not None, "the physician has said yes to it")
    today = date.today()  # noqa: DTZ011 - the day of whoever tells it
    away = {"personId": physician, "firstOn": str(today), "lastOn": str(today + timedelta(days=60))}
    seen = await scene.post("lead", "/v1/absences/preview", away)
    plan = seen["plans"][0]
    scene.say(f"Before two months of leave are saved: {plan['summary']['total']} open. {plan['items'][0]['proposal']['text']}")
    scene.must(plan["items"][0]["clientId"] is None, "the lead does not read whose physician's assessment it is")
    await scene.post("lead", "/v1/absences", away, status=201)
    still = await mine(scene, "physician_mental", asked["id"])
    scene.must(still["holderId"] == physician, "saving the absence moves nothing")
    ask = {"cause": "absence", "personId": physician}
    plan = await scene.post("lead", f"/v1/teams/{team}/reroute-previews", ask)
    body = {"cause": "absence", "moves": as_proposed(plan["items"])}
    done = await scene.post("lead", f"/v1/teams/{team}/reroutes", body)
    now = await scene.get("nurse", f"/v1/assessments/{asked['id']}")
    scene.must(now["owner"]["personId"] != physician, "the deputy has it")
    scene.say(f"Saving moves nothing. Applied by the lead, {len(done['moved'])} went; the assessment to {now['owner']['name']}.")
    await nurse_leaves(scene, path)


async def nurse_leaves(scene: Scene, path: Body) -> None:
    seat = await seat_of(scene, "unemployed_health_nurse")
    period = next(h for h in seat["holders"])
    row = await scene.get("lead", f"/v1/holders/{period['holderId']}")
    last = {"validTo": str(date.today() + timedelta(days=14))}  # noqa: DTZ011
    at = f"/v1/holders/{row['id']}"
    plan = await scene.post("nurse", f"{at}/handover-preview", last)
    kinds = sorted({one["kindLabel"] for one in plan["items"]})
    scene.say(f"The nurse leaves in two weeks and has {plan['summary']['total']} open: {', '.join(kinds)}.")
    moves = as_proposed(plan["items"], "Prefers mornings; call before noon.")
    short = await scene.post("lead", f"{at}/handover", {**last, "moves": moves[1:]}, row, 409)
    scene.say(f"One forgotten: {short['code']}: {short['detail']}")
    done = await scene.post("lead", f"{at}/handover", {**last, "moves": moves}, row)
    scene.must(done["handedOverAt"] is not None, "from now on nothing new comes")
    told = await scene.get("nurse", "/v1/routing-decisions", subjectId=path["id"])
    scene.must(told["items"][0]["note"] is not None, "the next holder reads the note")
    sent = await scene.seen("nurse", await scene.sends())
    scene.must(sent["owner"]["personId"] != row["personId"], "new work goes to somebody else")
    scene.say(f"All {len(done['moved'])} went to {told['items'][0]['holderName']} and others, each with a note; "
              f"a new referral goes to {sent['owner']['name']}.")  # fmt: skip


async def mine(scene: Scene, who: str, subject: str) -> Body:
    """The piece of work about something, on somebody's list."""
    listed = await scene.get(who, "/v1/worklist", list="mine", limit="200")
    row = next(one for one in listed["items"] if one["subjectId"] == subject)
    return await scene.get(who, f"/v1/work-items/{row['id']}")
