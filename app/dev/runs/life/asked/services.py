"""Services that a client takes part in, groups, and how it goes after."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.bodies import WORDS

BY_PATH = "?pathwayId={pathway_id}"
PERIOD = {"startsOn": "{days_ago}", "endsOn": "{later_on}"}
PARTIES = {"organiserId": "{org_area}", "payerId": "{org_area}", "providerId": "{org_area}"}
PART = {"kind": "training", "place": WORDS, **PARTIES, **PERIOD}
GROUP = {
    "teamId": "{team_id}", "name": "Kitchen", "site": WORDS, "instructor": WORDS, "providerId": "{org_area}",
    "maxMembers": 10, **PERIOD,
}  # fmt: skip
PLANNED = {"participation_id": "planned_part"}
ENDED = {"reason": "not_reached", "words": WORDS}

ASKED: dict[str, Ask] = {
    "planParticipation": Ask("nurse", PART),
    "listParticipations": Ask("nurse", queries=("", BY_PATH)),
    "updateParticipation": Ask("nurse", {"place": WORDS}),
    "checkTimeliness": Ask("nurse", {"finding": "unclear", "grounds": ["not_known_enough"], "words": WORDS}),
    "startParticipation": Ask("nurse", {}, PLANNED),
    "pauseParticipation": Ask("nurse", {"reason": "client_wishes", "until": "{soon_on}"}),
    "resumeParticipation": Ask("nurse", {}, before=("pauseParticipation",)),
    "endParticipation": Ask("nurse", {"reason": "client_stopped", "words": WORDS, "afterContactMonths": 3}),
    "recordQualityReview": Ask(
        "nurse", {"side": "payer", "answers": [{"criterion": "soon", "answer": "met", "words": WORDS}]}
    ),
    "makeServiceGroup": Ask("nurse", GROUP),
    "listServiceGroups": Ask("nurse", queries=("", "?on={soon_on}")),
    "updateServiceGroup": Ask("nurse", {"site": WORDS}),
    "planAfterContact": Ask("nurse", {"months": 3}),
    "listAfterContacts": Ask("nurse", queries=("", BY_PATH)),
    "completeAfterContact": Ask("nurse", {"result": "same", "words": WORDS}),
    "missAfterContact": Ask("nurse", ENDED),
    "cancelAfterContact": Ask("nurse", ENDED),
}
