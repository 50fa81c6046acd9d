"""How path templates are shown: the shipped ones and the area's own in one form."""

from __future__ import annotations

from typing import Any

from app.kit.i18n import Text
from app.kit.schemas import WordsRead
from app.path_templates.checking import template_of
from app.path_templates.choosing import fits
from app.path_templates.models import TEMPLATE_FLOW, OwnTemplate, TemplateState
from app.path_templates.rules import Template, newest, shipped_id, templates
from app.path_templates.schemas import SaidRead, TemplateRead, TemplateStepRead
from app.path_templates.service import refused
from app.people.actor import Actor
from app.security.permissions import Permission as P

COPIED = ("key", "kind", "owner_role", "due_days", "urgent_due_days", "optional", "client_visible", "expected_minutes",
          "branch")  # fmt: skip


def said(text: Text) -> SaidRead:
    return SaidRead(**{language: words or None for language, words in text.as_dict().items()})


def document(template: Template) -> dict[str, Any]:
    return {
        "code": template.code,
        "number": template.version,
        "title": said(template.title),
        "source": template.source,
        "own_design": template.own_design,
        "example": WordsRead(**template.example.as_dict()) if template.example else None,
        "scores": template.scores,
        "team_templates": fits(template),
        "steps": [
            TemplateStepRead(
                **{name: getattr(step, name) for name in COPIED},
                purpose=said(step.purpose),
                bring=said(step.bring) if step.bring else None,
                after=list(step.after),
                requires=list(step.requires),
            )
            for step in template.steps
        ],
    }


def show(actor: Actor, row: OwnTemplate) -> TemplateRead:
    manages = row.area_id in actor.areas_with(P.TEAM_MANAGE)
    names = (
        "id", "version", "state", "valid_from", "valid_to", "author_id", "published_by_id", "published_at",
        "retired_at",
    )  # fmt: skip
    return TemplateRead(
        **{name: getattr(row, name) for name in names},
        **document(template_of(row.content, row.code, row.number)),
        shipped=False,
        newest=row.state is TemplateState.IN_FORCE,
        allowed_actions=TEMPLATE_FLOW.actions(
            row.state, actor, lambda verb: refused(row, verb), sides={"manager"} if manages else set()
        ),
    )


def show_shipped(template: Template) -> TemplateRead:
    """A shipped version has a fixed id and no history of its own. Older ones are for the paths that run on them."""
    return TemplateRead(
        id=shipped_id(template),
        version=1,
        **document(template),
        shipped=True,
        state=TemplateState.IN_FORCE if newest(template.code) is template else TemplateState.RETIRED,
        newest=newest(template.code) is template,
        **dict.fromkeys(("valid_from", "valid_to", "author_id", "published_by_id", "published_at", "retired_at")),
        allowed_actions=[],
    )


def shipped(code: str | None, state: TemplateState | None) -> list[TemplateRead]:
    found = [show_shipped(one) for one in templates().values() if code in (None, one.code)]
    return [one for one in found if state in (None, one.state)]
