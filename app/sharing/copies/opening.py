"""What is inside what is sealed, for the client's own copy."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.attachments.models import Attachment
from app.attachments.service import described as document
from app.referrals.content import person_of
from app.referrals.models import Referral
from app.sharing.models import Share, ShareItem, ShareReply
from app.sharing.receiving import words_of
from app.sharing.service import described, said_of


def opened(session: AsyncSession, row: Any) -> dict[str, object]:
    """What is sealed in a row, in the clear."""
    if isinstance(row, Referral):
        return {"given_as": {name: value for name, value in person_of(session, row).items() if name != "identity_code"}}
    if isinstance(row, Attachment):
        found = document(session, row)
        return {"file_name": found.file_name, "title": found.title, "sha256": found.sha256}
    if isinstance(row, Share):
        said = described(session, row)
        return {"message": said.message, "recipient_name": said.recipient_name, "name_told": said.client_name}
    if isinstance(row, ShareItem):
        return dict(said_of(session, row))
    if isinstance(row, ShareReply):
        return {"body": words_of(session, row)}
    return {}
