"""A referral out of a meeting (C-09): by somebody who took part, of the client it was about, with the link kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.db import Receiving
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Forbidden
from app.meetings import queries
from app.meetings.models import Meeting, MeetingState
from app.people.actor import Actor
from app.referrals.content_schemas import ReferralContent, ReferralSaid
from app.referrals.models import Referral
from app.referrals.sending import write
from app.referrals.service import submit
from app.referrals.source_schemas import MeetingReferral
from app.referrals.sources import Origin, known_person, membership, source_of


class NotInMeeting(Forbidden):
    """Only somebody who was invited to it refers out of a meeting."""

    code = "not_in_meeting"
    detail = Text(
        "Et ollut tapaamisessa. Pyydä lähetettä siltä, joka oli, tai lähetä omissa nimissäsi.",
        "Du var inte med på mötet. Be någon som var med om remissen, eller remittera i eget namn.",
        "You were not in the meeting. Ask somebody who was, or refer in your own name.",
    )


class MeetingCancelled(Conflict):
    code = "meeting_cancelled"
    detail = Text(
        "Tapaaminen peruttiin, joten siitä ei voi lähettää.",
        "Mötet ställdes in, så man kan inte remittera från det.",
        "The meeting was called off, so nothing is referred out of it.",
    )


class MeetingNotHeld(Conflict):
    """Its time has not come yet."""

    code = "meeting_not_held"
    detail = Text(
        "Tapaaminen on vasta tulossa. Lähetä, kun se on pidetty.",
        "Mötet har inte hållits ännu. Remittera när det har hållits.",
        "The meeting is still to come. Refer when it has been held.",
    )


async def refer(
    session: AsyncSession, actor: Actor, meeting: Meeting, given: MeetingReferral, at: datetime
) -> Referral:
    """To the team of the meeting's path. A guest learns nothing of the client but what they say themself.

    Raises `NotInMeeting`, `MeetingCancelled`, `MeetingNotHeld`, `AlreadyReferred`, `ReferralIncomplete`.
    """
    invited = await queries.participation(session, meeting.id, actor.person_id) if actor.person_id else None
    if invited is None:
        membership(actor)
        raise NotInMeeting()
    held = membership(actor, invited.organisation_id)
    if meeting.state is MeetingState.CANCELLED:
        raise MeetingCancelled()
    if meeting.starts_at > at:
        raise MeetingNotHeld()
    async with Receiving(session, team=None, area=held.area_id):
        client, team_id = await queries.of_whom(session, meeting)
        person = await known_person(session, client)
    origin = Origin(
        area_id=held.area_id,
        source="joint_meeting" if given.source == "joint_meeting" else source_of(held),
        organisation_id=held.organisation_id,
        person_id=actor.person_id,
        client_id=meeting.client_id,
        team_id=team_id,
        meeting_id=meeting.id,
    )
    said = {name: getattr(given, name) for name in ReferralSaid.model_fields if hasattr(given, name)}
    content = ReferralContent.model_construct(client=person, **{**said, "channel": "meeting"})
    referral = await write(session, actor, origin, content, own_id(given.id, at), at, again=given.allow_duplicate)
    if not given.draft:
        await submit(session, actor, referral, at)
    return referral
