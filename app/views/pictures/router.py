"""Addresses of the picture of a path and of a template."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Header, Path, Query, Response

from app.audit.trail import used
from app.kit.cached import NOT_CHANGED, IfNoneMatch, kept
from app.kit.db import Session
from app.kit.i18n import Language, speaking
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.path_templates.choosing import shown_to
from app.pathways.queries import visible_pathways
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P
from app.views.pictures import service
from app.views.pictures.facts import Facts
from app.views.pictures.layout import Layout
from app.views.pictures.page import NOTHING, POLICY, page
from app.views.pictures.svg import picture

router = room("Service paths")
Reader = Annotated[Actor, needs(P.PATHWAY_READ)]
Professional = Annotated[Actor, needs(P.DIRECTORY_READ)]
Format = Literal["svg", "html"]
AskedFormat = Annotated[Format | None, Query(alias="format", description="Instead of Accept.")]
AskedLayout = Annotated[Layout, Query(description="`narrow` for a phone and for paper, `wide` for a screen.")]
Asked = Annotated[Language | None, Query(description="Instead of Accept-Language.")]
Accept = Annotated[str | None, Header(max_length=1000, examples=["image/svg+xml"])]
SVG, HTML = "image/svg+xml", "text/html"
# The weight of RFC 9110, 12.4.2; what is none counts as 0.
WEIGHT = re.compile(r"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)")
SHOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture, or a page to print with the same as a list.",
        "content": {SVG: {"schema": {"type": "string"}}, HTML: {"schema": {"type": "string"}}},
    }
}


class Picture(Response):
    """An SVG, unless a page is asked for."""

    media_type = SVG


def chosen(asked: Format | None, accept: str | None) -> Format:
    """What to answer: as asked for, or as the caller likes best (RFC 9110, 12.5.1); a picture where it is all one."""
    if asked is not None:
        return asked
    liked = {SVG: 0.0, HTML: 0.0}
    for part in (accept or "").lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        if kind in liked:
            liked[kind] = float(quality) if WEIGHT.fullmatch(quality) else 0.0
    return "html" if liked[HTML] > liked[SVG] else "svg"


def shown(facts: Facts, form: Format, layout: Layout) -> tuple[bytes, str, dict[str, str]]:
    """The bytes, their type and the headers that go with them."""
    body, kind, policy = (
        (page(facts, layout), HTML, POLICY) if form == "html" else (picture(facts, layout), SVG, NOTHING)
    )
    headers = {
        "Content-Language": facts.language,
        "Content-Security-Policy": policy,
        "Vary": "Accept, Accept-Language, Authorization",
    }
    return body.encode(), kind, headers


@router.get(
    "/pathways/{pathway_id}/picture",
    response_class=Picture,
    responses={**problems(MissingPermission, NotFound), **SHOWN},
)
async def get_pathway_picture(
    actor: Reader,
    session: Session,
    pathway_id: UUID,
    form: AskedFormat = None,
    layout: AskedLayout = "narrow",
    lang: Asked = None,
    for_client: Annotated[
        bool, Query(alias="forClient", description="Only the steps that the client sees, to be given to the client.")
    ] = False,
    accept: Accept = None,
) -> Response:
    """The path as a picture that client and worker look at together: what is done, now and next, by whom, when, what to
    bring, and who hears what at the end. Only what the caller may see; the client's name is not on it."""
    pathway = await one(session, visible_pathways(actor), pathway_id)
    await used(session, "pathways", [(pathway.id, pathway.client_id)])
    speaking.set(lang or speaking.get())
    facts = await service.of_pathway(session, actor, pathway, for_client=for_client)
    body, kind, headers = shown(facts, chosen(form, accept), layout)
    return Response(body, media_type=kind, headers={**headers, "Cache-Control": "no-store"})


@router.get(
    "/path-templates/{code}/{version}/picture",
    response_class=Picture,
    responses={**problems(MissingPermission, NotFound), **NOT_CHANGED, **SHOWN},
)
async def get_path_template_picture(
    actor: Professional,
    session: Session,
    code: Annotated[str, Path(max_length=60, examples=["heinola"])],
    version: Annotated[int, Path(ge=1, le=100_000, examples=[1])],
    form: AskedFormat = None,
    layout: AskedLayout = "narrow",
    lang: Asked = None,
    accept: Accept = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A template as a picture: its steps in their usual order, side by side where one of several ways is taken."""
    speaking.set(lang or speaking.get())
    template = await shown_to(session, actor, code, version)
    if template is None:
        raise NotFound()
    body, kind, headers = shown(service.of_template(template), chosen(form, accept), layout)
    return kept(body, kind, if_none_match, headers=headers)
