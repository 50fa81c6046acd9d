"""A page of a timeline, dressed for its reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.kit.clock import HELSINKI, civil_date
from app.kit.codesets import called, codeset
from app.kit.i18n import Text
from app.kit.pages import Paging
from app.kit.problems import Invalid
from app.people.actor import Actor
from app.views.timeline import queries
from app.views.timeline.queries import OF_KIND, Wanted
from app.views.timeline.schemas import TimelineEntry, TimelinePage
from app.views.timeline.wording import sentence

Order = Literal["newest", "oldest"]


class UnknownTimelineKind(Invalid):
    """`kinds`: what was asked for and is not there."""

    code = "unknown_timeline_kind"
    detail = Text(
        "Tällaisia tapahtumia ei ole: {kinds}. Ks. /v1/codesets/timeline_kind.",
        "Sådana händelser finns inte: {kinds}. Se /v1/codesets/timeline_kind.",
        "There are no such entries: {kinds}. See /v1/codesets/timeline_kind.",
    )


class TimelineBackwards(Invalid):
    code = "timeline_backwards"
    detail = Text(
        "Ajanjakso päättyy ennen alkuaan.", "Perioden slutar före sin början.", "The period ends before it begins."
    )


@dataclass(frozen=True)
class Asked:
    """`first_on` and `last_on` are days in Finland, both included."""

    kinds: tuple[str, ...] = ()
    first_on: date | None = None
    last_on: date | None = None
    order: Order = "newest"


def midnight(on: date) -> datetime:
    return datetime.combine(on, time(), HELSINKI)


def wanted(asked: Asked, client_id: UUID, pathway_id: UUID | None) -> Wanted:
    """Raises `UnknownTimelineKind` and `TimelineBackwards`."""
    unknown = [kind for kind in asked.kinds if kind not in codeset("timeline_kind")]
    if unknown:
        raise UnknownTimelineKind(kinds=", ".join(sorted(unknown)))
    if asked.first_on and asked.last_on and asked.last_on < asked.first_on:
        raise TimelineBackwards()
    late = asked.last_on is not None and asked.last_on < date.max
    return Wanted(
        client_id,
        pathway_id,
        frozenset(asked.kinds),
        since=midnight(asked.first_on) if asked.first_on else None,
        until=midnight(asked.last_on + timedelta(days=1)) if late and asked.last_on else None,
        newest_first=asked.order == "newest",
    )


async def page(
    session: AsyncSession, actor: Actor, paging: Paging, asked: Asked, client_id: UUID, pathway_id: UUID | None = None
) -> TimelinePage:
    """One page, in three statements however long the life. Each branch reads no more than the page needs; a count
    reads all of them."""
    chosen = wanted(asked, client_id, pathway_id)
    if not paging.count:
        after = paging.unpack(actor.login_id) if paging.cursor is not None else None
        chosen = replace(chosen, after=after, most=paging.limit + 1)
    rows, keys = queries.entries(actor, chosen)
    found, cursor, count = await paging.lines(
        session, rows, keys, caller=actor.login_id, descending=chosen.newest_first
    )
    await used(session, "timelines", [(row.subject_id, client_id) for row in found], action="search")
    return TimelinePage(items=await shown(session, actor, found), next_cursor=cursor, count=count)


async def shown(session: AsyncSession, actor: Actor, found: Iterable[Any]) -> list[TimelineEntry]:
    found = list(found)
    people = await queries.people(session, [row.by_id for row in found])
    told = actor.client_id is not None or actor.health_professional
    items = []
    for row in found:
        source = OF_KIND[row.kind]
        who = people.get(row.by_id) if row.by_id and (told or not source.by_telling) else None
        items.append(
            TimelineEntry(
                id=f"{row.kind}.{row.id}",
                at=midnight(civil_date(row.at)).astimezone(UTC) if source.day_only else row.at,
                kind=row.kind,
                kind_label=called("timeline_kind", row.kind),
                sentence=sentence(
                    actor,
                    row.kind,
                    who,
                    (row.code, source.code[1:]) if source.code else None,
                    (row.more, source.more[1:]) if source.more else None,
                ),
                subject_type=row.subject_type,
                subject_id=row.subject_id,
                pathway_id=row.pathway_id,
                actor=who[0] if who else None,
            )
        )
    return items
