"""Figures of appointments: how many took place, were missed or cancelled by the client, by kind and month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import reduce

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.problems import Forbidden
from app.people.actor import Actor
from app.reports import queries, rules
from app.reports.rules import Visits
from app.reports.service import check_range
from app.reports.visits_schemas import AppointmentFigures, VisitKind, VisitMonth, VisitNumbers
from app.security.permissions import Permission as P


def numbers(found: Visits, *, shut: bool) -> dict[str, int | None]:
    return dict.fromkeys(Visits._fields) if shut else {**found._asdict()}


def summed(found: Mapping[str, Visits]) -> Visits:
    return reduce(Visits.plus, found.values(), Visits())


async def appointment_figures(
    session: AsyncSession, actor: Actor, first: date, last: date, at: datetime
) -> AppointmentFigures:
    """Of the area whose own organisation the caller reads figures in. Raises `Forbidden` and the range problems."""
    check_range(first, last, at)
    areas = actor.areas_with(P.REPORT_READ)
    if not areas:
        raise Forbidden()
    by_kind: dict[str, dict[str, Visits]] = {}
    for (kind, month), found in (await queries.appointments(session, areas[0], civil_date(at), first, last)).items():
        by_kind.setdefault(kind, {})[month] = found
    lines = {kind: summed(months) for kind, months in by_kind.items()}
    shut, total_shut = rules.hidden({kind: line.cell for kind, line in lines.items()})
    return AppointmentFigures(
        area_id=areas[0],
        from_on=first,
        to_on=last,
        smallest=rules.SMALLEST,
        total=VisitNumbers(**numbers(summed(lines), shut=total_shut)),
        kinds=[
            VisitKind(
                kind=kind,
                label=called("appointment_kind", kind),
                months=of_months(by_kind[kind], shut=kind in shut),
                **numbers(line, shut=kind in shut),
            )
            for kind, line in sorted(lines.items())
        ],
    )


def of_months(months: Mapping[str, Visits], *, shut: bool) -> list[VisitMonth]:
    """What is hidden of a kind is hidden of its months."""
    closed, _ = rules.hidden({month: line.cell for month, line in months.items()})
    return [
        VisitMonth(month=month, **numbers(line, shut=shut or month in closed)) for month, line in sorted(months.items())
    ]
