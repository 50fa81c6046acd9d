"""The token and the code of a link in a request: from their own headers, and from nowhere else. Never in an address."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import APIKey, APIKeyIn
from fastapi.security.base import SecurityBase

from app.kit.clock import Now
from app.kit.db import Session, transaction
from app.kit.i18n import preferred, speaking
from app.sharing import links, queries
from app.sharing.faults import ShareLinkUnknown
from app.sharing.links import Presented, ShareHolder

TOKEN, CODE = "Share-Token", "Share-Code"


class ShareToken(SecurityBase):
    """The token and the code as they were sent, and the security scheme `shareToken` of the schema."""

    def __init__(self) -> None:
        self.model = APIKey(
            **{"in": APIKeyIn.header},
            name=TOKEN,
            description=f"The token of a link to read one share; its code, told another way, in `{CODE}`. No account.",
        )
        self.scheme_name = "shareToken"

    async def __call__(self, request: Request) -> Presented:
        """Raises `ShareLinkUnknown` unless there is one token; a code of any other form is a wrong one."""
        sent = (request.headers.getlist(TOKEN), request.headers.getlist(CODE))
        return links.presented(request.app.state.vault, *sent)


async def counted(sent: Annotated[Presented, Depends(ShareToken())], at: Now, request: Request) -> Presented:
    """The attempt stands, whatever becomes of the request: a transaction of its own, ended before the next begins.

    Raises `ShareLinkUnknown`.
    """
    request.app.state.limits.spend("link", sent.token)
    async with asynccontextmanager(transaction)(request) as session:
        opened = await queries.try_link(session, sent.token, sent.code, at)
    if not opened:
        raise ShareLinkUnknown()
    return sent


async def by_share_link(
    sent: Annotated[Presented, Depends(counted)], session: Session, at: Now, request: Request
) -> ShareHolder:
    """The other way a route is opened: by a capability for one share. `tests/contract` names the routes that may."""
    speaking.set(preferred(request.headers.get("accept-language")))
    return await links.enter(session, sent, at)


by_share_link.capability = "share_link"  # type: ignore[attr-defined]
Holder = Annotated[ShareHolder, Depends(by_share_link)]
