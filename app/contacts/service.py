"""Writing the contact log and notes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.consents.queries import lock_client
from app.contacts import queries
from app.contacts.models import Contact, Note
from app.contacts.schemas import (
    ContactCreate,
    NoteCreate,
    NoteWrite,
)  # fmt: skip
from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Forbidden, Invalid
from app.kit.queries import one
from app.outbox.events import append
from app.pathways.models import Pathway
from app.pathways.queries import visible_pathways
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.referrals.models import Referral
from app.referrals.queries import received_by, visible_referrals
from app.representatives.service import acting
from app.teams.health import keep_health_out

PURPOSE = "service_coordination"


class ContactInFuture(Invalid):
    code = "contact_in_future"
    detail = Text(
        "Yhteydenotto kirjataan vasta kun se on tapahtunut.",
        "Kontakten antecknas först när den har ägt rum.",
        "A contact is recorded when it has taken place.",
    )


class NextAttemptPast(Invalid):
    code = "next_attempt_past"
    detail = Text(
        "Seuraavan yrityksen päivä on mennyt.",
        "Dagen för nästa försök har passerat.",
        "The day of the next attempt has passed.",
    )


class ContactInconsistent(Invalid):
    """`errors` name the fields that contradict each other."""

    code = "contact_inconsistent"
    detail = Text(
        "Kenttä ei sovi siihen, kuka tavattiin tai mikä oli tulos.",
        "Fältet passar inte med vem man mötte eller med resultatet.",
        "The field does not fit with who was met or what the result was.",
    )


class RegisterNotYours(Forbidden):
    """`registers` are those you may write in."""

    code = "register_not_yours"
    detail = Text(
        "Et voi kirjoittaa tähän rekisteriin. Voit: {registers}.",
        "Du kan inte skriva i detta register. Du kan: {registers}.",
        "You cannot write in this register. You can in: {registers}.",
    )


class AddendumElsewhere(Invalid):
    """An addendum is of the same path and the same register as what it adds to."""

    code = "addendum_elsewhere"
    detail = Text(
        "Lisäys kuuluu samalle polulle ja samaan rekisteriin kuin alkuperäinen merkintä.",
        "Ett tillägg hör till samma stig och samma register som den ursprungliga anteckningen.",
        "An addendum belongs to the same path and the same register as the note it adds to.",
    )


def wrong(problem: type[Invalid], *fields: str) -> Invalid:
    return problem(errors=[{"pointer": f"/body/{f}", "code": problem.code, "detail": problem.detail} for f in fields])


def check(given: ContactCreate, at: datetime) -> None:
    """Raises `ContactInFuture`, `NextAttemptPast`, or `ContactInconsistent` with every field that does not fit."""
    if given.at is not None and given.at > at:
        raise wrong(ContactInFuture, "at")
    if given.next_attempt_on is not None and given.next_attempt_on < civil_date(at):
        raise wrong(NextAttemptPast, "nextAttemptOn")
    direction = codeset("contact_result")[given.result].facts["direction"]
    represented, party = given.met == "representative", given.met == "party"
    fits = {
        "result": direction in (None, given.direction),
        "representativeId": (given.representative_id is not None) is represented,
        "scope": (given.scope is not None) is represented,
        "organisationId": (given.organisation_id is not None) is party,
        "told": party or not given.told,
    }
    if not all(fits.values()):
        raise wrong(ContactInconsistent, *(field for field, fitting in fits.items() if not fitting))


def check_register(actor: Actor, register: str) -> None:
    """Raises `RegisterNotYours`."""
    mine = ("operational", *sorted(actor.context.registers))
    if register not in mine:
        raise RegisterNotYours(registers=list(mine))


async def record(session: AsyncSession, actor: Actor, client_id: UUID, given: ContactCreate, at: datetime) -> Contact:
    """Write what took place. What a party was told is disclosed on the client's permission.

    Raises what `check`, `check_register` and `acting` raise, `ConsentMissing`, `RecipientUnknown`, and `NotFound` for
    a referral or path of another client.
    """
    check(given, at)
    if given.note is not None:
        refuse_codes(note=given.note.body)
        check_register(actor, given.note.data_register)
    if given.referral_id is not None:
        about = visible_referrals(actor).where(Referral.client_id == client_id, received_by(actor))
        await one(session, about, given.referral_id)
    if given.pathway_id is not None:
        about_path = visible_pathways(actor).where(Pathway.client_id == client_id)
        pathway = await one(session, about_path, given.pathway_id)
        if given.note is not None:
            await keep_health_out(session, pathway.team_id, given.note.data_register)
    took_place = given.at or at
    if given.representative_id is not None and given.scope is not None:
        await lock_client(session, client_id, to_change=False)
        await acting(session, client_id, given.representative_id, given.scope, took_place)
    contact = Contact(
        id=own_id(given.id, at),
        client_id=client_id,
        at=took_place,
        told=sorted(set(given.told)),
        recorded_by_id=actor.person_id,
        **given.model_dump(
            include={
                "direction", "channel", "result", "met", "representative_id", "scope", "organisation_id",
                "referral_id", "pathway_id", "place", "interpreter_used", "minutes", "next_attempt_on",
            }
        ),
    )  # fmt: skip
    if contact.organisation_id is not None:
        await consents.check_recipients(session, actor.area_id, [contact.organisation_id], "/body/organisationId")
        await tell(session, actor, contact, at)
    session.add(contact)
    append(session, "contact.recorded", contact, client=client_id, disclosure=contact.disclosure_id)
    await session.flush()
    if queries.entry_of(contact).reached:
        # The sender does not notice: no new version.
        for referral in await queries.open_referrals(session, actor, client_id):
            referral.contacted(took_place)
        await session.flush()
    if given.note is not None:
        await add_note(session, actor, contact, given.note, at, contact_id=contact.id)
    return contact


async def tell(session: AsyncSession, actor: Actor, contact: Contact, at: datetime) -> None:
    """Disclose to the party what it was told. Raises `ConsentMissing`."""
    classes = frozenset(contact.told)
    if not classes or contact.organisation_id is None:
        return
    ruling = await consents.ask(session, contact.client_id, contact.organisation_id, classes, PURPOSE, at)
    if ruling.basis is None:
        raise consents.lacking(
            contact.client_id, ruling, contact.organisation_id, classes, PURPOSE,
            pathway_id=contact.pathway_id, missing=ruling.missing or classes,
        )  # fmt: skip
    row = await consents.disclose(
        session, actor, client_id=contact.client_id, recipient_id=contact.organisation_id, data_classes=classes,
        purpose=PURPOSE, basis=ruling.basis, subject_type="contact", subject_id=contact.id, at=at,
    )  # fmt: skip
    contact.disclosure_id = row.id


async def add_note(
    session: AsyncSession,
    actor: Actor,
    subject: Pathway | Contact,
    given: NoteWrite,
    at: datetime,
    **more: UUID | None,
) -> Note:
    note = Note(
        client_id=subject.client_id,
        register=given.data_register,
        body=given.body,
        client_visible=given.client_visible,
        written_at=at,
        author_id=actor.person_id,
        **more,  # type: ignore[arg-type]  # which of them is the subject
    )
    session.add(note)
    append(session, "note.written", note, client=note.client_id)
    await session.flush()
    return note


async def write_note(session: AsyncSession, actor: Actor, pathway: Pathway, given: NoteCreate, at: datetime) -> Note:
    """A note on a path, also on a closed one. Raises `RegisterNotYours`, `AddendumElsewhere`, `CodeInText`, and
    `NotFound` for an earlier note that the caller does not see."""
    refuse_codes(body=given.body)
    check_register(actor, given.data_register)
    await keep_health_out(session, pathway.team_id, given.data_register)
    if given.addendum_to_id is not None:
        earlier = await one(session, queries.visible_notes(actor), given.addendum_to_id)
        if (earlier.pathway_id, earlier.register) != (pathway.id, given.data_register):
            raise wrong(AddendumElsewhere, "addendumToId")
    return await add_note(
        session, actor, pathway, given, at,
        id=own_id(given.id, at), pathway_id=pathway.id, addendum_to_id=given.addendum_to_id,
    )  # fmt: skip


async def mark_entered_in_error(session: AsyncSession, actor: Actor, row: Contact | Note, reason: str) -> None:
    """It stays to be seen with the reason, and counts for nothing: a first contact is then another one, or none.

    Raises `Forbidden` for a team that only reads it.
    """
    if row.id not in await queries.correctable(session, actor, [row]):
        raise Forbidden()
    row.mark_entered_in_error(reason)
    kind = "contact" if isinstance(row, Contact) else "note"
    append(session, f"{kind}.entered_in_error", row, client=row.client_id)
    await session.flush()
    if isinstance(row, Contact) and queries.entry_of(row).reached:
        reached = await queries.reached_at(session, row.client_id)
        for referral in await queries.open_referrals(session, actor, row.client_id):
            if referral.first_contact_at == row.at:
                referral.first_contact_at = None
                for at in reached:
                    referral.contacted(at)
        await session.flush()
