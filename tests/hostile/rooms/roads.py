"""Referrals on their side roads: one that waits, one to be put on the list, one to be prioritised."""

from __future__ import annotations

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage, referral

WORDS = "Plain words."
CODES = {"to_wait": "110191-931D", "waiting": "120292-9325", "to_prioritise": "130393-933W"}


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    for name, code in CODES.items():
        hands.keep(name, await send("employment", "POST", "/v1/referrals", referral(stage, code)))
    place = f"/v1/referrals/{stage.ids['waiting']}/waitlist"
    body = {"reason": "capacity_full"}
    hands.keep("waiting", await send("nurse", "POST", place, body, stage.versions["waiting"]))


def bodies(stage: Stage) -> dict[str, Valid]:
    later = "2026-12-18"
    verbs = {
        "waitlistReferral": ("to_wait", "waitlist", {"reason": "no_free_times", "recheckOn": later}),
        "recheckReferral": (
            "waiting",
            "recheck",
            {"result": "still_needed", "how": "phone", "note": WORDS, "recheckOn": later},
        ),
        "prioritiseReferral": (
            "to_prioritise",
            "prioritise",
            {"priority": "urgent", "reason": "need_changed", "words": WORDS},
        ),
    }
    return {
        operation: Valid("nurse", f"/v1/referrals/{stage.ids[which]}/{verb}", body, stage.versions[which])
        for operation, (which, verb, body) in verbs.items()
    }
