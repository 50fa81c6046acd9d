"""Consultations and pair work as they are shown: whole to the team and the client, and what they were asked to the
consulted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot, hidden_of
from app.consultations import queries, rules
from app.consultations.models import (
    FLOW,
    PAIR_FLOW,
    Consultation,
    ConsultationState,
    ConsultationText,
    PairWork,
    TextKind,
)
from app.consultations.schemas import ConsultationRead, ConsultationSummary, ConsultationTextRead, PairWorkRead
from app.handovers.queries import client_names
from app.kit.clock import civil_date
from app.kit.db import Receiving
from app.people.actor import Actor

OF_THE_SEAT = (TextKind.ANSWER, TextKind.CONSULTED_MESSAGE)


async def sides_of(session: AsyncSession, actor: Actor, row: Consultation) -> set[str]:
    """Whose verbs are the caller's: the team's that asks, and those of the seat. Whoever sits on the seat asked is not
    the asking side, though in the same team: nobody takes back or closes what another asked them."""
    sits = row.seat_id in {seat.seat_id for seat in actor.seats}
    asks = row.team_id in actor.teams and (row.asked_by_id == actor.person_id or not sits)
    sides = {"asker"} if asks else set()
    return sides | ({"consulted"} if await queries.asked_of_me(session, actor, [row.id]) else set())


async def names_of_clients(session: AsyncSession, actor: Actor, rows: Sequence[Consultation]) -> dict[UUID, str]:
    """To those who see the client, and to the consulted, who are told it: the receiver looks for them."""
    clients = {row.client_id for row in rows}
    found = await client_names(session, clients)
    for area in actor.areas if clients - found.keys() else ():
        async with Receiving(session, team=None, area=area):
            found |= await client_names(session, clients - found.keys())
    return found


async def basics(session: AsyncSession, actor: Actor, rows: Sequence[Consultation]) -> list[dict[str, Any]]:
    """What every row shows, in a fixed number of statements."""
    today = civil_date(actor.at)
    own = await client_names(session, {row.client_id for row in rows})
    clients = await names_of_clients(session, actor, rows)
    known = await queries.names(
        session,
        (row.asked_by_id for row in rows),
        (row.organisation_id for row in rows),
        (row.seat_id for row in rows),
        today,
    )
    found = []
    for row in rows:
        hides = hidden(actor, row)
        inside = row.client_id in own
        due = rules.due_on(row.asked_at, row.urgency)
        found.append(
            {
                **{name: getattr(row, name) for name in ConsultationSummary.model_fields if hasattr(row, name)},
                **(neutral(row) if hides else {}),
                "client_id": row.client_id if inside else None,
                "pathway_id": row.pathway_id if inside else None,
                "client_name": clients.get(row.client_id),
                "asked_by": known.people.get(row.asked_by_id),
                "organisation": known.organisations.get(row.organisation_id),
                "due_on": due,
                "overdue": row.state is ConsultationState.ASKED and due is not None and due < today,
                "seat_vacant": None if hides else row.seat_id in known.vacant,
            }
        )
    return found


def reads_health(actor: Actor) -> bool:
    return actor.health_professional or actor.client_id is not None


def hidden(actor: Actor, row: Consultation) -> bool:
    """Whether whom it was asked of, or about what, would tell this reader what the client is treated for: outside the
    health register, but for the client, whoever asked and whoever sits there."""
    tells = row.seat_role in rules.TELLING or row.theme == rules.TELLING_THEME
    reads = reads_health(actor) or row.asked_by_id == actor.person_id
    return tells and not reads and row.seat_id not in {seat.seat_id for seat in actor.seats}


def neutral(row: Consultation) -> dict[str, Any]:
    """What says less: some physician, no seat, no person, no telling theme."""
    return {
        "seat_id": None,
        "seat_role": rules.role_shown(row.seat_role),
        "theme": rules.theme_shown(row.theme),
        "answered_by_id": None,
        "answered_by_role": rules.role_shown(row.answered_by_role),
        "suggested_seat_id": None,
    }


async def summaries(session: AsyncSession, actor: Actor, rows: Sequence[Consultation]) -> list[ConsultationSummary]:
    of_rows = ConsultationSummary.model_fields.keys()
    return [
        ConsultationSummary(**{name: fields[name] for name in of_rows}) for fields in await basics(session, actor, rows)
    ]


async def texts(session: AsyncSession, actor: Actor, row: Consultation) -> list[ConsultationTextRead]:
    found: list[ConsultationText] = await queries.texts_of(session, actor, [row.id])
    known = await queries.names(session, {text.author_id for text in found}, (), (), civil_date(actor.at))
    unnamed = {text.author_id for text in found if hidden(actor, row) and text.kind in OF_THE_SEAT}
    return [
        ConsultationTextRead(
            kind=text.kind,
            data_register=text.register,
            body=text.body,
            author_id=None if text.author_id in unnamed else text.author_id,
            author=None if text.author_id in unnamed else known.people.get(text.author_id),
            written_at=text.created_at,
        )
        for text in found
    ]


async def consultation(session: AsyncSession, actor: Actor, row: Consultation) -> ConsultationRead:
    """One, with what was written and what the caller may do now."""
    (fields,) = await basics(session, actor, [row])
    inside = fields["client_id"] is not None
    more = {n: getattr(row, n) for n in ConsultationRead.model_fields if n not in fields and hasattr(row, n)}
    shown = ConsultationRead(
        **{**more, **fields},
        data_register=row.register,
        on_permission=row.gated,
        texts=await texts(session, actor, row),
        allowed_actions=FLOW.actions(row.state, actor, sides=await sides_of(session, actor, row)),
    )
    if not inside:
        shown.disclosure_id = None
    if not reads_health(actor) and row.asked_by_id != actor.person_id:
        shown.suggested_seat_id = None
    await conceal(session, actor, [(row.client_id, text) for text in shown.texts])
    return shown


async def conceal(session: AsyncSession, actor: Actor, shown: Sequence[tuple[UUID, BaseModel]]) -> None:
    """Details of a protected client, blotted out of the words; the consulted do not see the client, so the receiver
    looks."""
    if hidden_of(actor, True) and shown:
        for area in actor.areas:
            async with Receiving(session, team=None, area=area):
                await blot(session, actor, shown, "body")


def pair_work(actor: Actor, row: PairWork) -> PairWorkRead:
    """Who was there beside the author, in pair work about a client, as of a consultation."""
    fields = {name: getattr(row, name) for name in PairWorkRead.model_fields if hasattr(row, name)}
    tells = row.client_id is not None and row.counterpart_role in rules.TELLING
    if tells and not reads_health(actor) and row.person_id != actor.person_id:
        fields |= {"counterpart_role": rules.role_shown(row.counterpart_role), "counterpart_organisation_id": None}
    sides = {"author"} if row.person_id == actor.person_id and row.team_id in actor.teams else set()
    return PairWorkRead(**fields, allowed_actions=PAIR_FLOW.actions(row.state, actor, sides=sides))
