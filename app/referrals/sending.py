"""Writing a referral down and sending it, whatever its source; and the look ahead that writes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.queries import visible_clients
from app.consents import service as consents
from app.consents.models import ConsentKind
from app.consents.queries import lock_client
from app.kit.clock import civil_date
from app.kit.db import Receiving
from app.kit.i18n import Text, speaking
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Forbidden
from app.kit.queries import one
from app.people.actor import Actor
from app.referrals import completeness, queries, sources
from app.referrals.bases import check_basis
from app.referrals.clocks import answer_due
from app.referrals.content import content_of, refuse_codes, refuse_meeting_codes, seal_person
from app.referrals.content_schemas import PersonGiven, ReferralContent, ReferralSaid
from app.referrals.masking import shown_to_sender
from app.referrals.models import Referral
from app.referrals.schemas import Gap, OwnDuplicate, PreflightResult, ReferralCreate, Taker
from app.referrals.service import submit
from app.referrals.source_schemas import OwnReferral
from app.referrals.sources import Origin
from app.routing import service as routing
from app.routing.facts import AssessmentKind, Facts
from app.routing.queries import names_of


class AlreadyReferred(Conflict):
    """There is an open referral of yours for this person: `referralId`."""

    code = "already_referred"
    detail = Text(
        "Henkilöstä on jo avoin lähetteesi. Katso se ensin; tarvittaessa lähetä allowDuplicate.",
        "Det finns redan en öppen remiss från er för personen. Se den först; vid behov sänd allowDuplicate.",
        "There is an open referral of yours for this person. Look at it first; if needed send allowDuplicate.",
    )


class NotAClient(Forbidden):
    """Only somebody signed in as a client refers themself; a team takes a call with source `self`."""

    code = "not_a_client"
    detail = Text(
        "Vain asiakas voi hakeutua itse. Kirjaa soitto: POST /v1/referrals, source self.",
        "Bara en klient söker sig själv. Anteckna samtalet: POST /v1/referrals, source self.",
        "Only a client refers themself. Note a call with POST /v1/referrals, source self.",
    )


async def preflight(session: AsyncSession, actor: Actor, given: ReferralCreate, at: datetime) -> PreflightResult:
    """What is missing, the sender's own open referrals of the person, who would take it, and by when. Writes nothing.

    Nothing in the answer depends on whether the area knows the person.
    """
    origin, person = await sources.origin_of(session, actor, given, at)
    return await look_ahead(session, actor, origin, whole(given, person), own_id(given.id, at), at)


async def create(
    session: AsyncSession, actor: Actor, given: ReferralCreate, at: datetime, question_id: UUID | None = None
) -> Referral:
    """Write a referral down and, unless it is a draft, send it. `question_id`: it came of an anonymous question."""
    origin, person = await sources.origin_of(session, actor, given, at)
    origin = replace(origin, question_id=question_id)
    id = own_id(given.id, at)
    referral = await write(session, actor, origin, whole(given, person), id, at, again=given.allow_duplicate)
    if not given.draft:
        await submit(session, actor, referral, at)
    return referral


async def own(session: AsyncSession, actor: Actor, given: OwnReferral) -> tuple[Origin, ReferralContent]:
    """A client's referral of themself: the person is known, and no permission is needed. Raises `NotAClient`."""
    if actor.client_id is None:
        raise NotAClient()
    client = await one(session, visible_clients(actor), actor.client_id)
    person = await sources.known_person(session, client, phone=given.phone, municipality=given.municipality)
    said = given.model_dump(include={"reason", "hoped_for", "barriers", "unemployment_days", "reach_when"})
    content = ReferralContent.model_construct(client=person, **said)
    return Origin(client.area_id, "self", None, None, client_id=client.id, own=True), content


async def preflight_own(session: AsyncSession, actor: Actor, given: OwnReferral, at: datetime) -> PreflightResult:
    origin, content = await own(session, actor, given)
    return await look_ahead(session, actor, origin, content, own_id(given.id, at), at)


async def create_own(session: AsyncSession, actor: Actor, given: OwnReferral, at: datetime) -> Referral:
    origin, content = await own(session, actor, given)
    id = own_id(given.id, at)
    referral = await write(session, actor, origin, content, id, at, again=given.allow_duplicate)
    if not given.draft:
        await submit(session, actor, referral, at)
    return referral


def whole(given: ReferralSaid, person: PersonGiven) -> ReferralContent:
    """What was said, with the person."""
    fields = {name: getattr(given, name) for name in ReferralSaid.model_fields}
    return ReferralContent.model_construct(**fields, client=person)


async def check(session: AsyncSession, origin: Origin, content: ReferralContent, at: datetime) -> None:
    """No identity code in words, a permission that can be one, a meeting that was."""
    refuse_codes(
        reason=content.reason,
        hopedFor=content.hoped_for,
        reachWhen=content.reach_when,
        senderDescription=origin.description,
    )
    refuse_meeting_codes(content.meeting_held)
    check_basis(content.statutory_basis, origin.source, at)
    if content.permission is not None:
        await consents.check_terms(
            session, origin.area_id, ConsentKind.PERMISSION, content.permission, at, "/body/permission"
        )
    await sources.check_meeting(session, origin.area_id, content.meeting_held, at)


async def write(
    session: AsyncSession,
    actor: Actor,
    origin: Origin,
    content: ReferralContent,
    id: UUID,
    at: datetime,
    *,
    again: bool,
) -> Referral:
    """A draft of it. Raises `AlreadyReferred` unless `again`, and what `check` does."""
    presented, index = seal_person(session, id, content.client, at)
    await check(session, origin, content, at)
    if origin.client_id is not None:
        await lock_client(session, origin.client_id, to_change=True)
    if not again:
        for earlier in await earlier_of(session, actor, origin, index):
            raise AlreadyReferred(referral_id=str(earlier.id))
    referral = Referral(
        id=id,
        area_id=origin.area_id,
        source=origin.source,
        sender_organisation_id=origin.organisation_id,
        sender_person_id=origin.person_id,
        sender_description=origin.description,
        channel=content.channel,
        presented=presented,
        # A guest must not find by a code whom the meeting was about.
        presented_index=None if origin.meeting_id else index,
        person_known=origin.client_id is not None,
        municipality=content.client.municipality,
        reason=content.reason,
        asked_for=content.asked_for,
        urgency=content.urgency,
        unemployment_days=content.unemployment_days,
        criteria_version=content.criteria.version,
        criteria_answers=dict(content.criteria.answers),
        barriers=sorted(set(content.barriers)),
        permission=content.permission.model_dump(mode="json") if content.permission else {},
        statutory_basis=content.statutory_basis,
        hoped_for=content.hoped_for,
        reach_when=content.reach_when,
        meeting_held=content.meeting_held.model_dump(mode="json") if content.meeting_held else {},
        origin_meeting_id=origin.meeting_id,
        origin_pathway_id=origin.pathway_id,
        origin_step_id=origin.step_id,
        origin_question_id=origin.question_id,
        representative_id=origin.representative_id,
    )
    referral.client_id, referral.team_id = origin.client_id, origin.team_id
    session.add(referral)
    await session.flush()
    return referral


async def earlier_of(session: AsyncSession, actor: Actor, origin: Origin, index: bytes | None) -> list[Referral]:
    """Open referrals that this one would repeat. A guest of a meeting is told only of their own from that meeting: a
    match by code would tell whose code it is."""
    if origin.meeting_id is not None:
        return await queries.own_open_from(session, actor, meeting_id=origin.meeting_id)
    if origin.pathway_id is not None:
        return await queries.own_open_from(session, actor, pathway_id=origin.pathway_id, team_id=origin.team_id)
    if origin.client_id is not None:
        return await queries.open_of_client(session, actor, origin.client_id, origin.source)
    return await queries.own_open(session, actor, index) if index else []


async def look_ahead(
    session: AsyncSession, actor: Actor, origin: Origin, content: ReferralContent, id: UUID, at: datetime
) -> PreflightResult:
    _, index = seal_person(session, id, content.client, at)
    await check(session, origin, content, at)
    stated = content_of(content, origin.area_id, origin.organisation_id, origin.source, at)
    if origin.client_id is not None:
        stated = replace(stated, identity_code=True)
    if origin.own:
        stated = replace(stated, criteria_total=0)
    found = await completeness.look(session, origin.area_id, content, stated, origin.source, at, team_id=origin.team_id)
    missing = found.missing
    earlier = await earlier_of(session, actor, origin, index)
    finals = await queries.final_feedback(session, [r.id for r in earlier])
    facts = Facts(
        assessment=AssessmentKind.REFERRAL_TRIAGE,
        municipality=content.client.municipality,
        urgent=content.urgency == "urgent",
    )
    async with Receiving(session, team=None, area=origin.area_id):
        decision = await routing.preview(session, origin.area_id, facts, at)
        names = await names_of(session, [UUID(decision.holder)] if decision.holder else [])
        team_id = UUID(decision.team) if decision.team else None
        teams = await queries.team_names(session, [team_id])
    language = speaking.get()
    return PreflightResult(
        complete=not any(gap.required for gap in missing),
        gaps=[
            Gap(pointer=pointer(origin, g.pointer), code=g.code, required=g.required, remedy=g.remedy.pick(language))
            for g in missing
        ],
        duplicates=[
            OwnDuplicate(referral_id=r.id, status=shown_to_sender(r, finals.get(r.id)), submitted_at=r.submitted_at)
            for r in earlier
        ],
        taker=Taker(
            outcome=decision.outcome.value,
            team_id=team_id,
            team=teams.get(team_id) if team_id else None,
            seat_role=decision.seat,
            person=names.get(UUID(decision.holder)) if decision.holder else None,
            earliest_on=decision.earliest_on or (civil_date(at) if decision.holder else None),
        ),
        answer_by=answer_due(at, content.urgency == "urgent"),
    )


def pointer(origin: Origin, place: str) -> str:
    """Where in the body that was sent: one's own details stand at its top, a known client's are not in it."""
    if place.startswith("/client/") and origin.client_id is not None:
        return f"/body{place.removeprefix('/client')}" if origin.own else "/body/clientId"
    return f"/body{place}"
