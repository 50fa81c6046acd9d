"""Peers who meet without clients: a convener, a supervisor's permission, three rooms, and how many came from where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.dev.roads.scene import Scene, road

ROOMS = ["Finding placements", "Stronger during the period", "What comes after"]


@road("network", "peers meet without clients: no convener, no network; nobody comes without a supervisor's permission")
async def network(scene: Scene) -> None:
    convener, kela = await scene.me("coordinator"), await scene.me("kela")
    named = {"name": "Rehabilitative work", "purpose": "What is looked at when somebody begins"}
    refused = await scene.post("coordinator", "/v1/networks", named, status=422)
    scene.say(f"Without a convener there is none ({refused['code']}).")
    made = await scene.post("coordinator", "/v1/networks", {**named, "convenerId": convener["personId"]}, status=201)
    here = f"/v1/networks/{made['id']}"
    joins = {
        "personId": kela["personId"],
        "organisationId": kela["memberships"][0]["organisationId"],
        "role": "kela_work_ability_adviser",
    }
    made = await scene.post("kela", f"{here}/members", joins, made)
    began = (datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=2)).isoformat()
    meeting = {"startsAt": began, "minutes": 90, "place": "Teams", "themes": ["Where do they come from?"],
               "rooms": ROOMS}  # fmt: skip
    made = await scene.post("coordinator", f"{here}/meetings", meeting, made)
    member, record = made["members"][0], f"{here}/meetings/{made['meetings'][0]['id']}/record"
    said = {"present": [{"memberId": member["id"], "room": ROOMS[0]}], "notes": "What is written into the plans."}
    refused = await scene.post("coordinator", record, said, made, status=409)
    scene.say(f"{member['name']} is {member['state']}, and is not counted yet ({refused['code']}).")
    approve = f"{here}/members/{member['id']}/approve"
    refused = await scene.post("kela", approve, {"supervisor": "A supervisor at Kela"}, made, status=403)
    scene.must(refused["code"] == "approver_is_member", "nobody permits it to themself")
    made = await scene.post("coordinator", approve, {"supervisor": "A supervisor at Kela"}, made)
    coded = await scene.post("coordinator", record, {**said, "notes": "010100A905M"}, made, status=422)
    scene.say(f"A client's identity code in the notes is refused ({coded['code']}).")
    made = await scene.post("coordinator", record, said, made)
    (counted,) = made["meetings"][0]["byOrganisation"]
    scene.say(f"Held in {len(ROOMS)} rooms; from {counted['organisation']}: {counted['present']}.")
