"""Waiting for room, checking the need again while one waits, and the receiver's own priority."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.people.actor import Actor
from app.referrals import history, queries
from app.referrals.answering import told
from app.referrals.content import refuse_codes
from app.referrals.intake import triage_facts
from app.referrals.models import FLOW, Referral, ReferralState
from app.referrals.refusals import NoCapacityYet, NoTeamYet
from app.referrals.road_schemas import ReferralPrioritise, ReferralRecheck, ReferralWaitlist
from app.routing.capacity import has_room
from app.routing.decide import Queue, QueueKind
from app.routing.queries import newest
from app.work import queries as work_queries
from app.work import service as work

# What a re-check says of the priority, and which results leave the date as it was: they are not a look at the need.
PRIORITY = {"more_urgent": "urgent", "less_urgent": "routine"}
UNSETTLED = frozenset({"not_needed", "not_reached"})
LONGEST = timedelta(days=365)


class RecheckNotAhead(Invalid):
    """`recheckOn` is after today, and at most a year ahead."""

    code = "recheck_not_ahead"
    detail = Text(
        "Tarkistuspäivän on oltava tämän päivän jälkeen ja vuoden sisällä.",
        "Kontrolldagen ska vara efter i dag och inom ett år.",
        "The date of the re-check is after today, and within a year.",
    )


def check_ahead(recheck_on: date | None, at: datetime) -> None:
    today = civil_date(at)
    if recheck_on is not None and not today < recheck_on <= today + LONGEST:
        problem = RecheckNotAhead
        raise problem(errors=[{"pointer": "/body/recheckOn", "code": problem.code, "detail": problem.detail}])


async def waitlist(
    session: AsyncSession, actor: Actor, referral: Referral, given: ReferralWaitlist, at: datetime
) -> None:
    """Onto the team's waiting list (C-23): its owner is free for other work, and the sender reads that it waits.

    Raises `NoTeamYet`, `RecheckNotAhead`, `CodeNotInForce`.
    """
    if referral.team_id is None:
        raise NoTeamYet()
    require_in_force("waiting_reason", given.reason, civil_date(at))
    check_ahead(given.recheck_on, at)
    referral.waitlist(given.reason, given.recheck_on, at)
    item = await work_queries.work_of(session, referral.id, "referral_triage", lock=True)
    decision = await newest(session, referral.id)
    if item is not None and decision is not None and decision.seat_role is not None:
        queue = str(Queue(QueueKind.SEAT_WAITING_LIST, decision.seat_role))
        work.wait(item, queue=queue, seat_id=decision.seat_id, alarm=referral.urgent)
    history.note(session, referral, "waitlisted", at, by=actor.person_id, reason=given.reason, next_on=given.recheck_on)
    told(session, "referral.waitlisted", referral)
    await session.flush()


async def recheck(
    session: AsyncSession, actor: Actor, referral: Referral, given: ReferralRecheck, at: datetime
) -> None:
    """The need of somebody who waits, looked at again (C-24); the sender notices nothing."""
    refuse_codes(note=given.note)
    require_in_force("recheck_result", given.result, civil_date(at), "/body/result")
    require_in_force("recheck_how", given.how, civil_date(at), "/body/how")
    check_ahead(given.recheck_on, at)
    referral.recheck(given.result not in UNSETTLED, given.recheck_on, at)
    priority = PRIORITY.get(given.result)
    if priority is not None:
        await set_priority(session, referral, priority, at)
    history.note(
        session,
        referral,
        "rechecked",
        at,
        by=actor.person_id,
        reason=given.result,
        how=given.how,
        words=given.note,
        priority=priority,
        next_on=given.recheck_on,
    )
    told(session, "referral.rechecked", referral)
    await session.flush()


async def prioritise(
    session: AsyncSession, actor: Actor, referral: Referral, given: ReferralPrioritise, at: datetime
) -> None:
    """The receiver's own priority: the deadlines follow it, and the sender's urgency stays as it was sent."""
    refuse_codes(words=given.words)
    require_in_force("priority_reason", given.reason, civil_date(at))
    FLOW.check(referral.state, "prioritise")
    await set_priority(session, referral, given.priority, at)
    history.note(
        session,
        referral,
        "prioritised",
        at,
        by=actor.person_id,
        reason=given.reason,
        words=given.words,
        priority=given.priority,
    )
    told(session, "referral.prioritised", referral)
    await session.flush()


async def set_priority(session: AsyncSession, referral: Referral, priority: str, at: datetime) -> None:
    """What is urgent does not wait silently: on a waiting list it stands with an alarm, as routing would have it."""
    referral.prioritise(priority, at)
    item = await work_queries.work_of(session, referral.id, "referral_triage", lock=True)
    if item is not None and (item.queue or "").startswith(QueueKind.SEAT_WAITING_LIST.value):
        item.alarm = referral.urgent


async def room_for(session: AsyncSession, referral: Referral, at: datetime, *, lock: bool = False) -> bool:
    """Whether it may leave the waiting list for a path: somebody of the team could take it today (C-23)."""
    if referral.state is not ReferralState.WAITLISTED or referral.team_id is None:
        return True
    item = await work_queries.work_of(session, referral.id, "referral_triage")
    if item is not None and item.holder_id is not None:  # it was given room meanwhile, and has its holder
        return True
    team = await queries.team_of_area(session, referral.team_id, referral.area_id)
    facts = await triage_facts(session, referral)
    return team is not None and await has_room(session, referral.area_id, team, facts, at, lock=lock)


async def require_room(session: AsyncSession, referral: Referral, at: datetime) -> None:
    """Raises `NoCapacityYet`."""
    if not await room_for(session, referral, at, lock=True):
        raise NoCapacityYet()
