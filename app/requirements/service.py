"""What can happen to a team's requirements, and which version counts for a referral."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Invalid
from app.outbox.events import append
from app.people.actor import Actor
from app.people.periods import at_field, first_day, last_day, succeed
from app.requirements import queries, rules
from app.requirements.models import REQUIREMENT_FLOW, RequirementSet, RequirementState
from app.requirements.schemas import RequirementItem, RequirementsCreate, RequirementsUpdate, stored
from app.teams.models import Team


class BadRequirement(Invalid):
    """An item twice, a minimum or criteria where they say nothing, or none where one is needed."""

    code = "bad_requirement"
    detail = Text(
        "Kukin kohta on kerran; minimum kuuluu vain kohtaan reason_length ja criteria vain kohtaan criteria.",
        "Varje punkt finns en gång; minimum hör bara till reason_length och criteria bara till criteria.",
        "Each item stands once; minimum goes with reason_length only, criteria with criteria only.",
    )


class RequirementsOverlap(Conflict):
    """A version of the same source and thing asked counts on that day already, or is to: end it first."""

    code = "requirements_overlap"
    detail = Text(
        "Toinen versio on voimassa tai tulossa voimaan sinä päivänä tai sen jälkeen. Päätä se ensin.",
        "En annan version gäller eller ska börja gälla den dagen eller senare. Avsluta den först.",
        "Another version counts on that day, or begins then or later. End it first.",
    )
    constraints = ("uq_requirement_sets_published",)


def check_items(items: list[RequirementItem]) -> None:
    """Raises `BadRequirement`, pointing at the item."""
    seen: set[str] = set()
    for position, item in enumerate(items):
        misplaced = (item.minimum is not None) != (item.item == "reason_length")
        if misplaced or (item.criteria and item.item != "criteria") or item.item in seen:
            raise at_field(BadRequirement, f"items/{position}")
        seen.add(item.item)


async def draft(
    session: AsyncSession, actor: Actor, team: Team, given: RequirementsCreate, at: datetime
) -> RequirementSet:
    """Raises `BadRequirement`."""
    check_items(given.items)
    row = RequirementSet(
        id=own_id(given.id, at),
        team_id=team.id,
        source=given.source,
        asked_for=given.asked_for,
        items=stored(given.items),
        author_id=actor.person_id,
    )
    session.add(row)
    await session.flush()
    return row


async def update(session: AsyncSession, row: RequirementSet, given: RequirementsUpdate) -> None:
    """A draft only: what was published stays as it was. Raises `BadRequirement`, `IllegalMove`."""
    REQUIREMENT_FLOW.check(row.state, "update")
    if "items" in given.model_fields_set:
        items: list[RequirementItem] = given.items  # type: ignore[assignment]
        check_items(items)
        row.items = stored(items)
    for name in given.model_fields_set & {"source", "asked_for"}:
        setattr(row, name, getattr(given, name))
    await session.flush()


async def publish(
    session: AsyncSession, actor: Actor, row: RequirementSet, valid_from: date | None, at: datetime
) -> None:
    """From a day on; the version before ends the day before. The team's row is locked by the caller.

    Raises `StartsInThePast`, `RequirementsOverlap`, `IllegalMove`.
    """
    REQUIREMENT_FLOW.check(row.state, "publish")
    first = first_day(valid_from, at)
    before = await queries.published(session, row)
    number, last = await queries.last_day(session, row)
    succeed(before, last, first, RequirementsOverlap)
    await session.flush()
    row.publish(number + 1, first, actor.person_id, at)
    append(session, "requirements.published", row, team=row.team_id, number=number + 1)
    await session.flush()


async def end(session: AsyncSession, row: RequirementSet, valid_to: date | None, at: datetime) -> None:
    """What was published counts until that day; one that began today or later and ends at once never counted.

    Raises `EndsInThePast`, `EndsBeforeStart`, `IllegalMove`.
    """
    REQUIREMENT_FLOW.check(row.state, "end")
    last: date | None = None
    if row.state is RequirementState.PUBLISHED:
        assert row.valid_from is not None
        last = last_day(row.valid_from, valid_to, at)
    row.end(last)
    append(session, "requirements.ended", row, team=row.team_id)
    await session.flush()


async def counting(
    session: AsyncSession,
    area_id: UUID,
    *,
    team_id: UUID | None,
    municipality: str | None,
    source: str,
    asked_for: str,
    at: datetime,
) -> tuple[UUID | None, tuple[rules.Item, ...]]:
    """Which version counts for such a referral now, and what it asks; without one what is usually asked."""
    found = await queries.candidates(session, area_id, team_id, municipality, source, asked_for, civil_date(at))
    if not found:
        return None, rules.USUAL
    chosen = max(found, key=lambda row: rules.rank(row.source, row.asked_for))
    return chosen.id, items_of(chosen)


def items_of(row: RequirementSet) -> tuple[rules.Item, ...]:
    return tuple(
        rules.Item(
            item=item["item"],
            required=item["required"],
            minimum=item["minimum"],
            criteria=tuple(item["criteria"]),
            why=Text(**item["why"]) if item["why"] else None,
        )
        for item in row.items
    )
