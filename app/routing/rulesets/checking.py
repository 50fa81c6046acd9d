"""The check of a document: read with a pointer for every mistake, then tried over every case. Nothing is written."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.kit.problems import camel
from app.kit.schemas import WordsRead
from app.routing.lint import Kind, Report, TooIntricate, lint, not_in_teams
from app.routing.rules import RuleSet
from app.routing.rulesets.models import OwnRuleSet
from app.routing.rulesets.parse import rule_set_of
from app.routing.rulesets.reading import BadDocument
from app.routing.rulesets.refusals import (
    RuleSetHasGaps,
    RuleSetMalformed,
    RuleSetTooIntricate,
    RuleSetUnsound,
    UnknownFact,
    UnknownSeat,
)
from app.routing.rulesets.schemas import FindingRead, RuleSetCheck
from app.routing.rulesets.sentences import FAULTS, said
from app.teams.templates import every_seat

NEVER = date(2000, 1, 1)


def malformed(bad: BadDocument, at: str = "/body") -> RuleSetMalformed:
    """The faults as pointers below a place of the body; a fault shared by all names the problem."""
    errors = [
        {
            "pointer": at + "".join(f"/{camel(str(p)) if not n else p}" for n, p in enumerate(fault.path)),
            "code": fault.code,
            "detail": FAULTS[fault.code],
        }
        for fault in bad.faults
    ]
    kinds = {fault.code for fault in bad.faults}
    named: dict[str, type[RuleSetMalformed]] = {kind.code: kind for kind in (UnknownFact, UnknownSeat)}
    return named.get(next(iter(kinds)) if len(kinds) == 1 else "", RuleSetMalformed)(errors=errors)


def read(content: dict[str, Any], code: str = "draft", number: int = 1, at: str = "/body") -> RuleSet:
    """Raises `RuleSetMalformed`, `UnknownFact`, `UnknownSeat`."""
    try:
        return rule_set_of(content, code, number, NEVER)
    except BadDocument as bad:
        raise malformed(bad, at) from None


async def linted(rules: RuleSet) -> Report:
    """The check, beside the other requests: it may take a second. Raises `RuleSetTooIntricate`."""
    try:
        return await asyncio.to_thread(lint, rules, every_seat())
    except TooIntricate:
        raise RuleSetTooIntricate() from None


async def check(content: dict[str, Any], teams: Mapping[str, Collection[str]] | None = None) -> RuleSetCheck:
    """`teams` are those that follow the rules, by code, with their seats: what none of them has is a warning."""
    rules = read(content)
    report = await linted(rules)
    report = replace(report, findings=(*report.findings, *not_in_teams(rules, teams or {})))
    return RuleSetCheck(sound=not report.errors, findings=findings(rules, report), left_out=report.left_out)


def findings(rules: RuleSet, report: Report) -> list[FindingRead]:
    return [
        FindingRead(
            kind=one.kind.value,
            error=one.is_error,
            rules=list(one.rules),
            facts={name: sorted(v) if isinstance(v, frozenset) else v for name, v in one.case.items()},
            about=one.about,
            teams=list(one.teams),
            text=WordsRead(**said(one, rules).as_dict()),
        )
        for one in report.findings
    ]


async def require_sound(row: OwnRuleSet) -> None:
    """Raises `RuleSetHasGaps`, `RuleSetUnsound`, `RuleSetTooIntricate`."""
    rules = read(row.content, row.code, row.number)
    report = await linted(rules)
    if report.errors:
        refusal = RuleSetHasGaps if any(one.kind is Kind.GAP for one in report.errors) else RuleSetUnsound
        shown = [one for one in findings(rules, report) if one.error]
        raise refusal(findings=[one.model_dump(mode="json", by_alias=True) for one in shown])
