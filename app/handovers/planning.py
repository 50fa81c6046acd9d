"""To whom open work would go: before an absence, before a period ends, after new rules, and when there is room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.service import hides
from app.handovers import queries
from app.handovers.asking import Ground, ground
from app.handovers.opaque import Veil
from app.handovers.pieces import NO_RULES, SEATLESS, Fate, Going, Piece, Proposal
from app.handovers.queries import client_names
from app.handovers.reading import kind_label, telling
from app.handovers.rules import Planner, knew, room_left, sits_on
from app.handovers.schemas import HandoverPlan, PlannedWork, PlanSummary, Proposed, Share
from app.handovers.words import UNTOLD, said
from app.kit.clock import civil_date
from app.kit.i18n import Text, speaking
from app.kit.problems import Conflict, Invalid
from app.people.actor import Actor
from app.people.periods import at_field
from app.routing import hiding
from app.routing.hiding import queue_told
from app.routing.roster import Period
from app.teams.models import Absence, Holder, Seat, Team
from app.work.models import WorkItem


class PersonNeeded(Invalid):
    """An absence is somebody's."""

    code = "person_needed"
    detail = Text(
        "Kerro kenen poissaolosta on kyse: personId.",
        "Ange vems frånvaro det gäller: personId.",
        "Say whose absence it is: personId.",
    )


class NotAway(Conflict):
    """No absence of the person is noted, of today or later."""

    code = "not_away"
    detail = Text(
        "Henkilölle ei ole kirjattu poissaoloa tästä päivästä eteenpäin.",
        "Ingen frånvaro är antecknad för personen från och med i dag.",
        "No absence of this person is noted from today on.",
    )


@dataclass(frozen=True)
class Plan:
    cause: str
    ground: Ground
    planner: Planner
    person: UUID | None


async def of_absence(
    session: AsyncSession, team: Team, person_id: UUID, away: Period, items: list[WorkItem], at: datetime
) -> Plan:
    """Decided for the first day away: today, if that is past."""
    assert away.start is not None
    on = max(civil_date(at), away.start)
    found = await ground(session, team, items, at)
    role = sits_on(found.seating.roster, str(team.id), str(person_id), on)
    found = replace(found, pieces=[looking(piece, role) for piece in found.pieces])
    going = Going(person=str(person_id), away=away)
    return Plan("absence", found, planner(found, on, at, going=going), person_id)


async def of_handover(
    session: AsyncSession, team: Team, seats: dict[UUID, str], person_id: UUID, items: list[WorkItem], at: datetime
) -> Plan:
    """`seats` are those that the person gives up, or gives work of."""
    role = next(iter(seats.values()), None)
    found = await ground(session, team, items, at, role=role)
    going = Going(person=str(person_id), leaves=frozenset(seats.values()))
    return Plan("handover", found, planner(found, civil_date(at), at, going=going, released=True), person_id)


async def of_team(
    session: AsyncSession, team: Team, cause: str, items: list[WorkItem], at: datetime, *, every: bool = False
) -> Plan:
    """What the rules say now, of work that they give out; with `every` of what people give out too."""
    found = await ground(session, team, [item for item in items if every or item.kind not in NO_RULES], at)
    return Plan(cause, found, planner(found, civil_date(at), at, changes_only=cause == "rules"), None)


def planner(
    found: Ground,
    on: date,
    at: datetime,
    *,
    going: Going | None = None,
    released: bool = False,
    changes_only: bool = False,
) -> Planner:
    roster, team = found.seating.roster, str(found.team.id)
    return Planner(
        roster, found.rules, team, on, at, going=going, released=released, changes_only=changes_only
    )  # fmt: skip


def looking(piece: Piece, role: str | None) -> Piece:
    """A path of somebody looks for its next worker on their seat."""
    return replace(piece, role=role) if piece.kind in NO_RULES else piece


async def leaving_work(session: AsyncSession, seat: Seat, holder: Holder, at: datetime) -> list[WorkItem]:
    """All open work that ends with this period: of the seat, and what its holder has without a seat, unless they go on
    in the team on another one."""
    alone = not await queries.has_other_seat(session, holder, seat.team_id, civil_date(at))
    return await queries.held_on_seat(session, seat, holder.person_id, alone=alone)


async def absence_noted(session: AsyncSession, person_id: UUID, at: datetime) -> Period:
    """Raises `NotAway`."""
    absence: Absence | None = await queries.next_absence(session, person_id, civil_date(at))
    if absence is None:
        raise NotAway()
    return Period(absence.first_on, absence.last_on)


async def of_cause(
    session: AsyncSession, team: Team, cause: str, person_id: UUID | None, seat_id: UUID | None, at: datetime
) -> Plan:
    """Raises `PersonNeeded`, `NotAway`."""
    if cause == "absence":
        if person_id is None:
            raise at_field(PersonNeeded, "personId")
        away = await absence_noted(session, person_id, at)
        items = await queries.held_in_team(session, team.id, person_id)
        kept = [item for item in items if seat_id in (None, item.seat_id)]
        return await of_absence(session, team, person_id, away, kept, at)
    items = await queries.waiting(session, team.id, seat_id)
    if cause == "rules":
        items += await queries.held_by_seat(session, team.id, seat_id)
        items = [item for item in items if person_id in (None, item.holder_id)]
    return await of_team(session, team, cause, items, at)


async def show(session: AsyncSession, actor: Actor, plan: Plan) -> HandoverPlan:
    """The plan for this reader; asked outside the widened context, so that names of clients are shown by right."""
    proposed = plan.planner.plan(plan.ground.pieces)
    if plan.planner.changes_only:
        proposed = [(piece, made) for piece, made in proposed if made.fate is not Fate.STAYS]
    items = plan.ground.items
    open_to_reader = {items[p.id].client_id for p, _ in proposed if not telling(actor, items[p.id])}
    names = await client_names(session, open_to_reader)
    veil = Veil(session, actor)
    rows = [row(veil, plan, piece, made, names) for piece, made in proposed]
    return HandoverPlan(
        cause=plan.cause,
        team_id=plan.ground.team.id,
        person_id=plan.person,
        on=plan.planner.on,
        items=in_order(rows),
        summary=summary(plan, proposed),
    )


def in_order(rows: list[PlannedWork]) -> list[PlannedWork]:
    """As decided; what is without a day comes last, by its id: its place would tell which one it is."""
    return sorted(rows, key=lambda r: (r.opened_at is None, str(r.work_item_id) if r.opened_at is None else ""))


def row(veil: Veil, plan: Plan, piece: Piece, made: Proposal, names: dict[UUID, str]) -> PlannedWork:
    actor, item, people = veil.actor, plan.ground.items[piece.id], plan.ground.seating.names
    hidden = telling(actor, item) or item.client_id in actor.kept_from
    id, version = veil.shown(item)
    months = plan.ground.rules.settings.continuity_months
    return PlannedWork(
        work_item_id=id,
        version=version,
        kind=item.kind,
        kind_label=kind_label(item.kind),
        subject_type=item.subject_type,
        subject_id=None if hidden else item.subject_id,
        client_id=None if hidden else item.client_id,
        client_name=None if hidden else names.get(item.client_id),
        holder_id=item.holder_id,
        holder=people.get(piece.holder) if piece.holder else None,
        seat_role=plan.ground.role_of(item.seat_id),
        queue=queue_told(item.queue, concealed(actor, plan.ground, piece)),
        urgent=piece.facts.urgent,
        opened_at=None if hidden else item.opened_at,
        knew_client=piece.holder is not None and knew(piece, piece.holder, months, plan.planner.on),
        continuity_declined=piece.facts.continuity_declined,
        proposal=proposal(actor, plan.ground, piece, made),
        otherwise=proposal(actor, plan.ground, piece, made.otherwise) if made.otherwise else None,
    )


def proposal(actor: Actor, found: Ground, piece: Piece, made: Proposal, *, beside_client: bool = False) -> Proposed:
    """Why, without facts of health for who does not read them. `beside_client`: it is shown together with whose work it
    is, and then to whom it goes would tell what the client is treated for."""
    if beside_client and telling(actor, found.items[piece.id]):
        return Proposed(
            outcome=made.fate,
            seat_role=None,
            holder_id=None,
            holder=None,
            queue=made.queue and made.queue.partition(":")[0],
            earliest_on=made.earliest_on,
            reasons=[],
            text=UNTOLD.pick(speaking.get()),
        )
    health, unplaced = actor.health_professional, concealed(actor, found, piece)
    names = found.seating.names
    return Proposed(
        outcome=made.fate,
        seat_role=made.role,
        holder_id=UUID(made.holder) if made.holder else None,
        holder=names.get(made.holder) if made.holder else None,
        queue=queue_told(made.queue, unplaced),
        earliest_on=made.earliest_on,
        reasons=[code for code in made.because if (health and not unplaced) or not code.startswith("C-")],
        text=hiding.UNTOLD.pick(speaking.get()) if unplaced and made.decision else said(made, names, health=health),
    )


def concealed(actor: Actor, found: Ground, piece: Piece) -> bool:
    """Whether why it goes there would tell this reader where a protected client lives."""
    return hides(actor, piece.id in found.protected, "residence")


def summary(plan: Plan, proposed: Iterable[tuple[Piece, Proposal]]) -> PlanSummary:
    listed = list(proposed)
    fates = Counter(made.fate for _, made in listed)
    shares = Counter((made.holder, made.role) for _, made in listed if made.fate is Fate.ASSIGNED)
    loads = Counter(
        (made.holder, made.role) for p, made in listed if made.fate is Fate.ASSIGNED and p.kind not in SEATLESS
    )  # fmt: skip
    team = next(team for team in plan.ground.seating.roster.teams if team.id == str(plan.ground.team.id))
    to = []
    for (person, role), count in sorted(shares.items(), key=lambda share: (-share[1], str(share[0]))):
        assert person is not None
        seat = team.seat(role) if role else None
        left = room_left(seat, person, plan.planner.on) if seat else None
        left = None if left is None else max(0, left - loads[person, role])
        name = plan.ground.seating.names.get(person, "")
        to.append(Share(person_id=UUID(person), name=name, seat_role=role, count=count, left=left))
    counts = {fate.value: fates[fate] for fate in Fate if fate is not Fate.ASSIGNED}
    return PlanSummary(total=len(listed), to=to, **counts)
