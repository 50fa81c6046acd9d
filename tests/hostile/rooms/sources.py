"""The sources of a referral that have an address of their own."""

from __future__ import annotations

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage


async def set_up(hands: Hands) -> None:
    """Nothing is needed beyond what the stage has."""


def bodies(stage: Stage) -> dict[str, Valid]:
    own = {
        "id": None, "draft": False, "reason": WORDS, "hopedFor": WORDS, "barriers": ["barrier_health"],
        "unemploymentDays": 0, "phone": "+358 40 0000 000", "municipality": "111", "reachWhen": WORDS,
        "allowDuplicate": True,
    }  # fmt: skip
    return {
        "preflightOwnReferral": Valid("client", "/v1/referrals/own/preflight", own),
        "createOwnReferral": Valid("client", "/v1/referrals/own", own),
    }
