"""Referrals sent onward from a path, shown on it as their sender sees them."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.queries import protected
from app.clients.service import hides
from app.pathways.models import Pathway
from app.pathways.schemas import OnwardRead
from app.people.actor import Actor
from app.referrals import queries as referrals
from app.referrals.masking import shown_to_sender
from app.referrals.models import Referral
from app.referrals.reading import around, feedback_due
from app.routing.queries import names_of


async def shown(session: AsyncSession, actor: Actor, pathway: Pathway, sent: list[Referral]) -> list[OnwardRead]:
    """Without a statement where there are none, in a fixed number where there are."""
    if not sent:
        return []
    known = await around(session, sent, inside=False)
    names = await names_of(session, [r.sender_person_id for r in sent])
    teams = await referrals.team_names(session, [r.team_id for r in sent])
    concealed = hides(actor, pathway.client_id in await protected(session, [pathway.client_id]), "residence")
    rows = []
    for referral in sent:
        due = feedback_due(referral, "sender", known)
        assert referral.submitted_at is not None
        rows.append(
            OnwardRead(
                referral_id=referral.id,
                team_id=None if concealed else referral.team_id,
                team=teams.get(referral.team_id) if referral.team_id and not concealed else None,
                status=shown_to_sender(referral, known.finals.get(referral.id)),
                sent_at=referral.submitted_at,
                sent_by=names.get(referral.sender_person_id) if referral.sender_person_id else None,
                step_id=referral.origin_step_id,
                feedback=due.state,
                due_on=due.due_on,
                acknowledged_at=due.acknowledged_at,
            )
        )
    return rows
