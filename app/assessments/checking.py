"""What a kind asks of its content before it is signed: days that have come, needs, citations, and statements that a
physician wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import citing, kind_refusals, kinds
from app.assessments.models import Assessment
from app.assessments.refusals import at as wrong
from app.attachments.queries import document_of
from app.instruments.use_refusals import DateInFuture
from app.kit.clock import civil_date
from app.kit.problems import camel
from app.people.actor import Actor
from app.plans.rules import register_of_barrier
from app.plans.service import OtherRegister
from app.teams.telling import PHYSICIANS

DAYS = {"fitness_test": "testedOn", "physician_consultation": "consultedOn", "workplace": "visitedOn"}


async def settled(
    session: AsyncSession,
    actor: Actor,
    assessment: Assessment,
    content: dict[str, Any],
    before: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """The content to sign, with the roles of what it cites. `before`: what it said until now. An overall statement
    comes to stand in the register that fewest read of what it cites.

    Raises `DateInFuture`, `NeedUnclear`, `OtherRegister`, and what citations and statements are refused for.
    """
    name = kinds.content_of(assessment.kind)
    day = content.get(DAYS.get(name, ""))
    if day is not None and day > civil_date(at).isoformat():
        raise wrong(DateInFuture, [f"/body/{camel(name)}/{DAYS[name]}"])
    if name == "need_identification":
        check_needs(assessment.register, content)
    if content.get("statements"):
        changed = content["statements"] != (before.get("statements") or [])
        by_physician = bool(actor.roles & PHYSICIANS) or not changed
        await check_statements(session, actor, assessment, content["statements"], by_physician, at, camel(name))
    if name == "overall":
        cited = await citing.resolved(session, actor, assessment, content["contributions"] or [])
        assessment.register = kinds.strictest([assessment.register, *(one["register"] for one in cited)])
        content = {**content, "contributions": cited}
    return content


def check_needs(register: str, content: Mapping[str, Any]) -> None:
    """Raises `NeedUnclear`; and `OtherRegister` for words of a register that this document is not of (domain 5.3): in
    a team without health data nobody writes of health."""
    needs = content["needs"] or []
    barriers = [need["barrier"] for need in needs]
    if bool(needs) == bool(content["noNeedFound"]) or len(set(barriers)) < len(barriers):
        raise wrong(kind_refusals.NeedUnclear, ["/body/needIdentification/needs"])
    for need in needs:
        of = register_of_barrier(need["barrier"])
        if need["words"] is not None and of not in (kinds.OPERATIONAL, register):
            raise OtherRegister(register=of)


async def check_statements(
    session: AsyncSession,
    actor: Actor,
    assessment: Assessment,
    statements: list[dict[str, Any]],
    by_physician: bool,
    at: datetime,
    place: str,
) -> None:
    """Raises `StatementNeedsPhysician`, `DateInFuture`, `StatementDocumentUnknown`."""
    if statements and not by_physician:
        raise kind_refusals.StatementNeedsPhysician()
    for number, one in enumerate(statements):
        where = f"/body/{place}/statements/{number}" if place else f"/body/statements/{number}"
        if one["datedOn"] > civil_date(at).isoformat():
            raise wrong(DateInFuture, [f"{where}/datedOn"])
        document = one["attachmentId"]
        if document and await document_of(session, actor, assessment.client_id, UUID(document)) is None:
            raise wrong(kind_refusals.StatementDocumentUnknown, [f"{where}/attachmentId"])


def own_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """What of a signed content its author said: without what was worked out of it."""
    own = {name: value for name, value in content.items() if name not in ("measuresVersion", "ownCareTeam")}
    if own.get("laboratory"):
        own["laboratory"] = {name: value for name, value in own["laboratory"].items() if name != "ordered"}
    if own.get("contributions"):
        own["contributions"] = [{"kind": one["kind"], "id": one["id"]} for one in own["contributions"]]
    return own
