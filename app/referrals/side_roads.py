"""How the side roads show: waiting, priority, the chain of teams and the clocks; to a sender nearly nothing of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.i18n import speaking
from app.referrals import clocks, queries
from app.referrals.models import Feedback, Referral, ReferralState
from app.referrals.road_schemas import ClockRead, TeamLeft
from app.work.models import WorkItem

VOID = frozenset({ReferralState.DRAFT, ReferralState.CANCELLED, ReferralState.ENTERED_IN_ERROR})
HIDDEN: dict[str, Any] = {
    **dict.fromkeys(("priority", "waiting_since", "waiting_days", "recheck_on", "recheck_overdue")),
    **dict.fromkeys(("moves", "moved_from", "been_here_before", "first_contact_at")),
    "clocks": [],
}


def recheck_days(session: AsyncSession) -> int:
    """After how many days of waiting the need is checked again: a setting (C-24)."""
    days: int = session.info["settings"].recheck_days
    return days


def moments(referral: Referral, final: Feedback | None, owed: WorkItem | None) -> clocks.Moments:
    return clocks.Moments(
        asked_urgent=referral.urgency == "urgent",
        urgent=referral.urgent,
        submitted_at=referral.submitted_at,
        prioritised_at=referral.prioritised_at,
        decided_at=referral.decided_at,
        taken_on=referral.pathway_id is not None,
        in_progress=referral.state is ReferralState.IN_PROGRESS,
        waiting_since=referral.waiting_since,
        rechecked_at=referral.rechecked_at,
        recheck_planned_on=referral.recheck_planned_on,
        first_contact_at=referral.first_contact_at,
        owed_at=owed.opened_at if owed else None,
        final_at=final.given_at if final else None,
        waits=referral.state is ReferralState.WAITLISTED,
        void=referral.state in VOID,
    )


def raised_at(referral: Referral) -> datetime | None:
    return moments(referral, None, None).raised_at


def clocks_of(
    session: AsyncSession, referral: Referral, final: Feedback | None, owed: WorkItem | None
) -> list[clocks.Clock]:
    return clocks.clocks(moments(referral, final, owed), recheck_days(session))


def show_clock(clock: clocks.Clock, at: datetime) -> ClockRead:
    return ClockRead(
        clock=clock.clock,
        due_on=clock.due_on,
        overdue=clock.overdue(at),
        met_at=clock.met_at,
        rule=clock.rule.pick(speaking.get()),
        rule_code=clock.rule_code,
        source=clock.source,
        since=clock.since,
    )


def waiting_days(referral: Referral, at: datetime) -> int | None:
    """Whole days in Finland since it began to wait."""
    if referral.state is not ReferralState.WAITLISTED or referral.waiting_since is None:
        return None
    return (civil_date(at) - civil_date(referral.waiting_since)).days


def recheck_of(session: AsyncSession, referral: Referral, at: datetime) -> tuple[date | None, bool | None]:
    """When the need is checked again, and whether that day has passed; nothing unless it waits."""
    running = next((c for c in clocks_of(session, referral, None, None) if c.clock == "recheck"), None)
    return (running.due_on, running.overdue(at)) if running else (None, None)


def in_list(session: AsyncSession, referral: Referral, view: str, at: datetime) -> dict[str, Any]:
    """What a list row says of it."""
    if view == "sender":
        return {name: HIDDEN[name] for name in ("priority", "waiting_days", "recheck_overdue")}
    return {
        "priority": referral.priority or referral.urgency,
        "waiting_days": waiting_days(referral, at),
        "recheck_overdue": recheck_of(session, referral, at)[1],
    }


async def in_full(
    session: AsyncSession,
    referral: Referral,
    view: str,
    found: list[clocks.Clock],
    at: datetime,
    *,
    concealed: bool = False,
) -> dict[str, Any]:
    """What the referral itself says of it. `concealed`: which team had it before would tell where the client lives."""
    if view == "sender":
        return HIDDEN
    waits = referral.state is ReferralState.WAITLISTED
    recheck_on, overdue = recheck_of(session, referral, at)
    return {
        "priority": referral.priority or referral.urgency,
        "waiting_since": referral.waiting_since if waits else None,
        "waiting_days": waiting_days(referral, at),
        "recheck_on": recheck_on,
        "recheck_overdue": overdue,
        "moves": len(referral.teams_left),
        "moved_from": None if concealed else await moved_from(session, referral),
        "been_here_before": referral.team_id in referral.teams_left,
        "first_contact_at": referral.first_contact_at,
        "clocks": [show_clock(clock, at) for clock in found],
    }


async def moved_from(session: AsyncSession, referral: Referral) -> TeamLeft | None:
    if not referral.teams_left:
        return None
    last: UUID = referral.teams_left[-1]
    return TeamLeft(team_id=last, name=(await queries.team_names(session, [last])).get(last))
