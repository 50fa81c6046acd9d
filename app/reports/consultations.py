"""Consultations and pair work of a team, month by month and by counterpart (C-28)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import called
from app.reports import queries, rules
from app.reports.consultation_schemas import ActorCount, ConsultationFigures, KindTotal
from app.reports.queries import Met
from app.reports.service import check_range
from app.teams.models import Team


async def consultation_figures(
    session: AsyncSession, team: Team, first: date, last: date, at: datetime
) -> ConsultationFigures:
    """Of a team, in a quarter that has ended. A line with 1 to 4 people behind it is hidden, and the next smallest as
    long as it could be computed from the total of its kind. Raises the range problems."""
    check_range(first, last, at)
    found = await queries.consultations(session, team.id, civil_date(at), first, last)
    totals, lines = [], []
    for what in sorted({one.what for one in found}):
        of_kind = [one for one in found if one.what == what]
        shut, total_shut = rules.hidden({n: (one.people,) for n, one in enumerate(of_kind)})
        totals.append(KindTotal(what=what, number=None if total_shut else sum(one.number for one in of_kind)))
        lines += [line(one, n in shut) for n, one in enumerate(of_kind)]
    return ConsultationFigures(
        team_id=team.id, from_on=first, to_on=last, smallest=rules.SMALLEST, totals=totals, lines=lines
    )


def line(one: Met, shut: bool) -> ActorCount:
    """Answers and their days only where neither those answered nor the others are so few that they could be known."""
    few = shut or one.what != "consultation" or rules.tells((one.answered_people, one.people - one.answered_people))
    return ActorCount(
        what=one.what,
        month=one.month,
        role=one.role,
        role_label=called("role", one.role),
        organisation_id=one.organisation_id,
        organisation=one.organisation,
        number=None if shut else one.number,
        answered=None if few else one.answered,
        median_answer_days=None if few or one.median_days is None else round(one.median_days, 1),
    )
