"""What can happen to a referral, up to the receiver's decision; acceptance starts a path and lives in `pathways`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.consents.models import ConsentKind
from app.consents.schemas import ConsentTerms
from app.kit.problems import camel
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals import completeness
from app.referrals.bases import check_basis
from app.referrals.content import as_content, refuse_codes, refuse_meeting_codes, required, seal_person
from app.referrals.content_schemas import MeetingHeld, PersonGiven
from app.referrals.intake import receive
from app.referrals.masking import masked_now
from app.referrals.models import FLOW, Referral, ReferralState
from app.referrals.schemas import ReferralUpdate
from app.referrals.sources import PersonIsKnown, check_meeting
from app.representatives.service import acting


async def update(session: AsyncSession, actor: Actor, referral: Referral, given: ReferralUpdate, at: datetime) -> None:
    """Mend a draft, or one returned for information. What was sent and is being handled is never changed."""
    state = await masked_now(session, referral)
    if state not in (ReferralState.DRAFT, ReferralState.RETURNED_FOR_INFO):
        raise FLOW.refuse(state)
    sent = given.model_fields_set
    words = given.model_dump(include={"reason", "hoped_for", "reach_when"})
    refuse_codes(**{camel(name): said for name, said in words.items()})
    if "client" in sent and referral.person_known:
        raise at_field(PersonIsKnown, "client")
    if "meeting_held" in sent:
        held: MeetingHeld | None = given.meeting_held  # type: ignore[assignment]
        refuse_meeting_codes(held)
        await check_meeting(session, referral.area_id, held, at)
        referral.meeting_held = held.model_dump(mode="json") if held else {}
    if "client" in sent:
        person: PersonGiven = given.client  # type: ignore[assignment]
        referral.presented, referral.presented_index = seal_person(session, referral.id, person, at)
        referral.municipality = person.municipality
    if "permission" in sent:
        terms: ConsentTerms = given.permission  # type: ignore[assignment]
        await consents.check_terms(session, referral.area_id, ConsentKind.PERMISSION, terms, at, "/body/permission")
        referral.permission = terms.model_dump(mode="json")
    if "statutory_basis" in sent:
        statute: str | None = given.statutory_basis  # type: ignore[assignment]
        check_basis(statute, referral.source, at)
        referral.statutory_basis = statute
    if "criteria" in sent:
        referral.criteria_answers = dict(given.criteria.answers)  # type: ignore[union-attr]
    for name in ("reason", "asked_for", "urgency", "unemployment_days", "barriers", "hoped_for", "reach_when"):
        if name in sent:
            setattr(referral, name, getattr(given, name))
    referral.noticed()
    await session.flush()


async def submit_written(session: AsyncSession, actor: Actor, referral: Referral, at: datetime) -> None:
    """A draft, or what was returned. A representative's draft goes only while the mandate lasts; what was sent on it
    stays sent. Raises what `acting` and `submit` do."""
    if referral.representative_id is not None and referral.client_id is not None and referral.submitted_at is None:
        await acting(session, referral.client_id, referral.representative_id, "refer", at)
    await submit(session, actor, referral, at)


async def submit(session: AsyncSession, actor: Actor, referral: Referral, at: datetime) -> None:
    """Send it: the receiver matches the person, records the permission, and gives it its first owner, all at once.

    Raises `ReferralIncomplete`, `IllegalMove`.
    """
    content = as_content(session, referral)
    found = await completeness.of(session, referral, content, at)
    required(found.missing)
    check_basis(referral.statutory_basis, referral.source, at)
    FLOW.check(await masked_now(session, referral), "submit")
    await receive(session, actor, referral, content, found, at)
