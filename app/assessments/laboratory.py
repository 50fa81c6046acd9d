"""What became of the laboratory order of a health check."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import refusals, writing
from app.assessments.contents import LaboratoryRecord
from app.assessments.health_checks import ordered_in
from app.assessments.models import FLOW, Assessment, LaboratoryStatus
from app.assessments.refusals import at as wrong
from app.instruments import use_refusals
from app.kit.clock import civil_date
from app.people.actor import Actor
from app.referrals.content import refuse_codes


async def record_laboratory(
    session: AsyncSession, actor: Actor, assessment: Assessment, given: LaboratoryRecord, at: datetime
) -> None:
    """Note what became of ordered tests; the newest of each counts, the earlier stay."""
    FLOW.check(assessment.state, "record_laboratory")
    await writing.held(session, actor, assessment)
    tests, seen = ordered_in(assessment), set()
    for number, one in enumerate(given.statuses):
        place = f"/body/statuses/{number}"
        if one.lab not in tests:
            raise wrong(refusals.LabNotOrdered, [f"{place}/lab"])
        undone = one.status == "not_done"
        if one.lab in seen or undone is (one.not_done_because is None) or (one.flag and one.status != "result_seen"):
            raise wrong(refusals.LabStatusUnclear, [place])
        if one.on > civil_date(at):
            raise wrong(use_refusals.DateInFuture, [f"{place}/on"])
        seen.add(one.lab)
    refuse_codes(statuses="\n".join(one.note or "" for one in given.statuses))
    session.add_all(
        LaboratoryStatus(
            assessment_id=assessment.id,
            client_id=assessment.client_id,
            register=assessment.register,
            happened_on=one.on,
            recorded_by_id=actor.person_id,
            **one.model_dump(include={"lab", "status", "not_done_because", "flag", "note"}),
        )
        for one in given.statuses
    )
    assessment.touch()
    await session.flush()
