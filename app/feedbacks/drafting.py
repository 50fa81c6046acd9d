"""Drafts: composed of what is recorded, within what the client permits, edited by the team, given or laid aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import MISSING
from sqlalchemy.ext.asyncio import AsyncSession

from app.feedbacks import giving, levels, queries, rules
from app.feedbacks.gating import NoticeIsFinal, gate
from app.feedbacks.models import DRAFT_FLOW, FeedbackDraft
from app.feedbacks.rules import Piece
from app.feedbacks.schemas import DraftCompose, DraftUpdate, FeedbackGive
from app.kit.codesets import label
from app.kit.i18n import Language, Text, speaking
from app.kit.problems import Conflict
from app.pathways import queries as paths
from app.pathways.models import GoalEnd, Outcome
from app.pathways.rules import LEVEL_CLASSES, TOLD_WITH, outcome_classes
from app.people.actor import Actor
from app.referrals import queries as referrals
from app.referrals.models import FLOW, FeedbackLevel, Referral
from app.referrals.reading import sides
from app.referrals.refusals import FeedbackGiven, FeedbackProhibited, NoTeamYet, SenderUnknown
from app.routing.reasons import day_text

CONCLUSION, PATH = LEVEL_CLASSES["conclusion"], frozenset({"service_path"})
# What the client gets who came of their own accord: their own data (C-12).
OF_OUTCOMES = frozenset({"health", "social"})
ALL = LEVEL_CLASSES["summary"] | OF_OUTCOMES
# Which rehabilitation it is tells of illness, or of being a client of social welfare, as the outcomes of that name do.
SUBTYPE_CLASSES = {
    "medical": TOLD_WITH["medical_rehabilitation"],
    "vocational": TOLD_WITH["vocational_rehabilitation"],
    "social": TOLD_WITH["social_rehabilitation"],
}
BEGINS = Text(", alkaa {day}", ", börjar {day}", ", begins on {day}")


class DraftOpen(Conflict):
    """A draft of this kind is being written: `draftId`, where you read it. Go on with it, or lay it aside. Where you do
    not, its author can, and those of the team who read conclusions."""

    code = "draft_open"
    detail = Text(
        "Tästä palautteesta on jo luonnos. Jatka sitä tai pane se sivuun. Jos et näe sitä, sen voi tehdä luonnoksen "
        "kirjoittaja, tiimin terveydenhuollon ammattilainen tai työkykykoordinaattori.",
        "Det finns redan ett utkast till den här återkopplingen. Fortsätt med det eller lägg det åt sidan. Om du inte "
        "ser det kan den som skrev det, en yrkesutbildad person inom hälso- och sjukvården eller samordnaren göra det.",
        "There is a draft of this feedback already. Go on with it, or lay it aside. If you do not see it, its author, "
        "a health care professional or the work ability coordinator of the team can.",
    )
    constraints = ("uq_feedback_drafts_open",)


async def compose(
    session: AsyncSession, actor: Actor, referral: Referral, given: DraftCompose, at: datetime
) -> FeedbackDraft:
    """A draft at the highest level that the client permits, or at a lower one that was asked for.

    Raises `DraftOpen`, `FeedbackGiven`, `NoTeamYet`, `NoticeIsFinal`, `SenderUnknown`, and for more than is permitted
    what `gate` does.
    """
    assert referral.client_id is not None
    assert actor.person_id is not None
    FLOW.check(referral.state, "give_feedback", sides(actor, referral))
    if referral.team_id is None:
        raise NoTeamYet()
    if referral.sender_unknown:
        raise SenderUnknown()
    if not given.interim and referral.id in await referrals.final_feedback(session, [referral.id]):
        raise FeedbackGiven()
    if (earlier := await queries.open_draft(session, referral.id, given.interim)) is not None:
        raise DraftOpen(draft_id=str(earlier.id))
    most = await levels.allowed(session, referral, at)
    level = given.level or (FeedbackLevel(most) if most else None)
    if level is None:
        raise FeedbackProhibited()
    if given.interim and level is FeedbackLevel.CLOSURE_NOTICE:
        raise NoticeIsFinal()
    language = given.language or speaking.get()
    made = await composed(session, actor, referral, level, given.interim, language, at)
    draft = FeedbackDraft(
        referral_id=referral.id,
        client_id=referral.client_id,
        team_id=referral.team_id,
        interim=given.interim,
        level=level,
        language=language,
        body=made.body,
        author_id=actor.person_id,
        data_classes=made.data_classes,
        outcome_ids=made.outcome_ids,
        composed_at=at,
    )
    session.add(draft)
    await session.flush()
    return draft


@dataclass(frozen=True)
class Composed:
    """Words, the data classes they are made of, and the outcomes that stood."""

    body: str | None
    data_classes: list[str]
    outcome_ids: list[UUID]


async def composed(
    session: AsyncSession,
    actor: Actor,
    referral: Referral,
    level: FeedbackLevel,
    interim: bool,
    language: Language,
    at: datetime,
) -> Composed:
    """What is recorded on the path, as far as the level, the client's permission and the caller's own sight reach.
    Raises what `gating.gate` raises."""
    outcomes = await paths.outcomes_of(session, referral.pathway_id) if referral.pathway_id else []
    ids, codes = [one.id for one in outcomes], {one.code for one in outcomes}
    covered = ALL
    if referral.sender_organisation_id is not None:
        _, covered = await gate(session, referral, level, codes, at)
    if referral.pathway_id is None or not LEVEL_CLASSES[level]:
        body = rules.compose([], level, covered, interim=interim, language=language)
        return Composed(body, sorted(LEVEL_CLASSES[level]), ids)
    covered &= LEVEL_CLASSES[level] | OF_OUTCOMES
    told = giving.shown_outcomes(referral, level, codes, covered)
    pieces = [
        Piece("outcome", outcome_words(one, covered, language), CONCLUSION) for one in outcomes if one.code in told
    ]
    said = await queries.conclusions_of(session, actor, referral.pathway_id)
    if actor.health_professional or "work_ability_coordinator" in actor.roles:
        said += [one.work_ability for one in outcomes if one.work_ability]
    pieces += [Piece("conclusion", words, CONCLUSION) for words in said]
    for goal, mark in await paths.goals_of(session, referral.pathway_id):
        if goal.agreed_with_client and (mark is None or mark.ending is GoalEnd.REACHED):
            pieces.append(Piece("goal", goal.description, PATH))
    pieces += [Piece("small_step", words, PATH) for words in await queries.steps_of(session, referral.pathway_id)]
    body = rules.compose(pieces, level, covered, interim=interim, language=language)
    return Composed(body, sorted(LEVEL_CLASSES[level] | outcome_classes(told) | subtypes(outcomes, told, covered)), ids)


def outcome_words(outcome: Outcome, covered: frozenset[str], language: Language) -> str:
    """What it is called; which rehabilitation it is where that may be told, and with the path the day it begins."""
    words = label("outcome", outcome.code).pick(language)
    if outcome.subtype is not None and SUBTYPE_CLASSES[outcome.subtype] <= covered:
        words += f" ({label('rehabilitation_type', outcome.subtype).pick(language)})"
    if outcome.starts_on is not None and covered >= PATH:
        words += BEGINS.pick(language).format(day=day_text(outcome.starts_on).pick(language))
    return words


def subtypes(outcomes: list[Outcome], told: list[str], covered: frozenset[str]) -> frozenset[str]:
    """The data classes of the subtypes that were named."""
    named = [SUBTYPE_CLASSES[one.subtype] for one in outcomes if one.subtype and one.code in told]
    return frozenset().union(*(classes for classes in named if classes <= covered))


async def update(
    session: AsyncSession, actor: Actor, draft: FeedbackDraft, referral: Referral, given: DraftUpdate, at: datetime
) -> None:
    """Other words, after a look at the outcomes as they are now; or a level alone: composed anew, at the same level
    too. Writing takes away none of the data classes that it was composed of. Raises `IllegalMove`, what
    `giving.check_words` and `gating.gate` raise."""
    DRAFT_FLOW.check(draft.state, "update")
    level = draft.level if given.level is MISSING else given.level
    if draft.interim and level is FeedbackLevel.CLOSURE_NOTICE:
        raise NoticeIsFinal()
    if given.body is not MISSING:
        giving.check_words(FeedbackGive.model_construct(level=level, body=given.body, interim=draft.interim))
        if referral.sender_organisation_id is not None:
            await gate(session, referral, level, set(), at)
        outcomes = await paths.outcomes_of(session, referral.pathway_id) if referral.pathway_id else []
        draft.level, draft.body = level, given.body
        draft.data_classes = sorted({*draft.data_classes, *LEVEL_CLASSES[level]})
        draft.outcome_ids = [one.id for one in outcomes]
    elif given.level is not MISSING:
        language: Language = draft.language  # type: ignore[assignment]
        made = await composed(session, actor, referral, level, draft.interim, language, at)
        draft.level, draft.body = level, made.body
        draft.data_classes, draft.outcome_ids = made.data_classes, made.outcome_ids
    await session.flush()


async def discard(session: AsyncSession, draft: FeedbackDraft, at: datetime) -> None:
    """Raises `IllegalMove`."""
    draft.end("discard", at)
    await session.flush()


async def of_referral(session: AsyncSession, actor: Actor, referral: Referral, draft_id: UUID) -> FeedbackDraft | None:
    """A draft of this referral that the caller reads, locked."""
    rows = queries.visible_drafts(actor).where(FeedbackDraft.id == draft_id, FeedbackDraft.referral_id == referral.id)
    found: FeedbackDraft | None = await session.scalar(
        rows.with_for_update(of=FeedbackDraft).execution_options(populate_existing=True)
    )
    return found
