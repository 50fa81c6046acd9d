"""What can happen to seats, who sits on them, and who is away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid, NotFound
from app.kit.queries import one
from app.outbox.events import append
from app.people.actor import Actor
from app.people.models import Person
from app.people.periods import at_field, check_end, check_period
from app.people.queries import persons_of
from app.people.service import check_other
from app.security.permissions import Permission as P
from app.teams import queries, visits
from app.teams.health import check_seats
from app.teams.models import Absence, Holder, Seat, Team
from app.teams.schemas import (
    AbsenceCreate,
    HolderCreate,
    HolderUpdate,
    SeatCreate,
    SeatUpdate,
)  # fmt: skip

DAY = timedelta(days=1)


class SeatExists(Conflict):
    code = "seat_exists"
    detail = Text(
        "Tiimissä on jo tämän roolin paikka. Nimeä siihen henkilöitä.",
        "Teamet har redan en plats för rollen. Utse personer till den.",
        "The team has a seat of this role already. Name people to it.",
    )
    constraints = ("uq_seats_team_id",)


class BadVisitingDays(Invalid):
    code = "bad_visiting_days"
    detail = Text(
        "Käyntipäivien sääntö ei kelpaa. Esimerkiksi FREQ=MONTHLY;BYDAY=1TU on kuukauden ensimmäinen tiistai.",
        "Regeln för besöksdagar duger inte. Till exempel FREQ=MONTHLY;BYDAY=1TU är månadens första tisdag.",
        "The rule of visiting days does not fit. FREQ=MONTHLY;BYDAY=1TU, for instance, is the first Tuesday.",
    )


class UnknownPerson(Invalid):
    code = "unknown_person"
    detail = Text(
        "Henkilöä ei ole alueellasi.",
        "Personen finns inte i ditt område.",
        "There is no such person in your area.",
    )


class OverlappingPeriods(Conflict):
    code = "overlapping_periods"
    detail = Text(
        "Henkilö on tällä paikalla jo osan tästä ajasta.",
        "Personen har den här platsen redan en del av den här tiden.",
        "The person is on this seat already for a part of that time.",
    )
    constraints = ("ex_holders_one_at_a_time",)


class OverlappingAbsences(Conflict):
    """One absence is noted once: change its last day instead."""

    code = "overlapping_absences"
    detail = Text(
        "Henkilölle on jo kirjattu poissaolo osalle tästä ajasta. Muuta sen viimeistä päivää.",
        "För personen har redan antecknats frånvaro en del av den här tiden. Ändra dess sista dag.",
        "An absence of this person is noted already for a part of that time. Change its last day instead.",
    )


class DeputyOfOneself(Conflict):
    code = "deputy_of_oneself"
    detail = Text(
        "Kukaan ei ole oma sijaisensa: henkilö on samalla paikalla jo toisessa asemassa.",
        "Ingen är sin egen ställföreträdare: personen har redan en annan ställning på platsen.",
        "Nobody is their own deputy: the person stands to this seat otherwise already.",
    )


class HandoverFirst(Conflict):
    """C-43: open work stands with the holder, and would be nobody's: on the seat, paths to be responsible for included,
    or, if it is their last seat in the team, feedback that they owe."""

    code = "handover_first"
    title = Text("Siirrä työ ensin", "Överlåt arbetet först", "Hand the work over first")
    detail = Text(
        "Henkilöllä on avointa työtä: paikalla, vastuulla polusta tai palaute antamatta. Siirrä se ensin toiselle.",
        "Personen har öppet arbete: på platsen, ansvar för en stig eller återkoppling att ge. Överlåt det först.",
        "Open work stands with this person: on the seat, a path, or feedback to give. Hand it over to somebody first.",
    )
    constraints = ("handover_first",)


# Seats that a partner's people hold: routing gives them no client's work, they consult and are met (C-19, C-42).
PARTNER_SEATS = frozenset(
    {
        "kela_work_ability_adviser", "employment_expert", "personal_employment_coach", "workshop_staff", "job_coach",
        "third_sector_worker", "service_provider", "disability_services", "day_activity_instructor",
        "sports_coordinator", "convener", "experience_expert", "peer_coach", "client_developer",
    }
)  # fmt: skip


class WouldSeeNoClients(Conflict):
    """Clients' work comes to this seat, and a partner's person would not see it (C-42): nobody could do it."""

    code = "would_see_no_clients"
    detail = Text(
        "Paikalle tulee asiakastyötä. Henkilön on oltava hyvinvointialueen palveluksessa: kirjaa ensin jäsenyys.",
        "Platsen får klientarbete. Personen ska arbeta för välfärdsområdet: anteckna först medlemskapet.",
        "Clients' work comes to this seat. The person must work for the wellbeing area: record that membership first.",
    )


def check_visiting_days(rule: str | None) -> None:
    """Raises `BadVisitingDays`."""
    try:
        if rule is not None:
            visits.check_rule(rule)
    except ValueError:
        raise at_field(BadVisitingDays, "visitingDays") from None


async def add_seat(session: AsyncSession, team: Team, given: SeatCreate) -> Seat:
    """Raises `BadVisitingDays`, `SeatExists`, `SeatNotInTemplate`."""
    check_seats(team.template, [given.role])
    check_visiting_days(given.visiting_days)
    seat = Seat(**given.model_dump(), team_id=team.id)
    session.add(seat)
    append(session, "team.seat_added", seat, team=team.id, role=seat.role)
    await session.flush()
    return seat


async def update_seat(session: AsyncSession, seat: Seat, given: SeatUpdate) -> None:
    """Raises `BadVisitingDays`. A lower limit takes no work from anybody; it only stops new work."""
    check_visiting_days(given.model_dump().get("visiting_days"))
    given.apply_to(seat)
    append(session, "team.seat_changed", seat, team=seat.team_id, role=seat.role)
    await session.flush()


async def known_person(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    """Raises `UnknownPerson`."""
    try:
        return await one(session, persons_of(actor.areas_with(P.TEAM_MANAGE)), person_id)
    except NotFound:
        raise at_field(UnknownPerson, "personId") from None


async def seat_person(session: AsyncSession, actor: Actor, seat: Seat, given: HolderCreate) -> Holder:
    """Name a holder or deputy; the seat is locked by the caller.

    Raises `NotForOneself`, `UnknownPerson`, `EndsBeforeStart`, `DeputyOfOneself`, `WouldSeeNoClients`,
    `OverlappingPeriods`.
    """
    check_other(actor, given.person_id)
    check_period(given.valid_from, given.valid_to)
    person = await known_person(session, actor, given.person_id)
    holder = Holder(**given.model_dump(), seat_id=seat.id, seat_no=seat.no, person_no=person.no)
    if await queries.seated_otherwise(session, holder):
        raise DeputyOfOneself()
    if seat.role not in PARTNER_SEATS and not await queries.works_for_area(session, holder):
        raise WouldSeeNoClients()
    session.add(holder)
    append(session, "holder.started", holder, team=seat.team_id, role=seat.role, standing=holder.standing.value)
    await session.flush()
    return holder


async def update_holder(session: AsyncSession, seat: Seat, holder: Holder, given: HolderUpdate) -> None:
    """What this person has room for. Less takes no work from anybody; the seat is locked by the caller, so that no
    decision counts with the old number."""
    given.apply_to(holder)
    append(session, "holder.capacity_changed", holder, team=seat.team_id, role=seat.role)
    await session.flush()


async def end_holder(session: AsyncSession, seat: Seat, holder: Holder, last: date, at: datetime) -> None:
    """Raises `AlreadyEnded`, `EndsBeforeStart`, `EndsInThePast`, `HandoverFirst`."""
    check_end(holder.valid_from, holder.valid_to, last, at)
    holder.valid_to = last
    append(session, "holder.ended", holder, team=seat.team_id, role=seat.role, standing=holder.standing.value)
    await session.flush()


async def note_absence(session: AsyncSession, actor: Actor, given: AbsenceCreate) -> Absence:
    """Whoever is given work meanwhile was there: the seats of the person wait, as for every decision about them.

    Raises `EndsBeforeStart`, `UnknownPerson`, `OverlappingAbsences`.
    """
    check_period(given.first_on, given.last_on, "lastOn")
    person = await known_person(session, actor, given.person_id)
    await keep_apart(session, person.id, given.first_on, given.last_on)
    absence = Absence(person_id=person.id, first_on=given.first_on, last_on=given.last_on)
    session.add(absence)
    await session.flush()
    return absence


async def move_return(session: AsyncSession, absence: Absence, last: date) -> None:
    """Raises `EndsBeforeStart`, `OverlappingAbsences`."""
    check_period(absence.first_on, last, "lastOn")
    await keep_apart(session, absence.person_id, absence.first_on, last, absence.id)
    absence.last_on = last
    await session.flush()


async def keep_apart(session: AsyncSession, person_id: UUID, first: date, last: date, but: UUID | None = None) -> None:
    """Takes the locks of an absence, then looks for another one. Raises `OverlappingAbsences`."""
    await queries.lock_seats_of(session, person_id)
    await queries.lock_person(session, person_id)
    if await queries.away_meanwhile(session, person_id, first, last, but):
        raise OverlappingAbsences()
