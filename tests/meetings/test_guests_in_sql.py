"""What a guest of a partner may be told, in the database as in Python (app/consents/rules.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.consents.rules import rule
from app.consents.service import terms_of
from app.meetings.inviting import INVITATION, PURPOSE
from tests.consents.said import NOW, TOLD, add, as_row, examples
from tests.world import World

ASK = text("SELECT consent_permits(:client, :recipient, CAST(:classes AS text[]), :purpose, :at)")


def in_python(world: World, consents: Sequence[dict[str, Any]], recipient: str, classes: frozenset[str]) -> bool:
    rows = [as_row(one, world) for one in consents]
    found = [terms_of(row, world.organisations["area"]) for row in rows if row.in_force(NOW)]
    return rule(found, world.organisations[recipient], classes, PURPOSE).permitted


async def in_sql(
    connection: AsyncConnection, world: World, consents: Sequence[dict[str, Any]], recipient: str,
    classes: frozenset[str],
) -> bool:  # fmt: skip
    point, client = await connection.begin_nested(), world.clients["aino"]
    try:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        for one in consents:
            await add(connection, world, client, one)
        await connection.execute(text("SET LOCAL ROLE heinola_definer"))
        to: UUID = world.organisations[recipient]
        values = {"client": client, "recipient": to, "classes": sorted(classes), "purpose": PURPOSE, "at": NOW}
        return bool((await connection.execute(ASK, values)).scalar_one())
    finally:
        await point.rollback()


async def test_python_and_sql_agree(connection: AsyncConnection, world: World) -> None:
    results = []
    for consents in [*[one for one, _ in TOLD], *examples(150)]:
        for recipient, classes in (
            ("kela", INVITATION), ("kela", frozenset({"participation", "health"})), ("area", INVITATION),
        ):  # fmt: skip
            expected = in_python(world, consents, recipient, classes)
            found = await in_sql(connection, world, consents, recipient, classes)
            assert found is expected, (consents, recipient, classes)
            results.append(expected)
    assert results[: 3 * len(TOLD) : 3] == [expected for _, expected in TOLD]
    assert 0 < sum(results) < len(results), "both answers come up"
