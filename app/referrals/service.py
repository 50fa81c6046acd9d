"""What can happen to a referral, up to the receiver's decision; acceptance starts a path and lives in `pathways`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.consents.models import ConsentKind
from app.consents.schemas import ConsentTerms
from app.kit.clock import civil_date
from app.kit.db import Receiving
from app.kit.i18n import Text, speaking
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Forbidden
from app.people.actor import Actor, Held
from app.referrals import queries, rules
from app.referrals.content import as_content, content_of, refuse_codes, required, seal_person
from app.referrals.intake import receive
from app.referrals.masking import masked_now, shown_to_sender
from app.referrals.models import FLOW, Referral, ReferralState
from app.referrals.schemas import (
    Gap,
    OwnDuplicate,
    PersonGiven,
    PreflightResult,
    ReferralCreate,
    ReferralUpdate,
    Taker,
)  # fmt: skip
from app.routing import service as routing
from app.routing.facts import AssessmentKind, Facts
from app.routing.queries import names_of


class AlreadyReferred(Conflict):
    """Your organisation has an open referral for this person: `referralId`."""

    code = "already_referred"
    detail = Text(
        "Organisaatiollasi on jo avoin lähete tästä henkilöstä. Katso se ensin; tarvittaessa lähetä allowDuplicate.",
        "Din organisation har redan en öppen remiss för personen. Se den först; vid behov sänd allowDuplicate.",
        "Your organisation has an open referral for this person. Look at it first; if needed send allowDuplicate.",
    )


class NotYourOrganisation(Forbidden):
    code = "not_your_organisation"
    detail = Text(
        "Et lähetä sen organisaation puolesta.",
        "Du remitterar inte för den organisationen.",
        "You do not refer on behalf of that organisation.",
    )


class SourceNotYours(Forbidden):
    code = "source_not_yours"
    detail = Text(
        "Organisaatiosi lähettää omissa nimissään: jätä source pois.",
        "Din organisation remitterar i eget namn: lämna bort source.",
        "Your organisation refers in its own name: leave source out.",
    )


def sender_of(actor: Actor, given: ReferralCreate) -> tuple[Held, str, UUID | None]:
    """In whose name: the membership, the source, and the sender organisation (None on a self-referral)."""
    wanted = given.sender_organisation_id
    held = next((m for m in actor.memberships if wanted in (None, m.organisation_id)), None)
    if held is None:
        raise NotYourOrganisation()
    in_team = bool(actor.teams)
    if given.source is not None and not in_team and given.source != held.source:
        raise SourceNotYours()
    source = given.source or held.source or ("nurse" if in_team else "other")
    return held, source, None if source == "self" else held.organisation_id


async def preflight(session: AsyncSession, actor: Actor, given: ReferralCreate, at: datetime) -> PreflightResult:
    """What is missing, the sender's own open referrals of the person, who would take it, and by when. Writes nothing.

    Nothing in the answer depends on whether the area knows the person.
    """
    held, source, sender = sender_of(actor, given)
    refuse_codes(reason=given.reason)
    _, index = seal_person(session, own_id(given.id, at), given.client, at)
    if given.permission is not None:
        await consents.check_terms(
            session, held.area_id, ConsentKind.PERMISSION, given.permission, at, "/body/permission"
        )
    missing = rules.gaps(content_of(given, held.area_id, sender, source, at))
    own = await queries.own_open(session, actor, index) if index else []
    finals = await queries.final_feedback(session, [r.id for r in own])
    facts = Facts(
        assessment=AssessmentKind.REFERRAL_TRIAGE,
        municipality=given.client.municipality,
        urgent=given.urgency == "urgent",
    )
    async with Receiving(session, team=None, area=held.area_id):
        decision = await routing.preview(session, held.area_id, facts, at)
        names = await names_of(session, [UUID(decision.holder)] if decision.holder else [])
        team_id = UUID(decision.team) if decision.team else None
        teams = await queries.team_names(session, [team_id])
    language = speaking.get()
    return PreflightResult(
        complete=not any(gap.required for gap in missing),
        gaps=[
            Gap(pointer=f"/body{g.pointer}", code=g.code, required=g.required, remedy=g.remedy.pick(language))
            for g in missing
        ],
        duplicates=[
            OwnDuplicate(
                referral_id=r.id,
                status=shown_to_sender(r, finals.get(r.id)),
                submitted_at=r.submitted_at,
            )
            for r in own
        ],
        taker=Taker(
            outcome=decision.outcome.value,
            team_id=team_id,
            team=teams.get(team_id) if team_id else None,
            seat_role=decision.seat,
            person=names.get(UUID(decision.holder)) if decision.holder else None,
            earliest_on=decision.earliest_on or (civil_date(at) if decision.holder else None),
        ),
        answer_by=rules.answer_due(at, given.urgency == "urgent"),
    )


async def create(session: AsyncSession, actor: Actor, given: ReferralCreate, at: datetime) -> Referral:
    """Write a referral down and, unless it is a draft, send it."""
    held, source, sender = sender_of(actor, given)
    refuse_codes(reason=given.reason)
    id = own_id(given.id, at)
    presented, index = seal_person(session, id, given.client, at)
    if given.permission is not None:
        await consents.check_terms(
            session, held.area_id, ConsentKind.PERMISSION, given.permission, at, "/body/permission"
        )
    if index and not given.allow_duplicate:
        for earlier in await queries.own_open(session, actor, index):
            raise AlreadyReferred(referral_id=str(earlier.id))
    referral = Referral(
        id=id,
        area_id=held.area_id,
        source=source,
        sender_organisation_id=sender,
        sender_person_id=actor.person_id,
        channel=given.channel,
        presented=presented,
        presented_index=index,
        municipality=given.client.municipality,
        reason=given.reason,
        asked_for=given.asked_for,
        urgency=given.urgency,
        unemployment_days=given.unemployment_days,
        criteria_version=given.criteria.version,
        criteria_answers=dict(given.criteria.answers),
        barriers=sorted(set(given.barriers)),
        permission=given.permission.model_dump(mode="json") if given.permission else {},
    )
    session.add(referral)
    await session.flush()
    if not given.draft:
        await submit(session, actor, referral, at)
    return referral


async def update(session: AsyncSession, actor: Actor, referral: Referral, given: ReferralUpdate, at: datetime) -> None:
    """Mend a draft, or one returned for information. What was sent and is being handled is never changed."""
    state = await masked_now(session, referral)
    if state not in (ReferralState.DRAFT, ReferralState.RETURNED_FOR_INFO):
        raise FLOW.refuse(state)
    sent = given.model_fields_set
    refuse_codes(reason=given.reason if "reason" in sent else None)  # type: ignore[arg-type]
    if "client" in sent:
        person: PersonGiven = given.client  # type: ignore[assignment]
        referral.presented, referral.presented_index = seal_person(session, referral.id, person, at)
        referral.municipality = person.municipality
    if "permission" in sent:
        terms: ConsentTerms = given.permission  # type: ignore[assignment]
        await consents.check_terms(session, referral.area_id, ConsentKind.PERMISSION, terms, at, "/body/permission")
        referral.permission = terms.model_dump(mode="json")
    if "criteria" in sent:
        referral.criteria_answers = dict(given.criteria.answers)  # type: ignore[union-attr]
    for name in ("reason", "asked_for", "urgency", "unemployment_days", "barriers"):
        if name in sent:
            setattr(referral, name, getattr(given, name))
    referral.noticed()
    await session.flush()


async def submit(session: AsyncSession, actor: Actor, referral: Referral, at: datetime) -> None:
    """Send it: the receiver matches the person, records the permission, and gives it its first owner, all at once.

    Raises `ReferralIncomplete`, `IllegalMove`.
    """
    content = as_content(session, referral)
    required(rules.gaps(content_of(content, referral.area_id, referral.sender_organisation_id, referral.source, at)))
    FLOW.check(await masked_now(session, referral), "submit")
    if referral.state is ReferralState.WITHDRAWN:
        referral.submit(at)
        await session.flush()
        return
    await receive(session, actor, referral, content, at)
