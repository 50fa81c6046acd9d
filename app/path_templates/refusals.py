"""Why a path template is refused, and why a path does not start from one."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid


class TemplateCycle(Invalid):
    """`steps` wait for each other in a ring."""

    code = "template_cycle"
    detail = Text(
        "Vaiheet odottavat toisiaan kehässä: {steps}. Poista jokin riippuvuus.",
        "Stegen väntar på varandra i en ring: {steps}. Ta bort ett beroende.",
        "The steps wait for each other in a ring: {steps}. Take away a dependency.",
    )


class TemplateUnknownKey(Invalid):
    code = "template_unknown_key"
    detail = Text(
        "Vaihe {steps} odottaa vaihetta, jota mallissa ei ole.",
        "Steget {steps} väntar på ett steg som inte finns i mallen.",
        "The step {steps} waits for a step that the template does not have.",
    )


class TemplateDuplicateKey(Invalid):
    code = "template_duplicate_key"
    detail = Text(
        "Kahdella vaiheella on sama avain: {steps}.",
        "Två steg har samma nyckel: {steps}.",
        "Two steps have the same key: {steps}.",
    )


class TemplateDueDays(Invalid):
    """Days are 0 to 1000, urgent ones no more than the others, and no step is due before what it waits for."""

    code = "template_due_days"
    detail = Text(
        "Määräpäivät eivät käy: {steps}. Päivät ovat 0–1000, kiireelliset enintään samat, eikä vaihe ole ennen sitä, "
        "mitä se odottaa.",
        "Dagarna går inte ihop: {steps}. Dagarna är 0–1000, de brådskande högst lika många, och inget steg kommer före "
        "det som det väntar på.",
        "The days do not fit: {steps}. They are 0 to 1000, urgent ones no more than the others, and no step is due "
        "before what it waits for.",
    )


class TemplateUnknownRole(Invalid):
    code = "template_unknown_role"
    detail = Text(
        "Vaiheen {steps} tekijä ei ole minkään tiimin paikka. Paikat: /v1/team-templates.",
        "Stegets {steps} ägare är ingen plats i något team. Platserna: /v1/team-templates.",
        "Whoever owns the step {steps} has no seat in any team. The seats: /v1/team-templates.",
    )


class TemplateUnknownKind(Invalid):
    code = "template_unknown_kind"
    detail = Text(
        "Vaiheen {steps} lajia ei tunneta. Lajit: /v1/codesets/step_kind.",
        "Steget {steps} är av okänt slag. Slagen: /v1/codesets/step_kind.",
        "The kind of the step {steps} is not known. The kinds: /v1/codesets/step_kind.",
    )


class TemplateTooLong(Invalid):
    code = "template_too_long"
    detail = Text(
        "Mallissa on enintään 100 vaihetta.",
        "En mall har högst 100 steg.",
        "A template has at most 100 steps.",
    )


class TemplateCodeShipped(Invalid):
    """A template of one's own never takes the place of a shipped one: copy it under another code."""

    code = "template_code_shipped"
    detail = Text(
        "Koodi on valmiin mallin. Anna omalle mallille toinen koodi.",
        "Koden är en färdig malls. Ge den egna mallen en annan kod.",
        "The code is a shipped template's. Give your own another code.",
    )


class TemplateWithoutSteps(Invalid):
    """A draft needs a title and steps, or another template to copy."""

    code = "template_without_steps"
    detail = Text(
        "Anna mallille otsikko ja vaiheet, tai kopioi toinen malli.",
        "Ge mallen en rubrik och steg, eller kopiera en annan mall.",
        "Give the template a title and steps, or copy another template.",
    )


class TemplateOutcomeMissing(Conflict):
    """`findings` has everything that keeps it from being published."""

    code = "template_outcome_missing"
    detail = Text(
        "Mallista puuttuu pakollinen lopputuloksen vaihe.",
        "Mallen saknar ett obligatoriskt steg för resultatet.",
        "The template has no required step for the outcome.",
    )


class TemplateFeedbackMissing(Conflict):
    """`findings` has everything that keeps it from being published."""

    code = "template_feedback_missing"
    detail = Text(
        "Mallista puuttuu pakollinen palautteen vaihe.",
        "Mallen saknar ett obligatoriskt steg för återkopplingen.",
        "The template has no required step for the feedback.",
    )


class TemplatePurposeMissing(Conflict):
    """`findings` has everything that keeps it from being published."""

    code = "template_purpose_missing"
    detail = Text(
        "Asiakas näkee vaiheen {steps}: kirjoita sen tarkoitus ja mukaan otettavat suomeksi, ruotsiksi ja englanniksi.",
        "Klienten ser steget {steps}: skriv dess syfte och vad man tar med på finska, svenska och engelska.",
        "The client sees the step {steps}: write its purpose and what to bring in Finnish, Swedish and English.",
    )


class TemplateNotInForce(Invalid):
    """Neither a shipped template nor one that the area has published."""

    code = "template_not_in_force"
    detail = Text(
        "Tällaista polkumallia ei ole käytössä. Katso /v1/path-templates.",
        "En sådan stigmall är inte i bruk. Se /v1/path-templates.",
        "There is no such path template in force. See /v1/path-templates.",
    )


class TemplateNotForTeam(Conflict):
    """Steps belong to `roles` that the team's template has no seat for: nobody would ever own them."""

    code = "template_not_for_team"
    detail = Text(
        "Polkumallissa on vaiheita, joille tiimissä ei ole paikkaa: {roles}. Valitse toinen malli.",
        "Stigmallen har steg som teamet inte har någon plats för: {roles}. Välj en annan mall.",
        "The path template has steps that the team has no seat for: {roles}. Choose another template.",
    )


MALFORMED = (
    TemplateCycle, TemplateUnknownKey, TemplateDuplicateKey, TemplateDueDays, TemplateUnknownRole, TemplateUnknownKind,
    TemplateTooLong, TemplateCodeShipped,
)  # fmt: skip
LACKING = (TemplateOutcomeMissing, TemplateFeedbackMissing, TemplatePurposeMissing)
