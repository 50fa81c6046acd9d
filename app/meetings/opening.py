"""Which partner sees which part of a meeting: opened as the client permits, closed when a permission ends.

What nobody has seen opens by itself when the permission comes, also of a meeting that is over; what an end closed is
offered to the team again (`open_parts`). Each opening is a disclosure, and there is one opening of a part to a partner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.consents.consequences import Consequence, Touched, when_ended, when_given
from app.consents.models import Consent
from app.consents.queries import lock_client, standing, standing_of
from app.consents.remaining import change_by
from app.consents.rules import Terms, rule
from app.kit.clock import by_now
from app.kit.db import Receiving
from app.meetings import decided, queries
from app.meetings.inviting import INVITATION, PURPOSE, message, tell
from app.meetings.models import FLOW, Meeting, MeetingNotePart, MeetingParticipant, MeetingState
from app.meetings.part_models import MeetingAgendaPart, MeetingOpening
from app.meetings.parts import RecipientNotInvited, not_permitted
from app.meetings.rules import told
from app.outbox.events import append
from app.people.actor import Actor
from app.people.periods import at_field

Part = MeetingAgendaPart | MeetingNotePart | decided.DecidedPart
# Whose data the mention of a class tells of.
REGISTER_OF = {"health": "health", "was_score": "health", "social": "social"}


def classes_of(part: Part) -> frozenset[str]:
    return told(part.data_class, notes=not isinstance(part, MeetingAgendaPart))


async def every_part(session: AsyncSession, meeting: Meeting) -> list[Part]:
    """Of every register: what is opened is asked of the permission, not of who asks."""
    area = await lock_client(session, meeting.client_id, to_change=False)
    assert area is not None
    async with Receiving(session, team=None, area=area):
        rows = await queries.decisions(session, session.info["actor"], meeting.id, all_=True)
        return [*await queries.every_part(session, meeting.id), *decided.parts(meeting, rows)]


async def said(session: AsyncSession, client_id: UUID, at: datetime) -> list[Terms]:
    """What the client says now, held until the transaction ends."""
    area = await lock_client(session, client_id, to_change=False)
    return [consents.terms_of(one, area) for one in await standing(session, client_id, by_now(session.info, at))]


async def open_to(
    session: AsyncSession,
    actor: Actor,
    meeting: Meeting,
    invited: Iterable[MeetingParticipant],
    at: datetime,
    *,
    again: bool = False,
) -> set[UUID]:
    """Open every part that the client permits to the partners of these invitations; with `again` also what was closed.
    Returns the partners to which something was opened."""
    told_by = {row.organisation_id: row.disclosure_id for row in invited if row.open and row.disclosure_id}
    parts = await every_part(session, meeting)
    if not told_by or not parts:
        return set()
    terms = await said(session, meeting.client_id, at)
    before = {(o.part_id, o.organisation_id): o for o in await queries.openings(session, [meeting.id])}
    kinds = await queries.kinds_of_houses(session, told_by)
    opened: set[UUID] = set()
    for organisation, invitation in told_by.items():
        covered: dict[Terms | None, list[Part]] = defaultdict(list)
        for part in parts:
            opening = before.get((part.id, organisation))
            aside = part.for_organisation_ids is not None and organisation not in part.for_organisation_ids
            if isinstance(part, decided.DecidedPart):
                aside = aside or not decided.may_be_told(kinds[organisation])
            if aside or (opening is not None and (opening.closed_at is None or not again)):
                continue
            basis = rule(terms, organisation, classes_of(part), PURPOSE).basis
            if basis is not None:
                # That the client takes part the invitation has told already.
                covered[None if classes_of(part) == INVITATION else basis].append(part)
        for basis, theirs in covered.items():
            disclosure = invitation
            if basis is not None:
                classes = frozenset().union(*map(classes_of, theirs)) - INVITATION
                disclosure = await disclose(session, actor, meeting, organisation, basis, classes, at)
            for part in theirs:
                keep(session, meeting, part, organisation, disclosure, before.get((part.id, organisation)))
            opened.add(organisation)
            message(session, "meeting.parts_opened", meeting, organisation, disclosure)
    await session.flush()
    return opened


async def disclose(
    session: AsyncSession,
    actor: Actor,
    meeting: Meeting,
    organisation: UUID,
    basis: Terms,
    classes: frozenset[str],
    at: datetime,
) -> UUID:
    row = await consents.disclose(
        session,
        actor,
        client_id=meeting.client_id,
        recipient_id=organisation,
        data_classes=classes,
        purpose=PURPOSE,
        basis=basis,
        subject_type="meeting",
        subject_id=meeting.id,
        at=at,
    )
    return row.id


def keep(
    session: AsyncSession,
    meeting: Meeting,
    part: Part,
    organisation: UUID,
    disclosure: UUID,
    before: MeetingOpening | None,
) -> None:
    if before is not None:
        before.open_again(disclosure)
        return
    session.add(
        MeetingOpening(
            meeting_id=meeting.id,
            client_id=meeting.client_id,
            organisation_id=organisation,
            part_id=part.id,
            data_classes=sorted(classes_of(part)),
            disclosure_id=disclosure,
        )
    )


async def open_parts(
    session: AsyncSession, actor: Actor, meeting: Meeting, organisations: Collection[UUID], at: datetime
) -> None:
    """Raises `RecipientNotInvited`, and `ParticipantNotPermitted` for partners to which nothing can be opened."""
    FLOW.check(meeting.state, "open_parts")
    invited = [row for row in await queries.invitations(session, meeting.id) if row.organisation_id in organisations]
    if set(organisations) - {row.organisation_id for row in invited if row.open and row.disclosure_id}:
        raise at_field(RecipientNotInvited, "organisationIds")
    await open_to(session, actor, meeting, invited, at, again=True)
    opened = {one.organisation_id for one in await queries.openings(session, [meeting.id]) if one.closed_at is None}
    if nothing := set(organisations) - opened:
        parts = await every_part(session, meeting)
        team = await queries.team_of(session, meeting)
        classes = frozenset(one for part in parts for one in classes_of(part))
        raise await not_permitted(session, meeting, team, nothing, classes, at)
    meeting.touch()


async def seen_by_guest(session: AsyncSession, actor: Actor, meeting: Meeting) -> set[UUID]:
    """Parts that a partner's guest reads now: opened to the partner, and permitted at this moment."""
    found: set[UUID] = set()
    for area in actor.areas:
        # A guest reads no consents; the receiver looks, and only ids of what was opened come out.
        async with Receiving(session, team=None, area=area):
            theirs = [
                one
                for one in await queries.openings(session, [meeting.id])
                if one.closed_at is None and one.organisation_id in actor.organisations
            ]
            terms = [consents.terms_of(c) for c in await standing_of(session, [meeting.client_id], actor.at)]
            found |= {
                one.part_id
                for one in theirs
                if rule(terms, one.organisation_id, frozenset(one.data_classes), PURPOSE).permitted
            }
    return found


async def uncovered(session: AsyncSession, consent: Consent, at: datetime) -> list[MeetingOpening]:
    """What is open, or offered to be again, and has no permission once it has ended."""
    change = await change_by(session, consent, at)
    return [
        one
        for one in await queries.openings_of(session, consent.client_id)
        if (one.closed_at is None or one.offered_at is not None)
        and not change.now(one.organisation_id, frozenset(one.data_classes), PURPOSE).permitted
    ]


def touched(found: Iterable[MeetingOpening]) -> list[Touched]:
    """One for each organisation, meeting and register that it tells of."""
    lines: dict[tuple[UUID, UUID, str], set[str]] = defaultdict(set)
    for one in found:
        register = next((REGISTER_OF[c] for c in sorted(one.data_classes) if c in REGISTER_OF), "operational")
        lines[(one.meeting_id, one.organisation_id, register)] |= set(one.data_classes)
    return [
        Touched("meeting_part", "meeting", meeting, organisation, None, tuple(sorted(classes)), register)
        for (meeting, organisation, register), classes in lines.items()
    ]


async def preview(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    return touched(one for one in await uncovered(session, consent, at) if one.closed_at is None)


async def effect(session: AsyncSession, consent: Consent, at: datetime) -> list[Touched]:
    """They are read no more. What was told stays in the disclosure log."""
    found = await uncovered(session, consent, at)
    open_ones = [one for one in found if one.closed_at is None]
    for one in found:
        one.close(at)
    await session.flush()
    return touched(open_ones)


async def mend(session: AsyncSession, consent: Consent, at: datetime) -> None:
    """Who could not be invited in time is let in to what was; what was never told opens; what was closed is offered."""
    actor = session.info["actor"]
    for meeting, rows in await queries.meetings_with_partners(session, consent.client_id):
        terms = await said(session, meeting.client_id, at)
        if meeting.state is MeetingState.HELD:
            await let_in(session, actor, meeting, rows, terms, at)
        opened = await open_to(session, actor, meeting, rows, at)
        offered = False
        for one in await queries.openings(session, [meeting.id]):
            if one.closed_at is None or one.offered_at is not None:
                continue
            if rule(terms, one.organisation_id, frozenset(one.data_classes), PURPOSE).permitted:
                one.offer(at)
                offered = True
        if opened or offered:
            team = await queries.team_of(session, meeting)
            append(session, "meeting.parts_changed", meeting, client=meeting.client_id, team=team)
    await session.flush()


async def let_in(
    session: AsyncSession,
    actor: Actor,
    meeting: Meeting,
    rows: list[MeetingParticipant],
    terms: list[Terms],
    at: datetime,
) -> None:
    """Whoever still waited for a permission when it was held."""
    disclosures: dict[UUID, UUID] = {}
    for row in rows:
        basis = rule(terms, row.organisation_id, INVITATION, PURPOSE).basis
        if row.awaiting_since is None or basis is None:
            continue
        if row.organisation_id not in disclosures:
            disclosures[row.organisation_id] = await tell(session, actor, meeting, row.organisation_id, basis, at)
        row.invite(disclosures[row.organisation_id])
    await session.flush()


when_ended(Consequence("meeting_parts", preview, effect))
when_given("meeting_parts", mend)
