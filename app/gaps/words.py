"""What to ask the client for, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from app.kit.codesets import label
from app.kit.i18n import Language, Text

ASK = Text(
    "Pyydä asiakkaalta lupa kertoa vastaanottajalle {recipient}: {classes}. Tarkoitus: {purpose}.",
    "Be klienten om tillstånd att lämna till {recipient}: {classes}. Ändamål: {purpose}.",
    "Ask the client for permission to tell {recipient}: {classes}. The purpose: {purpose}.",
)
EXPIRING = Text(
    "Asiakkaan lupa päättyy {day}. Kysy ajoissa, jatkuuko se.",
    "Klientens tillstånd upphör {day}. Fråga i god tid om det fortsätter.",
    "The client's permission ends on {day}. Ask in good time whether it goes on.",
)


def remedy(recipients: Iterable[str], data_classes: Iterable[str], purpose: str, language: Language) -> str:
    """`recipients` are names; the other two are codes of `data_class` and `purpose`."""
    return ASK.pick(language).format(
        recipient=", ".join(recipients),
        classes=", ".join(label("data_class", code).pick(language) for code in sorted(data_classes)),
        purpose=label("purpose", purpose).pick(language),
    )
