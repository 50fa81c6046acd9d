"""Planning a meeting with consent asked per organisation, holding it, calling it off."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import service as calendars
from app.consents.queries import lock_client
from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Invalid
from app.meetings import deciding, inviting, moving, opening, parts, queries
from app.meetings.models import FLOW, Meeting
from app.meetings.moving import MeetingInThePast, MeetingKindUnfit, MeetingWithoutConvener
from app.meetings.reading import show, summaries, visible
from app.meetings.schemas import MeetingHold, MeetingInvite, MeetingPlan
from app.outbox.events import append
from app.pathways import service as pathways
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.queries import ended
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes

__all__ = ["cancel", "hold", "invite", "plan", "show", "summaries", "visible"]
DECLINED = "declined_in_writing"


class UnknownParticipant(Invalid):
    code = "unknown_participant"
    detail = Text(
        "Joku kutsutuista ei ole alueen verkostossa tänään, tai häntä ei voi valita tähän.",
        "Någon av de inbjudna hör inte till områdets nätverk i dag, eller kan inte väljas här.",
        "Somebody invited is not in the area's network today, or cannot be chosen here.",
    )


class WrittenDeclineUnclear(Invalid):
    """A client who stays away has said so in writing (C-32): the day and where the writing is, and only then."""

    code = "written_decline_unclear"
    detail = Text(
        "Kirjallisesta kieltäytymisestä kirjataan päivä ja mistä se löytyy: declinedOn ja declinedEvidence.",
        "Av ett skriftligt avböjande antecknas dagen och var det finns: declinedOn och declinedEvidence.",
        "Of a written decline the day and where it is found are recorded: declinedOn and declinedEvidence.",
    )


async def plan(session: AsyncSession, actor: Actor, pathway: Pathway, given: MeetingPlan, at: datetime) -> Meeting:
    """Invite. Nobody of another organisation is invited unless the client permits it; all or nobody, or with
    `invite_later` those now, and the others when the client permits.

    Raises `ConsentMissing` naming the organisations, `UnknownParticipant`, `MeetingInThePast`, `ConvenerUnfit`,
    `MeetingKindUnfit`, `MeetingWithoutConvener`, what writing a part raises, `PersonBooked` and `RoomBooked`.
    """
    PATHWAY_FLOW.check(pathway.state, "plan_meeting")
    refuse_codes(agenda=given.agenda, place=given.place)
    if not codeset("meeting_type")[given.kind].facts["client"]:
        raise at_field(MeetingKindUnfit, "kind")
    if moving.is_over(given.starts_at, given.minutes, at):
        raise at_field(MeetingInThePast, "startsAt")
    if "convener_id" in given.model_fields_set and given.convener_id is None:
        raise at_field(MeetingWithoutConvener, "convenerId")
    convener = given.convener_id or actor.person_id
    assert convener is not None
    await moving.check_convener(session, convener, pathway.team_id, actor.area_id, at)
    people = list(dict.fromkeys([convener, *given.participant_ids]))
    places = await places_of(session, pathway.client_id, people, actor.area_id, at, "/body/participantIds")
    # Before anything is written of the client: a lock is taken once, as strong as it is needed.
    await lock_client(session, pathway.client_id, to_change=False)
    if closed := await ended(session, pathway.id, lock=True):
        raise closed
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
        room_id=given.room_id,
        reserves=given.reserve,
    )
    session.add(meeting)
    await session.flush()
    await inviting.invite(session, actor, meeting, pathway.team_id, places, at, later=given.invite_later)
    await parts.add_agenda(session, actor, meeting, pathway.team_id, given.agenda_parts, at)
    await opening.open_to(session, actor, meeting, await queries.invitations(session, meeting.id), at)
    await moving.hold_time(session, actor, meeting, at, outside=given.outside_hours)
    append(session, "meeting.planned", meeting, client=pathway.client_id, team=pathway.team_id)
    await session.flush()
    return meeting


async def places_of(
    session: AsyncSession, client_id: UUID, people: list[UUID], area_id: UUID, at: datetime, pointer: str
) -> dict[UUID, UUID]:
    """From which organisation each comes. Raises `UnknownParticipant`, also for whom the client is kept from."""
    places = await queries.organisations_of(session, people, area_id, civil_date(at))
    if set(people) - set(places) or set(people) & await queries.kept_from(session, client_id):
        raise UnknownParticipant(
            errors=[{"pointer": pointer, "code": UnknownParticipant.code, "detail": UnknownParticipant.detail}]
        )
    return places


async def invite(session: AsyncSession, actor: Actor, meeting: Meeting, given: MeetingInvite, at: datetime) -> None:
    """More people, or again. Raises `ConsentMissing`, `UnknownParticipant`, `MeetingInThePast`, `IllegalMove`."""
    FLOW.check(meeting.state, "invite")
    if moving.is_over(meeting.starts_at, meeting.minutes, at):
        raise MeetingInThePast()
    people = list(dict.fromkeys(given.participant_ids))
    places = await places_of(session, meeting.client_id, people, actor.area_id, at, "/body/participantIds")
    team = await queries.team_of(session, meeting)
    await inviting.invite(session, actor, meeting, team, places, at, later=given.invite_later)
    rows = [row for row in await queries.invitations(session, meeting.id) if row.person_id in places]
    await opening.open_to(session, actor, meeting, rows, at, again=True)
    await moving.hold_time(session, actor, meeting, at)
    meeting.touch()
    append(session, "meeting.invitations_changed", meeting, client=meeting.client_id, team=team)
    await session.flush()


async def hold(
    session: AsyncSession, actor: Actor, pathway: Pathway, meeting: Meeting, given: MeetingHold, at: datetime
) -> None:
    """It was held: how the client took part, notes and decisions. The path's step is done with it, and decisions become
    steps. Partners see what the client permits.

    Raises `MeetingNotBegun`, `WrittenDeclineUnclear`, what writing a part and what deciding raises.
    """
    FLOW.check(meeting.state, "hold")
    if (early := moving.not_begun(meeting, at)) is not None:
        raise early
    refuse_codes(notes=given.notes, declinedEvidence=given.declined_evidence)
    for line in given.decisions:
        refuse_codes(decisions=line)
    said = (given.declined_on is not None, given.declined_evidence is not None)
    if said != ((given.client_participation == DECLINED,) * 2):
        raise at_field(WrittenDeclineUnclear, "declinedOn" if not said[0] else "declinedEvidence")
    if given.declined_on is not None and given.declined_on > civil_date(at):
        raise at_field(WrittenDeclineUnclear, "declinedOn")
    await parts.add_notes(session, actor, meeting, pathway.team_id, given.note_parts, at)
    words = await deciding.decide(session, actor, pathway, meeting, given.decisions, given.agreed, at)
    meeting.hold(given.client_participation, given.notes, words)
    if given.declined_on is not None and given.declined_evidence is not None:
        meeting.declined(given.declined_on, given.declined_evidence)
    await opening.open_to(session, actor, meeting, await queries.invitations(session, meeting.id), at)
    await done_with(session, actor, meeting, at)
    append(session, "meeting.held", meeting, client=meeting.client_id)
    await session.flush()


async def done_with(session: AsyncSession, actor: Actor, meeting: Meeting, at: datetime) -> None:
    """The first waiting step of those that a meeting of this kind does; others leave the path as it is."""
    for step in codeset("meeting_type")[meeting.kind].facts["steps"]:
        if await pathways.complete_step_of(session, actor, meeting.pathway_id, step, at):
            return


async def cancel(session: AsyncSession, actor: Actor, meeting: Meeting, reason: str, at: datetime) -> None:
    """Called off: the time of its people and its room is free again."""
    refuse_codes(reason=reason)
    meeting.cancel(reason)
    await calendars.release(session, moving.SUBJECT, meeting.id, at)
    append(session, "meeting.cancelled", meeting, client=meeting.client_id)
    invited = [row for row, *_ in await queries.participants(session, meeting.id) if row.open]
    for organisation, disclosure in {row.organisation_id: row.disclosure_id for row in invited}.items():
        if disclosure is not None:
            inviting.message(session, "meeting.invitation_cancelled", meeting, organisation, disclosure)
    await session.flush()
