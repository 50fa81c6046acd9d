"""Roads of anonymous questions among colleagues: answered and published, carried on, and a referral with permission."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.dev.roads.scene import Body, Scene, road, today
from app.dev.stage import test_identity_code

EXPERTS = ["physician_mental_substance_neuro", "physician_msk_somatic", "kela_work_ability_adviser"]
ASKED = "Sick days ran out before rehabilitation begins. What does one live on?"
ANSWER = "Rehabilitation allowance, if Kela granted the rehabilitation; otherwise labour market subsidy."


async def forum(scene: Scene) -> Body:
    """KuumaLinja: nurses and coordinators ask, physicians and Kela's adviser answer; the coordinator convenes."""
    kela = (await scene.me("kela"))["memberships"][0]["organisationId"]
    return await scene.post(
        "lead",
        "/v1/forums",
        {
            "kind": "kuumalinja_session", "name": "KuumaLinja",
            "askerRoles": ["unemployed_health_nurse", "work_ability_coordinator"], "expertRoles": EXPERTS,
            "organisationIds": [kela], "convenerId": (await scene.me("coordinator"))["personId"],
        },
        status=201,
    )  # fmt: skip


async def asks(scene: Scene, where: Body, **over: object) -> Body:
    body = {"body": ASKED, "themes": ["kela_benefits"], "language": "en", **over}
    return await scene.post("nurse", f"/v1/forums/{where['id']}/questions", body, status=201)


async def planned(scene: Scene, where: Body, days: int) -> Body:
    starts = (datetime.now(UTC) + timedelta(days=days)).replace(second=0, microsecond=0)
    convener = (await scene.me("coordinator"))["personId"]
    body = {"startsAt": starts.isoformat(), "place": "Teams", "convenerId": convener}
    return await scene.post("coordinator", f"/v1/forums/{where['id']}/sessions", body, status=201)


@road("kuumalinja", "a question about nobody by name: answered in the thread, published with the asker's word")
async def kuumalinja(scene: Scene) -> None:
    where = await forum(scene)
    told = {"body": f"{ASKED} It is about {test_identity_code()}.", "themes": ["kela_benefits"]}
    refused = await scene.post("nurse", f"/v1/forums/{where['id']}/questions", told, status=422)
    scene.say(
        f"The nurse's first text holds an identity code and is refused ({refused['code']}): nobody is named here."
    )
    asked = await asks(scene, where, way="thread")
    here = f"/v1/forum-questions/{asked['id']}"
    row = await scene.post("kela", f"{here}/answer", {"body": ANSWER}, asked)
    scene.say("Asked between two sessions, it is answered in the thread by Kela's adviser, before any session is held.")
    entry = {
        "title": "Between sick days and rehabilitation", "question": ASKED, "answer": ANSWER, "language": "en",
        "themes": row["themes"], "reviewOn": today(days=365),
    }  # fmt: skip
    draft = await scene.post("physician_mental", f"{here}/library-entries", entry, status=201)
    at = f"/v1/library-entries/{draft['id']}"
    early = await scene.post("physician_msk", f"{at}/publish", {}, draft, status=409)
    agreed = await scene.post("nurse", f"{at}/agree", {}, draft)
    await scene.post("physician_mental", f"{at}/publish", {}, agreed, status=403)
    await scene.post("physician_msk", f"{at}/publish", {}, agreed)
    scene.say(f"For the library it needs the asker's agreement ({early['code']}) and another expert's check.")
    found = await scene.get("social", "/v1/library-entries", words="rehabilitation allowance")
    scene.must(draft["id"] in [one["id"] for one in found["items"]], "it is found by its words")
    scene.must(all(one["questionId"] is None for one in found["items"]), "the library does not say who asked")
    scene.say("The social counsellor, who is not in the forum, finds it by its words, and nothing says who asked.")


@road("carried", "a question that a session did not reach is carried to the next one by itself")
async def carried(scene: Scene) -> None:
    where = await forum(scene)
    asked = await asks(scene, where, isCase=True)
    here = f"/v1/forum-questions/{asked['id']}"
    scene.must(asked["forumSessionId"] is None, "no session is planned: it is open in the thread")
    first, second, third = [await planned(scene, where, days) for days in (3, 33, 63)]
    scene.must((await scene.get("nurse", here))["forumSessionId"] == first["id"], "the first session takes it up")
    for off in (first, second):
        await scene.post("coordinator", f"/v1/forum-sessions/{off['id']}/cancel", {"reason": "Nobody can come."}, off)
    row = await scene.get("nurse", here)
    scene.must(row["forumSessionId"] == third["id"], "it waits for the next one")
    often = (await scene.get("coordinator", f"/v1/forums/{where['id']}"))["carriedTooOften"]
    scene.must([one["id"] for one in often] == [asked["id"]], "the convener sees it")
    scene.say(
        f"Two sessions are called off: the question was carried on {row['carriedTimes']} times, waits for the third, "
        "and the convener is shown it. Nothing had to move it."
    )
    await scene.post("coordinator", f"/v1/forum-sessions/{third['id']}/cancel", {"reason": "Summer."}, third)
    row = await scene.get("nurse", here)
    scene.must(row["forumSessionId"] is None, "open in the thread again")
    scene.say("With no session left it is open in the thread, where any expert may answer it.")


@road("question-referral", "a question becomes a referral only when the client permits it; the question names nobody")
async def question_referral(scene: Scene) -> None:
    where = await forum(scene)
    asked = await asks(scene, where)
    here = f"/v1/forum-questions/{asked['id']}"
    answered = await scene.post("physician_msk", f"{here}/answer", {"body": "The team could help."}, asked)
    scene.say("The physician answers: the team could help. The nurse takes the idea to the client, who decides.")
    body = await scene.referral("nurse")
    without = {name: value for name, value in body.items() if name != "permission"}
    refused = await scene.post("nurse", f"{here}/referrals", without, status=422)
    sent = await scene.post("nurse", f"{here}/referrals", body, status=201)
    scene.must(sent["originQuestionId"] == asked["id"], "the referral keeps the link")
    scene.say(f"Without permission nothing is referred ({refused['code']}); with it the referral keeps the link.")
    now = await scene.get("physician_msk", here)
    scene.must(sent["id"] not in str(now) and now["version"] == answered["version"], "the question is as it was")
    scene.say(
        "To the readers of the question nothing has changed: it says neither that there is a referral, nor of whom."
    )
