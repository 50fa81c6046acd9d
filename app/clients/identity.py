"""Finnish personal identity codes (henkilötunnus): DDMMYY, century sign, individual number, check character.

Since 1.1.2023 several signs mean one century and the sign does not enter the check character: `150591-9018` and
`150591Y9018` are two people. A code is therefore always the full 11 characters; it is never rebuilt from its parts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fi import hetu

from app.kit.i18n import Text
from app.kit.problems import Invalid

Mode = Literal["demo", "production"]
Use = Literal["official", "temp"]

# Checked before python-stdnum, which forgives look-alike dashes, full-width digits and a final newline.
SHAPE = re.compile(r"[0-9]{6}[-+A-FU-Y](?!00[01])[0-9]{3}[0-9A-FHJ-NPR-Y]")
CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}

# In free text: the check character may be missing or wrong, and blanks may stand round the sign.
WRITTEN = re.compile(
    r"(?=((?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2})\s{0,2}([-+A-FU-Y])\s{0,2}([0-9]{3})([0-9A-FHJ-NPR-Y]?))"
)
# Or written apart: a date with points, dashes or the whole year, something after the sign, every character by itself.
# Only with the right check character and nothing joined on, so that a date before a telephone number is none.
APART, BLANK = r"[\s._/*-]{0,2}", r"\s{0,2}"
SPREAD = re.compile(
    rf"(?<![0-9])([0-3]){APART}([0-9]){APART}([01]){APART}([0-9]){APART}(?:(?:1{APART}[89]|2{APART}0){APART})?([0-9])"
    rf"{APART}([0-9]){APART}([-+A-FU-Y]){APART}([0-9]){BLANK}([0-9]){BLANK}([0-9]){BLANK}([0-9A-FHJ-NPR-Y])(?![0-9A-Z])"
)
LOOK_ALIKES = str.maketrans("АВСЕХУ" + "ΑΒΕΧΥ", "ABCEXY" + "ABEXY")  # Cyrillic, Greek


class IdentityCodeMalformed(Invalid):
    code = "identity_code_malformed"
    title = Text("Henkilötunnus on väärää muotoa", "Personbeteckningen har fel form", "Not an identity code")
    detail = Text(
        "Henkilötunnuksessa on 11 merkkiä: päivä, kuukausi ja vuosi kahdella numerolla, välimerkki, "
        "kolme numeroa ja tarkistusmerkki, ilman välilyöntejä.",
        "Personbeteckningen har 11 tecken: dag, månad och år med två siffror, skiljetecken, "
        "tre siffror och kontrolltecken, utan mellanslag.",
        "An identity code has 11 characters: day, month and year in two digits each, the century sign, "
        "three digits and the check character, without spaces.",
    )


class IdentityCodeDate(Invalid):
    code = "identity_code_date"
    title = Text(
        "Henkilötunnuksen päivämäärä ei kelpaa",
        "Personbeteckningens datum är ogiltigt",
        "The date in the identity code does not exist",
    )
    detail = Text(
        "Henkilötunnuksen alussa ei ole mahdollista syntymäaikaa. Tarkista kuusi ensimmäistä numeroa ja välimerkki.",
        "Personbeteckningen börjar inte med ett möjligt födelsedatum. "
        "Kontrollera de sex första siffrorna och skiljetecknet.",
        "The identity code does not begin with a possible date of birth. Check the first six digits and the sign.",
    )


class IdentityCodeCheckCharacter(Invalid):
    code = "identity_code_check_character"
    title = Text(
        "Henkilötunnuksen tarkistusmerkki ei täsmää",
        "Personbeteckningens kontrolltecken stämmer inte",
        "The check character does not match",
    )
    detail = Text(
        "Viimeinen merkki ei täsmää: etsi kirjoitusvirhe.",
        "Det sista tecknet stämmer inte: leta efter ett skrivfel.",
        "The last character does not match: look for a typing error.",
    )


class IdentityCodeNotTest(Invalid):
    code = "identity_code_not_test"
    title = Text(
        "Tässä ympäristössä käytetään vain testitunnuksia",
        "I den här miljön används endast testbeteckningar",
        "Only test codes are used here",
    )
    detail = Text(
        "Käytä keksittyä henkilötunnusta, jonka yksilönumero on 900–999. Älä syötä oikean ihmisen tunnusta.",
        "Använd en påhittad personbeteckning med individnumret 900–999. Mata inte in en verklig persons beteckning.",
        "Use an invented identity code whose individual number is 900–999. Do not enter the code of a real person.",
    )


class IdentityCodeTestInProduction(Invalid):
    code = "identity_code_test_in_production"
    title = Text(
        "Väliaikainen tunnus ei ole virallinen henkilötunnus",
        "En tillfällig beteckning är ingen officiell personbeteckning",
        "A temporary code is not an official identity code",
    )
    detail = Text(
        "Yksilönumerot 900–999 ovat väliaikaisia tai testitunnuksia. Tallenna tunnus väliaikaisena (temp).",
        "Individnumren 900–999 är tillfälliga eller för test. Spara beteckningen som tillfällig (temp).",
        "Individual numbers 900–999 are temporary or for testing. Record it with the use temp.",
    )


@dataclass(frozen=True, slots=True)
class IdentityCode:
    """A code that holds by date and check character; made by `parse`, or from a value `parse` accepted before.

    `value` is the only way to read it: `str`, `repr` and f-strings show it masked.
    """

    value: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (SHAPE.fullmatch(self.value) and hetu.is_valid(self.value, allow_temporary=True)):
            raise ValueError("not a canonical identity code")

    @property
    def birth_date(self) -> date:
        """The date of birth written in the code. Registers keep their own; a code can differ from it."""
        return _birth_date(self.value)

    @property
    def is_test(self) -> bool:
        """Individual number 900–999: temporary, artificial or for testing, never given to a person for good."""
        return self.value[7] == "9"

    @property
    def masked(self) -> str:
        return f"{self.value[:7]}****"

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"<IdentityCode {self.masked}>"


def parse(text: str, *, mode: Mode, use: Use = "official", born_by: date | None = None) -> IdentityCode:
    """The code written in `text`, trimmed and upper-cased; `born_by` (today) also refuses dates of birth after it.

    Raises one of the `IdentityCode…` problems above. Demo mode turns real codes away before anything else is said
    of them, so that nobody is invited to correct one.
    """
    code = text.strip(" \t\r\n\u00a0")
    code = code.upper() if code.isascii() else ""
    if not SHAPE.fullmatch(code):
        raise IdentityCodeMalformed()
    is_test = code[7] == "9"
    if mode == "demo" and not is_test:
        raise IdentityCodeNotTest()
    try:
        hetu.validate(code, allow_temporary=True)
    except InvalidChecksum:
        raise IdentityCodeCheckCharacter() from None
    except ValidationError:  # its shape is right and its number is not 000 or 001: only the date is left
        raise IdentityCodeDate() from None
    if born_by is not None and _birth_date(code) > born_by:
        raise IdentityCodeDate()
    if mode == "production" and use == "official" and is_test:
        raise IdentityCodeTestInProduction()
    return IdentityCode(code)


def scan(text: str) -> bool:
    """Whether free text seems to hold an identity code, also a mistyped one or one without its check character.

    Wide digits, other dashes, invisible characters and look-alike letters are read as what they look like. Six and
    three digits inside a longer number, and characters written apart, count only when the check character holds.
    """
    plain = text.upper() if text.isascii() else _as_it_looks(text)
    for found in WRITTEN.finditer(plain):
        day, sign, number, check = found.groups()
        start, end = found.start(), found.end(4)
        standing_alone = not plain[max(start - 1, 0) : start].isdigit() and not plain[end : end + 1].isdigit()
        if standing_alone or hetu.is_valid(f"{day}{sign}{number}{check}", allow_temporary=True):
            return True
    return any(hetu.is_valid("".join(found), allow_temporary=True) for found in SPREAD.findall(plain))


def _as_it_looks(text: str) -> str:
    kept = []
    for character in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(character)
        if category == "Cf":  # zero-width characters, soft hyphen
            continue
        if category == "Pd" or character == "\u2212":
            kept.append("-")
        elif category == "Nd":
            kept.append(str(unicodedata.decimal(character)))
        else:
            kept.append(character)
    return "".join(kept).upper().translate(LOOK_ALIKES)


def _birth_date(code: str) -> date:
    return date(CENTURIES[code[6]] + int(code[4:6]), int(code[2:4]), int(code[:2]))
