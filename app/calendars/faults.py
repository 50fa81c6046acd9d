"""What is refused about time, rooms and receptions."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid


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
        "Aika ei ole ammattilaisen työaikaa. Katso vapaat ajat, tai varaa perustelun kanssa, jos niin on sovittu.",
        "Tiden ligger utanför yrkespersonens arbetstid. Se de lediga tiderna, eller boka med motivering om så är sagt.",
        "The time is outside the professional's hours. Look at the free times, or book with a reason if so agreed.",
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
        "Jakso on enintään {most} päivää, eikä se pääty ennen alkuaan.",
        "Perioden är högst {most} dagar och slutar inte före sin början.",
        "The period is {most} days at most, and does not end before it starts.",
    )


WHY_NOT: dict[str, type[Conflict]] = {
    kind.code: kind for kind in (PersonAbsent, NotAVisitingDay, OutsideWorkingHours, NotOnASeat)
}
