"""What is refused of questions, sessions and the library, each by its own code."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Forbidden, Invalid


class NotInForum(Forbidden):
    """Who asks and who answers, the forum says."""

    code = "not_in_forum"
    detail = Text(
        "Roolisi ei kysy tai vastaa tällä foorumilla. Katso, kenelle se on avoin.",
        "Din roll frågar eller svarar inte i detta forum. Se för vem det är öppet.",
        "Your role does not ask, or answer, in this forum. See whom it is open to.",
    )


class NotYourQuestion(Forbidden):
    code = "not_your_question"
    detail = Text(
        "Vain kysyjä voi tehdä tämän.", "Bara den som frågade kan göra detta.", "Only whoever asked may do this."
    )


class NotConvener(Forbidden):
    code = "not_convener"
    detail = Text(
        "Vain koollekutsuja voi tehdä tämän.",
        "Bara sammankallaren kan göra detta.",
        "Only the convener may do this.",
    )


class ForumClosed(Conflict):
    code = "forum_closed"
    detail = Text(
        "Foorumi ei ota nyt kysymyksiä tai istuntoja.",
        "Forumet tar inte emot frågor eller möten nu.",
        "The forum takes no questions or sessions now.",
    )


class SessionWithoutConvener(Invalid):
    """A session has one named convener."""

    code = "session_without_convener"
    detail = Text(
        "Nimeä koollekutsuja: convenerId.", "Namnge en sammankallare: convenerId.", "Name a convener: convenerId."
    )


class ExpertUnknown(Invalid):
    """Conveners and experts are people of the area's network."""

    code = "expert_unknown"
    detail = Text(
        "Henkilö ei ole alueen verkostossa tänään.",
        "Personen hör inte till områdets nätverk i dag.",
        "The person is not in the area's network today.",
    )


class SessionInThePast(Invalid):
    code = "session_in_the_past"
    detail = Text("Aika on mennyt.", "Tiden har passerat.", "The time has passed.")


class SessionNotBegun(Conflict):
    code = "session_not_begun"
    detail = Text(
        "Istunto ei ole vielä alkanut. Merkitse se pidetyksi, kun se on pidetty.",
        "Mötet har inte börjat ännu. Anteckna det när det har hållits.",
        "The session has not begun. Record it when it has been held.",
    )


class SessionThen(Conflict):
    code = "session_then"
    detail = Text(
        "Foorumilla on jo istunto samaan aikaan.",
        "Forumet har redan ett möte vid samma tid.",
        "The forum has a session at that time already.",
    )
    constraints = ("uq_forum_sessions_forum_id",)


class QuestionNotHere(Invalid):
    """An outcome is of a question of the forum that waits for an answer."""

    code = "question_not_here"
    detail = Text(
        "Kysymys ei odota vastausta tällä foorumilla.",
        "Frågan väntar inte på svar i detta forum.",
        "The question does not wait for an answer in this forum.",
    )


class EntryNotHere(Invalid):
    code = "entry_not_here"
    detail = Text(
        "Vastaus ei kuulu tähän kysymykseen.",
        "Svaret hör inte till denna fråga.",
        "The answer is not one to this question.",
    )


class ReviewInThePast(Invalid):
    code = "review_in_the_past"
    detail = Text(
        "Tarkistuspäivän on oltava tulevaisuudessa.",
        "Granskningsdagen ska ligga i framtiden.",
        "The day of review must lie ahead.",
    )


class AgreementMissing(Conflict):
    """The asker has not agreed to these words."""

    code = "agreement_missing"
    detail = Text(
        "Kysyjä ei ole vielä hyväksynyt tekstiä julkaistavaksi.",
        "Den som frågade har inte ännu godkänt texten för publicering.",
        "Whoever asked has not yet agreed that this text is published.",
    )


class QuestionWithdrawn(Conflict):
    """Whoever asked took the question back: nothing of it is agreed to or published any more."""

    code = "question_withdrawn"
    detail = Text(
        "Kysyjä on perunut kysymyksen. Sen vastausta ei julkaista.",
        "Den som frågade har tagit tillbaka frågan. Svaret publiceras inte.",
        "Whoever asked has withdrawn the question. Its answer is not published.",
    )
    constraints = ("question_withdrawn",)


class SecondPersonNeeded(Forbidden):
    code = "second_person_needed"
    detail = Text(
        "Toinen asiantuntija kuin tekstin kirjoittaja tarkistaa ja julkaisee.",
        "En annan expert än den som skrev granskar och publicerar.",
        "Another expert than the one who wrote it checks and publishes.",
    )


class PermissionNeeded(Invalid):
    """A question becomes a referral only when the client permits it: with the terms, how and when they were given."""

    code = "permission_needed"
    detail = Text(
        "Kysymyksestä tehdään lähete vain asiakkaan luvalla: kerro permission.",
        "En fråga blir en remiss bara med klientens tillstånd: ange permission.",
        "A question becomes a referral only with the client's permission: give permission.",
    )
    constraints = ("ck_referrals_question_permission",)


class MonthNotOver(Invalid):
    code = "month_not_over"
    detail = Text(
        "Luvut ovat päättyneistä kuukausista: anna kuukauden ensimmäinen päivä.",
        "Talen gäller månader som har gått ut: ange månadens första dag.",
        "Figures are of months that have ended: give the first day of the month.",
    )
