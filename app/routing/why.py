"""A kept decision told in order: facts, rules, people, and what came of it. Reads what was kept; decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.protection import needs
from app.kit.clock import civil_date
from app.kit.codesets import called, label
from app.kit.i18n import Text, speaking
from app.people.actor import Actor
from app.routing import queries, wording
from app.routing.facts import Facts
from app.routing.hiding import explained, fields_told, hidden_clients
from app.routing.models import RoutingDecision
from app.routing.reasons import day_text, filled, rejection_text
from app.routing.rules import Rule, RuleSet
from app.routing.selection import Rejection
from app.routing.sentences import BECAUSE, CONSULTED, PERSON, RECHECK
from app.routing.versions import version_of
from app.routing.why_schemas import (
    CandidateSeen,
    Coded,
    ConditionMissed,
    EarlierRule,
    FactSaid,
    Replaced,
    RoutingWhy,
    RuleSaid,
)
from app.routing.why_sentences import (
    AUTHOR,
    CAUSE,
    CHOSEN,
    EARLIEST,
    HUMAN,
    NO_RULE,
    NOT_BY_RULES,
    OF_THE_PATH,
    ONLY_ONE,
    OVERRIDDEN,
    REPLACED,
    RULE_DECIDED,
    RULE_MISSED,
)
from app.routing.whynot import CONDITIONS, Missed, missed_by, order

# What a condition looks at, where it is not a fact of the same name.
FACT_OF = {
    "problem_groups": "problem_areas", "main_problem_group": "main_problem", "own_care_team_known": "own_care_team",
}  # fmt: skip
# Facts that choose the team and the person, whatever the rules.
OF_PEOPLE = ("earlier_holder", "continuity_declined", "conflict_with", "declined_by")


def say(text: Text) -> str:
    return text.pick(speaking.get())


@dataclass(frozen=True)
class Seen:
    """A decision with the rules it names (None: not kept any more), what they saw, and what is hidden from the reader
    (a protected client's municipality)."""

    row: RoutingDecision
    rules: RuleSet | None
    view: Mapping[str, object]
    hidden: bool

    @property
    def by_rules(self) -> bool:
        """Whether rules give such work at all: who answers for a path, and the feedback owed, people say."""
        return bool(self.row.facts)

    @property
    def groups(self) -> wording.Groups:
        return self.rules.problem_groups if self.rules else {}

    def rule(self, id: str | None) -> Rule | None:
        return next((rule for rule in self.rules.rules if rule.id == id), None) if self.rules else None

    def hides(self, name: str) -> bool:
        return self.hidden and FACT_OF.get(name, name) in needs()["residence"].fields

    def said_of(self, rule_id: str) -> dict[str, Any]:
        """The fields of `RuleSaid`."""
        rule, decided = self.rule(rule_id), rule_id == self.row.rule
        why = rule and wording.why(rule, self.row.facts.get("main_problem") if decided else None, self.groups)
        return {"rule": rule_id, "source": rule.source if rule else None, "why": say(why) if why else None}

    def missed(self, missed: Missed) -> ConditionMissed:
        hidden = self.hides(missed.condition)
        *_, line = wording.missed(missed, self.groups, hidden=hidden)
        return ConditionMissed(
            condition=missed.condition,
            label=say(wording.fact(missed.condition)),
            needs=None if hidden else [plain(one) for one in sorted(missed.needs, key=order)],
            said=None if hidden else plain(missed.said),
            text=say(line),
        )


def plain(value: object) -> Any:
    """As JSON says it."""
    return sorted(value) if isinstance(value, frozenset) else value


async def seen(session: AsyncSession, actor: Actor, row: RoutingDecision) -> Seen:
    rules = await version_of(session, row.area_id, row.rule_set, row.rule_set_version)
    view = rules.view(Facts.parse(row.facts)) if rules and row.facts else {}
    return Seen(row, rules, view, row.client_id in await hidden_clients(session, actor, [row]))


async def told(session: AsyncSession, actor: Actor, row: RoutingDecision) -> RoutingWhy:
    of = await seen(session, actor, row)
    before = None
    if row.replaces_id is not None:
        mine = queries.visible_decisions(actor).where(RoutingDecision.id == row.replaces_id)
        before = await session.scalar(mine)
    earlier = row.facts.get("earlier_holder")
    ids = [row.holder_id, row.decided_by_id, before.holder_id if before else None]
    ids += [UUID(id) for id in (*row.facts.get("conflict_with", ()), *row.facts.get("declined_by", ()))]
    names = await queries.names_of(session, [*ids, UUID(earlier["holder"]) if earlier else None])
    hidden = fields_told(actor, row, of.hidden)
    rule = RuleSaid(**of.said_of(row.rule)) if row.rule and not of.hidden else None
    replaces = None
    if row.replaces_id is not None:
        replaces = Replaced(
            id=row.replaces_id,
            decided_at=before.decided_at if before else None,
            outcome=before.outcome if before else None,
            holder_name=names.get(before.holder_id) if before and before.holder_id else None,
        )
    override = None
    if row.override_reason:
        override = Coded(code=row.override_reason, text=called("override_reason", row.override_reason))
    tie = tie_break(row)
    seat = row.consulting_seat
    why = RoutingWhy(
        decision_id=row.id,
        told=[],
        facts=list(facts(of, names)),
        rule_set=hidden.get("rule_set", row.rule_set),
        rule_set_version=hidden.get("rule_set_version", row.rule_set_version),
        rule=rule,
        earlier_rules=[] if of.hidden else list(earlier_rules(of)),
        candidates=candidates(row, names),
        tie_break=Coded(code=tie[0], text=say(tie[1])) if tie else None,
        consulting_seat=Coded(code=seat, text=say(label("role", seat))) if seat else None,
        earliest_on=row.earliest_on,
        recheck_on=row.recheck_on,
        cause=Coded(code=row.cause, text=called("routing_cause", row.cause)),
        override=override,
        override_words=row.override_words,
        note=row.note,
        decided_at=row.decided_at,
        decided_by_id=row.decided_by_id,
        decided_by=names.get(row.decided_by_id) if row.decided_by_id else None,
        replaces=replaces,
    )
    why.told = [Coded(code=part, text=text) for part, text in in_order(of, why)]
    return why


def in_order(of: Seen, why: RoutingWhy) -> Iterator[tuple[str, str]]:
    """The parts as sentences: what was known, which rules, who, and what came of it."""
    row = of.row
    yield "decision", explained(row, of.hidden)[speaking.get()]
    if of.by_rules:
        yield "facts", "; ".join(f"{one.label}: {one.text}" for one in why.facts) + "."
    else:
        yield "no_rule", say(OF_THE_PATH if "follows_the_path" in row.because else NO_RULE)
    for one in why.earlier_rules:
        if "assessment" not in row.earlier_rules[one.rule]:  # rules for other kinds of work would fill the page
            missed = "; ".join(condition.text for condition in one.missed)
            yield "earlier_rule", say(RULE_MISSED.format(why=one.why or "–", missed=missed))
    if why.rule is not None and why.rule.why is not None:
        yield "rule", say(RULE_DECIDED.format(why=why.rule.why, source=why.rule.source))
    for person in why.candidates:
        text = f"{say(CHOSEN)} ({person.text})" if person.chosen else person.text
        yield "candidate", say(PERSON.format(name=person.name, reason=text)) + "."
    if row.consulting_seat:
        yield "consulting_seat", say(filled(CONSULTED, seat=label("role", row.consulting_seat)))
    if row.earliest_on:
        yield "earliest_on", say(filled(EARLIEST, day=day_text(row.earliest_on)))
    if row.recheck_on:
        yield "recheck_on", say(filled(RECHECK, day=day_text(row.recheck_on)))
    if why.override is not None:
        words = f" ({why.override_words})" if why.override_words else ""
        yield "override", say(OVERRIDDEN.format(reason=why.override.text + words))
    yield "cause", say(CAUSE.format(cause=why.cause.text))
    if why.replaces is not None and why.replaces.decided_at is not None:
        yield "replaces", say(filled(REPLACED, day=day_text(civil_date(why.replaces.decided_at))))
    if why.decided_by:
        yield "author", say(filled(AUTHOR, who=why.decided_by, day=day_text(civil_date(row.decided_at))))


def facts(of: Seen, names: Mapping[UUID, str]) -> Iterator[FactSaid]:
    """What the rules for this kind of work looked at, up to the deciding one, and what chose team and people."""
    kept = of.row.facts
    looked: set[str] = {"assessment", "municipality"} | {name for name in (*OF_PEOPLE, "urgent") if kept.get(name)}
    earlier = [id for id, missed in of.row.earlier_rules.items() if "assessment" not in missed]
    for rule in map(of.rule, [*earlier, of.row.rule]):
        looked |= {FACT_OF.get(name, name) for name in CONDITIONS if rule and getattr(rule.when, name)}
    for name in (name for name in Facts.__dataclass_fields__ if name in kept):
        if name in looked or (not of.rules and kept[name]):
            hidden = of.hides(name)
            value = None if hidden else kept[name]
            text = wording.HIDDEN if hidden else in_words(name, value, names, of.groups)
            yield FactSaid(fact=name, label=say(wording.fact(name)), value=value, text=say(text))


def in_words(name: str, value: Any, names: Mapping[UUID, str], groups: wording.Groups) -> Text:
    if name == "earlier_holder" and value:
        who = names.get(UUID(value["holder"]), "?")
        until = (
            day_text(date.fromisoformat(value["ended_on"])) if value["ended_on"] else label("fact_truth", "not_said")
        )
        return filled(Text("{who} ({until})", "{who} ({until})", "{who} ({until})"), who=who, until=until)
    if name in ("conflict_with", "declined_by"):
        value = [names.get(UUID(id), "?") for id in value]
    return wording.value(name, value, groups)


def earlier_rules(of: Seen) -> Iterator[EarlierRule]:
    """In their order; of rules that are not kept any more only the names of what they missed."""
    kept = of.row.earlier_rules
    ranks = {rule.id: rule.rank for rule in of.rules.rules} if of.rules else {}
    for id in sorted(kept, key=lambda id: (ranks.get(id, 0), id)):
        rule = of.rule(id)
        if rule is not None:
            missed = [of.missed(one) for one in missed_by(rule, of.view) if one.condition in kept[id]]
        else:
            unknown = [(name, say(wording.fact(name))) for name in kept[id]]
            missed = [ConditionMissed(condition=n, label=t, needs=None, said=None, text=t) for n, t in unknown]
        yield EarlierRule(**of.said_of(id), missed=missed)


def candidates(row: RoutingDecision, names: Mapping[UUID, str]) -> list[CandidateSeen]:
    """The one chosen first, then the others as they were kept."""
    found = [candidate(one) for one in row.rejected]
    if row.holder_id is None:
        return found
    said = [("override", HUMAN)] if row.override_reason else []
    said += [(code, NOT_BY_RULES[code]) for code in row.because if code in NOT_BY_RULES]
    tie = said[0] if said else tie_break(row) or ("only_one_available", ONLY_ONE)
    load, week = row.loads.get(str(row.holder_id)), row.recents.get(str(row.holder_id))
    chosen = CandidateSeen(
        person_id=row.holder_id,
        name=names.get(row.holder_id, ""),
        chosen=True,
        reason=tie[0],
        text=say(tie[1]).rstrip("."),
        until=None,
        open=load,
        max_open=None,
        recent=week,
        max_week=None,
    )
    return [chosen, *found]


def candidate(kept: Mapping[str, Any]) -> CandidateSeen:
    """Somebody who was not chosen, as the decision keeps it."""
    until = kept.get("until")
    numbers = {"open": "open", "max_open": "maxOpen", "recent": "recent", "max_week": "maxWeek", "chosen": "chosen"}
    rejection = Rejection(
        kept["reason"],
        until=date.fromisoformat(until) if until else None,
        **{name: kept.get(key) for name, key in numbers.items()},
    )
    return CandidateSeen(
        person_id=UUID(kept["personId"]),
        name=kept["name"],
        chosen=False,
        reason=rejection.reason,
        text=say(rejection_text(rejection)),
        until=rejection.until,
        open=rejection.open,
        max_open=rejection.max_open,
        recent=rejection.recent,
        max_week=rejection.max_week,
    )


def tie_break(row: RoutingDecision) -> tuple[str, Text] | None:
    """What decided between those who could take it."""
    if row.tie_break is None or row.holder_id is None:
        return None
    if row.tie_break not in BECAUSE:
        return row.tie_break, ONLY_ONE
    holder = str(row.holder_id)
    open, recent = row.loads.get(holder, 0), row.recents.get(holder, 0)
    return row.tie_break, BECAUSE[row.tie_break].format(load=open + recent, open=open, recent=recent)
