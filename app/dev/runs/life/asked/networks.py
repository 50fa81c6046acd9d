"""Networks of peers: about no client."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.bodies import WORDS

MEETING = {"startsAt": "{soon_at}", "minutes": 90, "place": WORDS, "themes": [WORDS], "rooms": ["Placements"]}
JOINED = {"personId": "{person_employment}", "organisationId": "{org_employment}", "role": "employment_expert"}

ASKED: dict[str, Ask] = {
    "makeNetwork": Ask("nurse", {"name": "Others", "purpose": WORDS, "convenerId": "{person_nurse}"}),
    "updateNetwork": Ask("nurse", {"purpose": WORDS}),
    "joinNetwork": Ask("nurse", JOINED),
    "approveNetworkMember": Ask("nurse", {"supervisor": "A supervisor at Kela"}),
    "withdrawNetworkMember": Ask("nurse"),
    "planNetworkMeeting": Ask("nurse", MEETING),
    "recordNetworkMeeting": Ask(
        "nurse", {"present": [{"memberId": "{member_id}"}], "notes": WORDS}, before=("approveNetworkMember",)
    ),
}
