"""A page for every problem: where the `type` of a problem document leads."""

from __future__ import annotations

import re
from html import escape
from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.kit.answers import language_of
from app.kit.i18n import Language, Text
from app.kit.problems import NotFound
from app.kit.routes import room
from app.site.html import page
from app.site.problem_docs import by_code

router = room("Service", "/problems")
Asked = Annotated[Language | None, Query(description="Instead of Accept-Language.")]

ALL = Text("Virheet, jotka palvelu voi antaa", "Fel som tjänsten kan ge", "Problems this service answers with")
STATUS = Text("HTTP-tila", "HTTP-status", "HTTP status")
CODE = Text("Koodi", "Kod", "Code")
MEANS = Text("Mitä se tarkoittaa", "Vad det betyder", "What it means")
REMEDY = Text("Mitä tehdä", "Vad man kan göra", "What to do")
MEANINGS: dict[int, Text] = {
    400: Text("Pyyntöä ei voi lukea.", "Begäran kan inte läsas.", "The request cannot be read."),
    401: Text("Palvelu ei tiedä, kuka kysyy.", "Tjänsten vet inte vem som frågar.", "It is not known who asks."),
    403: Text(
        "Palvelu tietää, kuka kysyy, mutta kysyjä ei saa tehdä tätä.",
        "Tjänsten vet vem som frågar, men den frågande får inte göra detta.",
        "The service knows who asks, and the caller may not do this.",
    ),
    404: Text(
        "Kohdetta ei ole tai kysyjä ei saa nähdä sitä; vastaus on molemmissa sama.",
        "Objektet finns inte eller den frågande får inte se det; svaret är detsamma i båda fallen.",
        "It is not there, or not for the caller to see; the answer is the same for both.",
    ),
    405: Text("Osoite ei tunne tätä menetelmää.", "Adressen har inte denna metod.", "The address has no such method."),
    408: Text("Pyyntö ei tullut perille ajoissa.", "Begäran kom inte fram i tid.", "The request came too late."),
    409: Text(
        "Pyyntö on kelvollinen, mutta tieto on tilassa, jossa sitä ei voi tehdä.",
        "Begäran är giltig, men uppgiften är i ett läge där det inte går.",
        "The request is valid, but things are in a state in which it cannot be done.",
    ),
    410: Text("Tätä ei voi enää käyttää.", "Detta kan inte längre användas.", "This can no longer be used."),
    412: Text("Tieto on muuttunut sen lukemisen jälkeen.", "Uppgiften har ändrats sedan den lästes.",
              "It has changed since it was read."),
    413: Text("Pyynnön runko on liian suuri.", "Begärans innehåll är för stort.", "The body is too large."),
    414: Text("Osoite on liian pitkä.", "Adressen är för lång.", "The address is too long."),
    415: Text("Rungon muotoa ei tueta.", "Innehållets form stöds inte.", "The form of the body is not supported."),
    422: Text(
        "Pyyntö on luettavissa, mutta jokin sen tiedoista ei kelpaa.",
        "Begäran kan läsas, men någon av dess uppgifter duger inte.",
        "The request can be read, but something in it does not fit.",
    ),
    428: Text("Muutos vaatii If-Match-otsakkeen.", "Ändringen kräver If-Match.", "A change needs If-Match."),
    429: Text("Pyyntöjä on tullut liikaa.", "För många begäranden.", "Too many requests."),
    431: Text("Pyynnön otsikot ovat liian suuret.", "Begärans rubriker är för stora.", "The head is too large."),
    500: Text("Vika on palvelussa.", "Felet är i tjänsten.", "The fault is in the service."),
    501: Text("Palvelu ei osaa tätä vielä.", "Tjänsten kan inte detta än.", "The service cannot do this yet."),
    503: Text("Palvelu ei juuri nyt pysty vastaamaan.", "Tjänsten kan inte svara just nu.",
              "The service cannot answer just now."),
}  # fmt: skip


def meaning(status: int) -> Text:
    return MEANINGS.get(status) or MEANINGS[400 if status < 500 else 500]


def shown(sentence: str) -> str:
    """A text as HTML; what only a real case fills in is shown by its name."""
    return re.sub(r"\{(\w+)\}", r"<var>\1</var>", escape(sentence))


@router.get("", include_in_schema=False)
async def list_problems(request: Request, lang: Asked = None) -> Response:
    """Every problem, by its code."""
    language = lang or language_of(request.scope)
    query = f"?lang={lang}" if lang else ""
    rows = "".join(
        f'<li><a href="/problems/{code}{query}"><code>{code}</code></a> {found.status} '
        f"{escape(found.title.pick(language))}</li>"
        for code, found in by_code().items()
    )
    return page(ALL.pick(language), f"<ul>{rows}</ul>", language)


@router.get("/{code}", include_in_schema=False)
async def show_problem(request: Request, code: Annotated[str, Path(max_length=60)], lang: Asked = None) -> Response:
    """What a problem means and what to do. Raises `NotFound` for a code we never answer with."""
    if code not in by_code():
        raise NotFound()
    found, language = by_code()[code], lang or language_of(request.scope)
    body = (
        f"<dl><dt>{STATUS.pick(language)}</dt><dd>{found.status}</dd><dt>{CODE.pick(language)}</dt>"
        f"<dd><code>{code}</code></dd></dl>"
        f"<h2>{MEANS.pick(language)}</h2><p>{escape(meaning(found.status).pick(language))}</p>"
        f"<h2>{REMEDY.pick(language)}</h2><p>{shown(found.detail.pick(language))}</p>"
        f'<p><a href="/problems{f"?lang={lang}" if lang else ""}">{escape(ALL.pick(language))}</a></p>'
    )
    return page(found.title.pick(language), body, language)
