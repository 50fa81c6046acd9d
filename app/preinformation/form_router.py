"""Addresses of the forms themselves: the same for everybody, kept by caches, no token."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.kit.answers import language_of
from app.kit.cached import AN_HOUR, NOT_CHANGED, IfNoneMatch, kept
from app.kit.i18n import Language
from app.kit.problems import NotFound
from app.kit.routes import problems, room
from app.preinformation import printing
from app.preinformation.forms import forms
from app.preinformation.schemas import FormList, FormRead

router = room("Pre-information")
Asked = Annotated[Language | None, Query(description="Instead of Accept-Language.")]
FormId = Annotated[str, Path(max_length=60, examples=["heinola.v1"])]


@router.get("/preinformation-forms", response_model=FormList, responses={**problems(), **NOT_CHANGED})
async def list_preinformation_forms(if_none_match: IfNoneMatch = None) -> Response:
    """Every version of every form, with texts in three languages. Needs no token; nothing personal is in it."""
    body = FormList(items=[FormRead.of(form) for form in forms().values()]).model_dump_json(by_alias=True)
    return kept(body.encode(), "application/json", if_none_match, cache=AN_HOUR)


@router.get(
    "/preinformation-forms/{form_id}/print",
    response_class=HTMLResponse,
    responses={**problems(NotFound), **NOT_CHANGED},
)
async def print_preinformation_form(
    request: Request, form_id: FormId, lang: Asked = None, if_none_match: IfNoneMatch = None
) -> Response:
    """The blank form as a page to print and fill on paper. Needs no token."""
    if form_id not in forms():
        raise NotFound()
    language = lang or language_of(request.scope)
    body = printing.blank(forms()[form_id], language).encode()
    headers = {**printing.HEADERS, "Content-Language": language}
    return kept(body, "text/html", if_none_match, cache=AN_HOUR, headers=headers)
