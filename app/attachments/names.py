"""File names as they may be kept and given back: no path, no control character, no surprise about the type. Pure."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

MOST = 120  # characters, with the extension
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "text/plain": (".txt",),
}
FORBIDDEN = re.compile(r'[<>:"|?*;%`$]')
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def clean_name(given: str, media_type: str) -> str:
    """The last part of a path, printable and short, with an extension of its own type. Twice is as once."""
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    name = "".join(c if unicodedata.category(c)[0] != "Z" else " " for c in name)
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")  # bidirectional overrides are of category Cf
    name = re.sub(r" +", " ", FORBIDDEN.sub("_", name)).strip(" .")
    extensions = EXTENSIONS[media_type]
    ending = next((e for e in extensions if name.lower().endswith(e)), None)
    stem = name[: -len(ending)] if ending else name
    stem = stem.strip(" .") or "document"
    if DEVICES.fullmatch(stem):
        stem = f"_{stem}"
    stem = stem[: MOST - 5].strip(" .")
    return stem + (ending or extensions[0]).lower()


def disposition(name: str) -> str:
    """Content-Disposition of a download (RFC 6266): an ASCII name for old clients, the true one for the others."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", plain).strip(" .") or "document"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
