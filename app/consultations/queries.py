"""Every select on consultations, what is written in them, and pair work."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Select,
    String,
    Uuid,
    all_,
    and_,
    any_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import seen
from app.clients.models import Client
from app.consultations.models import Consultation, ConsultationState, ConsultationText, PairWork, TextKind
from app.consultations.rules import ANSWER_DAYS, NEUTRAL_THEME, TELLING, TELLING_THEME, Seated
from app.kit.calendar import due
from app.kit.problems import NotFound
from app.meetings.models import Meeting, MeetingState
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.people.models import Membership, Organisation, Person
from app.teams.models import Absence, Holder, Seat, Standing, Team
from app.work.models import CONSULTATION, WorkItem
from app.work.queries import concerns, open_to

C = Consultation
# The database says which are the caller's to answer: `ctx_consulted`, as row security asks it too.
CONSULTED = select(func.unnest(func.ctx_consulted(type_=ARRAY(Uuid))))
ON_PERMISSION = select(func.unnest(func.ctx_consulted_on_permission(type_=ARRAY(Uuid))))


def theirs(actor: Actor) -> ColumnElement[bool]:
    """Asked of a seat of the caller's, while they may see it."""
    if actor.person_id is None:
        return C.id.in_([])
    return and_(C.id.in_(CONSULTED), open_to(actor, C.client_id))


def visible_consultations(actor: Actor) -> Select[Consultation]:
    """Of the clients of my teams by the register of the question, my own as a client, and those asked of my seat: as
    the area's own, or as a partner's while the client permits it."""
    asked = theirs(actor)
    return seen(actor, "consultation", Consultation, {"invited": asked, "guest": asked})


def due_on(days: CTE) -> ColumnElement[date]:
    """`rules.due_on` in SQL."""
    return due(days, C.asked_at, case(*((C.urgency == code, n) for code, n in ANSWER_DAYS.items())))


async def asked_of_me(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
    """Which of these are the caller's to answer."""
    return set(await session.scalars(select(C.id).where(C.id.in_(ids), theirs(actor))))


def listed(
    actor: Actor,
    box: str | None,
    pathway_id: UUID | None,
    state: ConsultationState | None,
    client_id: UUID | None = None,
) -> Select[Consultation]:
    rows = visible_consultations(actor)
    if box == "asked_of_me":
        rows = rows.where(theirs(actor))
    elif box == "asked_by_me":
        rows = rows.where(C.asked_by_id == actor.person_id)
    if pathway_id is not None:
        rows = rows.where(C.pathway_id == pathway_id)
    if client_id is not None:
        # The consulted is not told which client's record it is of, so nothing is found by asking.
        rows = rows.where(concerns(actor, C.client_id), C.client_id == client_id)
    return rows if state is None else rows.where(C.state == state)


async def texts_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> list[ConsultationText]:
    """What was written in these, in order: whole to the client, else by register. The consulted read what they wrote
    themselves, and a question that the client permitted their seat to hear, whatever its register."""
    text = ConsultationText
    rows = select(text).where(text.consultation_id.in_(ids))
    if actor.client_id is None:
        told = and_(text.consultation_id.in_(ON_PERMISSION), text.kind != TextKind.ANSWER)
        wrote = and_(text.consultation_id.in_(CONSULTED), text.author_id == actor.person_id)
        rows = rows.where(or_(text.register.in_(("operational", *actor.context.registers)), wrote, told))
    return list(await session.scalars(rows.order_by(text.created_at, text.id)))


async def written(session: AsyncSession, consultation_id: UUID) -> int:
    """How many messages follow the question and the answer."""
    messages = (TextKind.ASKER_MESSAGE, TextKind.CONSULTED_MESSAGE)
    rows = select(func.count()).where(
        ConsultationText.consultation_id == consultation_id, ConsultationText.kind.in_(messages)
    )
    return int(await session.scalar(rows) or 0)


async def seat_of(session: AsyncSession, seat_id: UUID, areas: Collection[UUID]) -> tuple[Seat, Team] | None:
    """A seat of one of these areas, and its team."""
    rows = select(Seat, Team).join(Team, Team.id == Seat.team_id).where(Seat.id == seat_id, Team.area_id.in_(areas))
    found = (await session.execute(rows)).first()
    return (found[0], found[1]) if found else None


async def seated(session: AsyncSession, seat: Seat, area_id: UUID, on: date) -> list[Seated]:
    """Who holds or deputises on the seat on a day, in the role of the seat where they have several."""
    away = select(Absence.id).where(
        Absence.person_id == Holder.person_id, Absence.first_on <= on, Absence.last_on >= on
    )
    rows = (
        select(Holder, Membership, away.exists())
        .join(Membership, Membership.person_id == Holder.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Holder.seat_id == seat.id,
            Organisation.area_id == area_id,
            *(row.valid_from <= on for row in (Holder, Membership)),
            *(or_(row.valid_to.is_(None), row.valid_to >= on) for row in (Holder, Membership)),
        )
        .order_by(Membership.role != seat.role, Holder.valid_from, Membership.id)
    )
    first: dict[UUID, Seated] = {}
    for holder, member, is_away in (await session.execute(rows)).all():
        deputy = holder.standing is Standing.DEPUTY
        one = Seated(holder.person_id, member.organisation_id, member.register, deputy, is_away)
        first.setdefault(holder.person_id, one)
    return list(first.values())


async def barred(session: AsyncSession, client_id: UUID) -> list[UUID]:
    """Whom the client's record keeps from the client."""
    found: list[UUID] | None = await session.scalar(select(Client.conflict_person_ids).where(Client.id == client_id))
    return list(found or ())


def left_behind(on: date, most: int) -> Select[Consultation]:
    """What is asked of a seat of the area while its work is with nobody who sits there that day: held by another, or
    in a queue though somebody sits there who may see the client. Locked; what another transaction holds comes next
    time."""
    stands = (
        Holder.seat_id == C.seat_id,
        Holder.valid_from <= on,
        or_(Holder.valid_to.is_(None), Holder.valid_to >= on),
    )
    holds = select(Holder.id).where(*stands, Holder.person_id == WorkItem.holder_id).correlate(C, WorkItem)
    reads = select(Membership.id).where(
        Membership.person_id == Holder.person_id,
        Membership.register == C.register,
        Membership.valid_from <= on,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= on),
    )
    could = (
        select(Holder.id)
        .where(
            *stands,
            Holder.person_id != all_(Client.conflict_person_ids),
            or_(C.gated, C.register == "operational", reads.correlate(C, Holder).exists()),
        )
        .correlate(C, Client)
    )
    rows = (
        select(C)
        .join(WorkItem, and_(WorkItem.subject_id == C.id, WorkItem.kind == CONSULTATION, WorkItem.closed_at.is_(None)))
        .join(Client, Client.id == C.client_id)
        .where(
            C.state == ConsultationState.ASKED,
            case((WorkItem.holder_id.is_(None), could.exists()), else_=not_(holds.exists())),
        )
    )
    return rows.order_by(C.id).limit(most).with_for_update(of=C, skip_locked=True)


async def registers_of(session: AsyncSession, person_id: UUID, on: date) -> set[str]:
    """The registers that a person handles on a day."""
    rows = select(Membership.register).where(
        Membership.person_id == person_id,
        Membership.valid_from <= on,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= on),
    )
    return set(await session.scalars(rows))


async def lock_path(session: AsyncSession, pathway_id: UUID) -> bool:
    """Lock the path, if the caller sees it. The consulted of another team do not."""
    rows = select(Pathway.id).where(Pathway.id == pathway_id).with_for_update(key_share=True)
    return await session.scalar(rows) is not None


class Names(NamedTuple):
    """What is shown of ids, by id."""

    people: dict[UUID, str]
    organisations: dict[UUID, str]
    vacant: set[UUID]


async def names(
    session: AsyncSession, people: Iterable[UUID], organisations: Iterable[UUID], seats: Iterable[UUID], on: date
) -> Names:
    """Names, and which of these seats nobody sits on."""
    persons = select(Person.id, Person.name).where(Person.id.in_(set(people)))
    places = select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(organisations)))
    wanted = set(seats)
    held = select(Holder.seat_id).where(
        Holder.seat_id.in_(wanted), Holder.valid_from <= on, or_(Holder.valid_to.is_(None), Holder.valid_to >= on)
    )
    return Names(
        {row[0]: row[1] for row in await session.execute(persons)},
        {row[0]: row[1] for row in await session.execute(places)},
        wanted - set(await session.scalars(held)),
    )


def resting(client_id: UUID, *states: ConsultationState) -> Select[Consultation]:
    """The client's consultations that rest on a permission, or on that the client does not say no to another team of
    the area, in these states, the first first."""
    return (
        select(C)
        .where(C.client_id == client_id, or_(C.gated, C.seat_team_id != C.team_id), C.state.in_(states))
        .order_by(C.id)
        .execution_options(populate_existing=True)
    )


async def all_of(session: AsyncSession, rows: Select[Any]) -> list[Any]:
    return list(await session.scalars(rows))


def to_all(shown: Any, otherwise: Any) -> Any:
    """Of a consultation that tells, to the health register and the client; `otherwise` to everybody else."""
    tells = or_(C.seat_role.in_(TELLING), C.theme == TELLING_THEME)
    reads = or_(func.ctx_client().is_not(None), literal("health") == any_(func.ctx_registers(type_=ARRAY(String))))
    return case((and_(tells, not_(reads)), otherwise), else_=shown)


THEME_SHOWN = to_all(C.theme, case((C.theme == TELLING_THEME, NEUTRAL_THEME), else_=C.theme))
ANSWERER_SHOWN = to_all(C.answered_by_id, None)


def visible_pair_work(actor: Actor) -> Select[PairWork]:
    """Of my teams' clients, mine as a client, and my teams' own about nobody."""
    ours = and_(PairWork.client_id.is_(None), PairWork.team_id.in_(actor.teams))
    return seen(actor, "pair_work", PairWork, {"team": ours})


def listed_pair_work(actor: Actor, team_id: UUID | None, pathway_id: UUID | None) -> Select[PairWork]:
    rows = visible_pair_work(actor)
    if team_id is not None:
        rows = rows.where(PairWork.team_id == team_id)
    return rows if pathway_id is None else rows.where(PairWork.pathway_id == pathway_id)


async def organisation_known(session: AsyncSession, organisation_id: UUID, area_id: UUID) -> bool:
    rows = select(Organisation.id).where(Organisation.id == organisation_id, Organisation.area_id == area_id)
    return await session.scalar(rows) is not None


async def held_meeting(session: AsyncSession, meeting_id: UUID, pathway_id: UUID, at: datetime) -> Meeting:
    """A meeting of the path that was held. Raises `NotFound`."""
    rows = select(Meeting).where(
        Meeting.id == meeting_id,
        Meeting.pathway_id == pathway_id,
        Meeting.state == MeetingState.HELD,
        Meeting.starts_at <= at,
    )
    found: Meeting | None = await session.scalar(rows)
    if found is None:
        raise NotFound()
    return found


async def open_of_path(session: AsyncSession, pathway_id: UUID) -> list[Consultation]:
    """Neither answered nor ended, locked."""
    over = (ConsultationState.ANSWERED, ConsultationState.CLOSED, ConsultationState.WITHDRAWN)
    rows = select(Consultation).where(Consultation.pathway_id == pathway_id, Consultation.state.not_in(over))
    return list(await session.scalars(rows.order_by(Consultation.id).with_for_update(key_share=True)))
