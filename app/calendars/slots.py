"""Receptions of which the slots are what is booked (C-19), and how long what is booked usually takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import queries
from app.calendars.agendas import bounds, receptions_of
from app.calendars.faults import NotASlot
from app.calendars.models import SeriesKind
from app.calendars.rules import Days, Slots, Span, common, without
from app.kit.clock import civil_date
from app.kit.codesets import codeset, newest
from app.kit.workdays import is_working_day

RECEPTIONS = frozenset({SeriesKind.KELA_RECEPTION, SeriesKind.EMPLOYMENT_RECEPTION})


def usual_minutes(kind: str, on: date) -> int:
    """What the code sets say of a kind of appointment: the visit, and the recording of a health check (C-14)."""
    facts = codeset("appointment_kind")[kind].facts
    recorded = newest("appointment_rule", on).facts["recordingMinutes"] if facts.get("recorded") else 0
    return int(facts["minutes"] + recorded)


async def slots_of(
    session: AsyncSession,
    persons: Iterable[UUID],
    first: date,
    last: date,
    *,
    seat_id: UUID | None = None,
    kind: str | None = None,
) -> dict[UUID, Slots]:
    """By person and day, the slots of receptions of the seats they sit on: of one seat, or of one kind, where these are
    said. A day that is not in it has no such reception. Two statements."""
    sittings = await queries.sittings(session, first, last, persons=persons)
    seats = {one.seat_id for one in sittings if seat_id in (None, one.seat_id)}
    series = [
        row
        for row in await queries.series_on(session, seats, first, last)
        if row.kind in RECEPTIONS and kind in (None, row.kind)
    ]
    found: dict[UUID, dict[date, tuple[Span, ...]]] = defaultdict(dict)
    for one in sittings:
        days = Days(one.valid_from, one.valid_to)
        for on, spans in receptions_of([row for row in series if row.seat_id == one.seat_id], first, last).items():
            if days.holds(on) and is_working_day(on):
                found[one.person_id][on] = (*found[one.person_id].get(on, ()), *spans)
    return dict(found)


async def slot_at(session: AsyncSession, person_id: UUID, kind: str, starts_at: datetime) -> tuple[Span | None, bool]:
    """The slot of a reception of this kind that begins then, and whether there is such a reception on that day."""
    if kind not in RECEPTIONS:
        return None, False
    on = civil_date(starts_at)
    slots = (await slots_of(session, [person_id], on, on, kind=kind)).get(person_id, {}).get(on, ())
    return next((slot for slot in slots if slot.starts_at == starts_at), None), bool(slots)


async def check_slot(session: AsyncSession, person_id: UUID, kind: str, starts_at: datetime, ends_at: datetime) -> None:
    """Where there is a reception of the kind on that day, one of its slots is booked.

    Raises `NotASlot`, with the slots of the day that nobody has.
    """
    slot, held = await slot_at(session, person_id, kind, starts_at)
    if not held or (slot is not None and ends_at <= slot.ends_at):
        return
    on = civil_date(starts_at)
    slots = (await slots_of(session, [person_id], on, on, kind=kind))[person_id][on]
    taken = [Span(row.starts_at, row.ends_at) for row in await queries.taken(session, [person_id], *bounds(on, on))]
    left = without(slots, taken)
    free = [slot for slot in slots if common([slot], left) == [slot]]
    raise NotASlot(slots=[{"startsAt": one.starts_at.isoformat(), "endsAt": one.ends_at.isoformat()} for one in free])
