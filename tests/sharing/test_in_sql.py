"""Whether a share stands, in the database as in Python (app/consents/rules.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.consents.models import Consent, ConsentKind
from app.consents.rules import rule
from app.consents.service import terms_of
from tests.conftest import As
from tests.consents.said import BASE, NO, NOW, PURPOSE, TOLD, add, as_row, examples
from tests.sharing.shared import a_path, permit, shared
from tests.world import World

REST = text(
    "UPDATE shares SET consent_id = :consent, statute = :statute, data_classes = :classes, purpose = :purpose,"
    " recipient_organisation_id = :recipient WHERE id = :share"
)
ASK = text("SELECT share_stands(:share, :at)")


def counts(row: Consent) -> bool:
    """As `queries.standing` has it: what was taken back or replaced has ended, whatever the instant."""
    return row.in_force(NOW) and row.withdrawn_at is None and row.replaced_at is None


def in_python(
    world: World, consents: Sequence[dict[str, Any]], recipient: UUID, classes: frozenset[str], *, by_statute: bool
) -> bool:
    """The first of them is what the share rests on, where it does not rest on a statute."""
    rows = [as_row(one, world) for one in consents]
    relied, *others = rows
    found = [row for row in others if row.kind is not ConsentKind.PERMISSION]
    terms = [terms_of(row, world.organisations["area"]) for row in [relied, *found] if counts(row)]
    ruling = rule(terms, recipient, classes, PURPOSE)
    return not ruling.prohibited if by_statute else ruling.permitted


async def in_sql(
    connection: AsyncConnection, world: World, share: dict[str, Any], consents: Sequence[dict[str, Any]],
    recipient: UUID, classes: frozenset[str], *, by_statute: bool,
) -> bool:  # fmt: skip
    point = await connection.begin_nested()
    try:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        ids = [await add(connection, world, share["clientId"], one) for one in consents]
        await connection.execute(REST, {
            "share": share["id"], "consent": None if by_statute else ids[0],
            "statute": "own_design" if by_statute else None, "classes": sorted(classes), "purpose": PURPOSE,
            "recipient": recipient,
        })  # fmt: skip
        await connection.execute(text("SET LOCAL ROLE heinola_app"))
        return bool((await connection.execute(ASK, {"share": share["id"], "at": NOW})).scalar_one())
    finally:
        await point.rollback()


async def test_python_and_sql_agree(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    share = await shared(who, world, path) | {"clientId": path["clientId"]}
    participation = frozenset({"participation"})
    results, made = [], examples(60)
    # And with one that permits it before whatever else was said, and one that forbids it: few that are made up do.
    forbidden = NO | {"kind": ConsentKind.PROHIBITION}
    more = [[BASE, *others, *([forbidden] if n % 3 == 0 else [])] for n, others in enumerate(made)]
    for consents in [*[one for one, _ in TOLD], *made, *more]:
        for name, classes, by_statute in (
            ("kela", participation, False), ("kela", participation | {"health"}, False), ("area", participation, False),
            ("kela", participation, True),
        ):  # fmt: skip
            recipient = world.organisations[name]
            expected = in_python(world, consents, recipient, classes, by_statute=by_statute)
            found = await in_sql(connection, world, share, consents, recipient, classes, by_statute=by_statute)
            assert found is expected, (consents, name, classes, by_statute)
            results.append((by_statute, expected))
    assert [one for _, one in results[: 4 * len(TOLD) : 4]] == [expected for _, expected in TOLD]
    for by_statute in (False, True):
        said = [one for statute, one in results if statute is by_statute]
        assert 10 < sum(said) < len(said) - 10, "both answers come up"
