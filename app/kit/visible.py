"""What of a text a reader sees: for everything that is printed or drawn of what people wrote. Pure."""

from __future__ import annotations

import unicodedata

# Signs that turn the direction of what follows.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def visible(text: str) -> str:
    """The text without controls, turning signs and what is no character of XML; its lines stay."""
    return "".join(c for c in text if c in "\n\t" or (printable(c) and c not in TURNING))


def plain(text: str) -> str:
    """The same on one line."""
    return " ".join(visible("".join(" " if c.isspace() else c for c in text)).split())


def printable(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs", "Co") and ord(char) & 0xFFFE != 0xFFFE
