"""Whether there is something new for somebody, asked as that somebody: row security included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.models import Client
from app.delivery.kinds import kinds_for
from app.delivery.models import Notice, NotificationSettings
from app.delivery.queries.events import E, readable
from app.kit.ids import new_id
from app.people.actor import Actor
from app.people.models import Login, Person
from app.questions.queries import asked_by
from app.referrals.models import Feedback, Referral
from app.referrals.queries import sent_by
from app.responses.models import InstrumentResponse
from app.responses.queries import safety_open, visible_responses
from app.security.permissions import Permission as P
from app.work.models import WorkItem
from app.work.queries import visible_work


class Receiver(NamedTuple):
    settings: NotificationSettings
    address: str


async def receivers(session: AsyncSession, after: UUID | None, most: int) -> list[Receiver]:
    """Whoever asked to be told and has an address. A client with protected identity, or who wishes no messages or
    letters, is not written to."""
    reachable = and_(~Client.protected, ~Client.leave_no_messages, ~Client.send_no_letters)
    rows = (
        select(NotificationSettings, Person.email, Client.email)
        .join(Login, Login.id == NotificationSettings.login_id)
        .outerjoin(Person, Person.id == Login.person_id)
        .outerjoin(Client, Client.id == Login.client_id)
        .where(NotificationSettings.mode != "off", or_(Login.person_id.is_not(None), reachable))
        .order_by(NotificationSettings.id)
        .limit(most)
    )
    if after is not None:
        rows = rows.where(NotificationSettings.id > after)
    found = (await session.execute(rows)).all()
    return [Receiver(row[0], row[1] or row[2] or "") for row in found]


class News(NamedTuple):
    """`disclosures` are asked of consent once more; `other` is news that rests on none."""

    other: bool
    disclosures: list[UUID]


async def danger(session: AsyncSession, actor: Actor, since: datetime) -> bool:
    """A sign of danger in answers of which the caller is to be told by name, and that nobody has seen to."""
    rows = visible_responses(actor).where(
        safety_open(), InstrumentResponse.safety_person_id == actor.person_id, InstrumentResponse.completed_at > since
    )
    return await there_is(session, rows)


async def there_is(session: AsyncSession, rows: Any) -> bool:
    return (await session.execute(rows.limit(1))).first() is not None


async def news(session: AsyncSession, actor: Actor, since: datetime) -> News:
    """Of staff and partners: work given to them, work with an alarm that is nobody's, an answer to what they asked in
    a forum, feedback to what they sent. Of a client: events of their own."""
    if actor.client_id is not None:
        rows = (await readable(session, actor)).where(E.at > since, E.kind.in_(kinds_for("client")))
        return News(await there_is(session, rows), [])
    other = False
    if actor.teams and actor.may(P.REFERRAL_READ):
        given = and_(WorkItem.holder_id == actor.person_id, WorkItem.assigned_at > since)
        alarm = and_(WorkItem.queue.is_not(None), WorkItem.alarm, WorkItem.opened_at > since)
        open_ = visible_work(actor).where(WorkItem.closed_at.is_(None), or_(given, alarm))
        other = await there_is(session, open_) or await danger(session, actor, since)
    if not other and actor.may(P.QUESTION_ASK):
        mine = and_(E.kind.in_(kinds_for("asker")), E.subject_id.in_(asked_by(actor)))
        other = await there_is(session, select(E.id).where(E.position.is_not(None), E.at > since, mine))
    if not actor.may(P.FEEDBACK_ACKNOWLEDGE):
        return News(other, [])
    told: Sequence[Any] = (
        await session.scalars(
            select(Feedback.disclosure_id)
            .join(Referral, Referral.id == Feedback.referral_id)
            .where(
                sent_by(actor),
                Referral.sender_person_id == actor.person_id,
                ~Feedback.interim,
                Feedback.level.is_not(None),
                Feedback.acknowledged_at.is_(None),
                Feedback.given_at > since,
            )
            .limit(20)
        )
    ).all()
    return News(other, [id for id in told if id is not None])


async def looked(session: AsyncSession, settings: NotificationSettings, at: datetime, *, mailed: bool) -> None:
    values: dict[str, Any] = {"looked_at": at, **({"mailed_at": at} if mailed else {})}
    await session.execute(update(NotificationSettings).where(NotificationSettings.id == settings.id).values(values))


async def log(session: AsyncSession, login_id: UUID, outcome: str, at: datetime, took_ms: int) -> None:
    row = {"id": new_id(), "login_id": login_id, "at": at, "outcome": outcome, "took_ms": took_ms}
    await session.execute(insert(Notice).values(row))
