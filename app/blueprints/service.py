"""Taking a team's set-up as a document, comparing it with another team's, and carrying out the differences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.blueprints.rules import FORMAT, FORMAT_VERSION, Difference, Made, SetUp, Step, differences
from app.blueprints.schemas import Blueprint
from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid, camel
from app.outbox.events import append
from app.path_templates import checking as path_checks
from app.path_templates import queries as own_paths
from app.path_templates import service as path_templates
from app.path_templates.models import OwnTemplate
from app.path_templates.reading import document
from app.path_templates.rules import Template, templates
from app.path_templates.schemas import TemplateCreate
from app.people.actor import Actor
from app.people.periods import at_field
from app.routing import versions
from app.routing.rulesets import checking
from app.routing.rulesets import service as rule_sets
from app.routing.rulesets.schemas import RuleSetCreate
from app.teams import founding, queries, visits
from app.teams import service as teams
from app.teams.health import check_seats
from app.teams.models import Seat, Team
from app.teams.schemas import SeatCreate, SeatUpdate, TeamUpdate

OF_SEAT = ("max_open", "clients_per_day", "visiting_days")


class BlueprintUnknownPath(Conflict):
    """`paths` are path templates that this program does not have."""

    code = "blueprint_unknown_path"
    detail = Text(
        "Mallissa on polkupohjia, joita täällä ei ole: {paths}. Päivitä ohjelma ensin.",
        "Förlagan har stigmallar som inte finns här: {paths}. Uppgradera programmet först.",
        "The blueprint has path templates that are not here: {paths}. Upgrade the program first.",
    )


class SeatTwice(Invalid):
    code = "seat_twice"
    detail = Text(
        "Sama tehtävä on mallissa kahdesti.", "Samma uppgift finns två gånger.", "The same seat stands there twice."
    )


async def export(session: AsyncSession, team: Team, at: datetime) -> dict[str, Any]:
    """The members of `BlueprintRead`: no person, no client, no way of contact."""
    rules = await versions.rules_of(session, team.area_id, team.rule_set, civil_date(at))
    seats = await queries.seats_of(session, [team.id])
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": team.name,
        "template": team.template,
        "silent_after_days": team.silent_after_days,
        "seats": [{"role": seat.role, **limits(seat)} for seat in seats],
        "rules": {
            "code": rules.id,
            "number": rules.version,
            "document": await rule_sets.content_of(session, team.area_id, rules.id, rules.version),
        },
        "paths": [
            *({"code": code, "version": version, "document": None} for code, version in sorted(templates())),
            *[
                {"code": row.code, "version": row.number, "document": shown_path(row)}
                for row in await own_paths.all_in_force(session, [team.area_id])
            ],
        ],
    }


def shown_path(row: OwnTemplate) -> dict[str, Any]:
    shown = document(path_checks.template_of(row.content, row.code, row.number))
    return {name: shown[name] for name in ("title", "source", "scores", "steps")}


def limits(seat: Seat) -> dict[str, Any]:
    return {name: getattr(seat, name) for name in OF_SEAT}


async def compare(session: AsyncSession, team: Team, given: Blueprint, at: datetime) -> list[Difference]:
    """What differs between the team and the blueprint.

    Raises what applying it would: `BlueprintUnknownPath`, `SeatTwice`, `BadVisitingDays`, `SeatNotInTemplate` (also for
    a seat of the team that the blueprint's template does not have), `RuleSetMalformed`, `UnknownSeat`, `UnknownFact`.
    """
    wanted = check_paths(given)
    here = {seat.role: limits(seat) for seat in await queries.seats_of(session, [team.id])}
    seen: set[str] = set()
    for position, seat in enumerate(given.seats):
        check_days(seat.visiting_days, position)
        if seat.role in seen:
            raise at_field(SeatTwice, f"blueprint/seats/{position}/role")
        seen.add(seat.role)
    check_seats(given.template, [*here, *seen])
    if given.rules.document is not None:
        checking.read(given.rules.document.model_dump(mode="json"), at="/body/blueprint/rules/document")
    return differences(
        SetUp(
            fields=fields(team.template, team.silent_after_days, team.rule_set),
            seats=here,
            rule_set=team.rule_set,
            rules=await rules_here(session, team.area_id, given.rules.code, at),
            paths={
                row.code: path_checks.template_of(row.content, row.code, 1)
                for row in await own_paths.all_in_force(session, [team.area_id])
            },
        ),
        SetUp(
            fields=fields(given.template, given.silent_after_days, given.rules.code),
            seats={seat.role: {name: getattr(seat, name) for name in OF_SEAT} for seat in given.seats},
            rule_set=given.rules.code,
            rules=given.rules.document.model_dump(mode="json") if given.rules.document else None,
            paths=wanted,
        ),
    )


def fields(template: str, silent_after_days: int, rule_set: str) -> dict[str, Any]:
    return {"template": template, "silent_after_days": silent_after_days, "rule_set": rule_set}


async def rules_here(session: AsyncSession, area_id: UUID, code: str, at: datetime) -> dict[str, Any] | None:
    """The rules of this code that decide in the area today."""
    if not await versions.exists(session, area_id, code, civil_date(at)):
        return None
    rules = await versions.rules_of(session, area_id, code, civil_date(at))
    return await rule_sets.content_of(session, area_id, rules.id, rules.version)


def check_paths(given: Blueprint) -> dict[str, Template]:
    """The path templates that come along whole, by code. All others must be shipped here.

    Raises `BlueprintUnknownPath`, and what saving a draft of one would.
    """
    known = set(templates())
    if unknown := sorted(
        f"{p.code} {p.version}" for p in given.paths if p.document is None and (p.code, p.version) not in known
    ):
        raise BlueprintUnknownPath(paths=unknown)
    found: dict[str, Template] = {}
    for position, path in enumerate(given.paths):
        if path.document is not None:
            found[path.code] = path_checks.template_of(
                path.document.model_dump(mode="json", by_alias=True), path.code, 1
            )
            path_checks.require_sense(found[path.code], f"/body/blueprint/paths/{position}/document")
    return found


def check_days(rule: str | None, position: int) -> None:
    try:
        if rule is not None:
            visits.check_rule(rule)
    except ValueError:
        raise at_field(teams.BadVisitingDays, f"blueprint/seats/{position}/visitingDays") from None


async def apply(
    session: AsyncSession, actor: Actor, team: Team, given: Blueprint, found: Sequence[Difference], at: datetime
) -> Made:
    """Carry out the differences: nothing is taken away, other rules become a draft that somebody else signs off, and
    other path templates drafts to be published.

    Raises what adding and changing seats, updating the team and drafting rules raise.
    """
    changed = {d.field: d.there for d in found if d.part == "team" and d.change is Step.CHANGE and d.field is not None}
    if changed:
        await founding.update(session, team, TeamUpdate.model_validate(camelled(changed)))
    seats = {seat.role: seat for seat in await queries.seats_of(session, [team.id])}
    for seat in given.seats:
        new = {d.field: d.there for d in found if d.part == "seat" and d.name == seat.role and d.field is not None}
        if seat.role not in seats:
            values = {"role": seat.role, **{name: getattr(seat, name) for name in OF_SEAT}}
            await teams.add_seat(session, team, SeatCreate.model_validate(camelled(values)))
        elif new:
            await teams.update_seat(session, seats[seat.role], SeatUpdate.model_validate(camelled(new)))
    append(session, "team.blueprint_applied", team, team=team.id, differences=len(found))
    await session.flush()
    rule_set, drafted = None, []
    if any(d.part == "rules" and d.change is Step.DRAFT for d in found) and given.rules.document is not None:
        document = {"code": given.rules.code, **given.rules.document.model_dump(mode="json", by_alias=True)}
        rule_set = (await rule_sets.draft(session, actor, RuleSetCreate.model_validate(document), at)).id
    other = {d.name for d in found if d.part == "path"}
    for path in given.paths:
        if path.document is not None and path.code in other:
            document = {"code": path.code, **path.document.model_dump(mode="json", by_alias=True)}
            drafted.append((await path_templates.draft(session, actor, TemplateCreate.model_validate(document))).id)
    return Made(rule_set, tuple(drafted))


def camelled(values: dict[str, Any]) -> dict[str, Any]:
    return {camel(name): value for name, value in values.items()}
