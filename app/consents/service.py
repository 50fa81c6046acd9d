"""Recording, withdrawing, and asking by name whether something may be told to somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import Disclosure
from app.consents import consequences, queries
from app.consents.consequences import Lacking, Touched
from app.consents.information import last_day, warned_until
from app.consents.making import informed_first, not_in_use, write
from app.consents.models import FLOW, Consent, ConsentKind, Verification
from app.consents.refusals import ConsentEnded, ConsentVerified
from app.consents.rules import Ruling, Terms, rule
from app.consents.schemas import ConsentCreate, ConsentRead, ConsentTerms, TermsSaid
from app.kit.clock import by_now
from app.kit.i18n import Language, Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Forbidden, Invalid, Problem
from app.outbox.events import append
from app.people.actor import Actor
from app.representatives.service import acting

# How far ahead the clock of a sender may go (own design).
SKEW = timedelta(minutes=5)


class ConsentMissing(Conflict):
    """No permission in force covers it: `recipients`, `dataClasses`, `purpose` say what to ask the client for.

    What can be asked is kept as work (`gaps`): `gapId`, `remedy` and `actions` lead there. A recipient in `refused` is
    one that the client has said no to, by a refusal or a prohibition: nobody is asked to press the client.
    """

    code = "consent_missing"
    title = Text("Asiakkaan lupa puuttuu", "Klientens tillstånd saknas", "The client's permission is missing")
    detail = Text(
        "Pyydä asiakkaalta lupa: mitä tietoja, kenelle ja mihin. Kirjaa se ja yritä uudelleen.",
        "Be klienten om tillstånd: vilka uppgifter, till vem och för vad. Anteckna det och försök igen.",
        "Ask the client for permission: which data, to whom, for what. Record it and try again.",
    )
    said_no: ClassVar[Text] = Text(
        "Asiakas on kieltänyt tämän. Sitä ei kysytä uudelleen: asiakas kertoo itse, jos mieli muuttuu.",
        "Klienten har sagt nej till detta. Det frågas inte på nytt: klienten säger själv till om saken ändras.",
        "The client has said no to this. It is not asked again: the client says so if they change their mind.",
    )

    def __init__(
        self,
        *,
        recipients: Sequence[str],
        data_classes: Sequence[str],
        purpose: str,
        refused: Sequence[str] = (),
        lacking: Lacking | None = None,
    ) -> None:
        extra: dict[str, Any] = {"refused": list(refused)} if refused else {}
        super().__init__(recipients=list(recipients), data_classes=list(data_classes), purpose=purpose, **extra)
        self.lacking = lacking
        self.instead: Text | None = None  # where something else helps than asking the client

    def explain(self, language: Language) -> str:
        if self.instead is not None:
            return self.instead.pick(language)
        if set(self.extra["recipients"]) <= set(self.extra.get("refused", ())) and self.extra["recipients"]:
            return self.said_no.pick(language)
        return super().explain(language)


class RecipientUnknown(Invalid):
    code = "recipient_unknown"
    detail = Text(
        "Luvan vastaanottaja ei ole alueen organisaatio.",
        "Mottagaren i tillståndet är inte en organisation i området.",
        "A recipient of the permission is not an organisation that works with the area.",
    )


class PermissionTermsInvalid(Invalid):
    code = "consent_terms_invalid"
    detail = Text(
        "Luvassa on oltava vastaanottaja, sen on päätyttävä alkamisensa jälkeen ja tulevaisuudessa, tietojen "
        "käytöstä on kerrottu jo silloin käytetyllä tekstillä, ja pilotilla on nimi. Tiiviste kuuluu asiakirjaan.",
        "Tillståndet ska ha en mottagare, det ska upphöra efter att det börjat och i framtiden, klienten har redan "
        "informerats med den text som då användes, och ett pilotförsök har ett namn. En kontrollsumma hör till en "
        "handling.",
        "A permission needs a recipient, ends after it begins and in the future, the client was informed already by a "
        "text in use that day, and a pilot has a name. A hash belongs to a document.",
    )


async def check_terms(
    session: AsyncSession, area_id: UUID, kind: ConsentKind, given: TermsSaid, at: datetime, pointer: str
) -> None:
    """Raises `PermissionTermsInvalid` or `RecipientUnknown`, pointing below `pointer`."""
    begins = (given.valid_from if isinstance(given, ConsentTerms) else None) or at
    wrong: list[dict[str, Any]] = []
    if given.valid_until is not None and given.valid_until <= max(begins, at):
        wrong.append({"pointer": f"{pointer}/validUntil", "code": "ends_too_early"})
    if given.information_given_at is not None and given.information_given_at > at + SKEW:
        wrong.append({"pointer": f"{pointer}/informationGivenAt", "code": "in_the_future"})
    if kind is ConsentKind.PERMISSION and not given.recipient_ids:
        wrong.append({"pointer": f"{pointer}/recipientIds", "code": "missing"})
    if not_in_use(kind, given):
        wrong.append({"pointer": f"{pointer}/informationVersion", "code": "not_in_use"})
    if given.evidence_sha256 and not given.evidence_note and not getattr(given, "evidence_attachment_id", None):
        wrong.append({"pointer": f"{pointer}/evidenceNote", "code": "missing"})
    if isinstance(given, ConsentCreate) and (given.pilot_name is None) is (kind is ConsentKind.PILOT):
        wrong.append({"pointer": f"{pointer}/pilotName", "code": "pilot_only" if given.pilot_name else "missing"})
    if wrong:
        raise PermissionTermsInvalid(errors=[{**w, "detail": PermissionTermsInvalid.detail} for w in wrong])
    await check_recipients(session, area_id, given.recipient_ids, f"{pointer}/recipientIds")


async def check_recipients(session: AsyncSession, area_id: UUID, recipient_ids: list[UUID], pointer: str) -> None:
    """Raises `RecipientUnknown`, unless all of them are organisations that work with the area."""
    if await queries.unknown_organisations(session, area_id, recipient_ids):
        raise RecipientUnknown(
            errors=[{"pointer": pointer, "code": "recipient_unknown", "detail": RecipientUnknown.detail}]
        )


async def record(
    session: AsyncSession, actor: Actor, client_id: UUID, area_id: UUID, given: ConsentCreate, at: datetime
) -> tuple[Consent, list[Touched]]:
    """Record what the client permits, refuses or prohibits. It counts for everything that leaves from now on; what it
    stops, or lets go on, follows at once.

    Raises what `check_terms` and `check_mandate` raise, `InformationNotGiven`, `EvidenceUnknown`, `EvidenceMismatch`.
    """
    await check_terms(session, area_id, given.kind, given, at, "/body")
    informed_first(given.kind, given)
    id = own_id(given.id, at)
    await queries.lock_client(session, client_id, to_change=True)
    at = by_now(session.info, at)
    await check_mandate(session, actor, client_id, given.given_by_representative_id, at)
    consent = await write(session, actor, client_id, area_id, given.kind, given, id, at)
    consent.pilot_name = given.pilot_name
    session.add(consent)
    append(session, "consent.recorded", consent, client=client_id, consent_kind=given.kind.value)
    await session.flush()
    return consent, await consequences.follow(session, consent, at, area_id)


async def check_mandate(
    session: AsyncSession, actor: Actor, client_id: UUID, representative_id: UUID | None, at: datetime
) -> None:
    """Whoever says it for the client may say it. Raises what `acting` raises, and `Forbidden` for the client's login:
    it speaks for the client alone."""
    if representative_id is not None:
        if actor.client_id is not None:
            raise Forbidden()
        await acting(session, client_id, representative_id, "give_consent", at)


async def withdraw(
    session: AsyncSession, actor: Actor, consent: Consent, at: datetime, representative_id: UUID | None = None
) -> list[Touched]:
    """From now on; what was lawfully told before stays in the disclosure log. Says what ends with it.

    Raises what `check_mandate` raises."""
    FLOW.check(consent.state, "withdraw")
    await check_mandate(session, actor, consent.client_id, representative_id, at)
    at = by_now(session.info, at)
    consent.withdraw(at, representative_id)
    append(session, "consent.withdrawn", consent, client=consent.client_id)
    await session.flush()
    return await consequences.follow(session, consent, at)


async def mark_entered_in_error(
    session: AsyncSession, actor: Actor, consent: Consent, reason: str, at: datetime
) -> list[Touched]:
    """It never counted: what rests on it ends as with a withdrawal."""
    consent.mark_entered_in_error(reason)
    append(session, "consent.entered_in_error", consent, client=consent.client_id)
    await session.flush()
    return await consequences.follow(session, consent, at)


def lacking(
    client_id: UUID,
    ruling: Ruling,
    recipient_id: UUID,
    data_classes: frozenset[str],
    purpose: str,
    *,
    team_id: UUID | None = None,
    pathway_id: UUID | None = None,
    missing: Iterable[str] | None = None,
) -> ConsentMissing:
    """What a refused ruling says to whoever asked: what to ask the client for, unless the client said no already."""
    no = ruling.prohibited or ruling.refused
    gap = Lacking(client_id, (recipient_id,), data_classes, purpose, team_id, pathway_id)
    return ConsentMissing(
        recipients=[str(recipient_id)],
        data_classes=sorted(ruling.missing if missing is None else missing),
        purpose=purpose,
        refused=[str(recipient_id)] if no else [],
        lacking=None if no else gap,
    )


async def ask(
    session: AsyncSession, client_id: UUID, recipient_id: UUID, data_classes: frozenset[str], purpose: str, at: datetime
) -> Ruling:
    """May this be told? What it rests on is locked until the transaction ends, so no withdrawal can overtake it."""
    area = await queries.lock_client(session, client_id, to_change=False)
    consents = await queries.standing(session, client_id, by_now(session.info, at))
    return rule([terms_of(one, area) for one in consents], recipient_id, data_classes, purpose)


def terms_of(consent: Consent, area_id: UUID | None = None) -> Terms:
    """It was said when it began, or, if it begins later than it was recorded, when it was recorded.

    What is only stated holds for the area that receives it and for whoever stated it.
    """
    recipients = frozenset(consent.recipient_ids)
    stated = consent.verification is Verification.STATED
    return Terms(
        id=consent.id,
        version=consent.version,
        kind=consent.kind.value,
        recipients=recipients,
        data_classes=frozenset(consent.data_classes),
        purposes=frozenset(consent.purposes),
        said_at=min(consent.valid_from, consent.created_at),
        unverified_for=recipients - {consent.recorded_organisation_id, area_id} if stated else frozenset(),
    )


async def disclose(
    session: AsyncSession,
    actor: Actor,
    *,
    client_id: UUID,
    recipient_id: UUID | None,
    data_classes: frozenset[str],
    purpose: str,
    basis: Terms | None,
    subject_type: str,
    subject_id: UUID,
    at: datetime,
    statute: str | None = None,
    otherwise: str = "notice",
) -> Disclosure:
    """Write the disclosure: one row per recipient. No recipient organisation means the client. `otherwise` is its basis
    (`disclosure_basis`) without permission and statute."""
    kind = "consent" if basis else "client_own_data" if recipient_id is None else "statute" if statute else otherwise
    row = Disclosure(
        client_id=client_id,
        recipient_organisation_id=recipient_id,
        recipient_is_client=recipient_id is None,
        data_classes=sorted(data_classes),
        purpose=purpose,
        basis=kind,
        consent_id=basis.id if basis else None,
        consent_version=basis.version if basis else None,
        statute=statute,
        subject_type=subject_type,
        subject_id=subject_id,
        disclosed_by_id=actor.login_id,
        at=by_now(session.info, at),
    )
    session.add(row)
    await session.flush()
    return row


def show(actor: Actor, consent: Consent, at: datetime) -> ConsentRead:
    fields = {name: getattr(consent, name) for name in ConsentRead.model_fields if hasattr(consent, name)}
    runs_out = consent.valid_until is not None and consent.valid_until <= warned_until(at)
    fields["in_force"] = consent.in_force(at)
    fields["expires_on"] = last_day(consent.valid_until) if consent.valid_until else None
    fields["expiring"] = fields["in_force"] and runs_out
    sides = {"team"} if actor.client_id is None else set()
    return ConsentRead(
        **fields,
        allowed_actions=FLOW.actions(consent.state, actor, lambda verb: refused(consent, verb, at), sides=sides),
    )


def refused(consent: Consent, verb: str, at: datetime) -> Problem | None:
    """Why a verb that its state allows is refused."""
    if verb == "verify" and consent.verification is not Verification.STATED:
        return ConsentVerified()
    if verb in ("verify", "replace") and consent.valid_until is not None and consent.valid_until <= at:
        return ConsentEnded()
    return None
