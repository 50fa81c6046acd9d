"""The gate that every word of feedback passes: what the client permits now, and what a draft was made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries as consent_queries
from app.consents import service as consents
from app.consents.rules import Terms, rule
from app.consents.service import ConsentMissing
from app.feedbacks import levels
from app.feedbacks.models import FeedbackDraft
from app.kit.i18n import Text
from app.kit.problems import Conflict
from app.pathways import queries
from app.pathways.models import Outcome
from app.pathways.rules import FEEDBACK_PURPOSE, LEVEL_CLASSES, outcome_classes
from app.referrals.models import FeedbackLevel, Referral
from app.referrals.refusals import FeedbackProhibited

NOTHING: frozenset[str] = frozenset()


class ConclusionNotForParty(Conflict):
    code = "conclusion_not_for_party"
    detail = Text(
        "Tälle lähettäjälle ei kerrota johtopäätöstä työkyvystä. Anna päättymisilmoitus.",
        "Den här remittenten får inte slutsatsen om arbetsförmågan. Ge ett meddelande om avslut.",
        "This sender is not told a conclusion on work ability. Give a closure notice.",
    )


class NoticeIsFinal(Conflict):
    """A closure notice says that it has ended: interim feedback is of something that goes on."""

    code = "notice_is_final"
    detail = Text(
        "Päättymisilmoitus kertoo asian päättyneen, joten se ei voi olla välipalaute. Pyydä lupa kertoa enemmän.",
        "Ett meddelande om avslut säger att ärendet är slut och kan inte ges under tiden. Be om lov att berätta mer.",
        "A closure notice says that it has ended, so it cannot be interim. Ask for permission to tell more.",
    )


class DraftOutdated(Conflict):
    """Since the draft was written, an outcome was recorded or marked as wrong."""

    code = "draft_outdated"
    detail = Text(
        "Lopputulokset ovat muuttuneet luonnoksen jälkeen. Kokoa se uudelleen (pelkkä level) tai tarkista ja tallenna "
        "sen sanat (body).",
        "Resultaten har ändrats efter utkastet. Sammanställ det på nytt (bara level), eller granska och spara orden "
        "(body).",
        "The outcomes have changed since the draft. Compose it anew (level alone), or look at its words and save them "
        "(body).",
    )


# What a draft was composed of is not permitted any longer, and editing it does not take that away.
DRAFT_BEYOND = Text(
    "Luonnos kertoo enemmän kuin asiakas nyt sallii. Kokoa se uudelleen sallitulla tasolla (pelkkä level).",
    "Utkastet berättar mer än klienten tillåter nu. Sammanställ det på nytt på tillåten nivå (bara level).",
    "The draft tells more than the client permits now. Compose it anew at a permitted level (level alone).",
)


def beyond(referral: Referral, missing: frozenset[str]) -> ConsentMissing:
    refusal = ConsentMissing(
        recipients=[str(referral.sender_organisation_id)], data_classes=sorted(missing), purpose=FEEDBACK_PURPOSE
    )
    refusal.instead = DRAFT_BEYOND
    return refusal


async def gate(
    session: AsyncSession,
    referral: Referral,
    level: FeedbackLevel,
    codes: set[str],
    at: datetime,
    told: frozenset[str] = NOTHING,
) -> tuple[Terms | None, frozenset[str]]:
    """The permission that a level rests on, held until this commits, and the classes it covers; for a notice none.
    `told`: what the words were composed of besides. What the client took back is not asked again: it leaves no gap.

    Raises `ConclusionNotForParty`, `FeedbackProhibited`, `ConsentMissing`."""
    assert referral.client_id is not None
    assert referral.sender_organisation_id is not None
    client, recipient = referral.client_id, referral.sender_organisation_id
    classes = LEVEL_CLASSES[level]
    if not classes.isdisjoint(await levels.barred(session, referral)):
        raise ConclusionNotForParty()
    ruling = await consents.ask(session, client, recipient, classes, FEEDBACK_PURPOSE, at)
    if ruling.prohibited:
        raise FeedbackProhibited()
    whole = classes | told if classes else classes
    if whole != classes and ruling.permitted:
        ruling = await consents.ask(session, client, recipient, whole, FEEDBACK_PURPOSE, at)
        if not ruling.permitted:
            more = beyond(referral, ruling.missing - classes)
            more.extra["allowed_level"] = await levels.allowed(session, referral, at)
            raise more
    if classes and not ruling.permitted:
        missing = consents.lacking(
            client, ruling, recipient, classes, FEEDBACK_PURPOSE,
            team_id=referral.team_id, pathway_id=referral.pathway_id,
        )  # fmt: skip
        if await consent_queries.taken_back(session, client, recipient, classes, FEEDBACK_PURPOSE):
            missing.lacking, missing.extra["refused"] = None, [str(recipient)]
        missing.extra["allowed_level"] = await levels.allowed(session, referral, at)
        raise missing
    return await widest(session, client, recipient, ruling.basis, whole, codes, at) if classes else (None, classes)


async def widest(
    session: AsyncSession,
    client_id: UUID,
    recipient: UUID,
    basis: Terms | None,
    classes: frozenset[str],
    codes: set[str],
    at: datetime,
) -> tuple[Terms | None, frozenset[str]]:
    """The permission to rely on, and what it covers of what the outcomes would tell besides the level."""
    for more in sorted(outcome_classes(codes) - classes):
        asked = await consents.ask(session, client_id, recipient, classes | {more}, FEEDBACK_PURPOSE, at)
        if asked.basis is not None:
            basis, classes = asked.basis, classes | {more}
    return basis, classes


def outdated(draft: FeedbackDraft, standing: Iterable[Outcome]) -> bool:
    """Whether other outcomes stand than when somebody last composed or wrote it."""
    return set(draft.outcome_ids) != {one.id for one in standing}


async def draft_refusal(
    session: AsyncSession, draft: FeedbackDraft, referral: Referral, at: datetime
) -> Conflict | None:
    """Why an open draft cannot be given as it is, read without locks, to show it."""
    recipient, classes = referral.sender_organisation_id, LEVEL_CLASSES[draft.level] | frozenset(draft.data_classes)
    if recipient is not None:
        said = {one.level: one for one in await levels.said(session, referral, at)}[draft.level]
        terms = await levels.terms(session, referral, at)
        if said.because == "conclusion_not_for_party":
            return ConclusionNotForParty()
        if not LEVEL_CLASSES[draft.level] and not said.allowed:
            return FeedbackProhibited()
        if classes and not rule(terms, recipient, classes, FEEDBACK_PURPOSE).permitted:
            return beyond(referral, classes)
    standing = await queries.outcomes_of(session, referral.pathway_id) if referral.pathway_id else []
    return DraftOutdated() if outdated(draft, standing) else None
