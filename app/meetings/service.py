"""Planning a meeting with consent asked per organisation, holding it, calling it off."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.consents.queries import standing_of
from app.consents.rules import Terms, rule
from app.consents.service import ConsentMissing
from app.kit.clock import civil_date
from app.kit.db import Receiving
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Invalid
from app.meetings import queries
from app.meetings.models import FLOW, Meeting, MeetingParticipant
from app.meetings.schemas import MeetingHold, MeetingPlan, MeetingRead, ParticipantRead
from app.outbox.events import append
from app.pathways import service as pathways
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.responsible import check_responsible
from app.people.actor import Actor
from app.referrals.content import refuse_codes
from app.work.queries import involved

# An invitation tells that the client takes part in the service, when and where.
INVITATION = frozenset({"participation"})
PURPOSE = "network_meeting"


class UnknownParticipant(Invalid):
    code = "unknown_participant"
    detail = Text(
        "Joku kutsutuista ei ole alueen verkostossa tänään.",
        "Någon av de inbjudna hör inte till områdets nätverk i dag.",
        "Somebody invited is not in the area's network today.",
    )


class MeetingInThePast(Invalid):
    code = "meeting_in_the_past"
    detail = Text("Aika on mennyt.", "Tiden har passerat.", "The time has passed.")


async def plan(session: AsyncSession, actor: Actor, pathway: Pathway, given: MeetingPlan, at: datetime) -> Meeting:
    """Invite. Nobody of another organisation is invited unless the client permits it; all or nobody.

    Raises `ConsentMissing` naming the organisations, `UnknownParticipant`, `MeetingInThePast`.
    """
    PATHWAY_FLOW.check(pathway.state, "plan_meeting")
    refuse_codes(agenda=given.agenda, place=given.place)
    if given.starts_at < at:
        pointer = "/body/startsAt"
        raise MeetingInThePast(
            errors=[{"pointer": pointer, "code": MeetingInThePast.code, "detail": MeetingInThePast.detail}]
        )
    convener = given.convener_id or actor.person_id
    assert convener is not None
    await check_responsible(session, convener, pathway.team_id, actor.area_id, at, "/body/convenerId")
    people = list(dict.fromkeys([convener, *given.participant_ids]))
    places = await queries.organisations_of(session, people, actor.area_id, civil_date(at))
    if set(people) - set(places):
        pointer = "/body/participantIds"
        raise UnknownParticipant(
            errors=[{"pointer": pointer, "code": UnknownParticipant.code, "detail": UnknownParticipant.detail}]
        )
    bases = await permitted(session, pathway.client_id, sorted(set(places.values()) - {actor.area_id}), at)
    meeting = Meeting(
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        kind=given.kind,
        convener_id=convener,
        starts_at=given.starts_at,
        minutes=given.minutes,
        place=given.place,
        agenda=given.agenda,
    )
    session.add(meeting)
    await session.flush()
    disclosures: dict[UUID, UUID] = {}
    for organisation, basis in bases.items():
        row = await consents.disclose(
            session,
            actor,
            client_id=pathway.client_id,
            recipient_id=organisation,
            data_classes=INVITATION,
            purpose=PURPOSE,
            basis=basis,
            subject_type="meeting",
            subject_id=meeting.id,
            at=at,
        )
        disclosures[organisation] = row.id
    for person in people:
        session.add(
            MeetingParticipant(
                meeting_id=meeting.id,
                client_id=pathway.client_id,
                person_id=person,
                organisation_id=places[person],
                disclosure_id=disclosures.get(places[person]),
            )
        )
    append(session, "meeting.planned", meeting, client=pathway.client_id, team=pathway.team_id)
    for organisation, disclosure in disclosures.items():
        told(session, "meeting.invited", meeting, organisation, disclosure)
    await session.flush()
    return meeting


def told(session: AsyncSession, kind: str, meeting: Meeting, organisation: UUID, disclosure: UUID) -> None:
    """What a partner's guests are told, one message per organisation."""
    append(session, kind, meeting, client=meeting.client_id, organisation=organisation, disclosure=disclosure)


async def permitted(
    session: AsyncSession, client_id: UUID, organisations: list[UUID], at: datetime
) -> dict[UUID, Terms]:
    """The permission each organisation is invited on. Raises `ConsentMissing` with every one that has none."""
    bases: dict[UUID, Terms] = {}
    without: list[str] = []
    for organisation in organisations:
        ruling = await consents.ask(session, client_id, organisation, INVITATION, PURPOSE, at)
        if ruling.basis is None:
            without.append(str(organisation))
        else:
            bases[organisation] = ruling.basis
    if without:
        raise ConsentMissing(recipients=without, data_classes=sorted(INVITATION), purpose=PURPOSE)
    return bases


async def visible(session: AsyncSession, actor: Actor, at: datetime) -> Select[Meeting]:
    """What the caller sees now. A guest of a partner sees a meeting while the client permits that partner to be told
    of it: after a withdrawal, a prohibition or a later refusal it is not there."""
    invitations = await queries.guest_invitations(session, actor)
    clients = {one.client_id for one in invitations}
    said: dict[UUID, list[Terms]] = {client: [] for client in clients}
    for area in actor.areas if clients else ():
        # A guest reads no consents; the receiver looks, and only yes or no comes out.
        async with Receiving(session, team=None, area=area):
            for consent in await standing_of(session, clients, at):
                said[consent.client_id].append(consents.terms_of(consent))
    guest_in = [
        one.meeting_id
        for one in invitations
        if rule(said[one.client_id], one.organisation_id, INVITATION, PURPOSE).permitted
    ]
    return queries.visible_meetings(actor, guest_in)


async def hold(session: AsyncSession, actor: Actor, meeting: Meeting, given: MeetingHold, at: datetime) -> None:
    """It was held: how the client took part, notes and decisions. The path's step is done with it."""
    refuse_codes(notes=given.notes)
    for line in given.decisions:
        refuse_codes(decisions=line)
    meeting.hold(given.client_participation, given.notes, given.decisions)
    await pathways.complete_step_of(session, actor, meeting.pathway_id, "network_meeting", at)
    append(session, "meeting.held", meeting, client=meeting.client_id)
    await session.flush()


async def cancel(session: AsyncSession, actor: Actor, meeting: Meeting, reason: str) -> None:
    refuse_codes(reason=reason)
    meeting.cancel(reason)
    append(session, "meeting.cancelled", meeting, client=meeting.client_id)
    guests = {row.organisation_id: row.disclosure_id for row, *_ in await queries.participants(session, meeting.id)}
    for organisation, disclosure in guests.items():
        if disclosure is not None:
            told(session, "meeting.invitation_cancelled", meeting, organisation, disclosure)
    await session.flush()


async def show(session: AsyncSession, actor: Actor, meeting: Meeting) -> MeetingRead:
    """Whole to the team and the client; to somebody else invited when and where, who convenes it, and who comes of
    their own organisation."""
    inside = actor.client_id == meeting.client_id
    for team in actor.teams:
        inside = inside or await involved(session, meeting.client_id, team)
    fields = {n: getattr(meeting, n) for n in MeetingRead.model_fields if hasattr(meeting, n)}
    if not inside:
        fields |= dict.fromkeys(("client_id", "pathway_id", "agenda", "notes", "decisions", "client_participation"))
        fields |= {"ended_reason": None}
    sides = {"team"} if inside and actor.client_id is None else set()
    return MeetingRead(
        **fields,
        participants=[
            ParticipantRead(
                person_id=row.person_id,
                name=name,
                organisation_id=row.organisation_id,
                organisation=organisation,
                disclosure_id=row.disclosure_id,
            )
            for row, name, organisation in await queries.participants(session, meeting.id)
            if inside or row.person_id == meeting.convener_id or row.organisation_id in actor.organisation_ids
        ],
        allowed_actions=FLOW.actions(meeting.state, actor, sides=sides),
    )
