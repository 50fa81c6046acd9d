"""What answers amount to, written on a response: checked, counted by the instrument's own rules, put in its band."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.instruments import rules as instruments
from app.instruments import scoring
from app.instruments.item_schemas import ItemAnswer
from app.instruments.refusals import ItemsNotKept
from app.instruments.rules import Instrument
from app.instruments.service import answers_of
from app.instruments.use_refusals import INSTRUMENT_PROBLEMS, DateInFuture, InstrumentVersionUnknown
from app.instruments.wordings import Shelf
from app.kit.clock import civil_date
from app.outbox.events import append
from app.people.periods import at_field
from app.responses import queries, rules
from app.responses.models import InstrumentResponse
from app.responses.refusals import AnswersNeeded, ResponseEmpty, ScoreDisagrees
from app.responses.schemas import ResponseContent


def chosen(shelf: Shelf, code: str, version: str | None) -> Instrument:
    """That version, or the newest. Raises `InstrumentVersionUnknown`."""
    found = instruments.newest(code, shelf) if version is None else shelf.get((code, version))
    if found is None:
        raise at_field(InstrumentVersionUnknown, "version")
    return found


def of(shelf: Shelf, row: InstrumentResponse) -> Instrument:
    """The version that a response was asked with: a released version is never taken away."""
    return shelf[row.instrument, row.instrument_version]


def checked(shelf: Shelf, instrument: Instrument, given: ResponseContent, at: datetime) -> dict[str, int] | None:
    """The answers of a whole response, or None of a score alone, which an older version does not open where the newest
    asks the items. Raises what is wrong with it: one error for each answer that does not fit, and what a use of the
    instrument lacks."""
    if given.answered_on > civil_date(at):
        raise at_field(DateInFuture, "answeredOn")
    if given.answers and not instrument.items:
        raise ItemsNotKept()
    answers = answers_of(instrument, given.answers) if given.answers else None
    latest = instruments.newest(instrument.code, shelf) or instrument
    if answers is None and latest.items and latest.embed == "full":
        raise at_field(AnswersNeeded, "answers")
    found = scoring.score(instrument, answers).score if answers else given.score
    if answers and given.score is not None and found != given.score:
        errors = [{"pointer": "/body/score", "code": ScoreDisagrees.code, "detail": ScoreDisagrees.detail}]
        raise ScoreDisagrees(errors=errors, computed=found)
    problem = instruments.problem_with(instrument, found, given.edition, given.mode)
    if problem is not None and not (problem == "score_missing" and answers):
        refusal, field = INSTRUMENT_PROBLEMS[problem]
        raise at_field(refusal, field)
    return answers


def fits(instrument: Instrument, row: InstrumentResponse, given: Sequence[ItemAnswer]) -> None:
    """Answers so far with these on top. Raises `AnswersUnfit`."""
    if given:
        row.answers = {**(row.answers or {}), **answers_of(instrument, given)}


async def complete(
    session: AsyncSession,
    instrument: Instrument,
    row: InstrumentResponse,
    mode: str,
    on: date,
    by: UUID | None,
    at: datetime,
    score: float | None = None,
) -> None:
    """Count, put in its band, ask for guidance, and tell at once who is to see to a sign of danger. Raises
    `ResponseEmpty` where an instrument with items has neither answer nor score."""
    if row.answers:
        found = scoring.score(instrument, row.answers, sex=row.sex)
        row.score, row.score_because, row.rescaled = found.score, found.because, found.rescaled
        row.imputed, row.safety = list(found.imputed), found.safety
    elif instrument.items and score is None:
        raise ResponseEmpty()
    else:
        row.score = score
    banded = instruments.band_of(instrument, row.score, row.edition, row.sex)
    row.band = banded.band.code if banded.band else None
    row.band_source = banded.table.source if banded.band and banded.table else None
    row.guidance = rules.prompt(row.instrument, by is None)
    if row.safety:
        with session.no_autoflush:  # half of what is being said is no change yet
            row.safety_person_id = by or await queries.attends(session, row.id, at)
    row.complete(mode, on, by, at)
    append(session, "response.completed", row, client=row.client_id, team=row.team_id)
    if row.safety:
        told = str(row.safety_person_id)
        append(session, "response.attention", row, client=row.client_id, team=row.team_id, person_id=told)
    await session.flush()
