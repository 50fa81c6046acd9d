"""What the decision says is what the API answers: each operation reading a row, over HTTP, by people of all kinds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.facts import actor_of, subject_of
from app.access.matrix import cell
from app.access.policy import policy
from app.access.relations import Context, Subject
from app.access.rules import decide
from app.consents.models import Consent
from app.kit.clock import utcnow
from app.people.actor import enter
from app.people.models import Organisation
from app.referrals.models import Feedback, Referral
from app.security.development import DEVELOPMENT_ISSUER
from tests.contract.conftest import Place
from tests.contract.decided import ROOMS, everything, of, permitted
from tests.contract.known import Known

READERS = (
    "nurse", "coordinator", "social", "physiotherapist", "lead", "supervisor", "admin", "dpo", "kela", "employment",
    "ngo", "hollola_nurse", "client",
)  # fmt: skip
# What an answer has to be asked with; what says something else than access of a row that is there.
QUARTER = "?from=2026-01-01&to=2026-03-31"
ASKED = {
    "getRoutingWhyNot": "?seatRole=physiotherapist", "getRoutingFigures": QUARTER, "getConsultationFigures": QUARTER,
    "getForumReach": "?month=2026-03-01",
}  # fmt: skip
STATES = {409}
# What the view matrix keeps besides from some of those who see the row: its line, and how the operation answers them.
NARROWER = {
    "listPathwayScores": ("was_score", 403),
    "printClientSummary": ("work_ability_conclusion", 403),
    "getFeedbackDraft": ("work_ability_conclusion", 404),
}
ROWS = 12  # of each resource: the first ones


@pytest.fixture
async def session(place: Place) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(place.root, expire_on_commit=False, autoflush=False) as made:
        yield made
        await made.rollback()


def reads(place: Place) -> list[tuple[str, str, str]]:
    """(operation, address, the name of its id) of every GET that names one row."""
    found = []
    for route in iter_route_contexts(place.api.routes):
        names = re.findall(r"{(\w+)}", str(route.path))
        if "GET" in (route.methods or ()) and len(names) == 1 and str(route.unique_id) in policy().operations:
            found.append((str(route.unique_id), str(route.path), names[0]))
    known = {*ROOMS, "use_log", "person"}  # what no row of the story stands for, its own room asks
    asked = [one for one in found if policy().operations[one[0]].resource in known]
    return [one for one in asked if policy().operations[one[0]].permission is not None]


def subjects(rows: dict[Any, list[Any]], known: Known, resource: str, name: str) -> list[tuple[UUID, Subject]]:
    """The rows that the address can name. What was given on a referral is read as that referral is."""
    if name == "feedback_id":
        about = {row.id: subject_of("referral", row, **known.about("referral", row)) for row in rows[Referral]}
        given = sorted((row for row in rows[Feedback] if row.level is not None), key=lambda row: str(row.id))
        return [(row.id, about[row.referral_id]) for row in given[:ROWS]]
    if resource in ("use_log", "person"):
        model = ROOMS["client" if resource == "use_log" else "managed_person"].model
    else:
        model = ROOMS[resource].model
    found = sorted(rows[model], key=lambda row: str(row.id))[:ROWS]
    return [(row.id, subject_of(resource, row, **known.about(resource, row))) for row in found]


async def test_a_read_answers_as_decided(place: Place, session: AsyncSession) -> None:
    rows = await everything(session)
    rows[Feedback] = await of(session, Feedback)
    known = Known(rows)
    told = permitted(rows[Consent], [o.id for o in rows[Organisation]])
    wrong, counted = [], Counter[int]()
    for persona in READERS:
        session.info.clear()
        facts = actor_of(await enter(session, DEVELOPMENT_ISSUER, persona, utcnow()))
        for operation, path, name in reads(place):
            for id, subject in subjects(rows, known, policy().operations[operation].resource, name):
                context = Context(at=utcnow(), permitted=told.get(subject.client_id or id, frozenset()))
                said = decide(facts, operation, subject, context)
                named = subject.client_id if name == "client_id" else id
                at = path.replace(f"{{{name}}}", str(named)) + ASKED.get(operation, "")
                status = (await place.who(persona).get(at)).status_code
                line, refusal = NARROWER.get(operation, (None, 200))
                kept = line is not None and cell(line, facts.roles, facts.registers) != "Y"
                expected = refusal if said.allowed and kept else said.status
                counted[said.status] += 1
                if status != expected and not (said.allowed and status in STATES):
                    wrong.append(f"{persona} {operation} {id}: {status}, decided {expected} {said.because}")
    assert not wrong, "\n".join(wrong[:20]) + f"\nof {counted}: {len(wrong)}"
    assert min(counted[200], counted[403], counted[404]) > 500, counted
