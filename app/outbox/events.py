"""Append what happened, in the transaction of the change. Ids and codes only: no word of the content."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.problems import camel
from app.outbox.models import OutboxEvent


def append(
    session: AsyncSession,
    kind: str,
    subject: Any,
    /,
    *,
    client: UUID | None = None,
    team: UUID | None = None,
    organisation: UUID | None = None,
    disclosure: UUID | None = None,
    **data: str | int | bool | None,
) -> None:
    """`kind` is `noun.past_tense`, for instance `referral.received`; `subject` is the row it happened to.

    `organisation` is a partner that is told, and `disclosure` the one the message rests on."""
    session.add(
        OutboxEvent(
            at=session.info["at"],
            kind=kind,
            subject_type=subject.__tablename__,
            subject_id=subject.id,
            client_id=client,
            team_id=team,
            organisation_id=organisation,
            disclosure_id=disclosure,
            data={camel(name): value for name, value in data.items()},
        )
    )
