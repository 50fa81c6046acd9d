"""The copy of feedback as it went out: the whole of it in words, with its hash. The database refuses to change it."""

from __future__ import annotations

import hashlib
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from app.feedbacks import queries
from app.feedbacks.schemas import FeedbackCopy
from app.kit.clock import civil_date
from app.kit.codesets import label
from app.kit.i18n import Language, Text
from app.kit.problems import Conflict
from app.people.actor import Actor
from app.referrals import queries as referrals
from app.referrals.models import Feedback
from app.routing.reasons import day_text

TITLE = Text("Palaute lähettävälle taholle", "Återkoppling till remittenten", "Feedback to the referring party")
INTERIM = Text("Välipalaute", "Mellanåterkoppling", "Interim feedback")
TO = Text("Saaja: {name}", "Mottagare: {name}", "To: {name}")
CLIENT = Text("asiakas itse", "klienten själv", "the client")
BY = Text("Antaja: {name}", "Given av: {name}", "Given by: {name}")
ON = Text("Päivä: {day}", "Datum: {day}", "Date: {day}")
LEVEL = Text("Laajuus: {level}", "Omfattning: {level}", "Extent: {level}")
OUTCOMES = Text("Lopputulokset: {outcomes}", "Resultat: {outcomes}", "Outcomes: {outcomes}")
NOTICE = Text(
    "Asian käsittely on päättynyt. Ilmoitus ei kerro muuta.",
    "Behandlingen av ärendet har avslutats. Meddelandet säger inget annat.",
    "The matter is no longer being handled. The notice says nothing else.",
)


class CopyNotKept(Conflict):
    """It was given before copies were kept: its words stand in the feedback itself."""

    code = "copy_not_kept"
    detail = Text(
        "Tästä palautteesta ei ole jäljennöstä: se annettiin ennen kuin niitä säilytettiin.",
        "Av den här återkopplingen finns ingen kopia: den gavs innan sådana sparades.",
        "There is no copy of this feedback: it was given before copies were kept.",
    )


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def rendered(feedback: Feedback, recipient: str | None, author: str | None) -> str:
    """All that the recipient gets, in the language of the words."""
    language = cast(Language, feedback.language or "fi")
    assert feedback.level is not None

    def say(text: Text, **values: object) -> str:
        return text.format(**values).pick(language) if values else text.pick(language)

    lines = [
        say(TITLE),
        *([say(INTERIM)] if feedback.interim else []),
        say(TO, name=recipient or CLIENT.pick(language)),
        *([say(BY, name=author)] if author else []),
        say(ON, day=day_text(civil_date(feedback.given_at)).pick(language)),
        say(LEVEL, level=label("feedback_level", feedback.level.value).pick(language)),
    ]
    if feedback.outcomes:
        names = ", ".join(label("outcome", code).pick(language) for code in feedback.outcomes)
        lines.append(say(OUTCOMES, outcomes=names))
    return "\n".join([*lines, "", feedback.body or say(NOTICE), ""])


async def seal(session: AsyncSession, actor: Actor, feedback: Feedback) -> None:
    """Keep the copy with the feedback, once."""
    organisation = (
        await referrals.organisation(session, feedback.sender_organisation_id)
        if feedback.sender_organisation_id
        else None
    )
    feedback.copy_text = rendered(feedback, organisation.name if organisation else None, actor.name)
    feedback.copy_sha256 = sha256(feedback.copy_text)


async def show(session: AsyncSession, feedback: Feedback, *, words: bool, sender: bool) -> FeedbackCopy:
    """`words`: the reader reads conclusions. Raises `CopyNotKept`."""
    if feedback.copy_text is None or feedback.copy_sha256 is None:
        raise CopyNotKept()
    told = None if sender else await queries.disclosure_of(session, feedback)
    return FeedbackCopy(
        feedback_id=feedback.id,
        referral_id=feedback.referral_id,
        language=feedback.language or "",
        text=feedback.copy_text if words or feedback.body is None else None,
        sha256=feedback.copy_sha256,
        intact=sha256(feedback.copy_text) == feedback.copy_sha256,
        given_at=feedback.given_at,
        received_at=feedback.received_at,
        disclosure_id=feedback.disclosure_id,
        consent_id=told.consent_id if told else None,
        consent_version=told.consent_version if told else None,
    )
