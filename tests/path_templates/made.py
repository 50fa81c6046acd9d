"""Path templates for tests: a small sound document, and the way of one into force over HTTP."""

from __future__ import annotations

from typing import Any

from tests.conftest import As
from tests.factories import Json, act, ok

HERE = "/v1/path-templates"
SAID = {"fi": "Puhutaan yhdessä.", "sv": "Vi talar tillsammans.", "en": "You talk together."}
TITLE = {"fi": "Oma polku", "sv": "Egen stig", "en": "A path of our own"}


def step(key: str, days: int = 10, **over: Any) -> Json:
    return {
        "key": key,
        "kind": "need_assessment",
        "ownerRole": "work_ability_coordinator",
        "dueDays": days,
        "urgentDueDays": days,
        "optional": False,
        "clientVisible": True,
        "purpose": SAID,
        **over,
    }


def ending(after: str) -> list[Json]:
    return [
        step("outcome", 60, kind="outcome", after=[after]),
        step("feedback", 60, kind="feedback", after=["outcome"]),
    ]


def document(*steps: Json, **over: Any) -> Json:
    """Sound as it is: a need assessment, the outcome and the feedback."""
    return {"title": TITLE, "steps": [*(steps or [step("need")]), *ending("need")], **over}


def row(made: Json) -> str:
    return f"{HERE}/{made['id']}"


async def drafted(who: As, code: str = "ours", by: str = "lead", **over: Any) -> Json:
    return ok(await act(who(by), HERE, {"code": code, **document(**over)}))


async def published(who: As, code: str = "ours", **over: Any) -> Json:
    made = await drafted(who, code, **over)
    return ok(await act(who("lead"), f"{row(made)}/publish", {}, made))
