"""What is refused about time, rooms and receptions."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid, Problem


class PersonBooked(Conflict):
    """Nobody is in two places at once: the database refuses it, whoever asks first."""

    code = "person_booked"
    title = Text("Aika on varattu", "Tiden är bokad", "The time is taken")
    detail = Text(
        "Ammattilaisella on jo varaus tähän aikaan. Katso vapaat ajat.",
        "Yrkespersonen har redan en bokning på den här tiden. Se de lediga tiderna.",
        "The professional is booked already at this time. Look at the free times.",
    )
    constraints = ("ex_reservations_person",)


class RoomBooked(Conflict):
    code = "room_booked"
    title = Text("Huone on varattu", "Rummet är bokat", "The room is taken")
    detail = Text(
        "Huone on jo varattu tähän aikaan. Valitse toinen huone tai aika.",
        "Rummet är redan bokat på den här tiden. Välj ett annat rum eller en annan tid.",
        "The room is booked already at this time. Choose another room or another time.",
    )
    constraints = ("ex_reservations_room",)


class RoomNotInUse(Conflict):
    code = "room_not_in_use"
    detail = Text(
        "Huone ei ole käytössä tuona päivänä.", "Rummet används inte den dagen.", "The room is not in use on that day."
    )


class PersonAbsent(Conflict):
    code = "person_absent"
    detail = Text(
        "Ammattilainen on poissa tuona päivänä. Valitse toinen aika tai ammattilaisen sijainen.",
        "Yrkespersonen är borta den dagen. Välj en annan tid eller ställföreträdaren.",
        "The professional is away on that day. Choose another time, or who stands in.",
    )


class NotAVisitingDay(Conflict):
    """C-19: a partner's people are here on their visiting days only."""

    code = "not_a_visiting_day"
    detail = Text(
        "Kumppanin ammattilainen ei ole paikalla tuona päivänä. Valitse käyntipäivä: katso vapaat ajat.",
        "Partnerns yrkesperson är inte på plats den dagen. Välj en besöksdag: se de lediga tiderna.",
        "The partner's professional is not here on that day. Choose a visiting day: look at the free times.",
    )


class OutsideWorkingHours(Conflict):
    code = "outside_working_hours"
    detail = Text(
        "Aika ei ole ammattilaisen työaikaa. Katso vapaat ajat, tai jos ajasta on sovittu hänen kanssaan, lähetä"
        " outsideHours: true.",
        "Tiden ligger utanför yrkespersonens arbetstid. Se de lediga tiderna, eller om tiden är avtalad med hen, skicka"
        " outsideHours: true.",
        "The time is outside the professional's hours. Look at the free times, or if it is agreed with them, send"
        " outsideHours: true.",
    )


class NotASlot(Conflict):
    """C-19. `slots` are those of the day that nobody has, by their beginning and end."""

    code = "not_a_slot"
    detail = Text(
        "Tuona päivänä on vastaanotto, jonka ajoista varataan. Valitse jokin sen vapaista ajoista (slots), tai jos"
        " muusta on sovittu ammattilaisen kanssa, lähetä outsideHours: true.",
        "Den dagen hålls en mottagning vars tider bokas. Välj en av dess lediga tider (slots), eller om något annat är"
        " avtalat med yrkespersonen, skicka outsideHours: true.",
        "There is a reception on that day, and its slots are what is booked. Choose a free one (slots), or if another"
        " time is agreed with the professional, send outsideHours: true.",
    )


class NotOnASeat(Conflict):
    """Whoever sits on no seat on that day has no hours here."""

    code = "not_on_a_seat"
    detail = Text(
        "Henkilö ei ole tuona päivänä millään paikalla. Valitse se, jolla paikka silloin on.",
        "Personen har ingen plats den dagen. Välj den som har platsen då.",
        "The person holds no seat on that day. Choose whoever holds it then.",
    )


class PeriodTooLong(Invalid):
    code = "period_too_long"
    detail = Text(
        "Jakso on enintään {most} päivää. Kysy lyhyempi jakso kerrallaan.",
        "Perioden är högst {most} dagar. Fråga om en kortare period åt gången.",
        "The period is {most} days at most. Ask for a shorter one at a time.",
    )


class PeriodBackwards(Invalid):
    code = "period_backwards"
    detail = Text(
        "Jakso päättyy (to) ennen alkuaan (from).",
        "Perioden slutar (to) före sin början (from).",
        "The period ends (to) before it begins (from).",
    )


PERIOD = (PeriodTooLong, PeriodBackwards)


WHY_NOT: dict[str, type[Conflict]] = {
    kind.code: kind for kind in (PersonAbsent, NotAVisitingDay, OutsideWorkingHours, NotOnASeat)
}


class RoomExists(Conflict):
    code = "room_exists"
    detail = Text(
        "Alueella on jo tämän niminen huone.",
        "Området har redan ett rum med det namnet.",
        "The area has a room of that name already.",
    )
    constraints = ("uq_rooms_area_id",)


class UnknownRoom(Invalid):
    code = "unknown_room"
    detail = Text(
        "Alueella ei ole tätä huonetta.", "Området har inte det här rummet.", "There is no such room in this area."
    )


class UnknownHolder(Invalid):
    code = "unknown_holder"
    detail = Text(
        "Henkilö ei ole eikä tule tälle paikalle. Nimeä hänet paikalle ensin.",
        "Personen har inte och får inte den här platsen. Utse hen till den först.",
        "The person neither holds nor will hold this seat. Name them to it first.",
    )


class HoursOverlap(Invalid):
    code = "hours_overlap"
    detail = Text(
        "Saman päivän ajat menevät päällekkäin, tai aika päättyy ennen alkuaan.",
        "Tiderna samma dag överlappar, eller en tid slutar före sin början.",
        "Hours of one day overlap, or a stretch ends before it begins.",
    )


class OverlappingHours(Conflict):
    code = "overlapping_hours"
    detail = Text(
        "Tälle ajalle on jo sanottu toiset työajat. Päätä ne ensin, tai aloita myöhemmin.",
        "För den tiden finns redan andra arbetstider. Avsluta dem först, eller börja senare.",
        "Other hours are said already for that time. End them first, or begin later.",
    )
    constraints = ("ex_working_hours_one_at_a_time",)


class SeriesExists(Conflict):
    """C-19: one reception a month, unless a second one is meant."""

    code = "series_exists"
    detail = Text(
        "Paikalla on jo tällainen vastaanotto tänä aikana. Muuta sitä, tai sano `beside`, jos toinen on tarkoitus.",
        "Platsen har redan en sådan mottagning då. Ändra den, eller ange `beside` om en andra är avsedd.",
        "The seat has such a reception at that time already. Change it, or say `beside` if a second one is meant.",
    )
    constraints = ("ex_reception_series_one_of_a_kind",)


class ReceptionTooLong(Invalid):
    code = "reception_too_long"
    detail = Text(
        "Vastaanotto ei pääty saman päivän aikana.",
        "Mottagningen slutar inte samma dag.",
        "The reception does not end on the same day.",
    )


class SeriesOffVisitingDays(Invalid):
    code = "series_off_visiting_days"
    detail = Text(
        "Vastaanotto osuu päivälle, jona paikan henkilö ei käy. Muuta sääntöä tai paikan käyntipäiviä.",
        "Mottagningen infaller en dag då platsens person inte är här. Ändra regeln eller platsens besöksdagar.",
        "The reception falls on a day when nobody visits on this seat. Change the rule, or the seat's visiting days.",
    )


class BlockTooLong(Invalid):
    code = "block_too_long"
    detail = Text(
        "Oman ajan on päätyttävä alkunsa jälkeen ja 24 tunnin kuluessa. Pidempi aika kirjataan poissaolona.",
        "Egen tid ska sluta efter sin början och inom 24 timmar. Längre tid antecknas som frånvaro.",
        "Time of one's own ends after it begins, within 24 hours. Longer is noted as an absence.",
    )


class TimeIsPast(Invalid):
    code = "time_is_past"
    detail = Text(
        "Aika on jo mennyt. Valitse tuleva aika.",
        "Tiden har redan gått. Välj en kommande tid.",
        "The time is over. Choose one to come.",
    )


class AlreadyReleased(Conflict):
    code = "already_released"
    detail = Text(
        "Aika on jo vapautettu. Varaa se tarvittaessa uudelleen.",
        "Tiden är redan frigjord. Reservera den på nytt vid behov.",
        "The time is free again already. Take it anew if need be.",
    )


class FeedEnded(Conflict):
    code = "feed_ended"
    detail = Text(
        "Kalenterilla ei ole voimassa olevaa osoitetta. Tee uusi tarvittaessa.",
        "Kalendern har ingen giltig adress. Skapa en ny vid behov.",
        "The calendar has no address in force. Make a new one if need be.",
    )


class CalendarUnknown(Problem):
    """No calendar has this address, or not any more. Guessing is no way in: a token has 256 random bits."""

    status, code = 404, "calendar_unknown"
    title = Text("Kalenteria ei ole", "Kalendern finns inte", "No such calendar")
    detail = Text(
        "Osoite ei ole voimassa. Tee kalenterille uusi osoite kirjautuneena.",
        "Adressen gäller inte. Skapa en ny adress för kalendern när du är inloggad.",
        "The address is not in force. Sign in and make a new one for the calendar.",
    )


class PersonNotNamed(Invalid):
    code = "person_not_named"
    detail = Text(
        "Kerro, kenen aikaa katsotaan: henkilö (personId) tai paikka (seatId).",
        "Ange vems tid som söks: personen (personId) eller platsen (seatId).",
        "Say whose time is looked at: the person (personId) or the seat (seatId).",
    )
