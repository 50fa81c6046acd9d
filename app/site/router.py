"""Everything that needs no token, in one router and one list."""

from __future__ import annotations

from fastapi import APIRouter

from app.site import codesets, development, docs, guides, health, metrics, problem_pages

PUBLIC: frozenset[str] = frozenset(
    {
        "/",
        "/development/token",
        "/docs",
        "/docs/{name}",
        "/guides",
        "/guides/{name}",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/problems",
        "/problems/{code}",
        "/v1/codesets",
        "/v1/codesets/{codeset_id}",
        "/v1/openapi.json",
        "/v1/preinformation-forms",
        "/v1/preinformation-forms/{form_id}/print",
    }
)
"""Paths that are open to everybody. Nothing personal is behind them; the census of permissions allows no others."""

BY_SHARE_LINK: frozenset[str] = frozenset(
    {"/v1/shared", "/v1/shared/items/{item_id}/content", "/v1/shared/acknowledge", "/v1/shared/answer"}
)
BY_CALENDAR_LINK: frozenset[str] = frozenset({"/v1/calendar-feed"})
BY_FORM_LINK: frozenset[str] = frozenset({"/v1/filling", "/v1/filling/submit", "/v1/answering", "/v1/answering/submit"})
BY_LINK: frozenset[str] = BY_FORM_LINK | BY_SHARE_LINK | BY_CALENDAR_LINK
"""Paths that are opened by a capability instead of a login and a permission: the token of a link to fill one form or
one instrument, to read one share, or one professional's busy times. The database itself shows such a request that form,
or that share, or no client at all, and nothing else; the census allows no others."""

router = APIRouter()
for part in (codesets, development, docs, guides, health, metrics, problem_pages):
    router.include_router(part.router)
