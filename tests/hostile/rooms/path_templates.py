"""Path templates under attack: a version for each verb, of codes of their own."""

from __future__ import annotations

from tests.factories import Json
from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage
from tests.path_templates.made import HERE, SAID, document, step


def whole() -> Json:
    """With every member that a step can have."""
    full = step("need", bring=SAID, after=[], requires=[], expectedMinutes=60, branch="group")
    return document(full, source="own design", scores=False)


async def set_up(hands: Hands) -> None:
    for verb in ("update", "publish", "retire"):
        made = {"code": f"hostile_{verb}", **whole()}
        hands.keep(f"path_template_{verb}", await hands.send("lead", "POST", HERE, made))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    copied = {"code": "hostile_new", "from": {"code": "heinola", "number": 1}, **whole()}
    update = f"{HERE}/{ids['path_template_update']}"
    return {
        "draftPathTemplate": Valid("lead", HERE, copied),
        "checkPathTemplate": Valid("lead", f"{HERE}/check", {"code": "hostile_check", **whole()}),
        "updatePathTemplate": Valid("lead", update, whole(), of["path_template_update"]),
    }
