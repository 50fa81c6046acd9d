"""A share as a page: to hand over, or to send by letter. One page, its own style, no script; every text is escaped."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.kit.i18n import Language, Text, speaking
from app.preinformation.printing import HEADERS as PAGE
from app.preinformation.printing import page
from app.sharing.schemas import Export, ShareRead

HEADERS = {**PAGE, "Cache-Control": "no-store"}
TITLE = Text("Tietojen luovutus", "Utlämnande av uppgifter", "Disclosure of data")
TO = Text("Vastaanottaja", "Mottagare", "Recipient")
ABOUT = Text("Asiakas", "Klient", "Client")
WHY = Text("Käyttötarkoitus", "Ändamål", "Purpose")
WHAT = Text("Mitä luovutetaan", "Vad som lämnas ut", "What is disclosed")
ON = Text("Luovutettu", "Utlämnat", "Disclosed on")
MESSAGE = Text("Viesti", "Meddelande", "Message")
ENCLOSED = Text("Asiakirja on liitteenä", "Handlingen är bifogad", "The document is enclosed")
REPLY = Text("Vastaus", "Svar", "Reply")
REPLY_HERE = Text(
    "Kuittaa perillemeno tai vastaa tälle paperille ja palauta se lähettäjälle.",
    "Kvittera eller svara på detta papper och skicka tillbaka det till avsändaren.",
    "Say on this paper that it arrived, or answer, and send it back to the sender.",
)
COPY = Text("Kopio tiedoistasi", "Kopia av dina uppgifter", "A copy of your data")
NOTHING = Text("Ei mitään.", "Inget.", "Nothing.")
CUT = Text("Lisää on: pyydä loput.", "Det finns mer: be om resten.", "There is more: ask for the rest.")
NOT_HERE = Text("Mitä tässä ei ole", "Vad som inte finns här", "What is not in it")
SECRET = Text(
    "Salassa pidettävä. Vain nimetylle vastaanottajalle ja tähän tarkoitukseen.",
    "Sekretessbelagt. Endast för den angivna mottagaren och för detta ändamål.",
    "Confidential. For the recipient named and for this purpose only.",
)


def printed(share: ShareRead, language: Language) -> str:
    """The page, in the language asked for."""

    def line(label: Text, words: str) -> str:
        return (
            f'<div class="item"><p class="q">{escape(label.pick(language))}</p><p class="a">{escape(words)}</p></div>'
        )

    recipient = ", ".join(part for part in (share.recipient_organisation, share.recipient_name) if part)
    classes = ", ".join(codeset("data_class")[one].label.pick(language) for one in share.data_classes)
    on = civil_date(share.shared_at)
    parts = [
        f'<p class="note">{escape(SECRET.pick(language))}</p>',
        line(TO, recipient),
        *([line(ABOUT, share.name_told)] if share.name_told else []),
        line(WHY, codeset("purpose")[share.purpose].label.pick(language)),
        line(WHAT, classes),
        line(ON, f"{on.day}.{on.month}.{on.year}"),
        *([line(MESSAGE, share.message)] if share.message else []),
    ]
    for item in share.items:
        shown = item.text if item.text is not None else f"{ENCLOSED.pick(language)}: {item.file_name}"
        parts.append(f'<section><h2>{escape(item.title)}</h2><p class="a">{escape(shown)}</p></section>')
    if share.reply.value != "none":
        lines = '<span class="line"></span>' * 5
        parts.append(f"<h2>{escape(REPLY.pick(language))}</h2><p>{escape(REPLY_HERE.pick(language))}</p>{lines}")
    return page(TITLE.pick(language), "".join(parts), language)


def copy(export: Export) -> str:
    """The client's copy as a page: what is said in words first, then the fields."""
    language = speaking.get()
    parts = [f"<p>{escape(export.made_at.isoformat())} · SHA-256 {escape(export.sha256)}</p>"]
    for part in export.parts:
        rows = "".join(_row(item) for item in part.items) or f"<p>{escape(NOTHING.pick(language))}</p>"
        more = f'<p class="note">{escape(CUT.pick(language))}</p>' if part.cut else ""
        parts.append(f"<h2>{escape(part.title)}</h2>{more}{rows}")
    lines = "".join(f"<li>{escape(one.name)}: {escape(one.because)}</li>" for one in export.left_out)
    parts.append(f"<h2>{escape(NOT_HERE.pick(language))}</h2><ul>{lines}</ul>")
    return page(COPY.pick(language), "".join(parts), language)


def _row(item: dict[str, Any]) -> str:
    said = escape(str(item["inWords"])) if "inWords" in item else ""
    fields = "; ".join(
        f"{name}: {_value(value)}" for name, value in item.items() if name != "inWords" and value not in (None, [], {})
    )
    return f'<div class="item"><p class="q">{said}</p><p class="help">{escape(fields)}</p></div>'


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
