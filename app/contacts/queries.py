"""Every select on the contact log and notes; the state of contact of many clients at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, column, func, or_, select, table, union
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.clients.models import Client
from app.clients.queries import visible_clients
from app.contacts.models import Contact, EntryState, Note
from app.contacts.rules import Entry, Silence, Ways, limits_on, remedies, silence
from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.pathways.models import Pathway, PathwayState
from app.people.actor import Actor
from app.referrals.models import OPEN, Referral
from app.representatives.models import Representative
from app.representatives.queries import standing
from app.teams.models import Holder, Seat

# Somebody with one of these may be asked where the client is.
ASKED = frozenset({"receive_information", "book_and_cancel"})
# Appointments stand above this room. Row security shows the rows.
VISITS = table("appointments", *map(column, ("client_id", "contact_id", "starts_at", "kind")))
TELLING = tuple(code.code for code in codeset("appointment_kind") if code.facts["telling"])


def visible_contacts(actor: Actor) -> Select[Contact]:
    """Of clients of the caller's teams: attempts and no-shows are facts for the whole team; or the client's own."""
    return seen(actor, "contact", Contact)


def visible_notes(actor: Actor) -> Select[Note]:
    """In the registers the caller reads; to the client those that are meant for them, and not in error: such a one may
    be about somebody else."""
    return seen(actor, "note", Note)


async def notes_of(session: AsyncSession, actor: Actor, contact_ids: Collection[UUID]) -> dict[UUID, Note]:
    """The note of each contact that has one the caller reads, in one statement."""
    rows = visible_notes(actor).where(Note.contact_id.in_(contact_ids))
    return {row.contact_id: row for row in await session.scalars(rows) if row.contact_id is not None}


async def telling(session: AsyncSession, actor: Actor, rows: Collection[Contact]) -> set[UUID]:
    """Those that an appointment made whose professional would tell of the client's health, to a caller who reads none;
    also where the appointment was noted again, and is another's since."""
    if actor.client_id is not None or actor.health_professional or not rows:
        return set()
    V = VISITS.c
    of_it = or_(V.contact_id == Contact.id, V.starts_at == Contact.at)
    found = (
        select(Contact.id)
        .join(VISITS, and_(V.client_id == Contact.client_id, of_it))
        .where(
            Contact.id.in_([row.id for row in rows]),
            V.kind.in_(TELLING),
            Contact.recorded_by_id.is_distinct_from(actor.person_id),
        )
    )
    return set(await session.scalars(found))


async def correctable(session: AsyncSession, actor: Actor, rows: Sequence[Contact | Note]) -> set[UUID]:
    """Which of these the caller may mark as entered in error: what they wrote themself, and what is of a path or
    referral of their own teams, or was written by somebody of these teams. A team that only reads marks nothing."""
    if actor.client_id is not None or not rows:
        return set()
    ours = select(Holder.person_id).join(Seat, Seat.id == Holder.seat_id).where(Seat.team_id.in_(actor.teams))

    def mine(writer: Any) -> ColumnElement[bool]:
        return or_(
            writer == actor.person_id,
            Pathway.team_id.in_(actor.teams),
            Referral.team_id.in_(actor.teams),
            and_(Pathway.id.is_(None), Referral.id.is_(None), writer.in_(ours)),
        )

    if isinstance(rows[0], Contact):
        found = (
            select(Contact.id)
            .outerjoin(Pathway, Pathway.id == Contact.pathway_id)
            .outerjoin(Referral, Referral.id == Contact.referral_id)
            .where(Contact.id.in_([row.id for row in rows]), mine(Contact.recorded_by_id))
        )
    else:
        path = func.coalesce(Note.pathway_id, Contact.pathway_id)
        found = (
            select(Note.id)
            .outerjoin(Contact, Contact.id == Note.contact_id)
            .outerjoin(Pathway, Pathway.id == path)
            .outerjoin(Referral, Referral.id == Contact.referral_id)
            .where(Note.id.in_([row.id for row in rows]), mine(Note.author_id))
        )
    return set(await session.scalars(found))


async def reached_at(session: AsyncSession, client_id: UUID) -> list[datetime]:
    """When the client was reached, of what counts in the log."""
    rows = select(Contact).where(Contact.client_id == client_id, Contact.state == EntryState.RECORDED)
    return [contact.at for contact in await session.scalars(rows) if entry_of(contact).reached]


async def open_referrals(session: AsyncSession, actor: Actor, client_id: UUID) -> list[Referral]:
    """Open referrals of the client to the caller's teams, locked in one order."""
    rows = (
        select(Referral)
        .where(Referral.client_id == client_id, Referral.team_id.in_(actor.teams), Referral.state.in_(OPEN))
        .order_by(Referral.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(rows))


@dataclass(frozen=True)
class ContactState:
    """How it stands between a client and the team."""

    client: Client
    waiting_since: datetime | None
    found: Silence
    ways: Ways
    next_attempt_on: date | None
    representatives: tuple[Representative, ...]

    @property
    def remedies(self) -> list[str]:
        return remedies(self.found, self.ways)


def ways_to(client: Client, representatives: Iterable[Representative]) -> Ways:
    """The channels that the client's details and wishes allow; their preferred one first."""
    allowed = [
        one.code
        for one in codeset("contact_log_channel")
        if (one.facts["needs"] is None or getattr(client, one.facts["needs"]))
        and not (one.facts["unless"] and getattr(client, one.facts["unless"]))
    ]
    preferred_first = sorted(allowed, key=lambda channel: channel != client.preferred_channel)
    return Ways(tuple(preferred_first), any(r.covers & ASKED for r in representatives), client.interpreter_needed)


def entry_of(contact: Contact) -> Entry:
    """Only the client's own silence counts; a representative who was reached speaks for them."""
    facts = codeset("contact_result")[contact.result].facts
    theirs = contact.met == "client"
    return Entry(
        at=contact.at,
        channel=contact.channel,
        attempt=facts["attempt"] and theirs,
        reached=facts["reached"] and contact.met != "party",
        no_show=facts["noShow"] and theirs,
        wrong_details=facts["wrongDetails"] and theirs,
        interpreter_used=contact.interpreter_used,
        own_environment=contact.place == "own_environment" and theirs,
    )


async def waiting_since(session: AsyncSession, client_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When the oldest open path or referral of each client began, in one statement."""
    begun = union(
        select(Pathway.client_id, Pathway.started_at.label("at")).where(
            Pathway.client_id.in_(client_ids), Pathway.state == PathwayState.ACTIVE
        ),
        select(Referral.client_id, Referral.submitted_at).where(
            Referral.client_id.in_(client_ids), Referral.state.in_(OPEN), Referral.submitted_at.is_not(None)
        ),
    ).subquery()
    rows = select(begun.c.client_id, func.min(begun.c.at)).group_by(begun.c.client_id)
    return {row[0]: row[1] for row in (await session.execute(rows)).all()}


async def contact_states(session: AsyncSession, client_ids: Collection[UUID], at: datetime) -> dict[UUID, ContactState]:
    """How it stands with each of these clients, in four statements however many; those the caller may not see are
    not there."""
    on = civil_date(at)
    clients = list(await session.scalars(select(Client).where(Client.id.in_(client_ids))))
    waiting = await waiting_since(session, client_ids)
    represented = await standing(session, client_ids, on)
    log: dict[UUID, list[Contact]] = {}
    rows = select(Contact).where(Contact.client_id.in_(client_ids), Contact.state == EntryState.RECORDED)
    for contact in await session.scalars(rows.order_by(Contact.at, Contact.id)):
        log.setdefault(contact.client_id, []).append(contact)
    found = {}
    for client in clients:
        entries, known = log.get(client.id, []), tuple(represented.get(client.id, []))
        found[client.id] = ContactState(
            client=client,
            waiting_since=waiting.get(client.id),
            found=silence(map(entry_of, entries), waiting.get(client.id), at, limits_on(on)),
            ways=ways_to(client, known),
            next_attempt_on=entries[-1].next_attempt_on if entries else None,
            representatives=known,
        )
    return found


async def silent_clients(
    session: AsyncSession, actor: Actor, at: datetime, among: Collection[UUID] | None = None
) -> list[ContactState]:
    """Clients of the caller's teams (`among` these, if given) who have fallen silent, the longest silent first, in five
    statements; in one, when there is none to look at. Only those for whom something is open and some attempt failed
    are looked at."""
    results = [(one.code, one.facts) for one in codeset("contact_result")]
    failing = [code for code, facts in results if (facts["attempt"] or facts["noShow"]) and not facts["reached"]]
    tried = (
        select(Contact.client_id)
        .where(
            Contact.client_id.in_(visible_clients(actor).with_only_columns(Client.id)),
            Contact.state == EntryState.RECORDED,
            Contact.met == "client",
            Contact.result.in_(failing),
            or_(
                Contact.client_id.in_(select(Pathway.client_id).where(Pathway.state == PathwayState.ACTIVE)),
                Contact.client_id.in_(select(Referral.client_id).where(Referral.state.in_(OPEN))),
            ),
        )
        .distinct()
    )
    if among is not None:
        tried = tried.where(Contact.client_id.in_(among))
    found = list(await session.scalars(tried))
    states = await contact_states(session, found, at) if found else {}
    silent = [state for state in states.values() if state.found.silent]
    return sorted(silent, key=lambda state: (state.found.since or at, state.client.id))
