"""What happens to a consent later: a professional or the client verifies it, or new terms take its place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import consequences, queries
from app.consents.consequences import Touched
from app.consents.evidence import refusal
from app.consents.making import informed_first, not_in_use, told_with, write
from app.consents.models import FLOW, Consent, Verification
from app.consents.refusals import InformationNoted, VerifiedHowMissing
from app.consents.schemas import ConsentReplace, ConsentVerify
from app.consents.service import SKEW, PermissionTermsInvalid, check_mandate, check_terms, refused
from app.kit.clock import by_now
from app.kit.ownid import own_id
from app.outbox.events import append
from app.people.actor import Actor


async def verify(
    session: AsyncSession, actor: Actor, consent: Consent, given: ConsentVerify, at: datetime
) -> list[Touched]:
    """It is the client's word: the client says so, or a professional who asked them. The client's row is locked alone.

    Raises `ConsentVerified`, `ConsentEnded`, `InformationNotGiven`, `InformationNoted`, `PermissionTermsInvalid`,
    `VerifiedHowMissing`.
    """
    at = by_now(session.info, at)
    FLOW.check(consent.state, "verify")
    if problem := refused(consent, "verify", at):
        raise problem
    if consent.information_given_at is None:
        informed_first(consent.kind, given)
        told = told_with(consent.kind, given)
        if not_in_use(consent.kind, given):
            raise refusal(PermissionTermsInvalid, "/body/informationVersion")
        if given.information_given_at is not None and given.information_given_at > at + SKEW:
            raise refusal(PermissionTermsInvalid, "/body/informationGivenAt")
        consent.information_given_at = given.information_given_at
        consent.information_text, consent.information_version = (told.code, told.version) if told else (None, None)
    elif given.information_given_at or given.information_text or given.information_version:
        raise InformationNoted()
    if actor.client_id is not None:
        consent.verify(Verification.CLIENT_GIVEN, None, None, at)
    else:
        if given.how is None:
            raise VerifiedHowMissing()
        consent.verify(Verification.VERIFIED, given.how, actor.person_id, at)
    append(session, "consent.verified", consent, client=consent.client_id)
    await session.flush()
    return await consequences.follow(session, consent, at)


async def replace(
    session: AsyncSession, actor: Actor, old: Consent, given: ConsentReplace, at: datetime
) -> tuple[Consent, list[Touched]]:
    """New terms, narrower or wider, in one step: the old ones end at the instant at which the new ones begin, and keep
    their content. The client's row is locked alone, so that nothing is told between the two. What the old ones
    carried and the new ones do not ends with them.

    Raises what `service.record` raises, and `ConsentEnded`.
    """
    FLOW.check(old.state, "replace")
    at = by_now(session.info, at)
    if problem := refused(old, "replace", at):
        raise problem
    area = await queries.area_of(session, old.client_id)
    await check_terms(session, area, old.kind, given, at, "/body")
    informed_first(old.kind, given)
    await check_mandate(session, actor, old.client_id, given.given_by_representative_id, at)
    new = await write(session, actor, old.client_id, area, old.kind, given, own_id(given.id, at), at)
    new.pilot_name, new.replaces_id = old.pilot_name, old.id
    session.add(new)
    await session.flush()
    old.replace(new.id, at)
    append(session, "consent.replaced", old, client=old.client_id, by=str(new.id))
    append(session, "consent.recorded", new, client=new.client_id, consent_kind=new.kind.value)
    await session.flush()
    touched = await consequences.follow(session, old, at)
    return new, touched + await consequences.follow(session, new, at)
