"""How appointments are shown: whole to the team and the client, and to a partner's person only what they need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from app.appointments import attending, queries, rules, service
from app.appointments.models import CLIENT, FLOW, TEAM, Appointment, AppointmentStatus
from app.appointments.partners import PURPOSE, TOLD
from app.appointments.schemas import AppointmentRead, AppointmentSummary, AttendanceRead, ReminderRead
from app.clients.protecting import blot, hidden_of
from app.consents import service as consents
from app.consents.queries import standing_of
from app.consents.rules import Terms, rule
from app.kit.clock import civil_date
from app.kit.db import Receiving
from app.kit.problems import Problem
from app.kit.schemas import AllowedAction
from app.pathways.queries import ended
from app.people.actor import Actor

# What a partner's person reads of a time with a client.
OF_GUEST = frozenset(
    {"id", "version", "kind", "status", "person_id", "room_id", "starts_at", "ends_at", "minutes", "place"}
)
# Who receives, and what would lead to them or to what it is about.
OF_TELLING = (
    "person_id", "second_person_id", "room_id", "assessment_id", "step_id", "contact_id", "booked_by_id",
)  # fmt: skip
NOTED = frozenset({"arrive", "fulfil", "mark_no_show"})


async def visible(session: AsyncSession, actor: Actor, at: datetime) -> Select[Appointment]:
    """What the caller sees now. A partner's person sees their own coming ones while the client permits the partner to
    be told: after a withdrawal, a prohibition or a later refusal they are not there."""
    given = await queries.coming_of_partner(session, actor)
    clients = {row.client_id for row in given}
    said: dict[UUID, list[Terms]] = {client: [] for client in clients}
    for area in actor.areas if clients else ():
        # A partner reads no consents; the receiver looks, and only yes or no comes out.
        async with Receiving(session, team=None, area=area):
            for consent in await standing_of(session, clients, at):
                said[consent.client_id].append(consents.terms_of(consent))
    guest_in = [
        row.id
        for row in given
        if row.organisation_id is not None and rule(said[row.client_id], row.organisation_id, TOLD, PURPOSE).permitted
    ]
    return queries.visible_appointments(actor, guest_in)


def is_guest(actor: Actor, row: Appointment) -> bool:
    """Whether the caller reads it as the partner's person only."""
    return actor.client_id is None and row.organisation_id in actor.organisations and row.team_id not in actor.teams


def hides_telling(actor: Actor, row: Appointment) -> bool:
    """Its kind and who receives would tell of somebody's health, to those who read none."""
    if queries.reads_telling(actor):
        return False
    return row.kind in rules.TELLING and actor.person_id not in (row.person_id, row.second_person_id)


async def client_names(session: AsyncSession, actor: Actor, rows: Sequence[Appointment]) -> dict[UUID, str]:
    """The names of the clients that the caller sees; for a partner's person, who sees no client, the receiver looks."""
    guest_of = {row.client_id for row in rows if is_guest(actor, row)}
    found = await queries.clients_of(session, {row.client_id for row in rows} - guest_of)
    for area in actor.areas if guest_of else ():
        async with Receiving(session, team=None, area=area):
            found |= await queries.clients_of(session, guest_of)
    return {id: f"{one.given_name} {one.family_name}" for id, one in found.items()}


async def show(session: AsyncSession, actor: Actor, row: Appointment) -> AppointmentRead:
    """One appointment, with what the caller may do with it now."""
    await session.flush()
    guest = is_guest(actor, row)
    names = await queries.names_of(session, (row.person_id, row.second_person_id, row.room_id))
    fields = {name: getattr(row, name) for name in AppointmentRead.model_fields if hasattr(row, name)}
    if guest:
        fields = {name: value if name in OF_GUEST else None for name, value in fields.items()}
    elif hides_telling(actor, row):
        fields |= dict.fromkeys(OF_TELLING) | {"kind": rules.NEUTRAL}
    reminders = [] if guest else (await queries.reminders_of(session, [row.id])).get(row.id, [])
    hours = rules.limits_on(civil_date(actor.at)).cancel_hours
    shown = AppointmentRead(
        **fields,
        client_name=(await client_names(session, actor, [row])).get(row.client_id),
        person=names.get(fields["person_id"]),
        next_offer_id=None if guest else await queries.offered_after(session, row.id),
        second_person=names.get(fields["second_person_id"]),
        room=names.get(fields["room_id"]),
        cancel_until=None if guest or row.starts_at is None else rules.cancel_until(row.starts_at, hours),
        reminders=[ReminderRead.model_validate(one, from_attributes=True) for one in reminders],
        allowed_actions=[] if guest else actions(actor, row, await closed(session, actor, row)),
    )
    await conceal(session, actor, row, shown)
    return shown


def sides_of(actor: Actor, row: Appointment) -> set[str]:
    """Whose verbs the caller may use."""
    return CLIENT if actor.client_id is not None else TEAM if row.team_id in actor.teams else set()


async def closed(session: AsyncSession, actor: Actor, row: Appointment) -> Problem | None:
    """That the path has closed, of what may be open on it then: a visit that has begun, and is not noted yet."""
    begun = row.status is AppointmentStatus.BOOKED and row.starts_at is not None and row.starts_at <= actor.at
    return await ended(session, row.pathway_id) if begun else None


def actions(actor: Actor, row: Appointment, path: Problem | None) -> list[AllowedAction]:

    def guard(verb: str) -> Problem | None:
        if verb == "cancel_own":
            return service.own_refusal(row, actor.at)
        if verb == "move":
            return path
        return attending.too_early(row, verb, actor.at) if verb in NOTED else None

    return FLOW.actions(row.status, actor, guard, sides=sides_of(actor, row))


async def conceal(session: AsyncSession, actor: Actor, row: Appointment, shown: AppointmentRead) -> None:
    """Where a protected client lives is not told by where they are visited; nor by words."""
    if shown.address is None and shown.reopened_because is None:
        return
    client = await queries.client_of(session, row.client_id)
    if "address" in hidden_of(actor, client.protected):
        shown.address = None
    await blot(session, actor, [(row.client_id, shown)], "reopened_because")


async def summaries(session: AsyncSession, actor: Actor, rows: Sequence[Appointment]) -> list[AppointmentSummary]:
    """List rows, with the names of who receives, of the room and of the client, as far as the caller reads them."""
    names = await queries.names_of(session, (id for row in rows for id in (row.person_id, row.room_id)))
    clients = await client_names(session, actor, rows)
    shown = []
    for row in rows:
        fields = {name: getattr(row, name) for name in AppointmentSummary.model_fields if hasattr(row, name)}
        if is_guest(actor, row):
            fields |= {"client_id": None, "bookable_until": None}
        elif hides_telling(actor, row):
            fields |= {"person_id": None, "room_id": None, "kind": rules.NEUTRAL}
        shown.append(
            AppointmentSummary(
                **fields,
                client_name=clients.get(row.client_id),
                person_name=names.get(fields["person_id"]),
                room_name=names.get(fields["room_id"]),
            )
        )
    return shown


async def attendance(session: AsyncSession, actor: Actor, client_id: UUID, at: datetime) -> AttendanceRead:
    found = await queries.attendance(session, actor, client_id, at)
    return AttendanceRead(client_id=client_id, **vars(found))
