"""Every reading operation, asked by everybody: what each of them answers, body and headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.matrix import matrix
from app.site.router import BY_LINK
from tests.conftest import As

# Where the ids of an address come from: every row of the client, and of the team.
OF_CLIENT = {
    "client_id": "SELECT id FROM clients WHERE id = :client",
    "consent_id": "SELECT id FROM consents WHERE client_id = :client",
    "referral_id": "SELECT id FROM referrals WHERE client_id = :client",
    "pathway_id": "SELECT id FROM pathways WHERE client_id = :client",
    "assessment_id": "SELECT id FROM assessments WHERE client_id = :client",
    "appointment_id": "SELECT id FROM appointments WHERE client_id = :client",
    "meeting_id": "SELECT id FROM meetings WHERE client_id = :client",
    "follow_up_id": "SELECT id FROM follow_ups WHERE client_id = :client",
    "participation_id": "SELECT id FROM service_participations WHERE client_id = :client",
    "group_id": "SELECT id FROM service_groups",
    "reference_id": "SELECT id FROM plan_references WHERE client_id = :client",
    "consultation_id": "SELECT id FROM consultations WHERE client_id = :client",
    "pair_work_id": "SELECT id FROM pair_work WHERE client_id = :client",
    "forum_id": "SELECT id FROM forums",
    "forum_question_id": "SELECT id FROM forum_questions",
    "forum_session_id": "SELECT id FROM forum_sessions",
    "library_entry_id": "SELECT id FROM library_entries",
    "network_id": "SELECT id FROM networks",
    "after_contact_id": "SELECT id FROM after_contacts WHERE client_id = :client",
    "contact_id": "SELECT id FROM contacts WHERE client_id = :client",
    "note_id": "SELECT id FROM notes WHERE client_id = :client",
    "representative_id": "SELECT id FROM representatives WHERE client_id = :client",
    "attachment_id": "SELECT id FROM attachments WHERE client_id = :client",
    "record_request_id": "SELECT id FROM record_requests WHERE client_id = :client",
    "response_id": "SELECT id FROM instrument_responses WHERE client_id = :client",
    "preinformation_id": "SELECT id FROM preinformation_forms WHERE client_id = :client",
    "work_item_id": "SELECT id FROM work_items WHERE client_id = :client",
    "decision_id": "SELECT id FROM routing_decisions WHERE client_id = :client",
    "goal_id": "SELECT id FROM goals WHERE client_id = :client",
    "outcome_id": "SELECT id FROM outcomes WHERE client_id = :client",
    "score_id": "SELECT id FROM pathway_scores WHERE client_id = :client",
    "entry_id": "SELECT id FROM time_entries WHERE client_id = :client",
    "summary_id": "SELECT id FROM client_summaries WHERE client_id = :client",
    "step_id": "SELECT id FROM pathway_steps WHERE client_id = :client",
    "draft_id": "SELECT id FROM feedback_drafts WHERE client_id = :client",
    "feedback_id": "SELECT id FROM feedbacks WHERE client_id = :client AND copy_text IS NOT NULL",
    "question_id": "SELECT id FROM feedback_questions WHERE client_id = :client",
    "gap_id": "SELECT id FROM consent_gaps WHERE client_id = :client",
    "notice_id": "SELECT id FROM cease_notices WHERE client_id = :client",
    "disclosure_id": "SELECT id FROM disclosures WHERE client_id = :client",
    "share_id": "SELECT id FROM shares WHERE client_id = :client",
    "item_id": "SELECT id FROM share_items WHERE client_id = :client",
    "subscription_id": "SELECT id FROM subscriptions",
    "delivery_id": "SELECT id FROM deliveries",
}
# What some readings must be asked with; each line is asked.
ASKED: dict[str, tuple[str, ...]] = {
    "GET /v1/worklist": tuple(
        f"?list={name}&limit=200"
        for name in ("inbox", "mine", "team", "unassigned", "waiting", "overdue", "feedback", "silent", "referred")
    ),
    "GET /v1/routing-decisions/{decision_id}/why-not": (
        "?seatRole=physician_mental_substance_neuro", "?seatRole=own_care_team",
    ),
    "GET /v1/events": ("?limit=200",),
    "GET /v1/forums/{forum_id}/reach": ("?month=2026-10-01",),
    "GET /v1/reports/referral-quality": ("?from=2026-07-01&to=2026-09-30",),
    "GET /v1/teams/{team_id}/consultation-figures": ("?from=2026-07-01&to=2026-09-30",),
    "GET /v1/teams/{team_id}/routing-figures": ("?from=2026-07-01&to=2026-09-30",),
}  # fmt: skip


def operations(api: FastAPI, *methods: str) -> list[str]:
    """`GET /v1/…` of every versioned route with one of these methods; without those that a link opens."""
    return sorted(
        f"{method} {route.path}"
        for route in iter_route_contexts(api.routes)
        if hasattr(route, "dependant") and str(route.path).startswith("/v1/") and route.path not in BY_LINK
        for method in route.methods or ()
        if method in methods
    )


async def ids_of(connection: AsyncConnection, client: str) -> dict[str, list[str]]:
    """The ids of everything of a client."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = {}
    for name, statement in OF_CLIENT.items():
        rows = await connection.execute(text(statement.replace(":client", f"'{client}'")))
        found[name] = [str(row[0]) for row in rows]
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return found


def addresses(operation: str, ids: dict[str, list[str]]) -> Iterator[str]:
    """Every address of a reading operation that has to do with the client; lists as long as they may be."""
    filled = [operation.split()[1]]
    for name in re.findall(r"{(\w+)}", filled[0]):
        filled = [one.replace(f"{{{name}}}", id) for one in filled for id in ids.get(name, ())]
    for one in filled:
        for asked in ASKED.get(operation, ("",)):
            yield one + asked


def told(answer: httpx.Response) -> str:
    """Body and headers; what is not text as Latin letters."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return headers + "\n\n" + answer.content.decode("utf-8", "replace")


async def read(who: As, operation: str, persona: str, ids: dict[str, list[str]]) -> list[httpx.Response]:
    """What the operation answers to this persona, of everything of the client."""
    http = who(persona)
    return [await http.get(address) for address in addresses(operation, ids)]


async def searched(
    who: As, operation: str, persona: str, ids: dict[str, list[str]], bodies: dict[str, list[Any]]
) -> list[httpx.Response]:
    """What a reading POST answers."""
    http = who(persona)
    return [await http.post(address, json=body) for address in addresses(operation, ids) for body in bodies[operation]]


def personas(party: str) -> list[str]:
    """Who stands for a party."""
    found: list[str] = matrix()["parties"][party]["personas"]
    return found
