"""A meeting gets another time, or another convener; and the time of its people is taken and given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import service as calendars
from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid
from app.meetings import inviting, queries
from app.meetings.models import FLOW, Meeting
from app.meetings.part_models import MeetingChange
from app.meetings.part_schemas import ConvenerChange, MeetingMove
from app.outbox.events import append
from app.pathways.responsible import NotInTeam, check_responsible
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes

SUBJECT = "meeting"


class MeetingInThePast(Invalid):
    code = "meeting_in_the_past"
    detail = Text("Aika on mennyt.", "Tiden har passerat.", "The time has passed.")


class MeetingNotBegun(Conflict):
    """A meeting is recorded as held from the day it is on: what is still to come can only be moved or called off."""

    code = "meeting_not_begun"
    detail = Text(
        "Tapaaminen on vasta tulossa. Kirjaa se sinä päivänä, jona se on, tai muuta sen aika.",
        "Mötet har inte hållits ännu. Anteckna det den dag det hålls, eller ändra tiden.",
        "The meeting is still to come. Record it on its day, or move it.",
    )


def not_begun(meeting: Meeting, at: datetime) -> MeetingNotBegun | None:
    """The whole day counts: people meet earlier than was planned. Pure."""
    return MeetingNotBegun() if civil_date(at) < civil_date(meeting.starts_at) else None


def is_over(starts_at: datetime, minutes: int, at: datetime) -> bool:
    """Whether a meeting of these times has ended: one that is going on can be planned, and then held. Pure."""
    return starts_at + timedelta(minutes=minutes) <= at


class MeetingWithoutConvener(Invalid):
    """Every meeting has one named convener (C-32)."""

    code = "meeting_without_convener"
    detail = Text(
        "Tapaamisella on oltava nimetty kokoonkutsuja. Jätä convenerId pois, jos kutsut itse.",
        "Mötet ska ha en namngiven sammankallare. Lämna bort convenerId om du själv sammankallar.",
        "A meeting has a named convener. Leave convenerId out if you convene it yourself.",
    )


class MeetingKindUnfit(Invalid):
    """What a meeting of a path is about, is a client: sessions, receptions and peers' meetings have rooms of their own
    (domain 1.8)."""

    code = "meeting_kind_unfit"
    detail = Text(
        "Tällainen tapaaminen ei koske yhtä asiakasta. Foorumit, vastaanotot ja verkostot ovat erikseen.",
        "Ett sådant möte gäller inte en klient. Forum, mottagningar och nätverk finns för sig.",
        "Such a meeting is not about one client. Forums, receptions and networks stand by themselves.",
    )


class ConvenerUnfit(Invalid):
    """Who convenes a meeting of a path holds a seat in its team, and does client work for the area."""

    code = "convener_unfit"
    detail = Text(
        "Kokoonkutsujan on oltava tiimin paikalla ja tehtävä asiakastyötä hyvinvointialueella.",
        "Sammankallaren ska inneha en plats i teamet och göra klientarbete för välfärdsområdet.",
        "The convener must hold a seat in the team and do client work for the wellbeing area.",
    )


class ConvenerAlready(Invalid):
    code = "convener_already"
    detail = Text("Henkilö on jo kokoonkutsuja.", "Personen är redan sammankallare.", "The person convenes it already.")


async def check_convener(session: AsyncSession, person_id: UUID, team_id: UUID, area_id: UUID, at: datetime) -> None:
    """Raises `ConvenerUnfit`."""
    try:
        await check_responsible(session, person_id, team_id, area_id, at, "/body/convenerId")
    except NotInTeam as problem:
        raise at_field(ConvenerUnfit, "convenerId") from problem


async def hold_time(
    session: AsyncSession, actor: Actor, meeting: Meeting, at: datetime, *, outside: bool = True
) -> None:
    """Take the time of the meeting as it stands now; what was taken for it before is given back. `outside`: nobody is
    asked whether they are at work then, because the time was agreed on before.

    Raises `PersonAbsent` and `OutsideWorkingHours` with the persons, `PersonBooked`, `RoomBooked`, and `NotFound` or
    `RoomNotInUse` for the room.
    """
    await calendars.release(session, SUBJECT, meeting.id, at)
    people: set[UUID] = set()
    if meeting.reserves:
        rows = await queries.invitations(session, meeting.id)
        own = {row.person_id for row in rows if row.open and row.organisation_id == actor.area_id}
        people = {meeting.convener_id, *own}
    if not outside:
        await calendars.check_hours(session, people, meeting.starts_at, meeting.ends_at)
    room = None
    if meeting.room_id is not None:
        room = await calendars.room_for(session, meeting.room_id, actor.area_id, civil_date(meeting.starts_at))
    if people or room is not None:
        await calendars.reserve(
            session,
            kind="meeting",
            subject_type=SUBJECT,
            subject_id=meeting.id,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            persons=people,
            room=room,
        )


async def move(session: AsyncSession, actor: Actor, meeting: Meeting, given: MeetingMove, at: datetime) -> None:
    """Raises `MeetingInThePast`, `PersonAbsent`, `OutsideWorkingHours`, `PersonBooked`, `RoomBooked`, `IllegalMove`."""
    FLOW.check(meeting.state, "move")
    refuse_codes(reason=given.reason, place=given.place)
    if is_over(given.starts_at, given.minutes or meeting.minutes, at):
        raise at_field(MeetingInThePast, "startsAt")
    change = MeetingChange(
        meeting_id=meeting.id,
        client_id=meeting.client_id,
        change="moved",
        reason=given.reason,
        from_at=meeting.starts_at,
        to_at=given.starts_at,
        changed_at=at,
        author_id=actor.person_id,
    )
    session.add(change)
    meeting.move(given.starts_at, given.minutes or meeting.minutes, given.place or meeting.place)
    meeting.room_id = given.room_id
    meeting.touch()
    await session.flush()
    await hold_time(session, actor, meeting, at, outside=given.outside_hours)
    team = await queries.team_of(session, meeting)
    append(session, "meeting.moved", meeting, client=meeting.client_id, team=team)
    for organisation, disclosure in (await told_partners(session, meeting)).items():
        inviting.message(session, "meeting.invitation_moved", meeting, organisation, disclosure)
    await session.flush()


async def told_partners(session: AsyncSession, meeting: Meeting) -> dict[UUID, UUID]:
    """Partners that are invited now, each by its disclosure."""
    rows = await queries.invitations(session, meeting.id)
    return {row.organisation_id: row.disclosure_id for row in rows if row.open and row.disclosure_id is not None}


async def change_convener(
    session: AsyncSession, actor: Actor, meeting: Meeting, given: ConvenerChange, at: datetime
) -> None:
    """Raises `ConvenerUnfit`, `PersonBooked`, `IllegalMove`."""
    FLOW.check(meeting.state, "change_convener")
    refuse_codes(reason=given.reason)
    if given.convener_id == meeting.convener_id:
        raise at_field(ConvenerAlready, "convenerId")
    team = await queries.team_of(session, meeting)
    await check_convener(session, given.convener_id, team, actor.area_id, at)
    change = MeetingChange(
        meeting_id=meeting.id,
        client_id=meeting.client_id,
        change="convener",
        reason=given.reason,
        from_person_id=meeting.convener_id,
        to_person_id=given.convener_id,
        changed_at=at,
        author_id=actor.person_id,
    )
    session.add(change)
    left = meeting.convener_id
    meeting.convener_id = given.convener_id
    await inviting.invite(session, actor, meeting, team, {given.convener_id: actor.area_id}, at)
    for row in await queries.invitations(session, meeting.id):
        if row.person_id == left and left not in await queries.holders_of(session, team, civil_date(at)):
            row.close(at)
    await session.flush()
    await hold_time(session, actor, meeting, at)
    append(session, "meeting.convener_changed", meeting, client=meeting.client_id, team=team)
    await session.flush()
