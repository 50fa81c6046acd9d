"""Reports: which period, whose area, and what of the numbers may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import called, codeset
from app.kit.i18n import Text, speaking
from app.kit.problems import Forbidden, Invalid
from app.people.actor import Actor
from app.referrals.rules import LATE_AFTER_DAYS
from app.reports import queries, rules
from app.reports.rules import Counted
from app.reports.schemas import Figures, IndicatorRead, MonthFigures, ReferralQuality, SourceFigures
from app.security.permissions import Permission as P


class RangeBackwards(Invalid):
    code = "range_backwards"
    detail = Text(
        "Jakso päättyy ennen alkuaan.", "Perioden slutar före sin början.", "The period ends before it begins."
    )


class RangeNotQuarter(Invalid):
    """One calendar quarter: of two periods that overlap, the difference would tell of the people in it."""

    code = "range_not_a_quarter"
    detail = Text(
        "Jakso on kalenterin neljännesvuosi, esimerkiksi 1.1.–31.3.",
        "Perioden är ett kalenderkvartal, till exempel 1.1–31.3.",
        "The period is a calendar quarter, for instance 1 January to 31 March.",
    )


class RangeNotEnded(Invalid):
    """Of a period that runs, each day would tell of the day before."""

    code = "range_not_ended"
    detail = Text("Jakso ei ole vielä päättynyt.", "Perioden har inte upphört ännu.", "The period has not ended yet.")


def check_range(first: date, last: date, at: datetime) -> None:
    """Raises `RangeBackwards`, `RangeNotQuarter`, `RangeNotEnded`."""

    def refused(problem: type[Invalid], name: str) -> Invalid:
        return problem(errors=[{"pointer": f"/query/{name}", "code": problem.code, "detail": problem.detail}])

    if last < first:
        raise refused(RangeBackwards, "to")
    if last.year > 9998 or not rules.is_quarter(first, last):
        raise refused(RangeNotQuarter, "from" if first.day != 1 else "to")
    if last >= civil_date(at):
        raise refused(RangeNotEnded, "to")


async def referral_quality(
    session: AsyncSession, actor: Actor, first: date, last: date, at: datetime
) -> ReferralQuality:
    """Of the area whose own organisation the caller reads figures in. Raises `Forbidden` and the range problems."""
    check_range(first, last, at)
    areas = actor.areas_with(P.REPORT_READ)
    if not areas:
        raise Forbidden()
    counted = await queries.referral_quality(
        session,
        areas[0],
        civil_date(at),
        first,
        last,
        late_after=LATE_AFTER_DAYS,
        criteria=len(codeset("criterion")),
    )
    by_source: dict[str, dict[str, Counted]] = {}
    for (source, month), line in counted.items():
        by_source.setdefault(source, {})[month] = line
    lines = {source: sum(months.values(), Counted()) for source, months in by_source.items()}
    shut, total_shut = rules.hidden({source: line.cell("number") for source, line in lines.items()})
    shares, totals_shut = rules.shown(lines, shut)
    whole = sum(lines.values(), Counted())
    of_all = {name: None if total_shut or name in totals_shut else whole.value(name) for name in rules.SHARES}
    language = speaking.get()
    return ReferralQuality(
        area_id=areas[0],
        from_on=first,
        to_on=last,
        smallest=rules.SMALLEST,
        indicators=[
            IndicatorRead(
                code=indicator.code,
                name=indicator.name.pick(language),
                definition=indicator.definition.format(days=LATE_AFTER_DAYS).pick(language),
                data_source=rules.SOURCE.pick(language),
            )
            for indicator in rules.INDICATORS
        ],
        total=Figures(number=None if total_shut else whole.number, **of_all),
        sources=[
            SourceFigures(
                source=source,
                label=called("referral_source", source),
                number=None if source in shut else line.number,
                **shares[source],
                months=trend(by_source[source], source in shut, shares[source]["late"] is None),
            )
            for source, line in sorted(lines.items())
        ],
    )


def trend(months: Mapping[str, Counted], number_shut: bool, late_shut: bool) -> list[MonthFigures]:
    """The months of one source; what is hidden of the source is hidden of its months."""
    shut, _ = rules.hidden({month: line.cell("number") for month, line in months.items()})
    if number_shut:
        shut = set(months)
    late, _ = rules.hidden({month: line.cell("late") for month, line in months.items()}, shut)
    if late_shut:
        late = set(months)
    return [
        MonthFigures(
            month=month,
            number=None if month in shut else line.number,
            late=None if month in late else line.value("late"),
        )
        for month, line in sorted(months.items())
    ]
