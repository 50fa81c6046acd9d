"""How bytes of a document are sent: shown by nobody's browser as a page of ours, whatever they are."""

from __future__ import annotations

from typing import Any

from app.attachments.rules import MEDIA_TYPES

BYTES: dict[str, Any] = {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES}
FENCED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "no-store",
}
