"""Addresses for who holds a link and has no account: an instrument, saving a part of it, sending it."""

from __future__ import annotations

from fastapi import Response

from app.audit.trail import used
from app.instruments.refusals import AnswersUnfit
from app.instruments.shown import Shown
from app.kit.clock import Now, civil_date
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.queries import one
from app.kit.routes import problems, room
from app.representatives.links import LINK, LinkHolder
from app.responses import content, queries, reading
from app.responses.filling_schemas import AnsweringRead, AnsweringSave, AnsweringSubmit
from app.responses.holder import Holder
from app.responses.models import FLOW, InstrumentResponse
from app.responses.refusals import ResponseEmpty

router = room("Responses", "/answering")
CHANGES = (*LINK, IllegalMove, PreconditionRequired, PreconditionFailed, AnswersUnfit)


@router.get("", responses=problems(*LINK))
async def get_answering(holder: Holder, session: Session, shelf: Shown, response: Response) -> AnsweringRead:
    """What is asked by this link, with the answers saved so far, who asks, and whom to call. Says nothing of the
    client."""
    row = await one(session, queries.response_of_link(holder.subject_id), holder.subject_id)
    await used(session, "instrument_responses", [(row.id, row.client_id)])
    stamp(response, row.version)
    return await reading.show_answering(session, holder, shelf, row)


async def locked(session: Session, holder: LinkHolder, expected: IfMatch) -> InstrumentResponse:
    row = await one(session, queries.response_of_link(holder.subject_id), holder.subject_id, lock=True)
    await expected.check(row)
    return row


@router.patch("", responses=problems(*CHANGES))
async def update_answering(
    holder: Holder,
    session: Session,
    at: Now,
    shelf: Shown,
    expected: IfMatch,
    given: AnsweringSave,
    response: Response,
) -> AnsweringRead:
    """Save a part: all of these answers or none. A retry with the ETag of before answers 412: read again."""
    row = await locked(session, holder, expected)
    FLOW.check(row.state, "save")
    content.fits(content.of(shelf, row), row, given.answers)
    row.save(at)
    await session.flush()
    stamp(response, row.version)
    return await reading.show_answering(session, holder, shelf, row)


@router.post("/submit", responses=problems(*CHANGES, ResponseEmpty))
async def submit_answering(
    holder: Holder,
    session: Session,
    at: Now,
    shelf: Shown,
    expected: IfMatch,
    given: AnsweringSubmit,
    response: Response,
) -> AnsweringRead:
    """Send it; the link opens nothing any more. `help` is there where an answer asks for it. Needs no Idempotency-Key:
    sent again, it answers `link_used`, and by that the first one has arrived."""
    row = await locked(session, holder, expected)
    FLOW.check(row.state, "submit")
    row.representative_id = holder.representative_id
    instrument = content.of(shelf, row)
    content.fits(instrument, row, given.answers)
    await content.complete(session, instrument, row, "self", civil_date(at), None, at)
    stamp(response, row.version)
    return await reading.show_answering(session, holder, shelf, row)
