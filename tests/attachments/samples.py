"""Small files of each kind, made by hand, and what may be wrong with them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from hashlib import sha256
from typing import Any


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of one empty page, with more objects."""
    parts = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n",
        *objects,
    ]
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"".join(parts)
    return body + b"trailer\n<< /Root 1 0 R " + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def stream(content: bytes, dictionary: bytes = b"/Filter /FlateDecode", number: int = 9, packed: bool = True) -> bytes:
    data = zlib.compress(content) if packed else content
    return (
        b"%d 0 obj\n<< %s /Length %d >>\nstream\n" % (number, dictionary, len(data)) + data + b"\nendstream\nendobj\n"
    )


def hidden(content: bytes, dictionary: bytes = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode") -> bytes:
    """An object in a compressed object stream."""
    return stream(b"9 0 " + content, dictionary)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 1, height: int = 1) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg(width: int = 8, height: int = 8) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    start = segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34\xff\x00\x56"
    return b"\xff\xd8" + start + segment(0xC0, frame) + scan + b"\xff\xd9"


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("word/document.xml", "<x/>")
        zipped.writestr("[Content_Types].xml", "<x/>")
    return made.getvalue()


TEXT = "Työkokeilu sujui hyvin.\n".encode()
GOOD: dict[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", pdf()),
    "pdf with a page": ("application/pdf", pdf(stream(b"BT (/JavaScript) Tj ET"))),
    "pdf with objects": ("application/pdf", pdf(hidden(b"<< /Type /Font /Subtype /Type1 >>"))),
    "pdf with plain objects": (
        "application/pdf",
        pdf(stream(b"9 0 << /A /B >>", b"/Type /ObjStm /N 1 /First 4", packed=False)),
    ),
    "pdf with a link": ("application/pdf", pdf(b"9 0 obj\n<< /S /URI /URI (https://example.org/) >>\nendobj\n")),
    "jpeg": ("image/jpeg", jpeg()),
    "jpeg with a tail": ("image/jpeg", jpeg() + b"SEFT of a telephone"),
    "png": ("image/png", png()),
    "text": ("text/plain", TEXT),
    "text with a mark": ("text/plain", b"\xef\xbb\xbf" + TEXT),
    "text with an arrow": ("text/plain", b"work < rest, 3 > 2, <- and ->"),
}
JS = b"9 0 obj\n<< /S /JavaScript /JS (app.alert\\(1\\)) >>\nendobj\n"
OBJSTM = b"/Type /ObjStm /N 1 /First 4 "
BAD: dict[str, tuple[str, bytes]] = {
    "nothing": ("empty", b""),
    "blanks": ("empty", b" \r\n\t\n"),
    "zip": ("unknown", archive()),
    "gif": ("unknown", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
    "executable": ("unknown", b"MZ\x90\x00\x03\x00"),
    "latin-1": ("unknown", "Työ".encode("latin-1")),
    "UTF-16": ("unknown", "Työ".encode("utf-16")),
    "rtf": ("unknown", b"{\\rtf1 hello}"),
    "script": ("unknown", b"#!/bin/sh\nrm -rf /\n"),
    "postscript": ("unknown", b"%!PS-Adobe-3.0\n"),
    "terminal": ("unknown", b"\x1b[2Jcleared"),
    "html": ("active", b"<!DOCTYPE html><p>x"),
    "html later": ("active", TEXT + b"<ScRiPt >alert(1)</script>"),
    "svg": ("active", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
    "xml": ("active", b"\xef\xbb\xbf <?xml version='1.0'?><x/>"),
    "php": ("active", b"hello <?php system('x');"),
    "pdf script": ("active", pdf(JS)),
    "pdf script, escaped": ("active", pdf(b"9 0 obj\n<< /S /J#61va#53cript /JS (x) >>\nendobj\n")),
    "pdf launch": ("active", pdf(b"9 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n")),
    "pdf file": ("active", pdf(b"9 0 obj\n<< /Type /EmbeddedFile >>\nendobj\n")),
    "pdf form": ("active", pdf(b"9 0 obj\n<< /XFA [] >>\nendobj\n")),
    "pdf form to somewhere": ("active", pdf(b"9 0 obj\n<< /S /SubmitForm /F (http://x) >>\nendobj\n")),
    "pdf script in objects": ("active", pdf(hidden(b"<< /S /JavaScript /JS (x) >>"))),
    "pdf script in escaped objects": (
        "active",
        pdf(hidden(b"<< /S /JavaScript >>", b"/Type /Obj#53tm /N 1 /First 4 /Filter /FlateDecode")),
    ),
    "pdf form in objects": ("active", pdf(hidden(b"<< /XFA [] >>"))),
    "pdf script behind a false stream": (
        "active",
        pdf(b"% stream\n", hidden(b"<< /S /JavaScript /JS (x) >>")),
    ),
    "pdf script in a picture of objects": (
        "active",
        pdf(hidden(b"<< /S /JavaScript >>", b"/Subtype /Image " + OBJSTM + b"/Filter /FlateDecode")),
    ),
    "pdf, cut": ("damaged", pdf()[:-30]),
    "pdf, only a head": ("damaged", b"%PDF-1.7\n"),
    "pdf, objects of a strange filter": ("damaged", pdf(hidden(b"x", OBJSTM + b"/Filter /ASCIIHexDecode"))),
    "pdf, objects of two filters": ("damaged", pdf(hidden(b"x", OBJSTM + b"/Filter [/ASCII85Decode /FlateDecode]"))),
    "pdf, filter elsewhere": ("damaged", pdf(hidden(b"x", OBJSTM + b"/Filter 7 0 R"))),
    "pdf, objects predicted": (
        "damaged",
        pdf(hidden(b"x", OBJSTM + b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>")),
    ),
    "pdf, objects of rubbish": ("damaged", pdf(stream(b"rubbish", OBJSTM + b"/Filter /FlateDecode", packed=False))),
    "pdf, objects cut by a word": (
        "damaged",
        pdf(stream(zlib.compress(b"endstream" * 3, 0)[:20], OBJSTM + b"/Filter /FlateDecode", packed=False)),
    ),
    "pdf, objects out of sight": ("damaged", pdf(hidden(b"x", OBJSTM + b"/Pad (" + b"x" * 5000 + b")"))),
    "pdf, locked": ("protected", pdf(trailer=b"/Encrypt 8 0 R ")),
    "pdf that grows": ("bomb", pdf(hidden(b"\x00" * (50 * 1024 * 1024)))),
    "pdf and zip": ("polyglot", pdf() + archive()),
    "pdf and html": ("polyglot", b"%PDF-1.7\n<html ><script >x</script>" + pdf()[9:]),
    "jpeg and zip": ("polyglot", jpeg() + archive()),
    "jpeg and html": ("polyglot", jpeg() + b"<script >alert(1)</script>"),
    "jpeg and pdf": ("polyglot", jpeg() + b"\n" + pdf()),
    "jpeg, cut": ("damaged", jpeg()[:30]),
    "jpeg without an end": ("damaged", jpeg()[:-2]),
    "jpeg, only a head": ("damaged", b"\xff\xd8\xff"),
    "jpeg, huge": ("bomb", jpeg(65535, 65535)),
    "png, cut": ("damaged", png()[:-5]),
    "png, flipped": ("damaged", png()[:20] + b"\x07" + png()[21:]),
    "png without a picture": ("damaged", b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b"")),
    "png, only a head": ("damaged", b"\x89PNG\r\n\x1a\n"),
    "png, huge": ("bomb", png(60000, 60000)),
    "png and more": ("polyglot", png() + b"x"),
    "png and html": ("polyglot", png()[:-12] + chunk(b"tEXt", b"Comment\x00<html >") + png()[-12:]),
}


def metadata(content: bytes, media_type: str = "application/pdf", **over: Any) -> dict[str, Any]:
    """What a client says of these bytes before it sends them."""
    return {
        "kind": "statement",
        "fileName": "lausunto.pdf",
        "title": "A statement",
        "documentOn": "2026-11-02",
        "mediaType": media_type,
        "sizeBytes": len(content),
        "sha256": sha256(content).hexdigest(),
        **over,
    }
