"""What cannot be asked of a decision."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Invalid


class OneQuestion(Invalid):
    """Neither a person nor a seat was named, or both."""

    code = "person_or_seat"
    detail = Text(
        "Kysy joko henkilöstä (personId) tai tehtävästä (seatRole), ei molemmista.",
        "Fråga antingen om en person (personId) eller om en uppgift (seatRole), inte om båda.",
        "Ask about a person (personId) or a seat (seatRole), one of them.",
    )


class UnknownPersonHere(Invalid):
    code = "unknown_person_here"
    detail = Text(
        "Henkilöä ei ole päätöksen alueella.",
        "Personen finns inte i beslutets område.",
        "There is no such person in the area of the decision.",
    )


class UnknownSeatRole(Invalid):
    code = "unknown_seat_role"
    detail = Text(
        "Tällaista tehtävää ei voi olla tiimissä. Katso koodisto role.",
        "En sådan uppgift kan inte finnas i ett team. Se kodlistan role.",
        "A team has no such seat. See the code set role.",
    )
