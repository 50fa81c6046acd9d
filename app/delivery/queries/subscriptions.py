"""What the API reads of subscriptions and their deliveries."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import Disclosure
from app.delivery.models import Delivery, DeliveryAttempt, DeliveryState, NotificationSettings, Subscription
from app.kit.clock import civil_date
from app.people.actor import Actor
from app.people.models import Login, Membership, Person
from app.security.permissions import Permission as P

MACHINE_ROLE = "integration"


def machines(on: date) -> Select[UUID]:
    """Logins of information systems: whoever has any other role today is a person, and nobody else's to direct."""
    held = select(Membership.id).where(Membership.person_id == Login.person_id)
    other = held.where(
        Membership.role != MACHINE_ROLE,
        Membership.valid_from <= on,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= on),
    )
    return select(Login.id).where(held.where(Membership.role == MACHINE_ROLE).exists(), ~other.exists())


def visible_subscriptions(actor: Actor) -> Select[Subscription]:
    """One's own, and those of the information systems of the area whose administrator one is."""
    managed = [area for area in actor.areas_with(P.PEOPLE_MANAGE) if actor.may(P.SUBSCRIPTION_MANAGE)]
    systems = and_(Subscription.area_id.in_(managed), Subscription.login_id.in_(machines(civil_date(actor.at))))
    return select(Subscription).where(or_(Subscription.login_id == actor.login_id, systems))


def visible_deliveries(actor: Actor) -> Select[Delivery]:
    mine = visible_subscriptions(actor).with_only_columns(Subscription.id)
    return select(Delivery).where(Delivery.subscription_id.in_(mine))


def shown_as(actor: Actor, state: DeliveryState) -> ColumnElement[bool]:
    """The filter by a state as the caller sees it: what was stopped goes on waiting in a partner's eyes."""
    if not actor.organisations:
        return Delivery.state == state
    if state is DeliveryState.STOPPED:
        return false()
    return Delivery.state.in_([state, *([DeliveryState.STOPPED] if state is DeliveryState.DUE else [])])


def attempts_of(delivery_id: UUID) -> Select[DeliveryAttempt]:
    return select(DeliveryAttempt).where(DeliveryAttempt.delivery_id == delivery_id)


async def machine(session: AsyncSession, login_id: UUID, actor: Actor) -> UUID | None:
    """The area of the information system behind a login, if the caller manages it and it has its role today."""
    today = civil_date(actor.at)
    rows = (
        select(Person.area_id)
        .join(Login, Login.person_id == Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Login.id == login_id,
            Person.area_id.in_(actor.areas_with(P.PEOPLE_MANAGE)),
            Login.id.in_(machines(today)),
            Membership.role == MACHINE_ROLE,
            Membership.valid_from <= today,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
        )
        .limit(1)
    )
    found: UUID | None = await session.scalar(rows)
    return found


async def newest_position(session: AsyncSession) -> int:
    """Where the feed stands, as far as the operator's figures tell: new subscriptions begin there."""
    return int(await session.scalar(text("SELECT (operating_figures() ->> 'position')::bigint")) or 0)


async def settings_of(session: AsyncSession, login_id: UUID) -> NotificationSettings | None:
    rows = select(NotificationSettings).where(NotificationSettings.login_id == login_id)
    found: NotificationSettings | None = await session.scalar(rows)
    return found


def due_of(subscription_id: UUID) -> Select[Delivery]:
    return select(Delivery).where(Delivery.subscription_id == subscription_id, Delivery.state == DeliveryState.DUE)


async def on_disclosures(session: AsyncSession, consent_id: UUID, *, lock: bool) -> list[tuple[Delivery, UUID | None]]:
    """Messages that wait and rest on a consent, each with the organisation it is for."""

    rows = (
        select(Delivery, Disclosure.recipient_organisation_id)
        .join(Disclosure, Disclosure.id == Delivery.disclosure_id)
        .where(Disclosure.consent_id == consent_id, Delivery.state == DeliveryState.DUE)
        .order_by(Delivery.id)
    )
    found = await session.execute(rows.with_for_update(of=Delivery) if lock else rows)
    return [(row[0], row[1]) for row in found.all()]


async def lock_settings(session: AsyncSession, login_id: UUID) -> None:
    """One change of somebody's settings at a time: the row may not be there yet."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 7307))"), {"id": str(login_id)})
