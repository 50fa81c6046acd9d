"""How the steps of a path are shown: done, now and next, whose they are today, when they are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import called, called_in
from app.kit.flow import IllegalMove
from app.kit.i18n import Text, speaking
from app.kit.problems import Problem
from app.kit.schemas import AllowedAction
from app.kit.workdays import counting_date
from app.pathways import queries, rules, scoring
from app.pathways.models import STEP_FLOW, Pathway, PathwayState, PathwayStep, StepState
from app.pathways.queries import Sitting
from app.pathways.schemas import HoldRead, StepOwner, StepRead
from app.pathways.scoring import StartScoreMissing
from app.pathways.step_models import PathwayHold, StepChange, StepChangeKind
from app.pathways.step_refusals import TooManySteps, over
from app.pathways.step_rules import MOST_STEPS, Period, Standing, as_of, depending, family, held_days, standings
from app.pathways.step_schemas import StepChangeRead
from app.pathways.steps import completing_refusal, reopening_refusal, skipping_refusal
from app.people.actor import Actor
from app.routing.queries import names_of
from app.teams.models import Standing as OnSeat

AGREED = Text("sovittu asiakkaan kanssa", "överenskommet med klienten", "agreed with the client")
COUNTED_URGENT = Text(
    "kiireellinen: {days} arkipäivää polun alusta",
    "brådskande: {days} arbetsdagar från stigens början",
    "urgent: {days} working days from the start",
)
COUNTED = Text(
    "{days} arkipäivää polun alusta", "{days} arbetsdagar från stigens början", "{days} working days from the start"
)
AND_HELD = Text(
    " ja tauon {days} arkipäivää", " och pausens {days} arbetsdagar", " and the {days} working days of the hold"
)
HIDDEN = StepOwner(standing="hidden", seat_id=None, person_id=None, person=None)
NO_SEAT = StepOwner(standing="no_seat", seat_id=None, person_id=None, person=None)


def tells(actor: Actor, step: PathwayStep) -> bool:
    """Which of the two physicians it is tells what the client is treated for: not for those outside health, nor is who
    did what on the step."""
    return step.owner_role in rules.TELLING_ROLES and not (actor.health_professional or actor.client_id is not None)


def hides(actor: Actor, step: PathwayStep) -> bool:
    """Whose step it is: what tells, and what nobody has decided yet, whatever the template has in its place."""
    return step.owner_role in rules.TELLING_ROLES and (tells(actor, step) or not step.owner_named)


def owner_of(pathway: Pathway, on_seat: Sequence[Sitting]) -> StepOwner:
    """Who a seat's step stands on today: whoever answers for the path where they sit there, else the first holder, else
    the first deputy, of those who are not away."""
    if not on_seat:
        return NO_SEAT
    seat = on_seat[0].seat_id
    seated = [one for one in on_seat if one.person_id is not None]
    present = [one for one in seated if not one.away]
    if not present:
        return StepOwner(standing="away" if seated else "vacant", seat_id=seat, person_id=None, person=None)
    first = min(
        present, key=lambda one: (one.standing is not OnSeat.HOLDER, one.person_id != pathway.responsible_person_id)
    )
    standing = "holder" if first.standing is OnSeat.HOLDER else "deputy"
    return StepOwner(standing=standing, seat_id=seat, person_id=first.person_id, person=first.name)


def step_refusal(
    pathway: Pathway, step: PathwayStep, steps: Sequence[PathwayStep], unscored: bool, verb: str
) -> Problem | None:
    """What a verb on a step would answer now, or None. `unscored`: the path asks a start score and has none."""
    if pathway.state is not PathwayState.ACTIVE:
        return IllegalMove(state=pathway.state.value, allowed=[])
    match verb:
        case "complete":
            return completing_refusal(step, steps, None) or (StartScoreMissing() if unscored else None)
        case "skip":
            return skipping_refusal(step, depending([step], steps))
        case "plan":
            return over(step)
        case "reopen" if step.state is not StepState.PLANNED:
            return reopening_refusal(step, steps)
        case "repeat" if step.state is not StepState.PLANNED and len(steps) >= MOST_STEPS:
            return TooManySteps(most=MOST_STEPS)
    return None


def step_actions(
    actor: Actor,
    pathway: Pathway,
    step: PathwayStep,
    steps: Sequence[PathwayStep],
    unscored: bool,
    sides: set[str],
) -> list[AllowedAction]:
    """The verbs of a step. What is over says so by its own code, as the verbs do."""
    found = STEP_FLOW.actions(step.state, actor, partial(step_refusal, pathway, step, steps, unscored), sides=sides)
    told = []
    for action in found:
        illegal = action.because == IllegalMove.code
        refusal = step_refusal(pathway, step, steps, unscored, action.action) if illegal else None
        told.append(AllowedAction.of(action.action, refusal) if refusal is not None else action)
    return told


def show_step(
    actor: Actor,
    pathway: Pathway,
    step: PathwayStep,
    standing: Standing,
    holds: Sequence[PathwayHold],
    owner: StepOwner | None,
    actions: list[AllowedAction],
    known: set[str] | None = None,
) -> StepRead:
    """`known`: the steps that this reader knows of, where some are kept from them."""
    stood: Sequence[Period] = holds if step.done_at is None else as_of(holds, civil_date(step.done_at))
    held = 0 if step.planned_on else held_days(counting_date(pathway.started_at), step.due_days, stood)
    due = rules.due_on(pathway.started_at, step.due_days, step.planned_on, held)
    computed = ("purpose", "bring")
    fields = {n: getattr(step, n) for n in StepRead.model_fields if hasattr(step, n) and n not in computed}
    if hides(actor, step):
        fields["owner_role"] = rules.SOME_PHYSICIAN
    if known is not None:
        fields |= {n: [key for key in fields[n] if family(key) in known] for n in ("after", "requires")}
    open_step = step.state is StepState.PLANNED and pathway.state is PathwayState.ACTIVE
    return StepRead(
        **fields,
        label=called("step_kind", step.kind),
        purpose=words_of(step.purpose),
        bring=words_of(step.bring),
        standing=standing.value,
        owner=owner if open_step else None,
        due_on=due,
        due_rule=due_rule(pathway, step, held),
        overdue=open_step and due < civil_date(actor.at) and not any(h.holds(civil_date(actor.at)) for h in holds),
        allowed_actions=actions,
    )


def words_of(said: dict[str, str]) -> str | None:
    """In the reader's language; of what a person wrote in another only, that."""
    return said.get(speaking.get()) or next((words for words in said.values() if words), None)


def due_rule(pathway: Pathway, step: PathwayStep, held: int) -> str:
    language = speaking.get()
    if step.planned_on:
        return AGREED.pick(language)
    counted = (COUNTED_URGENT if pathway.urgent else COUNTED).format(days=step.due_days).pick(language)
    return counted + (AND_HELD.format(days=held).pick(language) if held else "")


async def show_steps(
    session: AsyncSession, actor: Actor, pathway: Pathway, holds: Sequence[PathwayHold], sides: set[str]
) -> list[StepRead]:
    """The steps that this reader sees, in as many statements for two hundred as for eight. Where they stand is told of
    the whole path, those not shown to a client included."""
    shown = await queries.steps_of(session, actor, pathway.id)
    steps = shown if actor.client_id is None else await queries.every_step(session, pathway.id)
    running = pathway.state is PathwayState.ACTIVE
    stand = {step.id: standing for step, standing in zip(steps, standings(steps, running=running), strict=True)}
    roles = {step.owner_role for step in shown if step.state is StepState.PLANNED}
    seats: dict[str, list[Sitting]] = {}
    if roles and running:
        for one in await queries.sitting(session, pathway.team_id, roles, civil_date(actor.at)):
            seats.setdefault(one.role, []).append(one)
    known = {family(step.key) for step in shown} if actor.client_id is not None else None
    unscored = "team" in sides and running and await scoring.lacks_start(session, pathway)
    owners = {role: owner_of(pathway, seats.get(role, ())) for role in roles}
    return [
        show_step(
            actor,
            pathway,
            step,
            stand[step.id],
            holds,
            HIDDEN if hides(actor, step) else owners.get(step.owner_role),
            step_actions(actor, pathway, step, steps, unscored, sides) if "team" in sides else [],
            known,
        )
        for step in shown
    ]


def show_hold(hold: PathwayHold, today: date) -> HoldRead:
    fields = {n: getattr(hold, n) for n in HoldRead.model_fields if hasattr(hold, n)}
    return HoldRead(**fields, reason_label=called("hold_reason", hold.reason), running=hold.holds(today))


# Where the reason of a change is from, if not from `step_change_reason`.
REASONS_OF = {
    StepChangeKind.SKIPPED: ("skip_reason", "skipped_with"),
    StepChangeKind.REOPENED: ("step_change_reason", "out_of_order_reason"),
    StepChangeKind.OUT_OF_ORDER: ("out_of_order_reason",),
    StepChangeKind.UPGRADED: ("skipped_with",),
}


def skip_label(reason: str) -> str:
    """Why a step was skipped, in the reader's language: what a person said, or the engine's own code."""
    return called_in(REASONS_OF[StepChangeKind.SKIPPED], reason)


def reason_label(change: StepChange) -> str:
    return called_in(REASONS_OF.get(change.change, ("step_change_reason",)), change.reason)


async def changes(session: AsyncSession, actor: Actor, found: Iterable[StepChange]) -> list[StepChangeRead]:
    """Rows of a page, in two statements more."""
    rows = list(found)
    steps = await queries.steps_named(session, {row.step_id for row in rows if row.step_id is not None})
    names = await names_of(session, [row.author_id for row in rows])
    shown = []
    for row in rows:
        step = steps.get(row.step_id) if row.step_id is not None else None
        fields = {n: getattr(row, n) for n in StepChangeRead.model_fields if hasattr(row, n)}
        if step is not None and tells(actor, step):
            fields["author_id"] = None
        shown.append(
            StepChangeRead(
                **fields,
                step_key=step.key if step else None,
                step_label=called("step_kind", step.kind) if step else None,
                change_label=called("step_change", row.change.value),
                reason_label=reason_label(row),
                author=names.get(fields["author_id"]) if fields["author_id"] is not None else None,
            )
        )
    return shown
