"""The published schema, and Swagger UI on it: from our own origin only, with a policy that allows nothing else."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Depends, Path, Request, Response

from app.kit.cached import AN_HOUR, IfNoneMatch, kept
from app.kit.problems import NotFound
from app.kit.routes import room
from app.site.html import NOTHING

SCHEMA_FILE = FilePath(__file__).parent.parent.parent / "openapi" / "openapi.v1.json"
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
POLICY = f"{NOTHING}; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
# The token is not kept in the browser: closing the page signs out.
START = b"""\
window.ui = SwaggerUIBundle({
  url: "/v1/openapi.json", dom_id: "#swagger-ui", deepLinking: true, filter: true, displayRequestDuration: true,
  persistAuthorization: false, validatorUrl: null, layout: "BaseLayout",
  presets: [SwaggerUIBundle.presets.apis],
});
"""
PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Heinola API</title>
<link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css">
</head><body><div id="swagger-ui"></div><noscript><a href="/v1/openapi.json">OpenAPI</a></noscript>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"""


def docs_on(request: Request) -> None:
    """Raises `NotFound` where the documentation is off: in production unless configured."""
    if not request.app.state.settings.docs_on:
        raise NotFound()


router = room("Service")
DocsOn = Depends(docs_on)


@lru_cache(maxsize=1)
def published() -> bytes:
    """The committed schema; making it anew would cost more than a second."""
    return SCHEMA_FILE.read_bytes()


@lru_cache(maxsize=8)
def asset(name: str) -> bytes:
    return START if name == "start.js" else files("fastapi_swagger.resources").joinpath(name).read_bytes()


@router.get("/v1/openapi.json", include_in_schema=False)
async def get_schema(if_none_match: IfNoneMatch = None) -> Response:
    """The schema of this API as it is committed. Needs no token."""
    return kept(published(), "application/json", if_none_match)


@router.get("/docs", include_in_schema=False, dependencies=[DocsOn])
async def show_docs() -> Response:
    """The schema to read and to try."""
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return Response(PAGE, media_type="text/html", headers=headers)


@router.get("/docs/{name}", include_in_schema=False, dependencies=[DocsOn])
async def get_docs_asset(name: Annotated[str, Path(max_length=60)], if_none_match: IfNoneMatch = None) -> Response:
    """A file of the documentation page. Raises `NotFound`."""
    media_type = ASSETS.get(name) or ("text/javascript" if name == "start.js" else None)
    if media_type is None:
        raise NotFound()
    return kept(asset(name), media_type, if_none_match, cache=AN_HOUR)


@router.get("/", include_in_schema=False)
async def show_index(request: Request) -> dict[str, str]:
    """Where to find what."""
    places = {
        "schema": "/v1/openapi.json",
        "guides": "/guides",
        "problems": "/problems",
        "codesets": "/v1/codesets",
        "live": "/health/live",
        "ready": "/health/ready",
    }
    return {"service": "Heinola", **({"docs": "/docs"} if request.app.state.settings.docs_on else {}), **places}
