"""Addresses: the contact log, notes, and who has fallen silent."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Response

from app.audit.trail import used
from app.clients.queries import visible_clients
from app.consents.service import ConsentMissing, RecipientUnknown
from app.contacts import reading, service
from app.contacts.models import Contact, Note
from app.contacts.queries import contact_states, visible_contacts, visible_notes
from app.contacts.schemas import (
    ContactCreate,
    ContactPage,
    ContactRead,
    ContactStateRead,
    MarkEntryError,
    NoteCreate,
    NotePage,
    NoteRead,
)  # fmt: skip
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.representatives.service import MANDATES
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere

router = room("Contacts")
Reader = Annotated[Actor, needs(P.CONTACT_READ)]
Writer = Annotated[Actor, needs(P.CONTACT_WRITE)]
CHANGES = (MissingPermission, Forbidden, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


async def show_contact(session: Session, actor: Actor, contact: Contact) -> ContactRead:
    return (await reading.show_contacts(session, actor, [contact]))[0]


async def show_note(session: Session, actor: Actor, note: Note) -> NoteRead:
    return (await reading.show_notes(session, actor, [note]))[0]


async def log_read(session: Session, shown: list[ContactRead]) -> None:
    """Contacts, and the notes that were shown with them."""
    await used(session, "contacts", [(row.id, row.client_id) for row in shown])
    await used(session, "notes", [(row.note.id, row.client_id) for row in shown if row.note])


@router.post(
    "/clients/{client_id}/contacts",
    status_code=201,
    responses=problems(
        MissingPermission,
        NotFound,
        CodeInText,
        ConsentMissing,
        RecipientUnknown,
        service.ContactInFuture,
        service.ContactInconsistent,
        service.NextAttemptPast,
        service.RegisterNotYours,
        NoHealthDataHere,
        *MANDATES,
    ),
)
async def record_contact(
    actor: Writer, session: Session, at: Now, once: OnceOnly, client_id: UUID, given: ContactCreate
) -> ContactRead:
    """An attempt to reach the client, or a contact: who, how, with what result, and when to try next."""

    async def work() -> ContactRead:
        client = await one(session, visible_clients(actor), client_id)
        return await show_contact(session, actor, await service.record(session, actor, client.id, given, at))

    return await once.run(ContactRead, work)


@router.get("/clients/{client_id}/contacts", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_contacts(actor: Reader, session: Session, paging: Paged, client_id: UUID) -> ContactPage:
    """The contact log, the newest first. The client sees their own, without the notes that are not for them."""
    await one(session, visible_clients(actor), client_id)
    rows = visible_contacts(actor).where(Contact.client_id == client_id)
    found, after, count = await paging.run(session, rows, Contact.at, Contact.id, caller=actor.login_id)
    items = await reading.show_contacts(session, actor, found)
    await log_read(session, items)
    return ContactPage(items=items, next_cursor=after, count=count)


@router.get("/contacts/{contact_id}", responses=problems(MissingPermission, NotFound))
async def get_contact(actor: Reader, session: Session, contact_id: UUID, response: Response) -> ContactRead:
    shown = await show_contact(session, actor, await one(session, visible_contacts(actor), contact_id))
    await log_read(session, [shown])
    stamp(response, shown.version)
    return shown


@router.post("/contacts/{contact_id}/mark-entered-in-error", responses=problems(*CHANGES))
async def mark_contact_entered_in_error(
    actor: Writer, session: Session, once: OnceOnly, expected: IfMatch, contact_id: UUID, given: MarkEntryError
) -> ContactRead:
    """It was recorded wrongly: it counts neither as an attempt nor as a contact, and stays with the reason."""
    return await once.change(
        ContactRead,
        lambda: one(session, visible_contacts(actor), contact_id, lock=True),
        expected,
        lambda row: show_contact(session, actor, row),
        lambda row: service.mark_entered_in_error(session, actor, row, given.reason),
    )


@router.get("/clients/{client_id}/contact-state", responses=problems(MissingPermission, NotFound))
async def get_contact_state(actor: Reader, session: Session, at: Now, client_id: UUID) -> ContactStateRead:
    """Whether the client has fallen silent, what was tried, and what to try next."""
    client = await one(session, visible_clients(actor), client_id)
    await used(session, "contacts", [(None, client.id)])
    return reading.show_state(actor, (await contact_states(session, [client.id], at))[client.id])


@router.post(
    "/pathways/{pathway_id}/notes",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, CodeInText, NoHealthDataHere, service.RegisterNotYours, service.AddendumElsewhere
    ),
)
async def write_note(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: NoteCreate
) -> NoteRead:
    """A note on a path of my team, in one register. It is never changed: add to it with another."""

    async def work() -> NoteRead:
        pathway = await one(session, worked_pathways(actor), pathway_id)
        return await show_note(session, actor, await service.write_note(session, actor, pathway, given, at))

    return await once.run(NoteRead, work)


@router.get("/pathways/{pathway_id}/notes", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_notes(actor: Reader, session: Session, paging: Paged, pathway_id: UUID) -> NotePage:
    """Notes in the registers you read, the newest first; to the client those that are meant for them."""
    await one(session, visible_pathways(actor), pathway_id)
    rows = visible_notes(actor).where(Note.pathway_id == pathway_id)
    found, after, count = await paging.run(session, rows, Note.id, caller=actor.login_id)
    await used(session, "notes", [(note.id, note.client_id) for note in found])
    return NotePage(items=await reading.show_notes(session, actor, found), next_cursor=after, count=count)


@router.get("/notes/{note_id}", responses=problems(MissingPermission, NotFound))
async def get_note(actor: Reader, session: Session, note_id: UUID, response: Response) -> NoteRead:
    note = await one(session, visible_notes(actor), note_id)
    await used(session, "notes", [(note.id, note.client_id)])
    stamp(response, note.version)
    return await show_note(session, actor, note)


@router.post("/notes/{note_id}/mark-entered-in-error", responses=problems(*CHANGES))
async def mark_note_entered_in_error(
    actor: Writer, session: Session, once: OnceOnly, expected: IfMatch, note_id: UUID, given: MarkEntryError
) -> NoteRead:
    """It was written wrongly; it stays to be seen with the reason."""
    return await once.change(
        NoteRead,
        lambda: one(session, visible_notes(actor), note_id, lock=True),
        expected,
        lambda row: show_note(session, actor, row),
        lambda row: service.mark_entered_in_error(session, actor, row, given.reason),
    )
