"""What a guest of a partner may be told, in the database as in Python (app/consents/rules.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.consents.models import Consent, ConsentKind, ConsentState
from app.consents.rules import rule
from app.consents.service import terms_of
from app.kit.ids import new_id
from app.meetings.inviting import INVITATION, PURPOSE
from tests.world import World

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
KELA, OTHER = UUID(int=1), UUID(int=2)
hours = st.integers(-3, 3).map(lambda n: NOW + timedelta(hours=n))
ADD = text(
    "INSERT INTO consents (id, client_id, kind, recipient_ids, data_classes, purposes, valid_from, valid_until,"
    " how_given, state, withdrawn_at, created_at, version) VALUES (:id, :client, :kind, :recipients, :classes,"
    " :purposes, :begins, :until, 'oral', :state, :withdrawn, :created, 1)"
)
ASK = text("SELECT consent_permits(:client, :recipient, CAST(:classes AS text[]), :purpose, :at)")


@st.composite
def said(draw: Any) -> dict[str, Any]:
    """One thing a client said: every field that the rule looks at varies."""
    kind = draw(st.sampled_from(list(ConsentKind)))
    begins = draw(hours)
    state = draw(st.sampled_from(list(ConsentState)))
    least = 1 if kind is ConsentKind.PERMISSION else 0
    return {
        "kind": kind,
        "recipients": draw(st.lists(st.sampled_from([KELA, OTHER]), min_size=least, max_size=2, unique=True)),
        "classes": draw(
            st.lists(st.sampled_from(["participation", "health", "referral_reason"]), min_size=1, unique=True)
        ),
        "purposes": draw(st.lists(st.sampled_from([PURPOSE, "referral_feedback"]), min_size=1, unique=True)),
        "begins": begins,
        "until": draw(st.none() | st.integers(1, 5).map(lambda n: begins + timedelta(hours=n))),
        "state": state,
        "withdrawn": draw(hours) if state is ConsentState.WITHDRAWN else None,
        "created": draw(hours),
    }


def in_python(consents: Sequence[dict[str, Any]], classes: frozenset[str]) -> bool:
    found = []
    for one in consents:
        consent = Consent(
            client_id=UUID(int=9), kind=one["kind"], recipient_ids=one["recipients"], data_classes=one["classes"],
            purposes=one["purposes"], valid_from=one["begins"], valid_until=one["until"], how_given="oral",
            recorded_by_id=None, recorded_organisation_id=None,
        )  # fmt: skip
        consent.version, consent.created_at = 1, one["created"]
        consent.state, consent.withdrawn_at = one["state"], one["withdrawn"]
        if consent.in_force(NOW):
            found.append(terms_of(consent))
    return rule(found, KELA, classes, PURPOSE).permitted


async def in_sql(
    connection: AsyncConnection, client: UUID, consents: Sequence[dict[str, Any]], classes: frozenset[str]
) -> bool:
    point = await connection.begin_nested()
    try:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        for one in consents:
            await connection.execute(ADD, {**one, "id": new_id(), "client": client})
        await connection.execute(text("SET LOCAL ROLE heinola_definer"))
        values = {"client": client, "recipient": KELA, "classes": sorted(classes), "purpose": PURPOSE, "at": NOW}
        return bool((await connection.execute(ASK, values)).scalar_one())
    finally:
        await point.rollback()


EXAMPLES: list[list[dict[str, Any]]] = []


@settings(max_examples=200, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(said(), min_size=1, max_size=4))
def collect(consents: list[dict[str, Any]]) -> None:
    EXAMPLES.append(consents)


async def test_python_and_sql_agree(connection: AsyncConnection, world: World) -> None:
    EXAMPLES.clear()
    collect()
    base = {
        "kind": ConsentKind.PERMISSION, "recipients": [KELA], "classes": ["participation"], "purposes": [PURPOSE],
        "begins": NOW - timedelta(hours=2), "until": None, "state": ConsentState.RECORDED, "withdrawn": None,
        "created": NOW - timedelta(hours=2),
    }  # fmt: skip
    no = base | {"recipients": [], "begins": NOW - timedelta(hours=1), "created": NOW - timedelta(hours=1)}
    later = {"begins": NOW - timedelta(minutes=1), "created": NOW - timedelta(minutes=1)}
    told = [
        [base],
        [base, no | {"kind": ConsentKind.REFUSAL}],
        [no | {"kind": ConsentKind.REFUSAL}, base | later],
        [base | later, no | {"kind": ConsentKind.PROHIBITION}],
        [base | {"until": NOW}],
        [base | {"state": ConsentState.WITHDRAWN, "withdrawn": NOW}],
        [base | {"state": ConsentState.ENTERED_IN_ERROR}],
    ]
    results = []
    for consents in [*told, *EXAMPLES]:
        for classes in (INVITATION, frozenset({"participation", "health"})):
            expected = in_python(consents, classes)
            assert await in_sql(connection, world.clients["aino"], consents, classes) is expected, (consents, classes)
            results.append(expected)
    assert [*results[:14:2]] == [True, False, True, False, False, False, False]
    assert 10 < sum(results) < len(results) - 10, "both answers come up"
