"""The road of many eyes: a need that anybody identifies, what each then finds, and a statement of the whole (C-17)."""

from __future__ import annotations

from app.dev.roads.scene import Body, Scene, day_of, road


async def records(scene: Scene, who: str, path: Body, kind: str, body: Body) -> Body:
    """Written by who is there, and signed."""
    return await scene.post(who, f"/v1/pathways/{path['id']}/recorded-assessments", {"kind": kind, **body}, status=201)


def resting_on(*rows: Body) -> Body:
    cited = [{"kind": "assessment", "id": row["id"]} for row in rows]
    return {"overall": {"summary": "Half days at first, with a coach beside.", "contributions": cited}}


@road("whole", "a need identified by a social counsellor, the health check, and an overall statement citing both")
async def whole(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    need = {
        "needs": [{"barrier": "barrier_skills", "words": "The licence for forklifts has lapsed."}],
        "helps": "A course with others.", "nextStep": "The coordinator asks when the next course begins.",
        "agreedWithClient": True,
    }  # fmt: skip
    first = await records(scene, "social", path, "need_identification", {"needIdentification": need})
    scene.must((first["documentState"], first["decisionId"]) == ("signed", None), "it is signed, and nobody was asked")
    scene.say(f"The social counsellor identifies a need in one form: signed at once, register {first['register']}.")
    plan = {"findings": "Wants to work again; mornings suit best.", "nextStep": "A course, then a trial."}
    second = await records(scene, "coordinator", path, "coordinator_assessment", {"coordinator": plan})
    result = {"test": "Six-minute walk", "result": 510, "unit": "m"}
    walked = {
        "testedOn": day_of(first["signedAt"]), "testedBy": "The town's sports coordinator",
        "tester": "sports_coordinator", "results": [result],
    }  # fmt: skip
    third = await records(scene, "coordinator", path, "fitness_test", {"fitnessTest": walked})
    scene.say(
        f"The coordinator adds a needs assessment and a fitness test ({third['register']}): no routing for either."
    )
    alone = await records(scene, "coordinator", path, "overall_statement", resting_on(second, third))
    codes = [warning["code"] for warning in alone["warnings"]]
    scene.must(codes == ["contributions_of_one_role"], "one role alone is warned of")
    scene.say(
        f"A statement on one role's work is signed all the same, with a warning: {alone['warnings'][0]['text']['en']}"
    )
    refused = await scene.post(
        "coordinator", f"/v1/pathways/{path['id']}/recorded-assessments",
        {"kind": "overall_statement", **resting_on(second, first)}, status=422,
    )  # fmt: skip
    scene.say(f"Social care's own words are not the coordinator's to cite ({refused['code']}).")
    both = await records(scene, "social", path, "overall_statement", resting_on(first, second))
    scene.must(both["warnings"] == [] and both["register"] == "social", "two roles, in the stricter register")
    roles = " and ".join(str(one["role"]) for one in both["contributions"])
    scene.say(f"The social counsellor's statement rests on {roles}: no warning, register {both['register']}.")
    anew = {"overall": {"recommendation": "A course in January."}}
    silent = await scene.post("social", f"/v1/assessments/{both['id']}/amend", anew, both, 422)
    scene.say(f"It is not changed silently ({silent['code']}).")
    amended = await scene.post("social", f"/v1/assessments/{both['id']}/amend", {**anew, "reason": "Agreed."}, both)
    kept = await scene.get("social", f"/v1/assessments/{both['id']}/versions")
    scene.must((amended["documentState"], len(kept["items"])) == ("amended", 1), "the original is kept")
    scene.say("Amended with a reason: the original stays among its versions.")


@road("care_team", "an ordinary physician's assessment goes to the client's own care team, and its answer is recorded")
async def care_team(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    here = f"/v1/clients/{path['clientId']}"
    row = await scene.get("nurse", here)
    named = await scene.stage.http.patch(
        here, headers=scene.stage.headers("nurse") | {"If-Match": f'"{row["version"]}"'},
        json={"ownCareTeam": "Health station 2"},
    )  # fmt: skip
    scene.stage.expect(200, named)
    area = (await scene.me("nurse"))["areaId"]
    terms = await scene.permission(area, dataClasses=["health"], purposes=["work_ability_assessment"])
    consent = await scene.post("nurse", f"{here}/consents", {"kind": "permission", **terms}, status=201)
    at = f"/v1/pathways/{path['id']}"
    await scene.post("nurse", f"{at}/problem-areas", {"areas": ["somatic"], "demanding": False}, status=201)
    asked = await scene.post("nurse", f"{at}/assessments", {"kind": "physician_assessment"}, status=201)
    scene.say(f"Not demanding, so it waits for {asked['owner']['queue']}: no seat of the team holds it.")
    today = day_of(consent["validFrom"])
    answer = {
        "answeredBy": "A physician of the station", "answeredByRole": "physician", "askedOn": today,
        "answeredOn": today, "consentId": consent["id"], "findings": "Treated; a check in three months.",
        "workAbility": "Half days are possible.",
    }  # fmt: skip
    where = f"/v1/assessments/{asked['id']}/record-care-team-answer"
    firm = await scene.post("nurse", where, {**answer, "conclusion": "work_incapacity_indicated"}, asked, 403)
    scene.say(f"The nurse concludes no incapacity for them ({firm['code']}).")
    statement = {"kind": "b_statement", "datedOn": today, "keptAt": "Patient record of the station"}
    done = await scene.post("nurse", where, {**answer, "statements": [statement]}, asked)
    scene.must((done["state"], done["author"]["role"]) == ("completed", "own_care_team"), "the answer completes it")
    scene.say("The answer is written down with who said it, when and on which permission: the assessment is completed.")
