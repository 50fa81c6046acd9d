"""The client's own copy of everything that is kept about them, as they may see it (GDPR article 15)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy import inspect as columns_of
from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments.citing import content_for
from app.assessments.models import Assessment, AssessmentVersion
from app.audit.trail import record
from app.clients.models import Client
from app.clients.service import hides
from app.consents import service as consents
from app.kit.codesets import codeset
from app.kit.db import RowContext
from app.kit.i18n import Text, speaking
from app.kit.problems import Forbidden, camel
from app.people.actor import Actor
from app.sharing.contexts import AsClient
from app.sharing.copies import queries
from app.sharing.copies.opening import opened
from app.sharing.copies.parts import EXCEPTIONS, OTHER_REGISTERS, PARTS, Part
from app.sharing.copies.sentences import SENTENCES
from app.sharing.rules import REGISTER_OF, hash_of
from app.sharing.schemas import Export, ExportPart, WhyLeftOut

MOST_ROWS = 2000  # of one part (own design)
MOST_BYTES = 8 * 1024 * 1024  # of one copy: what comes after is cut, and says so
LOG_KEPT = timedelta(days=731)  # 24 months (Act 703/2023, section 11)
PURPOSE = "own_data_request"
SKIPPED = frozenset({"client_id", "version", "xid"})


class ExportProtected(Forbidden):
    """Of a client whose identity is protected, only somebody who sees the contact details makes the copy."""

    code = "export_protected"
    detail = Text(
        "Asiakkaalla on turvakielto etkä näe yhteystietoja: kopion tekee asiakas itse tai se, joka ne näkee.",
        "Klienten har spärrmarkering och du ser inte kontaktuppgifterna: klienten eller den som ser dem gör kopian.",
        "The client's identity is protected and you do not see the contact details: the client makes the copy, or "
        "somebody who sees them.",
    )


async def export(session: AsyncSession, actor: Actor, client: Client, at: datetime) -> Export:
    """Everything in the client's view, logged as an export and as a disclosure to the client.

    A professional gets the parts of the registers they read. Raises `ExportProtected`.
    """
    if actor.client_id is None and hides(actor, client.protected):
        raise ExportProtected()
    registers = None if actor.client_id is not None else ("operational", *actor.context.registers)
    async with AsClient(session, client.id):
        as_client = replace(
            actor, client_id=client.id, person_id=None, memberships=(), seats=(),
            context=RowContext(login=actor.login_id, client=client.id),
        )  # fmt: skip
        parts = await gather(session, as_client, registers, at)
        await consents.disclose(
            session,
            actor,
            client_id=client.id,
            recipient_id=None,
            data_classes=classes_of(registers),
            purpose=PURPOSE,
            basis=None,
            subject_type="export",
            subject_id=client.id,
            at=at,
        )
    record(session, "export", "clients", client.id, client.id, purpose=PURPOSE, basis=PURPOSE)
    language = speaking.get()
    left_out = [WhyLeftOut(name=name, because=why.pick(language)) for name, why in sorted(EXCEPTIONS.items())]
    left_out += [
        WhyLeftOut(name=f"{part.name}.{column}", because=why) for part in PARTS for column, why in part.without.items()
    ]
    if registers is not None and len(registers) < 4:
        left_out.append(WhyLeftOut(name="registers", because=OTHER_REGISTERS.pick(language)))
    whole = json.dumps([part.model_dump(mode="json") for part in parts], sort_keys=True, ensure_ascii=False)
    return Export(
        client_id=client.id, made_at=at, language=language, parts=parts, left_out=left_out, sha256=hash_of(whole)
    )


def classes_of(registers: Sequence[str] | None) -> frozenset[str]:
    """What a copy of these registers tells of; None is all of them."""
    every = frozenset(codeset("data_class").codes)
    if registers is None:
        return every
    return frozenset(one for one in every if REGISTER_OF.get(one, "operational") in registers)


async def gather(
    session: AsyncSession, client: Actor, registers: Sequence[str] | None, at: datetime
) -> list[ExportPart]:
    """Every part with at most `MOST_ROWS`, all of them with at most `MOST_BYTES`."""
    found: list[tuple[Part, list[Any], bool]] = []
    for part in PARTS:
        chosen = queries.rows_of(part.model, client, registers, health=part.health, since=at - LOG_KEPT)
        kept = [] if chosen is None else list(await session.scalars(chosen.limit(MOST_ROWS + 1)))
        found.append((part, kept[:MOST_ROWS], len(kept) > MOST_ROWS))
    names = await queries.names_in(session, [row for _, rows, _ in found for row in rows])
    left, parts = MOST_BYTES, []
    for part, rows, cut in found:
        items = []
        for row in rows:
            item = plain(session, part, row, names, registers)
            left -= len(json.dumps(item, ensure_ascii=False).encode())
            if left < 0:
                cut = True
                break
            items.append(item)
        title = part.title.pick(speaking.get())
        parts.append(ExportPart(name=part.name, title=title, rows=len(items), cut=cut, items=items))
    return parts


CITING = (Assessment, AssessmentVersion)


def plain(
    session: AsyncSession, part: Part, row: Any, names: Mapping[UUID, str], registers: Sequence[str] | None
) -> dict[str, object]:
    """A row as the wire has it: what points at people and organisations by name, what is sealed opened. Of what a
    statement cites only what is of the copy's `registers`."""
    item: dict[str, object] = {}
    if sentence := SENTENCES.get(part.name):
        item["inWords"] = sentence(row, names).pick(speaking.get())
    for column in columns_of(type(row)).column_attrs:
        name = column.key
        if name in SKIPPED or name in part.without or isinstance(column.columns[0].type, LargeBinary):
            continue
        value = getattr(row, name)
        if part.model in CITING and name == "content":
            value = content_for(registers, value)
        item[camel(name)] = said(value, names)
    return item | {camel(name): value for name, value in opened(session, row).items()}


def said(value: Any, names: Mapping[UUID, str]) -> object:
    if isinstance(value, UUID):
        return names.get(value, str(value))
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return [said(one, names) for one in value]
    return value
