"""Meetings on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Day, Input, Instant, Line, Output, Page, Prose, Resource, example
from app.meetings.models import MeetingState
from app.meetings.part_schemas import (
    AgendaPartGiven,
    AgendaPartRead,
    DecisionGiven,
    DecisionRead,
    MeetingChangeRead,
    NotePart,
    NotePartRead,
)


class MeetingPlan(Input):
    """A meeting about the client. People of other organisations come only as the client permits."""

    model_config = example({
        "startsAt": "2030-01-15T08:00:00Z", "minutes": 60, "place": "Heinola health centre, room 2",
        "participantIds": [], "agendaParts": [{"title": "How a work trial could begin"}],
    })  # fmt: skip

    id: UUID | None = None
    kind: Annotated[str, code_of("meeting_type")] = "network_meeting"
    starts_at: Instant
    minutes: int = Field(60, ge=5, le=600)
    place: Line = Field(examples=["Heinola health centre, room 2"])
    agenda: Prose | None = Field(None, description="For the team. What guests see stands in `agendaParts`.")
    agenda_parts: list[AgendaPartGiven] = Field(default_factory=list, max_length=30)
    convener_id: UUID | None = Field(None, description="Absent: yourself. Every meeting has one named convener.")
    reserve: bool = Field(
        True, description="Take the time of the convener and of the area's own people who are invited."
    )
    outside_hours: bool = Field(
        False, description="Agreed with those of our people whose time is taken, though it is not within their hours."
    )
    room_id: UUID | None = Field(None, description="A room of the area, taken for the time.")
    participant_ids: list[UUID] = Field(
        max_length=30, description="Persons: of the directory, and of `GET /v1/organisations/{id}/people`."
    )
    invite_later: bool = Field(
        False,
        description="Plan it with those whom the client permits; the others are invited when the client permits them, "
        "and the client is asked about it (`consent-gaps`). Not for those the client has said no to.",
    )


class MeetingHold(Input):
    """What came of it. The client is present, takes part remotely, or has declined in writing (C-32). `notes` are read
    by the whole team, `noteParts` by their register, `decisions` also by the
    invited partners that the client permits meeting notes."""

    client_participation: Annotated[str, code_of("participation")]
    declined_on: Day | None = Field(None, description="When the client declined in writing.")
    declined_evidence: Line | None = Field(None, examples=["Letter of 20 November, scanned."])
    notes: Prose | None = Field(None, description="For the whole team: no health or social data.")
    note_parts: list[NotePart] = Field(default_factory=list, max_length=4, description="At most one of a register.")
    decisions: list[Line] = Field(default_factory=list, max_length=30)
    agreed: list[DecisionGiven] = Field(
        default_factory=list, max_length=30, description="Decisions with an owner and a day. Read with `decisions`."
    )


class MeetingInvite(Input):
    """More people, or again those whose invitation was closed. `inviteLater` as when it was planned."""

    participant_ids: list[UUID] = Field(
        min_length=1,
        max_length=30,
        description="Persons: of the directory, and of `GET /v1/organisations/{id}/people`.",
    )
    invite_later: bool = False


class MeetingCancel(Input):
    reason: Line


class ParticipantRead(Output):
    person_id: UUID
    name: str
    organisation_id: UUID
    organisation: str
    disclosure_id: UUID | None = Field(description="The disclosure by which another organisation was invited.")
    standing: str = Field(
        examples=["invited"],
        description="invited; awaiting_permission: invited when the client permits it; closed: the permission ended; "
        "may_be_invited: it is there again.",
    )


class MeetingRead(Resource):
    """`notes` and `agenda` are null to a partner's participants, `decisions` too where none were opened to the partner
    (without the words of what others own); `noteParts` and `agendaParts` are those of the registers the reader reads,
    and to a partner those that were opened to it and that the client permits now."""

    client_id: UUID | None
    pathway_id: UUID | None
    kind: str
    convener_id: UUID
    starts_at: datetime
    minutes: int
    place: str
    agenda: str | None
    agenda_parts: list[AgendaPartRead]
    room_id: UUID | None
    reserves: bool | None = Field(description="Null to a guest.")
    state: MeetingState
    client_participation: str | None
    declined_on: date | None
    declined_evidence: str | None
    notes: str | None
    note_parts: list[NotePartRead]
    decisions: list[str] | None
    agreed: list[DecisionRead]
    changes: list[MeetingChangeRead]
    participants: list[ParticipantRead]
    ended_reason: str | None
    allowed_actions: list[AllowedAction]


class MeetingSummary(Output):
    id: UUID
    kind: str
    starts_at: datetime
    minutes: int
    place: str
    state: MeetingState


class MeetingPage(Page):
    items: list[MeetingSummary]
