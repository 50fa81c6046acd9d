"""What clients say, made up: every field that the rule looks at varies. For tests that hold the rule in Python
(app/consents/rules.py) and its forms in SQL together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.consents.models import Consent, ConsentKind, ConsentState, Verification
from app.kit.ids import new_id
from tests.world import World

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PURPOSE = "network_meeting"
ORGANISATIONS = ("kela", "workshop", "area")
CLASSES = ("participation", "health", "referral_reason")
hours = st.integers(-3, 3).map(lambda n: NOW + timedelta(hours=n))
BASE: dict[str, Any] = {
    "kind": ConsentKind.PERMISSION, "recipients": ["kela"], "classes": ["participation"], "purposes": [PURPOSE],
    "begins": NOW - timedelta(hours=2), "until": None, "state": ConsentState.RECORDED, "withdrawn": None,
    "replaced": None, "verification": Verification.VERIFIED, "recorded_in": None, "created": NOW - timedelta(hours=2),
}  # fmt: skip
NO = BASE | {"recipients": [], "begins": NOW - timedelta(hours=1), "created": NOW - timedelta(hours=1)}
LATER = {"begins": NOW - timedelta(minutes=1), "created": NOW - timedelta(minutes=1)}
STATED = BASE | {"verification": Verification.STATED}
# What was said, and whether it permits `kela` to be told of participation.
TOLD: list[tuple[list[dict[str, Any]], bool]] = [
    ([BASE], True),
    ([BASE, NO | {"kind": ConsentKind.REFUSAL}], False),
    ([BASE | LATER, NO | {"kind": ConsentKind.REFUSAL}], True),
    ([BASE | LATER, NO | {"kind": ConsentKind.PROHIBITION}], False),
    ([BASE | {"until": NOW}], False),
    ([BASE | {"state": ConsentState.WITHDRAWN, "withdrawn": NOW}], False),
    ([BASE | {"state": ConsentState.REPLACED, "replaced": NOW}], False),
    ([BASE | {"state": ConsentState.ENTERED_IN_ERROR}], False),
    ([STATED], False),
    ([STATED | {"recorded_in": "workshop"}], False),
    ([STATED | {"recorded_in": "kela"}], True),
]


@st.composite
def said(draw: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(ConsentKind)))
    begins = draw(hours)
    state = draw(st.sampled_from([ConsentState.RECORDED, *ConsentState]))
    least = 1 if kind is ConsentKind.PERMISSION else 0
    return {
        "kind": kind,
        "recipients": draw(st.lists(st.sampled_from(ORGANISATIONS), min_size=least, max_size=2, unique=True)),
        "classes": draw(st.lists(st.sampled_from(CLASSES), min_size=1, unique=True)),
        "purposes": draw(st.lists(st.sampled_from([PURPOSE, "referral_feedback"]), min_size=1, unique=True)),
        "begins": begins,
        "until": draw(st.none() | st.integers(1, 5).map(lambda n: begins + timedelta(hours=n))),
        "state": state,
        "withdrawn": draw(hours) if state is ConsentState.WITHDRAWN else None,
        "replaced": draw(hours) if state is ConsentState.REPLACED else None,
        "verification": draw(st.sampled_from(list(Verification))),
        "recorded_in": draw(st.sampled_from([None, "kela", "workshop"])),
        "created": draw(hours),
    }


def examples(number: int) -> list[list[dict[str, Any]]]:
    """So many clients and what each of them said."""
    found: list[list[dict[str, Any]]] = []

    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(said(), min_size=1, max_size=4))
    def collect(consents: list[dict[str, Any]]) -> None:
        found.append(consents)

    collect()
    return found


def as_row(one: dict[str, Any], world: World) -> Consent:
    """The same as an object that no session knows."""
    place = world.organisations
    consent = Consent(
        client_id=UUID(int=9), kind=one["kind"], recipient_ids=[place[name] for name in one["recipients"]],
        data_classes=one["classes"], purposes=one["purposes"], valid_from=one["begins"], valid_until=one["until"],
        how_given="oral", verification=one["verification"], recorded_by_id=None,
        recorded_organisation_id=place[one["recorded_in"]] if one["recorded_in"] else None,
    )  # fmt: skip
    consent.version, consent.created_at, consent.state = 1, one["created"], one["state"]
    consent.withdrawn_at, consent.replaced_at = one["withdrawn"], one["replaced"]
    return consent


ADD = text(
    "INSERT INTO consents (id, client_id, kind, recipient_ids, data_classes, purposes, valid_from, valid_until,"
    " how_given, state, withdrawn_at, replaced_at, replaced_by_id, verification, verified_at, pilot_name,"
    " recorded_organisation_id, created_at, version) VALUES (:id, :client, :kind, :recipients, :classes, :purposes,"
    " :begins, :until, 'oral', :state, :withdrawn, :replaced, :replaced_by, :verification, :verified_at, :pilot,"
    " :recorded_in, :created, 1)"
)


async def add(connection: AsyncConnection, world: World, client: UUID, one: dict[str, Any]) -> UUID:
    """A row of it, as the superuser. What was replaced is replaced by itself: nobody looks by what."""
    id, place = new_id(), world.organisations
    await connection.execute(ADD, {
        **one, "id": id, "client": client, "recipients": [place[name] for name in one["recipients"]],
        "recorded_in": place[one["recorded_in"]] if one["recorded_in"] else None,
        "replaced_by": id if one["replaced"] else None,
        "verified_at": None if one["verification"] is Verification.STATED else one["created"],
        "pilot": "-" if one["kind"] is ConsentKind.PILOT else None,
    })  # fmt: skip
    return id
