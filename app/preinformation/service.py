"""Asking for the form, filling it, sending it, adding to it, and the links by which it is filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.clients.protecting import hidden_answers
from app.clients.queries import protected
from app.kit.i18n import Language, Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Forbidden, Invalid, Problem
from app.outbox.events import append
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.people.actor import Actor
from app.preinformation import links, queries, rules
from app.preinformation.answering import AnswerInvalid
from app.preinformation.forms import newest, pinned
from app.preinformation.models import DONE, FLOW, FormAddendum, Preinformation
from app.preinformation.schemas import AddendumCreate, PreinformationRequest
from app.referrals.content import refuse_codes
from app.representatives.links import SCOPE
from app.representatives.service import acting
from app.teams.health import keep_health_out

STAFF_MODES = frozenset({"interview", "paper"})


class PreinformationOpen(Conflict):
    """`preinformationId` is the open one, where it is known."""

    code = "preinformation_open"
    detail = Text(
        "Asiakkaalta on jo pyydetty esitiedot tällä polulla. Jatka sitä tai peru se ensin.",
        "Klienten har redan ombetts lämna förhandsuppgifter på den här stigen. Fortsätt eller avbryt först.",
        "The client has been asked on this path already. Go on with that one, or cancel it first.",
    )
    constraints = ("uq_preinformation_forms_one_open",)


class UnknownForm(Invalid):
    code = "unknown_form"
    detail = Text("Lomaketta ei ole.", "Blanketten finns inte.", "There is no such form.")


class AnswersAreHealthData(Forbidden):
    code = "answers_are_health_data"
    detail = Text(
        "Vastaukset ovat terveystietoja. Niitä kirjaa ja lukee ja linkin antaa terveydenhuollon ammattilainen.",
        "Svaren är hälsouppgifter. En yrkesperson inom hälso- och sjukvården skriver och läser dem och ger länken.",
        "The answers are health data: a health professional writes and reads them, and gives the client the link.",
    )


class ModeNotYours(Invalid):
    code = "mode_not_yours"
    detail = Text(
        "Ammattilainen kirjaa haastattelun tai paperin; asiakas täyttää itse.",
        "En yrkesperson antecknar en intervju eller ett papper; klienten fyller i själv.",
        "A professional writes down an interview or copies paper; a client fills it by themself.",
    )


def reads_answers(actor: Actor) -> bool:
    """The client, or a professional of the health register."""
    return actor.client_id is not None or actor.health_professional


def refusal(actor: Actor, verb: str) -> Problem | None:
    """Answers are written, added to and marked as an error by the client or by the health register only. So are links
    made: a link shows the answers to whoever has its token, and whoever makes it has it first."""
    needs_health = FLOW.verbs[verb].side == "filler" or verb in ("mark_entered_in_error", "make_link")
    return AnswersAreHealthData() if needs_health and not reads_answers(actor) else None


def mode_of(actor: Actor, given: str | None) -> str:
    """How it is filled by this caller. Raises `AnswersAreHealthData`, `ModeNotYours`."""
    if not reads_answers(actor):
        raise AnswersAreHealthData()
    allowed = {"own_login"} if actor.client_id is not None else STAFF_MODES
    mode = given or ("own_login" if actor.client_id is not None else "interview")
    if mode not in allowed:
        raise ModeNotYours(errors=[{"pointer": "/body/mode", "code": ModeNotYours.code, "detail": ModeNotYours.detail}])
    return mode


async def represent(
    session: AsyncSession, actor: Actor, row: Preinformation, representative_id: UUID | None, at: datetime
) -> None:
    """Note who answers for the client; None: the client. Raises what `acting` does, and `ModeNotYours` for a client."""
    if representative_id is not None:
        if actor.client_id is not None:
            place = {"pointer": "/body/representativeId", "code": ModeNotYours.code, "detail": ModeNotYours.detail}
            raise ModeNotYours(errors=[place])
        await acting(session, row.client_id, representative_id, SCOPE, at)
    row.representative_id = representative_id


async def request(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: PreinformationRequest, at: datetime
) -> Preinformation:
    """Ask the client; the answers are health data. Raises `IllegalMove` on a closed path, `NoHealthDataHere`,
    `PreinformationOpen`, `UnknownForm`."""
    PATHWAY_FLOW.check(pathway.state, "request_assessment")
    await keep_health_out(session, pathway.team_id)
    form = newest(given.form)
    if form is None:
        raise UnknownForm(errors=[{"pointer": "/body/form", "code": UnknownForm.code, "detail": UnknownForm.detail}])
    running = await queries.open_form_of(session, pathway.id)
    if running is not None:
        raise PreinformationOpen(preinformation_id=str(running.id))
    row = Preinformation(
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        team_id=pathway.team_id,
        form=form.code,
        form_version=form.version,
        requested_at=at,
        requested_by_id=actor.person_id,
    )
    session.add(row)
    append(session, "preinformation.requested", row, client=row.client_id, team=row.team_id)
    await session.flush()
    return row


async def add(session: AsyncSession, actor: Actor, row: Preinformation, given: AddendumCreate, at: datetime) -> None:
    """More words; what was submitted stays."""
    FLOW.check(row.state, "add")
    mode = mode_of(actor, given.mode)
    refuse_codes(body=given.body, linkId=given.link_id)
    if given.link_id is not None and given.link_id not in pinned(row.form, row.form_version).items:
        place = {"pointer": "/body/linkId", "code": "unknown_item", "detail": rules.FAULTS["unknown_item"]}
        raise AnswerInvalid(errors=[place])
    session.add(
        FormAddendum(
            form_id=row.id,
            client_id=row.client_id,
            link_id=given.link_id,
            body=given.body,
            mode=mode,
            added_at=at,
            added_by_id=actor.person_id,
        )
    )
    row.state = FLOW.move(row.state, "add")
    row.touch()
    append(session, "preinformation.amended", row, client=row.client_id, team=row.team_id)
    await session.flush()


async def end(session: AsyncSession, actor: Actor, row: Preinformation, verb: str, reason: str, at: datetime) -> None:
    """`cancel`, or `mark_entered_in_error`; its link opens nothing any more."""
    FLOW.check(row.state, verb)
    problem = refusal(actor, verb)
    if problem is not None:
        raise problem
    refuse_codes(reason=reason)
    await links.revoke(session, row, at)
    row.end(verb, reason)
    append(session, "preinformation.ended", row, client=row.client_id, team=row.team_id)
    await session.flush()


@dataclass(frozen=True)
class PrefilledSection:
    """What the client told for one section of the health check: (question, answer) as they are read, scores by
    instrument, and from which form, filled how, sent when. A human copies it; nothing is written by itself (C-57)."""

    section: str
    lines: tuple[tuple[str, str], ...]
    scores: Mapping[str, int]
    form_id: UUID
    submitted_at: datetime
    mode: str


async def sections(session: AsyncSession, pathway_id: UUID, language: Language) -> list[PrefilledSection]:
    """The newest submitted form of a path by section of the health check; empty without one, and for who does not
    read the health register. Logged as read."""
    row = await queries.newest_submitted(session, pathway_id)
    kept = await queries.answers_of(session, row.id) if row else None
    if row is None or kept is None or row.state not in DONE or row.submitted_at is None:
        return []
    await used(session, "preinformation_answers", [(kept.id, kept.client_id)])
    form = pinned(row.form, row.form_version)
    added = words_added(form, await queries.addenda_of(session, row.id), language)
    answers: dict[str, Any] = kept.answers
    told = {found.section: found for found in rules.told(form, answers, language)}
    asked = dict.fromkeys(item.section for item in form.items.values() if item.section)
    nothing = rules.Told("", (), {})
    return [
        PrefilledSection(
            section=section,
            lines=(*told.get(section, nothing).lines, *added.get(section, ())),
            scores=told.get(section, nothing).scores,
            form_id=row.id,
            submitted_at=row.submitted_at,
            mode=row.submitted_mode or "",
        )
        for section in asked
        if section in told or section in added
    ]


Content = tuple[rules.Form, rules.Answers, list[tuple[str, str]], datetime | None, str | None]


async def content(session: AsyncSession, actor: Actor, row: Preinformation, language: Language) -> Content:
    """What is printed of a form: answers, what was added, when it was sent and how. Raises `AnswersAreHealthData`."""
    if not reads_answers(actor):
        raise AnswersAreHealthData()
    form = pinned(row.form, row.form_version)
    kept = await told_to(session, actor, row)
    added = words_added(form, await queries.addenda_of(session, row.id), language)
    lines = [line for found in added.values() for line in found]
    return form, kept, lines, row.submitted_at, row.submitted_mode


async def told_to(session: AsyncSession, actor: Actor, row: Preinformation) -> rules.Answers:
    """The answers as this caller may see them: of a protected client not how and when they like to be reached."""
    kept = await queries.answers_of(session, row.id)
    given: rules.Answers = kept.answers if kept else {}
    hidden = hidden_answers(actor, bool(await protected(session, [row.client_id])))
    return {item: value for item, value in given.items() if item not in hidden}


def words_added(
    form: rules.Form, addenda: Iterable[FormAddendum], language: Language
) -> dict[str | None, list[tuple[str, str]]]:
    """Addenda by the section of the item they are about; None: about none."""
    found: dict[str | None, list[tuple[str, str]]] = {}
    for addendum in addenda:
        item = form.items.get(addendum.link_id or "")
        asked = item.text.pick(language) if item else rules.ADDED.pick(language)
        found.setdefault(item.section if item else None, []).append((asked, addendum.body))
    return found
