"""Subscribing, changing, and what a consent's end does to messages that wait."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.consequences import Consequence, Touched, when_ended
from app.consents.models import Consent
from app.delivery import messages, rules
from app.delivery.addresses import Refused, Unresolvable, checked
from app.delivery.kinds import AUDIENCES, kinds_for
from app.delivery.models import (
    DELIVERY_FLOW,
    SUBSCRIPTION_FLOW,
    Delivery,
    DeliveryState,
    NotificationSettings,
    Subscription,
)
from app.delivery.queries import subscriptions as queries
from app.delivery.schemas import (
    DeliveryRead,
    NotificationsRead,
    NotificationsUpdate,
    SubscriptionCreate,
    SubscriptionRead,
    SubscriptionSecret,
    SubscriptionUpdate,
)
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Invalid
from app.kit.queries import one
from app.people.actor import Actor
from app.people.queries import visible_organisations
from app.teams.queries import visible_teams

QUEUED = "queued_messages"


class WebhookAddressRefused(Invalid):
    """HTTPS to a name on the internet, port 443 or 8443, without user and fragment."""

    code = "webhook_address_refused"
    detail = Text(
        "Osoitteeseen ei voi lähettää: anna https-osoite, jonka nimi on julkisessa verkossa, portti 443 tai 8443, "
        "ilman tunnusta ja #-osaa.",
        "Till adressen kan inget sändas: ge en https-adress vars namn finns på det öppna nätet, port 443 eller 8443, "
        "utan användare och #-del.",
        "Nothing can be sent there: give an https address whose name is on the internet, port 443 or 8443, without a "
        "user and a # part.",
    )


class EventKindForNobody(Invalid):
    code = "event_kind_for_nobody"
    detail = Text(
        "Tätä tapahtumaa ei toimiteta kenellekään. Valitse toinen: /v1/codesets/event_kind.",
        "Denna händelse levereras inte till någon. Välj en annan: /v1/codesets/event_kind.",
        "This event is delivered to nobody. Choose another: /v1/codesets/event_kind.",
    )


class SubscriberUnknown(Invalid):
    """`loginId` must be of somebody of your area who has the role `integration` today."""

    code = "subscriber_unknown"
    detail = Text(
        "Tilaajan on oltava alueesi tietojärjestelmä, jolla on tänään rooli integration.",
        "Prenumeranten ska vara ett informationssystem i ditt område med rollen integration i dag.",
        "The subscriber must be an information system of your area with the role integration today.",
    )


def at_field(problem: type[Invalid], field: str) -> Invalid:
    return problem(errors=[{"pointer": f"/body/{field}", "code": problem.code, "detail": problem.detail}])


async def check_url(session: AsyncSession, url: str) -> None:
    """Raises `WebhookAddressRefused`. A name that leads nowhere yet is looked up again at each sending."""
    try:
        await checked(url, loopback=session.info["settings"].webhook_loopback)
    except Refused:
        raise at_field(WebhookAddressRefused, "url") from None
    except Unresolvable:
        return


def check_kinds(kinds: list[str]) -> list[str]:
    """Raises `EventKindForNobody`."""
    offered = {kind for audience in AUDIENCES for kind in kinds_for(audience)}
    wrong = [
        {"pointer": f"/body/kinds/{n}", "code": EventKindForNobody.code, "detail": EventKindForNobody.detail}
        for n, kind in enumerate(kinds)
        if kind not in offered
    ]
    if wrong:
        raise EventKindForNobody(errors=wrong)
    return sorted(set(kinds))


async def subscribe(
    session: AsyncSession, actor: Actor, given: SubscriptionCreate, at: datetime
) -> tuple[Subscription, str]:
    """A subscription from now on, and its secret. Raises `SubscriberUnknown`, `WebhookAddressRefused`,
    `EventKindForNobody`, and `NotFound` for a team or organisation that is not seen."""
    kinds = check_kinds(given.kinds)
    login, area = actor.login_id, actor.area_id
    if given.login_id is not None and given.login_id != login:
        managed = await queries.machine(session, given.login_id, actor)
        if managed is None:
            raise at_field(SubscriberUnknown, "loginId")
        login, area = given.login_id, managed
    if given.team_id is not None:
        await one(session, visible_teams(actor), given.team_id)
    if given.organisation_id is not None:
        await one(session, visible_organisations(actor), given.organisation_id)
    await check_url(session, given.url)
    key = secrets.token_bytes(messages.KEY_BYTES)
    row = Subscription(
        id=own_id(given.id, at),
        login_id=login,
        area_id=area,
        team_id=given.team_id,
        organisation_id=given.organisation_id,
        name=given.name,
        url=given.url,
        kinds=kinds,
        secret=b"",
        position=await queries.newest_position(session),
        created_by_id=actor.person_id,
    )
    row.secret = messages.seal(row, "secret", key, session.info["vault"])
    session.add(row)
    await session.flush()
    return row, rules.secret_text(key)


async def update(session: AsyncSession, subscription: Subscription, given: SubscriptionUpdate) -> None:
    """Raises `WebhookAddressRefused`, `EventKindForNobody`."""
    SUBSCRIPTION_FLOW.check(subscription.state, "update")
    new = given.model_dump()
    if "url" in new:
        await check_url(session, new["url"])
    if "kinds" in new:
        new["kinds"] = check_kinds(new["kinds"])
    for name, value in new.items():
        setattr(subscription, name, value)
    await session.flush()


async def rotate(session: AsyncSession, subscription: Subscription, at: datetime) -> str:
    """A new secret; the present one signs beside it for a day more."""
    SUBSCRIPTION_FLOW.check(subscription.state, "rotate_secret")
    vault = session.info["vault"]
    old, key = messages.keys(subscription, vault, at)[0], secrets.token_bytes(messages.KEY_BYTES)
    subscription.previous_secret = messages.seal(subscription, "previous_secret", old, vault)
    subscription.previous_until = at + rules.OVERLAP
    subscription.secret = messages.seal(subscription, "secret", key, vault)
    await session.flush()
    return rules.secret_text(key)


async def ping(session: AsyncSession, subscription: Subscription, at: datetime) -> Delivery:
    """A test message, before everything that waits."""
    SUBSCRIPTION_FLOW.check(subscription.state, "send_test")
    row = Delivery(
        subscription_id=subscription.id, event_id=None, kind=messages.PING, position=0, disclosure_id=None, since=at,
        due_at=at,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def replay(session: AsyncSession, subscription: Subscription, from_position: int) -> None:
    """Everything from a position on that may still be read is delivered again, under the same ids."""
    SUBSCRIPTION_FLOW.check(subscription.state, "replay")
    subscription.position = min(subscription.position, from_position - 1)
    subscription.touch()
    await session.flush()


async def retry(session: AsyncSession, delivery: Delivery, at: datetime) -> None:
    """A dead letter is due once more, for three days. Raises `IllegalMove`."""
    delivery.state, delivery.finished_at = DELIVERY_FLOW.move(delivery.state, "retry"), None
    delivery.since = delivery.due_at = at
    await session.flush()


def show(actor: Actor, row: Subscription) -> SubscriptionRead:
    fields = {n: getattr(row, n) for n in SubscriptionRead.model_fields if hasattr(row, n)}
    return SubscriptionRead(**fields, allowed_actions=SUBSCRIPTION_FLOW.actions(row.state, actor, sides=set()))


def show_with(actor: Actor, row: Subscription, secret: str) -> SubscriptionSecret:
    return SubscriptionSecret(**show(actor, row).model_dump(), secret=secret)


def show_delivery(actor: Actor, row: Delivery) -> DeliveryRead:
    fields = {n: getattr(row, n) for n in DeliveryRead.model_fields if hasattr(row, n)}
    if actor.organisations and row.state is DeliveryState.STOPPED:
        # When and that it was stopped would tell a partner of a withdrawal before the notice to cease does.
        fields |= {"state": DeliveryState.DUE, "finished_at": None, "last_outcome": None}
    return DeliveryRead(
        **fields,
        message_id=messages.message_id(row),
        allowed_actions=DELIVERY_FLOW.actions(row.state, actor, sides=set()),
    )


async def notifications(session: AsyncSession, actor: Actor, language: str) -> NotificationsRead:
    row = await queries.settings_of(session, actor.login_id)
    if row is None:
        return NotificationsRead.model_validate({"version": 1, "mode": "off", "language": language})
    return show_notifications(row)


async def own_notifications(session: AsyncSession, actor: Actor, language: str, at: datetime) -> NotificationSettings:
    """The caller's row, to be changed; made when it is not there."""
    await queries.lock_settings(session, actor.login_id)
    row = await queries.settings_of(session, actor.login_id)
    if row is None:
        row = NotificationSettings(login_id=actor.login_id, language=language, looked_at=at)
        session.add(row)
        await session.flush()
    return row


def show_notifications(row: NotificationSettings) -> NotificationsRead:
    return NotificationsRead.model_validate({"version": row.version, "mode": row.mode, "language": row.language})


def set_notifications(row: NotificationSettings, given: NotificationsUpdate, at: datetime) -> None:
    """What is new counts from when it was switched on."""
    if row.mode == "off":
        row.looked_at = at
    given.apply_to(row)
    row.touch()


async def queued_for_consent(session: AsyncSession, consent_id: UUID) -> list[Touched]:
    """Messages that wait and rest on this consent."""
    return [touched(*found) for found in await queries.on_disclosures(session, consent_id, lock=False)]


async def stop_for_consent(session: AsyncSession, consent_id: UUID, at: datetime) -> list[Touched]:
    """They do not leave any more. One that is being sent holds the client's row, so that whoever ends the consent has
    waited for it."""
    found = await queries.on_disclosures(session, consent_id, lock=True)
    for delivery, _ in found:
        delivery.state, delivery.finished_at, delivery.last_outcome = DeliveryState.STOPPED, at, "not_readable"
    await session.flush()
    return [touched(*one) for one in found]


def touched(delivery: Delivery, recipient: UUID | None) -> Touched:
    return Touched("queued_message", "deliveries", delivery.id, recipient, delivery.due_at)


async def _preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return await queued_for_consent(session, consent.id)


async def _effect(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return await stop_for_consent(session, consent.id, at)


when_ended(Consequence(QUEUED, _preview, _effect))
