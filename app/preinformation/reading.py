"""How a form is shown: its answers to the client and to the health register, its course to the whole team."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from app.people.actor import Actor
from app.preinformation import queries, rules
from app.preinformation.forms import pinned
from app.preinformation.models import FLOW, Preinformation
from app.preinformation.schemas import (
    AddendumRead,
    AnswerRead,
    FillingRead,
    FillingService,
    FormLinkRead,
    FormRead,
    PreinformationRead,
)  # fmt: skip
from app.preinformation.service import reads_answers, refusal, told_to
from app.representatives.links import LinkHolder

EMPTY = {"text": None, "code": None, "codes": None, "number": None, "day": None, "yes": None}


def answer(item: rules.Item, value: rules.Value) -> AnswerRead:
    """A kept answer in the member of its kind."""
    told = date.fromisoformat(str(value)) if item.kind is rules.Kind.DATE else value
    return AnswerRead.model_validate({**EMPTY, "link_id": item.link_id, rules.MEMBER[item.kind]: told})


def answers(form: rules.Form, kept: rules.Answers) -> list[AnswerRead]:
    """In the order of the form."""
    return [answer(item, kept[item.link_id]) for item in form.items.values() if item.link_id in kept]


async def show(session: AsyncSession, actor: Actor, row: Preinformation) -> PreinformationRead:
    """A team that did not ask reads, and has no verbs."""
    form = pinned(row.form, row.form_version)
    own = actor.client_id is not None
    reads = reads_answers(actor)
    given = await told_to(session, actor, row) if reads else {}
    link = await queries.link_of(session, row.id)
    sides = {"filler"} if own else {"filler", "team"} if row.team_id in actor.teams else set()
    plain = {name: getattr(row, name) for name in PreinformationRead.model_fields if hasattr(row, name)}
    return PreinformationRead(
        **plain
        | {
            "form": form.id,
            "link": FormLinkRead.model_validate(link) if link else None,
            "answers": answers(form, given) if reads else None,
            "missing": rules.missing(form, given) if reads else None,
            "addenda": [AddendumRead.model_validate(a) for a in await queries.addenda_of(session, row.id)]
            if reads
            else None,
            "allowed_actions": FLOW.actions(row.state, actor, lambda verb: refusal(actor, verb), sides=sides),
        }
    )


async def show_filling(session: AsyncSession, holder: LinkHolder, row: Preinformation) -> FillingRead:
    """To the holder of a link: nothing that says whose it is."""
    form = pinned(row.form, row.form_version)
    kept = await queries.answers_of(session, row.id)
    given: rules.Answers = kept.answers if kept else {}
    name, seat = await queries.service_of(session, row.team_id)
    return FillingRead(
        version=row.version,
        state=row.state,
        service=FillingService(name=name, phone=seat.phone if seat else None, email=seat.email if seat else None),
        expires_at=holder.expires_at,
        form=FormRead.of(form),
        answers=answers(form, given),
        missing=rules.missing(form, given),
    )
