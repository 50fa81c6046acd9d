"""What a picture tells to whoever asks for it: from what the path shows them, and never more."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.i18n import Text, speaking
from app.path_templates.rules import Template, TemplateStep
from app.pathways import queries, reading, step_reading
from app.pathways.models import Pathway, PathwayState, StepState
from app.pathways.schemas import PathwayRead, StepRead
from app.people.actor import Actor
from app.routing.queries import names_of
from app.views.pictures import words
from app.views.pictures.facts import Facts, Hearer, Standing, StepFact


async def of_pathway(session: AsyncSession, actor: Actor, pathway: Pathway, *, for_client: bool) -> Facts:
    """The picture of a path for this reader; `for_client` leaves out the steps that a client does not see, so that
    what is printed by a worker can be given away."""
    language = speaking.get()
    shown = await reading.show(session, actor, pathway)
    steps = [step for step in shown.steps if step.client_visible or not for_client]
    rows = await queries.steps_of(session, actor, pathway.id)
    doers = {row.id: row.done_by_id for row in rows if not step_reading.tells(actor, row)}
    names = await names_of(session, doers.values())
    running = pathway.state is PathwayState.ACTIVE
    title, state = words.YOURS.pick(language), words.RUNNING.pick(language)
    if pathway.closed_at is not None:
        state = words.ENDED.pick(language).format(day=words.day(civil_date(pathway.closed_at), language))
    model = called("path_template", pathway.template)
    return Facts(
        language=language,
        title=title,
        subtitle=f"{sentence_case(model)}. {state}.",
        as_of=civil_date(actor.at),
        responsible=shown.responsible_person if running else None,
        next_action=shown.next_action if running else None,
        next_on=words.day(shown.next_action_on, language) if running else None,
        next_late=shown.next_action_overdue,
        held=words.HELD.pick(language).format(day=words.day(shown.held_until, language)) if shown.held_until else None,
        steps=tuple(step_of(step, names, doers.get(step.id)) for step in steps),
        outcomes=tuple(
            dict.fromkeys(sentence_case(one.label) for one in shown.outcomes if one.entered_in_error_reason is None)
        ),
        hearers=hearers(shown),
        promises=tuple(shown.sender_sees),
    )


def step_of(step: StepRead, names: Mapping[UUID, str], doer: UUID | None) -> StepFact:
    """One step as the path shows it: whose it is today while it is planned, and who did it (`doer`) afterwards. Nobody
    stands at a step that was left out: whoever closed the path had nothing to do with it."""
    person = names.get(doer) if doer and step.state is StepState.DONE else None
    if step.owner is not None:
        person = step.owner.person
    return StepFact(
        key=step.key,
        title=sentence_case(step.label),
        standing=Standing(step.standing),
        purpose=step.purpose,
        when=when(step),
        late=step.overdue,
        owner=called("role", step.owner_role),
        person=person,
        bring=step.bring,
        because=step_reading.skip_label(step.skipped_because) if step.skipped_because else None,
        optional=step.optional,
        branch=step.branch,
        before=(*step.after, *step.requires),
    )


def sentence_case(label: str) -> str:
    return label[:1].upper() + label[1:]


def when(step: StepRead) -> str:
    language = speaking.get()
    if step.done_at is not None:
        text = words.DONE_ON if step.state is StepState.DONE else words.LEFT_ON
        return text.pick(language).format(day=words.day(civil_date(step.done_at), language))
    text = words.AGREED if step.planned_on else words.BY
    return text.pick(language).format(day=words.day(step.due_on, language))


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
        title=said(template.title),
        subtitle=f"{words.TEMPLATE.pick(language)}.",
        source=template.source,
        steps=tuple(template_step(step) for step in template.steps),
        promises=(words.USUALLY_HEARS.pick(language),),
    )


def said(text: Text) -> str:
    """In the reader's language; of what is written in another only, that, as a path tells it."""
    return step_reading.words_of({language: words for language, words in text.as_dict().items() if words}) or ""


def template_step(step: TemplateStep) -> StepFact:
    language = speaking.get()
    return StepFact(
        key=step.key,
        title=sentence_case(called("step_kind", step.kind)),
        standing=Standing.USUAL,
        purpose=said(step.purpose),
        when=words.WITHIN.pick(language).format(days=step.due_days),
        owner=called("role", step.owner_role),
        bring=said(step.bring) if step.bring else None,
        optional=step.optional,
        branch=step.branch,
        before=(*step.after, *step.requires),
    )
