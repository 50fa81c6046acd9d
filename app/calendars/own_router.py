"""Addresses of one's own calendar, and of the feed by which a calendar program reads it."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from app.calendars import feeds, own
from app.calendars.faults import (
    PERIOD,
    AlreadyReleased,
    BlockTooLong,
    CalendarUnknown,
    FeedEnded,
    PersonBooked,
    TimeIsPast,
)
from app.calendars.holder import Reader as Address
from app.calendars.models import CalendarFeed
from app.calendars.series_schemas import BlockCreate, BlockedTimeRead, FeedMade, FeedRead, MyCalendar
from app.kit.answers import language_of
from app.kit.cached import NOT_CHANGED, IfNoneMatch, matches
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.i18n import Language
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound
from app.kit.routes import problems, room
from app.kit.schemas import Day
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Calendars")
Own = Annotated[Actor, needs(P.CALENDAR_WRITE)]
CHANGED = (MissingPermission, NotFound, PreconditionRequired, PreconditionFailed)
TEXT: dict[int | str, dict[str, object]] = {
    200: {"headers": {"ETag": {}}, "content": {"text/calendar": {"schema": {"type": "string"}}}}
}


@router.get("/me/calendar", responses=problems(MissingPermission, *PERIOD))
async def get_my_calendar(
    actor: Own,
    session: Session,
    first: Annotated[Day, Query(alias="from", description="The first day.")],
    last: Annotated[Day, Query(alias="to", description="The last day, within 62 days.")],
) -> MyCalendar:
    """One's own time: what it is taken for and never for whom, receptions one holds, and when one is away."""
    assert actor.person_id is not None
    return await own.calendar(session, actor.person_id, first, last)


@router.post(
    "/blocked-times", status_code=201, responses=problems(MissingPermission, BlockTooLong, TimeIsPast, PersonBooked)
)
async def block_time(actor: Own, session: Session, at: Now, once: OnceOnly, given: BlockCreate) -> BlockedTimeRead:
    """Keep time for oneself: nobody books over it. Why is not asked."""

    async def work() -> BlockedTimeRead:
        return BlockedTimeRead.model_validate(await own.block(session, actor, given, at))

    return await once.run(BlockedTimeRead, work)


@router.get("/blocked-times/{block_id}", responses=problems(MissingPermission, NotFound))
async def get_blocked_time(actor: Own, session: Session, block_id: UUID, response: Response) -> BlockedTimeRead:
    """One's own only."""
    row = await own.blocked(session, actor, block_id)
    stamp(response, row.version)
    return BlockedTimeRead.model_validate(row)


@router.post("/blocked-times/{block_id}/release", responses=problems(*CHANGED, AlreadyReleased))
async def release_blocked_time(
    actor: Own, session: Session, at: Now, block_id: UUID, once: OnceOnly, expected: IfMatch
) -> BlockedTimeRead:
    """The time is free again."""

    async def work() -> BlockedTimeRead:
        row = await own.blocked(session, actor, block_id, lock=True)

        async def read() -> BlockedTimeRead:
            return BlockedTimeRead.model_validate(row)

        await expected.check(row, read)
        await own.unblock(session, row, at)
        return await read()

    return await once.run(BlockedTimeRead, work)


@router.post("/me/calendar-feed", status_code=201, responses=problems(MissingPermission))
async def make_calendar_feed(actor: Own, session: Session, at: Now, once: OnceOnly) -> FeedMade:
    """A new secret address of one's calendar, shown this once; the one before ends."""

    async def work() -> FeedMade:
        token, feed = await feeds.make(session, actor, at)
        path = f"/v1/calendar-feed?token={token}"
        return FeedMade(**FeedRead.model_validate(feed).model_dump(), path=path)

    return await once.run(FeedMade, work)


async def mine(session: Session, actor: Actor) -> CalendarFeed:
    feed = await feeds.newest(session, actor)
    if feed is None:
        raise NotFound()
    return feed


@router.get("/me/calendar-feed", responses=problems(MissingPermission, NotFound))
async def get_my_calendar_feed(actor: Own, session: Session, response: Response) -> FeedRead:
    """The newest address one made: when, and whether it still holds. Not the address itself."""
    feed = await mine(session, actor)
    stamp(response, feed.version)
    return FeedRead.model_validate(feed)


@router.post("/me/calendar-feed/end", responses=problems(*CHANGED, FeedEnded))
async def end_calendar_feed(actor: Own, session: Session, at: Now, once: OnceOnly, expected: IfMatch) -> FeedRead:
    """From now on nobody reads the calendar by its address."""

    async def work() -> FeedRead:
        feed = await mine(session, actor)

        async def read() -> FeedRead:
            return FeedRead.model_validate(feed)

        await expected.check(feed, read)
        await feeds.end(session, feed, at)
        return await read()

    return await once.run(FeedRead, work)


@router.get(
    "/calendar-feed",
    response_class=Response,
    responses={**problems(CalendarUnknown), **NOT_CHANGED, **TEXT},
)
async def read_calendar_feed(
    address: Address,
    request: Request,
    session: Session,
    at: Now,
    lang: Annotated[Language | None, Query(description="Instead of Accept-Language.")] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """One's own time as iCalendar (RFC 5545): kind and place of what is taken, and no client. Opened by its address."""
    language = lang or language_of(request.scope)
    content = await feeds.written(session, address.person_id, language, at)
    tag = f'"{sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-store", "Content-Language": language}
    if matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar", headers=headers)
