"""What helps with work that nobody has: what is to be said first, by the suggestion, or who could have it."""

from __future__ import annotations

from typing import NamedTuple

from app.kit.i18n import Text


class Remedy(NamedTuple):
    text: Text
    operation: str | None = None


NOBODYS: dict[str, Remedy] = {
    "unassigned": Remedy(
        Text(
            "Näitä ei hoida kukaan. Aloita ensimmäisestä: jokaisen kohdalla lukee, mikä auttaa.",
            "Ingen sköter dessa. Börja med den första: vid varje står vad som hjälper.",
            "Nobody takes care of these. Begin with the first: each says what helps.",
        ),
    ),
    "unassigned_unlisted": Remedy(
        Text(
            "Näitä ei hoida kukaan. Pyydä tiimin jäseniä aloittamaan hälyttävistä.",
            "Ingen sköter dessa. Be teamets medlemmar börja med larmen.",
            "Nobody takes care of these. Ask the team's people to begin with the alarms.",
        ),
    ),
    "unassigned_unseen": Remedy(
        Text(
            "Tätä arviota ei hoida kukaan. Terveydenhuollon ammattilainen näkee, mitä se odottaa.",
            "Ingen sköter denna bedömning. Hälso- och sjukvårdens personal ser vad den väntar på.",
            "Nobody has this assessment. A health professional sees what it waits for.",
        ),
    ),
    "suggest_joint_consultation": Remedy(
        Text(
            "{suggest} Anna arvio sitten sille, joka sen tekee.",
            "{suggest} Ge sedan bedömningen till den som gör den.",
            "{suggest} Then give the assessment to who does it.",
        ),
        "assignAssessment",
    ),
    "suggest_choose_test_kind": Remedy(
        Text(
            "{suggest} Anna testi sitten sille, joka sen tekee.",
            "{suggest} Ge sedan testet till den som gör det.",
            "{suggest} Then give the test to who does it.",
        ),
        "assignAssessment",
    ),
    "suggest_decide_demanding": Remedy(
        Text(
            "{suggest} Kysy säännöiltä sitten uudelleen.",
            "{suggest} Fråga sedan reglerna på nytt.",
            "{suggest} Then ask the rules again.",
        ),
        "recordProblemAreas",
    ),
    "suggest_record_problem_area": Remedy(
        Text(
            "{suggest} Kysy säännöiltä sitten uudelleen.",
            "{suggest} Fråga sedan reglerna på nytt.",
            "{suggest} Then ask the rules again.",
        ),
        "recordProblemAreas",
    ),
    "suggest_name_own_care_team": Remedy(
        Text(
            "{suggest} Kysy säännöiltä sitten uudelleen.",
            "{suggest} Fråga sedan reglerna på nytt.",
            "{suggest} Then ask the rules again.",
        ),
        "updateClient",
    ),
    "route_again": Remedy(
        Text(
            "Tälle löytyy nyt paikka. Kysy säännöiltä uudelleen.",
            "Nu finns det en plats för detta. Fråga reglerna på nytt.",
            "There is a place for it now. Ask the rules again.",
        ),
        "routeWorkItemAgain",
    ),
    "route_again_leaving": Remedy(
        Text(
            "Tälle löytyy nyt tekijä, mutta hän on pian poissa: {person}. Sovi ensin, tai anna jollekin toiselle.",
            "Nu finns det någon, men hen är snart frånvarande: {person}. Kom överens först, eller ge till någon annan.",
            "Somebody could have it now, but soon goes away: {person}. Agree first, or give it to somebody else.",
        ),
        "routeWorkItemAgain",
    ),
    "give_by_hand": Remedy(
        Text(
            "Säännöt eivät löydä tälle tekijää. Anna se jollekin.",
            "Reglerna hittar ingen för detta. Ge det till någon.",
            "The rules find nobody for it. Give it to somebody.",
        ),
        "rerouteWork",
    ),
    "none_unassigned": Remedy(
        Text("Kaikella työllä on tekijä.", "Allt arbete har någon.", "All work has somebody."),
    ),
}
