"""The receiver's answers short of acceptance, and the endings by the sender or the client."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.kit.db import Receiving
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.outbox.events import append
from app.people.actor import Actor
from app.referrals import history, queries
from app.referrals.content import refuse_codes
from app.referrals.intake import triage
from app.referrals.models import Referral
from app.referrals.road_schemas import ReferralRedirect
from app.work import service as work
from app.work.relationships import leave


class UnknownTeam(Invalid):
    code = "unknown_team"
    detail = Text("Valitse alueen toinen tiimi.", "Välj ett annat team i området.", "Choose another team of the area.")


async def redirect(
    session: AsyncSession, actor: Actor, referral: Referral, given: ReferralRedirect, at: datetime
) -> None:
    """To another team of the area: it gets the care relationship, and its own first owner. Nothing is sent anew, and
    the chain of teams stays readable; a team that it left may get it again, and until then sees the client no more
    unless it has something else to do with them.

    Raises `UnknownTeam`, `CodeNotInForce`. The sender notices nothing but who answers.
    """
    refuse_codes(words=given.words)
    require_in_force("redirect_reason", given.reason, civil_date(at))
    team = await queries.team_of_area(session, given.team_id, referral.area_id)
    if team is None or team.id == referral.team_id:
        raise UnknownTeam(errors=[{"pointer": "/body/teamId", "code": UnknownTeam.code, "detail": UnknownTeam.detail}])
    assert referral.client_id is not None
    before = referral.team_id
    async with Receiving(session, team=team.id, area=referral.area_id):
        await work.involve(session, referral.client_id, team.id, at)
        referral.redirect(team.id)
        history.note(
            session,
            referral,
            "redirected",
            at,
            by=actor.person_id,
            from_team=before,
            to_team=team.id,
            reason=given.reason,
            words=given.words,
        )
        await triage(session, actor, referral, at, team)
    if before is not None:
        leave(session, referral.client_id, before, "redirected", at)
    told(session, "referral.redirected", referral)
    await session.flush()


async def return_for_info(
    session: AsyncSession, actor: Actor, referral: Referral, reason: str, advice: str | None, at: datetime
) -> None:
    """Back to the sender for what is missing. The work waits with its owner until it comes again."""
    refuse_codes(advice=advice)
    require_in_force("return_reason", reason, civil_date(at))
    referral.return_for_info(reason, advice, actor.person_id, at)
    history.note(session, referral, "returned", at, by=actor.person_id, reason=reason, words=advice)
    told(session, "referral.returned", referral)
    await session.flush()


async def reject(
    session: AsyncSession, actor: Actor, referral: Referral, reason: str, advice: str | None, at: datetime
) -> None:
    """A coded answer to the sender, with advice where to turn; it is its own feedback."""
    refuse_codes(advice=advice)
    require_in_force("rejection_reason", reason, civil_date(at))
    referral.reject(reason, advice, actor.person_id, at)
    history.note(session, referral, "rejected", at, by=actor.person_id, reason=reason, words=advice)
    await work.finish(session, referral.id, "referral_triage", at)
    told(session, "referral.rejected", referral)
    await session.flush()


ENDED = {"cancel": "cancelled", "withdraw": "withdrawn", "mark_entered_in_error": "entered_in_error"}


async def end(
    session: AsyncSession, actor: Actor, referral: Referral, verb: str, reason: str | None, at: datetime
) -> None:
    """`cancel` and `mark_entered_in_error` by the sender, `withdraw` by the client."""
    refuse_codes(reason=reason)
    referral.end(verb, reason, at)
    side = "client" if actor.client_id is not None else "sender"
    if verb == "withdraw":
        history.note(session, referral, ENDED[verb], at, side=side, words=reason)
    elif referral.client_id is not None:
        async with Receiving(session, team=referral.team_id, area=referral.area_id):
            history.note(session, referral, ENDED[verb], at, side=side, by=actor.person_id, words=reason)
            await work.finish(session, referral.id, "referral_triage", at)
    told(session, f"referral.{'withdrawn' if verb == 'withdraw' else 'ended'}", referral)
    await session.flush()


# What the sender is not told of, because the sender is not to notice it.
UNTOLD = frozenset({"referral.withdrawn", "referral.rechecked", "referral.prioritised"})


def told(session: AsyncSession, kind: str, referral: Referral) -> None:
    append(
        session,
        kind,
        referral,
        client=referral.client_id,
        team=referral.team_id,
        organisation=None if kind in UNTOLD else referral.sender_organisation_id,
    )
