"""What a meeting decided: whose it is, until when, and the step of the path that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.meetings import opening, queries
from app.meetings.models import FLOW, Meeting
from app.meetings.part_models import MeetingDecision
from app.meetings.part_schemas import DecisionAssign, DecisionGiven, DecisionStep, OwnerGiven
from app.outbox.events import append
from app.pathways import step_moving
from app.pathways.models import Pathway
from app.pathways.step_schemas import StepAdd
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes

AGREED = "agreed_in_meeting"


class DecisionOwnerUnknown(Invalid):
    """An owner is a role, a seat of the team, somebody invited or of the team, or a partner that is invited."""

    code = "decision_owner_unknown"
    detail = Text(
        "Päätöksen omistajaa ei löydy tästä tiimistä eikä kutsutuista.",
        "Beslutets ägare finns inte i teamet och inte bland de inbjudna.",
        "The owner of the decision is neither of this team nor among those invited.",
    )


class DecisionDayMissing(Invalid):
    code = "decision_day_missing"
    detail = Text(
        "Vaiheeksi tulevalla päätöksellä on oltava päivä.",
        "Ett beslut som blir ett steg behöver en dag.",
        "A decision that becomes a step needs a day.",
    )


class StepOwnerMissing(Invalid):
    code = "step_owner_missing"
    detail = Text(
        "Kerro vaiheen omistajan rooli: ownerRole.",
        "Ange rollen för stegets ägare: ownerRole.",
        "Say which role owns the step: ownerRole.",
    )


class DecisionHasStep(Invalid):
    code = "decision_has_step"
    detail = Text(
        "Päätöksestä on jo vaihe polulla. Muuta sitä siellä.",
        "Beslutet är redan ett steg på stigen. Ändra det där.",
        "The decision is a step of the path already. Change it there.",
    )


async def decide(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    meeting: Meeting,
    words: Sequence[str],
    given: Sequence[DecisionGiven],
    at: datetime,
) -> list[str]:
    """Keep what was decided, in order. Returns the words of all.

    Raises `DecisionOwnerUnknown`, `DecisionDayMissing`, `StepOwnerMissing`, and what adding a step raises.
    """
    for number, one in enumerate(given):
        pointer = f"agreed/{number}"
        refuse_codes(**{f"{pointer}/words": one.words})
        decision = MeetingDecision(
            meeting_id=meeting.id, client_id=meeting.client_id, position=number, words=one.words, due_on=one.due_on
        )
        session.add(decision)
        await session.flush()
        if one.owner is not None:
            await own(session, pathway, meeting, decision, one.owner, f"{pointer}/owner", at)
        if one.step is not None:
            await to_step(session, actor, pathway, decision, one.step, pointer, at)
    await session.flush()
    return [*words, *(one.words for one in given)]


async def own(
    session: AsyncSession,
    pathway: Pathway,
    meeting: Meeting,
    decision: MeetingDecision,
    owner: OwnerGiven,
    pointer: str,
    at: datetime,
) -> None:
    """Raises `DecisionOwnerUnknown`."""
    invited = await queries.invitations(session, meeting.id)
    on = civil_date(at)
    known = True
    if owner.seat_id is not None:
        known = owner.seat_id in await queries.seats_of(session, pathway.team_id)
    elif owner.person_id is not None:
        known = owner.person_id in {row.person_id for row in invited} or owner.person_id in (
            await queries.holders_of(session, pathway.team_id, on)
        )
    elif owner.organisation_id is not None:
        known = owner.organisation_id in {row.organisation_id for row in invited if row.open}
    if not known:
        raise at_field(DecisionOwnerUnknown, pointer)
    decision.owner_role, decision.owner_seat_id = owner.role, owner.seat_id
    decision.owner_person_id, decision.owner_organisation_id = owner.person_id, owner.organisation_id


async def to_step(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    decision: MeetingDecision,
    step: DecisionStep,
    pointer: str,
    at: datetime,
) -> None:
    """Raises `DecisionDayMissing`, `StepOwnerMissing`, and what `step_moving.add` raises."""
    if decision.due_on is None:
        raise at_field(DecisionDayMissing, f"{pointer}/dueOn")
    role = step.owner_role or decision.owner_role
    if role is None:
        role = await queries.role_of(
            session, pathway.team_id, decision.owner_seat_id, decision.owner_person_id, civil_date(at)
        )
    if role is None:
        raise at_field(StepOwnerMissing, f"{pointer}/step/ownerRole")
    added = StepAdd.model_construct(
        kind=step.kind,
        owner_role=role,
        planned_on=decision.due_on,
        due_days=None,
        purpose=step.purpose,
        bring=None,
        after_key=None,
        optional=True,
        client_visible=step.client_visible,
        expected_minutes=None,
        reason=AGREED,
    )
    row = await step_moving.add(session, actor, pathway, added, at)
    decision.step_id = row.id
    pathway.touch()


async def assign(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    meeting: Meeting,
    decision: MeetingDecision,
    given: DecisionAssign,
    at: datetime,
) -> None:
    """An owner later: a partner that owns it reads it as the client permits.

    Raises `DecisionHasStep`, and what `decide` raises.
    """
    FLOW.check(meeting.state, "assign_decision")
    await own(session, pathway, meeting, decision, given.owner, "owner", at)
    if given.due_on is not None:
        decision.due_on = given.due_on
    if given.step is not None:
        if decision.step_id is not None:
            raise at_field(DecisionHasStep, "step")
        await to_step(session, actor, pathway, decision, given.step, "", at)
    await opening.open_to(session, actor, meeting, await queries.invitations(session, meeting.id), at)
    meeting.touch()
    append(session, "meeting.decision_assigned", meeting, client=meeting.client_id, team=pathway.team_id)
    await session.flush()


def unowned(decisions: Sequence[MeetingDecision]) -> list[UUID]:
    """Those that nobody has taken. Pure."""
    return [one.id for one in decisions if not one.owned]
