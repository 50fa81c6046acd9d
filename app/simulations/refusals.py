"""Why a simulation cannot be made, each pointing at what has to be mended."""

from __future__ import annotations

from typing import Any

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid


class NothingToSimulate(Conflict):
    code = "nothing_to_simulate"
    detail = Text(
        "Tiimille ei pyydetty mitään näinä kuukausina. Valitse pidempi aika.",
        "Ingenting begärdes av teamet under de här månaderna. Välj en längre tid.",
        "Nothing was asked of the team in these months. Choose a longer time.",
    )


class UnknownSeat(Invalid):
    code = "unknown_seat"
    detail = Text(
        "Tiimissä ei ole tätä paikkaa. Sen paikat: {seats}.",
        "Teamet har inte den här platsen. Dess platser: {seats}.",
        "The team does not have this seat. Its seats: {seats}.",
    )


class PersonNotSeated(Invalid):
    code = "person_not_seated"
    detail = Text(
        "Henkilöä ei ole nimetty tähän, ei haltijaksi eikä sijaiseksi.",
        "Personen är inte utsedd här, varken som innehavare eller vikarie.",
        "The person is not named here, neither as a holder nor as a deputy.",
    )


class AbsenceBeforeWindow(Invalid):
    code = "absence_before_window"
    detail = Text(
        "Poissaolo päättyi ennen simuloituja kuukausia, joten se ei muuttaisi mitään.",
        "Frånvaron slutade före de simulerade månaderna, så den skulle inte ändra något.",
        "The absence ended before the simulated months, so it would change nothing.",
    )


class LimitMissing(Invalid):
    code = "limit_missing"
    detail = Text(
        "Anna maxOpen, clientDaysPerWeek tai molemmat.",
        "Ange maxOpen, clientDaysPerWeek eller båda.",
        "Give maxOpen, clientDaysPerWeek or both.",
    )


class NoClientsPerDay(Invalid):
    code = "no_clients_per_day"
    detail = Text(
        "Paikalle ei ole sanottu, montako asiakasta päivään mahtuu, joten asiakaspäivistä ei tule rajaa.",
        "För platsen har inte sagts hur många klienter som ryms på en dag, så klientdagarna ger ingen gräns.",
        "The seat does not say how many clients fit into a day, so client days make no limit.",
    )


class RulesTwice(Invalid):
    code = "rules_twice"
    detail = Text(
        "Anna joko säännöt (rules) tai säännöstön tunnus (ruleSetId), ei molempia.",
        "Ge antingen regler (rules) eller en regeluppsättnings id (ruleSetId), inte båda.",
        "Give either rules or a ruleSetId, not both.",
    )


def pointed(problem: type[Invalid], pointer: str, **extra: Any) -> Invalid:
    """The problem, pointing at one place of the body."""
    return problem(errors=[{"pointer": pointer, "code": problem.code, "detail": problem.detail}], **extra)
