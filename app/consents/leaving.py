"""Asked once more at the moment a queued message leaves: is it still permitted?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import Disclosure
from app.consents.service import ask


async def still_permitted(session: AsyncSession, disclosure_id: UUID, at: datetime) -> bool:
    """Whether what this disclosure rests on still holds. The client's row and consents stay share-locked until the
    transaction ends, so that no withdrawal overtakes the message.

    What rests on consent needs a permission that covers the same today; what rests on a statute or tells nothing
    leaves unless the client prohibited the recipient; the client's own data always leaves.
    """
    row = await session.get_one(Disclosure, disclosure_id)
    if row.recipient_organisation_id is None:
        return True
    ruling = await ask(
        session, row.client_id, row.recipient_organisation_id, frozenset(row.data_classes), row.purpose, at
    )
    return ruling.permitted if row.basis == "consent" else not ruling.prohibited
