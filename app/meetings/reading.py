"""What of a meeting its reader sees: the team and the client, somebody of the area invited, a partner's guest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot, hidden_of
from app.consents import service as consents
from app.consents.queries import standing_of
from app.consents.rules import Terms, rule
from app.kit.db import Receiving
from app.kit.problems import Problem
from app.kit.schemas import AllowedAction
from app.meetings import decided, moving, opening, queries
from app.meetings.inviting import INVITATION, PURPOSE
from app.meetings.models import FLOW, Meeting, MeetingNotePart, MeetingParticipant, MeetingState
from app.meetings.part_models import MeetingAgendaPart, MeetingDecision
from app.meetings.part_schemas import AgendaPartRead, DecisionRead, MeetingChangeRead, NotePartRead
from app.meetings.schemas import MeetingRead, MeetingSummary, ParticipantRead
from app.pathways.queries import ended
from app.people.actor import Actor
from app.work.queries import involved

AFTER = ("cancel", "open_parts")  # of a path that has closed, too
TEAM_ONLY = (
    "client_id", "pathway_id", "agenda", "client_participation", "ended_reason", "declined_on", "declined_evidence",
    "reserves",
)  # fmt: skip


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


async def is_inside(session: AsyncSession, actor: Actor, client_id: UUID) -> bool:
    """The client, or a team with a care relationship."""
    if actor.client_id == client_id:
        return True
    for team in actor.teams:
        if await involved(session, client_id, team):
            return True
    return False


async def show(session: AsyncSession, actor: Actor, meeting: Meeting) -> MeetingRead:
    """Whole to the team and the client, parts by register. To somebody else invited when and where, who
    convenes it, and who comes of their own organisation: one of the area's own people reads the notes like the team,
    and a partner the parts that were opened to it, the decisions where the matrix says so (domain 5.3) among them."""
    inside = await is_inside(session, actor, meeting.client_id)
    fields = {n: getattr(meeting, n) for n in MeetingRead.model_fields if hasattr(meeting, n)}
    own_people = inside or any(area in actor.organisation_ids for area in actor.areas)
    if not inside:
        fields |= dict.fromkeys(TEAM_ONLY)
    if not own_people:
        fields["notes"] = None
    only = None if own_people else await opening.seen_by_guest(session, actor, meeting)
    if only is None:
        owned = await queries.decisions(session, actor, meeting.id, all_=inside)
    else:
        fields["decisions"], owned = await decided.of_guest(session, actor, meeting, only)
    team = inside and actor.client_id is None
    everybody = await queries.participants(session, meeting.id)
    comes = [one for one in everybody if inside or shown_to_guest(actor, meeting, one[0])]
    known = {row.person_id for row, *_ in comes}
    opened = await opened_to(session, meeting) if team else None
    agenda = [
        agenda_part(part, None if opened is None else opened.get(part.id, []), known)
        for part in await queries.agenda_of(session, actor, meeting.id, only)
    ]
    notes = [
        note_part(part, None if opened is None else opened.get(part.id, []), inside)
        for part in await queries.parts_of(session, actor, meeting.id, only)
    ]
    agreed = [decision(one, inside) for one in owned]
    changes = [
        MeetingChangeRead.model_validate(one, from_attributes=True)
        for one in (await queries.changes_of(session, meeting.id) if inside else [])
    ]
    shown = MeetingRead(
        **fields,
        agenda_parts=agenda,
        note_parts=notes,
        agreed=agreed,
        changes=changes,
        participants=[
            ParticipantRead(
                person_id=row.person_id,
                name=name,
                organisation_id=row.organisation_id,
                organisation=organisation,
                disclosure_id=row.disclosure_id,
                standing=row.standing,
            )
            for row, name, organisation in comes
        ],
        allowed_actions=await actions(session, actor, meeting, team),
    )
    of = meeting.client_id
    await conceal(session, actor, [(of, row) for row in shown.note_parts], "body")
    await conceal(session, actor, [(of, row) for row in shown.agenda_parts], "title")
    await conceal(session, actor, [(of, row) for row in shown.agreed], "words")
    await conceal(session, actor, [(of, row) for row in shown.changes], "reason")
    words = ("place", "agenda", "notes", "decisions", "ended_reason", "declined_evidence")
    await conceal(session, actor, [(of, shown)], *words)
    return shown


async def actions(session: AsyncSession, actor: Actor, meeting: Meeting, team: bool) -> list[AllowedAction]:
    """The team's. Once the path has closed nothing goes on in its meetings but what is in `AFTER`."""
    open_ = team and meeting.state is not MeetingState.CANCELLED
    closed = await ended(session, meeting.pathway_id) if open_ else None

    def guard(verb: str) -> Problem | None:
        if closed is not None and verb not in AFTER:
            return closed
        return moving.not_begun(meeting, actor.at) if verb == "hold" else None

    return FLOW.actions(meeting.state, actor, guard, sides={"team"} if team else set())


def shown_to_guest(actor: Actor, meeting: Meeting, row: MeetingParticipant) -> bool:
    """The convener, and who comes of the guest's own organisation."""
    return row.open and (row.person_id == meeting.convener_id or row.organisation_id in actor.organisation_ids)


async def opened_to(session: AsyncSession, meeting: Meeting) -> dict[UUID, list[UUID]]:
    """The partners to which each part is open."""
    found: dict[UUID, list[UUID]] = {}
    for one in await queries.openings(session, [meeting.id]):
        if one.closed_at is None:
            found.setdefault(one.part_id, []).append(one.organisation_id)
    return {part: sorted(organisations) for part, organisations in found.items()}


def agenda_part(part: MeetingAgendaPart, opened: list[UUID] | None, known: set[UUID]) -> AgendaPartRead:
    """Who presents it is told to those who see that they come."""
    return AgendaPartRead(
        id=part.id,
        position=part.position,
        title=part.title,
        data_register=part.register,
        data_class=part.data_class,
        presenter_id=part.presenter_id if part.presenter_id in known else None,
        minutes=part.minutes,
        opened_to=opened,
    )


def note_part(part: MeetingNotePart, opened: list[UUID] | None, inside: bool) -> NotePartRead:
    return NotePartRead(
        id=part.id,
        data_register=part.register,
        body=part.body,
        data_class=part.data_class,
        author_id=part.author_id if inside else None,
        opened_to=opened,
    )


def decision(one: MeetingDecision, inside: bool) -> DecisionRead:
    """To a partner its own, and not the step that came of it."""
    fields = {name: getattr(one, name) for name in DecisionRead.model_fields if hasattr(one, name)}
    return DecisionRead(**fields | {"step_id": one.step_id if inside else None}, owner_missing=not one.owned)


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
