"""The one statement of a timeline: a branch for each source that is open to the reader, merged in one order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.policy import policy
from app.people.actor import Actor
from app.people.models import Membership, Person
from app.security.permissions import Permission
from app.views.timeline.queries.source import Source, Wanted, branch
from app.views.timeline.queries.sources import OF_KIND, SOURCES

__all__ = ["OF_KIND", "SOURCES", "Wanted", "entries", "open_sources", "people"]


def open_sources(actor: Actor, wanted: Wanted) -> list[Source]:
    """Those that the reader may read in their own room, and that can have an entry that is wanted."""
    operations = policy().operations

    def opened(source: Source) -> bool:
        permission = operations[source.door].permission
        return permission is not None and actor.may(Permission(permission))

    return [
        source
        for source in SOURCES
        if opened(source)
        and (not wanted.kinds or not wanted.kinds.isdisjoint(source.kinds))
        and (wanted.pathway_id is None or source.pathway is not None)
    ]


def entries(actor: Actor, wanted: Wanted) -> tuple[Select[Any], dict[str, Any]]:
    """The entries, and what they are ordered by; nothing in particular for who may read no source of them."""
    found = open_sources(actor, wanted)
    if not found:
        found, wanted = [SOURCES[0]], replace(wanted, most=0)
    merged = union_all(*(select(branch(one, actor, wanted, actor.at).subquery()) for one in found)).subquery("entry")
    keys = {name: merged.c[name] for name in ("at", "id", "kind")}
    return select(merged).params(client=wanted.client_id), keys


async def people(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, tuple[str, str | None]]:
    """Name and newest role of each, in one statement."""
    wanted: Collection[UUID] = {id for id in ids if id is not None}
    role = (
        select(Membership.role)
        .where(Membership.person_id == Person.id)
        .order_by(Membership.valid_from.desc(), Membership.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await session.execute(select(Person.id, Person.name, role).where(Person.id.in_(wanted)))
    return {id: (name, held) for id, name, held in rows}
