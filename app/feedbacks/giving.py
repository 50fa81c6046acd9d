"""Feedback to whoever referred: given within what the client permits, waived only with a coded reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.matrix import cell
from app.consents import service as consents
from app.feedbacks import ending, onward, sealing
from app.feedbacks.gating import NOTHING, DraftOutdated, NoticeIsFinal, gate, outdated
from app.feedbacks.models import DRAFT_FLOW, FeedbackDraft
from app.feedbacks.schemas import FeedbackGive
from app.kit.i18n import Text, speaking
from app.kit.problems import Conflict, Invalid
from app.outbox.events import append
from app.pathways import queries, rules
from app.people.actor import Actor
from app.referrals import queries as referrals
from app.referrals.content import refuse_codes
from app.referrals.models import FLOW, Feedback, FeedbackLevel, Referral, ReferralState
from app.referrals.reading import sides, view_of
from app.referrals.refusals import (
    FeedbackGiven,
    NoTeamYet,
    SenderUnknown,
)  # fmt: skip


class NoticeHasNoWords(Invalid):
    code = "notice_has_no_words"
    detail = Text(
        "Päättymisilmoituksessa ei ole sisältöä: jätä body pois.",
        "Ett meddelande om avslut har inget innehåll: lämna bort body.",
        "A closure notice has no content: leave body out.",
    )


class FeedbackWithoutWords(Invalid):
    code = "feedback_without_words"
    detail = Text(
        "Kerro palaute selkeästi kentässä body.",
        "Skriv återkopplingen i klartext i body.",
        "Say the feedback in plain words in body.",
    )


class LevelOrDraft(Invalid):
    """A level with its words, or a draft: one of the two."""

    code = "level_or_draft"
    detail = Text(
        "Anna joko taso ja palaute, tai luonnos (draftId) ilman muuta.",
        "Ange antingen nivå och återkoppling, eller ett utkast (draftId) utan annat.",
        "Give either a level with its words, or a draft (draftId) and nothing else.",
    )


class FeedbackTooEarly(Conflict):
    """Final feedback tells what came of it: record an outcome first, or give interim feedback."""

    code = "feedback_too_early"
    detail = Text(
        "Polulla ei ole vielä lopputulosta. Kirjaa se ensin tai anna välipalaute.",
        "Stigen har inget resultat ännu. Anteckna det först eller ge mellanåterkoppling.",
        "The path has no outcome yet. Record it first, or give interim feedback.",
    )


def said(given: FeedbackGive, draft: FeedbackDraft | None) -> FeedbackGive:
    """What is given: of a draft, all that it says. Raises `LevelOrDraft`, and `IllegalMove` for a draft that ended."""
    if draft is None:
        if given.level is None or given.draft_id is not None:
            raise one_of("level")
        return given
    if given.level is not None or given.body is not None or given.interim or given.language is not None:
        raise one_of("draftId")
    DRAFT_FLOW.check(draft.state, "give_feedback")
    return FeedbackGive.model_validate(
        {"level": draft.level, "interim": draft.interim, "body": draft.body, "language": draft.language}
    )


def one_of(name: str) -> LevelOrDraft:
    return LevelOrDraft(errors=[{"pointer": f"/body/{name}", "code": LevelOrDraft.code, "detail": LevelOrDraft.detail}])


async def give(
    session: AsyncSession,
    actor: Actor,
    referral: Referral,
    given: FeedbackGive,
    at: datetime,
    draft: FeedbackDraft | None = None,
) -> Feedback:
    """Tell the referrer. What the level tells must be covered by a permission in force, locked until this commits.

    A closure notice needs no permission, and does not leave against a prohibition. Before any path it ends the
    referral: a client who does not come, or does not want it, reads the same as one who withdrew. A client who
    referred themself gets their own data.

    A workshop or an association never gets a conclusion, whatever is permitted (domain 5.3): the notice it gets.

    What leaves is kept as it leaves, with its hash. A draft is asked about with all that it was composed of: when less
    is permitted than that, nothing leaves, and it stays a draft.

    Raises `ConsentMissing` (with the level that would be allowed), `ConclusionNotForParty`, `FeedbackProhibited`,
    `FeedbackTooEarly`, `FeedbackGiven`, `LevelOrDraft`, `NoticeIsFinal`, `DraftOutdated`.
    """
    given = said(given, draft)
    assert given.level is not None
    FLOW.check(referral.state, "give_feedback", sides(actor, referral))
    if referral.team_id is None:
        raise NoTeamYet()
    assert referral.client_id is not None
    if referral.sender_unknown:
        raise SenderUnknown()
    check_words(given)
    notice = given.level is FeedbackLevel.CLOSURE_NOTICE
    ended = referral.state is ReferralState.WITHDRAWN or (notice and referral.pathway_id is None)
    recipient = referral.sender_organisation_id
    outcomes = await queries.outcomes_of(session, referral.pathway_id) if referral.pathway_id else []
    codes = {outcome.code for outcome in outcomes}
    classes = rules.LEVEL_CLASSES[given.level]
    basis = None
    if draft is not None and outdated(draft, outcomes):
        raise DraftOutdated()
    if recipient is not None:
        basis, classes = await gate(
            session, referral, given.level, codes, at, frozenset(draft.data_classes) if draft else NOTHING
        )
    if referral.id in await referrals.final_feedback(session, [referral.id]):
        raise FeedbackGiven()
    if not given.interim and not outcomes and not ended:
        raise FeedbackTooEarly()
    disclosure = await consents.disclose(
        session,
        actor,
        client_id=referral.client_id,
        recipient_id=recipient,
        data_classes=classes,
        purpose=rules.FEEDBACK_PURPOSE,
        basis=basis,
        subject_type="referral",
        subject_id=referral.id,
        at=at,
    )
    feedback = Feedback(
        referral_id=referral.id,
        client_id=referral.client_id,
        sender_organisation_id=recipient,
        level=given.level,
        interim=given.interim,
        outcomes=shown_outcomes(referral, given.level, codes, classes),
        body=None if notice else given.body,
        disclosure_id=disclosure.id,
        given_by_id=actor.person_id,
        given_at=at,
        language=given.language or speaking.get(),
    )
    await sealing.seal(session, actor, feedback)
    session.add(feedback)
    await session.flush()
    if draft is not None:
        draft.end("give_feedback", at, feedback.id)
    if not given.interim:
        await onward.to_be_read(session, referral, feedback, at)
        referral.noticed()
        await ending.discharge(session, actor, referral, at)
    append(
        session,
        "feedback.given",
        feedback,
        client=referral.client_id,
        team=referral.team_id,
        organisation=recipient,
        disclosure=disclosure.id,
        referral=str(referral.id),
        interim=given.interim,
    )
    await session.flush()
    return feedback


async def too_early(session: AsyncSession, referral: Referral) -> bool:
    """Whether final feedback of any level would be: a path runs, and nothing came of it yet."""
    if referral.pathway_id is None or referral.state is ReferralState.WITHDRAWN:
        return False
    return not await queries.outcomes_of(session, referral.pathway_id)


async def reads_words(session: AsyncSession, actor: Actor, referral: Referral, row: Feedback, at: datetime) -> bool:
    """Whether the caller reads what was told: who gave it or got it, the client, and who reads conclusions."""
    if view_of(actor, referral) != "team" or row.given_by_id == actor.person_id:
        return True
    may = cell("feedback_told", actor.roles, actor.context.registers)
    if may != "with_permission" or referral.client_id is None:
        return may == "Y"
    classes = frozenset({"work_ability_conclusion"})
    ruling = await consents.ask(session, referral.client_id, referral.area_id, classes, "service_coordination", at)
    return ruling.permitted


def shown_outcomes(referral: Referral, level: FeedbackLevel, codes: set[str], classes: frozenset[str]) -> list[str]:
    """All to a client who came of their own accord; to a referrer what the permission covers; none with a notice."""
    if referral.source == "self" and referral.sender_organisation_id is None:
        return [] if level is FeedbackLevel.CLOSURE_NOTICE else sorted(codes)
    return rules.outcomes_told(codes, level, classes)


def check_words(given: FeedbackGive) -> None:
    """A notice has none, and is never interim; the other levels have some; no identity code in them."""
    if given.interim and given.level is FeedbackLevel.CLOSURE_NOTICE:
        raise NoticeIsFinal()
    problem: type[Invalid] | None = None
    if given.level is FeedbackLevel.CLOSURE_NOTICE:
        problem = NoticeHasNoWords if given.body is not None else None
    elif given.body is None:
        problem = FeedbackWithoutWords
    if problem is not None:
        raise problem(errors=[{"pointer": "/body/body", "code": problem.code, "detail": problem.detail}])
    refuse_codes(body=given.body)
