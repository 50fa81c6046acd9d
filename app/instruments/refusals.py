"""What can be wrong with answers to an instrument."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Invalid, Problem

UNKNOWN = Text(
    "Mittarissa ei ole tällaista kohtaa; katso sen kohdat.",
    "Mätaren har ingen sådan fråga; se dess frågor.",
    "The instrument has no such item; see its items.",
)
OUT_OF_RANGE = Text(
    "Vastaus ei ole kohdan asteikolla; katso sen vaihtoehdot.",
    "Svaret finns inte på frågans skala; se dess alternativ.",
    "The answer is not on the scale of the item; see its options.",
)

TWICE = Text("Samaan kohtaan on kaksi vastausta.", "Samma fråga har två svar.", "One item is answered twice.")
ANSWER_FAULTS = {"unknown_item": UNKNOWN, "answer_out_of_range": OUT_OF_RANGE, "answered_twice": TWICE}


class AnswersUnfit(Invalid):
    """`errors` names each answer that cannot be counted."""

    code = "answers_unfit"
    title = Text("Vastaukset eivät sovi mittariin", "Svaren passar inte mätaren", "The answers do not fit")


class EditionUnfit(Invalid):
    code = "edition_unfit"
    title = Text("Laitosta ei ole", "Utgåvan finns inte", "No such edition")
    detail = Text(
        "Kerro yksi mittarin laitoksista, jos sillä on niitä; muuten jätä tieto pois.",
        "Ange en av mätarens utgåvor, om den har sådana; lämna annars bort uppgiften.",
        "Name one of the instrument's editions where it has some; else leave it out.",
    )


class ItemsNotKept(Problem):
    """Only a score is kept of it: there is nothing to count."""

    status, code = 409, "items_not_kept"
    title = Text("Mittarista on vain pisteet", "Endast poäng finns", "Only its score is kept")
    detail = Text(
        "Mittarin kohtia ei saa näyttää täällä. Täytä se muualla ja kirjaa pisteet.",
        "Mätarens frågor får inte visas här. Fyll i den på annat håll och anteckna poängen.",
        "Its items may not be shown here. Fill it elsewhere and record the score.",
    )


class ScoringUnavailable(Problem):
    """Scoring by item response theory needs WHO's own syntax, which is not in this program."""

    status, code = 501, "scoring_unavailable"
    title = Text("Laskentatapaa ei ole", "Beräkningssättet saknas", "No such scoring yet")
    detail = Text(
        "Laskentatapa tarvitsee WHO:n oman laskentaohjeen. Käytä tapaa simple.",
        "Beräkningssättet kräver WHO:s egen anvisning. Använd simple.",
        "This scoring needs WHO's own syntax. Use simple.",
    )


class ScoringUnknown(Invalid):
    code = "scoring_unknown"
    title = Text("Laskentatapaa ei tunneta", "Okänt beräkningssätt", "Unknown scoring")
    detail = Text(
        "Mittarilla ei ole tätä laskentatapaa; katso sen laskentatavat.",
        "Mätaren har inte detta beräkningssätt; se dess beräkningssätt.",
        "The instrument has no such scoring; see its scorings.",
    )
