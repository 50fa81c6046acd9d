"""What can happen to the client's own summary: drafted, edited, offered, declined; offered by itself at closing."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.matrix import cell
from app.kit.clock import civil_date
from app.kit.db import Receiving, RowContext
from app.kit.i18n import LANGUAGES, Language, Text
from app.kit.problems import Conflict, Forbidden
from app.outbox.events import append
from app.outcomes import queries
from app.outcomes.drafting_rules import Facts, draft
from app.outcomes.models import SUMMARY_FLOW, ClientSummary, ClientSummaryWords, SummaryState
from app.outcomes.schemas import SectionGiven
from app.pathways import closing
from app.pathways import queries as pathways
from app.pathways.models import PATHWAY_FLOW, Pathway, PathwayState, StepState
from app.pathways.outcome_models import PathwayScore
from app.people.actor import Actor
from app.plans.models import FollowUpState
from app.plans.queries import follow_ups_of
from app.referrals.content import refuse_codes
from app.routing.queries import names_of


class DraftExists(Conflict):
    """A path has one draft at a time: edit it, or offer it. `summaryId` is its id."""

    code = "draft_exists"
    detail = Text(
        "Polulla on jo luonnos. Muokkaa tai tarjoa se ensin.",
        "Stigen har redan ett utkast. Redigera eller erbjud det först.",
        "The path has a draft already. Edit or offer it first.",
    )
    constraints = ("uq_client_summaries_one_draft",)


class SummaryOffered(Conflict):
    """The database's last word: what was offered stays as it was offered."""

    code = "summary_offered"
    detail = Text(
        "Yhteenveto on jo tarjottu asiakkaalle. Tee tarvittaessa uusi.",
        "Sammanfattningen har redan erbjudits klienten. Gör vid behov en ny.",
        "The summary has been offered to the client. Draft a newer one if needed.",
    )
    constraints = ("summary_offered",)


class WordsNotYours(Forbidden):
    """The words tell what was concluded: whoever reads conclusions edits them (domain 5.3)."""

    code = "words_not_yours"
    detail = Text(
        "Yhteenvedon sanat muotoilee se, joka saa lukea johtopäätökset.",
        "Sammanfattningens ord formuleras av den som får läsa slutsatserna.",
        "The words of the summary are edited by whoever reads the conclusions.",
    )


class ClientsToSay(Forbidden):
    code = "clients_to_say"
    detail = Text(
        "Vain asiakas itse voi jättää yhteenvedon ottamatta.",
        "Bara klienten själv kan avstå från sammanfattningen.",
        "Only the client declines the summary.",
    )


Change = Callable[[ClientSummary], Awaitable[object]]


def reads_words(actor: Actor) -> bool:
    return cell("work_ability_conclusion", actor.roles, actor.context.registers) == "Y"


def digest(language: str, sections: list[dict[str, Any]]) -> str:
    """Of the language and the words, in order."""
    said = json.dumps([language, [[one["section"], one["text"]] for one in sections]], ensure_ascii=False)
    return sha256(said.encode()).hexdigest()


def scores_of(rows: list[PathwayScore]) -> tuple[int | None, int | None]:
    standing = {row.moment: row.score for row in rows[::-1] if row.entered_in_error_at is None}
    return standing.get("start"), standing.get("end")


class AsClient(Receiving):
    """As the client sees their own rows: the summary says the same whoever drafts it, or closes the path."""

    def __init__(self, session: AsyncSession, client_id: UUID) -> None:
        self.session, self.client_id = session, client_id

    def widened(self) -> RowContext:
        return RowContext(login=self.before.login, person=self.before.person, client=self.client_id)


async def facts_of(session: AsyncSession, pathway: Pathway, *, ends: bool) -> Facts:
    """What is recorded on a path, as the row context shows it."""
    steps = await pathways.every_step(session, pathway.id)
    goals = await pathways.goals_of(session, pathway.id)
    came = await pathways.achievements_of(session, pathway.id) if goals else {}
    outcomes = await pathways.outcomes_of(session, pathway.id)
    said = [*await queries.conclusions_of(session, pathway.id), *(o.work_ability for o in outcomes if o.work_ability)]
    follow = [f for f in await follow_ups_of(session, pathway.id) if f.state is FollowUpState.PLANNED]
    names = await names_of(session, [pathway.responsible_person_id])
    return Facts(
        started_on=civil_date(pathway.started_at),
        closing=ends,
        steps=tuple(
            (step.kind, civil_date(step.done_at))
            for step in steps
            if step.state is StepState.DONE and step.client_visible and step.done_at is not None
        ),
        meetings=tuple(await queries.meeting_days(session, pathway.id)),
        conclusions=tuple(dict.fromkeys(said)),
        goals=tuple(
            (goal.description, came[goal.id].achievement if goal.id in came else None)
            for goal, mark in goals
            if mark is None or mark.ending.value == "reached"
        ),
        outcomes=tuple((outcome.code, outcome.starts_on) for outcome in outcomes),
        follow_ups=tuple((row.due_on, row.what) for row in follow),
        next_action=(pathway.next_action, pathway.next_action_on),
        responsible=names.get(pathway.responsible_person_id),
        team=await queries.team_name(session, pathway.team_id),
        scores=scores_of(await pathways.scores_of(session, pathway.id)),
    )


async def make(
    session: AsyncSession, actor: Actor, pathway: Pathway, language: str | None, *, at_end: bool
) -> ClientSummary:
    """In the client's language, or in Finnish where we do not have it."""
    asked = language or await queries.language_of(session, pathway.client_id)
    spoken: Language = asked if asked in LANGUAGES else "fi"
    ends = at_end or pathway.state is PathwayState.CLOSED
    async with AsClient(session, pathway.client_id):
        sections = draft(await facts_of(session, pathway, ends=ends), spoken)
    summary = ClientSummary(
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        team_id=pathway.team_id,
        language=spoken,
        author_id=actor.person_id,
        sha256=digest(spoken, sections),
    )
    session.add(summary)
    await session.flush()
    words = [dict[str, Any](one) for one in sections]
    session.add(ClientSummaryWords(summary_id=summary.id, client_id=pathway.client_id, sections=words))
    await session.flush()
    return summary


async def draft_summary(session: AsyncSession, actor: Actor, pathway: Pathway, language: str | None) -> ClientSummary:
    """Raises `DraftExists`."""
    PATHWAY_FLOW.check(pathway.state, "draft_summary")
    existing = await queries.draft_of(session, pathway.id)
    if existing is not None:
        raise DraftExists(summary_id=str(existing.id))
    return await make(session, actor, pathway, language, at_end=False)


async def edit(session: AsyncSession, actor: Actor, summary: ClientSummary, given: list[SectionGiven]) -> None:
    """The sections given take the place of those; the others stay. Raises `IllegalMove`, `WordsNotYours`."""
    SUMMARY_FLOW.check(summary.state, "update")
    if not reads_words(actor):
        raise WordsNotYours()
    for number, one in enumerate(given):
        refuse_codes(**{f"sections/{number}/text": one.text})
    changed = {one.section: one.text for one in given}
    words = (await queries.words_of(session, [summary.id]))[summary.id]
    words.sections = [{**one, "text": changed.get(one["section"], one["text"])} for one in words.sections]
    summary.sha256 = digest(summary.language, words.sections)
    summary.touch()
    await session.flush()


async def offer(session: AsyncSession, actor: Actor, summary: ClientSummary, at: datetime) -> None:
    """From now on it is as it is, and the client reads it."""
    summary.offer(actor.person_id, at)
    told(session, "client_summary.offered", summary)
    await session.flush()


async def decline(session: AsyncSession, summary: ClientSummary, at: datetime) -> None:
    """The client does not want it. It stays, and can be read later too."""
    summary.decline(at)
    told(session, "client_summary.declined", summary)
    await session.flush()


async def first_read(session: AsyncSession, actor: Actor, summary: ClientSummary, at: datetime) -> None:
    """The client opened it."""
    if actor.client_id is not None and summary.first_read_at is None:
        summary.first_read_at = at
        await session.flush()


async def always_offered(session: AsyncSession, actor: Actor, pathway: Pathway, at: datetime) -> None:
    """However a path ends, the client has been offered a summary of all of it: the draft, the one offered, and a newer
    one if something came of the path since that was drafted, or if there is none."""
    newest = await queries.newest(session, pathway.id)
    if newest is not None and newest.state is SummaryState.DRAFT:
        offer_itself(session, newest, at)
    if newest is not None:
        async with AsClient(session, pathway.client_id):
            behind = await queries.came_since(session, pathway.id, newest.id, newest.offered_at)
    if newest is None or behind:
        offer_itself(session, await make(session, actor, pathway, None, at_end=True), at)
    await session.flush()


def offer_itself(session: AsyncSession, summary: ClientSummary, at: datetime) -> None:
    summary.offer(None, at, automatically=True)
    told(session, "client_summary.offered", summary)


def told(session: AsyncSession, kind: str, summary: ClientSummary) -> None:
    append(session, kind, summary, client=summary.client_id, team=summary.team_id)


closing.BEFORE_CLOSING.append(always_offered)
