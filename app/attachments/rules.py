"""What a file is, told from its bytes alone, and what of it is not taken (own design, after OWASP's file upload sheet).

Few kinds, each understood: PDF, JPEG, PNG and plain text. Office documents, archives, HTML and SVG are not taken: they
may carry programs. Nothing is repaired or rewritten; what is refused is refused whole.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from enum import StrEnum

PDF, JPEG, PNG, TEXT = MEDIA_TYPES = ("application/pdf", "image/jpeg", "image/png", "text/plain")
INFLATED_MOST = 48 * 1024 * 1024  # bytes of a PDF's compressed objects
OBJECT_STREAMS_MOST = 2000
PIXELS_MOST = 120_000_000  # a 120-megapixel picture is 480 MB when it is drawn
TAIL = 1024
ZIP_TAIL = 66_000  # the end record of a ZIP stands in the last 65,557 bytes


class Fault(StrEnum):
    """Why content is refused; `service` says each in words."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    ACTIVE = "active"
    POLYGLOT = "polyglot"
    BOMB = "bomb"
    DAMAGED = "damaged"
    PROTECTED = "protected"


class Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def named(*names: str) -> re.Pattern[bytes]:
    """PDF names, each character of which may be written as `#` and two digits (ISO 32000-1, 7.3.5)."""
    spelt = ("".join(f"(?:{c}|#{ord(c):02x}|#{ord(c):02X})" for c in name) for name in names)
    first = "".join(sorted({name[0] for name in names}))  # looked at first: most slashes begin something else
    return re.compile(rf"/(?=[{first}#])(?:{'|'.join(spelt)})(?![A-Za-z0-9])".encode())


# Programs, files inside the file, and what reaches out of it. Long enough not to stand in compressed bytes by chance.
PDF_ACTIVE = named(
    "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "SubmitForm", "ImportData", "Rendition",
    "GoToE",
)  # fmt: skip
PDF_FORM = named("XFA")  # a form with a program of its own; too short a name to be looked for in compressed bytes
PDF_ENCRYPTED = named("Encrypt")
PDF_OBJECTS = named("ObjStm")
FLATE_ONLY = re.compile(rb"/Filter\s*(?:\[\s*)?/FlateDecode\s*[\]/>]")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
MARKUP = re.compile(rb"<(?:!doctype\s|html[\s>]|script[\s>]|iframe\s|svg[\s>]|\?php)", re.IGNORECASE)
PROGRAM_TEXT = (b"#!", b"{\\rtf", b"%!PS", b"@echo")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def inspect(content: bytes) -> str:
    """The media type. Raises `Refused`."""
    if not content:
        raise Refused(Fault.EMPTY)
    if content.startswith(b"%PDF-"):
        check_pdf(content)
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        check_jpeg(content)
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        check_png(content)
        return PNG
    check_text(content)
    return TEXT


def check_polyglot(content: bytes, *, markup_within: int | None = None) -> None:
    """A file that is also a ZIP, a PDF or a page of markup to somebody who reads it so."""
    tail = content[-ZIP_TAIL:]
    place = tail.rfind(b"PK\x05\x06")
    while place >= 0:
        comment = int.from_bytes(tail[place + 20 : place + 22], "little")
        if len(tail) - place - 22 == comment:
            raise Refused(Fault.POLYGLOT)
        place = tail.rfind(b"PK\x05\x06", 0, place)
    if b"%PDF-" in content[1:TAIL] or MARKUP.search(content, 0, markup_within or len(content)):
        raise Refused(Fault.POLYGLOT)


def check_pdf(content: bytes) -> None:
    if b"startxref" not in content[-2 * TAIL :] or b"%%EOF" not in content[-TAIL:]:
        raise Refused(Fault.DAMAGED)
    check_polyglot(content, markup_within=TAIL)
    if PDF_ENCRYPTED.search(content):
        raise Refused(Fault.PROTECTED)
    objects = list(inflated(content))
    if any(PDF_ACTIVE.search(part) for part in (content, *objects)):
        raise Refused(Fault.ACTIVE)
    if any(PDF_FORM.search(part) for part in (outside(content), *objects)):
        raise Refused(Fault.ACTIVE)


def inflated(content: bytes) -> Iterator[bytes]:
    """The compressed object streams (7.5.7): objects may hide in them. Raises `Refused`.

    One that is written in a way we do not understand, or that we do not find, is not taken.
    """
    room, found = INFLATED_MOST, 0
    if not PDF_OBJECTS.search(content):
        return
    for stream in STREAM.finditer(content):
        before = content[max(0, stream.start() - 4096) : stream.start()]
        head = unescaped(before[before.rfind(b" obj") + 1 :])
        if not PDF_OBJECTS.search(head):
            continue
        found += 1
        if b"/Filter" not in head:
            continue  # in plain sight
        if not FLATE_ONLY.search(head) or b"/Predictor" in head or found > OBJECT_STREAMS_MOST:
            raise Refused(Fault.DAMAGED)
        ends = content.find(b"endstream", stream.end())
        inflater = zlib.decompressobj()
        try:
            part = inflater.decompress(content[stream.end() : ends], room)
        except zlib.error:
            raise Refused(Fault.DAMAGED) from None
        room -= len(part)
        if inflater.unconsumed_tail or room <= 0:
            raise Refused(Fault.BOMB)
        if not inflater.eof:
            raise Refused(Fault.DAMAGED)
        yield part
    if found != len(PDF_OBJECTS.findall(content)):
        raise Refused(Fault.DAMAGED)


def outside(content: bytes) -> bytes:
    """Without the streams, as far as they can be told apart."""
    parts, place = [], 0
    while stream := STREAM.search(content, place):
        ends = content.find(b"endstream", stream.end())
        if ends < 0:
            break
        parts.append(content[place : stream.start()])
        place = ends + len(b"endstream")
    return b"".join([*parts, content[place:]])


def unescaped(names: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), names)


def check_jpeg(content: bytes) -> None:
    """Walks the segments up to the picture, whose size must be drawable, and looks for its end."""
    place, size = 2, 0
    while True:
        if place + 4 > len(content) or content[place] != 0xFF:
            raise Refused(Fault.DAMAGED)
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            frame = content[place + 5 : place + 9]
            size = int.from_bytes(frame[:2], "big") * int.from_bytes(frame[2:], "big")
        if marker == 0xDA:
            break
        if length < 2 or marker in (0xD8, 0xD9):
            raise Refused(Fault.DAMAGED)
        place += 2 + length
    if not size or content.find(b"\xff\xd9", place) < 0:
        raise Refused(Fault.DAMAGED)
    if size > PIXELS_MOST:
        raise Refused(Fault.BOMB)
    check_polyglot(content)


def check_png(content: bytes) -> None:
    """Walks the chunks, each with its checksum, to the end of the file."""
    place, kinds = 8, []
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        data, ends = content[place + 8 : place + 8 + length], place + 12 + length
        if ends > len(content) or zlib.crc32(kind + data) != int.from_bytes(content[ends - 4 : ends], "big"):
            raise Refused(Fault.DAMAGED)
        kinds.append(kind)
        if kind == b"IHDR" and int.from_bytes(data[:4], "big") * int.from_bytes(data[4:8], "big") > PIXELS_MOST:
            raise Refused(Fault.BOMB)
        if kind == b"IEND":
            break
        place = ends
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise Refused(Fault.DAMAGED)
    if ends != len(content):
        raise Refused(Fault.POLYGLOT)
    check_polyglot(content)


def check_text(content: bytes) -> None:
    """UTF-8 without control characters that is neither a page nor a program."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(Fault.UNKNOWN) from None
    if CONTROL.search(content):
        raise Refused(Fault.UNKNOWN)
    bare = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not bare:
        raise Refused(Fault.EMPTY)
    if bare.startswith(PROGRAM_TEXT):
        raise Refused(Fault.UNKNOWN)
    if MARKUP.search(content) or bare.startswith(b"<?xml"):
        raise Refused(Fault.ACTIVE)
