"""Feedback to whoever referred: given within what the client permits, waived only with a coded reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.matrix import cell, cell_of_organisation, matrix
from app.audit.trail import used
from app.consents import service as consents
from app.consents.rules import Ruling, Terms
from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid
from app.outbox.events import append
from app.pathways import queries, rules
from app.pathways.schemas import FeedbackGive
from app.people.actor import Actor
from app.referrals import history
from app.referrals import queries as referrals
from app.referrals.content import refuse_codes
from app.referrals.models import FLOW, Feedback, FeedbackLevel, Referral, ReferralState
from app.referrals.reading import sides, state_for, view_of
from app.referrals.refusals import (
    FeedbackGiven,
    FeedbackProhibited,
    NoTeamYet,
    NothingToAcknowledge,
    SenderUnknown,
    WaiverNotAllowed,
    no_waiver,
)  # fmt: skip
from app.work import service as work


class ConclusionNotForParty(Conflict):
    code = "conclusion_not_for_party"
    detail = Text(
        "Tälle lähettäjälle ei kerrota johtopäätöstä työkyvystä. Anna päättymisilmoitus.",
        "Den här remittenten får inte slutsatsen om arbetsförmågan. Ge ett meddelande om avslut.",
        "This sender is not told a conclusion on work ability. Give a closure notice.",
    )


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


class FeedbackTooEarly(Conflict):
    """Final feedback tells what came of it: record an outcome first, or give interim feedback."""

    code = "feedback_too_early"
    detail = Text(
        "Polulla ei ole vielä lopputulosta. Kirjaa se ensin tai anna välipalaute.",
        "Stigen har inget resultat ännu. Anteckna det först eller ge mellanåterkoppling.",
        "The path has no outcome yet. Record it first, or give interim feedback.",
    )


async def give(session: AsyncSession, actor: Actor, referral: Referral, given: FeedbackGive, at: datetime) -> Feedback:
    """Tell the referrer. What the level tells must be covered by a permission in force, locked until this commits.

    A closure notice needs no permission, and does not leave against a prohibition. Before any path it ends the
    referral: a client who does not come, or does not want it, reads the same as one who withdrew. A client who
    referred themself gets their own data.

    A workshop or an association never gets a conclusion, whatever is permitted (domain 5.3): the notice it gets.

    Raises `ConsentMissing`, `ConclusionNotForParty`, `FeedbackProhibited`, `FeedbackTooEarly`, `FeedbackGiven`.
    """
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
    if recipient is not None and classes:
        kind = await referrals.organisation_kind(session, recipient)
        if any(cell_of_organisation(name, kind) == "-" for name in classes & matrix()["rows"].keys()):
            raise ConclusionNotForParty()
    if recipient is not None:
        ruling = await consents.ask(session, referral.client_id, recipient, classes, rules.FEEDBACK_PURPOSE, at)
        if ruling.prohibited:
            raise FeedbackProhibited()
        if classes and not ruling.permitted:
            raise consents.lacking(
                referral.client_id, ruling, recipient, classes, rules.FEEDBACK_PURPOSE,
                team_id=referral.team_id, pathway_id=referral.pathway_id,
            )  # fmt: skip
        if classes:
            basis, classes = await widest(session, referral.client_id, recipient, ruling, classes, codes, at)
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
    )
    session.add(feedback)
    if not given.interim:
        referral.noticed()
        await discharge(session, actor, referral, at)
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


async def widest(
    session: AsyncSession,
    client_id: UUID,
    recipient: UUID,
    ruling: Ruling,
    classes: frozenset[str],
    codes: set[str],
    at: datetime,
) -> tuple[Terms | None, frozenset[str]]:
    """The permission to rely on, and what it covers of what the outcomes would tell besides the level."""
    basis = ruling.basis
    for more in sorted(rules.outcome_classes(codes)):
        asked = await consents.ask(session, client_id, recipient, classes | {more}, rules.FEEDBACK_PURPOSE, at)
        if asked.basis is not None:
            basis, classes = asked.basis, classes | {more}
    return basis, classes


def shown_outcomes(referral: Referral, level: FeedbackLevel, codes: set[str], classes: frozenset[str]) -> list[str]:
    """All to a client who came of their own accord; to a referrer what the permission covers; none with a notice."""
    if referral.source == "self" and referral.sender_organisation_id is None:
        return [] if level is FeedbackLevel.CLOSURE_NOTICE else sorted(codes)
    return rules.outcomes_told(codes, level, classes)


def check_words(given: FeedbackGive) -> None:
    """A notice has none, the other levels some; no identity code in them."""
    problem: type[Invalid] | None = None
    if given.level is FeedbackLevel.CLOSURE_NOTICE:
        problem = NoticeHasNoWords if given.body is not None else None
    elif given.body is None:
        problem = FeedbackWithoutWords
    if problem is not None:
        raise problem(errors=[{"pointer": "/body/body", "code": problem.code, "detail": problem.detail}])
    refuse_codes(body=given.body)


async def waive(session: AsyncSession, actor: Actor, referral: Referral, reason: str, at: datetime) -> Feedback:
    """Nothing will be sent, for a coded reason that fits (C-12). Raises `WaiverNotAllowed`, `NoticeEndsIt`, …"""
    FLOW.check(referral.state, "waive_feedback", sides(actor, referral))
    require_in_force("waiver_reason", reason, civil_date(at))
    if referral.team_id is None:
        raise NoTeamYet()
    assert referral.client_id is not None
    if refused := no_waiver(referral):
        raise refused
    if referral.id in await referrals.final_feedback(session, [referral.id]):
        raise FeedbackGiven()
    own = referral.source == "self"
    recipient = referral.sender_organisation_id
    if reason == "client_forbade":
        ruling = (
            await consents.ask(session, referral.client_id, recipient, frozenset(), rules.FEEDBACK_PURPOSE, at)
            if recipient
            else None
        )
        fits = ruling is not None and (ruling.prohibited or ruling.refused)
    elif reason == "self_referral_declined":
        fits = own
    else:
        fits = referral.sender_unknown
    if not fits:
        raise WaiverNotAllowed()
    feedback = Feedback(
        referral_id=referral.id,
        client_id=referral.client_id,
        sender_organisation_id=recipient,
        level=None,
        interim=False,
        outcomes=[],
        body=None,
        waived_because=reason,
        given_by_id=actor.person_id,
        given_at=at,
    )
    session.add(feedback)
    await discharge(session, actor, referral, at)
    await session.flush()
    return feedback


async def discharge(session: AsyncSession, actor: Actor, referral: Referral, at: datetime) -> None:
    """The duty is done: off the list, and the path's feedback step when it was the last one owed."""
    await work.finish(session, referral.id, "feedback", at)
    if referral.pathway_id is None:
        await session.flush()
        if referral.close(at):
            history.note(session, referral, "ended", at, by=actor.person_id)
        await work.finish(session, referral.id, "referral_triage", at)
        return
    answered = await referrals.of_pathway(session, referral.pathway_id)
    await session.flush()
    finals = await referrals.final_feedback(session, [r.id for r in answered])
    if all(r.id in finals for r in answered):
        step = await queries.planned_step(session, referral.pathway_id, "feedback")
        if step is not None:
            step.complete(actor.person_id, at)


async def acknowledge(session: AsyncSession, actor: Actor, referral: Referral, at: datetime) -> Feedback:
    """The referrer says it was received. Raises `IllegalMove`, `NothingToAcknowledge`."""
    final = (await referrals.final_feedback(session, [referral.id])).get(referral.id)
    FLOW.check(state_for(actor, referral, final), "acknowledge_feedback", sides(actor, referral))
    if final is None or final.level is None or final.acknowledged_at is not None:
        raise NothingToAcknowledge()
    final.acknowledged_at, final.acknowledged_by_id = at, actor.login_id
    await used(session, "feedbacks", [(final.id, referral.client_id)], action="acknowledge")
    append(
        session,
        "feedback.acknowledged",
        final,
        client=referral.client_id,
        team=referral.team_id,
        referral=str(referral.id),
    )
    await session.flush()
    return final
