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
from uuid import NAMESPACE_URL, UUID, uuid5

from app.kit.i18n import LANGUAGES, Text


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
    score is asked at the start and at the end (C-27). `example` tells of the source's example client, where it has one.
    """

    code: str
    version: int
    title: Text
    source: str
    own_design: bool
    scores: bool = False
    example: Text | None = None
    steps: tuple[TemplateStep, ...]

    def step(self, key: str) -> TemplateStep | None:
        return next((step for step in self.steps if step.key == key), None)


def read_text(raw: Mapping[str, str | None]) -> Text:
    """A language that is not there is empty: a draft may still lack it."""
    return Text(*(raw.get(language) or "" for language in LANGUAGES))


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
        purpose=read_text(raw["purpose"]),
        bring=read_text(bring) if bring else None,
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
        title=read_text(raw["title"]),
        source=raw["source"],
        own_design=raw["ownDesign"],
        scores=raw.get("scores", False),
        example=read_text(raw["example"]) if raw.get("example") else None,
        steps=tuple(read_step(step) for step in raw["steps"]),
    )


@lru_cache(maxsize=1)
def documents() -> dict[tuple[str, int], dict[str, Any]]:
    """Every shipped file by code and version, as it stands. A version, once released, is never edited."""
    files = sorted((Path(__file__).parent / "shipped").glob("*.json"))
    found = [json.loads(file.read_text("utf-8")) for file in files]
    return {(one["code"], one["version"]): one for one in found}


@lru_cache(maxsize=1)
def templates() -> dict[tuple[str, int], Template]:
    """Every shipped template by code and version. A running path stays with the version it started with."""
    return {name: read(document) for name, document in documents().items()}


def newest(code: str) -> Template | None:
    versions = [template for (name, _), template in templates().items() if name == code]
    return max(versions, key=lambda template: template.version, default=None)


def shipped_id(template: Template) -> UUID:
    return uuid5(NAMESPACE_URL, f"urn:heinola:path-template:{template.code}.v{template.version}")
