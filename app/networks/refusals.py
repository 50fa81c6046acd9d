"""What networks refuse."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Forbidden, Invalid


class NetworkWithoutConvener(Invalid):
    """A network without somebody who calls it together stalls (S004)."""

    code = "network_without_convener"
    title = Text("Koollekutsuja puuttuu", "Sammankallare saknas", "No convener")
    detail = Text(
        "Nimeä koollekutsujaksi henkilö, joka työskentelee tänään alueella tai sen kumppanilla.",
        "Utse till sammankallare någon som i dag arbetar i området eller hos dess partner.",
        "Name as convener somebody who works in the area, or with a partner of it, today.",
    )


class ConvenerMissing(Conflict):
    code = "convener_missing"
    title = Text("Koollekutsuja on poissa", "Sammankallaren har slutat", "The convener has left")
    detail = Text(
        "Verkoston koollekutsuja ei enää työskentele alueella. Nimeä ensin uusi.",
        "Nätverkets sammankallare arbetar inte längre i området. Utse först en ny.",
        "The convener of the network works here no more. Name another first.",
    )


class NotTheConvener(Forbidden):
    code = "not_the_convener"
    detail = Text(
        "Tämän tekee verkoston koollekutsuja tai alueen esihenkilö.",
        "Detta görs av nätverkets sammankallare eller en chef i området.",
        "The convener of the network does this, or a manager of the area.",
    )


class NotThere(Invalid):
    code = "member_works_elsewhere"
    detail = Text(
        "Henkilö ei tänään työskentele tässä alueen tai sen kumppanin organisaatiossa.",
        "Personen arbetar inte i dag i denna organisation i området eller hos dess partner.",
        "The person does not work today in this organisation of the area or of its partners.",
    )


class MemberAlready(Conflict):
    code = "network_member_already"
    detail = Text(
        "Henkilö on jo verkostossa tai odottaa lupaa.",
        "Personen hör redan till nätverket eller väntar på tillstånd.",
        "The person belongs to the network already, or waits for the permission.",
    )
    constraints = ("uq_network_members_current",)


class ApproverIsMember(Forbidden):
    """Nobody permits it to themself (C-47)."""

    code = "approver_is_member"
    title = Text("Luvan antaa toinen", "Tillståndet ges av en annan", "Somebody else permits it")
    detail = Text(
        "Osallistumisluvan antaa ja kirjaa joku muu kuin jäsen itse.",
        "Tillståndet att delta ges och antecknas av någon annan än medlemmen själv.",
        "The permission to take part is given and recorded by somebody else than the member.",
    )


class MemberNotApproved(Conflict):
    code = "network_member_not_approved"
    title = Text("Esihenkilön lupa puuttuu", "Chefens tillstånd saknas", "No supervisor's permission")
    detail = Text(
        "Jäsenellä ei ollut esihenkilön lupaa kokouksen alkaessa. Kirjaa ensin lupa.",
        "Medlemmen hade inte chefens tillstånd när mötet började. Anteckna först tillståndet.",
        "The member had no supervisor's permission when the meeting began. Record the permission first.",
    )


class NotAMember(Invalid):
    code = "not_a_network_member"
    detail = Text(
        "Henkilö ei ole tämän verkoston jäsen, tai hänet on mainittu kahdesti.",
        "Personen är inte medlem i detta nätverk, eller nämns två gånger.",
        "That is no member of this network, or named twice.",
    )


class RoomUnknown(Invalid):
    code = "network_room_unknown"
    detail = Text(
        "Kokouksella ei ole tällaista ryhmähuonetta.",
        "Mötet har inget sådant grupprum.",
        "The meeting has no such smaller room.",
    )


class MeetingStillToCome(Conflict):
    code = "network_meeting_to_come"
    detail = Text(
        "Kokous ei ole vielä alkanut. Kirjaa läsnäolo sen jälkeen.",
        "Mötet har inte börjat. Anteckna närvaron efteråt.",
        "The meeting has not begun. Record who was there afterwards.",
    )
