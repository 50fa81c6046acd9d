"""Why something about a participation is refused."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid


class NotOfThePath(Invalid):
    """The goal, step or participation belongs to another path, or to none."""

    code = "not_of_the_path"
    detail = Text("Polulla ei ole tätä.", "Stigen har inte detta.", "The path has no such thing.")


class ParticipationTooLong(Invalid):
    """`latest` is the last day that such a service, or a hold, may have."""

    code = "participation_too_long"
    detail = Text(
        "Viimeinen päivä on liian kaukana. Sovi lyhyempi jakso ja jatka sitä tarvittaessa.",
        "Den sista dagen är för långt borta. Kom överens om en kortare period och förläng den vid behov.",
        "The last day is too far away. Agree on a shorter period, and prolong it when needed.",
    )


class HoldInThePast(Invalid):
    code = "hold_in_the_past"
    detail = Text(
        "Tauon viimeinen päivä on mennyt.",
        "Uppehållets sista dag har passerat.",
        "The last day of the hold has passed.",
    )


class WorkTrialFields(Invalid):
    """`employer` and `observe` are of a work trial; a work trial names its employer."""

    code = "work_trial_fields"
    detail = Text(
        "Työkokeilulla on työnantaja; muilla palveluilla ei ole työnantajaa eikä tarkkailtavaa.",
        "En arbetsprövning har en arbetsgivare; annan service har varken arbetsgivare eller något att iaktta.",
        "A work trial has an employer; other services have neither an employer nor anything to observe.",
    )


class GroupFields(Invalid):
    """`groupId` and `mode` go together, with group-based employment, while the group runs."""

    code = "group_fields"
    detail = Text(
        "Ryhmän jäsenyys: ryhmämuotoinen työllistäminen, ryhmä ja tapa yhdessä, ryhmän aikana ja sen tuottajalla.",
        "Medlemskap i en grupp: sysselsättning i grupp, gruppen och sättet tillsammans, under gruppens tid och hos "
        "dess producent.",
        "To be in a group: group-based employment, the group and the mode together, within its period and of its "
        "provider.",
    )


class GroupFull(Conflict):
    code = "group_full"
    title = Text("Ryhmä on täynnä", "Gruppen är full", "The group is full")
    detail = Text(
        "Ryhmässä on jo enimmäismäärä jäseniä. Valitse toinen ryhmä tai suurenna tätä.",
        "Gruppen har redan högsta antalet medlemmar. Välj en annan grupp eller utöka den.",
        "The group has the most members it takes. Choose another, or make it larger.",
    )
    constraints = ("group_capacity",)


class GroupNumbersHidden(Conflict):
    """Fewer places would be tried one by one until the answer tells how many members there are."""

    code = "group_numbers_hidden"
    detail = Text(
        "Ryhmässä on muutama muiden tiimien asiakas, joita et näe. Silloin paikkoja voi vain lisätä.",
        "I gruppen finns några få klienter hos andra team som du inte ser. Då kan platserna bara utökas.",
        "The group has a few clients of other teams whom you do not see. Places are then only added.",
    )


class InTheGroupAlready(Conflict):
    code = "in_the_group_already"
    detail = Text(
        "Asiakas on jo tässä ryhmässä. Muuta hänen jaksoaan.",
        "Klienten är redan i gruppen. Ändra klientens period.",
        "The client is in the group already. Change that part instead.",
    )
    constraints = ("uq_service_participations_member",)


class GroupEndsEarlier(Invalid):
    code = "group_ends_earlier"
    detail = Text(
        "Ryhmän viimeistä päivää voi vain siirtää myöhemmäksi. Päätä jäsenten jaksot erikseen.",
        "Gruppens sista dag kan bara flyttas framåt. Avsluta medlemmarnas perioder var för sig.",
        "A group's last day is only moved later. End its members' parts one by one.",
    )


class TimelinessUnchecked(Conflict):
    """Nothing is recorded yet of whether it is the right time for the service."""

    code = "timeliness_unchecked"
    title = Text("Oikea-aikaisuus on tarkistamatta", "Rätt tid är inte kontrollerad", "Timeliness is not checked")
    detail = Text(
        "Tarkista ensin, onko palvelu oikea-aikainen: check-timeliness.",
        "Kontrollera först om servicen kommer i rätt tid: check-timeliness.",
        "Check first whether it is the right time for the service: check-timeliness.",
    )


class NotTimely(Conflict):
    """The newest check says that it is not the right time for the service."""

    code = "not_timely"
    title = Text("Palvelu ei ole nyt oikea-aikainen", "Servicen kommer inte i rätt tid", "It is not the right time")
    detail = Text(
        "Tee ensin se, mitä asiakas nyt tarvitsee, ja tarkista oikea-aikaisuus sitten uudelleen.",
        "Gör först det som klienten behöver nu, och kontrollera sedan på nytt.",
        "Do first what the client needs now, and check again after that.",
    )


class UnclearReason(Invalid):
    """`despiteUnclear` is given exactly when the newest check says `unclear`."""

    code = "unclear_reason"
    detail = Text(
        "Kun oikea-aikaisuus on epäselvä, aloittamiselle kirjataan syy (despiteUnclear); muulloin syytä ei anneta.",
        "När det är oklart om tiden är rätt anges orsaken till starten (despiteUnclear); annars ges ingen orsak.",
        "When the timeliness is unclear, say why it starts (despiteUnclear); otherwise give no reason.",
    )


class OutsidePeriod(Invalid):
    code = "outside_period"
    detail = Text(
        "Päivä ei ole jakson sisällä, tai se on tulevaisuudessa. Sovi jakso ensin uudelleen.",
        "Dagen är inte inom perioden, eller ligger i framtiden. Avtala först en ny period.",
        "The day is not within the period, or is in the future. Agree on another period first.",
    )


class DayInTheFuture(Invalid):
    code = "day_in_the_future"
    detail = Text(
        "Päivä on tulevaisuudessa. Kirjaa se, kun se on tapahtunut.",
        "Dagen ligger i framtiden. Anteckna det när det har hänt.",
        "The day is in the future. Record it when it has happened.",
    )


class UnknownCriterion(Invalid):
    """A criterion that the version does not have, or one answered twice; or a version that is not there."""

    code = "unknown_criterion"
    detail = Text(
        "Tätä laatukriteeriä ei ole tässä versiossa, tai siihen vastattiin kahdesti: /v1/quality-criteria.",
        "Kvalitetskriteriet finns inte i denna version, eller besvarades två gånger: /v1/quality-criteria.",
        "The version has no such criterion, or it was answered twice: /v1/quality-criteria.",
    )


class AfterContactUnowned(Conflict):
    """While an after-contact is planned its work stays open: hand it over, or say how it went."""

    code = "after_contact_owner"
    detail = Text(
        "Suunniteltu jälkikontakti on aina jonkun työtä. Siirrä se toiselle tai kirjaa, miten kävi.",
        "En planerad efterkontakt är alltid någons arbete. Ge den till någon annan eller anteckna hur det gick.",
        "A planned after-contact is always somebody's work. Hand it over, or record how it went.",
    )
    constraints = ("after_contact_owner",)
