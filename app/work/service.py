"""Opening, giving and closing work; opening a care relationship. Higher rooms call this downwards."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text
from app.kit.problems import Conflict
from app.work import queries, relationships
from app.work.models import TRIAGE, Involvement, WorkItem


class SeatFull(Conflict):
    """The holder has as much open work as the seat allows (C-23)."""

    code = "seat_full"
    title = Text("Paikka on täynnä", "Platsen är full", "The seat is full")
    detail = Text(
        "Henkilöllä on jo enimmäismäärä avointa työtä. Valitse toinen tai jätä odottamaan.",
        "Personen har redan högsta antal öppna ärenden. Välj en annan eller låt ärendet vänta.",
        "The holder has the most open work the seat allows. Choose another, or let it wait.",
    )
    constraints = ("seat_capacity",)


class InConflict(Conflict):
    """The client's record says that this person must not get the client."""

    code = "conflict_of_interest"
    title = Text("Esteellinen", "Jävig", "Conflict of interest")
    detail = Text(
        "Henkilö on esteellinen tämän asiakkaan asioissa. Valitse toinen.",
        "Personen är jävig i den här klientens ärenden. Välj en annan.",
        "The person has a conflict of interest with this client. Choose another.",
    )


class WeekFull(Conflict):
    """The holder has been given as much in seven days as their client days make room for (C-23)."""

    code = "week_full"
    title = Text("Viikko on täynnä", "Veckan är full", "The week is full")
    detail = Text(
        "Henkilön asiakaspäivät ovat täynnä seitsemän päivän ajalta. Valitse toinen tai jätä odottamaan.",
        "Personens klientdagar är fulla för sju dagar. Välj en annan eller låt ärendet vänta.",
        "The person's client days of these seven days are full. Choose another, or let it wait.",
    )
    constraints = ("seat_week",)


async def involve(session: AsyncSession, client_id: UUID, team_id: UUID, at: datetime, basis: str = "referral") -> None:
    """Open a care relationship of a team of the caller's with a client, unless there is one. One that ended is opened
    by another row: what was stays as it was."""
    if not await queries.hold_relationship(session, client_id, team_id):
        session.add(Involvement(client_id=client_id, team_id=team_id, opened_at=at, basis=basis))
        await session.flush()


def take(item: WorkItem, *, seat_id: UUID, holder_id: UUID, on_behalf_of_id: UUID | None, at: datetime) -> None:
    """Give a piece of work to a holder. Who declined it once and is given it all the same declines it no more."""
    item.declined_by = [person for person in item.declined_by if person != holder_id]
    item.seat_id, item.holder_id, item.on_behalf_of_id = seat_id, holder_id, on_behalf_of_id
    item.queue, item.alarm, item.assigned_at = None, False, at
    item.confirmed_at = item.recheck_on = None


def hand_on(item: WorkItem, holder_id: UUID, at: datetime) -> None:
    """Give on work that is held outside a seat's load."""
    item.holder_id, item.assigned_at, item.confirmed_at = holder_id, at, None


def wait(item: WorkItem, *, queue: str, seat_id: UUID | None, alarm: bool, recheck_on: date | None = None) -> None:
    """Put a piece of work into a queue; nobody holds it."""
    item.queue, item.seat_id, item.alarm, item.recheck_on = queue, seat_id, alarm, recheck_on
    item.holder_id = item.on_behalf_of_id = item.assigned_at = item.confirmed_at = None


async def open_for(
    session: AsyncSession,
    *,
    kind: str,
    client_id: UUID,
    area_id: UUID,
    team_id: UUID,
    subject_type: str,
    subject_id: UUID,
    holder_id: UUID,
    at: datetime,
    seat_id: UUID | None = None,
) -> None:
    """Open work that nobody routed: a path to be responsible for takes a place on a seat, a feedback to be given none.

    Raises `SeatFull` from the database.
    """
    item = await queries.work_of(session, subject_id, kind, lock=True)
    if item is not None:
        return
    session.add(
        WorkItem(
            client_id=client_id,
            area_id=area_id,
            team_id=team_id,
            kind=kind,
            subject_type=subject_type,
            subject_id=subject_id,
            seat_id=seat_id,
            holder_id=holder_id,
            opened_at=at,
            assigned_at=at,
        )
    )
    await session.flush()


async def finish(session: AsyncSession, subject_id: UUID, kind: str, at: datetime) -> None:
    """Close the open work of a kind on a subject, if any. A team that decided on a referral and took nobody on has no
    care relationship any more."""
    item = await queries.work_of(session, subject_id, kind, lock=True)
    if item is not None and item.closed_at is None:
        item.closed_at = at
        if kind == TRIAGE and item.team_id is not None:
            relationships.leave(session, item.client_id, item.team_id, "not_taken_on", at)
