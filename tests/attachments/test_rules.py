"""What a file is and what of it is not taken, told from its bytes; and names that may be kept."""

from __future__ import annotations

import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.attachments.names import EXTENSIONS, MOST, clean_name, disposition
from app.attachments.rules import MEDIA_TYPES, Fault, Refused, inspect
from tests.attachments.samples import BAD, GOOD, OBJSTM, archive, hidden, jpeg, pdf, png


@pytest.mark.parametrize(("media", "content"), GOOD.values(), ids=GOOD)
def test_good_files_are_known_by_their_bytes(media: str, content: bytes) -> None:
    assert inspect(content) == media


@pytest.mark.parametrize(("fault", "content"), BAD.values(), ids=BAD)
def test_bad_files_are_refused_for_their_fault(fault: str, content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        inspect(content)
    assert refusal.value.fault == fault


def test_every_fault_is_met() -> None:
    assert {fault for fault, _ in BAD.values()} == set(Fault)
    assert {media for media, _ in GOOD.values()} == set(MEDIA_TYPES)


STARTS = (b"", b"%PDF-1.4\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", pdf()[:200], png()[:33], jpeg()[:20])


@settings(max_examples=200, deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=400))
def test_random_bytes_have_an_answer(start: bytes, rest: bytes) -> None:
    with suppress(Refused):
        assert inspect(start + rest) in MEDIA_TYPES


@settings(max_examples=200, deadline=None)
@given(content=st.sampled_from([pdf(), png(), jpeg()]), data=st.data())
def test_a_file_cut_short_is_not_taken(content: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(8, len(content) - 8))
    with pytest.raises(Refused):
        inspect(content[:cut])


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(["JavaScript", "Launch", "EmbeddedFile", "RichMedia", "ImportData"]), data=st.data())
def test_a_name_is_found_however_it_is_spelt(name: str, data: st.DataObject) -> None:
    def spelt(character: str) -> str:
        forms = [character, f"#{ord(character):02x}", f"#{ord(character):02X}"]
        return data.draw(st.sampled_from(forms))

    found = "".join(map(spelt, name)).encode()
    for written in (b"9 0 obj\n<< /S /" + found + b" >>\nendobj\n", hidden(b"<< /S /" + found + b">>")):
        with pytest.raises(Refused, match="active"):
            inspect(pdf(written))


@pytest.mark.parametrize(
    "content",
    [
        pdf(b"stream\n" * 600_000),
        pdf(hidden(b"x") * 1 + b"9 0 obj << /Type /ObjStm /Filter /FlateDecode >>\nstream\n" * 80_000),
        pdf(b"/" * 4_000_000),
        pdf(b"/#4a" * 1_000_000),
        pdf(b" obj <<" * 600_000),
        b"<" * 4_000_000,
        jpeg()[:-2] + b"\xff" * 4_000_000 + b"\xff\xd9",
        b"\xff\xd8" + b"\xff" * 4_000_000,
        archive() + b"PK\x05\x06" * 1_000_000,
        jpeg() + b"PK\x05\x06" * 1_000_000,
        pdf(hidden(b"x", OBJSTM + b"/Filter /FlateDecode") * 3000),
    ],
    ids=range(11),
)
def test_no_shape_takes_long(content: bytes) -> None:
    """Each is some 4 MB; quadratic work would take minutes."""
    begun = time.process_time()
    with suppress(Refused):
        inspect(content)
    assert time.process_time() - begun < 5


NAMES = {
    "lausunto.pdf": "lausunto.pdf",
    "../../etc/passwd": "passwd.pdf",
    "C:\\Users\\Aino\\B-lausunto.PDF": "B-lausunto.pdf",
    "kuva.exe": "kuva.exe.pdf",
    "\u202efdp.exe": "fdp.exe.pdf",
    "a\x00b\r\nc.pdf": "abc.pdf",
    "  .. ": "document.pdf",
    ".pdf": "pdf.pdf",
    "con.pdf": "_con.pdf",
    'a"b<c>|?*.pdf': "a_b_c____.pdf",
    "Työ\u00a0ja\u2003toimi.pdf": "Työ ja toimi.pdf",
    "Tyo\u0308.pdf": "Työ.pdf",
    "a/": "document.pdf",
    "x" * 300 + ".pdf": "x" * 115 + ".pdf",
}


@pytest.mark.parametrize(("given_name", "kept"), NAMES.items(), ids=range(len(NAMES)))
def test_names_are_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name, "application/pdf") == kept


@settings(max_examples=300)
@given(name=st.text(min_size=1, max_size=300), media=st.sampled_from(sorted(EXTENSIONS)))
def test_a_clean_name_is_harmless_and_stays_as_it_is(name: str, media: str) -> None:
    kept = clean_name(name, media)
    assert 0 < len(kept) <= MOST
    assert not set(kept) & set('/\\<>:"|?*;%`$')
    assert not kept.startswith((".", " "))
    assert all(unicodedata.category(c)[0] != "C" for c in kept)
    assert kept.endswith(EXTENSIONS[media])
    assert clean_name(kept, media) == kept
    header = disposition(kept)
    assert header.isascii()
    assert header.startswith('attachment; filename="')
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2
