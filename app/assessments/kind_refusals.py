"""What the kinds beside the health check refuse: who writes them, what they cite, which statements they refer to."""

from __future__ import annotations

from app.assessments import kinds
from app.kit.i18n import Text
from app.kit.problems import Conflict, Forbidden, Invalid, Problem
from app.people.actor import Actor
from app.teams.telling import PHYSICIANS


class KindNotRecorded(Invalid):
    """A kind that is asked for and routed is not written unasked."""

    code = "kind_not_recorded"
    detail = Text(
        "Tätä ei kirjata pyytämättä: pyydä arvio polulla, niin se ohjautuu nimetylle tekijälle.",
        "Detta antecknas inte oombett: begär bedömningen på stigen, så styrs den till en utsedd person.",
        "This kind is not written unasked: ask for it on the path, and it goes to a named professional.",
    )


class KindNotRouted(Conflict):
    """What is recorded by its author is given to nobody."""

    code = "kind_not_routed"
    detail = Text(
        "Tämän kirjaa tekijä itse, eikä sitä anneta kenellekään. Peru luonnos, tai pyydä arvio.",
        "Detta antecknas av upphovspersonen själv och ges inte till någon. Återkalla utkastet eller begär en.",
        "Its author records it, and it is given to nobody. Cancel the draft, or ask for an assessment.",
    )


class KindNeedsPhysician(Forbidden):
    code = "kind_needs_physician"
    detail = Text(
        "Lääkärin konsultaation kirjaa lääkäri, joka sitä antoi.",
        "En läkarkonsultation antecknas av den läkare som gav den.",
        "A physician's consultation is recorded by the physician who gave it.",
    )


class KindNeedsRole(Forbidden):
    """`roles` may write this kind."""

    code = "kind_needs_role"
    detail = Text(
        "Tämän arvion kirjaa: {roles}.",
        "Denna bedömning antecknas av: {roles}.",
        "This kind is recorded by: {roles}.",
    )


class NeedUnclear(Invalid):
    """Needs, or that none was found: one of the two, and each barrier once."""

    code = "need_unclear"
    detail = Text(
        "Kerro tarpeet, kukin kerran, tai noNeedFound: true, jos tarvetta ei todettu.",
        "Ange behoven, vart och ett en gång, eller noNeedFound: true om inget behov konstaterades.",
        "Say the needs, each once, or noNeedFound: true where none was found.",
    )


class AmendReasonMissing(Invalid):
    """An amended document says why: the original is kept beside it."""

    code = "amend_reason_missing"
    detail = Text(
        "Kerro, miksi asiakirjaa korjataan: alkuperäinen säilyy.",
        "Ange varför dokumentet rättas: originalet bevaras.",
        "Say why the document is amended: the original is kept.",
    )


class CitationUnknown(Invalid):
    """Not on this path, or not for its author to read: the answer is the same. Nothing cites itself."""

    code = "citation_unknown"
    detail = Text(
        "Polulla ei ole tällaista arviota tai tapaamista, jonka näkisit.",
        "Stigen har ingen sådan bedömning eller träff som du ser.",
        "The path has no such assessment or meeting that you see.",
    )


class CitationTwice(Invalid):
    code = "citation_twice"
    detail = Text("Viittaa kuhunkin kerran.", "Hänvisa till var och en en gång.", "Cite each once.")


class CitationNotCompleted(Invalid):
    """An assessment that is not completed, or a meeting that was not held, says nothing yet."""

    code = "citation_not_completed"
    detail = Text(
        "Viitattava ei ole valmis: arvio on kesken tai tapaaminen pitämättä.",
        "Det som hänvisas till är inte färdigt: bedömningen pågår eller träffen har inte hållits.",
        "What is cited is not finished: the assessment is open, or the meeting was not held.",
    )


class CitationInError(Invalid):
    code = "citation_in_error"
    detail = Text(
        "Viitattava on merkitty virheelliseksi. Jätä se pois.",
        "Det som hänvisas till är markerat som felaktigt. Lämna bort det.",
        "What is cited was entered in error. Leave it out.",
    )


class StatementNeedsPhysician(Forbidden):
    """A statement is a physician's (C-26): only a physician's own assessment, or answer, refers to one."""

    code = "statement_needs_physician"
    detail = Text(
        "Lausuntoon viittaa vain lääkäri, joka sen kirjoitti, tai vastaus, jonka lääkäri antoi.",
        "Till ett utlåtande hänvisar bara den läkare som skrev det, eller ett svar som en läkare gav.",
        "Only the physician who wrote it refers to a statement, or an answer that a physician gave.",
    )


class StatementDocumentUnknown(Invalid):
    code = "statement_document_unknown"
    detail = Text(
        "Asiakkaalla ei ole tällaista asiakirjaa, jonka näkisit. Jätä attachmentId pois.",
        "Klienten har ingen sådan handling som du ser. Lämna bort attachmentId.",
        "The client has no such document that you see. Leave attachmentId out.",
    )


class NotWithOwnCareTeam(Conflict):
    """Only what waits for the client's own care team has an answer of theirs."""

    code = "not_with_own_care_team"
    detail = Text(
        "Tämä ei odota omahoitotiimiä: se on tiimin paikalla tai muussa jonossa.",
        "Detta väntar inte på det egna vårdteamet: det finns på en plats i teamet eller i en annan kö.",
        "This does not wait for the own care team: it stands on a seat, or in another queue.",
    )


class AskedUnderUnclear(Invalid):
    code = "asked_under_unclear"
    detail = Text(
        "Kerro joko lupa (consentId) tai luovutus (disclosureId), jolla kysyttiin.",
        "Ange antingen tillståndet (consentId) eller utlämnandet (disclosureId) som frågan ställdes på.",
        "Say either the permission (consentId) or the disclosure (disclosureId) under which it was asked.",
    )


class AskedUnderUnknown(Invalid):
    """Not this client's, a refusal or prohibition, or not in force on the day of asking."""

    code = "asked_under_unknown"
    detail = Text(
        "Asiakkaalla ei ole tällaista lupaa tai luovutusta, joka oli voimassa, kun kysyttiin.",
        "Klienten har inget sådant tillstånd eller utlämnande som gällde när frågan ställdes.",
        "The client has no such permission or disclosure that was in force on the day of asking.",
    )


class AnsweredBeforeAsked(Invalid):
    code = "answered_before_asked"
    detail = Text(
        "Vastaus ei voi olla ennen kysymistä.",
        "Svaret kan inte ha getts före frågan.",
        "The answer cannot be before the asking.",
    )


class IncapacityByStatement(Forbidden):
    """What the own care team answered concludes no incapacity here (C-16): its physician's statement does."""

    code = "incapacity_by_statement"
    detail = Text(
        "Työkyvyttömyyttä ei todeta tässä: viittaa lääkärin lausuntoon (statements, saysIncapacity).",
        "Arbetsoförmåga konstateras inte här: hänvisa till läkarens utlåtande (statements, saysIncapacity).",
        "Incapacity is not concluded here: refer to the physician's statement (statements, saysIncapacity).",
    )


CITING = (CitationUnknown, CitationTwice, CitationNotCompleted, CitationInError)
STATEMENTS = (StatementNeedsPhysician, StatementDocumentUnknown)
# What writing the content of any kind may be refused for.
BY_KIND = (KindNeedsPhysician, KindNeedsRole, NeedUnclear, *CITING, *STATEMENTS)


def writer_refusal(actor: Actor, kind: str) -> Problem | None:
    """Why the caller may not write a recorded kind, if so: a physician by the memberships of today (C-26), others by
    the seat held or stood in for too."""
    wanted = kinds.WRITTEN_BY.get(kind, frozenset())
    if wanted and wanted <= PHYSICIANS:
        return None if actor.roles & wanted else KindNeedsPhysician()
    if wanted and not (actor.roles | {seat.role for seat in actor.seats}) & wanted:
        return KindNeedsRole(roles=sorted(wanted))
    return None
