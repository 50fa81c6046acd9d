"""Planning a meeting with consent asked per organisation, holding it, calling it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.matrix import cell
from app.clients.protecting import blot, hidden_of
from app.consents import service as consents
from app.consents.queries import lock_client, standing_of
from app.consents.rules import Terms, rule
from app.kit.clock import civil_date
from app.kit.db import Receiving
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Forbidden, Invalid
from app.meetings import inviting, queries
from app.meetings.inviting import INVITATION, PURPOSE
from app.meetings.models import FLOW, Meeting, MeetingNotePart
from app.meetings.schemas import (
    MeetingHold,
    MeetingInvite,
    MeetingPlan,
    MeetingRead,
    MeetingSummary,
    NotePartRead,
    ParticipantRead,
)
from app.outbox.events import append
from app.pathways import service as pathways
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.responsible import check_responsible
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes
from app.teams.health import keep_health_out
from app.work.queries import involved


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


class PartTwice(Invalid):
    code = "part_twice"
    detail = Text(
        "Samasta rekisteristä on enintään yksi osa.",
        "Av ett register finns högst en del.",
        "There is at most one part of a register.",
    )


class PartNotYours(Forbidden):
    """`registers` are those you may write in."""

    code = "part_not_yours"
    detail = Text(
        "Et voi kirjoittaa tähän rekisteriin.",
        "Du kan inte skriva i detta register.",
        "You cannot write in this register.",
    )


async def plan(session: AsyncSession, actor: Actor, pathway: Pathway, given: MeetingPlan, at: datetime) -> Meeting:
    """Invite. Nobody of another organisation is invited unless the client permits it; all or nobody, or with
    `invite_later` those now, and the others when the client permits.

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
    places = await places_of(session, people, actor.area_id, at, "/body/participantIds")
    # Before anything is written of the client: a lock is taken once, as strong as it is needed.
    await lock_client(session, pathway.client_id, to_change=False)
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
    await inviting.invite(session, actor, meeting, pathway.team_id, places, at, later=given.invite_later)
    append(session, "meeting.planned", meeting, client=pathway.client_id, team=pathway.team_id)
    await session.flush()
    return meeting


async def places_of(
    session: AsyncSession, people: list[UUID], area_id: UUID, at: datetime, pointer: str
) -> dict[UUID, UUID]:
    """From which organisation each comes. Raises `UnknownParticipant`."""
    places = await queries.organisations_of(session, people, area_id, civil_date(at))
    if set(people) - set(places):
        raise UnknownParticipant(
            errors=[{"pointer": pointer, "code": UnknownParticipant.code, "detail": UnknownParticipant.detail}]
        )
    return places


async def invite(session: AsyncSession, actor: Actor, meeting: Meeting, given: MeetingInvite, at: datetime) -> None:
    """More people, or again. Raises `ConsentMissing`, `UnknownParticipant`, `MeetingInThePast`, `IllegalMove`."""
    FLOW.check(meeting.state, "invite")
    if meeting.starts_at < at:
        raise MeetingInThePast()
    people = list(dict.fromkeys(given.person_ids))
    places = await places_of(session, people, actor.area_id, at, "/body/personIds")
    team = await queries.team_of(session, meeting)
    await inviting.invite(session, actor, meeting, team, places, at, later=given.invite_later)
    meeting.touch()
    append(session, "meeting.invitations_changed", meeting, client=meeting.client_id, team=team)
    await session.flush()


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
    registers = [part.data_register for part in given.note_parts]
    if len(set(registers)) < len(registers):
        raise at_field(PartTwice, "noteParts")
    for number, part in enumerate(given.note_parts):
        refuse_codes(**{f"noteParts/{number}/body": part.body})
        if part.data_register not in actor.context.registers:
            raise PartNotYours(registers=sorted(actor.context.registers))
        await keep_health_out(session, await queries.team_of(session, meeting), part.data_register)
        session.add(
            MeetingNotePart(
                meeting_id=meeting.id,
                client_id=meeting.client_id,
                register=part.data_register,
                body=part.body,
                author_id=actor.person_id,
            )
        )
    meeting.hold(given.client_participation, given.notes, given.decisions)
    await pathways.complete_step_of(session, actor, meeting.pathway_id, "network_meeting", at)
    append(session, "meeting.held", meeting, client=meeting.client_id)
    await session.flush()


async def cancel(session: AsyncSession, actor: Actor, meeting: Meeting, reason: str) -> None:
    refuse_codes(reason=reason)
    meeting.cancel(reason)
    append(session, "meeting.cancelled", meeting, client=meeting.client_id)
    invited = [row for row, *_ in await queries.participants(session, meeting.id) if row.open]
    for organisation, disclosure in {row.organisation_id: row.disclosure_id for row in invited}.items():
        if disclosure is not None:
            inviting.message(session, "meeting.invitation_cancelled", meeting, organisation, disclosure)
    await session.flush()


async def show(session: AsyncSession, actor: Actor, meeting: Meeting) -> MeetingRead:
    """Whole to the team and the client, notes by register. To somebody else invited when and where, who
    convenes it, and who comes of their own organisation: one of the area's own people reads the notes like the team,
    and a partner the decisions where the matrix says so (domain 5.3)."""
    inside = actor.client_id == meeting.client_id
    for team in actor.teams:
        inside = inside or await involved(session, meeting.client_id, team)
    fields = {n: getattr(meeting, n) for n in MeetingRead.model_fields if hasattr(meeting, n)}
    own_people = inside or any(area in actor.organisation_ids for area in actor.areas)
    if not inside:
        fields |= dict.fromkeys(("client_id", "pathway_id", "agenda", "client_participation", "ended_reason"))
    if not own_people:
        fields["notes"] = None
        if cell("meeting_decisions", actor.roles, actor.context.registers) == "-":
            fields["decisions"] = None
    parts = await queries.parts_of(session, actor, meeting.id) if own_people else []
    sides = {"team"} if inside and actor.client_id is None else set()
    shown = MeetingRead(
        **fields,
        note_parts=[
            NotePartRead(data_register=part.register, body=part.body, author_id=part.author_id) for part in parts
        ],
        participants=[
            ParticipantRead(
                person_id=row.person_id,
                name=name,
                organisation_id=row.organisation_id,
                organisation=organisation,
                disclosure_id=row.disclosure_id,
                standing=row.standing,
            )
            for row, name, organisation in await queries.participants(session, meeting.id)
            if inside
            or (row.open and (row.person_id == meeting.convener_id or row.organisation_id in actor.organisation_ids))
        ],
        allowed_actions=FLOW.actions(meeting.state, actor, sides=sides),
    )
    await conceal(session, actor, [(meeting.client_id, row) for row in shown.note_parts], "body")
    await conceal(session, actor, [(meeting.client_id, shown)], "place", "agenda", "notes", "decisions", "ended_reason")
    return shown


async def summaries(session: AsyncSession, actor: Actor, meetings: Sequence[Meeting]) -> list[MeetingSummary]:
    """List rows."""
    shown = [(m.client_id, MeetingSummary.model_validate(m, from_attributes=True)) for m in meetings]
    await conceal(session, actor, shown, "place")
    return [row for _, row in shown]


async def conceal(session: AsyncSession, actor: Actor, shown: Sequence[tuple[UUID, BaseModel]], *names: str) -> None:
    """Details of a protected client, blotted out of the words. A guest does not see the client: the receiver looks, and
    only the words come out."""
    if hidden_of(actor, True) and shown:
        for area in actor.areas:
            async with Receiving(session, team=None, area=area):
                await blot(session, actor, shown, *names)
