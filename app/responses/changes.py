"""The scores of one client over time, by instrument."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.instruments import rules as instruments
from app.instruments.changes import Point, change, directed
from app.instruments.wordings import Shelf
from app.kit.schemas import WordsRead
from app.people.actor import Actor
from app.responses import queries
from app.responses.change_schemas import ChangeRead, InstrumentChange, InstrumentChangeList, PointRead
from app.responses.models import InstrumentResponse
from app.responses.service import reads


async def scored(
    session: AsyncSession, actor: Actor, client_id: UUID, instrument: str | None = None
) -> list[InstrumentResponse]:
    """Those whose content the caller may read, the oldest first."""
    rows = await session.scalars(queries.scored(actor, client_id, instrument))
    return [row for row in rows if reads(actor, row)]


def point(row: InstrumentResponse, *, told: bool) -> Point:
    """`told`: with its band, which is a screening text for professionals."""
    assert row.answered_on is not None
    assert row.score is not None
    return Point(row.answered_on, row.score, row.band if told else None, row.instrument_version, row.edition)


def listed(actor: Actor, shelf: Shelf, rows: Iterable[InstrumentResponse]) -> InstrumentChangeList:
    by_code: dict[str, list[InstrumentResponse]] = {}
    for row in rows:
        by_code.setdefault(row.instrument, []).append(row)
    told = actor.client_id is None
    return InstrumentChangeList(items=[of(shelf, code, found, told=told) for code, found in sorted(by_code.items())])


def of(shelf: Shelf, code: str, rows: list[InstrumentResponse], *, told: bool) -> InstrumentChange:
    newest = instruments.newest(code, shelf)
    assert newest is not None
    points = [point(row, told=told) for row in rows]
    found = change(points)
    return InstrumentChange(
        instrument=code,
        title=WordsRead.model_validate(newest.title),
        points=[
            PointRead(
                response_id=row.id, answered_on=one.at, score=one.score, band=one.band, version=one.version,
                edition=one.edition,
            )
            for row, one in zip(rows, points, strict=True)
        ],
        change=ChangeRead(
            first_on=found.first.at if found.first else None,
            last_on=found.last.at if found.last else None,
            difference=found.difference,
            direction=directed(found, newest.direction),
            because=found.because,
        ),
    )  # fmt: skip
