"""Roads while it goes on: waiting, a client who does not come, the form before the check, a document, old records."""

from __future__ import annotations

import hashlib

from app.dev.roads.endings import shown
from app.dev.roads.scene import Scene, road

LETTER = b"A statement about earlier rehabilitation.\n"


@road("waiting", "put on the waiting list, checked again with its age, taken on when there is room")
async def waiting(scene: Scene) -> None:
    sent = await scene.sends()
    team = await scene.verb("nurse", sent, "waitlist", {"reason": "capacity_full"})
    mine = await scene.seen("employment", sent)
    scene.must((mine["status"], mine["nextOn"]) == ("waitlisted", None), "the sender reads the word and no date")
    scene.say(f"No room now: it waits since {team['waitingSince']}, to be checked again on {team['recheckOn']}.")
    asked = {"result": "more_urgent", "how": "phone", "note": "Sleeps worse; asks for an earlier time."}
    team = await scene.verb("nurse", sent, "recheck", asked)
    listed = await scene.get("nurse", "/v1/worklist", list="waiting", limit="200")
    scene.must(sent["id"] in [row["subjectId"] for row in listed["items"]], "it stands on the list of those who wait")
    scene.say(f"Checked again by phone: priority {team['priority']}, next on {team['recheckOn']}.")
    path = await scene.verb("nurse", sent, "accept")
    told = await scene.get("nurse", f"/v1/referrals/{sent['id']}/history")
    scene.say(f"Taken on: {path['nextAction']}. The history: " + " ".join(line["sentence"] for line in told["items"]))


@road("absent", "the client does not come and is not reached; the sender learns nothing of it")
async def absent(scene: Scene) -> None:
    sent = await scene.sends()
    path = await scene.verb("nurse", sent, "accept")
    before = shown(await scene.seen("employment", sent))
    log = f"/v1/clients/{path['clientId']}/contacts"
    for result, channel in (("did_not_come", "meeting"), ("no_answer", "phone"), ("left_message", "phone")):
        entry = {"direction": "outgoing", "channel": channel, "result": result, "pathwayId": path["id"]}
        await scene.post("nurse", log, entry, status=201)
    state = await scene.get("nurse", f"/v1/clients/{path['clientId']}/contact-state")
    tried = ", ".join(f"{one['channel']} {one['attempts']}" for one in state["attempts"])
    scene.must(state["noShows"] == 1, "the no-show is counted")
    scene.say(f"No-shows {state['noShows']}; attempts: {tried}; not tried yet: {', '.join(state['untriedChannels'])}.")
    scene.must(shown(await scene.seen("employment", sent)) == before, "nothing of it reaches the sender")
    reached = {"direction": "incoming", "channel": "phone", "result": "client_called", "pathwayId": path["id"]}
    await scene.post("nurse", log, reached, status=201)
    state = await scene.get("nurse", f"/v1/clients/{path['clientId']}/contact-state")
    scene.must(state["attempts"] == [], "being reached ends it")
    scene.say("The sender's view is the same as before. She calls back: the count begins anew.")


@road("form", "the pre-information form by a link without account; it prefills the check, and opens nothing twice")
async def form(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    asked = await scene.post("nurse", f"/v1/pathways/{path['id']}/preinformation", status=201)
    link = await scene.post("nurse", f"/v1/preinformation/{asked['id']}/links", {}, asked, 201)
    http, held = scene.stage.http, {"Form-Token": link["token"]}
    opened = scene.stage.expect(200, await http.get("/v1/filling", headers=held))
    answers = [
        {"linkId": "health_now", "code": "poor"},
        {"linkId": "work_ability_score", "number": 4},
        {"linkId": "information_read", "yes": True},
    ]
    version = {**held, "If-Match": f'"{opened["version"]}"'}
    scene.stage.expect(200, await http.post("/v1/filling/submit", headers=version, json={"answers": answers}))
    again = scene.stage.expect(410, await http.get("/v1/filling", headers=held))
    scene.say(f"Filled by a link that names nobody. Opened again it answers 410 {again['code']}: {again['detail']}")
    check = await scene.post("nurse", f"/v1/pathways/{path['id']}/assessments", {"kind": "health_check"}, status=201)
    known = await scene.get("nurse", f"/v1/assessments/{check['id']}/prefill")
    scene.must("poor" in str(known).lower(), "what she wrote stands beside the check")
    scene.say("Her answers stand beside the sections of the check, with source and date; a human copies them.")


@road("document", "a document with the referral: announced, its bytes sent, checked by size, hash and content")
async def document(scene: Scene) -> None:
    sent = await scene.sends()
    told = {
        "kind": "statement", "title": "Statement of the rehabilitation", "fileName": "statement.txt",
        "mediaType": "text/plain", "sizeBytes": len(LETTER), "sha256": hashlib.sha256(LETTER).hexdigest(),
    }  # fmt: skip
    made = await scene.post("employment", f"/v1/referrals/{sent['id']}/attachments", told, status=201)
    http, place = scene.stage.http, f"/v1/attachments/{made['id']}/content"
    text = scene.stage.headers("employment") | {"Content-Type": "text/plain"}
    wrong = scene.stage.expect(422, await http.put(place, headers=text, content=LETTER.replace(b"A", b"B", 1)))
    done = scene.stage.expect(200, await http.put(place, headers=text, content=LETTER))
    await scene.me("nurse")
    read = await http.get(place, headers=scene.stage.headers("nurse"))
    scene.must(read.content == LETTER, "the nurse reads the same bytes")
    scene.say(f"Other bytes are refused ({wrong['code']}); the right ones make it {done['state']}.")


@road("records", "old records asked of another place, reminded, and followed until they arrive")
async def records(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    body = {
        "what": "bg_child_school_health", "register": "health", "holderName": "School health care of Sysmä",
        "channel": "letter", "basis": "client_permission",
    }  # fmt: skip
    asked = await scene.post("nurse", f"/v1/pathways/{path['id']}/record-requests", body, status=201)
    scene.say(f"Asked of {asked['holderName']}: {asked['state']}, to be here by {asked['dueOn']}.")
    here = f"/v1/record-requests/{asked['id']}"
    asked = await scene.post("nurse", f"{here}/remind", {}, asked)
    asked = await scene.post("nurse", f"{here}/record-arrival", {}, asked)
    scene.must(asked["state"] == "arrived", "they arrived")
    scene.say(f"Reminded once, then {asked['state']}.")
