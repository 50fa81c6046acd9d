"""Meetings: one organisation that the client has not permitted, and a workshop that invites the nurse to its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.dev.roads.scene import Body, Scene, day_of, road, today

INVITATIONS = "/v1/meeting-invitations"


@road("network", "a network meeting with one organisation lacking consent: late consent opens, withdrawal closes")
async def network(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    kela = await scene.me("kela")
    house = kela["memberships"][0]["organisationId"]
    free = await first_free(scene, await seat_of(scene))
    guests = [kela["personId"], (await scene.me("employment"))["personId"]]
    plan = {
        "startsAt": free["startsAt"], "minutes": 60, "place": "Health centre, room 2", "participantIds": guests,
        "agendaParts": [
            {"title": "What a work trial could be", "dataClass": "participation"},
            {"title": "What helps with sleep", "register": "health"},
        ],
    }  # fmt: skip
    meetings = f"/v1/pathways/{path['id']}/meetings"
    stopped = await scene.post("nurse", meetings, plan, status=409)
    scene.must(stopped["recipients"] == [house], "Kela alone lacks permission")
    scene.say(f"Four are to meet. Kela lacks the client's permission: {stopped['code']}, and nobody was invited.")
    row = await scene.post("nurse", meetings, plan | {"inviteLater": True}, status=201)
    at = f"/v1/meetings/{row['id']}"
    office = await scene.get("employment", at)
    scene.must(len(office["agendaParts"]) == 1, "the office sees the part that it is permitted")
    await scene.absent("kela", at)
    scene.say(f"Planned for the others. The office sees “{office['agendaParts'][0]['title']}”, and no health part.")
    notes = {"register": "health", "body": "Sleeps badly; a new rhythm."}
    told: Body = {
        "clientParticipation": "present", "noteParts": [notes],
        "agreed": [{
            "words": "A call about how the rhythm holds.", "owner": {"role": "work_ability_coordinator"},
            "dueOn": today(days=20), "step": {"kind": "follow_up"},
        }],
    }  # fmt: skip
    given = {**notes, "forOrganisationIds": [office_of(await scene.me("employment"))]}
    early = await scene.post("nurse", f"{at}/hold", told, row, status=409)
    scene.must(early["code"] == "meeting_not_begun", "nothing is held before its day")
    now = datetime.now(UTC).replace(second=0, microsecond=0).isoformat()
    move = {"startsAt": now, "reason": "All of them are here today.", "outsideHours": True}
    row = await scene.post("nurse", f"{at}/move", move, row)
    refused = await scene.post("nurse", f"{at}/hold", {**told, "noteParts": [given]}, row, status=409)
    scene.must(refused["code"] == "participant_not_permitted", "health notes are not for the office")
    held = await scene.post("nurse", f"{at}/hold", told, row)
    scene.must(held["agreed"][0]["stepId"] is not None, "the decision is a step of the path")
    scene.say(f"Before its day it cannot be recorded as held: {early['code']}. They meet at once instead.")
    scene.say(f"Health notes for the office: {refused['code']}. Held without; the decision is a step with an owner.")
    terms = await scene.permission(house)
    terms |= {"kind": "permission", "dataClasses": ["participation", "health", "meeting_notes"]}
    consents = f"/v1/clients/{path['clientId']}/consents"
    late = await scene.post("nurse", consents, terms, status=201)
    seen = await scene.get("kela", at)
    scene.must((len(seen["agendaParts"]), len(seen["noteParts"])) == (2, 1), "late consent opens")
    scene.say(f"She permits it a week late: Kela reads {len(seen['agendaParts'])} parts of the agenda and the notes.")
    await scene.post("nurse", f"/v1/consents/{late['id']}/withdraw", {}, late)
    await scene.absent("kela", at)
    log = await scene.get("nurse", f"/v1/clients/{path['clientId']}/disclosures", recipientId=house)
    scene.must(len(log["items"]) >= 2, "what was told stays in the log")
    scene.say(f"Withdrawn: Kela reads nothing more, and the log keeps what was told, {len(log['items'])} lines.")


def office_of(me: Body) -> str:
    return str(me["memberships"][0]["organisationId"])


async def seat_of(scene: Scene) -> str:
    seats = (await scene.me("nurse"))["seats"]
    return str(next(one["seatId"] for one in seats if one["role"] == "unemployed_health_nurse"))


async def first_free(scene: Scene, seat: str) -> Body:
    """The first time that a partner sees free on a seat, from next week on."""
    days = {"seatId": seat, "from": today(days=7), "to": today(days=37)}
    found = await scene.get("workshop", f"{INVITATIONS}/free-times", **days)
    scene.must(bool(found["items"]), "there is a free time")
    return dict(found["items"][0])


@road("invited", "an invitation from the workshop: free times, another time, agreed on, and nobody twice at once")
async def invited(scene: Scene) -> None:
    seat = await seat_of(scene)
    free = await first_free(scene, seat)
    scene.must(free.keys() == {"startsAt", "endsAt"}, "when, and nothing else")
    scene.say(f"The workshop sees when the nurse is free, from {day_of(free['startsAt'])} on, and nothing else.")
    person = (await scene.referral("workshop"))["client"]
    me = await scene.me("workshop")
    wanted = {
        "seatId": seat, "kind": "activation_plan_meeting", "startsAt": free["startsAt"], "minutes": 60,
        "place": "The workshop", "topic": "What comes after the workshop", "client": person,
    }  # fmt: skip
    refused = await scene.post("workshop", INVITATIONS, wanted, status=422)
    scene.must(refused["code"] == "named_without_permission", "nobody is named without permission")
    permission = await scene.permission(me["areaId"], office_of(me))
    row = await scene.post("workshop", INVITATIONS, wanted | {"permission": permission}, status=201)
    at = f"{INVITATIONS}/{row['id']}"
    scene.say(f"Naming Veera without her permission: {refused['code']}. With it the nurse is {row['state']}.")
    seen = await scene.get("nurse", at)
    scene.must(seen["client"]["familyName"] == person["familyName"], "the nurse sees whom it is about")
    later = (datetime.fromisoformat(free["startsAt"]) + timedelta(minutes=15)).isoformat()
    proposed = await scene.post("nurse", f"{at}/propose", {"startsAt": later}, seen)
    agreed = await scene.post("workshop", f"{at}/agree", {}, proposed)
    scene.must(agreed["state"] == "accepted", "agreed on")
    scene.say(f"The nurse proposes a quarter later, the workshop agrees: {agreed['state']}, and her time is taken.")
    double = await scene.post("workshop", INVITATIONS, {**wanted, "client": None, "startsAt": later}, status=201)
    booked = await scene.post("nurse", f"{INVITATIONS}/{double['id']}/accept", {}, double, status=409)
    scene.must(booked["code"] == "person_booked", "nobody is in two places at once")
    early = await scene.post(
        "nurse", f"{at}/referrals", {"reason": "Agreed together.", "unemploymentDays": 200}, status=409
    )
    scene.must(early["code"] == "meeting_not_held", "not before it was held")
    scene.say(f"A second invitation for that hour: {booked['code']}. A referral out of it waits: {early['code']}.")
    declined = await scene.post("nurse", f"{INVITATIONS}/{double['id']}/decline", {"reason": "no_time"}, double)
    told = await scene.get("workshop", f"{INVITATIONS}/{double['id']}")
    scene.must((declined["state"], told["reason"]) == ("declined", "no_time"), "declined by a code")
    back = await scene.post("workshop", f"{at}/withdraw", {"reason": "meeting_moved"}, agreed)
    scene.say(f"That one is {declined['state']} ({told['reason']}); the first is {back['state']}, its hour free again.")
