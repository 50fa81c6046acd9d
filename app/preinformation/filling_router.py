"""Addresses for who holds a link and has no account: the form, saving a part of it, sending it."""

from __future__ import annotations

from fastapi import Response

from app.audit.trail import used
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.queries import one
from app.kit.routes import problems, room
from app.preinformation import answering, queries, reading
from app.preinformation.holder import Holder
from app.preinformation.models import Preinformation
from app.preinformation.schemas import FillingRead, FillingSave, FillingSubmit
from app.referrals.content import CodeInText
from app.representatives.links import LINK, LinkHolder

router = room("Pre-information", "/filling")
CHANGES = (*LINK, IllegalMove, PreconditionRequired, PreconditionFailed, CodeInText, answering.AnswerInvalid)


@router.get("", responses=problems(*LINK))
async def get_filling(holder: Holder, session: Session, response: Response) -> FillingRead:
    """The form of this link with the answers saved so far, who asks, and whom to call. Says nothing of the client."""
    row = await one(session, queries.form_of_link(holder.subject_id), holder.subject_id)
    kept = await queries.answers_of(session, row.id)
    await used(session, "preinformation_answers", [(kept.id if kept else None, row.client_id)])
    stamp(response, row.version)
    return await reading.show_filling(session, holder, row)


async def locked(session: Session, holder: LinkHolder, expected: IfMatch) -> Preinformation:
    row = await one(session, queries.form_of_link(holder.subject_id), holder.subject_id, lock=True)
    await expected.check(row)
    return row


@router.patch("", responses=problems(*CHANGES))
async def update_filling(
    holder: Holder, session: Session, at: Now, expected: IfMatch, given: FillingSave, response: Response
) -> FillingRead:
    """Save a part: all of these answers or none. A retry with the ETag of before answers 412: read again."""
    row = await locked(session, holder, expected)
    await answering.save(session, row, given.answers, "link", at)
    stamp(response, row.version)
    return await reading.show_filling(session, holder, row)


@router.post("/submit", responses=problems(*CHANGES, answering.FormIncomplete))
async def submit_filling(
    holder: Holder, session: Session, at: Now, expected: IfMatch, given: FillingSubmit, response: Response
) -> FillingRead:
    """Send it; the link opens nothing any more. Needs no Idempotency-Key: sent again, it answers `link_used`, and by
    that the first one has arrived."""
    row = await locked(session, holder, expected)
    row.representative_id = holder.representative_id
    await answering.submit(session, row, given.answers, "link", None, holder.responsible_id, at)
    stamp(response, row.version)
    return await reading.show_filling(session, holder, row)
