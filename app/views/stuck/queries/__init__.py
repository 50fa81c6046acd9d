"""The one statement of stuck cases: a branch for each bad state, over the work and the paths that the caller sees.

Another state is a function from `Ground` to lines, its name in `BRANCHES` and its words in `stuck_code`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, Subquery, case, func, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.contacts.queries import ContactState
from app.kit.clock import civil_date
from app.people.actor import Actor
from app.referrals.side_roads import recheck_days
from app.security.permissions import Permission as P
from app.views.queries import asking
from app.views.stuck.queries import instruments, paths, services, work
from app.views.stuck.queries.ground import Ground, ground
from app.views.stuck.rules import days_of, limits_on, ranks

BRANCHES: dict[str, tuple[Callable[[Ground], Select[Any]], ...]] = {
    "no_owner": (work.no_owner,),
    "owner_left": (work.owner_left,),
    "owner_away": (work.owner_away,),
    "waiting_too_long": (work.waiting_too_long,),
    "feedback_owed": (work.feedback_owed, paths.feedback_near),
    "consent_expiring": (paths.consent_expiring,),
    "consent_gap": (work.consent_gap,),
    "next_action_overdue": (paths.next_action_overdue,),
    "no_next_action": (paths.no_next_action,),
    "step_overdue": (paths.step_overdue,),
    "silent_client": (work.silent_client,),
    "waiting_on_record_request": (paths.waiting_on_record_request,),
    "follow_up_overdue": (paths.follow_up_overdue,),
    "meeting_not_held": (paths.meeting_not_held,),
    "appointment_not_noted": (services.appointment_not_noted,),
    "meeting_without_convener": (paths.meeting_without_convener,),
    "safety_unseen": (instruments.safety_unseen,),
    "response_unanswered": (instruments.response_unanswered,),
    "form_unanswered": (paths.form_unanswered,),
    "hold_ended": (paths.hold_ended,),
    "plan_review_overdue": (services.plan_review_overdue,),
    "consultation_overdue": (services.consultation_overdue,),
    "participation_overdue": (services.participation_overdue,),
    "after_contact_overdue": (services.after_contact_overdue,),
    "feedback_question_open": (services.feedback_question_open,),
    "quiet": (paths.quiet,),
}

# What a reader must be able to read in its own room, to be told that it is late.
READ_WITH = {
    "meeting_not_held": P.MEETING_READ,
    "appointment_not_noted": P.MEETING_READ,
    "consultation_overdue": P.CONSULTATION_READ,
    "meeting_without_convener": P.MEETING_READ,
    "form_unanswered": P.PREINFORMATION_READ,
    "safety_unseen": P.RESPONSE_READ,
    "response_unanswered": P.RESPONSE_READ,
    "waiting_on_record_request": P.ASSESSMENT_READ,
    "feedback_question_open": P.REFERRAL_READ,
}


@dataclass(frozen=True)
class Filter:
    """Which stuck cases; None lets everything through. `holder_id`: whose it is to put right."""

    codes: tuple[str, ...] = ()
    team_id: UUID | None = None
    client_id: UUID | None = None
    holder_id: UUID | None = None


@lru_cache(maxsize=1)
def lines() -> Subquery:
    """Every line of every branch. Built once, as `views.queries.everything` is."""
    over = ground()
    return union_all(*(branch(over) for found in BRANCHES.values() for branch in found)).subquery("line")


@lru_cache(maxsize=1)
def rank() -> Any:
    c, words = lines().c, ranks()
    return case((c.alarm, 1), *((c.code == code, number) for code, number in words.items()), else_=3)


def stuck(actor: Actor, chosen: Filter) -> Subquery:
    """One row for a case and a state: the worst and oldest of its lines, and how many there are."""
    c, severity = lines().c, rank().cast(Integer)
    rows = select(
        *(column for column in c if column.key != "alarm"),
        severity.label("severity"),
        func.count().over(partition_by=(c.case_id, c.code)).label("number"),
    )
    wanted: Mapping[Any, UUID | None] = {
        c.team_id: chosen.team_id, c.client_id: chosen.client_id, c.holder_id: chosen.holder_id
    }  # fmt: skip
    if unread := [code for code, permission in READ_WITH.items() if not actor.may(permission)]:
        rows = rows.where(c.code.not_in(unread))
    if chosen.codes:
        rows = rows.where(c.code.in_(chosen.codes))
    for of, value in wanted.items():
        if value is not None:
            rows = rows.where(of == value)
    order = (severity, c.since_on, c.subject_id)
    placed = func.row_number().over(partition_by=(c.case_id, c.code), order_by=order)
    found = rows.add_columns(placed.label("place")).subquery("placed")
    return select(found).where(found.c.place == 1).subquery("stuck")


def asked(session: AsyncSession, actor: Actor, silent: Collection[ContactState]) -> dict[str, Any]:
    """The parameters for this caller today."""
    today = civil_date(actor.at)
    told = {
        "silent": [state.client.id for state in silent],
        "silent_on": [civil_date(state.found.since or actor.at) for state in silent],
    }
    return asking(actor, recheck_days(session)) | days_of(today, limits_on(today)) | told | {"at": actor.at}


def page(
    session: AsyncSession, actor: Actor, chosen: Filter, silent: Collection[ContactState]
) -> tuple[Select[Any], dict[str, Any]]:
    """The rows, and what they are ordered by: the worst first, then the longest."""
    found = stuck(actor, chosen)
    keys = {name: found.c[name] for name in ("severity", "since_on", "case_id", "code")}
    return select(found).params(asked(session, actor, silent)), keys


async def counts(
    session: AsyncSession, actor: Actor, chosen: Filter, silent: Collection[ContactState]
) -> tuple[int, dict[str, tuple[int, int]]]:
    """How many cases are stuck at all, and how many in each state with the rank of the worst, in one statement."""
    found = stuck(actor, chosen).c
    rows = select(found.code, func.count()).group_by(func.grouping_sets(tuple_(found.code), tuple_()))
    cases = func.count(func.distinct(found.case_id))
    told = (
        await session.execute(rows.add_columns(cases, func.min(found.severity)), asked(session, actor, silent))
    ).all()
    by_code = {code: (number, worst) for code, number, _, worst in told if code is not None}
    return next((one[2] for one in told if one[0] is None), 0), by_code
