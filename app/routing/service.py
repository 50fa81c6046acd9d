"""Routing a piece of work: lock the seat, read the roster, decide (pure), write decision and owner together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import label
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid
from app.outbox.events import append
from app.people.actor import Actor
from app.routing import queries
from app.routing.decide import Decision, Outcome, decide
from app.routing.facts import EarlierHolder, Facts
from app.routing.keeping import RELEASES, Asked, kept_of
from app.routing.models import RoutingDecision
from app.routing.reasons import filled
from app.routing.schemas import OverrideReason
from app.routing.versions import rules_of
from app.teams import queries as team_queries
from app.teams.models import Team
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import WorkItem

MENTAL_HEALTH = frozenset(
    {"psychiatric_nurse", "substance_worker", "mental_health_substance_unit", "physician_mental_substance_neuro"}
)
# C-05 and C-01…C-03: which seats may do a kind of work when a human chooses.
ALLOWED_SEATS: dict[str, frozenset[str]] = {
    "functional_test": frozenset({"physiotherapist", "occupational_therapist"}),
    "functional_test_physical": frozenset({"physiotherapist", "occupational_therapist"}),
    "functional_test_daily": frozenset({"physiotherapist", "occupational_therapist"}),
    "physician_assessment": frozenset(
        {"physician_mental_substance_neuro", "physician_msk_somatic", "work_ability_physician"}
    ),
    "health_check": frozenset({"unemployed_health_nurse"}),
    # C-56: findings of health, for seats of health.
    "psychiatric_assessment": MENTAL_HEALTH,
    "mental_health_substance_assessment": MENTAL_HEALTH,
}


class DesignatedOnly(Conflict):
    """This work belongs to named seats: `seats` (C-05)."""

    code = "designated_only"
    detail = Text(
        "Tämän työn voi antaa vain nimetyille: {seats}.",
        "Detta arbete kan bara ges till utsedda: {seats}.",
        "This work can be given to designated seats only: {seats}.",
    )


class WordsMissing(Invalid):
    """The reason `other` says nothing by itself."""

    code = "words_missing"
    detail = Text(
        "Kerro omin sanoin, mikä muu syy on.",
        "Berätta med egna ord vilken den andra orsaken är.",
        "Say in your own words what the other reason is.",
    )


def check_words(reason: str | None, words: str | None, pointer: str = "/body/words") -> None:
    """Raises `WordsMissing`, pointing at the words."""
    if reason == "other" and not words:
        raise WordsMissing(errors=[{"pointer": pointer, "code": WordsMissing.code, "detail": WordsMissing.detail}])


class NotInSeat(Conflict):
    """The person does not hold the seat today, has handed it over, or is away."""

    code = "not_in_seat"
    constraints = ("holder_not_there",)
    detail = Text(
        "Henkilö ei ole tällä paikalla tänään, on poissa tai on luovuttanut paikan.",
        "Personen innehar inte platsen i dag, är frånvarande eller har överlåtit den.",
        "The person does not hold the seat today, is away, or has handed it over.",
    )


async def preview(session: AsyncSession, area_id: UUID, facts: Facts, at: datetime) -> Decision:
    """What would be decided now. Nothing is locked, nothing written."""
    on = civil_date(at)
    found = await queries.teams_of_area(session, area_id)
    team = covering(found, facts.municipality)
    rules = await rules_of(session, area_id, team.rule_set if team else None, on)
    seating = await queries.seating(session, area_id, found, on, at)
    return decide(facts, rules, seating.roster, on)


async def route(session: AsyncSession, actor: Actor, asked: Asked, at: datetime) -> tuple[RoutingDecision, WorkItem]:
    """Decide, keep the decision, and give the work to its owner or queue, in one transaction.

    Work and decision are one flush: nothing is ever without an owner. The seat is locked before loads are counted.
    """
    decision, seating = await consider(session, asked, at)
    item = await work_queries.work_of(session, asked.subject_id, asked.facts.assessment.value, lock=True)
    before = await queries.newest(session, asked.subject_id) if item else None
    return await settle(session, actor, asked, decision, seating, item, before.id if before else None, at)


async def settle(
    session: AsyncSession,
    actor: Actor,
    asked: Asked,
    decision: Decision,
    seating: queries.Seating,
    item: WorkItem | None,
    replaces_id: UUID | None,
    at: datetime,
) -> tuple[RoutingDecision, WorkItem]:
    """Write a decision and give the work accordingly. Seat and work are locked by the caller."""
    if asked.cause in ("declined", "conflict") and decision.outcome is not Outcome.ASSIGNED:
        decision = replace(decision, alarm=True)  # somebody had it, and now nobody does
    owned = item is not None and item.holder_id is not None and asked.cause not in RELEASES
    kept = kept_of(asked, decision, seating, at, actor, owned=owned)
    kept.replaces_id = replaces_id
    if replaces_id is not None:
        kept.decided_at = after(await session.get(RoutingDecision, replaces_id), at)
    session.add(kept)
    await session.flush()
    item = give(session, asked, kept, item, at)
    append(
        session,
        "work.routed" if asked.cause == "asked" else "work.reassigned",
        kept,
        client=asked.client_id,
        team=kept.team_id,
        outcome=kept.outcome,
        cause=kept.cause,
        subject_type=asked.subject_type,
        subject=str(asked.subject_id),
    )
    await session.flush()
    return kept, item


async def consider(session: AsyncSession, asked: Asked, at: datetime) -> tuple[Decision, queries.Seating]:
    """What the rules say of this work now, with the seat that it would go to locked."""
    on = civil_date(at)
    found = [asked.team] if asked.team else await queries.teams_of_area(session, asked.area_id)
    facts = asked.facts
    # Work that a team has stays with its named people, wherever the client lives, or if nobody knows (C-37).
    also = [facts.municipality] if asked.team else []
    team = asked.team or covering(found, facts.municipality)
    rules = await rules_of(session, asked.area_id, team.rule_set if team else None, on)
    rule, _ = rules.first_match(rules.view(facts))
    if team is not None and rule is not None and rule.then.seat is not None:
        seat = await queries.lock_seat(session, team.id, rule.then.seat)
        facts = await with_earlier(session, asked.client_id, facts, rule.then.seat, seat)
    seating = await queries.seating(session, asked.area_id, found, on, at, also)
    return decide(facts, rules, seating.roster, on), seating


def covering(teams: Sequence[Team], municipality: str | None) -> Team | None:
    """As `Roster.team_for` chooses."""
    return min((t for t in teams if municipality in t.municipalities), key=lambda t: str(t.id), default=None)


def give(session: AsyncSession, asked: Asked, kept: RoutingDecision, item: WorkItem | None, at: datetime) -> WorkItem:
    """The piece of work as the decision says: one holder, or one queue. What a human has to decide stays with its
    present owner."""
    if item is None:
        item = WorkItem(
            client_id=asked.client_id,
            area_id=asked.area_id,
            team_id=kept.team_id,
            kind=asked.facts.assessment.value,
            subject_type=asked.subject_type,
            subject_id=asked.subject_id,
            opened_at=at,
            queue=kept.queue,
        )
        session.add(item)
    item.team_id, item.suggest = kept.team_id, kept.suggest
    if kept.holder_id is not None and (item.holder_id, item.seat_id) != (kept.holder_id, kept.seat_id):
        assert kept.seat_id is not None
        work.take(item, seat_id=kept.seat_id, holder_id=kept.holder_id, on_behalf_of_id=kept.on_behalf_of_id, at=at)
    elif kept.queue is not None:
        recheck = kept.recheck_on
        if item.queue == kept.queue and item.recheck_on and recheck:
            recheck = min(recheck, item.recheck_on)  # asking again puts no re-check off (C-24)
        work.wait(item, queue=kept.queue, seat_id=kept.seat_id, alarm=kept.alarm, recheck_on=recheck)
    return item


async def with_earlier(session: AsyncSession, client_id: UUID, facts: Facts, role: str, seat_id: UUID | None) -> Facts:
    """Continuity: who last did this client's work on the seat."""
    last = await work_queries.last_holder(session, client_id, seat_id) if seat_id else None
    if last is None:
        return facts
    holder, closed = last
    return replace(facts, earlier_holder=EarlierHolder(role, str(holder), civil_date(closed)))


async def override(
    session: AsyncSession,
    actor: Actor,
    asked: Asked,
    team: Team,
    role: str,
    person_id: UUID,
    given: OverrideReason,
    at: datetime,
) -> RoutingDecision:
    """A human chooses otherwise, with a coded reason (C-02); capacity and designation still hold. The decision keeps
    the rule that was overridden, so that they can be counted per rule.

    Raises `DesignatedOnly`, `NotInSeat`, `InConflict`, `WordsMissing`, and `SeatFull` and `WeekFull` from the database.
    """
    check_words(given.reason, given.words)
    allowed = ALLOWED_SEATS.get(asked.facts.assessment.value)
    if allowed is not None and role not in allowed:
        raise DesignatedOnly(seats=sorted(allowed))
    # Two seats are looked at, the rules' and the chosen one: all are taken in the one order, then the work.
    await team_queries.lock_seats(session, team.id)
    item = await work_queries.work_of(session, asked.subject_id, asked.facts.assessment.value, lock=True)
    assert item is not None, "every subject has its work"
    seat_id = await queries.lock_seat(session, team.id, role)
    on = civil_date(at)
    holder = await queries.holder_of_seat(session, seat_id, person_id, on) if seat_id else None
    if seat_id is None or holder is None or await queries.is_absent(session, person_id, on):
        raise NotInSeat()
    if str(person_id) in asked.facts.conflict_with:
        raise work.InConflict()
    decision, seating = await consider(session, asked, at)
    before = await queries.newest(session, asked.subject_id)
    kept = kept_of(asked, decision, seating, at, actor)
    name = seating.names.get(str(person_id), "")
    why = label("override_reason", given.reason)
    by_hand(kept, role, seat_id, person_id, filled(CHOSEN, name=name, who=actor.name, why=why))
    kept.cause, kept.override_reason, kept.override_words = "override", given.reason, given.words
    kept.replaces_id = before.id if before else None
    kept.decided_at = after(before, at)
    session.add(kept)
    await session.flush()
    work.take(item, seat_id=seat_id, holder_id=person_id, on_behalf_of_id=None, at=at)
    item.suggest = None
    append(session, "work.reassigned", kept, client=asked.client_id, team=team.id, subject=str(asked.subject_id))
    await session.flush()
    return kept


def after(before: RoutingDecision | None, at: datetime) -> datetime:
    """The instant of a decision that replaces another: later, whichever request began first."""
    return at if before is None else max(at, before.decided_at + timedelta(microseconds=1))


def by_hand(kept: RoutingDecision, role: str, seat_id: UUID, person_id: UUID, words: Text) -> None:
    """The decision as a human made it; the rule stays named."""
    kept.outcome, kept.because = "assigned", ["human_choice"]
    kept.seat_role, kept.seat_id, kept.holder_id, kept.on_behalf_of_id = role, seat_id, person_id, None
    kept.consulting_seat = kept.queue = kept.suggest = kept.tie_break = kept.earliest_on = kept.recheck_on = None
    kept.candidates, kept.alarm = [], False
    kept.rejected = [r for r in kept.rejected if r["personId"] != str(person_id)]
    kept.explanation = words.as_dict()


CHOSEN = Text(
    "{who} antoi työn henkilölle {name}. Perustelu: {why}.",
    "{who} gav arbetet till {name}. Motivering: {why}.",
    "{who} gave the work to {name}. The reason: {why}.",
)
