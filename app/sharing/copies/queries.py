"""Which rows of a table are in the client's own copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments.models import Assessment, AssessmentState, AssessmentVersion, Conclusion, LaboratoryStatus
from app.assessments.queries import visible_conclusions
from app.attachments.models import Attachment
from app.attachments.queries import visible_attachments
from app.audit.models import UseLogEntry
from app.clients.models import Client
from app.contacts.models import Note
from app.contacts.queries import visible_notes
from app.kit.db import Base
from app.outcomes.models import ClientSummary, ClientSummaryWords
from app.pathways.models import PathwayStep
from app.pathways.queries import visible_changes, visible_steps
from app.pathways.step_models import StepChange
from app.people.actor import Actor
from app.people.models import Organisation, Person
from app.referrals.models import Referral
from app.referrals.queries import visible_referrals
from app.teams.models import Seat, Team

RELEASED = select(Assessment.id).where(
    Assessment.completed_at.is_not(None), Assessment.state != AssessmentState.ENTERED_IN_ERROR
)


def rows_of(
    model: Any, client: Actor, registers: Sequence[str] | None, *, health: bool, since: datetime
) -> Select[Any] | None:
    """The client's rows of a table as the client may see them; `registers` bounds what a professional copies. None: no
    row of it is for them."""
    if health and registers is not None and "health" not in registers:
        return None
    rows = chosen(model, client, since)
    if registers is not None and hasattr(model, "register"):
        rows = rows.where(model.register.in_(registers))
    newest: Select[Any] = rows.order_by(model.id.desc())
    return newest


def chosen(model: Any, client: Actor, since: datetime) -> Select[Any]:
    """What the rooms show a client, where they show less than everything."""
    if model is Client:
        return select(Client).where(Client.id == client.client_id)
    own: dict[Any, Any] = {
        Referral: visible_referrals, PathwayStep: visible_steps, Note: visible_notes, Attachment: visible_attachments,
        Conclusion: visible_conclusions, StepChange: visible_changes,
    }  # fmt: skip
    if model in own:
        rows: Select[Any] = own[model](client)
        return rows
    rows = select(model).where(model.client_id == client.client_id)
    if model is Assessment:
        # That one was asked for is the client's to know; what it says when it is completed.
        rows = rows.where(Assessment.state != AssessmentState.ENTERED_IN_ERROR)
    if model is ClientSummary:
        rows = rows.where(ClientSummary.offered_at.is_not(None))
    if model is ClientSummaryWords:
        rows = rows.where(
            ClientSummaryWords.summary_id.in_(select(ClientSummary.id).where(ClientSummary.offered_at.is_not(None)))
        )
    if model in (AssessmentVersion, LaboratoryStatus):
        rows = rows.where(model.assessment_id.in_(RELEASED))
    if model is UseLogEntry:
        rows = rows.where(UseLogEntry.at >= since)
    return rows


async def names_in(session: AsyncSession, rows: Iterable[Base]) -> dict[UUID, str]:
    """What the people, organisations, teams and seats are called that these rows point at, in four statements."""
    wanted: set[UUID] = set()
    for row in rows:
        for column in inspect(type(row)).column_attrs:
            if column.key in ("client_id", "id"):
                continue
            # Columns of bytes are not loaded for this.
            value = row.__dict__.get(column.key)
            wanted |= {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, UUID)}
    found: dict[UUID, str] = {}
    for model, name in ((Person, Person.name), (Organisation, Organisation.name), (Team, Team.name), (Seat, Seat.role)):
        rows_of_it = await session.execute(select(model.id, name).where(model.id.in_(wanted)))
        found |= {row[0]: row[1] for row in rows_of_it}
    return found
