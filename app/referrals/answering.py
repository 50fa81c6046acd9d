"""The receiver's answers short of acceptance, and the endings by the sender or the client."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.db import Receiving
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.outbox.events import append
from app.people.actor import Actor
from app.referrals import queries
from app.referrals.content import refuse_codes
from app.referrals.intake import triage
from app.referrals.models import Referral
from app.work import service as work


class UnknownTeam(Invalid):
    code = "unknown_team"
    detail = Text("Valitse alueen toinen tiimi.", "Välj ett annat team i området.", "Choose another team of the area.")


async def redirect(session: AsyncSession, actor: Actor, referral: Referral, team_id: UUID, at: datetime) -> None:
    """To another team of the area: it gets the care relationship, and its own first owner. Nothing is sent anew.

    Raises `UnknownTeam`. The sender notices nothing but who answers.
    """
    team = await queries.team_of_area(session, team_id, referral.area_id)
    if team is None or team.id == referral.team_id:
        raise UnknownTeam(errors=[{"pointer": "/body/teamId", "code": UnknownTeam.code, "detail": UnknownTeam.detail}])
    assert referral.client_id is not None
    async with Receiving(session, team=team.id, area=referral.area_id):
        await work.involve(session, referral.client_id, team.id, at)
        referral.team_id = team.id
        referral.noticed()
        await triage(session, actor, referral, at, team)
    told(session, "referral.redirected", referral)
    await session.flush()


async def return_for_info(
    session: AsyncSession, actor: Actor, referral: Referral, reason: str, advice: str | None, at: datetime
) -> None:
    """Back to the sender for what is missing. The work waits with its owner until it comes again."""
    refuse_codes(advice=advice)
    referral.return_for_info(reason, advice, actor.person_id, at)
    told(session, "referral.returned", referral)
    await session.flush()


async def reject(
    session: AsyncSession, actor: Actor, referral: Referral, reason: str, advice: str | None, at: datetime
) -> None:
    """A coded answer to the sender, with advice where to turn; it is its own feedback."""
    refuse_codes(advice=advice)
    referral.reject(reason, advice, actor.person_id, at)
    await work.finish(session, referral.id, "referral_triage", at)
    told(session, "referral.rejected", referral)
    await session.flush()


async def end(session: AsyncSession, referral: Referral, verb: str, reason: str | None, at: datetime) -> None:
    """`cancel` and `mark_entered_in_error` by the sender, `withdraw` by the client."""
    refuse_codes(reason=reason)
    referral.end(verb, reason, at)
    if referral.client_id is not None and verb != "withdraw":
        async with Receiving(session, team=referral.team_id, area=referral.area_id):
            await work.finish(session, referral.id, "referral_triage", at)
    told(session, f"referral.{'withdrawn' if verb == 'withdraw' else 'ended'}", referral)
    await session.flush()


def told(session: AsyncSession, kind: str, referral: Referral) -> None:
    append(
        session,
        kind,
        referral,
        client=referral.client_id,
        team=referral.team_id,
        organisation=None if kind == "referral.withdrawn" else referral.sender_organisation_id,
    )
