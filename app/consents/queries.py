"""Every select on consents; `in_force` in SQL beside the one in Python."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.audit.models import Disclosure
from app.clients.models import Client
from app.consents.models import Consent, ConsentKind, ConsentState, Verification
from app.kit.clock import civil_date
from app.outbox.models import OutboxEvent
from app.people.actor import Actor
from app.people.models import Login, Membership, Organisation, Person
from app.work.models import Involvement

LONGEST_WAIT = timedelta(minutes=2)  # longer than any request lives


def visible_consents(actor: Actor) -> Select[Consent]:
    """The client's own, and those of clients of the caller's teams. A partner reads its permission on its referral."""
    return seen(actor, "consent", Consent)


def in_force(at: datetime) -> ColumnElement[bool]:
    """The same as `Consent.in_force` at an instant."""
    ends = (Consent.valid_until, Consent.withdrawn_at, Consent.replaced_at)
    return and_(
        Consent.state != ConsentState.ENTERED_IN_ERROR,
        Consent.valid_from <= at,
        *[or_(end.is_(None), end > at) for end in ends],
    )


async def lock_client(session: AsyncSession, client_id: UUID, *, to_change: bool) -> UUID | None:
    """Whoever discloses shares the client's row; whoever changes what is permitted takes it alone. The client's area.

    Locks are taken in one order: client, consent, referral, path, seat.
    """
    row = select(Client.area_id).where(Client.id == client_id)
    area: UUID | None = await session.scalar(row.with_for_update() if to_change else row.with_for_update(read=True))
    return area


async def standing(session: AsyncSession, client_id: UUID, at: datetime, *, lock: bool = True) -> list[Consent]:
    """The client's consents in force, share-locked until the transaction ends, the newest first. Without `lock` they
    are read only: by whoever has the client's row alone, or to show something.

    A request that waited for the client's row may be older than what it waited for, by its own clock or by another
    server's: what is withdrawn or replaced has ended whatever `at` says, and a prohibition, a refusal, or new terms in
    the place of old ones, begun since, within `LONGEST_WAIT`, count.
    """
    begun_since = and_(
        or_(Consent.kind.in_((ConsentKind.PROHIBITION, ConsentKind.REFUSAL)), Consent.replaces_id.is_not(None)),
        Consent.state == ConsentState.RECORDED,
        Consent.valid_from.between(at, at + LONGEST_WAIT),
    )
    rows = (
        select(Consent)
        .where(
            Consent.client_id == client_id,
            Consent.withdrawn_at.is_(None),
            Consent.replaced_at.is_(None),
            or_(in_force(at), begun_since),
        )
        .order_by(Consent.id.desc())
    )
    if lock:
        rows = rows.with_for_update(read=True).execution_options(populate_existing=True)
    return list(await session.scalars(rows))


async def standing_of(session: AsyncSession, client_ids: Collection[UUID], at: datetime) -> list[Consent]:
    """What is in force of several clients, read without a lock: to show something, never to tell it."""
    return list(await session.scalars(select(Consent).where(Consent.client_id.in_(client_ids), in_force(at))))


async def recorded(session: AsyncSession, consent_id: UUID) -> Consent:
    """A consent by its id, whatever became of it. Only inside a receiver."""
    return await session.get_one(Consent, consent_id, populate_existing=True)


async def held(session: AsyncSession, consent_id: UUID, at: datetime) -> Consent | None:
    """A consent of which the client's row is locked, share-locked too, if it still counts. Only inside a receiver."""
    rows = (
        select(Consent)
        .where(Consent.id == consent_id, in_force(at), Consent.withdrawn_at.is_(None), Consent.replaced_at.is_(None))
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    found: Consent | None = await session.scalar(rows)
    return found


async def last_refusal(session: AsyncSession, client_id: UUID, withdrawn_at: datetime | None) -> datetime | None:
    """When the client last said no: the withdrawal given, or the newest refusal or prohibition recorded."""
    rows = select(func.max(Consent.valid_from)).where(
        Consent.client_id == client_id,
        Consent.kind.in_((ConsentKind.REFUSAL, ConsentKind.PROHIBITION)),
        Consent.state == ConsentState.RECORDED,
    )
    said = [at for at in (withdrawn_at, await session.scalar(rows)) if at is not None]
    return max(said, default=None)


async def taken_back(
    session: AsyncSession, client_id: UUID, recipient_id: UUID, data_classes: Collection[str], purpose: str
) -> bool:
    """Whether the client's last word to this recipient about any of this is that a permission was withdrawn: none was
    given to it for the purpose since."""
    to_them = (
        Consent.client_id == client_id,
        Consent.kind == ConsentKind.PERMISSION,
        Consent.recipient_ids.contains([recipient_id]),
        Consent.purposes.contains([purpose]),
    )
    ended = select(func.max(Consent.withdrawn_at)).where(*to_them, Consent.data_classes.overlap(list(data_classes)))
    last = await session.scalar(ended)
    if last is None:
        return False
    since = select(func.count()).where(
        *to_them, Consent.state == ConsentState.RECORDED, Consent.withdrawn_at.is_(None), Consent.created_at > last
    )
    return not await session.scalar(since)


async def unknown_organisations(session: AsyncSession, area_id: UUID, ids: list[UUID]) -> set[UUID]:
    """Which of these are no organisations that work with the area."""
    known = select(Organisation.id).where(Organisation.id.in_(ids), Organisation.area_id == area_id)
    return set(ids) - set(await session.scalars(known))


async def area_of(session: AsyncSession, client_id: UUID) -> UUID:
    """The wellbeing area that the client is a client of."""
    return (await session.scalars(select(Client.area_id).where(Client.id == client_id))).one()


async def in_network(session: AsyncSession, area_id: UUID, person_id: UUID, at: datetime) -> bool:
    """Whether somebody works in the area, or in an organisation that works with it, on this day."""
    on = civil_date(at)
    rows = (
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id == person_id,
            Organisation.area_id == area_id,
            Membership.valid_from <= on,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= on),
        )
    )
    return await session.scalar(rows.limit(1)) is not None


def in_state(state: str, at: datetime, warned: datetime) -> ColumnElement[bool]:
    """A filter of the list, by the words of `consent_filter`; `warned` is the instant up to which an end is near."""
    by_word: dict[str, ColumnElement[bool]] = {
        "in_force": in_force(at),
        "expiring": and_(in_force(at), Consent.valid_until <= warned),
        "not_begun": and_(Consent.state == ConsentState.RECORDED, Consent.valid_from > at),
        "ended": or_(Consent.state != ConsentState.RECORDED, Consent.valid_until <= at, Consent.withdrawn_at <= at),
        "to_verify": and_(in_force(at), Consent.verification == Verification.STATED),
        "prohibitions": and_(in_force(at), Consent.kind == ConsentKind.PROHIBITION),
    }
    return by_word[state]


async def expiring(session: AsyncSession, at: datetime, warned: datetime, most: int) -> list[tuple[Consent, UUID]]:
    """Permissions that end soon and of which nobody has been told, with each team that has a care relationship."""
    told = exists().where(OutboxEvent.subject_id == Consent.id, OutboxEvent.kind == "consent.expiring")
    which = (
        select(Consent.id)
        .where(Consent.kind == ConsentKind.PERMISSION, in_state("expiring", at, warned), ~told)
        .where(exists().where(Involvement.client_id == Consent.client_id))
        .order_by(Consent.valid_until, Consent.id)
        .limit(most)
    )
    rows = (
        select(Consent, Involvement.team_id)
        .join(Involvement, Involvement.client_id == Consent.client_id)
        .where(Consent.id.in_(which))
        .order_by(Consent.valid_until, Consent.id, Involvement.team_id)
    )
    return [(row[0], row[1]) for row in (await session.execute(rows)).all()]


def visible_disclosures(actor: Actor) -> Select[Disclosure]:
    """What was told of the client's own, of clients of the caller's teams, and, to the data protection officer, of the
    area's. A partner reads none here."""
    audited = func.ctx_audits(Disclosure.client_id, None, type_=Boolean)
    return seen(actor, "disclosure", Disclosure, {"auditor": audited if actor.context.auditor else false()})


async def disclosers(session: AsyncSession, logins: Collection[UUID]) -> dict[UUID, str]:
    """Who told, by name; a client's own login has none here."""
    rows = select(Login.id, Person.name).join(Person, Person.id == Login.person_id).where(Login.id.in_(logins))
    return {row[0]: row[1] for row in await session.execute(rows)}


async def organisation_name(session: AsyncSession, area_id: UUID, organisation_id: UUID) -> str | None:
    """Its name; None for one that does not work with the area."""
    rows = select(Organisation.name).where(Organisation.id == organisation_id, Organisation.area_id == area_id)
    name: str | None = await session.scalar(rows)
    return name


async def organisation_names(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """What these organisations are called; nothing is asked for none."""
    if not ids:
        return {}
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row[0]: row[1] for row in await session.execute(rows)}


FOLLOWED = "consent.followed"
LOOKS_BACK = timedelta(days=366)  # what is older was followed long ago, or nothing of it is left to stop


async def begun_or_run_out(session: AsyncSession, at: datetime, most: int) -> list[Consent]:
    """Consents whose validity has run out, and refusals and prohibitions whose day has come, that nothing has followed
    yet: told by an event since that instant, of the job, or of what was recorded and followed at once."""
    no = Consent.kind.in_((ConsentKind.PROHIBITION, ConsentKind.REFUSAL))
    turn = case((no, Consent.valid_from), else_=Consent.valid_until)
    followed = select(OutboxEvent.id).where(
        OutboxEvent.subject_id == Consent.id,
        OutboxEvent.kind.in_((FOLLOWED, "consent.recorded")),
        OutboxEvent.at >= turn,
    )
    rows = (
        select(Consent)
        .where(
            Consent.state == ConsentState.RECORDED,
            Consent.kind != ConsentKind.PILOT,
            turn.between(at - LOOKS_BACK, at),
            ~followed.exists(),
        )
        .order_by(turn, Consent.id)
        .limit(most)
    )
    return list(await session.scalars(rows))
