"""The worklists: one shape, whichever list; what stands out on a row, and what helps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.contacts.queries import ContactState, silent_clients
from app.feedbacks.models import QUESTION, TO_READ
from app.feedbacks.warning import due_soon_on
from app.gaps.models import GAP
from app.gaps.queries import gaps_of
from app.gaps.words import EXPIRING, remedy
from app.handovers.queries import client_names
from app.handovers.reading import kind_label, queue_shown, shows_holder
from app.kit.clock import civil_date
from app.kit.codesets import called
from app.kit.i18n import Text, speaking
from app.kit.pages import Paging
from app.kit.problems import Invalid, MissingPermission
from app.pathways.queries import expiring
from app.people.actor import Actor
from app.referrals import reading
from app.referrals.models import Referral, ReferralState
from app.referrals.schemas import ReferralSummary
from app.referrals.side_roads import recheck_days
from app.routing.hiding import unplaced
from app.routing.queries import names_of
from app.routing.reasons import day_text
from app.security.permissions import Permission
from app.views import queries
from app.views.chosen import Chosen
from app.views.schemas import WorkCounts, Worklist, WorkRead
from app.work.models import PATHWAY, WorkItem

EXPIRING_WITHIN = timedelta(days=14)  # own design: time to see the client once
Sort = Literal["opened", "-opened", "due", "-due"]


class NotOnThisList(Invalid):
    """The order or a filter means nothing on this list: `names`."""

    code = "not_on_this_list"
    detail = Text(
        "Tällä listalla ei voi käyttää: {names}. Jätä se pois.",
        "Kan inte användas på den här listan: {names}. Lämna bort det.",
        "This list does not take: {names}. Leave it out.",
    )


# What stands out, the worst first, and what helps.
REMEDIES: dict[str, Text] = {
    "alarm": Text(
        "Tätä ei hoida kukaan. Ota se tai anna se jollekin heti.",
        "Ingen sköter detta. Ta det eller ge det till någon genast.",
        "Nobody takes care of this. Take it, or give it to somebody now.",
    ),
    "feedback_owed": Text(
        "Anna lähettäjälle palaute luvan rajoissa, tai sisällötön päättymisilmoitus.",
        "Ge remittenten återkoppling inom tillståndet, eller ett meddelande utan innehåll.",
        "Give the referrer feedback within the permission, or a notice without content.",
    ),
    "feedback_question": Text(
        "Lähettäjä kysyy palautteesta. Vastaa luvan rajoissa tai koodilla.",
        "Remittenten frågar om återkopplingen. Svara inom tillståndet eller med en kod.",
        "The referrer asks about the feedback. Answer within the permission, or with a code.",
    ),
    "feedback_to_read": Text(
        "Toisen tiimin palaute on tullut, tai sitä ei tule. Lue ja kuittaa se.",
        "Ett annat teams återkoppling har kommit, eller kommer inte. Läs och kvittera.",
        "Another team's feedback has come, or will not come. Read and acknowledge it.",
    ),
    "consent_gap": Text(
        "Pyydä asiakkaalta lupa, tai kirjaa mitä asiakas sanoi.",
        "Be klienten om tillstånd, eller anteckna vad klienten sade.",
        "Ask the client for permission, or record what the client said.",
    ),
    "silent": Text(
        "Asiakasta ei ole tavoitettu. Kokeile toista tapaa ottaa yhteyttä.",
        "Klienten har inte nåtts. Pröva ett annat sätt att ta kontakt.",
        "The client is not reached. Try another way of contact.",
    ),
    "overdue": Text(
        "Päivä on mennyt. Tee se, tai sovi asiakkaan kanssa uusi päivä.",
        "Datumet har passerat. Gör det, eller kom överens med klienten om ett nytt datum.",
        "Its date has passed. Do it, or agree on another date with the client.",
    ),
    "feedback_due_soon": Text(
        "Palaute lähettäjälle erääntyy pian. Tee luonnos tai anna välipalaute.",
        "Återkopplingen till remittenten förfaller snart. Gör ett utkast eller ge mellanåterkoppling.",
        "Feedback to the referrer falls due soon. Draft it, or give interim feedback.",
    ),
    "consent_expiring": EXPIRING,
    "unassigned": Text(
        "Odottaa jonossa ilman tekijää. Valitse, kuka sen hoitaa.",
        "Väntar i kö utan någon som sköter det. Välj vem som gör det.",
        "It stands in a queue with nobody to do it. Choose who does.",
    ),
    "waiting": Text(
        "Odottaa vapaata paikkaa. Tarkista, onko tarve ennallaan.",
        "Väntar på en ledig plats. Kontrollera om behovet är oförändrat.",
        "It waits for room. Check whether the need is still the same.",
    ),
}


async def page(session: AsyncSession, actor: Actor, paging: Paging, chosen: Chosen, sort: Sort) -> Worklist:
    """One page of a list. Raises `MissingPermission` for a team's list without a team's work, `NotOnThisList`."""
    if chosen.which == "referred":
        return await referred(session, actor, paging, chosen, sort)
    if not actor.may(Permission.REFERRAL_DECIDE):
        raise MissingPermission(permission=Permission.REFERRAL_DECIDE.value)
    if chosen.which == "silent":
        chosen = replace(chosen, silent=frozenset(s.client.id for s in await silent_clients(session, actor, actor.at)))
    rows, keys = queries.worklist(actor, chosen, recheck_days(session))
    key = "due_sort" if sort.endswith("due") else "opened_at"
    found, after, count = await paging.lines(
        session, rows, {key: keys[key], "id": keys["id"]}, caller=actor.login_id, descending=sort.startswith("-")
    )
    items = await shown(session, actor, found)
    await used(session, "work_items", [(row.WorkItem.id, row.WorkItem.client_id) for row in found], action="search")
    return Worklist(items=items, next_cursor=after, count=count)


def marks_of(
    item: WorkItem,
    status: str | None,
    due_on: date | None,
    today: date,
    silent: bool,
    expires: date | None = None,
    feedback_soon: bool = False,
) -> list[str]:
    """What stands out on a piece of work, the worst first. What was returned waits for its sender, not for room."""
    waits = bool(item.queue and item.queue.startswith("seat_waiting_list"))
    returned = status == ReferralState.RETURNED_FOR_INFO
    stands_out = {
        "alarm": item.alarm,
        "feedback_owed": item.kind == "feedback",
        "feedback_question": item.kind == QUESTION,
        "feedback_to_read": item.kind == TO_READ,
        "feedback_due_soon": feedback_soon,
        "consent_gap": item.kind == GAP,
        "silent": silent,
        "consent_expiring": expires is not None,
        "overdue": due_on is not None and due_on < today,
        "unassigned": item.queue is not None and not waits,
        "waiting": waits and not returned,
    }
    return [mark for mark in REMEDIES if stands_out[mark]]


def remedy_of(
    marks: Sequence[str], silent: ContactState | None, gap: str | None = None, expires: date | None = None
) -> str | None:
    """What helps with the first mark; with silence, the way to the client that was not tried yet; with a gap, what to
    ask for, and with a permission that ends, when."""
    if marks and marks[0] == "consent_gap" and gap is not None:
        return gap
    if marks and marks[0] == "consent_expiring" and expires is not None:
        return EXPIRING.pick(speaking.get()).format(day=day_text(expires).pick(speaking.get()))
    if marks and marks[0] == "silent" and silent is not None and silent.remedies:
        return called("silence_remedy", silent.remedies[0])
    return REMEDIES[marks[0]].pick(speaking.get()) if marks else None


async def shown(session: AsyncSession, actor: Actor, found: Iterable[Any]) -> list[WorkRead]:
    """Rows of the statement, dressed, in a fixed number of statements."""
    found, today = list(found), civil_date(actor.at)
    names = await client_names(session, {row.WorkItem.client_id for row in found})
    people = await names_of(session, [row.WorkItem.holder_id for row in found])
    clients = {row.WorkItem.client_id for row in found}
    hidden = await unplaced(session, actor, clients)
    states = {state.client.id: state for state in await silent_clients(session, actor, actor.at, clients)}
    asked = await gap_remedies(session, found)
    ending = await expiring(session, paths_in(found), actor.at, today + EXPIRING_WITHIN)
    soon = await due_soon_on(session, paths_in(found), today)
    items = []
    for row in found:
        w: WorkItem = row.WorkItem
        expires = ending.get(w.subject_id)
        holder = w.holder_id if shows_holder(actor, w) else None
        counts_until = None if row.held else row.due_on
        marks = marks_of(w, row.status, counts_until, today, w.client_id in states, expires, w.subject_id in soon)
        items.append(
            WorkRead(
                id=w.id,
                kind=w.kind,
                kind_label=kind_label(w.kind),
                subject_type=w.subject_type,
                subject_id=w.subject_id,
                client_id=w.client_id if w.client_id in names else None,
                client_name=names.get(w.client_id),
                team_id=w.team_id,
                holder_id=holder,
                holder=people.get(holder) if holder else None,
                queue=queue_shown(actor, w, unplaced=w.client_id in hidden),
                suggest=w.suggest if shows_holder(actor, w) else None,
                alarm=w.alarm,
                urgency=row.urgency,
                source=row.source,
                status=row.status,
                feedback=None,
                opened_at=w.opened_at,
                waiting_days=max(0, (actor.at - w.opened_at).days),
                due_on=row.due_on,
                due_is=row.due_is if row.due_on else None,
                overdue=counts_until is not None and counts_until < today,
                marks=marks,
                remedy=remedy_of(marks, states.get(w.client_id), asked.get(w.subject_id), expires),
                consent_expires_on=expires,
                version=w.version,
                confirmed_at=w.confirmed_at if shows_holder(actor, w) else None,
            )
        )
    return items


def paths_in(found: Iterable[Any]) -> set[UUID]:
    """The paths among these rows."""
    return {row.WorkItem.subject_id for row in found if row.WorkItem.kind == PATHWAY}


async def gap_remedies(session: AsyncSession, found: Iterable[Any]) -> dict[UUID, str]:
    """What to ask the client for, by gap."""
    gaps = await gaps_of(session, {row.WorkItem.subject_id for row in found if row.WorkItem.kind == GAP})
    return {gap.id: remedy([name], gap.data_classes, gap.purpose, speaking.get()) for gap, name in gaps}


async def referred(session: AsyncSession, actor: Actor, paging: Paging, chosen: Chosen, sort: Sort) -> Worklist:
    """What I referred: rows of referrals, each as its sender sees it."""
    names = [*chosen.unavailable(), *([f"sort={sort}"] if sort.endswith("due") else [])]
    if names:
        raise NotOnThisList(names=names)
    found, after, count = await paging.run(
        session,
        queries.referred(actor, chosen.urgency),
        Referral.id,
        caller=actor.login_id,
        descending=sort.startswith("-"),
    )
    await used(session, "referrals", [(r.id, r.client_id) for r in found], action="search")
    rows = await reading.summaries(session, actor, found)
    items = [sent(actor, referral, row) for referral, row in zip(found, rows, strict=True)]
    return Worklist(items=items, next_cursor=after, count=count)


def sent(actor: Actor, referral: Referral, row: ReferralSummary) -> WorkRead:
    """A referral in the shape of work. The person by the name that the sender gave."""
    today = civil_date(actor.at)
    given = row.feedback.given_at is not None
    since = referral.submitted_at or referral.created_at
    return WorkRead(
        id=referral.id,
        kind="referral",
        kind_label=kind_label("referral"),
        subject_type="referral",
        subject_id=referral.id,
        client_id=None,
        client_name=f"{row.person.given_name} {row.person.family_name}",
        team_id=None,
        holder_id=None,
        holder=None,
        queue=None,
        suggest=None,
        alarm=False,
        urgency=row.urgency,
        source=row.source,
        status=row.status,
        feedback="acknowledged" if row.feedback.acknowledged_at else "given" if given else "coming",
        opened_at=since,
        waiting_days=max(0, (actor.at - since).days),
        due_on=row.next_on,
        due_is="answer" if row.status == "received" else "feedback" if row.next_on else None,
        overdue=row.next_on is not None and row.next_on < today,
        marks=[],
        remedy=None,
        consent_expires_on=None,
        version=None,
        confirmed_at=None,
    )


async def counts(session: AsyncSession, actor: Actor) -> WorkCounts:
    """Every badge. Without a team's work the numbers of the team's lists are 0."""
    numbers = dict.fromkeys(WorkCounts.model_fields, 0)
    if actor.may(Permission.REFERRAL_DECIDE):
        silent = [state.client.id for state in await silent_clients(session, actor, actor.at)]
        numbers |= await queries.counts(session, actor, silent)
    return WorkCounts(**numbers | await queries.referred_counts(session, actor))
