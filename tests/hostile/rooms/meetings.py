"""Meetings on their way, and invitations of a seat, under attack."""

from __future__ import annotations

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import NOW, SOON, Hands, Stage, permission, referral

LATER = "2026-12-17T10:00:00Z"
STEP = {
    "kind": "follow_up", "ownerRole": "work_ability_coordinator", "purpose": {"fi": WORDS, "sv": WORDS, "en": WORDS},
    "clientVisible": True,
}  # fmt: skip


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    path = f"/v1/pathways/{stage.ids['running_path']}/meetings"
    for name in ("moving_meeting", "convened_meeting", "parted_meeting", "decided_meeting"):
        plan = {
            "startsAt": NOW, "minutes": 60, "place": "Room 4", "reserve": False,
            "participantIds": [stage.person("employment")],
            "agendaParts": [{"title": WORDS, "dataClass": "participation"}],
        }  # fmt: skip
        hands.keep(name, await send("nurse", "POST", path, plan))
    hold = f"/v1/meetings/{stage.ids['decided_meeting']}/hold"
    held = {"clientParticipation": "present", "agreed": [{"words": WORDS}]}
    done = await send("nurse", "POST", hold, held, stage.versions["decided_meeting"])
    hands.keep("decided_meeting", done)
    stage.ids["decision"] = done["agreed"][0]["id"]
    seats = (await send("nurse", "GET", "/v1/me"))["seats"]
    stage.ids["nurse_seat"] = next(one["seatId"] for one in seats if one["role"] == "unemployed_health_nurse")
    hers = (await send("coordinator", "GET", "/v1/me"))["seats"]
    other = next(one["seatId"] for one in hers if one["role"] == "work_ability_coordinator")
    for number, name in enumerate(("accept", "propose", "agree", "decline", "withdraw", "follow", "refer")):
        # One by one, so that nobody is anywhere twice.
        over = name in ("follow", "refer")
        wanted = {
            "seatId": other if name == "refer" else stage.ids["nurse_seat"], "minutes": 5 if over else 60,
            "startsAt": NOW if over else f"2026-12-0{number + 1}T16:00:00Z", "place": "Workshop",
        }  # fmt: skip
        row = await send("workshop", "POST", "/v1/meeting-invitations", wanted)
        at = f"/v1/meeting-invitations/{row['id']}"
        if name == "agree":
            row = await send("nurse", "POST", f"{at}/propose", {"startsAt": LATER}, row["version"])
        if over:
            row = await send("coordinator" if name == "refer" else "nurse", "POST", f"{at}/accept", {}, row["version"])
        hands.keep(f"invitation_{name}", row)


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions

    def meeting(name: str, verb: str) -> str:
        return f"/v1/meetings/{ids[name]}/{verb}"

    def invitation(verb: str) -> str:
        return f"/v1/meeting-invitations/{ids[f'invitation_{verb}']}/{verb}"

    owner = {"role": "work_ability_coordinator", "seatId": None, "personId": None, "organisationId": None}
    assigned = {"owner": owner, "dueOn": "2026-12-01", "step": STEP}
    moved = {"startsAt": LATER, "minutes": 45, "place": "Room 5", "roomId": None, "reason": WORDS}
    told = permission(stage)
    said = {key: value for key, value in referral(stage, None).items() if key != "permission"}
    said |= {"hopedFor": WORDS, "reachWhen": WORDS, "allowDuplicate": True, "id": None}
    wanted = {
        "id": None, "seatId": ids["nurse_seat"], "senderOrganisationId": stage.org("workshop"),
        "kind": "activation_plan_meeting", "startsAt": SOON, "minutes": 60, "place": "Workshop", "topic": WORDS,
        "client": referral(stage, None)["client"],
        "permission": told | {"recipientIds": [stage.org("area"), stage.org("workshop")]},
    }  # fmt: skip
    return {
        "moveMeeting": Valid("nurse", meeting("moving_meeting", "move"), moved, of["moving_meeting"]),
        "changeMeetingConvener": Valid(
            "nurse", meeting("convened_meeting", "change-convener"),
            {"convenerId": stage.person("coordinator"), "reason": WORDS}, of["convened_meeting"],
        ),
        "openMeetingParts": Valid(
            "nurse", meeting("parted_meeting", "open-parts"), {"organisationIds": [stage.org("employment")]},
            of["parted_meeting"],
        ),
        "assignMeetingDecision": Valid(
            "nurse", meeting("decided_meeting", f"decisions/{ids['decision']}/assign"), assigned,
            of["decided_meeting"],
        ),
        "inviteSeat": Valid("workshop", "/v1/meeting-invitations", wanted),
        "proposeMeetingTime": Valid("nurse", invitation("propose"), {"startsAt": LATER}, of["invitation_propose"]),
        "declineMeetingInvitation": Valid(
            "nurse", invitation("decline"), {"reason": "no_time"}, of["invitation_decline"]
        ),
        "followMeetingInvitation": Valid(
            "nurse", invitation("follow"), {"followed": "nothing"}, of["invitation_follow"]
        ),
        "referFromInvitation": Valid(
            "coordinator", f"/v1/meeting-invitations/{ids['invitation_refer']}/referrals",
            {**said, "draft": False, "source": "joint_meeting", "permission": told},
        ),
        "withdrawMeetingInvitation": Valid(
            "workshop", invitation("withdraw"), {"reason": "meeting_cancelled"}, of["invitation_withdraw"]
        ),
    }  # fmt: skip
