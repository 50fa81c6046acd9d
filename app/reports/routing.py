"""Figures of routing per rule: a rule that people keep overriding should be seen (C-02, "enemmän")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.i18n import speaking
from app.reports import queries, rules
from app.reports.queries import Told
from app.reports.routing_schemas import CodeCount, RoutingFigures, RoutingTotal, RuleFigures
from app.reports.service import check_range
from app.routing.rules import RuleSet
from app.routing.versions import version_of
from app.teams.models import Team

Of = tuple[str, int, str]  # rule set, version, rule ("" where none was reached)
NONE = Told(0, 0)
PARTS = ("overridden", "answered", "declined")


@dataclass
class Line:
    """What is known of one rule. `people` behind a number decide whether it is shown."""

    decided: Told = NONE
    overridden: Told = NONE
    answered: Told = NONE
    declined: Told = NONE
    outcomes: dict[str, Told] = field(default_factory=dict)
    reasons: dict[str, Told] = field(default_factory=dict)

    def part(self, name: str) -> rules.Cell:
        """The people behind a part of the decisions, and those behind the rest."""
        of: Told = getattr(self, name)
        return of.people, max(0, self.decided.people - of.people)


async def routing_figures(session: AsyncSession, team: Team, first: date, last: date, at: datetime) -> RoutingFigures:
    """Of a team, in a quarter. A rule with 1 to 4 people behind it is not named: that it decided anything would tell of
    them. Raises the range problems."""
    check_range(first, last, at)
    found = await queries.team_routing(session, team.id, civil_date(at), first, last)
    lines = lines_of(found)
    closed, total_closed = rules.hidden({of: (line.decided.people,) for of, line in lines.items()})
    parts = {name: shown(lines, name, closed) for name in PARTS}
    versions: dict[tuple[str, int], RuleSet | None] = {}
    for code, version, _ in lines:
        if (code, version) not in versions:
            versions[code, version] = await version_of(session, team.area_id, code, version)
    return RoutingFigures(
        team_id=team.id,
        from_on=first,
        to_on=last,
        smallest=rules.SMALLEST,
        total=RoutingTotal(
            decisions=None if total_closed else sum(line.decided.number for line in lines.values()),
            **{name: None if total_closed or parts[name][1] else of_all(lines, name) for name in PARTS},
        ),
        rules=[
            rule_figures(of, line, of in closed, versions[of[0], of[1]], {n: of in p[0] for n, p in parts.items()})
            for of, line in sorted(lines.items())
            if not rules.tells((line.decided.people,))
        ],
    )


def lines_of(found: Mapping[tuple[str, int, str, str, str], Told]) -> dict[Of, Line]:
    lines: dict[Of, Line] = {}
    for (code, version, rule, what, of), told in found.items():
        line = lines.setdefault((code, version, rule), Line())
        if what == "outcome":
            line.outcomes[of] = told
        elif what == "override":
            line.reasons[of] = told
        else:
            setattr(line, what, told)
    return lines


def shown(lines: Mapping[Of, Line], name: str, closed: set[Of]) -> tuple[set[Of], bool]:
    """Of which rules this part is hidden, and whether its total is."""
    return rules.hidden({of: line.part(name) for of, line in lines.items()}, closed)


def of_all(lines: Mapping[Of, Line], name: str) -> int:
    return sum(getattr(line, name).number for line in lines.values())


def rule_figures(of: Of, line: Line, closed: bool, version: RuleSet | None, hides: Mapping[str, bool]) -> RuleFigures:
    code, number, rule = of
    found = next((one for one in version.rules if one.id == rule), None) if version else None
    seen = {name: None if closed or hides[name] else int(getattr(line, name).number) for name in PARTS}
    overridden = seen["overridden"]
    share = None
    if overridden is not None and line.decided.number:
        share = round(overridden / line.decided.number, 2)
    return RuleFigures(
        rule_set=code,
        rule_set_version=number,
        rule=rule or None,
        source=found.source if found else None,
        why=found.why[speaking.get()].replace("{main_problem}", "…") if found else None,
        decisions=None if closed else line.decided.number,
        by_outcome=counts("decision_outcome", line.outcomes, closed),
        **seen,
        overridden_share=share,
        by_reason=counts("override_reason", line.reasons, overridden is None),
    )


def counts(codeset: str, told: Mapping[str, Told], closed: bool) -> list[CodeCount]:
    """A number per code; hidden ones null, and with them whatever they could be computed from."""
    small, _ = rules.hidden({code: (one.people,) for code, one in told.items()})
    return [
        CodeCount(code=code, label=called(codeset, code), number=None if closed or code in small else one.number)
        for code, one in sorted(told.items())
    ]
