"""The token of a link in a request: from its own header, and from nowhere else. Never in an address."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import APIKey, APIKeyIn
from fastapi.security.base import SecurityBase

from app.kit.i18n import preferred, speaking
from app.representatives.links import LinkUnknown

HEADER = "Form-Token"


class FormToken(SecurityBase):
    """The token as it was sent, and the security scheme `formToken` of the schema."""

    def __init__(self) -> None:
        self.model = APIKey(
            **{"in": APIKeyIn.header}, name=HEADER, description="The token of a link to fill one form. No account."
        )
        self.scheme_name = "formToken"

    async def __call__(self, request: Request) -> str:
        """Raises `LinkUnknown` unless there is exactly one."""
        sent = request.headers.getlist(HEADER)
        if len(sent) != 1:
            raise LinkUnknown()
        return sent[0]


async def within_limits(token: Annotated[str, Depends(FormToken())], request: Request) -> str:
    """The token, if its link has not asked too much lately. Raises `TooManyRequests`, before any session."""
    request.app.state.limits.spend("link", hashlib.sha256(token.encode()).digest())
    speaking.set(preferred(request.headers.get("accept-language")))
    return token


Token = Annotated[str, Depends(within_limits)]
