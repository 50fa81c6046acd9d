"""The check of a document: everything that is wrong with it, and the refusal that it leads to. Nothing is written."""

from __future__ import annotations

from typing import Any

from app.clients.identity import scan
from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.kit.problems import Problem, camel
from app.kit.schemas import WordsRead
from app.path_templates import lint, rules
from app.path_templates.lint import Fault
from app.path_templates.refusals import LACKING, MALFORMED
from app.path_templates.rules import Template
from app.path_templates.schemas import TemplateCheck, TemplateFinding
from app.referrals.content import CodeInText
from app.teams.templates import EVERYWHERE, every_seat

REFUSALS: dict[str, type[Problem]] = {refusal.code: refusal for refusal in (*MALFORMED, *LACKING, CodeInText)}


def template_of(content: dict[str, Any], code: str, number: int) -> Template:
    """A template of the area's own from its document, which is in the form of the shipped files."""
    return rules.read({"ownDesign": True, **content, "code": code, "version": number})


def faults(template: Template) -> list[Fault]:
    found = lint.faults(
        template,
        kinds=codeset("step_kind").codes,
        roles=every_seat() | EVERYWHERE,
        shipped={code for code, _ in rules.templates()},
    )
    written = [*lint.texts(template), (("source",), Text(template.source, "", ""))]
    coded = [
        Fault(CodeInText.code, place) for place, said in written if any(scan(one) for one in said.as_dict().values())
    ]
    return [*(one for one in found if one.malformed), *coded, *(one for one in found if not one.malformed)]


def said(fault: Fault) -> Text:
    """The refusal's own words, about these steps."""
    detail = REFUSALS[fault.code].detail
    return detail.format(steps=", ".join(fault.steps))


def pointer(fault: Fault, at: str) -> str:
    return at + "".join(f"/{camel(part) if isinstance(part, str) else part}" for part in fault.path)


def finding(fault: Fault, at: str) -> TemplateFinding:
    return TemplateFinding(
        code=fault.code,
        pointer=pointer(fault, at),
        steps=list(fault.steps),
        error=fault.malformed,
        text=WordsRead(**said(fault).as_dict()),
    )


def check(template: Template, at: str = "/body") -> TemplateCheck:
    found = faults(template)
    return TemplateCheck(sound=not found, findings=[finding(one, at) for one in found])


def require_sense(template: Template, at: str = "/body") -> None:
    """Raises the refusal of the first mistake that a draft may not have, with a pointer for each of them."""
    found = [one for one in faults(template) if one.malformed]
    if found:
        errors = [{"pointer": pointer(one, at), "code": one.code, "detail": said(one)} for one in found]
        raise REFUSALS[found[0].code](errors=errors, steps=list(found[0].steps))


def lacking(template: Template) -> Problem | None:
    """What keeps it from being published, or None."""
    found = faults(template)
    if not found:
        return None
    shown = [finding(one, "").model_dump(mode="json", by_alias=True) for one in found]
    return REFUSALS[found[0].code](findings=shown, steps=list(found[0].steps))
