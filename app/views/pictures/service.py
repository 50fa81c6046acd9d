"""What a picture tells to whoever asks for it: from what the path shows them, and never more."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.i18n import speaking
from app.path_templates.rules import Template, TemplateStep
from app.pathways import queries, reading
from app.pathways.models import Pathway, PathwayState, PathwayStep, StepState
from app.pathways.rules import TELLING_ROLES
from app.pathways.schemas import PathwayRead, StepRead
from app.people.actor import Actor
from app.routing.queries import names_of
from app.views.pictures import words
from app.views.pictures.facts import Facts, Hearer, Order, Standing, StepFact, now_and_next


async def of_pathway(session: AsyncSession, actor: Actor, pathway: Pathway, *, for_client: bool) -> Facts:
    """The picture of a path for this reader; `for_client` leaves out the steps that a client does not see, so that
    what is printed by a worker can be given away."""
    language = speaking.get()
    shown = await reading.show(session, actor, pathway)
    rows = [row for row in await queries.steps_of(session, actor, pathway.id) if row.client_visible or not for_client]
    names = await names_of(session, [row.done_by_id for row in rows if row.state is StepState.DONE])
    running = pathway.state is PathwayState.ACTIVE
    standings = now_and_next([order_of(row) for row in rows], running=running)
    by_id = {step.id: step for step in shown.steps}
    title, state = words.YOURS.pick(language), words.RUNNING.pick(language)
    if pathway.closed_at is not None:
        state = words.ENDED.pick(language).format(day=words.day(civil_date(pathway.closed_at), language))
    model = called("path_template", pathway.template)
    return Facts(
        language=language,
        title=title,
        subtitle=f"{model}. {state}.",
        as_of=civil_date(actor.at),
        responsible=shown.responsible_person if running else None,
        next_action=shown.next_action if running else None,
        next_on=words.day(shown.next_action_on, language) if running else None,
        next_late=shown.next_action_overdue,
        steps=tuple(step_of(actor, row, by_id[row.id], standings, names) for row in rows),
        outcomes=tuple(dict.fromkeys(sentence_case(outcome.label) for outcome in shown.outcomes)),
        hearers=hearers(shown),
        promises=tuple(shown.sender_sees),
    )


def order_of(row: PathwayStep) -> Order:
    return Order(key=row.key, ended=row.state is not StepState.PLANNED, before=(*row.after, *row.requires))


def step_of(
    actor: Actor, row: PathwayStep, shown: StepRead, standings: dict[str, Standing], names: dict[UUID, str]
) -> StepFact:
    """One step as it is shown to the caller: who does it is told as `shown` tells it, and who did it only to those who
    may read which physician it is."""
    language = speaking.get()
    standing = standings.get(row.key, Standing.DONE if row.state is StepState.DONE else Standing.SKIPPED)
    hidden = row.owner_role in TELLING_ROLES and shown.owner_role != row.owner_role
    return StepFact(
        key=row.key,
        title=sentence_case(shown.label),
        standing=standing,
        purpose=shown.purpose,
        when=when(row, shown),
        late=shown.overdue,
        owner=called("role", shown.owner_role),
        person=None if hidden or row.done_by_id is None else names.get(row.done_by_id),
        bring=row.bring.get(language),
        because=called("skip_reason", shown.skipped_because) if shown.skipped_because else None,
        optional=row.optional,
        branch=row.branch,
        before=(*row.after, *row.requires),
    )


def sentence_case(label: str) -> str:
    return label[:1].upper() + label[1:]


def when(row: PathwayStep, shown: StepRead) -> str:
    language = speaking.get()
    if row.done_at is not None:
        text = words.DONE_ON if row.state is StepState.DONE else words.LEFT_ON
        return text.pick(language).format(day=words.day(civil_date(row.done_at), language))
    text = words.AGREED if row.planned_on else words.BY
    return text.pick(language).format(day=words.day(shown.due_on, language))


def hearers(shown: PathwayRead) -> tuple[Hearer, ...]:
    """Those who referred, and where their feedback stands; the client who came of their own accord hears anyway."""
    language = speaking.get()
    told = [
        Hearer(
            who=sentence_case(called("referral_source", one.source)), what=words.FEEDBACK[one.feedback].pick(language)
        )
        for one in shown.referrals
        if one.source != "self"
    ]
    return tuple(dict.fromkeys(told))


def of_template(template: Template) -> Facts:
    """The picture of a template: nothing has happened, and who refers is not known."""
    language = speaking.get()
    return Facts(
        language=language,
        title=template.title.pick(language),
        subtitle=f"{words.TEMPLATE.pick(language)}.",
        source=template.source,
        steps=tuple(template_step(step) for step in template.steps),
        promises=(words.USUALLY_HEARS.pick(language),),
    )


def template_step(step: TemplateStep) -> StepFact:
    language = speaking.get()
    return StepFact(
        key=step.key,
        title=sentence_case(called("step_kind", step.kind)),
        standing=Standing.USUAL,
        purpose=step.purpose.pick(language),
        when=words.WITHIN.pick(language).format(days=step.due_days),
        owner=called("role", step.owner_role),
        bring=step.bring.pick(language) if step.bring else None,
        optional=step.optional,
        branch=step.branch,
        before=(*step.after, *step.requires),
    )
