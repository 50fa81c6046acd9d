"""What helps with each thing on the board, in words, and the operation that does it."""

from __future__ import annotations

from typing import Any

from app.kit.i18n import Text, speaking
from app.people.actor import Actor
from app.teams.models import Team
from app.views.board.doers import whom_to_ask
from app.views.board.nobodys_words import NOBODYS, Remedy

REMEDIES: dict[str, Remedy] = {
    "missing": Remedy(
        Text(
            "Tiimin malliin kuuluu tämä tehtävä. Lisää se ja nimeä siihen joku.",
            "Teamets modell har den här uppgiften. Lägg till den och utse någon.",
            "The team's template has this seat. Add it, and name somebody to it.",
        ),
        "createSeat",
    ),
    "vacant": Remedy(
        Text(
            "Tehtävässä ei ole ketään. Nimeä siihen joku, tai sijainen siksi aikaa.",
            "Ingen har uppgiften. Utse någon, eller en ställföreträdare så länge.",
            "Nobody holds the seat. Name somebody, or a deputy meanwhile.",
        ),
        "createHolder",
    ),
    "handed_over": Remedy(
        Text(
            "Lähtevä on luovuttanut työnsä. Nimeä hänelle seuraaja.",
            "Den som slutar har överlåtit sitt arbete. Utse en efterträdare.",
            "The one who leaves has handed over. Name a successor.",
        ),
        "createHolder",
    ),
    "standing_in": Remedy(
        Text(
            "Sijainen saa uuden työn, kunnes poissaolo päättyy. Jos paluupäivä muuttuu, korjaa poissaolo.",
            "Ställföreträdaren får nytt arbete tills frånvaron slutar. Ändras återkomsten, rätta frånvaron.",
            "The deputy gets new work until the absence ends. If the return moves, correct the absence.",
        ),
        "updateAbsence",
    ),
    "standing_in_vacancy": Remedy(
        Text(
            "Sijainen hoitaa täyttämätöntä tehtävää. Nimeä siihen joku.",
            "Ställföreträdaren sköter en vakant uppgift. Utse någon till den.",
            "The deputy looks after a vacant seat. Name somebody to it.",
        ),
        "createHolder",
    ),
    "uncovered": Remedy(
        Text(
            "Kaikki tehtävän haltijat ovat poissa, eikä kukaan sijaista. Nimeä sijainen.",
            "Alla som har uppgiften är frånvarande och ingen är ställföreträdare. Utse en ställföreträdare.",
            "Everybody on the seat is away, and nobody stands in. Name a deputy.",
        ),
        "createHolder",
    ),
    "uncovered_soon": Remedy(
        Text(
            "Kaikki tehtävän haltijat ovat pian poissa, eikä kukaan sijaista. Nimeä sijainen ennen sitä.",
            "Alla som har uppgiften är snart frånvarande och ingen är ställföreträdare. Utse en före det.",
            "Everybody on the seat will soon be away, and nobody stands in. Name a deputy before that.",
        ),
        "createHolder",
    ),
    **NOBODYS,
    "could_be_given": Remedy(
        Text(
            "Vapaita paikkoja on: {number} odottavaa voi antaa nyt. Aloita kiireellisistä ja vanhimmista.",
            "Det finns lediga platser: {number} som väntar kan ges ut nu. Börja med de brådskande och äldsta.",
            "There is room: {number} could be given out now. Begin with the urgent and the oldest.",
        ),
        "previewReroutes",
    ),
    "referrals_could_be_taken": Remedy(
        Text(
            "Vapaita paikkoja on: {number} odottavaa lähetettä voi ottaa nyt. Aloita kiireellisistä ja vanhimmista.",
            "Det finns lediga platser: {number} väntande remisser kan tas emot nu. Börja med de brådskande och äldsta.",
            "There is room: {number} waiting referrals could be taken on now. Begin with the urgent and the oldest.",
        ),
        "acceptReferral",
    ),
    "could_be_given_one": Remedy(
        Text(
            "Vapaa paikka on: yhden odottavan voi antaa nyt. Valitse kiireellisin tai vanhin.",
            "Det finns en ledig plats: 1 som väntar kan ges ut nu. Välj den mest brådskande eller äldsta.",
            "There is room: 1 could be given out now. Choose the most urgent or the oldest.",
        ),
        "previewReroutes",
    ),
    "referrals_could_be_taken_one": Remedy(
        Text(
            "Vapaa paikka on: yhden odottavan lähetteen voi ottaa nyt. Valitse kiireellisin tai vanhin.",
            "Det finns en ledig plats: 1 väntande remiss kan tas emot nu. Välj den mest brådskande eller äldsta.",
            "There is room: 1 waiting referral could be taken on now. Choose the most urgent or the oldest.",
        ),
        "acceptReferral",
    ),
    "past_recheck": Remedy(
        Text(
            "Paikkaa ei ole. Kysy odottavilta, onko tarve muuttunut: tarkistuspäivä on mennyt ({number}).",
            "Ingen plats är ledig. Fråga dem som väntar om behovet har ändrats: kontrolldagen har passerat ({number}).",
            "There is no room. Ask those who wait whether the need has changed: the day for it has passed ({number}).",
        ),
        "recheckReferral",
    ),
    "no_room": Remedy(
        Text(
            "Paikkaa ei ole nyt. Nimeä lisää väkeä tai muuta enimmäismäärää.",
            "Ingen plats är ledig nu. Utse fler eller ändra gränsen.",
            "There is no room now. Name more people, or change the limit.",
        ),
        "updateSeat",
    ),
    "waits_unseen": Remedy(
        Text(
            "Odottaa arviota. Terveydenhuollon ammattilainen näkee, kenen jonossa.",
            "Väntar på en bedömning. Hälso- och sjukvårdens personal ser i vems kö.",
            "It waits for an assessment. A health professional sees in whose queue.",
        ),
    ),
    "silent": Remedy(
        Text(
            "Kysy ensin, mikä on tilanne. Anna työ sitten tarvittaessa toiselle.",
            "Fråga först hur läget är. Ge sedan arbetet till någon annan vid behov.",
            "Ask first how things are. Then, if needed, give the work on to somebody else.",
        ),
        "rerouteWork",
    ),
    "lapsed": Remedy(
        Text(
            "Nimeäminen on päättynyt, mutta työ on yhä hänellä. Anna työ toiselle, tai nimeä hänet uudelleen.",
            "Förordnandet har upphört men arbetet finns kvar. Ge det till någon annan, eller utse hen på nytt.",
            "The period has ended, and the work is still there. Give it to somebody else, or name the person anew.",
        ),
        "previewHandover",
    ),
    "lapsing": Remedy(
        Text(
            "Nimeäminen päättyy pian. Sovi luovutuksesta, tai nimeä hänet jatkamaan.",
            "Förordnandet upphör snart. Kom överens om överlåtelsen, eller utse hen att fortsätta.",
            "The period ends soon. Agree on a handover, or name the person to go on.",
        ),
        "previewHandover",
    ),
    "overdue": Remedy(
        Text(
            "Päivä on mennyt. Tee se, tai sovi asiakkaan kanssa uusi päivä.",
            "Datumet har passerat. Gör det, eller kom överens med klienten om ett nytt datum.",
            "Its date has passed. Do it, or agree on another date with the client.",
        ),
        "completeAssessment",
    ),
    "overdue_referral": Remedy(
        Text(
            "Lähettäjä odottaa vastausta. Ota vastaan, palauta tai hylkää.",
            "Remittenten väntar på svar. Ta emot, återsänd eller avslå.",
            "The referrer waits for an answer. Accept, return or reject.",
        ),
        "acceptReferral",
    ),
    "overdue_pathway": Remedy(
        Text(
            "Seuraavan toimen päivä on mennyt. Sovi asiakkaan kanssa uusi.",
            "Datumet för nästa åtgärd har passerat. Kom överens med klienten om ett nytt.",
            "The day of the next action has passed. Agree on another with the client.",
        ),
        "updatePathway",
    ),
    "overdue_feedback": Remedy(
        Text(
            "Anna lähettäjälle palaute luvan rajoissa, tai sisällötön päättymisilmoitus.",
            "Ge remittenten återkoppling inom tillståndet, eller ett meddelande utan innehåll.",
            "Give the referrer feedback within the permission, or a notice without content.",
        ),
        "giveReferralFeedback",
    ),
    "unconfirmed": Remedy(
        Text(
            "Työtä on annettu, eikä sitä ole vahvistettu. Kysy, onko se nähty.",
            "Arbete har getts och inte bekräftats. Fråga om det har setts.",
            "Work was given and is not confirmed. Ask whether it was seen.",
        ),
        "confirmWorkItem",
    ),
    "full": Remedy(
        Text(
            "Täynnä: uusi työ odottaa. Muuta enimmäismäärää tai nimeä lisää väkeä.",
            "Fullt: nytt arbete väntar. Ändra gränsen eller utse fler.",
            "Full: new work waits. Change the limit, or name more people.",
        ),
        "updateSeat",
    ),
    "away_with_work": Remedy(
        Text(
            "Poissa, ja työtä on auki. Katso, mikä ei voi odottaa paluuta.",
            "Frånvarande med öppet arbete. Se efter vad som inte kan vänta till återkomsten.",
            "Away with open work. Look at what cannot wait for the return.",
        ),
        "previewReroutes",
    ),
    "nothing": Remedy(Text("Ei tehtävää.", "Inget att göra.", "Nothing to do.")),
}
OF_KIND = {"referral_triage": "overdue_referral", "pathway": "overdue_pathway", "feedback": "overdue_feedback"}


def helped(
    name: str, actor: Actor, team: Team, *, own: bool = False, number: int | None = None, **values: object
) -> dict[str, Any]:
    """The fields of `Helped`, in the reader's language: the operation only for who may do it, and for others whom to
    ask. `own`: it is about the reader's own work."""
    if number == 1 and f"{name}_one" in REMEDIES:
        name = f"{name}_one"
    remedy, language = REMEDIES[name], speaking.get()
    told = remedy.text.format(number=number, **values).pick(language)
    if remedy.operation and (ask := whom_to_ask(remedy.operation, actor, team, own=own)):
        return {"remedy": f"{told} {ask.pick(language)}", "operation": None}
    return {"remedy": told, "operation": remedy.operation}
