"""Who comes to a meeting on which permission: invited, to be invited when the client permits, or no longer invited.

What an end closes, a new permission does not open by itself: it is offered to the convener again. Whoever waits for a
first permission is invited when it comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.consents.consequences import Consequence, Lacking, Touched, when_ended, when_given
from app.consents.models import Consent
from app.consents.remaining import change_by, to_be_asked
from app.consents.rules import Terms
from app.consents.service import ConsentMissing
from app.gaps import service as gaps
from app.meetings import queries
from app.meetings.models import Meeting, MeetingParticipant
from app.outbox.events import append
from app.people.actor import Actor

# An invitation tells that the client takes part in the service, when and where.
INVITATION = frozenset({"participation"})
PURPOSE = "network_meeting"


async def permitted(
    session: AsyncSession,
    client_id: UUID,
    organisations: Iterable[UUID],
    at: datetime,
    lacking: Lacking,
    *,
    later: bool,
) -> tuple[dict[UUID, Terms], tuple[UUID, ...]]:
    """The permission each organisation is invited on, and with `later` those that the client is to be asked about.

    Raises `ConsentMissing` with every one that has none; with `later` for those that the client has said no to.
    """
    bases: dict[UUID, Terms] = {}
    without: list[UUID] = []
    refused: list[UUID] = []
    for organisation in organisations:
        ruling = await consents.ask(session, client_id, organisation, INVITATION, PURPOSE, at)
        if ruling.basis is not None:
            bases[organisation] = ruling.basis
        else:
            (refused if ruling.prohibited or ruling.refused else without).append(organisation)
    if refused or (without and not later):
        gap = Lacking(
            client_id, tuple(without), INVITATION, PURPOSE, lacking.team_id, lacking.pathway_id, lacking.holder_id
        )
        raise ConsentMissing(
            recipients=sorted(map(str, (*without, *refused))),
            data_classes=sorted(INVITATION),
            purpose=PURPOSE,
            refused=sorted(map(str, refused)),
            lacking=gap if without else None,
        )
    return bases, tuple(without)


async def invite(
    session: AsyncSession,
    actor: Actor,
    meeting: Meeting,
    team_id: UUID,
    places: Mapping[UUID, UUID],
    at: datetime,
    *,
    later: bool = False,
) -> None:
    """Invite these persons (each with the organisation they come from): anew, or again whose invitation was closed.
    Who is invited already stays so. Raises what `permitted` does."""
    there = {row.person_id: row for row in await queries.invitations(session, meeting.id)}
    asked = {p: o for p, o in places.items() if p not in there or not there[p].open}
    outside = sorted({o for o in asked.values() if o != actor.area_id})
    asks = Lacking(meeting.client_id, (), INVITATION, PURPOSE, team_id, meeting.pathway_id, meeting.convener_id)
    bases, waiting = await permitted(session, meeting.client_id, outside, at, asks, later=later)
    told = {o: await tell(session, actor, meeting, o, basis, at) for o, basis in bases.items()}
    for person, organisation in asked.items():
        row = there.get(person)
        if row is None:
            row = MeetingParticipant(
                meeting_id=meeting.id, client_id=meeting.client_id, person_id=person, organisation_id=organisation
            )
            session.add(row)
        if organisation in waiting:
            row.wait(at)
        else:
            row.invite(told.get(organisation))
    if waiting:
        lacking = Lacking(
            meeting.client_id, waiting, INVITATION, PURPOSE, team_id, meeting.pathway_id, meeting.convener_id
        )
        await gaps.open_gaps(session, lacking, team_id, meeting.convener_id, "missing", at)
    await session.flush()


async def tell(
    session: AsyncSession, actor: Actor, meeting: Meeting, organisation: UUID, basis: Terms, at: datetime
) -> UUID:
    row = await consents.disclose(
        session,
        actor,
        client_id=meeting.client_id,
        recipient_id=organisation,
        data_classes=INVITATION,
        purpose=PURPOSE,
        basis=basis,
        subject_type="meeting",
        subject_id=meeting.id,
        at=at,
    )
    message(session, "meeting.invited", meeting, organisation, row.id)
    return row.id


def message(session: AsyncSession, kind: str, meeting: Meeting, organisation: UUID, disclosure: UUID) -> None:
    """What a partner's guests are told, one message per organisation."""
    append(session, kind, meeting, client=meeting.client_id, organisation=organisation, disclosure=disclosure)


Invited = tuple[Meeting, MeetingParticipant]


async def uncovered(session: AsyncSession, consent: Consent, at: datetime) -> list[Invited]:
    """Who is invited to a coming meeting, or offered to be again, and has no permission once it has ended."""
    coming = await queries.coming(session, consent.client_id, at)
    change = await change_by(session, consent, at)
    return [
        (meeting, row)
        for meeting, row in coming
        if (row.open or row.offered_at is not None)
        and not change.now(row.organisation_id, INVITATION, PURPOSE).permitted
    ]


def touched(found: list[Invited]) -> list[Touched]:
    """One for each organisation and meeting."""
    lines = {
        (meeting.id, row.organisation_id): Touched(
            kind="meeting_invitation",
            subject_type="meeting",
            subject_id=meeting.id,
            recipient_id=row.organisation_id,
            at=meeting.starts_at,
            data_classes=tuple(INVITATION),
        )
        for meeting, row in found
    }
    return list(lines.values())


async def preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return touched([(meeting, row) for meeting, row in await uncovered(session, consent, at) if row.open])


async def effect(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """Their invitations are closed. The meeting gets no new version: the other guests are not to notice. The team
    hears of it, and asks the client again only if the client has said no no."""
    uncovered_now = await uncovered(session, consent, at)
    found = [(meeting, row) for meeting, row in uncovered_now if row.open]
    for _, row in uncovered_now:
        row.close(at)
    for meeting in {meeting.id: meeting for meeting, _ in found}.values():
        team = await queries.team_of(session, meeting)
        append(session, "meeting.invitation_closed", meeting, client=meeting.client_id, team=team)
        if to_be_asked(consent):
            theirs = tuple(sorted({row.organisation_id for of, row in found if of.id == meeting.id}))
            lacking = Lacking(
                meeting.client_id, theirs, INVITATION, PURPOSE, team, meeting.pathway_id, meeting.convener_id
            )
            await gaps.ended(session, lacking, at)
    await session.flush()
    return touched(found)


async def mend(session: AsyncSession, consent: Consent, at: datetime) -> None:
    """Who waited for the permission is invited; whose invitation was closed is offered to the convener again."""
    coming = [(m, row) for m, row in await queries.coming(session, consent.client_id, at) if not row.open]
    if not coming:
        return
    told: dict[tuple[UUID, UUID], UUID] = {}
    changed: dict[UUID, Meeting] = {}
    for meeting, row in coming:
        # Whoever records a permission in a referral does not have the client's row alone: it is asked as by any gate.
        basis = (await consents.ask(session, consent.client_id, row.organisation_id, INVITATION, PURPOSE, at)).basis
        if basis is None:
            continue
        changed[meeting.id] = meeting
        if row.closed_at is not None:
            row.offer(at)
            continue
        key = (meeting.id, row.organisation_id)
        if key not in told:
            told[key] = await tell(session, session.info["actor"], meeting, row.organisation_id, basis, at)
        row.invite(told[key])
    for meeting in changed.values():
        team = await queries.team_of(session, meeting)
        append(session, "meeting.invitations_changed", meeting, client=meeting.client_id, team=team)
    await session.flush()


when_ended(Consequence("meeting_invitations", preview, effect))
when_given("meeting_invitations", mend)
