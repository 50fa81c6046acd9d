"""What partners read of what a meeting decided: its words as one part of its own, and each decision that has an owner
as a part for the partner that owns it. They are opened like every other part (`opening`), as from the notes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.matrix import cell, cell_of_organisation
from app.kit.db import Receiving
from app.meetings import queries
from app.meetings.models import Meeting
from app.meetings.part_models import MeetingDecision
from app.people.actor import Actor

ROW = "meeting_decisions"


@dataclass(frozen=True)
class DecidedPart:
    """Of the words the id is the meeting's own."""

    id: UUID
    for_organisation_ids: list[UUID] | None
    data_class: str = "meeting_notes"


def words_alone(meeting: Meeting, rows: Sequence[MeetingDecision]) -> list[str]:
    """The words of no decision of `rows`, which are all of the meeting's: theirs stand last. Pure."""
    return meeting.decisions[: len(meeting.decisions) - len(rows)]


def parts(meeting: Meeting, rows: Sequence[MeetingDecision]) -> list[DecidedPart]:
    """Pure."""
    words = [DecidedPart(meeting.id, None)] if words_alone(meeting, rows) else []
    owned = [(row.id, row.owner_organisation_id) for row in rows if row.owner_organisation_id is not None]
    return [*words, *(DecidedPart(id, [owner]) for id, owner in owned)]


def may_be_told(kind: str) -> bool:
    """Whether anybody of a partner of this kind reads decisions (domain 5.3)."""
    return cell_of_organisation(ROW, kind) != "-"


async def of_guest(
    session: AsyncSession, actor: Actor, meeting: Meeting, opened: Collection[UUID]
) -> tuple[list[str] | None, list[MeetingDecision]]:
    """The words a partner's guest reads, and the decisions of their own house among them; `opened` are the parts that
    they read now. No words where none were opened, or the matrix has none for them."""
    if cell(ROW, actor.roles, actor.context.registers) == "-":
        return None, []
    rows: dict[UUID, MeetingDecision] = {}
    for area in actor.areas:
        # How many decisions there are a guest is not told; the receiver counts, and only what was opened comes out.
        async with Receiving(session, team=None, area=area):
            rows |= {row.id: row for row in await queries.decisions(session, actor, meeting.id, all_=True)}
    own = [row for row in rows.values() if row.id in opened and row.owner_organisation_id in actor.organisations]
    words = words_alone(meeting, list(rows.values())) if meeting.id in opened else []
    words += [row.words for row in own]
    return words or None, own
