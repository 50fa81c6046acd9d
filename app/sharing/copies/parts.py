"""What the client's own copy is made of: every table with a client in it, or why it is not in the copy.

A test compares the two lists with the database: a table that is in neither fails it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.appointments.models import Appointment, AppointmentReminder
from app.assessments.models import Assessment, AssessmentVersion, Conclusion, LaboratoryStatus, ProblemRecord
from app.attachments.models import Attachment
from app.audit.models import Disclosure, UseLogEntry
from app.ceasing.models import CeaseNotice
from app.clients.models import Client, ClientIdentifier
from app.consents.models import Consent
from app.consultations.models import Consultation, ConsultationText, PairWork
from app.contacts.models import Contact, Note
from app.feedbacks.models import FeedbackQuestion
from app.gaps.models import ConsentGap
from app.kit.i18n import Text
from app.meetings.models import Meeting, MeetingNotePart, MeetingParticipant
from app.meetings.part_models import MeetingAgendaPart, MeetingChange, MeetingDecision, MeetingOpening
from app.outcomes.models import ClientSummary, ClientSummaryWords
from app.participations.models import AfterContact, QualityReview, ServiceParticipation, TimelinessCheck
from app.pathways.models import Goal, GoalMark, Outcome, Pathway, PathwayStep
from app.pathways.outcome_models import GoalAchievement, PathwayScore
from app.pathways.step_models import PathwayHold, StepChange
from app.people.models import Login
from app.plan_references.models import PlanReference
from app.plans.models import BarrierRecord, FollowUp, PlanWords, SmallStep
from app.preinformation.models import FormAddendum, FormAnswers, FormLink, Preinformation
from app.records.models import RecordRequest
from app.referrals.history_models import ReferralEvent
from app.referrals.models import Feedback, Referral
from app.representatives.models import Representative
from app.responses.models import InstrumentResponse, ResponseLink
from app.routing.models import RoutingDecision
from app.sharing.models import Share, ShareItem, ShareLink, ShareReply
from app.time_entries.models import TimeEntry
from app.work.models import Involvement, WorkItem


@dataclass(frozen=True)
class Part:
    """One table: what it is called, and the columns that are not the client's to have, with the reason beside them.

    Sealed and binary columns are never in it by themselves; what is inside them is, where `queries` opens it. `health`:
    a table without a register of its own that is all health data.
    """

    model: Any
    title: Text
    without: Mapping[str, str] = field(default_factory=dict)
    health: bool = False

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)


OF_OTHERS = "about other people's work, or of other clients"
KEY = "a key of the service; what it protects is in the copy"
UNFINISHED = "not released yet: a draft is shown when it is completed"
COUNTED = "numbers about the work of the service, not about the client"

PARTS: tuple[Part, ...] = (
    Part(Client, Text("Perustiedot", "Grunduppgifter", "Who you are")),
    Part(ClientIdentifier, Text("Henkilötunnukset", "Personbeteckningar", "Identity codes, masked"), {"area_id": KEY}),
    Part(Login, Text("Kirjautuminen", "Inloggning", "Your login")),
    Part(Representative, Text("Edustajat", "Företrädare", "Who speaks for you")),
    Part(Consent, Text("Mitä olet sallinut", "Vad du har tillåtit", "What you have permitted or forbidden")),
    Part(
        Referral,
        Text("Lähetteet", "Remisser", "Referrals"),
        {
            "requirement_set_id": COUNTED,
            "requirement_asked": COUNTED,
            "requirement_met": COUNTED,
            "permission": "the permission itself is among what you have permitted",
        },
    ),
    Part(ReferralEvent, Text("Lähetteiden vaiheet", "Remissernas skeden", "What happened to the referrals")),
    Part(Feedback, Text("Palaute lähettäjille", "Återkoppling till remittenter", "Feedback to referrers")),
    Part(FeedbackQuestion, Text("Kysymykset palautteesta", "Frågor om återkopplingen", "Questions about feedback")),
    Part(Involvement, Text("Tiimit", "Team", "Teams that work with you")),
    Part(Pathway, Text("Palvelupolut", "Servicestigar", "Service paths")),
    Part(PathwayStep, Text("Polkujen vaiheet", "Stigarnas steg", "Steps of the paths")),
    Part(StepChange, Text("Miksi polku muuttui", "Varför stigen ändrades", "Why the paths went another way")),
    Part(PathwayHold, Text("Polkujen tauot", "Stigarnas pauser", "Pauses of the paths")),
    Part(Goal, Text("Tavoitteet", "Mål", "Goals")),
    Part(GoalMark, Text("Tavoitteiden toteutuminen", "Hur målen nåddes", "How the goals ended")),
    Part(GoalAchievement, Text("Miten tavoitteet etenivät", "Hur målen framskred", "How far the goals came")),
    Part(SmallStep, Text("Edistysaskeleet", "Framsteg", "Small steps forward")),
    Part(BarrierRecord, Text("Työllistymisen esteet", "Hinder för sysselsättning", "Barriers to work")),
    Part(PlanWords, Text("Suunnitelman kuvaukset", "Planens beskrivningar", "Words about barriers and follow-ups")),
    Part(PlanReference, Text("Viitteet suunnitelmiin", "Hänvisningar till planer", "Plans kept elsewhere")),
    Part(FollowUp, Text("Seuranta", "Uppföljning", "Follow-up")),
    Part(ServiceParticipation, Text("Palvelut, joissa olet", "Service du deltar i", "Services you take part in")),
    Part(TimelinessCheck, Text("Oikea-aikaisuus", "Rätt tid", "Whether it was the right time")),
    Part(QualityReview, Text("Palvelujen laatu", "Servicens kvalitet", "How the services met the criteria")),
    Part(AfterContact, Text("Jälkikontaktit", "Efterkontakter", "Contacts afterwards")),
    Part(Outcome, Text("Lopputulokset", "Resultat", "Outcomes")),
    Part(PathwayScore, Text("Työkykypistemäärät", "Poäng för arbetsförmåga", "Work ability scores")),
    Part(ClientSummary, Text("Yhteenvetosi", "Dina sammanfattningar", "Your summaries")),
    Part(ClientSummaryWords, Text("Yhteenvetojen sisältö", "Sammanfattningarnas innehåll", "What is in them")),
    Part(
        TimeEntry,
        Text("Asiaasi käytetty aika", "Tid som använts för ditt ärende", "Time spent on your matter"),
        {**dict.fromkeys(("person_id", "recorded_by_id"), OF_OTHERS)},
    ),
    Part(
        InstrumentResponse,
        Text("Mittarit, joihin vastattiin", "Mätare som besvarades", "Instruments that were answered"),
    ),
    Part(ResponseLink, Text("Mittarien linkit", "Mätarnas länkar", "Links to the instruments")),
    Part(Preinformation, Text("Esitietolomakkeet", "Förhandsblanketter", "Forms you were asked to fill")),
    Part(FormAnswers, Text("Vastauksesi", "Dina svar", "Your answers")),
    Part(FormAddendum, Text("Lisäykset vastauksiin", "Tillägg till svaren", "What was added to them")),
    Part(FormLink, Text("Lomakkeen linkit", "Blankettens länkar", "Links to the forms")),
    Part(
        Assessment, Text("Arviot ja tarkastukset", "Bedömningar och kontroller", "Assessments"), {"draft": UNFINISHED}
    ),
    Part(AssessmentVersion, Text("Arvioiden aiemmat versiot", "Tidigare versioner", "Earlier versions of them")),
    Part(LaboratoryStatus, Text("Laboratoriotutkimukset", "Laboratorieprov", "Laboratory")),
    Part(Conclusion, Text("Johtopäätökset selkokielellä", "Slutsatser i klarspråk", "Conclusions in plain words")),
    Part(ProblemRecord, Text("Ongelma-alueet", "Problemområden", "Problem areas"), health=True),
    Part(Appointment, Text("Ajat", "Tider", "Appointments")),
    Part(AppointmentReminder, Text("Muistutukset ajoista", "Påminnelser om tider", "Reminders of them")),
    Part(Meeting, Text("Tapaamiset", "Möten", "Meetings")),
    Part(MeetingNotePart, Text("Muistioiden osat", "Delar av anteckningarna", "Notes of them by register")),
    Part(MeetingAgendaPart, Text("Asialistan kohdat", "Punkter på dagordningen", "Parts of their agendas")),
    Part(MeetingDecision, Text("Mitä tapaamisissa päätettiin", "Vad som beslöts på mötena", "What they decided")),
    Part(MeetingChange, Text("Miksi tapaaminen muuttui", "Varför ett möte ändrades", "Why a meeting changed")),
    Part(MeetingOpening, Text("Kenelle osat avattiin", "För vem delarna öppnades", "To whom parts were opened")),
    Part(MeetingParticipant, Text("Tapaamisiin kutsutut", "Inbjudna till mötena", "Who was invited to them")),
    Part(
        Consultation, Text("Konsultaatiot", "Konsultationer", "Whom was asked about you"), {"answer_minutes": OF_OTHERS}
    ),
    Part(ConsultationText, Text("Kysymykset ja vastaukset", "Frågor och svar", "What was asked and answered")),
    Part(PairWork, Text("Yhdessä tehty työ", "Arbete i par", "Work done together about you"), {"minutes": OF_OTHERS}),
    Part(Contact, Text("Yhteydenotot", "Kontakter", "Contacts")),
    Part(Note, Text("Muistiinpanot", "Anteckningar", "Notes")),
    Part(Attachment, Text("Asiakirjat", "Handlingar", "Documents")),
    Part(RecordRequest, Text("Pyydetyt asiakirjat", "Begärda handlingar", "Records asked for")),
    Part(
        RoutingDecision,
        Text("Miten asiasi ohjattiin", "Hur ditt ärende styrdes", "How your matter was routed, and why"),
        {
            **dict.fromkeys(("loads", "recents", "candidates", "rejected", "tie_break", "earlier_rules"), OF_OTHERS),
            "on_behalf_of_id": OF_OTHERS,
        },
    ),
    Part(
        WorkItem,
        Text("Kenellä asiasi on", "Vem som har ditt ärende", "Who has your matter"),
        {**dict.fromkeys(("declined_by", "on_behalf_of_id", "alarm", "suggest"), OF_OTHERS)},
    ),
    Part(Share, Text("Mitä on jaettu", "Vad som har delats", "What was shared with others")),
    Part(ShareItem, Text("Jaettu sisältö", "Delat innehåll", "What was in it")),
    Part(ShareLink, Text("Jaon linkit", "Länkar till det delade", "Links to it"), {"most_failures": KEY}),
    Part(ShareReply, Text("Vastaukset jakoihin", "Svar på det delade", "What was replied")),
    Part(ConsentGap, Text("Mihin lupaasi kysytään", "Tillstånd att be om", "Permissions that you are to be asked for")),
    Part(
        CeaseNotice,
        Text("Pyynnöt lopettaa käyttö", "Begäran att upphöra", "Who was told to stop using your data"),
        {"acknowledged_by_id": OF_OTHERS},
    ),
    Part(Disclosure, Text("Luovutukset", "Utlämnanden", "Who received your data, and on what basis")),
    Part(UseLogEntry, Text("Käyttöloki", "Användningslogg", "Who used your data in the last 24 months")),
)

# Tables with a client in them that are not in the copy.
EXCEPTIONS: dict[str, Text] = {
    "attachment_contents": Text(
        "Asiakirjojen sisältö ladataan yksi kerrallaan: /v1/attachments/{id}/content.",
        "Handlingarnas innehåll laddas ner en i taget: /v1/attachments/{id}/content.",
        "The content of documents is downloaded one by one: /v1/attachments/{id}/content.",
    ),
    "feedback_drafts": Text(
        "Palautteen luonnokset ovat keskeneräisiä: kopiossa on palaute, joka on annettu.",
        "Utkast till återkoppling är inte färdiga: i kopian finns den återkoppling som har getts.",
        "Drafts of feedback are not finished: in the copy is the feedback that was given.",
    ),
    "outbox_events": Text(
        "Järjestelmän sisäiset ilmoitukset: vain tunnisteita asioista, jotka ovat tässä.",
        "Systemets interna meddelanden: endast id på sådant som finns här.",
        "Notices inside the system: nothing but ids of what is in the copy.",
    ),
}
OTHER_REGISTERS = Text(
    "Muiden rekisterien tiedot saa niiden käsittelijältä.",
    "Uppgifter i andra register fås av den som behandlar dem.",
    "Data of registers that whoever made this copy does not read: ask a professional of that register.",
)
