"""A client sent onward from a path to another team of the area, on the client's permission (C-25)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.queries import visible_clients
from app.consents import queries as consent_queries
from app.consents import service as consents
from app.consents.models import Consent
from app.consents.schemas import ConsentTerms
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Invalid, camel
from app.kit.queries import one
from app.pathways import queries
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals import queries as referrals
from app.referrals.answering import UnknownTeam
from app.referrals.content_schemas import CriteriaAnswers, ReferralContent
from app.referrals.models import Referral
from app.referrals.rules import RECEIVING_PURPOSE
from app.referrals.sending import write
from app.referrals.service import submit
from app.referrals.source_schemas import OnwardReferral
from app.referrals.sources import Origin, known_person, membership, source_of

# What the receiving team is told: that the client takes part, and why it is asked.
TOLD = frozenset({"participation", "referral_reason"})


class UnknownStep(Invalid):
    code = "unknown_step"
    detail = Text(
        "Vaihe ei ole tämän polun vaihe.",
        "Steget är inte ett steg på den här stigen.",
        "The step is not a step of this path.",
    )


async def refer(session: AsyncSession, actor: Actor, pathway: Pathway, given: OnwardReferral, at: datetime) -> Referral:
    """Need assessment suffices: no physician signs (C-25, C-26). What is known is not asked again.

    The client's row is locked, then the path's: one that is being closed is waited for, and is closed.

    Raises `UnknownTeam`, `UnknownStep`, `ConsentMissing`, `AlreadyReferred`, `IllegalMove`.
    """
    await consent_queries.lock_client(session, pathway.client_id, to_change=True)
    pathway = await one(session, queries.worked_pathways(actor), pathway.id, lock=True)
    PATHWAY_FLOW.check(pathway.state, "refer_onward")
    newest = (await referrals.of_pathway(session, pathway.id))[-1]
    held = membership(actor, newest.area_id)
    team = await referrals.team_of_area(session, given.team_id, held.area_id)
    if team is None or team.id == pathway.team_id:
        raise at_field(UnknownTeam, "teamId")
    if given.step_id is not None and not await queries.is_step_of(session, given.step_id, pathway.id):
        raise at_field(UnknownStep, "stepId")
    basis = await permitted(session, pathway, held.area_id, at)
    client = await one(session, visible_clients(actor), pathway.client_id)
    origin = Origin(
        area_id=held.area_id,
        source=source_of(held),
        organisation_id=held.organisation_id,
        person_id=actor.person_id,
        client_id=pathway.client_id,
        team_id=team.id,
        pathway_id=pathway.id,
        step_id=given.step_id,
    )
    content = ReferralContent.model_construct(
        client=await known_person(session, client), permission=terms_of(basis), **filled(given, newest)
    )
    referral = await write(session, actor, origin, content, own_id(given.id, at), at, again=given.allow_duplicate)
    referral.consent_id = basis.id
    await submit(session, actor, referral, at)
    return referral


async def permitted(session: AsyncSession, pathway: Pathway, area_id: UUID, at: datetime) -> Consent:
    """The permission it rests on, held in force until this commits. Raises `ConsentMissing`."""
    ruling = await consents.ask(session, pathway.client_id, area_id, TOLD, RECEIVING_PURPOSE, at)
    if ruling.basis is None:
        raise consents.lacking(
            pathway.client_id, ruling, area_id, TOLD, RECEIVING_PURPOSE,
            team_id=pathway.team_id, pathway_id=pathway.id,
        )  # fmt: skip
    return await consent_queries.recorded(session, ruling.basis.id)


def terms_of(basis: Consent) -> ConsentTerms:
    """The recorded permission in the words of a referral: it is not recorded a second time."""
    return ConsentTerms.model_validate({camel(name): getattr(basis, name) for name in ConsentTerms.model_fields})


def filled(given: OnwardReferral, newest: Referral) -> dict[str, Any]:
    """What was said, and for what was not, what the path's newest referral says."""
    days, barriers = given.unemployment_days, given.barriers
    return {
        "reason": given.reason,
        "asked_for": given.asked_for,
        "urgency": given.urgency,
        "unemployment_days": newest.unemployment_days if days is None else days,
        "barriers": newest.barriers if barriers is None else barriers,
        "criteria": given.criteria or CriteriaAnswers.model_construct(answers=newest.criteria_answers),
        "hoped_for": given.hoped_for or newest.hoped_for,
        "reach_when": given.reach_when or newest.reach_when,
    }
