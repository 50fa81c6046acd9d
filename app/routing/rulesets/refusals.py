"""Why a rule set is refused."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid


class RuleSetMalformed(Invalid):
    """`errors` are pointers into the document."""

    code = "rule_set_malformed"
    detail = Text(
        "Säännöstössä on virheitä. Korjaa luetellut kohdat.",
        "Regelverket har fel. Rätta de uppräknade punkterna.",
        "The rule set has mistakes. Mend the places listed.",
    )


class UnknownFact(RuleSetMalformed):
    """A condition or an example names a fact outside the vocabulary."""

    code = "unknown_fact"
    detail = Text(
        "Säännöstö käyttää tietoa, jota ei tunneta. Tunnetut: /v1/routing-facts.",
        "Regelverket använder en uppgift som inte är känd. De kända: /v1/routing-facts.",
        "The rule set uses a fact that is not known. The known ones: /v1/routing-facts.",
    )


class UnknownSeat(RuleSetMalformed):
    code = "unknown_seat"
    detail = Text(
        "Säännöstö nimeää paikan, jota ei tunneta. Tunnetut: /v1/routing-facts.",
        "Regelverket nämner en plats som inte är känd. De kända: /v1/routing-facts.",
        "The rule set names a seat that is not known. The known ones: /v1/routing-facts.",
    )


class RuleSetTooIntricate(Invalid):
    """The rules tell more cases apart than a check goes through (own design: four million steps)."""

    code = "rule_set_too_intricate"
    detail = Text(
        "Säännöt erottelevat liian monta tapausta tarkistettaviksi. Yhdistä sääntöjä tai testaa harvempia tietoja.",
        "Reglerna skiljer åt för många fall för att kontrolleras. Slå ihop regler eller pröva färre uppgifter.",
        "The rules tell too many cases apart to be checked. Join rules, or test fewer facts.",
    )


class RuleSetHasGaps(Conflict):
    """`findings` has an example of each."""

    code = "rule_set_has_gaps"
    detail = Text(
        "On tapauksia, joita mikään sääntö ei ota. Lisää säännöt niille, ks. findings.",
        "Det finns fall som ingen regel tar. Lägg till regler för dem, se findings.",
        "There are cases that no rule takes. Add rules for them, see findings.",
    )


class RuleSetUnsound(Conflict):
    """A rule never decides, a seat is nobody's, or an example goes elsewhere: `findings`."""

    code = "rule_set_unsound"
    detail = Text(
        "Säännöstö ei ole kunnossa: korjaa tai poista luetellut säännöt ja esimerkit, ks. findings.",
        "Regelverket är inte i ordning: rätta eller ta bort de uppräknade reglerna och exemplen, se findings.",
        "The rule set is not sound: mend or remove the rules and examples listed, see findings.",
    )


class SignedOffByAuthor(Conflict):
    """A second person reads what the first wrote."""

    code = "signed_off_by_author"
    constraints = ("ck_rule_sets_second_person",)
    detail = Text(
        "Kukaan säännöstöä kirjoittanut ei hyväksy sitä itse. Pyydä lukijaksi joku, joka ei ole muokannut sitä.",
        "Ingen som har skrivit på regelverket godkänner det själv. Be någon som inte har ändrat det läsa det.",
        "Nobody who wrote any of a rule set signs it off. Ask somebody who has not changed it to read it.",
    )


class RuleSetOverlaps(Conflict):
    code = "rule_set_overlaps"
    constraints = ("uq_rule_sets_in_force",)
    detail = Text(
        "Saman säännöstön toinen versio on voimassa tai tulossa voimaan sinä päivänä tai sen jälkeen.",
        "En annan version av samma regelverk gäller eller ska börja gälla den dagen eller senare.",
        "Another version of the same rule set is in force on that day, or begins then or later.",
    )


class RuleSetFollowed(Conflict):
    """`teams` follow it, and without it they would have no rules."""

    code = "rule_set_followed"
    detail = Text(
        "Tiimit noudattavat tätä, eikä muuta versiota ole: {teams}. Vaihda ensin niiden säännöstö.",
        "Team följer detta och någon annan version finns inte: {teams}. Byt först deras regelverk.",
        "Teams follow this, and there is no other version: {teams}. Give them another rule set first.",
    )
