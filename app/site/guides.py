"""The guides: one for each audience, in English, from `app/guides`."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Header, Path, Response

from app.kit.problems import NotFound
from app.kit.routes import room
from app.site.html import page

router = room("Service", "/guides")
FOLDER = FilePath(__file__).parent.parent / "guides"
Accept = Annotated[str, Header(max_length=1000)]


@lru_cache(maxsize=1)
def guides() -> dict[str, str]:
    """The Markdown of every guide by its name."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.md"))}


def title_of(markdown: str) -> str:
    return markdown.partition("\n")[0].removeprefix("# ")


@lru_cache(maxsize=16)
def rendered(name: str) -> str:
    # Imported when the first guide is read: a server that shows none does not pay for it.
    from markdown_it import MarkdownIt

    html: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(guides()[name].partition("\n")[2])
    return html


@router.get("", include_in_schema=False)
async def list_guides() -> Response:
    """Which guides there are."""
    rows = "".join(f'<li><a href="/guides/{name}">{escape(title_of(text))}</a></li>' for name, text in guides().items())
    return page("Guides", f"<ul>{rows}</ul>", "en", languages=False)


@router.get("/{name}", include_in_schema=False)
async def show_guide(name: Annotated[str, Path(max_length=60)], accept: Accept = "") -> Response:
    """One guide as a page; as it is written for `Accept: text/markdown`. Raises `NotFound`."""
    if name not in guides():
        raise NotFound()
    if "text/markdown" in accept:
        answer = Response(guides()[name], media_type="text/markdown", headers={"Cache-Control": "no-cache"})
    else:
        answer = page(title_of(guides()[name]), rendered(name), "en", languages=False)
    answer.headers["Vary"] = "Accept"
    return answer
