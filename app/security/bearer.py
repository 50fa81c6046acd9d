"""The bearer token of a request (RFC 6750): from the Authorization header, and from nowhere else. No database."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from app.kit.clock import Now
from app.kit.problems import Unauthenticated
from app.security.tokens import Claims, Verifier

log = logging.getLogger(__name__)


class BearerToken(SecurityBase):
    """The token as it was sent, and the security scheme `bearerAuth` of the schema."""

    def __init__(self) -> None:
        self.model = HTTPBearer(
            bearerFormat="JWT", description="An access token of an accepted OpenID Connect issuer for this service."
        )
        self.scheme_name = "bearerAuth"

    async def __call__(self, request: Request) -> str:
        """Raises `Unauthenticated` unless there is exactly one Authorization header, of the scheme Bearer."""
        sent = request.headers.getlist("authorization")
        if len(sent) != 1:
            raise Unauthenticated("missing" if not sent else "header_twice")
        scheme, _, token = sent[0].partition(" ")
        if scheme.lower() != "bearer" or not token.strip(" "):
            raise Unauthenticated("scheme")
        return token.strip(" ")


async def verified(request: Request, at: Now, token: Annotated[str, Depends(BearerToken())]) -> Claims:
    """What the caller's token says. Raises `Unauthenticated`; the reason goes to the log only."""
    verifier: Verifier = request.app.state.verifier
    try:
        return await verifier.verify(token, at)
    except Unauthenticated as refusal:
        log.info("token refused: %s", refusal.reason)
        raise


Verified = Annotated[Claims, Depends(verified)]
