"""What changing hands is refused with."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid


class WorkDone(Conflict):
    code = "work_done"
    detail = Text("Työ on jo tehty.", "Arbetet är redan gjort.", "The work is done already.")


class NobodyHasIt(Conflict):
    """It stands in a queue: there is nobody to confirm or decline it."""

    code = "nobody_has_it"
    detail = Text(
        "Työ on jonossa, eikä se ole kenelläkään. Ohjaa se uudelleen tai anna se jollekin.",
        "Arbetet står i kö och ingen har det. Styr det på nytt eller ge det till någon.",
        "The work stands in a queue and nobody has it. Have it routed again, or assign it to somebody.",
    )


class ReasonMissing(Invalid):
    """A move gives `workItemId` to somebody else than the rules say: such a choice has a coded reason (C-02)."""

    code = "reason_missing"
    detail = Text(
        "Säännöt antaisivat työn toiselle. Kerro syy (reason), tai jätä valinta säännöille.",
        "Reglerna skulle ge arbetet till någon annan. Ange orsaken (reason), eller låt reglerna välja.",
        "The rules would give this work to somebody else. Say the reason, or leave the choice to the rules.",
    )


class AlreadyConfirmed(Conflict):
    code = "already_confirmed"
    detail = Text(
        "Työ on jo vahvistettu otetuksi.",
        "Det är redan bekräftat att arbetet är mottaget.",
        "It is confirmed already that you have the work.",
    )


class NoRulesForIt(Conflict):
    """Being responsible for a path, and the feedback owed, are given by people: hand them over instead."""

    code = "no_rules_for_it"
    detail = Text(
        "Tätä työtä säännöt eivät anna kenellekään. Vaihda polun vastuutyöntekijä tai luovuta työ.",
        "Det här arbetet ges inte ut enligt regler. Byt stigens ansvariga eller överlåt arbetet.",
        "No rules give this work to anybody. Change the path's responsible worker, or hand the work over.",
    )


class HandoverIncomplete(Conflict):
    """Open work of the holder that `moves` do not name: `workItemIds`. Ask for the preview again."""

    code = "handover_incomplete"
    detail = Text(
        "Osa avoimesta työstä jäisi ilman saajaa. Hae luovutuksen esikatselu uudelleen ja täydennä.",
        "En del av det öppna arbetet skulle bli utan mottagare. Hämta förhandsvisningen igen och komplettera.",
        "Some of the open work would be left to nobody. Ask for the preview again and complete the moves.",
    )


class PlanIsStale(Conflict):
    """These pieces of work changed since the preview: `workItemIds`."""

    code = "plan_is_stale"
    detail = Text(
        "Osa töistä on muuttunut esikatselun jälkeen. Hae esikatselu uudelleen.",
        "En del av arbetet har ändrats sedan förhandsvisningen. Hämta den igen.",
        "Some of the work changed since the preview. Ask for the preview again.",
    )


class CannotTake(Conflict):
    """`personId` cannot take `workItemId`; `reason` is that of a routing decision, or `not_on_seat`."""

    code = "cannot_take"
    detail = Text(
        "Valittu henkilö ei voi ottaa tätä työtä. Valitse toinen.",
        "Den valda personen kan inte ta det här arbetet. Välj en annan.",
        "The person chosen cannot take this work. Choose another.",
    )


class NobodyForIt(Conflict):
    """A path is never without a responsible worker, and nobody on the seat can take `workItemId`: name a person."""

    code = "nobody_for_it"
    detail = Text(
        "Polulla on aina vastuutyöntekijä, eikä paikalla ole ketään vapaana. Nimeä joku muu tiimistä.",
        "En stig har alltid en ansvarig, och ingen på platsen är ledig. Utse någon annan i teamet.",
        "A path always has a responsible worker, and nobody on the seat can be. Name somebody else of the team.",
    )
