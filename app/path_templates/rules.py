"""Path templates as data: the steps, who owns each, when it is due, what it waits for and what the client reads of it.

A running path copies the steps of its template when it starts, so it never depends on what the template becomes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.kit.i18n import Text


@dataclass(frozen=True, kw_only=True)
class TemplateStep:
    """One step. `key` is its name within the template; a kind may come more than once.

    `due_days` are working days from the start of the path, fewer when it is urgent. `after` names steps that usually
    come first: going another way needs a reason (C-10). `requires` names steps that must be done first: the hard rules.
    `expected_minutes` are person-minutes of the owner. `branch` marks steps of which a path takes one branch.
    """

    key: str
    kind: str
    owner_role: str
    due_days: int
    urgent_due_days: int
    optional: bool
    client_visible: bool
    purpose: Text
    bring: Text | None = None
    after: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    expected_minutes: int | None = None
    branch: str | None = None

    def days(self, urgent: bool) -> int:
        return self.urgent_due_days if urgent else self.due_days


@dataclass(frozen=True, kw_only=True)
class Template:
    """`source` says where the steps come from; with `own_design` they are the product's own. `scores`: the work ability
    score is asked at the start and at the end (C-27)."""

    code: str
    version: int
    title: Text
    source: str
    own_design: bool
    scores: bool = False
    steps: tuple[TemplateStep, ...]

    def step(self, key: str) -> TemplateStep | None:
        return next((step for step in self.steps if step.key == key), None)


def read_step(raw: Mapping[str, Any]) -> TemplateStep:
    bring = raw.get("bring")
    return TemplateStep(
        key=raw.get("key", raw["kind"]),
        kind=raw["kind"],
        owner_role=raw["ownerRole"],
        due_days=raw["dueDays"],
        urgent_due_days=raw["urgentDueDays"],
        optional=raw["optional"],
        client_visible=raw["clientVisible"],
        purpose=Text(**raw["purpose"]),
        bring=Text(**bring) if bring else None,
        after=tuple(raw.get("after", ())),
        requires=tuple(raw.get("requires", ())),
        expected_minutes=raw.get("expectedMinutes"),
        branch=raw.get("branch"),
    )


def read(raw: Mapping[str, Any]) -> Template:
    """A template from its JSON form."""
    return Template(
        code=raw["code"],
        version=raw["version"],
        title=Text(**raw["title"]),
        source=raw["source"],
        own_design=raw["ownDesign"],
        scores=raw.get("scores", False),
        steps=tuple(read_step(step) for step in raw["steps"]),
    )


@lru_cache(maxsize=1)
def templates() -> dict[tuple[str, int], Template]:
    """Every shipped template by code and version. A running path stays with the version it started with."""
    files = sorted((Path(__file__).parent / "shipped").glob("*.json"))
    found = [read(json.loads(file.read_text("utf-8"))) for file in files]
    return {(template.code, template.version): template for template in found}


def newest(code: str) -> Template | None:
    versions = [template for (name, _), template in templates().items() if name == code]
    return max(versions, key=lambda template: template.version, default=None)
