"""What is missing of a referral: by the rules of all, and by what the team that would get it has asked for (C-22)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.codesets import codeset
from app.kit.problems import Problem
from app.referrals import rules
from app.referrals.bases import check_basis
from app.referrals.content import as_content, content_of, required
from app.referrals.content_schemas import ReferralContent
from app.referrals.models import Referral
from app.representatives.service import mandate_refusal
from app.requirements import service as requirements
from app.requirements.rules import Given, Verdict, judge


@dataclass(frozen=True)
class Completeness:
    """`missing` in one list, the required first; `requirement_set_id` is the version asked by, if any."""

    missing: list[rules.Missing]
    requirement_set_id: UUID | None
    verdict: Verdict


async def look(
    session: AsyncSession,
    area_id: UUID,
    said: ReferralContent,
    content: rules.Content,
    source: str,
    at: datetime,
    *,
    team_id: UUID | None = None,
) -> Completeness:
    """Nothing in it depends on who the person is."""
    set_id, items = await requirements.counting(
        session,
        area_id,
        team_id=team_id,
        municipality=said.client.municipality,
        source=source,
        asked_for=said.asked_for,
        at=at,
    )
    base = rules.gaps(content)
    verdict = judge(items, given_of(said, content, source, {gap.code for gap in base}))
    lacking = {lack.code: rules.Missing(lack.pointer, lack.code, lack.required, lack.why) for lack in verdict.lacking}
    if set_id is None:
        lacking = {}
    return Completeness(rules.merged(base, lacking), set_id, verdict)


async def of(session: AsyncSession, referral: Referral, said: ReferralContent, at: datetime) -> Completeness:
    """What is missing of a referral as it stands."""
    source, area = referral.source, referral.area_id
    content = content_of(said, area, referral.sender_organisation_id, source, at)
    if referral.person_known:
        content = replace(content, identity_code=True)
    if referral.origin_meeting_id is not None:
        # A guest did not give these and could not mend them: a gap would tell what the area knows of the client.
        content = replace(content, phone_or_email=True, municipality=True, municipality_known=True)
    if source == "self" and referral.sender_person_id is None:
        # A client who refers themself is not asked the criteria.
        content = replace(content, criteria_total=0)
    return await look(session, area, said, content, source, at, team_id=referral.team_id)


async def incomplete(session: AsyncSession, referral: Referral, at: datetime) -> Problem | None:
    """Why it could not be sent as it stands: what is missing, or a mandate that ended before the first sending."""
    if referral.representative_id is not None and referral.client_id is not None and referral.submitted_at is None:
        refused = await mandate_refusal(session, referral.client_id, referral.representative_id, "refer", at)
        if refused is not None:
            return refused
    try:
        check_basis(referral.statutory_basis, referral.source, at)
        required((await of(session, referral, as_content(session, referral), at)).missing)
    except Problem as problem:
        return problem
    return None


def given_of(said: ReferralContent, content: rules.Content, source: str, gaps: set[str]) -> Given:
    there = {
        "identity_code": content.identity_code,
        "contact": content.phone_or_email,
        "municipality": content.municipality,
        "unemployment_days": content.unemployment_days,
        "barriers": bool(said.barriers),
        "feedback_permission": content.permission and "feedback_not_covered" not in gaps,
        "information_noted": content.informed,
    }
    return Given(
        source=source,
        asked_for=said.asked_for,
        there=frozenset(name for name, holds in there.items() if holds),
        answered=frozenset(said.criteria.answers),
        criteria=frozenset(codeset("criterion").codes if content.criteria_total else ()),
        reason_length=len(said.reason),
    )


def keep(referral: Referral, found: Completeness, at: datetime) -> None:
    """As it was when first sent: a later mending does not change what is counted."""
    if referral.first_submitted_at is None:
        referral.first_submitted_at = at
        referral.requirement_set_id = found.requirement_set_id
        referral.requirement_asked = list(found.verdict.asked)
        referral.requirement_met = list(found.verdict.met)
