"""The canaries: words and tokens that must come back nowhere, and the forms in which they could."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from app.dev.runs.life.bodies import WORDS
from app.dev.runs.life.case import Resident

BIRD = Resident(
    "client-canary", "040484-9249", "Kanariina", "Keltasiipi", "+358 50 991 7731", "kanariina@keltasiipi.example",
    "Häkkikatu 71", "Haluaisi takaisin lintuhäkkitehtaalle.",
)  # fmt: skip
CODE, TEXT = "050585-9251", "Kanariateksti 71d3 äö"
CURSOR = re.compile(r"cursor=([A-Za-z0-9_-]{16,})")


def forms(secret: str) -> set[bytes]:
    """A secret as it stands in text, in JSON, in a URL, and in bytes that are shown as hex or base64; lower-cased."""
    raw = secret.encode()
    told = {raw, json.dumps(secret)[1:-1].encode(), quote(secret).encode(), binascii.hexlify(raw)}
    if secret.startswith("+"):  # a telephone number without its spaces
        told.add(secret.replace(" ", "").encode())
    return {one.lower() for one in told}


@dataclass
class Flock:
    """Everything that is looked for. `words` are personal data, `tokens` what opens something."""

    words: dict[str, set[bytes]] = field(default_factory=dict)
    tokens: dict[str, set[bytes]] = field(default_factory=dict)

    def learn(self, words: Iterable[str] = (), tokens: Iterable[str] = ()) -> None:
        self.words |= {word: forms(word) for word in words}
        self.tokens |= {token: forms(token) for token in tokens}

    def found_in(self, what: bytes | str, *, words: bool = True) -> list[str]:
        """Which stand in it; without `words` only tokens and identity codes."""
        lower = (what.encode(errors="replace") if isinstance(what, str) else what).lower()
        codes = {one: told for one, told in self.words.items() if one in (BIRD.identity_code, CODE)}
        looked = {**(self.words if words else codes), **self.tokens}
        return [secret for secret, told in looked.items() if any(form in lower for form in told)]


def sung(body: Any) -> Any:
    """The same body with the canaries in its free text and its names."""
    said = {"givenName": BIRD.given_name, "familyName": BIRD.family_name, "phone": BIRD.phone, "email": BIRD.email}
    if isinstance(body, dict):
        return {name: said.get(name) if isinstance(inner, str) and name in said else sung(inner)
                for name, inner in body.items()}  # fmt: skip
    if isinstance(body, list):
        return [sung(inner) for inner in body]
    return TEXT if body == WORDS else body


def spoilt(body: Any) -> Any:
    """The same body with an identity code in every text, and with a member whose name is one."""
    if isinstance(body, dict):
        return {**{name: spoilt(inner) for name, inner in body.items()}, CODE: BIRD.family_name}
    if isinstance(body, list):
        return [spoilt(inner) for inner in body]
    return f"{BIRD.given_name} {CODE}" if isinstance(body, str) else body


def unpacked(text: str) -> str:
    """What the cursors in a URL say to whoever decodes them."""
    told = []
    for packed in CURSOR.findall(text):
        try:
            told.append(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode(errors="replace"))
        except ValueError:
            continue
    return "\n".join(told)
