"""What can happen to an area's own rule sets: written, signed off by a second person, put in force, retired."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.ownid import own_id
from app.kit.problems import NotFound
from app.outbox.events import append
from app.people.actor import Actor
from app.people.periods import first_day, last_day, succeed
from app.people.service import own_area
from app.routing.rulesets import queries
from app.routing.rulesets.checking import read, require_sound
from app.routing.rulesets.models import RULE_SET_FLOW, OwnRuleSet
from app.routing.rulesets.refusals import RuleSetFollowed, RuleSetOverlaps, SignedOffByAuthor
from app.routing.rulesets.schemas import RuleSetCreate, RuleSetUpdate
from app.routing.versions import shipped_content, shipped_of
from app.security.permissions import Permission as P


async def draft(session: AsyncSession, actor: Actor, given: RuleSetCreate, at: datetime) -> OwnRuleSet:
    """A copy of what nobody has read yet keeps its writers: copying is no second reading.

    Raises `RuleSetMalformed`, and `NotFound` when there is nothing to copy.
    """
    area = own_area(actor, P.TEAM_MANAGE)
    await queries.lock_area(session, area)
    number = (
        max(await queries.last_number(session, area, given.code), *(r.version for r in shipped_of(given.code)), 0) + 1
    )
    content = given.model_dump(mode="json", exclude={"id", "code", "copied"})
    writers = {actor.person_id} - {None}
    if given.copied is not None:
        copied = given.copied
        writers |= set(await queries.unread_writers(session, area, copied.code, copied.number))
        content = await content_of(session, area, copied.code, copied.number) | content
    read(content)
    row = OwnRuleSet(
        id=own_id(given.id, at),
        area_id=area,
        code=given.code,
        number=number,
        content=content,
        author_id=actor.person_id,
        writer_ids=sorted(id for id in writers if id),
    )
    session.add(row)
    tell(session, "drafted", row)
    await session.flush()
    return row


async def content_of(session: AsyncSession, area_id: UUID, code: str, number: int) -> dict[str, Any]:
    """Raises `NotFound`."""
    if (found := shipped_content(code, number)) is not None:
        return found
    row = await queries.of_number(session, area_id, code, number)
    if row is None:
        raise NotFound()
    return dict(row.content)


async def update(session: AsyncSession, actor: Actor, row: OwnRuleSet, given: RuleSetUpdate) -> None:
    """Who changes a draft is its author from then on, and whoever wrote it before stays one of its writers.

    Raises `RuleSetMalformed`, `IllegalMove`.
    """
    RULE_SET_FLOW.check(row.state, "update")
    content = row.content | given.model_dump(mode="json")
    read(content)
    if content != row.content:
        row.write(content, actor.person_id)
    await session.flush()


async def sign_off(session: AsyncSession, actor: Actor, row: OwnRuleSet, at: datetime) -> None:
    """Raises `SignedOffByAuthor`, `RuleSetHasGaps`, `RuleSetUnsound`, `RuleSetTooIntricate`, `IllegalMove`."""
    RULE_SET_FLOW.check(row.state, "sign_off")
    if (refusal := refused(row, actor, "sign_off")) is not None:
        raise refusal
    await require_sound(row)
    row.sign_off(actor.person_id, at)
    tell(session, "signed_off", row)
    await session.flush()


def refused(row: OwnRuleSet, actor: Actor, verb: str) -> SignedOffByAuthor | None:
    """What keeps this caller from a verb that the state allows."""
    return SignedOffByAuthor() if verb == "sign_off" and actor.person_id in row.writer_ids else None


async def reopen(session: AsyncSession, row: OwnRuleSet) -> None:
    row.reopen()
    tell(session, "reopened", row)
    await session.flush()


async def put_in_force(
    session: AsyncSession, actor: Actor, row: OwnRuleSet, valid_from: date | None, at: datetime
) -> None:
    """From a day on; the version before ends the day before. Work that has an owner stays there. The area is locked.

    Raises `StartsInThePast`, `RuleSetOverlaps`, `RuleSetHasGaps`, `RuleSetUnsound`, `IllegalMove`.
    """
    RULE_SET_FLOW.check(row.state, "put_in_force")
    first = first_day(valid_from, at)
    await require_sound(row)
    before = await queries.in_force(session, row)
    succeed(before, await queries.last_day(session, row), first, RuleSetOverlaps)
    await session.flush()
    row.put_in_force(first, actor.person_id, at)
    tell(session, "put_in_force", row)
    await session.flush()


async def retire(session: AsyncSession, row: OwnRuleSet, valid_to: date | None, at: datetime) -> None:
    """After its last day the shipped version of the code decides again.

    Raises `EndsBeforeStart`, `EndsInThePast`, `RuleSetFollowed`, `IllegalMove`.
    """
    RULE_SET_FLOW.check(row.state, "retire")
    assert row.valid_from is not None
    last = last_day(row.valid_from, valid_to, at)
    teams = [] if shipped_of(row.code) else await queries.following(session, row.area_id, row.code)
    if teams:
        raise RuleSetFollowed(teams=teams)
    row.end(last)
    tell(session, "retired", row)
    await session.flush()


async def discard(session: AsyncSession, row: OwnRuleSet) -> None:
    row.discard()
    tell(session, "discarded", row)
    await session.flush()


def tell(session: AsyncSession, happened: str, row: OwnRuleSet) -> None:
    append(session, f"rule_set.{happened}", row, organisation=row.area_id, code=row.code, number=row.number)
