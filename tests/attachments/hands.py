"""Putting a document on a case over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from tests.attachments.samples import metadata, pdf
from tests.factories import Json, act, ok

PDF = pdf()


async def said(
    http: httpx.AsyncClient, case: str, content: bytes = PDF, media: str = "application/pdf", **over: Any
) -> Json:
    """The metadata, as they are answered."""
    return ok(await act(http, f"{case}/attachments", metadata(content, media, **over)))


async def put(
    http: httpx.AsyncClient, document: Json, content: bytes = PDF, media: str = "application/pdf"
) -> httpx.Response:
    return await http.put(f"/v1/attachments/{document['id']}/content", content=content, headers={"Content-Type": media})


async def attached(http: httpx.AsyncClient, case: str, content: bytes = PDF, **over: Any) -> Json:
    """With its content."""
    media = over.pop("media", "application/pdf")
    return ok(await put(http, await said(http, case, content, media, **over), content, media))


def on_referral(row: Json) -> str:
    return f"/v1/referrals/{row['id']}"


def on_path(row: Json) -> str:
    return f"/v1/pathways/{row['id']}"
