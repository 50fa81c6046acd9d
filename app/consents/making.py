"""How an expression of will becomes a row: whose word it is, what was told first, which document it is in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries
from app.consents.evidence import hash_of, refusal
from app.consents.information import InformationText, text_for, version_of
from app.consents.models import Consent, ConsentKind, Verification
from app.consents.schemas import ConsentCreate, ConsentReplace, ConsentTerms, ConsentVerify, TermsSaid
from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.ids import new_id
from app.kit.problems import Invalid
from app.people.actor import Actor


class InformationNotGiven(Invalid):
    """The client must know what is shared with whom before permitting it: tell it, and say when (domain 5.4)."""

    code = "information_not_given"
    title = Text("Asiakasta ei ole informoitu", "Klienten har inte informerats", "The client was not informed")
    detail = Text(
        "Kerro asiakkaalle ensin, mitä kerrotaan kenelle ja että luvan voi perua (GET /v1/information-texts), ja "
        "kirjaa informationGivenAt.",
        "Berätta först för klienten vad som berättas för vem och att tillståndet kan återkallas (GET "
        "/v1/information-texts), och anteckna informationGivenAt.",
        "First tell the client what is told to whom, and that it can be taken back (GET /v1/information-texts), and "
        "note informationGivenAt.",
    )


class ReceiverUnknown(Invalid):
    """Whoever the client gave it to works in the area's network today; a client's own login gives it to nobody."""

    code = "consent_receiver_unknown"
    detail = Text(
        "Luvan vastaanottanut henkilö ei ole alueen verkostossa tänään.",
        "Personen som tog emot tillståndet hör inte till områdets nätverk i dag.",
        "The person it was given to is not in the area's network today.",
    )


INFORMED_FIRST = frozenset({ConsentKind.PERMISSION, ConsentKind.PILOT})


def make(
    actor: Actor,
    client_id: UUID,
    kind: ConsentKind,
    given: TermsSaid,
    at: datetime,
    id: UUID | None = None,
    *,
    verification: Verification | None = None,
    stated_by: UUID | None = None,
) -> Consent:
    """A consent of these terms, recorded by the actor; `stated_by` is the organisation that sends it.

    Whose word it is: the client's own by their login, verified where one of the area's own people heard it, and stated
    where a partner says so.
    """
    own = actor.memberships[0].organisation_id if actor.memberships else None
    if verification is None:
        heard = Verification.VERIFIED if actor.kind == "staff" else Verification.STATED
        verification = Verification.CLIENT_GIVEN if actor.client_id is not None else heard
    stated = verification is Verification.STATED
    told = told_with(kind, given)
    return Consent(
        id=id or new_id(),
        client_id=client_id,
        kind=kind,
        recipient_ids=list(dict.fromkeys(given.recipient_ids)),
        data_classes=sorted(set(given.data_classes)),
        purposes=sorted(set(given.purposes)),
        valid_from=(given.valid_from if isinstance(given, ConsentTerms) else None) or at,
        valid_until=given.valid_until,
        how_given=given.how_given,
        given_to_id=actor.person_id,
        information_given_at=given.information_given_at,
        information_text=told.code if told else None,
        information_version=told.version if told else None,
        evidence_note=given.evidence_note,
        evidence_sha256=given.evidence_sha256.lower() if given.evidence_sha256 else None,
        verification=verification,
        verified_at=None if stated else at,
        verified_by_id=None if stated else actor.person_id,
        recorded_by_id=actor.person_id,
        recorded_organisation_id=stated_by or own,
    )


def told_with(kind: ConsentKind, given: TermsSaid | ConsentVerify) -> InformationText | None:
    """The version of the text that the client was told: as said, or the one of its kind in use that day."""
    if given.information_given_at is None:
        return None
    on = civil_date(given.information_given_at)
    if given.information_text is not None and given.information_version is not None:
        found = version_of(given.information_text, given.information_version)
        return found if found is not None and kind in found.kinds and found.in_use(on) else None
    found = text_for(kind, on)
    return found if given.information_text in (None, found.code if found else None) else None


def not_in_use(kind: ConsentKind, given: TermsSaid | ConsentVerify) -> bool:
    """Whether a text or version was named that nobody can have been told then."""
    named = given.information_text is not None or given.information_version is not None
    told = told_with(kind, given)
    return named and (told is None or given.information_version not in (None, told.version))


def informed_first(kind: ConsentKind, given: TermsSaid | ConsentVerify) -> None:
    """A permission stands on information given first (domain 5.4); a no needs none. Raises `InformationNotGiven`."""
    if kind in INFORMED_FIRST and given.information_given_at is None:
        raise refusal(InformationNotGiven, "/body/informationGivenAt")


async def write(
    session: AsyncSession,
    actor: Actor,
    client_id: UUID,
    area_id: UUID,
    kind: ConsentKind,
    given: ConsentCreate | ConsentReplace,
    id: UUID,
    at: datetime,
) -> Consent:
    """A row of what the client said to the area's own people, or by their own login; not added yet."""
    sha256 = await hash_of(session, actor, client_id, given.evidence_attachment_id, given.evidence_sha256)
    consent = make(actor, client_id, kind, given, at, id)
    consent.evidence_attachment_id, consent.evidence_sha256 = given.evidence_attachment_id, sha256
    consent.given_by_representative_id = given.given_by_representative_id
    if given.given_to_id is not None:
        if actor.client_id is not None or not await queries.in_network(session, area_id, given.given_to_id, at):
            raise refusal(ReceiverUnknown, "/body/givenToId")
        consent.given_to_id = given.given_to_id
    return consent
