"""What is refused of references to plans."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Forbidden, Invalid


class PlanTypeNotInForce(Invalid):
    """There was no such plan on the day it was made: `instead` names those there were."""

    code = "plan_type_not_in_force"
    detail = Text(
        "Tällaista suunnitelmaa ei ollut lain mukaan silloin. Silloin oli: {instead}.",
        "En sådan plan fanns inte enligt lagen då. Då fanns: {instead}.",
        "There was no such plan by law on that day. There were: {instead}.",
    )


class PlanTypeNotForClient(Invalid):
    """Only for who gets social assistance because of unemployment (domain 5.6): `instead` is the right type."""

    code = "plan_type_not_for_client"
    detail = Text(
        "Tämä suunnitelma tehdään toimeentulotuen saajalle (socialAssistance). Muille: {instead}.",
        "Denna plan görs för den som får utkomststöd (socialAssistance). För andra: {instead}.",
        "This plan is for who gets social assistance (socialAssistance). For others: {instead}.",
    )


class LegalBasisNotInForce(Invalid):
    """`legalBasis` is the one of that day."""

    code = "legal_basis_not_in_force"
    detail = Text(
        "Suunnitelma tehtiin silloin toisen lain mukaan: {legal_basis}.",
        "Planen gjordes då enligt en annan lag: {legal_basis}.",
        "The plan was made on another law that day: {legal_basis}.",
    )


class PlanNotPermitted(Invalid):
    """Domain 5.5: a plan of another register is referred to only as the client permits."""

    code = "plan_not_permitted"
    detail = Text(
        "Kysy asiakkaalta. Ilman lupaa suunnitelmaa ei kirjata tänne.",
        "Fråga klienten. Utan tillstånd antecknas planen inte här.",
        "Ask the client. Without permission the plan is not recorded here.",
    )


class ReferenceDays(Invalid):
    code = "reference_days"
    detail = Text(
        "Tarkista päivät: luvasta ja laadinnasta kirjataan mennyt päivä, ja päättyminen on alkamisen jälkeen.",
        "Kontrollera datumen: tillståndet och planen har redan getts och gjorts, och slutet kommer efter början.",
        "Check the days: permitted and made in the past, and it ends after it begins.",
    )


class ActivityOfAnother(Invalid):
    code = "activity_of_activation_plan"
    detail = Text(
        "Toiminnan päivät ja tunnit ja toimeentulotuki kuuluvat aktivointisuunnitelmaan.",
        "Verksamhetens dagar och timmar och utkomststödet hör till aktiveringsplanen.",
        "Days and hours of activity, and social assistance, belong to an activation plan.",
    )


class ReferenceNotYours(Forbidden):
    """`register` is whose it is."""

    code = "reference_register_not_yours"
    detail = Text(
        "Tämä suunnitelma kuuluu sosiaalihuollon rekisteriin, jota et käytä.",
        "Denna plan hör till socialvårdens register, som du inte använder.",
        "This plan belongs to the register of social care, which you do not use.",
    )


class OrganiserUnknownHere(Invalid):
    code = "plan_organiser_unknown"
    detail = Text(
        "Järjestäjä ei ole alueen organisaatio.",
        "Anordnaren är inte en organisation i området.",
        "The organiser is not an organisation that works with the area.",
    )


class NotTheSamePlan(Invalid):
    code = "supersedes_another_plan"
    detail = Text(
        "Korvattavan on oltava saman polun voimassa oleva saman lajin suunnitelma.",
        "Det som ersätts ska vara en plan av samma slag som gäller på samma stig.",
        "What is superseded is a plan of the same type that is in force on the same path.",
    )


class PlanMeetingUnknown(Invalid):
    """Not a meeting of this path that was held."""

    code = "plan_meeting_unknown"
    detail = Text(
        "Suunnitelma tehtiin tämän polun pidetyssä kokouksessa: tätä kokousta ei ole, tai sitä ei ole pidetty.",
        "Planen gjordes på ett hållet möte på den här stigen: mötet finns inte eller har inte hållits.",
        "The plan was made in a meeting of this path that was held: there is no such meeting, or it was not held.",
    )
