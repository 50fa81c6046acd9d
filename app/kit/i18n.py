"""Texts in the three languages of the service, and which of them a caller reads."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Finnish, Swedish and English. `{name}` is filled by `format`."""

    fi: str
    sv: str
    en: str

    def format(self, **values: object) -> Text:
        return Text(*(getattr(self, lang).format(**values) for lang in LANGUAGES))

    def pick(self, language: Language) -> str:
        text: str = getattr(self, language)
        return text

    def as_dict(self) -> dict[str, str]:
        return {lang: self.pick(lang) for lang in LANGUAGES}


def preferred(accept_language: str | None) -> Language:
    """The language of `Accept-Language` (RFC 9110, 12.5.4) that we have; English when none fits or it is malformed."""
    best: tuple[float, int] | None = None
    chosen: Language = DEFAULT
    for position, part in enumerate((accept_language or "")[:200].split(",")):
        tag, _, parameters = part.strip().partition(";")
        quality = 1.0
        if parameters.strip().lower().startswith("q="):
            try:
                quality = float(parameters.strip()[2:])
            except ValueError:
                continue
        for language in LANGUAGES:
            if tag.strip().lower().split("-")[0] == language and 0 < quality <= 1:
                rank = (quality, -position)
                if best is None or rank > best:
                    best, chosen = rank, language
    return chosen


# The language of the request being answered; set once where the caller becomes known.
speaking: ContextVar[Language] = ContextVar("speaking", default=DEFAULT)
