"""Routing a piece of work: lock the seat, read the roster, decide (pure), write decision and owner together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Conflict
from app.outbox.events import append
from app.people.actor import Actor
from app.routing import queries
from app.routing.decide import Decision, Outcome, decide
from app.routing.facts import EarlierHolder, Facts
from app.routing.keeping import HEALTH_FACTS, Asked, kept_of
from app.routing.models import RoutingDecision
from app.routing.rules import RuleSet, in_force
from app.routing.rulesets import load_rule_set
from app.teams.models import Team
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import WorkItem

# C-05 and C-01…C-03: which seats may do a kind of work when a human chooses.
ALLOWED_SEATS: dict[str, frozenset[str]] = {
    "functional_test": frozenset({"physiotherapist", "occupational_therapist"}),
    "functional_test_physical": frozenset({"physiotherapist", "occupational_therapist"}),
    "functional_test_daily": frozenset({"physiotherapist", "occupational_therapist"}),
    "physician_assessment": frozenset(
        {"physician_mental_substance_neuro", "physician_msk_somatic", "work_ability_physician"}
    ),
    "health_check": frozenset({"unemployed_health_nurse"}),
}


class DesignatedOnly(Conflict):
    """This work belongs to named seats: `seats` (C-05)."""

    code = "designated_only"
    detail = Text(
        "Tämän työn voi antaa vain nimetyille: {seats}.",
        "Detta arbete kan bara ges till utsedda: {seats}.",
        "This work can be given to designated seats only: {seats}.",
    )


class NotInSeat(Conflict):
    """The person does not hold the seat today, or is away."""

    code = "not_in_seat"
    detail = Text(
        "Henkilö ei ole tällä paikalla tänään tai on poissa.",
        "Personen innehar inte platsen i dag eller är frånvarande.",
        "The person does not hold the seat today, or is away.",
    )


@lru_cache(maxsize=1)
def shipped() -> tuple[RuleSet, ...]:
    """Every rule set in the folder. A version, once released, is never edited: old decisions name it."""
    folder = Path(__file__).parent / "rulesets"
    return tuple(load_rule_set(file) for file in sorted(folder.glob("*.json")))


async def preview(session: AsyncSession, area_id: UUID, facts: Facts, at: datetime) -> Decision:
    """What would be decided now. Nothing is locked, nothing written."""
    on = civil_date(at)
    found = await queries.teams_of_area(session, area_id)
    seating = await queries.seating(session, area_id, found, on, at)
    return decide(facts, in_force(shipped(), on), seating.roster, on)


async def route(session: AsyncSession, actor: Actor, asked: Asked, at: datetime) -> tuple[RoutingDecision, WorkItem]:
    """Decide, keep the decision, and give the work to its owner or queue, in one transaction.

    Work and decision are one flush: nothing is ever without an owner. The seat is locked before loads are counted.
    """
    on = civil_date(at)
    rules = in_force(shipped(), on)
    found = [asked.team] if asked.team else await queries.teams_of_area(session, asked.area_id)
    facts = asked.facts
    # Work that a team has stays with its named people, wherever the client lives, or if nobody knows (C-37).
    also = [facts.municipality] if asked.team else []
    rule, _ = rules.first_match(rules.view(facts))
    team = asked.team or covering(found, facts.municipality)
    if team is not None and rule is not None and rule.then.seat is not None:
        seat = await queries.lock_seat(session, team.id, rule.then.seat)
        facts = await with_earlier(session, asked.client_id, facts, rule.then.seat, seat)
    seating = await queries.seating(session, asked.area_id, found, on, at, also)
    decision = decide(facts, rules, seating.roster, on)
    kept = kept_of(asked, decision, seating, at, actor)
    item = await work_queries.work_of(session, asked.subject_id, asked.facts.assessment.value, lock=True)
    before = await queries.newest(session, asked.subject_id) if item else None
    kept.replaces_id = before.id if before else None
    session.add(kept)
    await session.flush()
    item = give(session, asked, kept, decision, item, at)
    append(
        session,
        "work.routed",
        kept,
        client=asked.client_id,
        team=kept.team_id,
        outcome=kept.outcome,
        subject_type=asked.subject_type,
        subject=str(asked.subject_id),
    )
    await session.flush()
    return kept, item


def covering(teams: Sequence[Team], municipality: str | None) -> Team | None:
    """As `Roster.team_for` chooses."""
    return min((t for t in teams if municipality in t.municipalities), key=lambda t: str(t.id), default=None)


def give(
    session: AsyncSession,
    asked: Asked,
    kept: RoutingDecision,
    decision: Decision,
    item: WorkItem | None,
    at: datetime,
) -> WorkItem:
    """The piece of work as the decision says: one holder, or one queue."""
    if decision.outcome is Outcome.ASSIGNED:
        place: dict[str, Any] = {
            "seat_id": kept.seat_id,
            "holder_id": kept.holder_id,
            "on_behalf_of_id": kept.on_behalf_of_id,
            "assigned_at": at,
        }
    else:
        place = {"queue": kept.queue, "seat_id": kept.seat_id, "alarm": decision.alarm}
    if item is None:
        item = WorkItem(
            client_id=asked.client_id,
            area_id=asked.area_id,
            team_id=kept.team_id,
            kind=decision.facts.assessment.value,
            subject_type=asked.subject_type,
            subject_id=asked.subject_id,
            opened_at=at,
            **place,
        )
        session.add(item)
    else:
        item.team_id = kept.team_id
        if decision.outcome is Outcome.ASSIGNED:
            assert kept.seat_id is not None
            assert kept.holder_id is not None
            work.take(
                item,
                seat_id=kept.seat_id,
                holder_id=kept.holder_id,
                on_behalf_of_id=kept.on_behalf_of_id,
                at=at,
            )
        else:
            work.wait(item, queue=str(kept.queue), seat_id=kept.seat_id, alarm=decision.alarm)
    return item


async def with_earlier(session: AsyncSession, client_id: UUID, facts: Facts, role: str, seat_id: UUID | None) -> Facts:
    """Continuity: who last did this client's work on the seat."""
    last = await work_queries.last_holder(session, client_id, seat_id) if seat_id else None
    if last is None:
        return facts
    holder, closed = last
    return replace(facts, earlier_holder=EarlierHolder(role, str(holder), civil_date(closed)))


async def override(
    session: AsyncSession, actor: Actor, asked: Asked, team: Team, role: str, person_id: UUID, reason: str, at: datetime
) -> RoutingDecision:
    """A human chooses otherwise, with a reason (C-02); capacity and designation still hold.

    Raises `DesignatedOnly`, `NotInSeat`, and `SeatFull` from the database.
    """
    allowed = ALLOWED_SEATS.get(asked.facts.assessment.value)
    if allowed is not None and role not in allowed:
        raise DesignatedOnly(seats=sorted(allowed))
    seat_id = await queries.lock_seat(session, team.id, role)
    on = civil_date(at)
    holder = await queries.holder_of_seat(session, seat_id, person_id, on) if seat_id else None
    if seat_id is None or holder is None or await queries.is_absent(session, person_id, on):
        raise NotInSeat()
    before = await queries.newest(session, asked.subject_id)
    name = (await queries.names_of(session, [person_id])).get(person_id, "")
    rules = in_force(shipped(), on)
    facts = asked.facts.as_dict()
    kept = RoutingDecision(
        client_id=asked.client_id,
        area_id=asked.area_id,
        team_id=team.id,
        subject_type=asked.subject_type,
        subject_id=asked.subject_id,
        register="health" if any(facts.get(n) for n in HEALTH_FACTS) else "operational",
        rule_set=rules.id,
        rule_set_version=rules.version,
        rule=None,
        facts=facts,
        outcome="assigned",
        seat_role=role,
        seat_id=seat_id,
        holder_id=person_id,
        on_behalf_of_id=None,
        consulting_seat=None,
        queue=None,
        suggest=None,
        candidates=[],
        alarm=False,
        because=["human_choice"],
        rejected=[],
        loads={},
        tie_break=None,
        earlier_rules={},
        earliest_on=None,
        explanation=CHOSEN.format(name=name, who=actor.name).as_dict(),
        decided_at=at,
        decided_by_id=actor.person_id,
        override_reason=reason,
        replaces_id=before.id if before else None,
    )
    session.add(kept)
    await session.flush()
    item = await work_queries.work_of(session, asked.subject_id, asked.facts.assessment.value, lock=True)
    assert item is not None, "every subject has its work"
    work.take(item, seat_id=seat_id, holder_id=person_id, on_behalf_of_id=None, at=at)
    append(session, "work.reassigned", kept, client=asked.client_id, team=team.id, subject=str(asked.subject_id))
    await session.flush()
    return kept


CHOSEN = Text(
    "{who} antoi työn henkilölle {name}. Perustelu on kirjattu.",
    "{who} gav arbetet till {name}. Motiveringen har antecknats.",
    "{who} gave the work to {name}. The reason is recorded.",
)
