"""Every select on referrals and their feedback."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, any_, case, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.queries import opened, seen
from app.clients.models import Client
from app.people.actor import Actor
from app.people.models import Organisation
from app.referrals.history_models import ReferralEvent
from app.referrals.models import OPEN, UNDECIDED, Feedback, Referral, ReferralState
from app.teams.models import Team

S = ReferralState


def sent_by(actor: Actor) -> ColumnElement[bool]:
    """Sent by the caller's partner organisation, by the caller in person for an organisation they work in today, or
    by the client alone."""
    return opened(actor, "referral", Referral, by=("sender", "sent_in_person"))


async def client_of(session: AsyncSession, client_id: UUID) -> Client:
    return await session.get_one(Client, client_id)


def received_by(actor: Actor) -> ColumnElement[bool]:
    """Sent to a team of the caller, about the caller's client, or standing in the area's queue the caller minds."""
    return opened(actor, "referral", Referral, by=("client_self", "care_team", "area_queue"))


def visible_referrals(actor: Actor) -> Select[Referral]:
    return seen(actor, "referral", Referral)


FINAL_SENT = exists().where(Feedback.referral_id == Referral.id, ~Feedback.interim, Feedback.level.is_not(None))
# What a sender sees of the state; `rules.shown_status` says the same in Python.
SHOWN = case(
    (and_(Referral.state.in_((S.IN_PROGRESS, S.CLOSED, S.WITHDRAWN)), FINAL_SENT), "ended"),
    (and_(Referral.state.in_((S.CLOSED, S.WITHDRAWN)), Referral.pathway_id.is_not(None)), "in_progress"),
    (and_(Referral.state.in_((S.CLOSED, S.WITHDRAWN)), Referral.decision_reason.is_not(None)), "returned_for_info"),
    (and_(Referral.state.in_((S.CLOSED, S.WITHDRAWN)), Referral.waiting_since.is_not(None)), "waitlisted"),
    (Referral.state.in_((S.CLOSED, S.WITHDRAWN)), "received"),
    else_=Referral.state,
)


# Open as a sender sees it.
SHOWN_OPEN = SHOWN.in_([S.DRAFT.value, *(state.value for state in OPEN)])


def read_inside(actor: Actor) -> ColumnElement[bool]:
    """Where the caller reads as the receiving side or the client, not as the sender: as `reading.view_of` says."""
    receiving: list[ColumnElement[bool]] = [
        and_(Referral.state != S.DRAFT, Referral.team_id.in_(actor.teams)),
        and_(Referral.state != S.DRAFT, Referral.team_id.is_(None), Referral.area_id.in_(actor.context.areas)),
    ]
    if actor.client_id is not None:
        receiving.append(Referral.client_id == actor.client_id)
    return or_(*receiving, and_(received_by(actor), ~sent_by(actor)))


def with_status(rows: Select[Referral], actor: Actor, status: str) -> Select[Referral]:
    """Filtered by the status that this reader sees, so that a filter tells no more than the list does."""
    inside = read_inside(actor)
    return rows.where(or_(and_(inside, Referral.state == status), and_(~inside, SHOWN.in_([status]))))


async def own_open(session: AsyncSession, actor: Actor, presented_index: bytes) -> list[Referral]:
    """Open referrals of the caller's own organisation for the person of this code: open as the sender sees them, or
    sending again would tell what the status hides."""
    rows = select(Referral).where(sent_by(actor), Referral.presented_index == presented_index, SHOWN_OPEN)
    return list(await session.scalars(rows))


async def own_open_from(
    session: AsyncSession,
    actor: Actor,
    *,
    meeting_id: UUID | None = None,
    pathway_id: UUID | None = None,
    team_id: UUID | None = None,
) -> list[Referral]:
    """The caller's own (as in `own_open`) out of a meeting, or out of a path to a team."""
    rows = select(Referral).where(sent_by(actor), SHOWN_OPEN)
    if meeting_id is not None:
        rows = rows.where(Referral.origin_meeting_id == meeting_id)
    if pathway_id is not None:
        rows = rows.where(Referral.origin_pathway_id == pathway_id, Referral.team_id == team_id)
    return list(await session.scalars(rows))


async def open_of_client(session: AsyncSession, actor: Actor, client_id: UUID, source: str) -> list[Referral]:
    """Open referrals of one's own client from one source. For the area's people and the client."""
    rows = visible_referrals(actor).where(
        Referral.client_id == client_id, Referral.source == source, Referral.state.in_(OPEN)
    )
    return list(await session.scalars(rows))


async def final_feedback(session: AsyncSession, referral_ids: Iterable[UUID]) -> dict[UUID, Feedback]:
    """The final feedback, or the waiver, of each referral that has one."""
    rows = select(Feedback).where(Feedback.referral_id.in_(list(referral_ids)), ~Feedback.interim)
    return {row.referral_id: row for row in await session.scalars(rows)}


def feedback_of(referral_id: UUID) -> Select[Feedback]:
    return select(Feedback).where(Feedback.referral_id == referral_id)


def events_of(referral_id: UUID) -> Select[ReferralEvent]:
    return select(ReferralEvent).where(ReferralEvent.referral_id == referral_id)


async def of_pathway(session: AsyncSession, pathway_id: UUID, *, lock: bool = False) -> list[Referral]:
    """Referrals that a path answers, in one order."""
    rows = select(Referral).where(Referral.pathway_id == pathway_id).order_by(Referral.id)
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    return list(await session.scalars(rows))


async def covering_team(session: AsyncSession, area_id: UUID, municipality: str | None) -> Team | None:
    """The team of the area that covers the municipality; of several the first by id, as routing does."""
    if municipality is None:
        return None
    rows = (
        select(Team)
        .where(Team.area_id == area_id, any_(Team.municipalities) == municipality)
        .order_by(Team.id)
        .limit(1)
    )
    team: Team | None = await session.scalar(rows)
    return team


async def team_of_area(session: AsyncSession, team_id: UUID, area_id: UUID) -> Team | None:
    team: Team | None = await session.scalar(select(Team).where(Team.id == team_id, Team.area_id == area_id))
    return team


async def organisation_kind(session: AsyncSession, organisation_id: UUID) -> str:
    """What an organisation is: a code of `org_type`."""
    return (await session.get_one(Organisation, organisation_id)).kind


async def team_names(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {id for id in ids if id is not None}
    return {t.id: t.name for t in await session.scalars(select(Team).where(Team.id.in_(wanted)))}


async def organisation(session: AsyncSession, id: UUID) -> Organisation | None:
    return await session.get(Organisation, id)


async def unanswered_onward(session: AsyncSession, client_id: UUID, *, lock: bool) -> list[Referral]:
    """The client's referrals from a path to another team that nobody has decided on."""
    rows = (
        select(Referral)
        .where(
            Referral.client_id == client_id,
            Referral.origin_pathway_id.is_not(None),
            Referral.state.in_((*UNDECIDED, ReferralState.RETURNED_FOR_INFO)),
        )
        .order_by(Referral.id)
    )
    if lock:
        rows = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(await session.scalars(rows))


async def owing_feedback(session: AsyncSession, client_id: UUID) -> list[Referral]:
    """The client's running referrals of an organisation that waits for its final feedback."""
    final = select(Feedback.id).where(Feedback.referral_id == Referral.id, ~Feedback.interim)
    rows = select(Referral).where(
        Referral.client_id == client_id,
        Referral.sender_organisation_id.is_not(None),
        Referral.state.in_(OPEN),
        ~final.exists(),
    )
    return list(await session.scalars(rows.order_by(Referral.id)))


async def sent_on(session: AsyncSession, consent_id: UUID) -> list[Referral]:
    """Referrals that a consent was stated in."""
    rows = select(Referral).where(Referral.consent_id == consent_id, Referral.submitted_at.is_not(None))
    return list(await session.scalars(rows.order_by(Referral.id)))
