"""What can happen to the plan of a path: barriers recorded, goals ended, small steps told."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Forbidden, Invalid, MissingPermission, Problem
from app.outbox.events import append
from app.pathways.models import PATHWAY_FLOW, Goal, GoalEnd, GoalMark, Pathway, PathwayState
from app.pathways.queries import goals_of
from app.people.actor import Actor
from app.people.periods import at_field
from app.plans import queries, rules
from app.plans.models import BarrierRecord, BarrierStanding, FollowUp, PlanWords, SmallStep
from app.plans.schemas import BarrierRecordCreate, GoalMarkCreate, SmallStepCreate
from app.referrals.content import refuse_codes
from app.security.permissions import Permission as P


class GoalEnded(Conflict):
    code = "goal_ended"
    detail = Text(
        "Tavoite on jo merkitty. Sovi tarvittaessa uusi tavoite.",
        "Målet har redan märkts. Kom vid behov överens om ett nytt mål.",
        "The goal is marked already. Agree on a new goal if needed.",
    )
    constraints = ("uq_goal_marks_goal_id",)


class NewGoalMissing(Invalid):
    """`changed` comes with the goal that takes the place, and nothing else does."""

    code = "new_goal_missing"
    detail = Text(
        "Muuttuneelle tavoitteelle kirjataan uusi tavoite; muulloin newDescription jätetään pois.",
        "För ett ändrat mål antecknas ett nytt mål; annars lämnas newDescription bort.",
        "A changed goal comes with the new one; otherwise leave newDescription out.",
    )


class BarrierNotRecorded(Conflict):
    """Only what was recorded can have eased or gone."""

    code = "barrier_not_recorded"
    detail = Text(
        "Estettä ei ole kirjattu polulle. Kirjaa se ensin.",
        "Hindret har inte antecknats på stigen. Anteckna det först.",
        "The barrier is not recorded on the path. Record it first.",
    )


class OtherRegister(Forbidden):
    """The words would go to a register that the writer does not work in: `register` (domain 5.3)."""

    code = "other_register"
    detail = Text(
        "Sanat kuuluvat rekisteriin {register}, johon et kirjaa. Jätä sanat pois tai pyydä osapuolta kirjaamaan.",
        "Orden hör till registret {register}, som du inte för. Lämna bort orden eller be parten anteckna dem.",
        "The words belong to the register {register}, which is not yours. Leave them out, or let the party write them.",
    )


class NotYet(Invalid):
    code = "not_yet"
    detail = Text(
        "Päivä on tulevaisuudessa. Kirjaa se, kun se on tapahtunut.",
        "Dagen ligger i framtiden. Anteckna det när det har hänt.",
        "The day is in the future. Record it when it has happened.",
    )


class UnknownGoal(Invalid):
    code = "unknown_goal"
    detail = Text("Polulla ei ole tätä tavoitetta.", "Stigen har inte det målet.", "The path has no such goal.")


def happened(day: date | None, at: datetime, field: str) -> date:
    """The day given, or today. Raises `NotYet`."""
    today = civil_date(at)
    if day is not None and day > today:
        raise at_field(NotYet, field)
    return day or today


def say(
    session: AsyncSession,
    actor: Actor,
    pathway_id: UUID,
    client_id: UUID,
    subject: BarrierRecord | FollowUp,
    register: str,
    words: str | None,
) -> None:
    """Keep words in their register. Raises `OtherRegister`."""
    if words is None:
        return
    if register not in (rules.OPERATIONAL, *actor.context.registers):
        raise OtherRegister(register=register)
    session.add(
        PlanWords(
            pathway_id=pathway_id,
            client_id=client_id,
            subject_type="follow_up" if isinstance(subject, FollowUp) else "barrier",
            subject_id=subject.id,
            register=register,
            words=words,
            author_id=actor.person_id,
        )
    )


async def record_barrier(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: BarrierRecordCreate, at: datetime
) -> BarrierRecord:
    """Raises `BarrierNotRecorded`, `NotYet`, `OtherRegister`, `IllegalMove`."""
    PATHWAY_FLOW.check(pathway.state, "record_barrier")
    refuse_codes(words=given.words)
    if given.standing is not BarrierStanding.PRESENT and not await queries.barrier_recorded(
        session, pathway.id, given.barrier
    ):
        raise BarrierNotRecorded()
    record = BarrierRecord(
        id=own_id(given.id, at),
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        barrier=given.barrier,
        standing=given.standing,
        agreed_with_client=given.agreed_with_client,
        recorded_on=happened(given.recorded_on, at, "recordedOn"),
        author_id=actor.person_id,
    )
    session.add(record)
    register = rules.register_of_barrier(given.barrier)
    say(session, actor, pathway.id, pathway.client_id, record, register, given.words)
    append(session, "plan.changed", pathway, client=pathway.client_id, team=pathway.team_id)
    await session.flush()
    return record


async def mark_goal(
    session: AsyncSession, actor: Actor, pathway: Pathway, goal: Goal, given: GoalMarkCreate, at: datetime
) -> None:
    """How a goal ended, once. Raises `GoalEnded`, `NewGoalMissing`, `NotYet`, `IllegalMove`."""
    PATHWAY_FLOW.check(pathway.state, "mark_goal")
    refuse_codes(words=given.words, newDescription=given.new_description)
    if (given.ending is GoalEnd.CHANGED) != (given.new_description is not None):
        raise at_field(NewGoalMissing, "newDescription")
    marked_on = happened(given.marked_on, at, "markedOn")
    if any(mark for found, mark in await goals_of(session, pathway.id) if found.id == goal.id):
        raise GoalEnded()
    replacing = None
    if given.new_description is not None:
        replacing = Goal(
            pathway_id=pathway.id,
            client_id=pathway.client_id,
            description=given.new_description,
            agreed_with_client=given.agreed_with_client,
            agreed_on=marked_on,
            author_id=actor.person_id,
        )
        session.add(replacing)
        await session.flush()
    session.add(
        GoalMark(
            goal_id=goal.id,
            pathway_id=pathway.id,
            client_id=pathway.client_id,
            ending=given.ending,
            marked_on=marked_on,
            words=given.words,
            replaced_by_id=replacing.id if replacing else None,
            author_id=actor.person_id,
        )
    )
    append(session, "plan.changed", pathway, client=pathway.client_id, team=pathway.team_id)
    await session.flush()


async def add_step(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: SmallStepCreate, at: datetime
) -> SmallStep:
    """By the client, or by the path's team. Raises `MissingPermission`, `Forbidden`, `IllegalMove`, `NotYet`,
    `UnknownGoal`."""
    refusal = step_refusal(actor, pathway)
    if refusal is not None:
        raise refusal
    refuse_codes(words=given.words)
    if given.goal_id is not None and not await queries.goal_of_path(session, given.goal_id, pathway.id):
        raise at_field(UnknownGoal, "goalId")
    step = SmallStep(
        id=own_id(given.id, at),
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        goal_id=given.goal_id,
        taken_on=happened(given.taken_on, at, "takenOn"),
        words=given.words,
        by_client=actor.client_id is not None,
        author_id=actor.person_id,
    )
    session.add(step)
    append(session, "plan.changed", pathway, client=pathway.client_id, team=pathway.team_id)
    await session.flush()
    return step


def step_refusal(actor: Actor, pathway: Pathway) -> Problem | None:
    """Why the caller may not add a small step to a path they see."""
    if actor.client_id is None and not actor.may(P.PATHWAY_WRITE):
        return MissingPermission(permission=P.PATHWAY_WRITE.value)
    if actor.client_id is None and pathway.team_id not in actor.teams:
        return Forbidden()
    return None if pathway.state is PathwayState.ACTIVE else PATHWAY_FLOW.refuse(pathway.state, set())
