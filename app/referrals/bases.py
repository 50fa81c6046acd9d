"""On what a sender sends: the client's permission, or a statute named instead; and the log of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries as consent_queries
from app.consents import service as consents
from app.consents.models import Verification
from app.consents.rules import Ruling, Terms, rule
from app.kit.clock import civil_date
from app.kit.codesets import codeset, require_in_force
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.people.actor import Actor
from app.referrals.models import Referral
from app.referrals.rules import FEEDBACK_PURPOSE, RECEIVING_PURPOSE

# What a referral tells the area that receives it.
TOLD = frozenset({"referral_reason"})


class StatutoryBasisUnfit(Invalid):
    """The statute does not give this sender the right: `sources` are those that may name it. Ask for permission."""

    code = "statutory_basis_unfit"
    detail = Text(
        "Lähettäjä ei voi vedota tähän lakiin. Pyydä asiakkaalta lupa ja kirjaa se.",
        "Remittenten kan inte hänvisa till denna lag. Be klienten om tillstånd och anteckna det.",
        "This sender cannot rely on that statute. Ask the client for permission and record it.",
    )


def check_basis(code: str | None, source: str, at: datetime) -> None:
    """Raises `CodeNotInForce` for a statute of another time, `StatutoryBasisUnfit` for one that others rely on."""
    if code is None:
        return
    pointer = "/body/statutoryBasis"
    require_in_force("statutory_basis", code, civil_date(at), pointer)
    sources = codeset("statutory_basis")[code].facts["sources"]
    if source not in sources:
        raise StatutoryBasisUnfit(
            errors=[{"pointer": pointer, "code": StatutoryBasisUnfit.code, "detail": StatutoryBasisUnfit.detail}],
            sources=list(sources),
        )


def whose_word(actor: Actor, referral: Referral) -> Verification:
    """Of a permission that comes with a referral: the client's own, heard by the area's own people, or stated by a
    partner, or by somebody known in words only."""
    if actor.client_id is not None:
        return Verification.CLIENT_GIVEN
    own = referral.sender_organisation_id in (None, referral.area_id) and not referral.sender_unknown
    return Verification.VERIFIED if own else Verification.STATED


async def sent(session: AsyncSession, actor: Actor, referral: Referral, at: datetime, new: Terms | None) -> None:
    """Log that the area received it, and on what: the permission recorded with it (`new`) or earlier, or the statute.

    A client who comes of their own accord tells of themself. What is sent again after the client took the permission
    back was sent on the sender's own responsibility: the sender does not know. Only inside a receiver.
    """
    if referral.source == "self" or referral.client_id is None:
        return
    basis, statute = new, referral.statutory_basis
    if basis is None and referral.consent_id is not None:
        await consent_queries.lock_client(session, referral.client_id, to_change=False)
        earlier = await consent_queries.held(session, referral.consent_id, at)
        basis = consents.terms_of(earlier, referral.area_id) if earlier else None
    if basis is not None and not (referral.area_id in basis.recipients and RECEIVING_PURPOSE in basis.purposes):
        basis = None  # a permission to somebody else, beside the statute
    await consents.disclose(
        session,
        actor,
        client_id=referral.client_id,
        recipient_id=referral.area_id,
        data_classes=TOLD,
        purpose=RECEIVING_PURPOSE,
        basis=basis,
        subject_type="referral",
        subject_id=referral.id,
        at=at,
        statute=None if basis else statute,
        otherwise="sender_statement",
    )


async def word_on_feedback(session: AsyncSession, referral: Referral, at: datetime) -> Ruling | None:
    """What the client has said of telling this sender anything at all; None where no organisation waits for it. Read
    without a lock: for the receiver's screen, and asked again when something is told."""
    if referral.sender_organisation_id is None or referral.client_id is None:
        return None
    standing = await consent_queries.standing_of(session, [referral.client_id], at)
    said = [consents.terms_of(one, referral.area_id) for one in standing]
    return rule(said, referral.sender_organisation_id, frozenset(), FEEDBACK_PURPOSE)
