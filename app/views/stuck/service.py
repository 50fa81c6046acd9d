"""Stuck cases, dressed for their reader: names, words, and the request that ends each state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.facts import actor_of
from app.access.policy import policy
from app.access.relations import Actor as Asker
from app.access.relations import Context, Subject
from app.access.rules import decide
from app.assessments.kinds import TELLING, register_of
from app.audit.trail import used
from app.contacts.queries import ContactState, silent_clients
from app.feedbacks.models import TO_READ
from app.gaps.queries import gaps_of
from app.gaps.words import remedy as ask_for
from app.handovers.queries import client_names
from app.handovers.reading import HELD_UNSEEN
from app.kit.clock import civil_date
from app.kit.codesets import called, codeset
from app.kit.i18n import Text, speaking
from app.kit.pages import Paging
from app.people.actor import Actor
from app.routing.queries import names_of
from app.routing.reasons import day_text
from app.routing.sentences import SUGGESTION
from app.views.board.nobodys_words import NOBODYS
from app.views.stuck import queries, words
from app.views.stuck.queries import Filter
from app.views.stuck.rules import ASK, OF_WORK, Doing, answering, helps, ranks, severity_of
from app.views.stuck.schemas import StuckAction, StuckCount, StuckCounts, StuckPage, StuckRead


async def page(session: AsyncSession, actor: Actor, paging: Paging, chosen: Filter) -> StuckPage:
    """One page, the worst first; a fixed number of statements however many rows."""
    silent = await silent_clients(session, actor, actor.at)
    rows, keys = queries.page(session, actor, chosen, silent)
    found, after, count = await paging.lines(session, rows, keys, caller=actor.login_id)
    items = await shown(session, actor, found, silent)
    await used(session, "stuck_cases", [(row.case_id, row.client_id) for row in found], action="search")
    return StuckPage(items=items, next_cursor=after, count=count)


async def counts(session: AsyncSession, actor: Actor, chosen: Filter) -> StuckCounts:
    """Numbers for badges: of the same rows."""
    silent = await silent_clients(session, actor, actor.at)
    cases, by_code = await queries.counts(session, actor, chosen, silent)
    bad = ranks()
    codes = [
        StuckCount(
            code=one.code,
            label=one.label.pick(speaking.get()),
            severity=severity_of(by_code.get(one.code, (0, bad[one.code]))[1]),
            count=by_code.get(one.code, (0, 0))[0],
        )
        for one in codeset("stuck_code")
    ]
    return StuckCounts(cases=cases, codes=codes)


async def shown(
    session: AsyncSession, actor: Actor, found: Iterable[Any], silent: Iterable[ContactState]
) -> list[StuckRead]:
    found, today, asker = list(found), civil_date(actor.at), actor_of(actor)
    names = await client_names(session, {row.client_id for row in found})
    people = await names_of(session, [row.holder_id for row in found])
    gaps = await gaps_of(session, {row.subject_id for row in found if row.kind == "consent_gap"})
    asks = {gap.id: ask_for([name], gap.data_classes, gap.purpose, speaking.get()) for gap, name in gaps}
    quiet = {state.client.id: state for state in silent}
    items = []
    for row in found:
        doing = None if unseen(actor, row) else helps(row.code, row.kind, row.team_id, row.status, row.suggest)
        action = action_of(asker, row, doing, actor) if doing else None
        remedy = remedy_of(row, doing, asks, quiet, allowed=action is None or action.allowed)
        holder = row.holder_id if shows_holder(actor, row) else None
        items.append(
            StuckRead(
                code=row.code,
                label=called("stuck_code", row.code),
                severity=severity_of(row.severity),
                since_on=row.since_on,
                days=max(0, (today - row.since_on).days),
                due_on=row.due_on,
                number=row.number,
                case_type=row.case_type,
                case_id=row.case_id,
                subject_type=row.subject_type,
                subject_id=row.subject_id,
                client_id=row.client_id,
                client_name=names.get(row.client_id),
                team_id=row.team_id,
                holder_id=holder,
                holder=people.get(holder) if holder else None,
                remedy=remedy,
                action=action,
            )
        )
    return items


def shows_holder(actor: Actor, row: Any) -> bool:
    """As on the worklist: which physician has it says what it is about."""
    telling = row.kind in HELD_UNSEEN or row.code == "appointment_not_noted"
    return not telling or actor.health_professional or row.holder_id == actor.person_id


def unseen(actor: Actor, row: Any) -> bool:
    """As on the board: outside the health register, what an assessment waits for would tell of health."""
    return row.code == "no_owner" and row.kind in TELLING and not actor.health_professional


def action_of(asker: Asker, row: Any, doing: Doing, actor: Actor) -> StuckAction:
    """Whether this reader may, by the one decision of `app.access`: of a row that its team works on."""
    ids: dict[str, UUID] = {
        "subject": row.subject_id, "case": row.case_id, "client": row.client_id, "work": row.work_id
    }  # fmt: skip
    subject = Subject(
        resource=policy().operations[doing.operation].resource,
        client_id=row.client_id,
        area_id=row.area_id,
        team_id=row.team_id,
        care_team_ids=frozenset({row.team_id} - {None}),
        holder_id=row.holder_id,
        register=register_of(row.kind) if doing.operation == "assignAssessment" else "operational",
        marks=frozenset({"sent", "standing"}),
    )
    said = decide(asker, doing.operation, subject, Context(at=actor.at))
    return StuckAction(
        operation_id=doing.operation,
        method=doing.method,
        path=doing.path.format(id=ids[doing.of]),
        required=list(doing.required),
        allowed=said.allowed,
        because=None if said.allowed else said.because[0].code,
    )


def remedy_of(
    row: Any, doing: Doing | None, asks: dict[UUID, str], quiet: dict[UUID, ContactState], *, allowed: bool
) -> str:  # fmt: skip
    """What helps; for who may not do it, whom to ask too."""
    language = speaking.get()
    if doing is None:
        told = (words.TO_READ if row.kind == TO_READ else NOBODYS["unassigned_unseen"].text).pick(language)
    elif (remedy := answering(row.code, row.suggest)) is not None and doing.operation == remedy.operation:
        told = remedy.text.format(suggest=SUGGESTION[row.suggest].pick(language)).pick(language)
    elif row.code == "silent_client" and (advice := quiet[row.client_id].remedies):
        told = called("silence_remedy", advice[0])
    elif doing == ASK and row.subject_id in asks:
        told = asks[row.subject_id]
    elif row.code == "consent_expiring" and row.due_on is not None:
        told = words.REMEDIES[row.code].pick(language).format(day=day_text(row.due_on).pick(language))
    else:
        told = text_of(row.code, doing).pick(language)
    return told if allowed else f"{told} {words.ASK_TEAM.pick(language)}"


def text_of(code: str, doing: Doing) -> Text:
    """By the state; where several operations help, by the one that does now."""
    if code in OF_WORK or code not in words.REMEDIES:
        return words.BY_OPERATION[doing.operation]
    return words.REMEDIES[code]
