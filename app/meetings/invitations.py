"""An outside organiser invites a seat to their own meeting: asked, answered, and what came of it.

No care relationship comes of it, and nobody is matched: whom it is about is sealed as the organiser gave them. Coming
to it takes the person's time like any meeting; a referral out of it keeps where it was agreed (C-09).
"""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import service as calendars
from app.consents import service as consents
from app.consents.models import ConsentKind
from app.consents.schemas import ConsentTerms
from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Forbidden, Invalid, camel
from app.meetings import queries
from app.meetings.invitation_models import MeetingInvitation
from app.meetings.invitation_reading import InvitationFollowed, found, person_of, seal, show, sides, summaries
from app.meetings.invitation_schemas import (
    InvitationCreate,
    InvitationFollow,
    InvitationReferral,
)
from app.meetings.models import INVITATION_FLOW
from app.meetings.moving import MeetingInThePast
from app.meetings.referring import MeetingNotHeld
from app.outbox.events import append
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes
from app.referrals.content_schemas import MeetingHeld, ReferralContent, ReferralSaid
from app.referrals.models import Referral
from app.referrals.sending import write
from app.referrals.service import submit
from app.referrals.sources import NotYourOrganisation, Origin, PersonGivenTwice, PersonMissing, membership, source_of
from app.teams.queries import visible_seats

__all__ = ["InvitationFollowed", "found", "show", "summaries"]
SUBJECT = "meeting_invitation"


class SeatUnknown(Invalid):
    code = "seat_unknown"
    detail = Text(
        "Alueella ei ole tällaista paikkaa. Katso hakemistoa.",
        "Området har ingen sådan plats. Se katalogen.",
        "The area has no such seat. Look at the directory.",
    )


class NamedWithoutPermission(Invalid):
    """Whom a meeting is about is told with the client's permission only: `client` and `permission` come together."""

    code = "named_without_permission"
    detail = Text(
        "Asiakkaan saa nimetä vain luvalla: anna client ja permission, tai ei kumpaakaan. Luvan saajana on alue.",
        "Klienten får nämnas bara med tillstånd: ange client och permission, eller ingetdera. Området är mottagare.",
        "A client is named with permission only: give client and permission, or neither. The area is a recipient.",
    )


class NotYourSeat(Forbidden):
    """Whoever holds the seat, or stands in for its holder, answers."""

    code = "not_your_seat"
    detail = Text(
        "Kutsuun vastaa se, joka on kutsutulla paikalla tai sen varalla.",
        "Den som innehar den inbjudna platsen, eller vikarierar, svarar.",
        "Whoever holds the seat that is invited, or deputises on it, answers.",
    )


async def create(session: AsyncSession, actor: Actor, given: InvitationCreate, at: datetime) -> MeetingInvitation:
    """Raises `NotYourOrganisation`, `SeatUnknown`, `MeetingInThePast`, `NamedWithoutPermission`, `CodeInText`, the
    identity code problems and what `consents.check_terms` raises."""
    wanted = given.sender_organisation_id
    houses = [one for one in actor.memberships if one.organisation_id in actor.organisations]
    held = next((one for one in houses if wanted in (None, one.organisation_id)), None)
    if held is None or actor.person_id is None:
        raise NotYourOrganisation()
    seat = await session.scalar(visible_seats(actor).where(queries.seat_is(given.seat_id, held.area_id)))
    if seat is None:
        raise at_field(SeatUnknown, "seatId")
    if given.starts_at < at:
        raise at_field(MeetingInThePast, "startsAt")
    refuse_codes(place=given.place, topic=given.topic)
    id = own_id(given.id, at)
    terms = given.permission
    if (given.client is None) is not (terms is None):
        raise at_field(NamedWithoutPermission, "permission" if terms is None else "client")
    if terms is not None:
        await consents.check_terms(session, held.area_id, ConsentKind.PERMISSION, terms, at, "/body/permission")
        if held.area_id not in terms.recipient_ids:
            raise at_field(NamedWithoutPermission, "permission/recipientIds")
    row = MeetingInvitation(
        id=id,
        area_id=held.area_id,
        sender_organisation_id=held.organisation_id,
        sender_person_id=actor.person_id,
        seat_id=seat.id,
        team_id=seat.team_id,
        kind=given.kind,
        starts_at=given.starts_at,
        minutes=given.minutes,
        place=given.place,
        topic=given.topic,
        presented=seal(session, id, given.client, at) if given.client is not None else None,
        permission=terms.model_dump(mode="json") if terms is not None else {},
    )
    session.add(row)
    append(session, "meeting_invitation.received", row, team=row.team_id)
    await session.flush()
    return row


def check_side(actor: Actor, row: MeetingInvitation, side: str) -> UUID:
    """The caller's person. Raises `NotYourSeat` for a colleague, `Forbidden` for the other side."""
    mine = sides(actor, row)
    if side not in mine or actor.person_id is None:
        raise NotYourSeat() if side == "team" and row.team_id in actor.teams else Forbidden()
    return actor.person_id


async def accept(session: AsyncSession, actor: Actor, row: MeetingInvitation, at: datetime) -> None:
    """The caller comes, and the time is taken. Raises `NotYourSeat`, `MeetingInThePast`, `PersonBooked`."""
    person = check_side(actor, row, "team")
    INVITATION_FLOW.check(row.state, "accept")
    if row.starts_at < at:
        raise MeetingInThePast()
    row.accept(person, at)
    await take(session, row)
    changed(session, row)


async def take(session: AsyncSession, row: MeetingInvitation) -> None:
    assert row.person_id is not None
    await session.flush()
    await calendars.reserve(
        session,
        kind="meeting",
        subject_type=SUBJECT,
        subject_id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        persons=[row.person_id],
    )


def changed(session: AsyncSession, row: MeetingInvitation) -> None:
    append(session, "meeting_invitation.changed", row, team=row.team_id)


async def propose(
    session: AsyncSession, actor: Actor, row: MeetingInvitation, starts_at: datetime, at: datetime
) -> None:
    """Another time. Nothing is taken before the organiser agrees. Raises `NotYourSeat`, `MeetingInThePast`."""
    person = check_side(actor, row, "team")
    INVITATION_FLOW.check(row.state, "propose")
    if starts_at < at:
        raise at_field(MeetingInThePast, "startsAt")
    row.propose(person, starts_at, at)
    changed(session, row)
    await session.flush()


async def agree(session: AsyncSession, actor: Actor, row: MeetingInvitation, at: datetime) -> None:
    """The organiser takes the time that was proposed. Raises `MeetingInThePast`, `PersonBooked`."""
    check_side(actor, row, "sender")
    INVITATION_FLOW.check(row.state, "agree")
    if row.proposed_starts_at is not None and row.proposed_starts_at < at:
        raise MeetingInThePast()
    row.agree()
    await take(session, row)
    changed(session, row)


async def decline(session: AsyncSession, actor: Actor, row: MeetingInvitation, reason: str, at: datetime) -> None:
    person = check_side(actor, row, "team")
    row.decline(person, reason, at)
    changed(session, row)
    await session.flush()


async def withdraw(session: AsyncSession, actor: Actor, row: MeetingInvitation, reason: str, at: datetime) -> None:
    """The organiser takes it back; a time that was taken is free again."""
    check_side(actor, row, "sender")
    row.withdraw(reason)
    await calendars.release(session, SUBJECT, row.id, at)
    changed(session, row)
    await session.flush()


def check_over(actor: Actor, row: MeetingInvitation, verb: str, at: datetime) -> None:
    """Raises `NotYourSeat`, `IllegalMove`, `MeetingNotHeld`, `InvitationFollowed`."""
    check_side(actor, row, "team")
    INVITATION_FLOW.check(row.state, verb)
    if row.starts_at > at:
        raise MeetingNotHeld()
    if row.followed is not None:
        raise InvitationFollowed()


async def follow(
    session: AsyncSession, actor: Actor, row: MeetingInvitation, given: InvitationFollow, at: datetime
) -> None:
    """Nothing came of it. Raises what `check_over` raises."""
    check_over(actor, row, "follow", at)
    row.follow(given.followed)
    await session.flush()


async def refer(
    session: AsyncSession, actor: Actor, row: MeetingInvitation, given: InvitationReferral, at: datetime
) -> Referral:
    """A referral by whoever took part, which says in which meeting it was agreed.

    Raises what `check_over` raises, `PersonGivenTwice`, `PersonMissing`, and what sending a referral raises.
    """
    check_over(actor, row, "refer", at)
    named = person_of(session, row)
    if named is not None and given.client is not None:
        raise at_field(PersonGivenTwice, "client")
    person = named or given.client
    if person is None:
        raise at_field(PersonMissing, "client")
    held = membership(actor, row.area_id)
    origin = Origin(
        area_id=row.area_id,
        source="joint_meeting" if given.source == "joint_meeting" else source_of(held),
        organisation_id=held.organisation_id,
        person_id=actor.person_id,
    )
    said = {name: getattr(given, name) for name in ReferralSaid.model_fields if hasattr(given, name)}
    if given.permission is None and row.permission:
        said["permission"] = ConsentTerms.model_validate_json(
            json.dumps({camel(name): value for name, value in row.permission.items()})
        )
    meeting = MeetingHeld.model_construct(
        kind=row.kind,
        held_on=civil_date(row.starts_at),
        organisation_id=row.sender_organisation_id,
        organised_by=None,
        participants=None,
    )
    content = ReferralContent.model_construct(client=person, **{**said, "channel": "meeting", "meeting_held": meeting})
    referral = await write(session, actor, origin, content, own_id(given.id, at), at, again=given.allow_duplicate)
    if not given.draft:
        await submit(session, actor, referral, at)
    row.follow("referral", referral.id)
    await session.flush()
    return referral
