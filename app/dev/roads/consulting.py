"""A road of advice: the coordinator asks the physician, and Kela's adviser on the client's permission."""

from __future__ import annotations

from typing import Any

from app.dev.roads.scene import Body, Scene, road, today


async def seat_of(scene: Scene, role: str) -> str:
    found = await scene.get("coordinator", "/v1/directory", municipality="111")
    return str(next(seat for seat in found["teams"][0]["seats"] if seat["role"] == role)["id"])


async def question(scene: Scene, role: str, theme: str, words: str, **more: Any) -> Body:
    """Agreed with the client today."""
    agreed = {"agreed": True, "on": today(), "how": "phone"}
    seat = await seat_of(scene, role)
    return {"seatId": seat, "theme": theme, "question": words, "agreedWithClient": agreed, **more}


@road("consulting", "the coordinator asks the physician, and Kela's adviser once the client permits it")
async def consulting(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    here = f"/v1/pathways/{path['id']}/consultations"
    words = "Is a work trial too early?"
    asked = await scene.post(
        "coordinator", here, await question(scene, "physician_msk_somatic", "next_step", words), status=201
    )
    scene.say(f"The coordinator asks the physician of the team: {words} An answer is due by {asked['dueOn']}.")
    answer = {"answer": "Half days are possible from January."}
    answered = await scene.post("physician_msk", f"/v1/consultations/{asked['id']}/answer", answer, asked)
    await scene.post("coordinator", f"/v1/consultations/{asked['id']}/close", {}, answered)
    scene.say(f"The physician answers in plain words: {answered['texts'][1]['body']}")

    benefits = await question(scene, "kela_work_ability_adviser", "benefits", "Which allowance fits?")
    refused = await scene.post("coordinator", here, benefits, status=409)
    scene.must(refused["code"] == "consent_missing", "Kela is not asked without the client's permission")
    scene.say(f"Kela's adviser is not asked: {refused['remedy']}")
    waits = await scene.post("coordinator", here, {**benefits, "askLater": True}, status=201)
    await scene.absent("kela", f"/v1/consultations/{waits['id']}")
    kela = (await scene.me("kela"))["memberships"][0]["organisationId"]
    terms = await scene.permission(kela, dataClasses=["participation"], purposes=["service_coordination"])
    await scene.post("nurse", f"/v1/clients/{path['clientId']}/consents", {"kind": "permission", **terms}, status=201)
    row = await scene.get("kela", f"/v1/consultations/{waits['id']}")
    scene.must(row["clientId"] is None, "the adviser opens nothing else of the client")
    told = await scene.post("kela", f"/v1/consultations/{waits['id']}/answer", {"answer": "Ask for partial."}, row)
    scene.say(
        f"The client permits it, and Kela's adviser answers about {row['clientName']}: {told['texts'][1]['body']}"
    )
