"""What a source of the timeline declares, and the branch of the one statement that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Select, String, Uuid, cast, func, literal, null, select, tuple_

from app.kit.clock import HELSINKI, civil_date
from app.people.actor import Actor
from app.work.queries import concerns

NO_ID = cast(null(), Uuid)


@dataclass(frozen=True)
class Source:
    """One kind of entry, or several of one table.

    `door`: the operation by which the same rows are read in their room; without its permission there is nothing here
    either. `rows`: the rows there are for a caller. `kind`: which of `kinds` a row is, where there are several.
    `at`: when it happened; a row without is no entry. `pathway`: of which path; None: of the client only.
    `day_only`: of which the day alone is told; `at` is the end of that day, after what came first on it.
    `code` and `more`: codes that the sentence tells, with their code sets; `code_told`: the code as this reader is told
    it, where not everybody is told it alike. `by_telling`: who did it would tell what the
    client is treated for. `where` and `joins` are further conditions and outer joins.
    """

    kinds: tuple[str, ...]
    door: str
    rows: Callable[[Actor], Select[Any]]
    model: Any
    at: Any
    subject_type: str
    kind: Any = None
    subject_id: Any = None
    pathway: Any = None
    by: Any = None
    day_only: bool = False
    code: tuple[Any, str] | None = None
    code_told: Callable[[Actor], Any] | None = None
    more: tuple[Any, ...] | None = None
    by_telling: bool = False
    where: tuple[Any, ...] = ()
    joins: tuple[tuple[Any, Any], ...] = ()


@dataclass(frozen=True)
class Wanted:
    """Which entries: of a client, of one path, of some kinds, from an instant until before another; `after` is the key
    of the last entry of the page before, `most` how many a branch gives at most (None: all)."""

    client_id: UUID
    pathway_id: UUID | None = None
    kinds: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = True
    after: Sequence[Any] | None = None
    most: int | None = None


def caring(model: Any) -> Callable[[Actor], Select[Any]]:
    """Rows of whoever has to do with the client: the first half of every `visible_x`."""
    return lambda actor: select(model).where(concerns(actor, model.client_id))


def end_of(day: Any) -> Any:
    """The last instant of a day in Finland, or of the day of a local time."""
    tomorrow = cast(cast(day, Date) + 1, DateTime)
    return func.timezone("Europe/Helsinki", tomorrow - timedelta(microseconds=1))


def midnight_after(at: datetime) -> datetime:
    """When the day of an instant ends in Finland."""
    return datetime.combine(civil_date(at) + timedelta(days=1), time(), HELSINKI)


def branch(source: Source, actor: Actor, wanted: Wanted, now: datetime) -> Select[Any]:
    """The entries of one source: at most `most` of them, the first in the order of the page."""
    model, kind = source.model, literal(source.kinds[0]) if source.kind is None else source.kind
    rows = source.rows(actor)
    code = source.code[0] if source.code else null()
    if source.code_told is not None:
        code = source.code_told(actor)
    for target, on in source.joins:
        rows = rows.select_from(model).outerjoin(target, on)
    over = midnight_after(now) if source.day_only else now
    keys = (source.at, model.id, cast(kind, String))
    rows = rows.with_only_columns(
        keys[0].label("at"),
        keys[1].label("id"),
        keys[2].label("kind"),
        literal(source.subject_type).label("subject_type"),
        (model.id if source.subject_id is None else source.subject_id).label("subject_id"),
        (NO_ID if source.pathway is None else source.pathway).label("pathway_id"),
        (NO_ID if source.by is None else source.by).label("by_id"),
        cast(code, String).label("code"),
        cast(source.more[0] if source.more else null(), String).label("more"),
    ).where(model.client_id == wanted.client_id, keys[0] <= over, *source.where)
    if wanted.pathway_id is not None:
        rows = rows.where(source.pathway == wanted.pathway_id)
    if wanted.kinds and source.kind is not None:
        rows = rows.where(keys[2].in_(list(wanted.kinds)))
    if wanted.since is not None:
        rows = rows.where(keys[0] >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(keys[0] < wanted.until)
    if wanted.after is not None:
        last = tuple_(*wanted.after)
        rows = rows.where(tuple_(*keys) < last if wanted.newest_first else tuple_(*keys) > last)
    if wanted.most is not None:
        order = [key.desc() if wanted.newest_first else key.asc() for key in keys]
        rows = rows.order_by(*order).limit(wanted.most)
    return rows
