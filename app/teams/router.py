"""Addresses of teams, seats, holders and absences, and the directory in one call."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.kit.cached import NOT_CHANGED, IfNoneMatch, kept
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.once import OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.kit.schemas import Municipality
from app.people.actor import Actor, needs
from app.people.periods import AlreadyEnded, EndsBeforeStart, EndsInThePast
from app.people.schemas import End
from app.people.service import NotForOneself
from app.security.permissions import Permission as P
from app.teams import queries, service
from app.teams.directory import as_of
from app.teams.directory_schemas import Directory, TeamTemplateList
from app.teams.health import SeatNotInTemplate
from app.teams.models import Absence, Holder, Seat, Team
from app.teams.queries import managed_absences, managed_holders, managed_seats, managed_teams, visible_teams
from app.teams.reading import show_holder, show_teams, show_templates
from app.teams.schemas import (
    AbsenceCreate,
    AbsencePage,
    AbsenceRead,
    AbsenceUpdate,
    HolderCreate,
    HolderPage,
    HolderRead,
    HolderUpdate,
    Role,
    SeatCreate,
    SeatPage,
    SeatRead,
    SeatUpdate,
    TeamPage,
    TeamRead,
)  # fmt: skip

directory = room("Directory", "/directory")
teams = room("Teams")
Reader = Annotated[Actor, needs(P.DIRECTORY_READ)]
Lead = Annotated[Actor, needs(P.TEAM_MANAGE)]
CHANGED = (MissingPermission, NotFound, PreconditionRequired, PreconditionFailed)


@directory.get("", responses=problems(MissingPermission))
async def get_directory(
    actor: Reader,
    session: Session,
    at: Now,
    municipality: Annotated[Municipality | None, Query(description="Only the team that covers it.")] = None,
    role: Annotated[Role | None, Query(description="Only this seat, of the teams that have it.")] = None,
) -> Directory:
    """Who is responsible for what, how to reach them today, who stands in, and when there is room. No client data."""
    return await as_of(session, actor, municipality, at, role)


@teams.get("/team-templates", response_model=TeamTemplateList, responses=NOT_CHANGED | problems(MissingPermission))
async def list_team_templates(actor: Reader, if_none_match: IfNoneMatch = None) -> Response:
    """What teams are made of: required and possible seats, and what counts where a team says nothing else; each part
    with its source."""
    return kept(show_templates().model_dump_json(by_alias=True).encode(), "application/json", if_none_match)


@teams.get("/teams", responses=problems(MissingPermission, BadCursor))
async def list_teams(actor: Reader, session: Session, paging: Paged) -> TeamPage:
    """Teams of the areas you work in or with, the newest first."""
    rows, after, count = await paging.run(session, visible_teams(actor), Team.id, caller=actor.login_id)
    return TeamPage(items=await show_teams(session, rows), next_cursor=after, count=count)


@teams.get("/teams/{team_id}", responses=problems(MissingPermission, NotFound))
async def get_team(actor: Reader, session: Session, team_id: UUID, response: Response) -> TeamRead:
    team = await one(session, visible_teams(actor), team_id)
    stamp(response, team.version)
    return (await show_teams(session, [team]))[0]


@teams.post(
    "/teams/{team_id}/seats",
    status_code=201,
    responses=problems(MissingPermission, NotFound, SeatNotInTemplate, service.BadVisitingDays, service.SeatExists),
)
async def create_seat(actor: Lead, session: Session, team_id: UUID, once: OnceOnly, given: SeatCreate) -> SeatRead:
    """A named role of the team, one that its template has. It is vacant until somebody is named to it."""

    async def work() -> SeatRead:
        team = await one(session, managed_teams(actor), team_id, lock=True)
        return SeatRead.model_validate(await service.add_seat(session, team, given))

    return await once.run(SeatRead, work)


@teams.get("/teams/{team_id}/seats", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_seats(actor: Reader, session: Session, paging: Paged, team_id: UUID) -> SeatPage:
    team = await one(session, visible_teams(actor), team_id)
    rows, after, count = await paging.run(session, queries.seats_in(team.id), Seat.id, caller=actor.login_id)
    return SeatPage(items=[SeatRead.model_validate(row) for row in rows], next_cursor=after, count=count)


@teams.get("/seats/{seat_id}", responses=problems(MissingPermission, NotFound))
async def get_seat(actor: Reader, session: Session, seat_id: UUID, response: Response) -> SeatRead:
    seat = await one(session, queries.visible_seats(actor), seat_id)
    stamp(response, seat.version)
    return SeatRead.model_validate(seat)


@teams.patch("/seats/{seat_id}", responses=problems(*CHANGED, service.BadVisitingDays))
async def update_seat(
    actor: Lead, session: Session, seat_id: UUID, expected: IfMatch, given: SeatUpdate, response: Response
) -> SeatRead:
    seat = await one(session, managed_seats(actor), seat_id, lock=True)

    async def read() -> SeatRead:
        return SeatRead.model_validate(seat)

    await expected.check(seat, read)
    await service.update_seat(session, seat, given)
    stamp(response, seat.version)
    return await read()


@teams.post(
    "/seats/{seat_id}/holders",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, EndsBeforeStart, service.UnknownPerson, service.DeputyOfOneself,
        service.WouldSeeNoClients,
        NotForOneself,
        service.OverlappingPeriods,
    ),
)  # fmt: skip
async def create_holder(
    actor: Lead, session: Session, seat_id: UUID, once: OnceOnly, given: HolderCreate
) -> HolderRead:
    """Name somebody to a seat, as holder or deputy, for a period."""

    async def work() -> HolderRead:
        seat = await one(session, managed_seats(actor), seat_id, lock=True)
        return show_holder(await service.seat_person(session, actor, seat, given), seat)

    return await once.run(HolderRead, work)


@teams.get("/seats/{seat_id}/holders", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_holders(actor: Lead, session: Session, paging: Paged, seat_id: UUID) -> HolderPage:
    """Everybody who was ever named to the seat, the newest first."""
    seat = await one(session, managed_seats(actor), seat_id)
    rows, after, count = await paging.run(session, queries.holders_of(seat.id), Holder.id, caller=actor.login_id)
    return HolderPage(items=[show_holder(row, seat) for row in rows], next_cursor=after, count=count)


@teams.get("/holders/{holder_id}", responses=problems(MissingPermission, NotFound))
async def get_holder(actor: Lead, session: Session, holder_id: UUID, response: Response) -> HolderRead:
    holder = await one(session, managed_holders(actor), holder_id)
    stamp(response, holder.version)
    return show_holder(holder, await one(session, managed_seats(actor), holder.seat_id))


async def held(session: Session, actor: Actor, holder_id: UUID) -> tuple[Holder, Seat]:
    """A holder to change, and the seat: locked first, so that no decision counts meanwhile."""
    found = await one(session, managed_holders(actor), holder_id)
    seat = await one(session, managed_seats(actor), found.seat_id, lock=True)
    return await one(session, managed_holders(actor), holder_id, lock=True), seat


@teams.patch("/holders/{holder_id}", responses=problems(*CHANGED))
async def update_holder(
    actor: Lead, session: Session, holder_id: UUID, expected: IfMatch, given: HolderUpdate, response: Response
) -> HolderRead:
    """How much work this person has room for (C-23). Less takes nothing from anybody; it only stops new work."""
    holder, seat = await held(session, actor, holder_id)

    async def read() -> HolderRead:
        return show_holder(holder, seat)

    await expected.check(holder, read)
    await service.update_holder(session, seat, holder, given)
    stamp(response, holder.version)
    return await read()


@teams.post(
    "/holders/{holder_id}/end",
    responses=problems(*CHANGED, AlreadyEnded, EndsBeforeStart, EndsInThePast, service.HandoverFirst),
)
async def end_holder(
    actor: Lead, session: Session, at: Now, holder_id: UUID, once: OnceOnly, expected: IfMatch, given: End
) -> HolderRead:
    """The last day on the seat. Open work is handed over first (C-43)."""

    async def work() -> HolderRead:
        holder, seat = await held(session, actor, holder_id)

        async def read() -> HolderRead:
            return show_holder(holder, seat)

        await expected.check(holder, read)
        await service.end_holder(session, seat, holder, given.valid_to, at)
        return await read()

    return await once.run(HolderRead, work)


@teams.post(
    "/absences",
    status_code=201,
    responses=problems(MissingPermission, EndsBeforeStart, service.UnknownPerson, service.OverlappingAbsences),
)
async def create_absence(actor: Lead, session: Session, once: OnceOnly, given: AbsenceCreate) -> AbsenceRead:
    """Somebody is away: deputies stand in, and new work goes to whoever is there. Absences of one person do not
    overlap: change the last day of the one that is noted."""

    async def work() -> AbsenceRead:
        return AbsenceRead.model_validate(await service.note_absence(session, actor, given))

    return await once.run(AbsenceRead, work)


@teams.get("/absences", responses=problems(MissingPermission, BadCursor))
async def list_absences(
    actor: Lead,
    session: Session,
    paging: Paged,
    person_id: Annotated[UUID | None, Query(alias="personId", description="Of one person only.")] = None,
) -> AbsencePage:
    """Absences of the area's people, those noted last first."""
    rows, after, count = await paging.run(
        session, queries.absences_of(managed_absences(actor), person_id), Absence.id, caller=actor.login_id
    )
    return AbsencePage(items=[AbsenceRead.model_validate(row) for row in rows], next_cursor=after, count=count)


@teams.get("/absences/{absence_id}", responses=problems(MissingPermission, NotFound))
async def get_absence(actor: Lead, session: Session, absence_id: UUID, response: Response) -> AbsenceRead:
    absence = await one(session, managed_absences(actor), absence_id)
    stamp(response, absence.version)
    return AbsenceRead.model_validate(absence)


@teams.patch("/absences/{absence_id}", responses=problems(*CHANGED, EndsBeforeStart, service.OverlappingAbsences))
async def update_absence(
    actor: Lead, session: Session, absence_id: UUID, expected: IfMatch, given: AbsenceUpdate, response: Response
) -> AbsenceRead:
    """Back sooner or later than thought."""
    absence = await one(session, managed_absences(actor), absence_id, lock=True)

    async def read() -> AbsenceRead:
        return AbsenceRead.model_validate(absence)

    await expected.check(absence, read)
    await service.move_return(session, absence, given.last_on)
    stamp(response, absence.version)
    return await read()
