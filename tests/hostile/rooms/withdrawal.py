"""Gaps to ask about and to close, and a meeting to invite more people to."""

from __future__ import annotations

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import SOON, Hands, Stage


async def set_up(hands: Hands) -> None:
    stage = hands.stage
    plan = {
        "startsAt": SOON, "minutes": 60, "place": "Room 3", "inviteLater": True, "reserve": False,
        "participantIds": [stage.person("ngo"), stage.person("lahti_employment")],
    }  # fmt: skip
    path = f"/v1/pathways/{stage.ids['running_path']}/meetings"
    hands.keep("later_meeting", await hands.send("nurse", "POST", path, plan))
    found = await hands.send("nurse", "GET", "/v1/consent-gaps?state=open")
    for name, gap in zip(("gap_ask", "gap_close"), found["items"], strict=False):
        hands.keep(name, gap)


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    asked = {"how": "phone", "at": "2026-11-23T08:00:00Z"}
    said = {"howGiven": "oral", "evidenceNote": WORDS, "givenByRepresentativeId": None}
    invited = {"participantIds": [stage.person("coordinator")], "inviteLater": True}
    return {
        "askClient": Valid("nurse", f"/v1/consent-gaps/{ids['gap_ask']}/ask", asked, of["gap_ask"]),
        "closeConsentGap": Valid(
            "nurse", f"/v1/consent-gaps/{ids['gap_close']}/close",
            {"reason": "client_refused", "refusal": said}, of["gap_close"],
        ),
        "inviteToMeeting": Valid(
            "nurse", f"/v1/meetings/{ids['later_meeting']}/invite", invited, of["later_meeting"]
        ),
    }  # fmt: skip
