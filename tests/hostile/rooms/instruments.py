"""Answers to an instrument under attack."""

from __future__ import annotations

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage


async def set_up(hands: Hands) -> None:
    """Nothing is kept of it."""


def bodies(stage: Stage) -> dict[str, Valid]:
    answers = [{"item": f"audit_{number}", "value": 0} for number in (1, 9, 10)]
    given = {"answers": answers, "scoring": "simple", "sex": "female", "edition": None}
    return {"scoreAnswers": Valid("nurse", "/v1/instruments/audit/2/score", given)}
