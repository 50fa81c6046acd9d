"""What helps with each thing on the board, in words, and the operation that does it."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.kit.i18n import Text, speaking


class Remedy(NamedTuple):
    text: Text
    operation: str | None = None


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
    "unassigned": Remedy(
        Text(
            "Näitä ei hoida kukaan. Aloita hälyttävistä: ota itse tai anna jollekin.",
            "Ingen sköter dessa. Börja med larmen: ta själv eller ge till någon.",
            "Nobody takes care of these. Begin with the alarms: take them, or give them to somebody.",
        ),
        "routeWorkItemAgain",
    ),
    "none_unassigned": Remedy(
        Text("Kaikella työllä on tekijä.", "Allt arbete har någon.", "All work has somebody."),
    ),
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
            "Kysy, mikä on tilanne. Tarvittaessa anna työ toiselle.",
            "Fråga hur läget är. Ge arbetet till någon annan vid behov.",
            "Ask how things are. If needed, give the work to somebody else.",
        ),
        "previewReroutes",
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


def helped(name: str, **values: object) -> dict[str, Any]:
    """The fields of `Helped`, in the reader's language."""
    remedy = REMEDIES[name]
    return {"remedy": remedy.text.format(**values).pick(speaking.get()), "operation": remedy.operation}
