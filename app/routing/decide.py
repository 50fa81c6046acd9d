"""One routing decision: facts, rules and roster in, a decision that explains itself out. Pure: no I/O, no clock.

Every outcome has exactly one place: a holder, a queue, or a question to a person (`manual`), which leaves the work
with who has it, or in the team's unassigned queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from app.routing.facts import Facts
from app.routing.roster import Roster, Team
from app.routing.rules import Rule, RuleSet
from app.routing.selection import Rejection, Selection, select
from app.teams.visits import next_visit


class Outcome(StrEnum):
    ASSIGNED = "assigned"
    QUEUED = "queued"  # another unit's queue, by rule
    WAITLISTED = "waitlisted"  # on the seat: somebody will be free
    MANUAL = "manual"  # a person decides; see `suggest` and `asks_seat`
    UNASSIGNED = "unassigned"  # nobody: always with an alarm


class QueueKind(StrEnum):
    OWN_CARE_TEAM = "own_care_team"
    SEAT_WAITING_LIST = "seat_waiting_list"
    TEAM_UNASSIGNED = "team_unassigned"
    AREA_UNASSIGNED = "area_unassigned"


@dataclass(frozen=True, slots=True)
class Queue:
    """Where work stands that no person holds. `of` is the care team, the seat's role, the team or the area."""

    kind: QueueKind
    of: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided and everything it rests on. `because` holds constraint numbers and own codes, see `reasons`.

    `alarm`: somebody must act now, because nobody owns the work, or it is urgent and waits, or the seat that should
    have it is vacant. `candidates` are the seats a manual decision chooses between. `loads` is each person's open work
    as it was seen, `recents` what they were given in seven days. `why` is the rule's own text. `earliest_on` is the
    return of an absent holder, or the visiting day of a consulted partner; `recheck_on` when waiting is looked at
    again (C-24).
    """

    outcome: Outcome
    facts: Facts
    asked_on: date
    rule_set: str
    rule_set_version: int
    rule: str | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    earlier_rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    team: str | None = None
    seat: str | None = None
    holder: str | None = None
    on_behalf_of: str | None = None
    consulting_seat: str | None = None
    queue: Queue | None = None
    suggest: str | None = None
    asks_seat: str | None = None
    candidates: tuple[str, ...] = ()
    alarm: bool = False
    because: tuple[str, ...] = ()
    rejected: Mapping[str, Rejection] = field(default_factory=dict)
    loads: Mapping[str, int] = field(default_factory=dict)
    recents: Mapping[str, int] = field(default_factory=dict)
    recheck_on: date | None = None
    earliest_on: date | None = None
    tie_break: str | None = None

    def as_dict(self) -> dict[str, object]:
        """JSON-ready and in a stable order: to store, to compare, to export. Holds health data (`facts`, `why`)."""
        return {
            "outcome": self.outcome.value,
            "facts": self.facts.as_dict(),
            "askedOn": self.asked_on.isoformat(),
            "ruleSet": self.rule_set,
            "ruleSetVersion": self.rule_set_version,
            "rule": self.rule,
            "why": dict(self.why),
            "earlierRules": {rule: list(misses) for rule, misses in self.earlier_rules.items()},
            "team": self.team,
            "seat": self.seat,
            "holder": self.holder,
            "onBehalfOf": self.on_behalf_of,
            "consultingSeat": self.consulting_seat,
            "queue": self.queue and {"kind": self.queue.kind.value, "of": self.queue.of},
            "suggest": self.suggest,
            "asksSeat": self.asks_seat,
            "candidates": list(self.candidates),
            "alarm": self.alarm,
            "because": list(self.because),
            "rejected": {person: self.rejected[person].as_dict() for person in sorted(self.rejected)},
            "loads": dict(sorted(self.loads.items())),
            "recents": dict(sorted(self.recents.items())),
            "recheckOn": self.recheck_on and self.recheck_on.isoformat(),
            "earliestOn": self.earliest_on and self.earliest_on.isoformat(),
            "tieBreak": self.tie_break,
        }


def decide(facts: Facts, rules: RuleSet, roster: Roster, asked_on: date) -> Decision:
    """Route one piece of work. Never raises for valid facts and a valid roster."""
    team = roster.team_for(facts.municipality)
    if team is None:
        return Decision(
            outcome=Outcome.UNASSIGNED,
            facts=facts,
            asked_on=asked_on,
            rule_set=rules.id,
            rule_set_version=rules.version,
            queue=Queue(QueueKind.AREA_UNASSIGNED, roster.area),
            alarm=True,
            because=("no_team_covers",),
        )
    rule, missed = rules.first_match(rules.view(facts))
    made = _Draft(facts, rules, roster, asked_on, team, rule, missed)
    if rule is None:
        return made.decision(
            Outcome.UNASSIGNED, ["no_rule"], queue=Queue(QueueKind.TEAM_UNASSIGNED, team.id), alarm=True
        )
    if rule.then.manual:
        return made.decision(
            Outcome.MANUAL,
            ["urgent"] if facts.urgent else [],
            suggest=rule.then.manual,
            asks_seat=rule.then.asks,
            candidates=rule.then.candidates,
            alarm=facts.urgent,
        )
    if rule.then.seat:
        return made.in_seat(rule.then.seat, rule.then.consulting)
    if facts.own_care_team is None:  # a rule set that forgot to ask: nothing may be lost
        return made.decision(
            Outcome.UNASSIGNED, ["no_care_team"], queue=Queue(QueueKind.TEAM_UNASSIGNED, team.id), alarm=True
        )
    return made.decision(Outcome.QUEUED, [], queue=Queue(QueueKind.OWN_CARE_TEAM, facts.own_care_team))


@dataclass(frozen=True, slots=True)
class _Draft:
    """What all outcomes of a covered municipality share."""

    facts: Facts
    rules: RuleSet
    roster: Roster
    asked_on: date
    team: Team
    rule: Rule | None
    missed: Mapping[str, tuple[str, ...]]

    def decision(self, outcome: Outcome, because: list[str], **particulars: object) -> Decision:
        codes = [*(self.rule.because if self.rule else ()), *because]
        return Decision(
            outcome=outcome,
            facts=self.facts,
            asked_on=self.asked_on,
            rule_set=self.rules.id,
            rule_set_version=self.rules.version,
            rule=self.rule.id if self.rule else None,
            why=self.rule.why if self.rule else {},
            earlier_rules=self.missed,
            team=self.team.id,
            because=tuple(dict.fromkeys(codes)),
            **particulars,  # type: ignore[arg-type]
        )

    def in_seat(self, role: str, consulting: str | None) -> Decision:
        made = select(self.team.seat(role), self.facts, self.rules.settings, self.asked_on, self.roster.is_working_day)
        seen = {"seat": role, "rejected": made.rejected, "loads": made.loads, "recents": made.recents}
        if made.holder is None and made.waits:
            return self.decision(
                Outcome.WAITLISTED,
                made.because,
                queue=Queue(QueueKind.SEAT_WAITING_LIST, role),
                alarm=self.facts.urgent,
                earliest_on=made.earliest_on,
                recheck_on=self.asked_on + timedelta(days=self.rules.settings.recheck_after_days),
                consulting_seat=consulting,
                **seen,
            )
        if made.holder is None:
            return self.decision(
                Outcome.UNASSIGNED,
                made.because,
                queue=Queue(QueueKind.TEAM_UNASSIGNED, self.team.id),
                alarm=True,
                consulting_seat=consulting,
                **seen,
            )
        visit, because = self.consulted(consulting, made)
        return self.decision(
            Outcome.ASSIGNED,
            because,
            holder=made.holder,
            on_behalf_of=made.on_behalf_of,
            tie_break=made.tie_break,
            consulting_seat=consulting,
            earliest_on=visit,
            alarm=made.vacant,
            **seen,
        )

    def consulted(self, role: str | None, made: Selection) -> tuple[date | None, list[str]]:
        """The day a consulted partner can be met, for one who comes on visiting days; and what to say about it."""
        if role is None:
            return None, made.because
        seat, conflicts = self.team.seat(role), self.facts.conflict_with
        people = [p for p in (*seat.holders, *seat.deputies) if p.id not in conflicts] if seat else []
        if seat is None or not any(person.in_force(self.asked_on) for person in people):
            return None, [*made.because, "consulting_vacant"]
        if seat.visiting_days is None:
            return None, made.because
        day = next_visit(
            seat.visiting_days,
            self.asked_on,
            lambda on: (
                self.roster.is_working_day(on) and any(p.in_force(on) and p.absent_until(on) is None for p in people)
            ),
        )
        return day, [*made.because, "visiting_day" if day else "no_visiting_day"]
