"""The board, put together: the roster as routing sees it, the worklist's numbers, and what helps with each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments.kinds import TELLING
from app.handovers.reading import kind_label
from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.db import Counting
from app.kit.i18n import Text, speaking
from app.people.actor import Actor
from app.referrals.side_roads import recheck_days
from app.routing import queries as routing
from app.routing.roster import Deputy, Holder, Seat
from app.teams.models import Standing, Team
from app.teams.telling import TELLING_SEATS
from app.teams.templates import missing
from app.views.board import nobodys, queries, rules
from app.views.board.queries import Heap
from app.views.board.remedies import OF_KIND, helped
from app.views.board.rules import Lack
from app.views.board.schemas import (
    HolderLoad,
    Lapsing,
    OverdueKind,
    PersonRef,
    SilentHolder,
    StandingIn,
    TeamBoard,
    Unassigned,
    UnassignedWork,
    Vacancy,
    WaitingSeat,
)

UNSEEN = Text(
    "arviot, joiden jonoa ei näytetä", "bedömningar vars kö inte visas", "assessments whose queue is not shown"
)


@dataclass(frozen=True)
class Known:
    """What every part of the board looks at."""

    actor: Actor
    team: Team
    on: date
    seats: tuple[Seat, ...]
    ids: Mapping[str, UUID]
    names: Mapping[str, str]
    unconfirmed: Mapping[tuple[UUID, UUID], int]

    def person(self, id: str | UUID) -> PersonRef:
        return PersonRef(person_id=UUID(str(id)), name=self.names.get(str(id), ""))

    def role_of(self, seat_id: UUID) -> str:
        return next(role for role, id in self.ids.items() if id == seat_id)

    def shown(self, number: int, role: str) -> int | None:
        return rules.shown(number, role, self.actor.health_professional)

    def helped(self, name: str, **values: Any) -> dict[str, Any]:
        return helped(name, self.actor, self.team, **values)

    def own(self, id: str | UUID) -> bool:
        return str(id) == str(self.actor.person_id)

    def days(self, heaps: Iterable[Heap]) -> int:
        """Age of the oldest in days."""
        return max(0, (self.actor.at - min(heap.oldest_at for heap in heaps)).days)


async def board(session: AsyncSession, actor: Actor, team: Team) -> TeamBoard:
    """The reader's own rows first, as the reader; then the numbers of the whole team."""
    on, again = civil_date(actor.at), recheck_days(session)
    items = await nobodys.rows(session, actor, team, again)
    touched = await queries.touches(session, team.id, on, actor.at - rules.LOOKS_BACK)
    async with Counting(session, team=team.id, area=team.area_id):
        heaps = await queries.heaps(session, actor, team.id, again)
        seating = await routing.seating(session, team.area_id, [team], on, actor.at)
        unconfirmed = await queries.unconfirmed(session, team.id, rules.confirmed_by(on))
        lapses = await queries.lapses(session, on, on + rules.ENDS_WITHIN, team_id=team.id)
        busy = await queries.busy(session, actor.at, team_id=team.id)
    [roster] = seating.roster.teams
    ids = {role: id for (_, role), id in seating.seats.items()}
    known = Known(actor, team, on, roster.seats, ids, seating.names, unconfirmed)
    return TeamBoard(
        team_id=team.id,
        team=team.name,
        on=on,
        vacancies=list(vacancies(known, team.template)),
        standing_in=list(standing_in(known)),
        unassigned=unassigned(known, heaps, items),
        waiting=list(waiting(known, heaps)),
        silent=list(silent(known, busy, touched)),
        lapsing=list(lapsing(known, lapses)),
        overdue=list(overdue(known, heaps)),
        load=list(load(known)),
    )


def vacancies(known: Known, template: str) -> Iterator[Vacancy]:
    def line(role: str, why: str, name: str, **more: Any) -> Vacancy:
        empty: dict[str, Any] = {"stood_in_by": [], "from_on": None, "until": None}
        more = empty | more | known.helped(name)
        return Vacancy(seat_id=known.ids.get(role), role=role, label=called("role", role), why=why, **more)

    for role in missing(template, known.ids):
        yield line(role, "missing", "missing")
    for seat in known.seats:
        if lack := rules.lack_of(seat, known.on):
            deputies = [known.person(one.deputy.id) for one in rules.standing_in(seat, known.on)]
            yield line(seat.role, lack.value, lack.value, stood_in_by=deputies)
        elif gap := rules.gap_of(seat, known.on):
            soon = gap.first > known.on
            name = "uncovered_soon" if soon else "uncovered"
            yield line(seat.role, Lack.UNCOVERED, name, from_on=gap.first if soon else None, until=gap.last)


def standing_in(known: Known) -> Iterator[StandingIn]:
    for seat in known.seats:
        for one in rules.standing_in(seat, known.on):
            yield StandingIn(
                seat_id=known.ids[seat.role],
                role=seat.role,
                label=called("role", seat.role),
                deputy=known.person(one.deputy.id),
                on_behalf_of=[known.person(person.id) for person in one.absent],
                until=one.until,
                **known.helped("standing_in" if one.absent else "standing_in_vacancy"),
            )


def unassigned(known: Known, heaps: list[Heap], items: list[UnassignedWork]) -> Unassigned:
    mine = [heap for heap in heaps if heap.stands == "team_unassigned"]
    help_with = known.helped("unassigned" if items else "unassigned_unlisted" if mine else "none_unassigned")
    if items:
        help_with["operation"] = items[0].operation
    return Unassigned(
        count=sum(heap.number for heap in mine),
        alarms=sum(heap.alarms for heap in mine),
        oldest_days=known.days(mine) if mine else None,
        care_team=sum(heap.number for heap in heaps if heap.stands == "own_care_team"),
        in_queues=sum(heap.number for heap in heaps if heap.stands is not None),
        items=items,
        **help_with,
    )


def waiting(known: Known, heaps: list[Heap]) -> Iterator[WaitingSeat]:
    """One line per seat; for readers outside health what tells by its seat is one line without it, as the worklist
    shows its rows."""
    found: dict[str | None, list[Heap]] = {}
    for heap in heaps:
        if heap.stands == "waiting":
            unseen = heap.kind in TELLING and not known.actor.health_professional
            found.setdefault(None if unseen else heap.role, []).append(heap)
    for role, stack in sorted(found.items(), key=lambda one: one[0] or "~"):
        number, past = sum(heap.number for heap in stack), sum(heap.past_recheck for heap in stack)
        seat = next((seat for seat in known.seats if seat.role == role), None)
        free = rules.free_places(seat, known.on) if seat else 0
        could = rules.could_be_given(number, free)
        if role is None:
            help_with = known.helped("waits_unseen")
        elif could:
            triage = all(heap.kind == "referral_triage" for heap in stack)
            help_with = known.helped("referrals_could_be_taken" if triage else "could_be_given", number=could)
        else:
            help_with = known.helped("past_recheck", number=past) if past else known.helped("no_room")
        yield WaitingSeat(
            seat_id=known.ids.get(role) if role else None,
            role=role,
            label=called("role", role) if role else UNSEEN.pick(speaking.get()),
            count=number,
            oldest_days=known.days(stack),
            past_recheck=past,
            free=free if role else None,
            could_be_given=could if role else None,
            **help_with,
        )


def silent(known: Known, busy: list[queries.Busy], touched: Mapping[UUID, datetime]) -> Iterator[SilentHolder]:
    for one in busy:
        last = touched.get(one.holder.person_id)
        since = rules.silent_since(one.since, last, one.silent_after_days, known.actor.at)
        if since is not None:
            role = known.role_of(one.holder.seat_id)
            yield SilentHolder(
                holder_id=one.holder.id,
                seat_id=one.holder.seat_id,
                role=role,
                label=called("role", role),
                person=known.person(one.holder.person_id),
                open=known.shown(one.open, role),
                since_on=civil_date(since),
                **known.helped("silent", own=known.own(one.holder.person_id)),
            )


def lapsing(known: Known, lapses: list[queries.Lapse]) -> Iterator[Lapsing]:
    for holder, _, number, _ in lapses:
        assert holder.valid_to is not None, "the statement finds periods that end"
        role, over = known.role_of(holder.seat_id), holder.valid_to < known.on
        yield Lapsing(
            holder_id=holder.id,
            seat_id=holder.seat_id,
            role=role,
            label=called("role", role),
            person=known.person(holder.person_id),
            valid_to=holder.valid_to,
            lapsed=over,
            open=known.shown(number, role),
            **known.helped("lapsed" if over else "lapsing", own=known.own(holder.person_id)),
        )


def overdue(known: Known, heaps: list[Heap]) -> Iterator[OverdueKind]:
    for kind in sorted({heap.kind for heap in heaps if heap.late}):
        late = [heap for heap in heaps if heap.kind == kind and heap.late]
        yield OverdueKind(
            kind=kind,
            kind_label=kind_label(kind),
            count=sum(heap.late for heap in late),
            oldest_due_on=min(heap.due_on for heap in late if heap.due_on),
            **known.helped(OF_KIND.get(kind, "overdue")),
        )


def load(known: Known) -> Iterator[HolderLoad]:
    """Those who hold or deputise today, and whoever still has work."""
    for seat in known.seats:
        for person in (*seat.holders, *seat.deputies):
            if person.in_force(known.on) or person.open_now:
                yield load_of(known, seat, person)


def load_of(known: Known, seat: Seat, person: Holder) -> HolderLoad:
    away = person.absent_until(known.on)
    waits = known.unconfirmed.get((known.ids[seat.role], UUID(person.id)), 0)
    full = person.full() or person.week_full()
    hides = seat.role in TELLING_SEATS and not known.actor.health_professional
    name = "nothing"
    if away and person.open_now:
        name = "away_with_work"
    elif full:
        name = "full"
    elif waits and not hides:
        name = "unconfirmed"
    others = name == "unconfirmed" and not known.own(person.id)  # only its holder confirms it
    return HolderLoad(
        seat_id=known.ids[seat.role],
        role=seat.role,
        label=called("role", seat.role),
        standing=Standing.DEPUTY if isinstance(person, Deputy) else Standing.HOLDER,
        person=known.person(person.id),
        open=known.shown(person.open_now, seat.role),
        max_open=person.max_open,
        given_in_seven_days=known.shown(person.recent, seat.role),
        week_limit=person.week_limit,
        full=full,
        absent_until=away,
        handed_over=person.handed_over,
        last_assigned_at=None if hides else person.last_assigned_at,
        unconfirmed=known.shown(waits, seat.role),
        **(known.helped(name, own=known.own(person.id)) | ({"operation": None} if others else {})),
    )
