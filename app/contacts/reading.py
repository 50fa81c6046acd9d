"""How the contact log, notes and the state of contact are shown to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.clients.service import hides
from app.contacts import queries
from app.contacts.models import FLOW, Contact, Note
from app.contacts.schemas import Attempts, ContactRead, ContactStateRead, NoteRead, Remedy
from app.kit.codesets import called, codeset
from app.people.actor import Actor
from app.referrals import sender_sees
from app.routing.queries import names_of


def common(
    actor: Actor, row: Contact | Note, read: type[ContactRead] | type[NoteRead], correctable: set[UUID]
) -> dict[str, Any]:
    sides = {"team"} if row.id in correctable else set()
    fields = {name: getattr(row, name) for name in read.model_fields if hasattr(row, name)}
    return {**fields, "allowed_actions": FLOW.actions(row.state, actor, sides=sides)}


async def show_notes(session: AsyncSession, actor: Actor, notes: Sequence[Note]) -> list[NoteRead]:
    names = await names_of(session, [note.author_id for note in notes])
    mine = await queries.correctable(session, actor, notes)
    shown = [
        (
            note.client_id,
            NoteRead(
                **common(actor, note, NoteRead, mine),
                data_register=note.register,
                author=names.get(note.author_id) if note.author_id else None,
            ),
        )
        for note in notes
    ]
    await blot(session, actor, shown, "body", "error_reason")
    return [row for _, row in shown]


async def show_contacts(session: AsyncSession, actor: Actor, contacts: Sequence[Contact]) -> list[ContactRead]:
    """In four statements however many. Who received at an appointment that would tell of the client's health is not
    told by its entry. The caller logs what is shown."""
    found = await queries.notes_of(session, actor, [contact.id for contact in contacts])
    notes = {note.contact_id: note for note in await show_notes(session, actor, list(found.values()))}
    names = await names_of(session, [contact.recorded_by_id for contact in contacts])
    telling = await queries.telling(session, actor, contacts)
    shown, mine = [], await queries.correctable(session, actor, contacts)
    for contact in contacts:
        facts = codeset("contact_result")[contact.result].facts
        fields = common(actor, contact, ContactRead, mine)
        if contact.id in telling:
            fields["recorded_by_id"] = None
        shown.append(
            ContactRead(
                **fields,
                attempt=facts["attempt"],
                reached=facts["reached"],
                no_show=facts["noShow"],
                recorded_by=names.get(by) if (by := fields["recorded_by_id"]) else None,
                note=notes.get(contact.id),
                sender_sees=sender_sees.of_contact(actor),
            )
        )
    return shown


def show_state(actor: Actor, state: queries.ContactState) -> ContactStateRead:
    """As this caller may see it: a protected identity hides how the client likes to be reached."""
    client, found = state.client, state.found
    wishes = ("language", "interpreter_needed", "interpreter_language", "leave_no_messages", "send_no_letters")
    liked = ("preferred_channel", "preferred_times")
    hidden = hides(actor, client.protected)
    return ContactStateRead(
        client_id=client.id,
        silent=found.silent,
        because=found.because,
        silent_since=found.since,
        waiting_since=state.waiting_since,
        last_reached_at=found.last_reached_at,
        attempts=[Attempts(channel=channel, attempts=n) for channel, n in found.attempts.items()],
        days_tried=found.days_tried,
        no_shows=found.no_shows,
        untried_channels=state.ways.untried(found),
        next_attempt_on=state.next_attempt_on,
        **{name: getattr(client, name) for name in wishes},
        **{name: None if hidden else getattr(client, name) for name in liked},
        representative_ids=[row.id for row in state.representatives],
        remedies=[Remedy(code=code, text=called("silence_remedy", code)) for code in state.remedies],
    )
