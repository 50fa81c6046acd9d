"""Guidance given where an instrument was used (C-41): how often it was asked, and what it led to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.i18n import Text, speaking
from app.kit.problems import Forbidden
from app.people.actor import Actor
from app.reports import queries, rules
from app.reports.guidance_schemas import GuidanceCounts, GuidanceFigures, InstrumentGuidance
from app.reports.schemas import IndicatorRead
from app.reports.service import check_range
from app.security.permissions import Permission as P

PARTS = {"guided": "guided", "no_need": "no_need", "unanswered": "prompted"}
NAME = Text("Ohjaus mittarin käytön yhteydessä", "Hänvisning när en mätare används", "Guidance given at instrument use")
DEFINITION = Text(
    "Täytetyt mittarit, joissa kysyttiin ohjauksen tarvetta, täyttökuukauden mukaan: ohjattu, ei tarvetta, "
    "sanomatta. Asiakkaan omaa itsearviointia ei lasketa.",
    "Ifyllda mätare där behovet av hänvisning frågades, enligt när de fylldes i: hänvisad, inget behov, inte "
    "angett. Klientens egen självbedömning räknas inte.",
    "Completed instruments that asked whether guidance is needed, by when they were completed: guided, no need, not "
    "said. A client's own self-assessment does not count.",
)
SOURCE = Text("Täytetyt mittarit", "Ifyllda mätare", "Answered instruments")
Line = Mapping[str, queries.Told]


async def guidance_figures(
    session: AsyncSession, actor: Actor, first: date, last: date, at: datetime
) -> GuidanceFigures:
    """Of the area whose own organisation the caller reads figures in. Raises `Forbidden` and the range problems."""
    check_range(first, last, at)
    areas = actor.areas_with(P.REPORT_READ)
    if not areas:
        raise Forbidden()
    lines: dict[str, dict[str, queries.Told]] = {}
    for (instrument, part), told in (await queries.guidance(session, areas[0], civil_date(at), first, last)).items():
        lines.setdefault(instrument, {})[part] = told
    shut, total_shut = rules.hidden({instrument: people(line) for instrument, line in lines.items()})
    language = speaking.get()
    return GuidanceFigures(
        area_id=areas[0],
        from_on=first,
        to_on=last,
        smallest=rules.SMALLEST,
        indicator=IndicatorRead(
            code="guidance_at_use",
            name=NAME.pick(language),
            definition=DEFINITION.pick(language),
            data_source=SOURCE.pick(language),
        ),
        total=counts(lines.values() if not total_shut else None),
        instruments=[
            InstrumentGuidance(
                instrument=instrument,
                label=called("instrument", instrument),
                counts=counts(None if instrument in shut else [line]),
            )
            for instrument, line in sorted(lines.items())
        ],
    )


def people(line: Line) -> rules.Cell:
    """How many are behind each number of a line."""
    return tuple(line[part].people if part in line else 0 for part in PARTS.values())


def counts(lines: Iterable[Line] | None) -> GuidanceCounts:
    """Sums of these lines; nothing where they may not be shown."""
    if lines is None:
        return GuidanceCounts(prompted=None, guided=None, no_need=None, unanswered=None)
    found: dict[str, int] = dict.fromkeys(PARTS, 0)
    for line in lines:
        for name, part in PARTS.items():
            found[name] += line[part].number if part in line else 0
    return GuidanceCounts(prompted=sum(found.values()), **found)
