"""How participations, reviews and after-contacts are shown, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.clients.queries import organisation_names
from app.kit.clock import civil_date
from app.kit.codesets import called, codeset
from app.kit.i18n import Text, speaking
from app.kit.problems import Problem
from app.kit.schemas import WordsRead
from app.participations import queries, rules
from app.participations.after_schemas import AfterContactRead
from app.participations.models import (
    AFTER_CONTACT_FLOW,
    PARTICIPATION_FLOW,
    AfterContact,
    AfterContactState,
    ParticipationState,
    QualityReview,
    ServiceParticipation,
    TimelinessCheck,
)
from app.participations.schemas import (
    CriteriaRead,
    CriterionAnswerRead,
    CriterionRead,
    ParticipationRead,
    QualityReviewRead,
    QualitySummary,
    TimelinessRead,
)
from app.participations.service import start_refusal
from app.people.actor import Actor
from app.routing.queries import names_of

S = ParticipationState
SAID: dict[ParticipationState, Text] = {
    S.PLANNED: Text(
        "{what}: alkaa {starts}, kestää enintään {ends}. Järjestää: {who}.",
        "{what}: börjar {starts}, varar högst till {ends}. Ordnas av: {who}.",
        "{what}: begins {starts}, lasts until {ends} at most. Organised by: {who}.",
    ),
    S.ACTIVE: Text(
        "{what}: olet mukana, enintään {ends} asti. Järjestää: {who}.",
        "{what}: du är med, högst till {ends}. Ordnas av: {who}.",
        "{what}: you take part, until {ends} at most. Organised by: {who}.",
    ),
    S.ON_HOLD: Text(
        "{what}: tauolla {until} asti. Järjestää: {who}.",
        "{what}: paus till {until}. Ordnas av: {who}.",
        "{what}: on hold until {until}. Organised by: {who}.",
    ),
    S.ENDED: Text(
        "{what}: päättyi {ended}. Järjesti: {who}.",
        "{what}: upphörde {ended}. Ordnades av: {who}.",
        "{what}: ended {ended}. Was organised by: {who}.",
    ),
}
REFER = Text(
    "Tilanne ei ole parempi. Kysy asiakkaalta, tehdäänkö uusi lähete.",
    "Läget är inte bättre. Fråga klienten om en ny remiss ska göras.",
    "It is no better. Ask the client whether to make a new referral.",
)
AGAIN = Text(
    "Asiakkaan kanssa ei puhuttu. Sovi uusi jälkikontakti, tai kirjaa, ettei sitä tarvita.",
    "Man talade inte med klienten. Kom överens om en ny efterkontakt, eller anteckna att den inte behövs.",
    "Nobody talked with the client. Plan another after-contact, or record that none is needed.",
)


def day(on: date | None) -> str:
    return f"{on.day}.{on.month}.{on.year}" if on else ""


def sides(actor: Actor, team_id: UUID) -> set[str]:
    return {"team"} if team_id in actor.teams and actor.client_id is None else set()


def in_words(row: ServiceParticipation, state: ParticipationState, organiser: str | None) -> str:
    what = called("service_kind", row.kind)
    return (
        SAID[state]
        .pick(speaking.get())
        .format(
            what=what[:1].upper() + what[1:],
            who=organiser or "",
            starts=day(row.starts_on),
            ends=day(row.ends_on),
            until=day(row.paused_until),
            ended=day(row.ended_on),
        )
    )


def shown(
    actor: Actor, row: ServiceParticipation, names: Mapping[UUID, str], check: TimelinessCheck | None
) -> ParticipationRead:
    today = civil_date(actor.at)
    state = row.now(today)
    fields = {n: getattr(row, n) for n in ParticipationRead.model_fields if hasattr(row, n) and n != "state"}
    held = state is S.ON_HOLD
    fields["pause_reason"] = row.pause_reason if held else None

    def guard(verb: str) -> Problem | None:
        return start_refusal(row, check) if verb == "start" else None

    return ParticipationRead(
        **fields,
        kind_label=called("service_kind", row.kind),
        organiser=names.get(row.organiser_id),
        payer=names.get(row.payer_id),
        provider=names.get(row.provider_id),
        state=state,
        on_hold_until=row.paused_until if held else None,
        overdue=state is not S.ENDED and row.ends_on < today,
        timeliness_asked=rules.needs_check(row.kind),
        timeliness=TimelinessRead.model_validate(check) if check else None,
        said=in_words(row, state, names.get(row.organiser_id)),
        allowed_actions=PARTICIPATION_FLOW.actions(state, actor, guard, sides=sides(actor, row.team_id)),
    )


async def participations(
    session: AsyncSession, actor: Actor, rows: Sequence[ServiceParticipation]
) -> list[ParticipationRead]:
    parties = {id for row in rows for id in (row.organiser_id, row.payer_id, row.provider_id)}
    names = await organisation_names(session, parties)
    checks = await queries.newest_checks(session, [row.id for row in rows])
    found = [shown(actor, row, names, checks.get(row.id)) for row in rows]
    whole = [(one.client_id, part) for one in found for part in (one, one.timeliness) if part is not None]
    await blot(
        session, actor, whole, "contact_name", "employer", "place", "observe", "end_words", "words"
    )  # fmt: skip
    return found


async def participation(session: AsyncSession, actor: Actor, row: ServiceParticipation) -> ParticipationRead:
    (found,) = await participations(session, actor, [row])
    return found


def every_criteria() -> list[CriteriaRead]:
    return [
        CriteriaRead(
            version=version.version,
            valid_from=version.valid_from,
            own_design=version.own_design,
            source=version.source,
            criteria=[
                CriterionRead(code=code, text=WordsRead(**text.as_dict())) for code, text in version.criteria.items()
            ],
        )
        for version in rules.criteria()
    ]


async def reviews(session: AsyncSession, actor: Actor, rows: Sequence[QualityReview]) -> list[QualityReviewRead]:
    found = []
    for row in rows:
        version = rules.criteria_of(row.criteria_version, row.reviewed_on)
        known: Mapping[str, Text] = version.criteria if version is not None else {}
        fields = {n: getattr(row, n) for n in QualityReviewRead.model_fields if hasattr(row, n) and n != "answers"}
        answers = [
            CriterionAnswerRead(label=known[said["criterion"]].pick(speaking.get()), **said)
            for said in row.answers
            if said["criterion"] in known
        ]
        summary = QualitySummary(**rules.counted((one.answer for one in answers), len(known)))
        found.append(QualityReviewRead(**fields, answers=answers, summary=summary))
    await blot(session, actor, [(one.client_id, said) for one in found for said in one.answers], "words")
    return found


def suggestion(row: AfterContact) -> Literal["new_referral", "another_after_contact"] | None:
    """What helps when it did not go well, or was not heard."""
    if row.result is not None:
        return None if codeset("after_contact_result")[row.result].facts["good"] else "new_referral"
    return "another_after_contact" if row.state is AfterContactState.MISSED else None


async def after_contacts(session: AsyncSession, actor: Actor, rows: Sequence[AfterContact]) -> list[AfterContactRead]:
    today, ids = civil_date(actor.at), [row.id for row in rows]
    begun = await queries.begun(session, ids)
    holders = await queries.holders_of(session, ids)
    names = await names_of(session, holders.values())
    found = []
    for row in rows:
        due_on = rules.due(begun.get(row.id), row.months)
        holder, suggests = holders.get(row.id), suggestion(row)
        planned = row.state is AfterContactState.PLANNED
        remedy = {"new_referral": REFER, "another_after_contact": AGAIN}.get(suggests or "")
        fields = {n: getattr(row, n) for n in AfterContactRead.model_fields if hasattr(row, n)}
        found.append(
            AfterContactRead(
                **fields,
                counts_from="path_closing" if row.participation_id is None else "participation_end",
                begins_on=begun.get(row.id),
                due_on=due_on,
                overdue=planned and due_on is not None and due_on < today,
                holder_id=holder if planned else None,
                holder=names.get(holder) if planned and holder else None,
                suggests=suggests,
                remedy=remedy.pick(speaking.get()) if remedy else None,
                allowed_actions=AFTER_CONTACT_FLOW.actions(row.state, actor, sides=sides(actor, row.team_id)),
            )
        )
    await blot(session, actor, [(one.client_id, one) for one in found], "words")
    return found


async def after_contact(session: AsyncSession, actor: Actor, row: AfterContact) -> AfterContactRead:
    (found,) = await after_contacts(session, actor, [row])
    return found
