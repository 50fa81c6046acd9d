"""Why an appointment is refused; what calendars refuse has its codes there."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid


class AppointmentLength(Invalid):
    """C-14."""

    code = "appointment_length"
    detail = Text(
        "Terveystarkastus kestää 90–120 minuuttia; muulle pituudelle annetaan syy. Muille ajoille syytä ei anneta.",
        "En hälsoundersökning tar 90–120 minuter; en annan längd får en orsak. Andra tider får ingen orsak.",
        "A health check takes 90 to 120 minutes; another length takes a reason. Other appointments take none.",
    )


class RecordingTime(Invalid):
    code = "recording_time"
    detail = Text(
        "Kirjaamisaika varataan vain terveystarkastukselle, samalta päivältä ja muulloin kuin asiakas on paikalla.",
        "Tid för dokumentation reserveras bara för en hälsoundersökning, samma dag och inte medan klienten är där.",
        "Time for recording is reserved for a health check only, on the same day, and not while the client is there.",
    )


class PersonNotInTeam(Invalid):
    """Appointments are to whoever holds a seat of the path's team on that day, or deputises on it."""

    code = "person_not_in_team"
    detail = Text(
        "Ammattilainen ei ole tiimin paikalla tuona päivänä, tai häntä ei voi valita tähän.",
        "Yrkespersonen har ingen plats i teamet den dagen, eller kan inte väljas här.",
        "The professional holds no seat of the team on that day, or cannot be chosen here.",
    )


class NotOfKind(Invalid):
    """Nobody who receives is on a seat for this kind of time: `roles` of `appointment_kind` in the code sets."""

    code = "kind_not_of_person"
    detail = Text(
        "Tämän lajin aikoja ei anneta tämän henkilön paikalta. Valitse toinen laji tai henkilö.",
        "Tider av det här slaget ges inte från personens plats. Välj ett annat slag eller en annan person.",
        "Times of this kind are not given from this person's seat. Choose another kind or person.",
    )


class HealthCheckComing(Conflict):
    """`appointmentId` is the one that is booked or offered already."""

    code = "health_check_coming"
    detail = Text(
        "Polulla on jo tuleva tai tarjottu terveystarkastus. Siirrä sitä, tai jos toinen on tarkoitus, lähetä"
        " beside: true.",
        "Stigen har redan en kommande eller erbjuden hälsoundersökning. Flytta den, eller om en andra är avsedd,"
        " skicka beside: true.",
        "The path has a coming or offered health check already. Move that one, or if a second is meant, send"
        " beside: true.",
    )


class PartnerNotOffered(Invalid):
    """The team books a partner's reception (C-19): the permission is asked when it is booked."""

    code = "partner_not_offered"
    detail = Text(
        "Kumppanin aika varataan tiimistä; sitä ei tarjota asiakkaan valittavaksi.",
        "En tid hos en partner bokas av teamet; den erbjuds inte klienten att välja.",
        "A partner's time is booked by the team; it is not offered to the client to choose.",
    )


class AppointmentSubject(Invalid):
    """The assessment, or the step, is of the same path; the assessment of a health check is one."""

    code = "appointment_subject"
    detail = Text(
        "Arvio tai vaihe ei kuulu tähän polkuun, tai terveystarkastuksen arvio on muuta lajia.",
        "Bedömningen eller steget hör inte till den här stigen, eller är inte en hälsoundersökning.",
        "The assessment or the step is not of this path, or that of a health check is of another kind.",
    )


class PlaceFields(Invalid):
    code = "place_fields"
    detail = Text(
        "Osoite annetaan vain omaan ympäristöön ja huone vain omiin tiloihin.",
        "Adress ges bara för klientens egen miljö och rum bara för egna lokaler.",
        "An address goes with the client's own environment only, a room with the premises only.",
    )


class InterpreterFields(Invalid):
    code = "interpreter_fields"
    detail = Text(
        "Tulkkauksen kieli annetaan vain, kun tulkki tarvitaan.",
        "Tolkspråket ges bara när tolk behövs.",
        "The language of interpreting goes with the need for an interpreter only.",
    )


class OfferPeriod(Invalid):
    code = "offer_period"
    detail = Text(
        "Viimeinen valittava päivä on tänään tai myöhemmin, enintään puoli vuotta eteenpäin.",
        "Den sista dagen att välja är i dag eller senare, högst ett halvt år framåt.",
        "The last day to choose from is today or later, at most half a year ahead.",
    )


class OfferLapsed(Conflict):
    code = "offer_lapsed"
    detail = Text(
        "Aikaa ei voi enää valita itse. Soita, niin sovitaan uusi.",
        "Tiden kan inte längre väljas på egen hand. Ring, så avtalas en ny.",
        "The time can no longer be chosen here. Call to agree on another.",
    )


class NotOffered(Conflict):
    """Somebody else took it, or it was never free: read the free times again."""

    code = "time_not_offered"
    detail = Text(
        "Tämä aika ei ole vapaana. Katso vapaat ajat uudelleen.",
        "Den här tiden är inte ledig. Se de lediga tiderna på nytt.",
        "This time is not free. Look at the free times again.",
    )


class ClientBooked(Conflict):
    """`appointmentId` is the other one."""

    code = "client_booked"
    detail = Text(
        "Asiakkaalla on jo toinen aika samaan aikaan.",
        "Klienten har redan en annan tid samtidigt.",
        "The client has another appointment at the same time.",
    )


class ClientInMeeting(Conflict):
    """`meetingId` is the planned meeting about the client, who takes part in it (C-32)."""

    code = "client_in_meeting"
    detail = Text(
        "Asiakkaalla on samaan aikaan yhteinen tapaaminen. Valitse toinen aika, tai siirrä tapaaminen ensin.",
        "Klienten har ett gemensamt möte samtidigt. Välj en annan tid, eller flytta mötet först.",
        "The client has a meeting at the same time. Choose another time, or move the meeting first.",
    )


class CancelTooLate(Conflict):
    """`cancelHours` before the beginning at the latest; after that the client calls."""

    code = "cancel_too_late"
    detail = Text(
        "Ajan voi perua itse viimeistään {cancel_hours} tuntia ennen. Soita, jos et pääse.",
        "Tiden kan avbokas på egen hand senast {cancel_hours} timmar före. Ring om du inte kan komma.",
        "It can be cancelled here up to {cancel_hours} hours before. Call if you cannot come.",
    )


class AppointmentNotBegun(Conflict):
    """`arriveMinutes` before the beginning at the earliest an arrival is noted; what came of it only after it began."""

    code = "appointment_not_begun"
    detail = Text(
        "Aika ei ole vielä alkanut: saapuminen kirjataan aikaisintaan {arrive_minutes} minuuttia ennen, tulos vasta"
        " alkamisen jälkeen.",
        "Tiden har inte börjat ännu: en ankomst antecknas tidigast {arrive_minutes} minuter före, resultatet först"
        " efter att den börjat.",
        "The appointment has not begun: an arrival is noted {arrive_minutes} minutes before at the earliest, what came"
        " of it only after it began.",
    )


class ReminderNotPossible(Conflict):
    """`because`: no_address, protected or no_messages."""

    code = "reminder_not_possible"
    detail = Text(
        "Asiakkaalle ei voi lähettää muistutusta sähköpostilla. Sovi muistutuksesta puhelimitse.",
        "En påminnelse kan inte sändas till klienten per e-post. Kom överens per telefon.",
        "No reminder can be sent to the client by e-mail. Agree on it by phone.",
    )
