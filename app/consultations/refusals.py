"""What is refused in consultations and pair work."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Forbidden, Invalid


class SeatUnknown(Invalid):
    code = "consulted_seat_unknown"
    detail = Text(
        "Paikkaa ei ole alueen tiimeissä. Valitse paikka hakemistosta.",
        "Platsen finns inte i områdets team. Välj en plats i katalogen.",
        "There is no such seat in the area's teams. Choose one of the directory.",
    )


class ConsultsOneself(Invalid):
    code = "consults_oneself"
    detail = Text(
        "Istut itse tällä paikalla. Valitse toinen paikka.",
        "Du sitter själv på platsen. Välj en annan plats.",
        "You sit on this seat yourself. Choose another.",
    )


class NotAgreed(Invalid):
    """S000: a named client is consulted about with the client's permission, inside one register too."""

    code = "not_agreed_with_client"
    detail = Text(
        "Kysy ensin asiakkaalta. Ilman lupaa voit kysyä ilman nimeä.",
        "Fråga klienten först. Utan tillstånd kan du fråga utan namn.",
        "Ask the client first. Without permission you may ask without a name.",
    )


class AgreedInFuture(Invalid):
    code = "agreed_in_future"
    detail = Text(
        "Sopimispäivä on tulevaisuudessa.",
        "Dagen för överenskommelsen ligger i framtiden.",
        "The day it was agreed is in the future.",
    )


class PartnerSeatVacant(Conflict):
    """Whose organisation would be told is not known, so that the client cannot be asked."""

    code = "partner_seat_vacant"
    detail = Text(
        "Paikalla ei ole nyt ketään. Valitse toinen paikka, tai odota että paikka täytetään.",
        "Ingen sitter på platsen nu. Välj en annan plats, eller vänta tills den är besatt.",
        "Nobody sits on this seat now. Choose another seat, or wait until somebody does.",
    )


class QuestionNotYours(Forbidden):
    """`registers` are those you may write in."""

    code = "question_register_not_yours"
    detail = Text(
        "Et voi kirjoittaa tähän rekisteriin.",
        "Du kan inte skriva i detta register.",
        "You cannot write in this register.",
    )


class RegisterUndeclared(Invalid):
    """An operational question tells neither the class `health` nor `social`: its register would hide it from nobody."""

    code = "question_register_undeclared"
    detail = Text(
        "Kysymys kertoo terveys- tai sosiaalitietoja. Valitse sen rekisteriksi (register) se, johon tiedot kuuluvat.",
        "Frågan berättar hälso- eller socialuppgifter. Välj det register (register) som uppgifterna hör till.",
        "The question tells health or social data. Choose the register (register) that the data belong to.",
    )


class AnswerNotYours(Forbidden):
    """`registers` are those you may write in."""

    code = "answer_register_not_yours"
    detail = QuestionNotYours.detail


class AskerCannotRead(Conflict):
    """`registers` are those that whoever asked reads, beside the operational one."""

    code = "asker_cannot_read"
    detail = Text(
        "Kysyjä ei lue tätä rekisteriä. Vastaa selkokielellä ilman terveys- tai sosiaalitietoja (operational).",
        "Den som frågade läser inte detta register. Svara i klarspråk utan hälso- eller socialuppgifter (operational).",
        "Whoever asked does not read this register. Answer in plain words without health or social data (operational).",
    )


class RedirectUnclear(Invalid):
    """`suggestedSeatId` goes with `another_seat_answers`, and names another seat."""

    code = "redirect_unclear"
    detail = Text(
        "Kun asia kuuluu toiselle, kerro mille paikalle (suggestedSeatId); muuten jätä se pois.",
        "När saken hör till någon annan, ange vilken plats (suggestedSeatId); annars lämna bort det.",
        "Where it belongs to somebody else, say to which seat (suggestedSeatId); otherwise leave it out.",
    )


class ThreadFull(Conflict):
    code = "thread_full"
    detail = Text(
        "Keskustelu on täynnä. Sopikaa tapaaminen tai kysy uusi kysymys.",
        "Diskussionen är full. Kom överens om ett möte eller ställ en ny fråga.",
        "The thread is full. Agree on a meeting, or ask another question.",
    )


class CounterpartUnknown(Invalid):
    code = "counterpart_unknown"
    detail = Text(
        "Organisaatio ei ole alueen verkostossa.",
        "Organisationen hör inte till områdets nätverk.",
        "The organisation does not work with the area.",
    )


class ClientNotMeant(Invalid):
    """Advice without client data names no client; a meeting is of a client's path."""

    code = "client_not_meant"
    detail = Text(
        "Neuvo ilman asiakastietoa ei kuulu polulle, ja tapaaminen kuuluu aina polulle.",
        "Råd utan klientuppgifter hör inte till en stig, och ett möte hör alltid till en stig.",
        "Advice without client data belongs to no path, and a meeting always belongs to one.",
    )


class DoneInFuture(Invalid):
    code = "pair_work_in_future"
    detail = Text(
        "Päivä on tulevaisuudessa. Kirjaa työ, kun se on tehty.",
        "Dagen ligger i framtiden. Anteckna arbetet när det är gjort.",
        "The day is in the future. Record the work once it is done.",
    )


class PairWorkNotYours(Forbidden):
    code = "pair_work_not_yours"
    detail = Text(
        "Kirjauksen merkitsee virheelliseksi se, joka teki sen.",
        "Anteckningen markeras som felaktig av den som gjorde den.",
        "An entry is marked as in error by whoever made it.",
    )
