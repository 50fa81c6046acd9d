"""The decision and its form in SQL say the same: every actor of the town against every row of a whole story.

Read as the superuser, so that no row policy helps: what the WHERE of a room lets through is all there is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import ColumnElement, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import queries
from app.access.policy import Policy, policy
from app.dev.personas import PERSONAS
from app.work import queries as work
from tests.contract.conftest import Place
from tests.contract.decided import compare
from tests.contract.known import UNTOLD


@pytest.fixture
async def session(place: Place) -> AsyncIterator[AsyncSession]:
    """As the superuser, rolled back. Somebody is away, a seat has hours and a reception, and there is a room: the story
    does not tell of them."""
    async with AsyncSession(place.root, expire_on_commit=False, autoflush=False) as made:
        for statement in UNTOLD:
            await made.execute(text(statement))
        yield made
        await made.rollback()


async def test_sql_and_python_agree_on_every_row(session: AsyncSession) -> None:
    counted = await compare(session, PERSONAS)
    assert not [resource for resource, (there, not_there) in counted.items() if not there or not not_there], counted
    assert sum(map(sum, counted.values())) > 5000


# What the story does not hold: a conflict, an ended permission, a case without a team, a client's row in error.
SOME = ("nurse", "coordinator", "social", "lead", "kela", "employment", "hollola_nurse", "client")
SHAKEN = (
    "UPDATE clients SET conflict_person_ids = ARRAY(SELECT person_id FROM logins WHERE subject IN ('nurse', 'kela'))",
    "UPDATE consents SET withdrawn_at = valid_from, state = 'withdrawn' WHERE kind = 'permission'",
    "UPDATE referrals SET team_id = NULL WHERE id = (SELECT min(id::text)::uuid FROM referrals)",
    "UPDATE referrals SET state = 'draft', submitted_at = NULL WHERE id = (SELECT max(id::text)::uuid FROM referrals)",
    "UPDATE notes SET client_visible = NOT client_visible",
    "UPDATE assessments SET register = 'employment' WHERE id = (SELECT min(id::text)::uuid FROM assessments)",
    "UPDATE clients SET entered_in_error_reason = 'x' WHERE id = (SELECT max(id::text)::uuid FROM clients)",
    "UPDATE routing_decisions SET team_id = NULL WHERE id = (SELECT min(id::text)::uuid FROM routing_decisions)",
)


@pytest.mark.parametrize("change", SHAKEN, ids=lambda c: c[:40])
async def test_they_agree_when_something_changed(session: AsyncSession, change: str) -> None:
    before = await compare(session, SOME)
    # No guard of the story stands in the way.
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    await session.execute(text(change))
    session.expunge_all()
    assert await compare(session, SOME) != before, "the change changes nothing that anybody sees"


def everything_true(*_: Any) -> ColumnElement[bool]:
    return true()


def no_registers() -> Policy:
    """The policy as if no relation looked at registers."""
    said = policy()
    return replace(said, relations={name: replace(one, register=False) for name, one in said.relations.items()})


def keep_from_nobody(patch: pytest.MonkeyPatch) -> None:
    for module in (queries, work):
        patch.setattr(module, "open_to", everything_true)


def send_nothing(patch: pytest.MonkeyPatch) -> None:
    for way in ("sender", "sent_in_person"):
        patch.setitem(queries.WAYS, way, lambda *_: None)


BROKEN: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "relation": lambda patch: patch.setitem(queries.WAYS, "care_team", everything_true),
    "sender": send_nothing,
    "condition": lambda patch: patch.setitem(queries.CONDITIONS, "client_visible", everything_true),
    "register": lambda patch: patch.setattr(queries, "policy", no_registers),
    "conflict": keep_from_nobody,
}


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_where_that_says_something_else_is_found(
    session: AsyncSession, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    for change in (SHAKEN[0], SHAKEN[4]):
        await session.execute(text(change))
    BROKEN[broken](monkeypatch)
    with pytest.raises(AssertionError, match="Decision"):
        await compare(session, SOME)
