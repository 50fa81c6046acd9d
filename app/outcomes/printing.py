"""The client's summary as a page to hand over: large type, one section after another, every text escaped."""

from __future__ import annotations

from html import escape
from typing import cast

from app.kit.i18n import Language, Text
from app.outcomes.schemas import SummaryRead
from app.preinformation.printing import HEADERS as PAGE
from app.preinformation.printing import page

HEADERS = {**PAGE, "Cache-Control": "no-store"}
TITLE = Text("Yhteenveto sinulle", "Sammanfattning till dig", "A summary for you")
DRAFT = Text("Luonnos", "Utkast", "Draft")


def printed(summary: SummaryRead) -> str:
    """In the language of the summary, whoever prints it."""
    language = cast("Language", summary.language)
    parts = [f'<p class="note">{escape(DRAFT.pick(language))}</p>'] if summary.offered_at is None else []
    for one in summary.sections or ():
        lines = "".join(f"<p>{escape(line)}</p>" for line in one.text.splitlines())
        parts.append(f"<section><h2>{escape(one.title)}</h2>{lines}</section>")
    return page(TITLE.pick(language), "".join(parts), language)
