"""Pure rules of referrals: what is missing, and what a sender sees. When something is due: `clocks`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from app.kit.i18n import Text

# C-20: "tietoa aiemmin kuin 300 työttömyyspäivän jälkeen": over 300 is late; an indicator, never a bar.
LATE_AFTER_DAYS = 300
RECEIVING_PURPOSE = "work_ability_assessment"
FEEDBACK_PURPOSE = "referral_feedback"


@dataclass(frozen=True)
class Missing:
    """A gap in a referral: where, which, whether it stops the sending, and what helps."""

    pointer: str
    code: str
    required: bool
    remedy: Text


@dataclass(frozen=True)
class Content:
    """What the rules look at."""

    identity_code: bool
    phone_or_email: bool
    municipality: bool
    unemployment_days: bool
    criteria_answered: int
    criteria_total: int
    self_referral: bool
    permission: bool
    permission_recipients: frozenset[UUID]
    permission_purposes: frozenset[str]
    permission_data: frozenset[str]
    permission_ended: bool
    informed: bool
    receiver: UUID
    sender: UUID | None
    days_though_at_risk: bool = False
    meeting_unnamed: bool = False
    municipality_known: bool = True
    statutory_basis: bool = False


def gaps(given: Content) -> list[Missing]:
    """Everything missing, the required first."""
    return sorted(_gaps(given), key=lambda gap: not gap.required)


def merged(base: Iterable[Missing], asked: Mapping[str, Missing]) -> list[Missing]:
    """One list: what a team asks for stands in the place of the same gap, and never makes it less required."""
    found = {gap.code: gap for gap in base}
    for code, gap in asked.items():
        found[code] = replace(gap, required=gap.required or (code in found and found[code].required))
    return sorted(found.values(), key=lambda gap: not gap.required)


def _gaps(given: Content) -> Iterable[Missing]:
    if not given.self_referral:
        for gap in _permission_gaps(given):
            yield replace(gap, required=gap.required and not given.statutory_basis)
    if not given.identity_code:
        yield Missing("/client/identityCode", "identity_code_missing", False, TEXTS["identity_code"])
    if not given.phone_or_email:
        yield Missing("/client/phone", "contact_missing", False, TEXTS["contact"])
    if not given.municipality:
        yield Missing("/client/municipality", "municipality_missing", False, TEXTS["municipality"])
    elif not given.municipality_known:
        yield Missing("/client/municipality", "municipality_unknown", False, TEXTS["municipality_unknown"])
    if not given.unemployment_days:
        yield Missing("/unemploymentDays", "unemployment_days_missing", False, TEXTS["days"])
    if given.days_though_at_risk:
        yield Missing("/unemploymentDays", "days_though_at_risk", False, TEXTS["at_risk"])
    if given.meeting_unnamed:
        yield Missing("/meetingHeld", "meeting_not_described", False, TEXTS["meeting"])
    if given.criteria_answered < given.criteria_total:
        yield Missing("/criteria/answers", "criteria_unanswered", False, TEXTS["criteria"])


def _permission_gaps(given: Content) -> Iterable[Missing]:
    if not given.permission:
        yield Missing("/permission", "permission_missing", True, TEXTS["permission"])
        return
    if given.receiver not in given.permission_recipients:
        yield Missing("/permission/recipientIds", "permission_lacks_receiver", True, TEXTS["receiver"])
    if RECEIVING_PURPOSE not in given.permission_purposes:
        yield Missing("/permission/purposes", "permission_lacks_purpose", True, TEXTS["purpose"])
    if given.permission_ended:
        yield Missing("/permission/validUntil", "permission_ended", True, TEXTS["ended"])
    if not given.informed:
        yield Missing("/permission/informationGivenAt", "information_not_noted", False, TEXTS["informed"])
    if given.sender and (
        given.sender not in given.permission_recipients
        or FEEDBACK_PURPOSE not in given.permission_purposes
        or "work_ability_conclusion" not in given.permission_data
    ):
        yield Missing("/permission/recipientIds", "feedback_not_covered", False, TEXTS["feedback"])


def shown_status(state: str, *, on_path: bool, returned: bool, waiting: bool, final_sent: bool) -> str:
    """What a sender sees: the same whatever the reason for ending. A feedback that was waived (for instance because
    the client forbade it) tells nothing either: the status stays as it was."""
    if state in ("in_progress", "closed", "withdrawn") and final_sent:
        return "ended"
    if state in ("closed", "withdrawn"):
        return before_ending(on_path, returned, waiting)
    return state


def before_ending(on_path: bool, returned: bool, waiting: bool) -> str:
    """The state as it was when the client withdrew, or the path closed: what the sender goes on seeing."""
    if on_path:
        return "in_progress"
    return "returned_for_info" if returned else "waitlisted" if waiting else "received"


TEXTS = {
    "permission": Text(
        "Pyydä asiakkaalta lupa ja kirjaa se. Jos lähetät lain nojalla, nimeä se: statutoryBasis.",
        "Be klienten om tillstånd och anteckna det. Om du remitterar med stöd av lag, ange den: statutoryBasis.",
        "Ask the client for permission and record it. If you send by force of a statute, name it: statutoryBasis.",
    ),
    "receiver": Text(
        "Lisää luvan vastaanottajaksi hyvinvointialue, jolle lähetät.",
        "Lägg till välfärdsområdet som mottagare i tillståndet.",
        "Add the wellbeing area you send to as a recipient of the permission.",
    ),
    "purpose": Text(
        "Lisää luvan tarkoitukseksi työkyvyn arviointi.",
        "Lägg till bedömning av arbetsförmågan som ändamål.",
        "Add the assessment of work ability as a purpose of the permission.",
    ),
    "ended": Text(
        "Lupa on päättynyt. Pyydä uusi.", "Tillståndet har upphört. Be om ett nytt.", "It has ended. Ask anew."
    ),
    "informed": Text(
        "Kirjaa, milloin asiakkaalle kerrottiin tietojen käytöstä.",
        "Anteckna när klienten informerades om hur uppgifterna används.",
        "Note when the client was told how the data are used.",
    ),
    "feedback": Text(
        "Ilman tätä saat vain tiedon, että asia on päättynyt. Kysy asiakkaalta, saako sinulle antaa palautetta.",
        "Utan detta får du bara veta att ärendet avslutats. Fråga klienten om du får få återkoppling.",
        "Without it you will only hear that it has ended. Ask the client whether you may get feedback.",
    ),
    "identity_code": Text(
        "Henkilötunnus auttaa löytämään asiakkaan oikein.",
        "Personbeteckningen hjälper att hitta rätt klient.",
        "The identity code helps to find the right client.",
    ),
    "contact": Text(
        "Lisää puhelin tai sähköposti, jotta asiakas tavoitetaan.",
        "Lägg till telefon eller e-post så att klienten nås.",
        "Add a phone or an e-mail, so that the client can be reached.",
    ),
    "municipality": Text(
        "Lisää kotikunta: se ratkaisee tiimin.",
        "Lägg till hemkommunen: den avgör teamet.",
        "Add the municipality: it decides the team.",
    ),
    "municipality_unknown": Text(
        "Kuntanumero ei ole tämän alueen kunnan. Tarkista se: muuten lähete jää alueen jonoon.",
        "Kommunnumret hör inte till en kommun på detta område. Kontrollera det: annars blir remissen i områdets kö.",
        "No municipality of this area has this number. Check it: otherwise the referral stays in the area's queue.",
    ),
    "days": Text(
        "Lisää työttömyyspäivät; 0, jos työttömyys uhkaa.",
        "Lägg till arbetslöshetsdagarna; 0 om arbetslöshet hotar.",
        "Add the days of unemployment; 0 when it only threatens.",
    ),
    "at_risk": Text(
        "Asiakas on merkitty työttömyysuhan alaiseksi, mutta päiviä on yli 0. Tarkista kumpi pitää paikkansa.",
        "Klienten är antecknad som hotad av arbetslöshet, men dagarna är fler än 0. Kontrollera vilket som stämmer.",
        "The client is noted as at risk, and yet the days are more than 0. Check which is right.",
    ),
    "meeting": Text(
        "Kuvaa tapaaminen, jossa lähettämisestä sovittiin: meetingHeld.",
        "Beskriv mötet där remitteringen avtalades: meetingHeld.",
        "Describe the meeting at which it was agreed: meetingHeld.",
    ),
    "criteria": Text(
        "Vastaa kriteereihin, niin vastaanottaja näkee tarpeen.",
        "Besvara kriterierna så att mottagaren ser behovet.",
        "Answer the criteria, so that the receiver sees the need.",
    ),
}  # fmt: skip
