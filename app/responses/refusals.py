"""What is refused when an instrument is asked, answered, corrected or followed up."""

from __future__ import annotations

from app.instruments.refusals import AnswersUnfit, ItemsNotKept
from app.instruments.use_refusals import USES, DateInFuture
from app.kit.i18n import Text
from app.kit.problems import Conflict, Forbidden, Invalid
from app.referrals.content import CodeInText
from app.teams.health import NoHealthDataHere


class InstrumentNotYours(Forbidden):
    """Of clients' health: health and social professionals ask, record and read these; and nobody else's answers."""

    code = "instrument_not_yours"
    detail = Text(
        "Tätä mittaria käyttää terveydenhuollon tai sosiaalihuollon ammattilainen omassa rekisterissään.",
        "Denna mätare används av en yrkesperson inom vården eller socialvården i sitt eget register.",
        "This instrument is used by a health or social professional, in their own register.",
    )


class AnswersNeeded(Invalid):
    """Of an instrument whose items are asked here, the sum alone would hide what was answered."""

    code = "answers_needed"
    detail = Text(
        "Kirjaa vastaukset kohdittain; pistemäärä lasketaan niistä.",
        "Anteckna svaren fråga för fråga; poängen räknas av dem.",
        "Record the answers item by item; the score is counted from them.",
    )


class ScoreDisagrees(Invalid):
    """`computed` is what the answers amount to; null where they give no score."""

    code = "score_disagrees"
    detail = Text(
        "Pistemäärä ei vastaa vastauksia. Tarkista vastaukset, tai jätä pistemäärä pois.",
        "Poängen stämmer inte med svaren. Kontrollera svaren, eller lämna bort poängen.",
        "The score does not agree with the answers. Check the answers, or leave the score out.",
    )


class ItemTextsOff(Conflict):
    """A client cannot answer what cannot be shown. `languages` are those in which the items may be shown here."""

    code = "item_texts_off"
    title = Text("Kysymyksiä ei voi näyttää", "Frågorna kan inte visas", "The questions cannot be shown")
    detail = Text(
        "Mittarin kysymykset eivät ole käytettävissä tällä kielellä. Kielet: {languages}. Kysy haastatellen, tai "
        "nimeä lisensoidut tekstit (HEINOLA_INSTRUMENT_TEXTS).",
        "Mätarens frågor finns inte på detta språk. Språk: {languages}. Fråga i en intervju, eller ange licensierade "
        "texter (HEINOLA_INSTRUMENT_TEXTS).",
        "The items of the instrument are not available in this language. Languages: {languages}. Ask in an interview, "
        "or name texts you hold a licence for (HEINOLA_INSTRUMENT_TEXTS).",
    )


class ResponseEmpty(Conflict):
    code = "response_empty"
    detail = Text("Yhteenkään kohtaan ei ole vastattu.", "Ingen fråga har besvarats.", "No item has been answered.")


class GuidanceUnclear(Invalid):
    """Targets exactly where guidance was given."""

    code = "guidance_unclear"
    detail = Text(
        "Kerro, minne ohjattiin (guided), tai ettei tarvetta ole (no_need, ilman kohteita).",
        "Ange vart klienten hänvisades (guided), eller att det inte behövs (no_need, utan mål).",
        "Say where the client was guided (guided), or that there is no need (no_need, without targets).",
    )


class GuidanceAnswered(Conflict):
    code = "guidance_answered"
    detail = Text(
        "Ohjauksesta on jo päätetty.", "Om hänvisning har redan beslutats.", "Guidance has been decided already."
    )


class NoSafetySign(Conflict):
    code = "no_safety_sign"
    detail = Text(
        "Vastauksissa ei ole vaaran merkkiä.", "Svaren har inget tecken på fara.", "The answers have no safety sign."
    )


class SafetyHandled(Conflict):
    code = "safety_handled"
    detail = Text("Tästä on jo huolehdittu.", "Detta har redan skötts.", "Somebody has seen to it already.")


class SafetyUnseen(Conflict):
    """A sign of danger that nobody has seen to is never marked away, nor corrected away. The database refuses it
    too."""

    code = "safety_unseen"
    title = Text("Vaaran merkki on hoitamatta", "Ett tecken på fara har inte skötts", "A sign of danger is unseen to")
    detail = Text(
        "Vastauksissa on vaaran merkki, josta kukaan ei ole vielä huolehtinut. Huolehdi siitä ja kirjaa se ensin "
        "(handle-safety); korjauksessa sen voi kirjata kentässä safetyHandled.",
        "Svaren har ett tecken på fara som ingen ännu har skött. Sköt det och anteckna det först (handle-safety); i en "
        "rättelse kan det anges i safetyHandled.",
        "The answers have a sign of danger that nobody has seen to yet. See to it and record that first "
        "(handle-safety); a correction may say it in safetyHandled.",
    )
    constraints = ("safety_unseen",)


class OlderVersion(Invalid):
    """A correction never goes back to an older version of the instrument: it may ask less."""

    code = "older_version"
    detail = Text(
        "Korjaus tehdään samalla tai uudemmalla mittarin versiolla.",
        "Rättelsen görs med samma eller en nyare version av mätaren.",
        "A correction is made with the same or a newer version of the instrument.",
    )


class ClientsOwnAnswers(Forbidden):
    """What a client answered by themself stays theirs: mark it as wrong, or ask anew."""

    code = "clients_own_answers"
    detail = Text(
        "Asiakkaan omia vastauksia ei korjata. Merkitse virheelliseksi tai pyydä uudelleen.",
        "Klientens egna svar rättas inte. Markera som felaktigt eller be på nytt.",
        "A client's own answers are not corrected. Mark it as entered in error, or ask anew.",
    )


ANSWERS = (AnswersUnfit, ItemsNotKept, DateInFuture)
CONTENT = (*USES, *ANSWERS, AnswersNeeded, ScoreDisagrees, ResponseEmpty, InstrumentNotYours, NoHealthDataHere)
FOLLOWING = (GuidanceUnclear, GuidanceAnswered, NoSafetySign, CodeInText)
CORRECTING = (ClientsOwnAnswers, SafetyUnseen, OlderVersion, *FOLLOWING)
