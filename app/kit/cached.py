"""Answers that are the same for everybody: bytes with an ETag, and 304 for who has them already."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header
from starlette.responses import Response

AN_HOUR = "public, max-age=3600"
REVALIDATE = "no-cache"


NOT_CHANGED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {}}},
    304: {"description": "You have this already.", "headers": {"ETag": {}}},
}
IfNoneMatch = Annotated[str | None, Header(max_length=1000, description="The ETag you have.", examples=['"3f9a"'])]


@lru_cache(maxsize=512)
def tag_of(content: bytes) -> str:
    """A strong ETag of these bytes; computed once, for what is served is always the same few files."""
    return f'"{sha256(content).hexdigest()[:24]}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison against a list, or `*`."""
    given = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    return tag in given or "*" in given


def kept(
    content: bytes,
    media_type: str,
    if_none_match: str | None,
    *,
    cache: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The bytes, or 304 without them. `cache` is the Cache-Control; everything here is the same for everybody."""
    tag = tag_of(content)
    sent = {"ETag": tag, "Cache-Control": cache, **(headers or {})}
    if matches(if_none_match, tag):
        return Response(status_code=304, headers=sent)
    return Response(content, media_type=media_type, headers=sent)
